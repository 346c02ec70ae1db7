/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dag_layout.c - layers, bends and the order within layers; dag_place.c has the places. */
#include "plot/dag_layout.h"

#include <stdlib.h>
#include <string.h>

#include "plot/dag_place.h"
#include "trace/neighbours.h"

#define SWEEPS 12

/* ---- layers and the critical path ----------------------------------------------------- */

struct walk {
	uint32_t *queue, *left, *before; /* before: the task in front of it on its chain */
	sj_time  *done;                  /* with endless machines, bytes left out */
};

static bool walk_init(struct walk *w, uint32_t tasks)
{
	w->queue = malloc(3 * (size_t)tasks * sizeof(*w->queue));
	w->done = calloc(tasks, sizeof(*w->done));
	if (w->queue == NULL || w->done == NULL)
		return false;
	w->left = w->queue + tasks;
	w->before = w->left + tasks;
	return true;
}

static void mark_critical(struct dag_layout *l, const struct walk *w, const sj_job *job)
{
	uint32_t last = 0, place = 0;

	for (uint32_t i = 1; i < job->task_count; i++)
		if (w->done[i] > w->done[last])
			last = i;
	l->path_ns = w->done[last];
	for (uint32_t at = last; at != UINT32_MAX; at = w->before[at])
		place++;
	for (uint32_t at = last; at != UINT32_MAX; at = w->before[at])
		l->critical[at] = place--;
}

/* Kahn 1962. */
static int walk_graph(struct dag_layout *l, const sj_job *job, const struct neighbours *n,
		      struct walk *w, sj_error *err)
{
	const sj_task_spec *t = job_tasks(job);
	uint32_t begin = 0, end = 0;

	for (uint32_t i = 0; i < job->task_count; i++) {
		w->left[i] = n->in_first[i + 1] - n->in_first[i];
		w->before[i] = UINT32_MAX;
		if (w->left[i] == 0)
			w->queue[end++] = i;
	}
	for (; begin < end; begin++) {
		uint32_t i = w->queue[begin];

		w->done[i] += t[i].work_ns;
		for (uint32_t k = n->out_first[i]; k < n->out_first[i + 1]; k++) {
			uint32_t to = job->edges[n->out[k]].to;

			if (l->layer[i] + 1 > l->layer[to])
				l->layer[to] = l->layer[i] + 1;
			if (w->done[i] > w->done[to] || w->before[to] == UINT32_MAX) {
				w->before[to] = i;
				w->done[to] = w->done[i];
			}
			if (--w->left[to] == 0)
				w->queue[end++] = to;
		}
		l->layers = l->layer[i] + 1 > l->layers ? l->layer[i] + 1 : l->layers;
	}
	if (end < job->task_count)
		return sj_fail(err, SJ_EINVAL, "tasks wait for each other in a circle");
	mark_critical(l, w, job);
	return SJ_OK;
}

static int find_layers(struct dag_layout *l, const sj_job *job, const struct neighbours *n,
		       sj_error *err)
{
	struct walk w = { NULL, NULL, NULL, NULL };
	int rc = walk_init(&w, job->task_count) ? walk_graph(l, job, n, &w, err) : SJ_ENOMEM;

	free(w.queue);
	free(w.done);
	return rc;
}

/* ---- bends ---------------------------------------------------------------------------- */

static int add_bends(struct dag_layout *l, const sj_job *job, sj_error *err)
{
	uint64_t vertices = job->task_count;
	uint32_t *grown, at = job->task_count;

	for (uint32_t e = 0; e < job->edge_count; e++)
		vertices += l->layer[job->edges[e].to] - l->layer[job->edges[e].from] - 1;
	if (vertices + job->edge_count > DAG_VERTICES_MAX)
		return sj_fail(err, SJ_EINVAL, "%u tasks and %u edges are more than a picture shows",
			       job->task_count, job->edge_count);
	l->bend_first = malloc((job->edge_count + 1u) * sizeof(*l->bend_first));
	grown = realloc(l->layer, vertices * sizeof(*grown));
	if (l->bend_first == NULL || grown == NULL) {
		l->layer = grown != NULL ? grown : l->layer;
		return SJ_ENOMEM;
	}
	l->layer = grown;
	l->vertices = (uint32_t)vertices;
	for (uint32_t e = 0; e < job->edge_count; e++) {
		l->bend_first[e] = at;
		for (uint32_t k = l->layer[job->edges[e].from] + 1; k < l->layer[job->edges[e].to]; k++)
			l->layer[at++] = k;
	}
	l->bend_first[job->edge_count] = at;
	return SJ_OK;
}

