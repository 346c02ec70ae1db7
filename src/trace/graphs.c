/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graphs.c - see graphs.h. The tasks are walked in topological order (Kahn 1962). */
#include "trace/graphs.h"

#include <stdlib.h>
#include <string.h>

/* One block: what the walk needs, by task. */
struct walk {
	sj_time  *ready;  /* when all before it are done, with endless machines */
	uint32_t *level;  /* tasks on the longest chain before it */
	uint32_t *left;   /* predecessors not walked yet */
	uint32_t *first;  /* n + 1 offsets into `next` */
	uint32_t *next;   /* successors */
	uint32_t *queue;
};

static int walk_init(struct walk *w, const sj_job *job)
{
	size_t n = job->task_count, e = job->edge_count;
	uint32_t *at = calloc(1, n * sizeof(sj_time) + (4 * n + 1 + e) * sizeof(*at));

	if (at == NULL)
		return SJ_ENOMEM;
	w->ready = (sj_time *)(void *)at;
	w->level = (uint32_t *)(void *)(w->ready + n);
	w->left = w->level + n;
	w->queue = w->left + n;
	w->first = w->queue + n;
	w->next = w->first + n + 1;
	for (size_t i = 0; i < e; i++) {
		w->left[job->edges[i].to]++;
		w->first[job->edges[i].from]++;
	}
	for (size_t i = 1; i <= n; i++)
		w->first[i] += w->first[i - 1];
	for (size_t i = e; i-- != 0;)
		w->next[--w->first[job->edges[i].from]] = job->edges[i].to;
	return SJ_OK;
}

static sj_time longer(sj_time a, sj_time b)
{
	return a < SJ_TIME_MAX - b ? a + b : SJ_TIME_MAX;
}

/* How many tasks could be walked: all, but for a circle. */
static uint32_t walk_all(struct walk *w, const sj_job *job, const sj_task_spec *t,
			 sj_time *path_ns)
{
	uint32_t begin = 0, end = 0;

	for (uint32_t i = 0; i < job->task_count; i++)
		if (w->left[i] == 0)
			w->queue[end++] = i;
	for (; begin < end; begin++) {
		uint32_t i = w->queue[begin];
		sj_time done = longer(w->ready[i], t[i].work_ns);

		*path_ns = done > *path_ns ? done : *path_ns;
		for (uint32_t k = w->first[i]; k < w->first[i + 1]; k++) {
			uint32_t to = w->next[k];

			if (w->ready[to] < done)
				w->ready[to] = done;
			if (w->level[to] < w->level[i] + 1)
				w->level[to] = w->level[i] + 1;
			if (--w->left[to] == 0)
				w->queue[end++] = to;
		}
	}
	return begin;
}

static void count_levels(struct graph_facts *f, const struct walk *w, uint32_t n)
{
	uint32_t *tasks = w->left; /* all 0 behind the walk */

	for (uint32_t i = 0; i < n; i++) {
		uint32_t here = ++tasks[w->level[i]];

		f->width = here > f->width ? here : f->width;
		f->levels = w->level[i] + 1 > f->levels ? w->level[i] + 1 : f->levels;
	}
}

int graph_facts_add(struct graph_facts *f, const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = job->task_count > 1 ? job->tasks : &job->task;
	struct walk w;
	uint32_t walked;

	for (uint32_t i = 0; i < job->task_count; i++) {
		f->work_ns += (uint64_t)t[i].work_ns;
		f->area_ns += (unsigned __int128)(uint64_t)t[i].work_ns * t[i].ranks * t[i].cores;
	}
	for (uint32_t i = 0; i < job->edge_count; i++) {
		f->bytes += job->edges[i].bytes;
		f->carrying += job->edges[i].bytes != 0;
	}
	f->tasks += job->task_count;
	f->edges += job->edge_count;
	f->jobs += job->task_count > 1;
	if (job->task_count == 1 && job->edge_count == 0) { /* most jobs of most logs */
		f->path_ns = t->work_ns > f->path_ns ? t->work_ns : f->path_ns;
		f->levels += f->levels == 0;
		f->width += f->width == 0;
		return SJ_OK;
	}
	if (walk_init(&w, job) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "no memory for a job of %u tasks",
			       job->task_count);
	walked = walk_all(&w, job, t, &f->path_ns);
	if (walked == job->task_count)
		count_levels(f, &w, job->task_count);
	free(w.ready);
	return walked == job->task_count ? SJ_OK :
	       sj_fail(err, SJ_EPARSE, "job %lld: tasks wait for each other in a circle",
		       (long long)job->id);
}
