/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * data.h - what the tasks of a job read and where it is: bytes on edges, and files with
 * copies on nodes and shared storages. Nothing here moves; that is staging.c.
 *
 * The bytes of an edge are where the first task ended. A file is where its copies are; the
 * copy that a place fetches is the one from which the bytes would come soonest if nothing
 * else moved, ties by lowest endpoint. Files of one job go with it, shared ones stay to the
 * end of the run.
 */
#ifndef DATA_H
#define DATA_H

#include "core.h"
#include "network.h"

#define NOWHERE UINT32_MAX
#define IS_HERE UINT32_MAX /* not a transfer: the copy is complete */

/* Ascending by `at`. */
struct file_copy {
	uint32_t at;       /* endpoint */
	uint32_t transfer; /* on which it comes, or IS_HERE */
};

struct file {
	uint64_t bytes;
	uint32_t name;     /* as in sj_file */
	uint32_t copies, room;
	bool     anywhere; /* costs nothing: there is no storage to keep it */
	struct file_copy *copy;
};

/* Of one job. Edges by their target, for those that carry bytes. */
struct job_data {
	uint32_t  tasks;
	uint32_t *where;   /* by task: node on which it ended last, or NOWHERE */
	uint32_t *first;   /* by task, one more: into `from` and `bytes` */
	uint32_t *from;
	uint64_t *bytes;
	struct job_files *files; /* NULL: none */
	struct job_push  *push;  /* NULL: nothing moves before its task starts */
};

struct job_files {
	uint32_t      count;
	struct file **file;       /* shared ones are the run's */
	uint32_t     *maker;      /* by file: task of this job, NOWHERE: none of it */
	uint32_t     *to;         /* by file: endpoint where its maker writes it; NOWHERE */
	uint32_t     *read_first, *read; /* by task, one more: numbers of files */
	uint32_t     *made_first, *made;
	struct file   own[];
};

/* What is to be sent when a task has ended. */
struct job_push {
	uint32_t *plan;           /* by task: the node it will run on, or NOWHERE */
	uint32_t *out_first;      /* by task, one more: into `out` and `target` */
	uint32_t *out;            /* number of the edge in job_data */
	uint32_t *target;
	uint32_t *reader_first, *reader; /* by file, one more: tasks; NULL: no files */
};

/* A job has come. Checks its files; with a network jr->data is made when it has something
 * to move. SJ_OK, SJ_ENOMEM, or SJ_EINVAL with a sentence that names file and job. */
int  data_job(sj_ctx *cx, struct job_rec *jr, const sj_job *job);
void data_forget(struct job_rec *jr);
void data_fini(sj_ctx *cx); /* the files of the run */

/* Endpoints of the network that are no nodes. */
uint32_t data_storages(const sj_ctx *cx);

/* ---- copies ------------------------------------------------------------------------ */

struct file_copy *data_copy(const struct file *f, uint32_t at); /* or NULL */
/* SJ_OK or SJ_ENOMEM. What is there already becomes what it is now. */
int  data_copy_set(struct file *f, uint32_t at, uint32_t transfer);
void data_copy_drop(struct file *f, uint32_t at);
/* The copy that comes first to `to`; NOWHERE: there is none. *alone_s: how long it takes. */
uint32_t data_nearest(const sj_ctx *cx, const struct file *f, uint32_t to, double *alone_s);

#endif
