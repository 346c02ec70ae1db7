/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph_rows.c - see graph_rows.h. */
#include "graph_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int graph_rows_add(struct graph_rows *g, const char *job, struct graph_row row, sj_error *err)
{
	int rc = names_number(&g->jobs, job, &row.job, err);

	if (rc != SJ_OK)
		return rc;
	if (g->count == g->cap) {
		uint32_t cap = g->cap == 0 ? 1024 : g->cap * 2;
		struct graph_row *bigger = g->cap > UINT32_MAX / 4 ? NULL :
					   realloc(g->row, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %u tasks",
				       g->count);
		g->row = bigger;
		g->cap = cap;
	}
	row.first_dep = g->deps;
	row.deps = 0;
	g->row[g->count++] = row;
	return SJ_OK;
}

int graph_rows_dep(struct graph_rows *g, int64_t id, sj_error *err)
{
	if (g->deps == g->dep_cap) {
		uint32_t cap = g->dep_cap == 0 ? 1024 : g->dep_cap * 2;
		int64_t *bigger = g->dep_cap > UINT32_MAX / 4 ? NULL :
				  realloc(g->dep, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %u dependencies",
				       g->deps);
		g->dep = bigger;
		g->dep_cap = cap;
	}
	g->dep[g->deps++] = id;
	g->row[g->count - 1].deps++;
	return SJ_OK;
}

/* ---- jobs --------------------------------------------------------------------------------- */

/* Rows of a job in their order in the file. */
static int by_job(const void *a, const void *b)
{
	const struct graph_row *x = a, *y = b;

	if (x->job != y->job)
		return x->job < y->job ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static sj_drop judge(const struct graph_row *row, uint32_t procs)
{
	if (row->run_ns < 0)
		return SJ_DROP_RUNTIME;
	if (row->ranks == 0 || row->cores == 0)
		return SJ_DROP_PROCS;
	if (row->submit_ns < 0)
		return SJ_DROP_SUBMIT;
	if (procs != 0 && (uint64_t)row->ranks * row->cores > procs)
		return SJ_DROP_WIDE;
	return SJ_DROP_COUNT;
}

static int task_of(struct graph_job *j, int64_t id, uint32_t *number, sj_error *err)
{
	char name[24];

	snprintf(name, sizeof(name), "%" PRId64, id);
	return graph_job_task(j, name, number, err);
}

static int add_task(const struct graph_rows *g, const struct graph_row *row,
		    struct graph_job *j, const char *file, sj_error *err)
{
	uint32_t task, from;
	int rc = task_of(j, row->id, &task, err);

	if (rc == SJ_OK)
		rc = graph_job_work(j, file, task, row->cores, row->run_ns, err);
	if (rc != SJ_OK)
		return rc;
	j->task[task - 1].ranks = row->ranks;
	j->task[task - 1].mem_bytes = row->mem_bytes;
	for (uint32_t i = 0; i < row->deps && rc == SJ_OK; i++) {
		rc = task_of(j, g->dep[row->first_dep + i], &from, err);
		if (rc == SJ_OK)
			rc = graph_job_edge(j, from, task, 0, err);
	}
	return rc;
}

/* The job of rows first .. end - 1. */
static int add_job(const struct graph_rows *g, uint32_t first, uint32_t end, struct rows *r)
{
	const char *name = g->jobs.name[g->row[first].job - 1];
	struct graph_job j = { 0 };
	sj_job job;
	int rc = SJ_OK;

	sj_job_clear(&job);
	job.id = g->number_jobs ? rows_number_at_end(name) : -1;
	if (job.id < 0)
		job.id = g->row[first].job;
	job.submit_ns = g->row[first].submit_ns;
	for (uint32_t i = first; i < end; i++) {
		const struct graph_row *row = &g->row[i];
		sj_drop why = judge(row, r->options->procs);

		if (why != SJ_DROP_COUNT) {
			deck_drop(r->deck, why, row->line, row->run_ns,
				  (int64_t)((uint64_t)row->ranks * row->cores), row->submit_ns);
			return SJ_OK;
		}
		if (row->submit_ns < job.submit_ns)
			job.submit_ns = row->submit_ns;
	}
	for (uint32_t i = first; i < end && rc == SJ_OK; i++) {
		j.line = g->row[i].line;
		rc = add_task(g, &g->row[i], &j, r->lines.in->name, r->err);
	}
	if (rc == SJ_OK)
		rc = graph_job_close(&j, r->lines.in->name, &job, r->deck, r->err);
	graph_job_fini(&j);
	return rc;
}

int graph_rows_close(struct graph_rows *g, struct rows *r)
{
	uint64_t limit = r->options->limit;
	int rc = SJ_OK;

	if (g->count > 1)
		qsort(g->row, g->count, sizeof(*g->row), by_job);
	for (uint32_t first = 0, end; first < g->count && rc == SJ_OK; first = end) {
		for (end = first + 1; end < g->count && g->row[end].job == g->row[first].job;)
			end++;
		if (limit != 0 && r->deck->count == limit)
			break;
		rc = add_job(g, first, end, r);
	}
	return rc;
}

void graph_rows_fini(struct graph_rows *g)
{
	names_fini(&g->jobs);
	free(g->row);
	free(g->dep);
	*g = (struct graph_rows){ 0 };
}
