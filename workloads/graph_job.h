/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph_job.h - private to workloads/: a job of many tasks while a reader finds them.
 *
 * Tasks have names in files and numbers here. An edge may name a task that comes later;
 * when the job is closed every name must have been a task.
 */
#ifndef GRAPH_JOB_H
#define GRAPH_JOB_H

#include "deck.h"
#include "file_list.h"

struct graph_job {
	struct names  names;       /* of tasks */
	sj_task_spec *task;        /* by number - 1; work_ns < 0: only named so far */
	uint64_t     *seen;        /* likewise: `line` when its name was first met */
	uint64_t      line;        /* readers set it, for messages; 0: no lines */
	uint32_t      task_cap;
	sj_edge      *edge;
	uint32_t      edges, edge_cap;
	struct file_list files;    /* that tasks read and none of them makes */
};

/* The task of this name, made when it is new. SJ_OK or SJ_ENOMEM. */
int  graph_job_task(struct graph_job *g, const char *name, uint32_t *number, sj_error *err);
/* One rank of `cores` for `work_ns`; a second time is an error. `file` is the name of the
 * document. */
int  graph_job_work(struct graph_job *g, const char *file, uint32_t number, uint32_t cores,
		    sj_time work_ns, sj_error *err);
/* The same pair twice adds up. Numbers from graph_job_task(). */
int  graph_job_edge(struct graph_job *g, uint32_t from, uint32_t to, uint64_t bytes,
		    sj_error *err);
/* Orders the edges and adds up those between the same two, for find_edge. */
void graph_job_sort_edges(struct graph_job *g);
sj_edge *graph_job_find_edge(struct graph_job *g, uint32_t from, uint32_t to); /* or NULL */
/*
 * Into the deck; `g` is empty afterwards. `job` is what the caller knows besides tasks and edges.
 * SJ_OK; SJ_EPARSE: a task that is only named, or a circle, which is written out.
 */
int  graph_job_close(struct graph_job *g, const char *file, const sj_job *job, struct deck *d,
		     sj_error *err);
void graph_job_fini(struct graph_job *g);
/*
 * The end of a reader of one document: `rc` is how reading went so far. Closes `g` and the
 * deck, which becomes *out as a source of format `format`; on an error both are freed.
 */
int  graph_job_source(struct graph_job *g, const char *file, const char *format,
		      uint64_t lines, struct deck *d, int rc, sj_source **out, sj_error *err);

#endif
