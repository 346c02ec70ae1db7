/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal_plan.c - tasks go to the workers that a plan names; see steal.h.
 *
 * A job is planned when it comes, as the policy heft does it with mode=static: a task of one
 * core gets a core and a span of time. A core is a worker. When the task is ready it goes into
 * the deque of that worker, which is kept by planned start. The owner takes the first. It does
 * not wait for what the plan has before it, if that is not ready, so that a worker is a thief
 * only if its deque is empty. Thieves take the last, what the owner would come to last. A
 * stolen task stands in the deque of its thief by its planned start, too.
 *
 * Plans of later jobs count on a core from the expected end of what it runs now. When a node
 * comes or goes, all that has not started is planned anew, and what waits is dealt out by the
 * new plan. What has no place in the plan is dealt out by seed=.
 */
#include <stdio.h>

#include "planned.h"
#include "steal.h"

void steal_plan_init(struct steal *s, sj_ctx *cx)
{
	s->plan = sj_listplan_create(cx, &planned_heft_rules[1], s, SJ_PLAN_STATIC);
	s->by_plan = sj_alloc(cx, s->workers * sizeof(*s->by_plan));
	for (uint32_t w = 0; w < s->workers; w++)
		s->by_plan[w] = w == 0 ? sj_queue_create(cx) :
					 sj_queue_create_beside(s->by_plan[0]);
}

static uint32_t first_of(const struct steal *s, uint32_t node)
{
	return s->nodes != 0 ? s->first[node] : 0;
}

uint32_t steal_plan_worker(const struct steal *s, const sj_task *t)
{
	sj_plan_place place;
	uint32_t w;

	if (!sj_listplan_place(s->plan, t->id, &place))
		return NOBODY;
	w = first_of(s, place.node) + place.core;
	return w < s->workers && s->worker[w].up_at != NOBODY ? w : NOBODY;
}

/* Whatever has no place is for thieves. */
static sj_time planned_start(const struct steal *s, uint32_t id)
{
	sj_plan_place place;

	return sj_listplan_place(s->plan, id, &place) ? place.start_ns : SJ_NEVER;
}

/* A tree beside the deque finds its neighbours. Of equal starts the first to come is first. */
void steal_plan_push(struct steal *s, uint32_t w, const sj_task *t)
{
	const sj_queue_item item = { .key = planned_start(s, t->id), .seq = ++s->pushes,
				     .task = t };
	sj_queue *q = s->by_plan[w];
	const sj_queue_item *later;

	sj_queue_add(q, &item);
	later = sj_queue_next(q, sj_queue_find(q, t));
	sj_deques_insert(s->deques, w, t->id,
			 later != NULL ? sj_deques_newer(s->deques, later->task->id) :
					 sj_deques_oldest(s->deques, w));
}

void steal_plan_out(struct steal *s, uint32_t w, const sj_task *t)
{
	sj_queue_remove(s->by_plan[w], t);
}

void steal_plan_started(struct steal *s, const sj_task *t)
{
	uint32_t w = s->worker_of[t->id], node = w != NOBODY ? s->worker[w].node : 0;

	sj_listplan_started(s->plan, t, node);
	for (; w != NOBODY; w = s->worker[w].mate)
		sj_listplan_occupies(s->plan, t, w - first_of(s, node));
}

void steal_plan_renew(struct steal *s, sj_ctx *cx)
{
	const sj_task *t;

	if (!sj_listplan_renew(s->plan))
		return;
	for (uint32_t w = 0; w < s->workers; w++)
		while ((t = steal_take(s, cx, w)) != NULL)
			sj_deques_push(s->deques, steal_homeless(s), t->id);
	steal_deal_homeless(s, cx);
}

void steal_plan_tell(const struct steal *s, const sj_task *t, char *text, size_t size)
{
	sj_plan_place place;
	char rank[320];

	if (size != 0)
		text[0] = '\0';
	if (!sj_listplan_place(s->plan, t->id, &place))
		return;
	sj_listplan_tell(s->plan, t, rank, sizeof(rank));
	snprintf(text, size, "; planned for worker %u from %.9g to %.9g s by %s",
		 first_of(s, place.node) + place.core, (double)place.start_ns / 1e9,
		 (double)place.end_ns / 1e9, rank);
}
