/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * uses.h - private to workloads/: files that tasks write and read, until they become bytes
 * on the edges between them.
 */
#ifndef USES_H
#define USES_H

#include "graph_job.h"

struct use {
	uint32_t task, file; /* numbers of graph_job_task() and names_number() */
	uint64_t bytes;
	bool     output;
};

struct uses {
	struct use *use;
	uint32_t    count, cap;
};

/* SJ_OK or SJ_ENOMEM. */
int  uses_add(struct uses *u, struct use use, sj_error *err);
/*
 * Every file that the first task of an edge writes and the second one reads adds the bytes
 * that the reader states to the edge. A file between tasks without an edge adds nothing:
 * it was there before. A file that tasks read and none writes becomes a file of the job, on
 * a shared storage, of the largest size stated; without bytes it is nothing. Reorders both;
 * `names` of the files become the deck's. SJ_OK or SJ_ENOMEM.
 */
int  uses_close(struct uses *u, struct graph_job *g, struct names *names, struct deck *d,
		sj_error *err);
void uses_fini(struct uses *u);

#endif
