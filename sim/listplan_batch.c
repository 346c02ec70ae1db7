/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listplan_batch.c - tasks that are ready together, placed in an order that follows from the
 * places themselves. What is best for a task changes only when a node that counts for it has
 * been promised to another.
 */
#include <stdlib.h>

#include "listplan_parts.h"

struct pending {
	const struct plan_ready *ready;
	struct plan_choice       best;
};

static sj_plan_task *task_of(const struct pending *x)
{
	return &x->ready->job->task[x->ready->index];
}

/* Larger goes first. */
static sj_time urgency(const struct sj_listplan *p, const struct pending *x)
{
	const sj_plan_task *t = task_of(x);

	switch (p->rule->batch) {
	case SJ_PLAN_MIN_MIN:
		return -x->best.end;
	case SJ_PLAN_MAX_MIN:
		return x->best.end;
	default: /* with one node there is nothing to lose */
		return t->second == SJ_PLAN_NOWHERE ? 0 : t->second_end_ns - x->best.end;
	}
}

/* Those without a place wait for a node. */
static uint32_t choose_all(sj_listplan *p, const struct plan_ready *ready, uint32_t count,
			   struct pending *list)
{
	uint32_t used = 0;

	for (uint32_t k = 0; k < count; k++) {
		sj_plan_task *t = &ready[k].job->task[ready[k].index];
		bool again = k > 0 && ready[k - 1].id == ready[k].id;

		if (t->state != SJ_PLAN_OPEN || again)
			continue;
		list[used].ready = &ready[k];
		if (plan_choose(p, ready[k].job, ready[k].index, &list[used].best))
			used++;
		else
			ids_add(p, &p->open, ready[k].id);
	}
	return used;
}

/* On one node all start alike: the end is as late as the task is long. */
static int by_length(const void *x, const void *y)
{
	const struct plan_ready *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static void place_on_one(sj_listplan *p, const struct plan_ready *ready, uint32_t count)
{
	struct plan_ready *list = sj_scratch(p->cx, (count + 1) * sizeof(*list));
	double sign = p->rule->batch == SJ_PLAN_MIN_MIN ? -1 :
		      p->rule->batch == SJ_PLAN_MAX_MIN ? 1 : 0;

	for (uint32_t k = 0; k < count; k++) {
		list[k] = ready[k];
		list[k].priority = sign *
			(double)ready[k].job->task[ready[k].index].task->estimate_ns;
	}
	qsort(list, count, sizeof(*list), by_length);
	for (uint32_t k = 0; k < count; k++) {
		sj_plan_task *t = &list[k].job->task[list[k].index];
		struct plan_choice best;

		if (t->state != SJ_PLAN_OPEN)
			continue;
		if (!plan_choose(p, list[k].job, list[k].index, &best)) {
			ids_add(p, &p->open, list[k].id);
			continue;
		}
		plan_promise(p, t, &best);
		ids_add(p, &p->due, list[k].id);
	}
}

void plan_place_batch(sj_listplan *p, const struct plan_ready *ready, uint32_t count)
{
	struct pending *list = sj_scratch(p->cx, (count + 1) * sizeof(*list));

	if (p->nodes == 1) {
		place_on_one(p, ready, count);
		return;
	}
	count = choose_all(p, ready, count, list);
	while (count > 0) {
		uint32_t first = 0, node;

		for (uint32_t k = 1; k < count; k++)
			if (urgency(p, &list[k]) > urgency(p, &list[first]))
				first = k;
		node = list[first].best.node;
		plan_promise(p, task_of(&list[first]), &list[first].best);
		plan_stage(p, task_of(&list[first]));
		ids_add(p, &p->due, list[first].ready->id);
		for (count--; first < count; first++)
			list[first] = list[first + 1];
		for (uint32_t k = 0; k < count; k++)
			if (list[k].best.node == node || task_of(&list[k])->second == node)
				plan_choose(p, list[k].ready->job, list[k].ready->index,
					    &list[k].best);
	}
}
