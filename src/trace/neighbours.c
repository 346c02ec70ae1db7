/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neighbours.c - two passes of a counting sort, by one end and then by the other. */
#include "trace/neighbours.h"

#include <stdlib.h>

static uint32_t end_of(const sj_edge *e, bool from)
{
	return from ? e->from : e->to;
}

/* Sorts `in` by one end into `to`; `first` gets where each task begins. */
static void sort(const sj_job *job, bool from, const uint32_t *in, uint32_t *first, uint32_t *to)
{
	for (uint32_t i = 0; i <= job->task_count; i++)
		first[i] = 0;
	for (uint32_t i = 0; i < job->edge_count; i++)
		first[end_of(&job->edges[i], from)]++;
	for (uint32_t i = 1; i <= job->task_count; i++)
		first[i] += first[i - 1];
	for (uint32_t i = job->edge_count; i-- != 0;) {
		uint32_t edge = in != NULL ? in[i] : i;

		to[--first[end_of(&job->edges[edge], from)]] = edge;
	}
}

int neighbours_make(const sj_job *job, struct neighbours *n)
{
	size_t tasks = (size_t)job->task_count + 1, edges = job->edge_count;

	n->out_first = malloc((2 * tasks + 2 * edges) * sizeof(*n->out_first));
	if (n->out_first == NULL)
		return SJ_ENOMEM;
	n->in_first = n->out_first + tasks;
	n->out = n->in_first + tasks;
	n->in = n->out + edges;
	sort(job, true, NULL, n->out_first, n->out); /* by source ... */
	sort(job, false, n->out, n->in_first, n->in); /* ... and so by target, then source */
	sort(job, true, n->in, n->out_first, n->out);
	return SJ_OK;
}

void neighbours_free(struct neighbours *n)
{
	free(n->out_first);
	n->out_first = NULL;
}
