/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph_job.c - see graph_job.h. */
#include "graph_job.h"

#include <stdio.h>
#include <stdlib.h>

#include "graph.h"

/* ---- building ----------------------------------------------------------------------- */

static int no_memory(const struct graph_job *g, sj_error *err)
{
	return sj_fail(err, SJ_ENOMEM, "no memory for a job of more than %u tasks and %u edges",
		       g->names.count, g->edges);
}

/* "FILE:LINE", or without lines "FILE". */
static const char *at_line(const char *file, uint64_t line, char out[300])
{
	if (line == 0)
		snprintf(out, 300, "%.270s", file);
	else
		snprintf(out, 300, "%.270s:%llu", file, (unsigned long long)line);
	return out;
}

static int grow_tasks(struct graph_job *g, sj_error *err)
{
	uint32_t cap = g->task_cap == 0 ? 64 : g->task_cap * 2;
	sj_task_spec *task = realloc(g->task, cap * sizeof(*task));
	uint64_t *seen;

	if (task == NULL)
		return no_memory(g, err);
	g->task = task;
	seen = realloc(g->seen, cap * sizeof(*seen));
	if (seen == NULL)
		return no_memory(g, err);
	g->seen = seen;
	g->task_cap = cap;
	return SJ_OK;
}

int graph_job_task(struct graph_job *g, const char *name, uint32_t *number, sj_error *err)
{
	uint32_t before = g->names.count;
	int rc = names_number(&g->names, name, number, err);

	if (rc != SJ_OK || g->names.count == before)
		return rc;
	if (g->names.count > g->task_cap && grow_tasks(g, err) != SJ_OK)
		return SJ_ENOMEM;
	g->seen[before] = g->line;
	g->task[before] = (sj_task_spec){ .ranks = 1, .cores = 1, .work_ns = -1 };
	return SJ_OK;
}

int graph_job_work(struct graph_job *g, const char *file, uint32_t number, uint32_t cores,
		   sj_time work_ns, sj_error *err)
{
	sj_task_spec *t = &g->task[number - 1];
	char where[300];

	if (t->work_ns >= 0)
		return sj_fail(err, SJ_EPARSE, "%s: task \"%.60s\" is there twice",
			       at_line(file, g->line, where), g->names.name[number - 1]);
	t->cores = cores;
	t->work_ns = t->estimate_ns = work_ns;
	return SJ_OK;
}

int graph_job_edge(struct graph_job *g, uint32_t from, uint32_t to, uint64_t bytes,
		   sj_error *err)
{
	if (g->edges == g->edge_cap) {
		uint32_t cap = g->edge_cap == 0 ? 256 : g->edge_cap * 2;
		sj_edge *bigger = g->edge_cap > UINT32_MAX / 4 ? NULL :
				  realloc(g->edge, cap * sizeof(*bigger));

		if (bigger == NULL)
			return no_memory(g, err);
		g->edge = bigger;
		g->edge_cap = cap;
	}
	g->edge[g->edges++] = (sj_edge){ from - 1, to - 1, bytes };
	return SJ_OK;
}

/* ---- closing ---------------------------------------------------------------------------- */

static int by_ends(const void *a, const void *b)
{
	const sj_edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

void graph_job_sort_edges(struct graph_job *g)
{
	uint32_t kept = 0;

	if (g->edges > 1)
		qsort(g->edge, g->edges, sizeof(*g->edge), by_ends);
	for (uint32_t i = 0; i < g->edges; i++) {
		if (kept != 0 && by_ends(&g->edge[kept - 1], &g->edge[i]) == 0)
			g->edge[kept - 1].bytes += g->edge[i].bytes;
		else
			g->edge[kept++] = g->edge[i];
	}
	g->edges = kept;
}

sj_edge *graph_job_find_edge(struct graph_job *g, uint32_t from, uint32_t to)
{
	const sj_edge key = { from - 1, to - 1, 0 };

	return g->edges == 0 ? NULL :
	       bsearch(&key, g->edge, g->edges, sizeof(key), by_ends);
}

static int check_circle(const struct graph_job *g, const char *file, sj_error *err)
{
	uint32_t *circle = NULL, length = 0;
	int rc = graph_circle(g->names.count, g->edge, g->edges, &circle, &length);
	char text[400], where[300];

	if (rc == SJ_EINVAL) {
		graph_circle_text(circle, length, g->names.name, text, sizeof(text));
		rc = sj_fail(err, SJ_EPARSE, "%s: tasks wait for each other in a circle: %s",
			     at_line(file, g->seen[circle[0]], where), text);
	} else if (rc != SJ_OK) {
		rc = no_memory(g, err);
	}
	free(circle);
	return rc;
}

int graph_job_close(struct graph_job *g, const char *file, const sj_job *known,
		    struct deck *d, sj_error *err)
{
	sj_job job = *known;
	char where[300];
	int rc;

	for (uint32_t i = 0; i < g->names.count; i++)
		if (g->task[i].work_ns < 0)
			return sj_fail(err, SJ_EPARSE, "%s: an edge names task \"%.60s\", which "
				       "is not there", at_line(file, g->seen[i], where),
				       g->names.name[i]);
	if (g->names.count == 0)
		return sj_fail(err, SJ_EPARSE, "%s: there is no task in it", file);
	graph_job_sort_edges(g);
	rc = check_circle(g, file, err);
	if (rc != SJ_OK)
		return rc;
	job.task_count = g->names.count;
	job.edge_count = g->edges;
	job.task = g->task[0];
	if (g->names.count > 1) {
		job.tasks = g->task;
		job.edges = g->edge;
		g->task = NULL;
		g->edge = NULL;
	}
	rc = file_list_pack(&g->files, &job.files, err);
	if (rc == SJ_OK)
		rc = deck_add_whole(d, &job, err);
	if (rc != SJ_OK) {
		free((void *)(uintptr_t)(const void *)job.files);
		free((void *)job.tasks);
		free((void *)job.edges);
	}
	graph_job_fini(g);
	return rc;
}

void graph_job_fini(struct graph_job *g)
{
	names_fini(&g->names);
	free(g->task);
	free(g->seen);
	free(g->edge);
	file_list_fini(&g->files);
	*g = (struct graph_job){ 0 };
}

int graph_job_source(struct graph_job *g, const char *file, const char *format,
		     uint64_t lines, struct deck *d, int rc, sj_source **out, sj_error *err)
{
	sj_job job;

	sj_job_clear(&job);
	job.id = 1;
	if (rc == SJ_OK)
		rc = graph_job_close(g, file, &job, d, err);
	if (rc == SJ_OK)
		rc = deck_close(d, err);
	graph_job_fini(g);
	if (rc != SJ_OK) {
		deck_free(&d->source);
		return rc;
	}
	snprintf(d->source.info.format, sizeof(d->source.info.format), "%s", format);
	d->source.info.records = 1;
	d->source.info.lines = lines;
	*out = &d->source;
	return SJ_OK;
}
