/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listplan_batch.c - tasks that are placed in an order that follows from the places
 * themselves: those that are ready together, or those of a job whose predecessors are placed.
 *
 * A place only gets worse while others are given theirs. Where an early end makes urgent, what
 * a task had when it was last looked at is a bound: a heap of bounds finds the most urgent,
 * and few are looked at again. Where a late end or a loss makes urgent, those are looked at
 * again for which a node that counts has been promised to another. On one node all that
 * are ready start alike, and their lengths are the order.
 */
#include "listplan_parts.h"

enum search { BOUNDS, LOOKS, LENGTHS };

struct pending {
	sj_plan_job       *job;
	uint32_t           index;
	sj_time            urgency; /* larger goes first */
	struct plan_choice best;
};

struct batch {
	struct sj_listplan *p;
	enum search         search;
	struct pending     *item; /* LOOKS: in no order; else a heap */
	uint32_t            count;
};

static sj_plan_task *task_of(const struct pending *x)
{
	return &x->job->task[x->index];
}

/* With one node there is nothing to lose. */
static sj_time urgency(const struct batch *b, const struct pending *x)
{
	const sj_plan_task *t = task_of(x);
	bool lengths = b->search == LENGTHS;
	sj_time end = lengths ? t->expect_ns : x->best.end;

	switch (b->p->rule->batch) {
	case SJ_PLAN_MIN_MIN:
		return -end;
	case SJ_PLAN_MAX_MIN:
		return end;
	case SJ_PLAN_BY_LEVEL:
		return (sj_time)t->priority - end;
	default:
		return lengths || t->second == SJ_PLAN_NOWHERE ? 0 : t->second_end_ns - end;
	}
}

/* Ties: by arrival, then by number in the job. */
static bool ahead(const struct pending *a, const struct pending *b)
{
	uint64_t x = task_of(a)->task->seq, y = task_of(b)->task->seq;

	if (a->urgency != b->urgency)
		return a->urgency > b->urgency;
	return x < y || (x == y && a->index < b->index);
}

/* ---- a heap ------------------------------------------------------------------------------ */

static void sift_up(struct pending *item, uint32_t at, const struct pending *x)
{
	for (uint32_t up; at > 0 && ahead(x, &item[up = (at - 1) / 2]); at = up)
		item[at] = item[up];
	item[at] = *x;
}

static void sift_down(struct pending *item, uint32_t count, const struct pending *x)
{
	uint32_t at = 0;

	for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
		child += child + 1 < count && ahead(&item[child + 1], &item[child]);
		if (ahead(x, &item[child]))
			break;
		item[at] = item[child];
	}
	item[at] = *x;
}

/* ---- one by one -------------------------------------------------------------------------- */

static struct batch begin(struct sj_listplan *p, uint32_t most)
{
	sj_plan_batch by = p->rule->batch;

	return (struct batch){
		.p = p, .item = sj_scratch(p->cx, (most + 1) * sizeof(struct pending)),
		.search = by == SJ_PLAN_BY_LEVEL ? BOUNDS : p->nodes == 1 ? LENGTHS :
			  by == SJ_PLAN_MIN_MIN ? BOUNDS : LOOKS };
}

/* False: no node that is up will do. */
static bool add(struct batch *b, sj_plan_job *job, uint32_t i)
{
	struct pending x = { .job = job, .index = i };

	if (!plan_choose(b->p, job, i, &x.best))
		return false;
	x.urgency = urgency(b, &x);
	sift_up(b->item, b->count++, &x);
	return true;
}

static struct pending take_top(struct batch *b)
{
	struct pending top = b->item[0], last = b->item[--b->count];

	if (b->count > 0)
		sift_down(b->item, b->count, &last);
	return top;
}

/* A bound that holds is the most urgent: all others are below their bounds. */
static struct pending take_by_bounds(struct batch *b)
{
	for (;;) {
		struct pending top = take_top(b);
		sj_time bound = top.urgency;

		plan_choose(b->p, top.job, top.index, &top.best);
		if (b->search == LENGTHS)
			return top;
		top.urgency = urgency(b, &top);
		if (top.urgency == bound)
			return top;
		sift_up(b->item, b->count++, &top);
	}
}

static struct pending take_by_looks(struct batch *b)
{
	uint32_t first = 0;
	struct pending top;

	for (uint32_t k = 1; k < b->count; k++)
		if (ahead(&b->item[k], &b->item[first]))
			first = k;
	top = b->item[first];
	b->item[first] = b->item[--b->count];
	return top;
}

/* The most urgent has its place when this returns. */
static struct pending place_next(struct batch *b)
{
	struct pending top = b->search == LOOKS ? take_by_looks(b) : take_by_bounds(b);
	sj_plan_task *t = task_of(&top);

	plan_promise(b->p, t, &top.best);
	plan_stage(b->p, t);
	for (uint32_t k = 0; k < b->count && b->search == LOOKS; k++) {
		struct pending *x = &b->item[k];

		if (x->best.node != top.best.node && task_of(x)->second != top.best.node)
			continue;
		plan_choose(b->p, x->job, x->index, &x->best);
		x->urgency = urgency(b, x);
	}
	return top;
}

/* ---- what is ready, and jobs ------------------------------------------------------------- */

/* Those without a place wait for a node. */
void plan_batch_ready(struct sj_listplan *p, const struct plan_ready *ready, uint32_t count)
{
	struct batch b = begin(p, count);

	for (uint32_t k = 0; k < count; k++) {
		bool again = k > 0 && ready[k - 1].id == ready[k].id;

		if (!again && !add(&b, ready[k].job, ready[k].index))
			ids_add(p, &p->open, ready[k].id);
	}
	while (b.count > 0) {
		struct pending x = place_next(&b);

		ids_add(p, &p->due, task_of(&x)->task->id);
	}
}

/* What is not planned has no place to wait for; nor has what follows a task without one. */
static void reach(struct batch *b, sj_plan_job *job, uint32_t *wave, uint32_t count)
{
	while (count > 0) {
		uint32_t i = wave[--count];

		if (job->task[i].state != SJ_PLAN_WIDE) {
			add(b, job, i);
			continue;
		}
		plan_guess(b->p, job, i);
		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++) {
			uint32_t s = job->succ[k].task;

			job->task[s].waits--;
			if (plan_may_have_place(job, s))
				wave[count++] = s;
		}
	}
}

void plan_batch_job(struct sj_listplan *p, sj_plan_job *job)
{
	uint32_t *wave = sj_scratch(p->cx, (job->count + 1) * sizeof(*wave)), count = 0;
	struct batch b = begin(p, job->count);

	for (uint32_t i = 0; i < job->count; i++)
		if (plan_may_have_place(job, i))
			wave[count++] = i;
	reach(&b, job, wave, count);
	while (b.count > 0) {
		struct pending x = place_next(&b);
		const sj_task *t = task_of(&x)->task;

		if (t->state == SJ_TASK_READY)
			ids_add(p, &p->due, t->id);
		count = 0;
		for (uint32_t k = job->succ_first[x.index]; k < job->succ_first[x.index + 1]; k++) {
			uint32_t s = job->succ[k].task;

			job->task[s].waits--;
			if (plan_may_have_place(job, s))
				wave[count++] = s;
		}
		reach(&b, job, wave, count);
	}
}
