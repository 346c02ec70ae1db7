/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listplan_ahead.c - what a place means for the children of a task: each of them is given, in
 * the order of priorities, the place where it would end first, and all is taken back.
 * Predecessors of a child that have no place yet are passed over.
 */
#include <stdlib.h>

#include "listplan_parts.h"

struct child {
	double   priority;
	uint32_t index;
};

static int by_priority(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* What is under way or has no place to be had does not count. */
static uint32_t children(struct sj_listplan *p, const sj_plan_job *job, uint32_t i,
			 struct child **out)
{
	uint32_t first = job->succ_first[i], n = job->succ_first[i + 1] - first, used = 0;

	if (n > p->child_cap) {
		p->child_cap = 2 * n;
		p->child = sj_alloc(p->cx, p->child_cap * sizeof(*p->child));
	}
	for (uint32_t k = 0; k < n; k++) {
		uint32_t s = job->succ[first + k].task;

		if (job->task[s].state == SJ_PLAN_OPEN || job->task[s].state == SJ_PLAN_WIDE)
			p->child[used++] = (struct child){ job->task[s].priority, s };
	}
	if (used > 1)
		qsort(p->child, used, sizeof(*p->child), by_priority);
	*out = p->child;
	return used;
}

sj_time plan_look_ahead(struct sj_listplan *p, sj_plan_job *job, uint32_t i,
			const struct plan_choice *c)
{
	struct child *child;
	uint32_t count = children(p, job, i, &child);
	sj_time latest = 0;

	if (count == 0)
		return c->end;
	p->looking = true;
	plan_promise(p, &job->task[i], c);
	for (uint32_t k = 0; k < count; k++) {
		struct plan_choice best;
		sj_plan_task *s = &job->task[child[k].index];

		if (s->state == SJ_PLAN_WIDE) {
			plan_guess(p, job, child[k].index);
			best.end = s->end_ns;
		} else if (plan_choose(p, job, child[k].index, &best)) {
			plan_promise(p, s, &best);
		} else {
			continue;
		}
		latest = plan_later(latest, best.end);
	}
	for (uint32_t k = 0; k < count; k++)
		if (job->task[child[k].index].state == SJ_PLAN_PLACED)
			plan_take_back(p, &job->task[child[k].index]);
	plan_take_back(p, &job->task[i]);
	p->looking = false;
	return latest;
}
