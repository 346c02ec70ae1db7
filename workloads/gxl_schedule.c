/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gxl_schedule.c - see gxl_schedule.h. */
#include "gxl_schedule.h"

#include <stdlib.h>
#include <string.h>

int gxl_schedule_add(struct gxl_schedule *s, uint32_t task, struct gxl_slot slot, sj_error *err)
{
	if (task > s->cap) {
		uint32_t cap = s->cap == 0 ? 64 : s->cap;
		struct gxl_slot *bigger;

		while (cap < task)
			cap *= 2;
		bigger = realloc(s->slot, cap * sizeof(*bigger));
		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for a schedule of %u tasks",
				       task);
		s->slot = bigger;
		s->cap = cap;
	}
	for (; s->count < task; s->count++)
		s->slot[s->count] = GXL_NO_SLOT;
	s->slot[task - 1] = slot;
	return SJ_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct gxl_slot *x = a, *y = b;

	if (x->processor != y->processor)
		return x->processor < y->processor ? -1 : 1;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return x->finish_ns < y->finish_ns ? -1 : x->finish_ns > y->finish_ns;
}

/* `slot` is a copy in any order. */
static bool fits(struct gxl_slot *slot, uint32_t n, const sj_workload_info *info)
{
	uint32_t processors = 0; /* numbered from 0 in some documents, from 1 in others */
	sj_time last = 0;

	qsort(slot, n, sizeof(*slot), by_place);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || slot[i].processor != slot[i - 1].processor)
			processors++;
		else if (slot[i].start_ns < slot[i - 1].finish_ns)
			return false;
		last = slot[i].finish_ns > last ? slot[i].finish_ns : last;
	}
	return last == info->stated_makespan_ns &&
	       (info->max_procs == 0 || processors <= info->max_procs);
}

static bool lasts(const struct gxl_schedule *s, const struct graph_job *g)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct gxl_slot *at = &s->slot[i];

		if (at->start_ns < 0 || at->finish_ns < 0 || at->processor == UINT32_MAX ||
		    at->finish_ns - at->start_ns != g->task[i].work_ns)
			return false;
	}
	return s->count == g->names.count;
}

/* A byte takes 1 ns between processors: see gxl.c. */
static bool follows(const struct gxl_schedule *s, const struct graph_job *g)
{
	for (uint32_t i = 0; i < g->edges; i++) {
		const struct gxl_slot *from = &s->slot[g->edge[i].from];
		const struct gxl_slot *to = &s->slot[g->edge[i].to];
		uint64_t sent = from->processor != to->processor ? g->edge[i].bytes : 0;

		if (to->start_ns < from->finish_ns ||
		    (uint64_t)(to->start_ns - from->finish_ns) < sent)
			return false;
	}
	return true;
}

int gxl_schedule_judge(const struct gxl_schedule *s, struct graph_job *g, struct deck *d,
		       sj_error *err)
{
	struct gxl_slot *copy;
	bool any = false, valid;

	for (uint32_t i = 0; i < s->count; i++)
		any = any || s->slot[i].start_ns >= 0 || s->slot[i].finish_ns >= 0 ||
		      s->slot[i].processor != UINT32_MAX;
	if (!any)
		return SJ_OK;
	copy = malloc(s->count * sizeof(*copy));
	if (copy == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for a schedule of %u tasks", s->count);
	memcpy(copy, s->slot, s->count * sizeof(*copy));
	valid = lasts(s, g) && fits(copy, s->count, &d->source.info) && follows(s, g);
	free(copy);
	deck_count(d, "schedule_valid", valid);
	return SJ_OK;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The different numbers of processors, ascending, in `out`; how many. */
static uint32_t processors(const struct gxl_schedule *s, uint32_t *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->count; i++)
		out[i] = s->slot[i].processor;
	qsort(out, s->count, sizeof(*out), by_number);
	for (uint32_t i = 0; i < s->count; i++)
		if (n == 0 || out[n - 1] != out[i])
			out[n++] = out[i];
	return n;
}

int gxl_schedule_keep(const struct gxl_schedule *s, struct graph_job *g, const char *file,
		      sj_error *err)
{
	uint32_t *number = malloc((s->count + 1u) * sizeof(*number)), n;

	if (number == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory for its schedule", file);
	n = processors(s, number);
	for (uint32_t i = 0; i < g->names.count; i++) {
		const struct gxl_slot *at = i < s->count ? &s->slot[i] : &GXL_NO_SLOT;
		const uint32_t *found = bsearch(&at->processor, number, n, sizeof(*number),
						by_number);

		if (at->start_ns < 0 || at->processor == UINT32_MAX || found == NULL) {
			free(number);
			return sj_fail(err, SJ_EPARSE, "%s: schedule=yes: node \"%.60s\" has no "
				       "start or no processor", file, g->names.name[i]);
		}
		g->task[i].node = (uint32_t)(found - number) + 1;
		g->task[i].logged_ns = at->start_ns + 1;
	}
	free(number);
	return SJ_OK;
}

void gxl_schedule_fini(struct gxl_schedule *s)
{
	free(s->slot);
	*s = (struct gxl_schedule){ 0 };
}
