/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph_rows.h - private to workloads/: tables of which a row is a task, its job named in a
 * column, and the tasks that it waits for named by number. Rows of a job need not stand
 * together; the jobs are made when all rows are in.
 */
#ifndef GRAPH_ROWS_H
#define GRAPH_ROWS_H

#include "graph_job.h"
#include "rows.h"

struct graph_row {
	int64_t  id;        /* of the task, in its job */
	sj_time  submit_ns, run_ns; /* below 0: unknown */
	uint64_t line;
	uint64_t mem_bytes;
	uint32_t job;       /* number of its name; graph_rows_add() sets it */
	uint32_t ranks, cores; /* ranks or cores 0: unknown */
	uint32_t first_dep, deps; /* likewise */
};

/* All that is 0 is an empty one. */
struct graph_rows {
	struct names      jobs;
	struct graph_row *row;
	uint32_t          count, cap;
	int64_t          *dep;
	uint32_t          deps, dep_cap;
	bool              number_jobs; /* ids are the numbers at the end of names */
};

/* SJ_OK or SJ_ENOMEM. */
int  graph_rows_add(struct graph_rows *g, const char *job, struct graph_row row, sj_error *err);
/* The row added last waits for this task of its job. */
int  graph_rows_dep(struct graph_rows *g, int64_t id, sj_error *err);
/*
 * Into r->deck, in order of their first rows, as many jobs as the limit allows. A job is
 * submitted when its first task was. A job with a task whose run time, submit or
 * processors are unknown, or that is wider than the machine, is dropped and counted whole.
 * SJ_OK; SJ_EPARSE: a task twice, one that is not there, a circle; SJ_ENOMEM.
 */
int  graph_rows_close(struct graph_rows *g, struct rows *r);
void graph_rows_fini(struct graph_rows *g);

#endif
