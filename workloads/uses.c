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

/* Uses [first, end) are of one file that a task writes. */
static void add_to_edges(const struct uses *u, uint32_t first, uint32_t end,
			 struct graph_job *g)
{
	uint32_t makers = first;

	while (makers < end && u->use[makers].output)
		makers++;
	for (uint32_t i = makers; i < end; i++)
		for (uint32_t k = first; k < makers; k++) {
			sj_edge *e = graph_job_find_edge(g, u->use[k].task, u->use[i].task);

			if (e != NULL)
				e->bytes += u->use[i].bytes;
		}
}

/* ... that none writes. */
static int add_file(const struct uses *u, uint32_t first, uint32_t end, struct graph_job *g,
		    sj_error *err)
{
	sj_file f = { .name = u->use[first].file, .to = SJ_FILE_STAYS };
	int rc;

	for (uint32_t i = first; i < end; i++)
		if (u->use[i].bytes > f.bytes)
			f.bytes = u->use[i].bytes;
	if (f.bytes == 0)
		return SJ_OK;
	rc = file_list_add(&g->files, f, err);
	if (rc == SJ_OK)
		rc = file_list_at(&g->files, SJ_AT_STORAGE, err);
	for (uint32_t i = first; i < end && rc == SJ_OK; i++)
		if (i == first || u->use[i].task != u->use[i - 1].task)
			rc = file_list_read(&g->files, u->use[i].task - 1, g->files.files - 1, err);
	return rc;
}

int uses_close(struct uses *u, struct graph_job *g, struct names *names, struct deck *d,
	       sj_error *err)
{
	int rc = SJ_OK;

	graph_job_sort_edges(g);
	if (u->count > 1)
		qsort(u->use, u->count, sizeof(*u->use), by_file);
	for (uint32_t first = 0, end; first < u->count && rc == SJ_OK; first = end) {
		for (end = first + 1; end < u->count && u->use[end].file == u->use[first].file;)
			end++;
		if (u->use[first].output)
			add_to_edges(u, first, end, g);
		else
			rc = add_file(u, first, end, g, err);
	}
	d->file = *names;
	*names = (struct names){ 0 };
	return rc;
}

void uses_fini(struct uses *u)
{
	free(u->use);
	*u = (struct uses){ 0 };
}
