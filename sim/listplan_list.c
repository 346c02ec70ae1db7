/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan_list.c - in which order tasks are given their places: by the priorities of a rule. */
#include <stdlib.h>

#include "listplan_parts.h"

/* ---- the list of a job ------------------------------------------------------------------- */

static bool ahead(const sj_plan_job *job, uint32_t a, uint32_t b)
{
	double x = job->task[a].priority, y = job->task[b].priority;

	return x > y || (x == y && a < b);
}

static void list_add(const sj_plan_job *job, uint32_t *heap, uint32_t *count, uint32_t i)
{
	uint32_t at = (*count)++;

	for (uint32_t up; at > 0 && ahead(job, i, heap[up = (at - 1) / 2]); at = up)
		heap[at] = heap[up];
	heap[at] = i;
}

static uint32_t list_take(const sj_plan_job *job, uint32_t *heap, uint32_t *count)
{
	uint32_t top = heap[0], last = heap[--*count], at = 0;

	for (uint32_t child; (child = 2 * at + 1) < *count; at = child) {
		child += child + 1 < *count && ahead(job, heap[child + 1], heap[child]);
		if (ahead(job, last, heap[child]))
			break;
		heap[at] = heap[child];
	}
	heap[at] = last;
	return top;
}

static bool is_open(const sj_plan_task *t)
{
	return t->state == SJ_PLAN_OPEN || (t->state == SJ_PLAN_WIDE && t->task != NULL &&
					    t->task->state != SJ_TASK_RUNNING);
}

void plan_count_waits(sj_plan_job *job)
{
	for (uint32_t i = 0; i < job->count; i++) {
		job->task[i].waits = 0;
		for (uint32_t k = job->pred_first[i]; k < job->pred_first[i + 1]; k++)
			job->task[i].waits += is_open(&job->task[job->pred[k].task]);
	}
}

bool plan_may_have_place(const sj_plan_job *job, uint32_t i)
{
	return is_open(&job->task[i]) && job->task[i].waits == 0;
}

static void place_by_priority(sj_listplan *p, sj_plan_job *job)
{
	uint32_t *heap = sj_scratch(p->cx, job->count * sizeof(*heap)), count = 0;

	for (uint32_t i = 0; i < job->count; i++)
		if (plan_may_have_place(job, i))
			list_add(job, heap, &count, i);
	while (count > 0) {
		uint32_t i = list_take(job, heap, &count);
		sj_plan_task *t = &job->task[i];

		if (t->state == SJ_PLAN_WIDE) {
			plan_guess(p, job, i);
		} else if (!plan_place(p, job, i)) {
			continue; /* nor has what follows a place */
		} else {
			plan_stage(p, t);
			if (t->task->state == SJ_TASK_READY)
				ids_add(p, &p->due, t->task->id);
		}
		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++) {
			uint32_t s = job->succ[k].task;

			job->task[s].waits--;
			if (plan_may_have_place(job, s))
				list_add(job, heap, &count, s);
		}
	}
}

void plan_place_job(sj_listplan *p, sj_plan_job *job)
{
	plan_count_waits(job);
	if (p->rule->batch == SJ_PLAN_BY_PRIORITY)
		place_by_priority(p, job);
	else
		plan_batch_job(p, job);
}

/* ---- what is ready, of all jobs ---------------------------------------------------------- */

static int by_priority(const void *x, const void *y)
{
	const struct plan_ready *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

void plan_place_ready(sj_listplan *p)
{
	struct plan_ready *list = sj_scratch(p->cx, (p->open.count + 1) * sizeof(*list));
	uint32_t count = 0;

	for (uint32_t k = 0; k < p->open.count; k++) {
		uint32_t id = p->open.id[k];
		const sj_plan_task *t = plan_find(p, id);

		if (t != NULL && t->state == SJ_PLAN_OPEN && t->task->state == SJ_TASK_READY)
			list[count++] = (struct plan_ready){ t->priority, t->task->seq,
							p->known[id].job, t->task->index, id };
	}
	qsort(list, count, sizeof(*list), by_priority);
	p->open.count = 0;
	if (p->rule->batch != SJ_PLAN_BY_PRIORITY) {
		plan_batch_ready(p, list, count);
		return;
	}
	for (uint32_t k = 0; k < count; k++) {
		sj_plan_task *t = &list[k].job->task[list[k].index];

		if (t->state != SJ_PLAN_OPEN) /* twice in the list */
			continue;
		if (!plan_place(p, list[k].job, list[k].index)) {
			ids_add(p, &p->open, list[k].id);
			continue;
		}
		plan_stage(p, t);
		ids_add(p, &p->due, list[k].id);
	}
}