/* ---- the order within layers ------------------------------------------------------------ */

static int by_wish(const void *x, const void *y)
{
	const struct dag_wish *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* A vertex without neighbours on that side stays where it is. */
static void sort_layer(struct dag_order *o, uint32_t layer, bool up)
{
	uint32_t first = o->layer_first[layer], n = o->layer_first[layer + 1] - first;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t v = o->order[first + i];
		const uint32_t *side = up ? o->up_first : o->down_first;
		const uint32_t *other = up ? o->up : o->down;
		double sum = 0;

		for (uint32_t k = side[v]; k < side[v + 1]; k++)
			sum += o->place[other[k]];
		o->wish[i] = (struct dag_wish){
			side[v + 1] > side[v] ? sum / (side[v + 1] - side[v]) : i, i, v };
	}
	qsort(o->wish, n, sizeof(*o->wish), by_wish);
	for (uint32_t i = 0; i < n; i++) {
		o->order[first + i] = o->wish[i].vertex;
		o->place[o->wish[i].vertex] = i;
	}
}

static void sweep(struct dag_order *o, bool down)
{
	if (down)
		for (uint32_t k = 1; k < o->layers; k++)
			sort_layer(o, k, true);
	else
		for (uint32_t k = o->layers - 1; k-- > 0;)
			sort_layer(o, k, false);
}

static void keep_best(struct dag_layout *l, struct dag_order *o)
{
	l->crossings = l->crossings_first = dag_crossings(o);
	memcpy(o->best, o->order, o->vertices * sizeof(*o->best));
	for (int i = 0; i < SWEEPS && l->crossings != 0; i++) {
		uint64_t now;

		sweep(o, i % 2 == 0);
		now = dag_crossings(o);
		if (now >= l->crossings)
			continue;
		l->crossings = now;
		memcpy(o->best, o->order, o->vertices * sizeof(*o->best));
	}
	memcpy(o->order, o->best, o->vertices * sizeof(*o->best));
	for (uint32_t k = 0; k < o->layers; k++)
		for (uint32_t i = o->layer_first[k]; i < o->layer_first[k + 1]; i++)
			o->place[o->order[i]] = i - o->layer_first[k];
}

/* ---- all of it -------------------------------------------------------------------------- */

int dag_layout_make(const sj_job *job, struct dag_layout *l, sj_error *err)
{
	struct neighbours n = { NULL, NULL, NULL, NULL };
	struct dag_order o = { .vertices = 0 };
	int rc = neighbours_make(job, &n);

	*l = (struct dag_layout){ .tasks = job->task_count };
	l->layer = calloc(job->task_count, sizeof(*l->layer));
	l->critical = calloc(job->task_count, sizeof(*l->critical));
	if (l->layer == NULL || l->critical == NULL)
		rc = SJ_ENOMEM;
	if (rc == SJ_OK)
		rc = find_layers(l, job, &n, err);
	if (rc == SJ_OK)
		rc = add_bends(l, job, err);
	if (rc == SJ_OK)
		rc = dag_order_make(l, job, &o);
	if (rc == SJ_OK) {
		keep_best(l, &o);
		rc = dag_place(l, &o);
	}
	dag_order_free(&o);
	neighbours_free(&n);
	return rc;
}

void dag_layout_fini(struct dag_layout *l)
{
	free(l->layer);
	free(l->x);
	free(l->bend_first);
	free(l->critical);
	*l = (struct dag_layout){ 0 };
}
