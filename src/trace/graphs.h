/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graphs.h - what is in the task graphs of a log: tasks, edges, bytes, and how long and
 * how wide they are.
 */
#ifndef GRAPHS_H
#define GRAPHS_H

#include "sojourn/job.h"

/* Over all jobs. */
struct graph_facts {
	uint64_t jobs;      /* of more than one task */
	uint64_t tasks, edges, carrying; /* carrying: edges with bytes */
	unsigned __int128 bytes, work_ns, area_ns; /* work: sum of run times, at rate 1;
				* area: with the processors of each task */
	/* Of the job where it is largest. */
	sj_time  path_ns;   /* the longest chain of run times; bytes take no time */
	uint32_t levels;    /* tasks of the longest chain, counted */
	uint32_t width;     /* most tasks with the same number of tasks before them */
};

/* SJ_OK; SJ_EPARSE: tasks wait for each other in a circle; SJ_ENOMEM. */
int graph_facts_add(struct graph_facts *f, const sj_job *job, sj_error *err);

#endif
