/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uses.c - see uses.h. */
#include "uses.h"

#include <stdlib.h>

int uses_add(struct uses *u, struct use use, sj_error *err)
{
	if (u->count == u->cap) {
		uint32_t cap = u->cap == 0 ? 256 : u->cap * 2;
		struct use *bigger = u->cap > UINT32_MAX / 4 ? NULL :
				     realloc(u->use, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %u uses of files",
				       u->count);
		u->use = bigger;
		u->cap = cap;
	}
	u->use[u->count++] = use;
	return SJ_OK;
}

/* Of one file the outputs first. */
static int by_file(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->output != y->output)
		return x->output ? -1 : 1;
	return x->task < y->task ? -1 : x->task > y->task;
}

void uses_to_edges(struct uses *u, struct graph_job *g)
{
	graph_job_sort_edges(g);
	if (u->count > 1)
		qsort(u->use, u->count, sizeof(*u->use), by_file);
	for (uint32_t i = 0, first = 0; i < u->count; i++) {
		if (u->use[i].file != u->use[first].file)
			first = i;
		for (uint32_t k = first; k < i && u->use[k].output && !u->use[i].output; k++) {
			sj_edge *e = graph_job_find_edge(g, u->use[k].task, u->use[i].task);

			if (e != NULL)
				e->bytes += u->use[i].bytes;
		}
	}
}

void uses_fini(struct uses *u)
{
	free(u->use);
	*u = (struct uses){ 0 };
}
