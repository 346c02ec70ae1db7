/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edf, llf - earliest deadline first; least laxity first. With preempt=no the head
 * blocks and what runs stays; with preempt=yes all live tasks are one list, filled
 * greedily from an empty machine (preempt.h).
 *
 * The laxity of a task is deadline - now - remaining, by the user's estimate: what
 * it may still wait and be in time. `now` is the same for all, so the order is that
 * of deadline - remaining, which stands still while a task waits and grows while it
 * runs. So what runs falls back until another is more urgent; of two with equal
 * laxity each would then stop the other at once (Dertouzos and Mok 1989), and
 * quantum= says by how much what runs must have fallen back. At arrivals and ends
 * laxities are compared as they are. A task without a deadline comes last, by
 * arrival.
 */
#include <stdio.h>

#include "preempt.h"

struct deadline {
	struct preempt p;
	bool    preempts;
	sj_time quantum; /* llf only */
};

static sj_time left_of(sj_ctx *cx, const sj_task *t)
{
	sj_time done = sj_task_attained(cx, t);

	return t->estimate_ns > done ? t->estimate_ns - done : 0;
}

static void edf_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	(void)cx;
	item->key = item->task->deadline_ns;
}

static void llf_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	const sj_task *t = item->task;

	(void)p;
	item->key = t->deadline_ns == SJ_NEVER ? SJ_NEVER :
						 t->deadline_ns - left_of(cx, t);
}

/* When the one that runs with most laxity has fallen a quantum behind the first that
 * waits. At a rate other than 1 it is looked at again then. */
static sj_time llf_alarm(struct preempt *p, sj_ctx *cx)
{
	sj_time quantum = ((struct deadline *)p)->quantum, soonest = SJ_NEVER;
	const sj_queue_item *w = preempt_first_waiting(p);

	for (uint32_t i = 0; w != NULL && i < p->count; i++) {
		const sj_queue_item *r = &p->run[i].item;
		sj_time wait = quantum;

		if (w->key == SJ_NEVER || r->key == SJ_NEVER)
			continue;
		if (w->key > r->key)
			wait += w->key - r->key;
		if (wait < SJ_TIME_MAX - sj_now(cx) && sj_now(cx) + wait < soonest)
			soonest = sj_now(cx) + wait;
	}
	return soonest;
}

/* ---- without preemption ------------------------------------------------------- */

static int start_heads(struct preempt *p, sj_ctx *cx)
{
	const sj_queue_item *head;

	while ((head = preempt_first_waiting(p)) != NULL) {
		const sj_task *t = head->task;
		int rc;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				preempt_say(p, cx, head, "head of the queue", NULL);
			rc = sj_start(cx, t, NULL);
			if (rc != SJ_OK)
				return rc;
		}
		preempt_forget(p, t);
	}
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct deadline *s = self;

	return s->preempts ? preempt_schedule(self, cx) : start_heads(&s->p, cx);
}

/* ---- tables --------------------------------------------------------------------- */

static void explain_edf(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
			size_t size)
{
	char at[32];

	(void)p;
	(void)cx;
	if (item->task->deadline_ns == SJ_NEVER) {
		snprintf(buf, size, "no deadline");
		return;
	}
	sj_format_time(item->task->deadline_ns, at, sizeof(at));
	snprintf(buf, size, "deadline %s", at);
}

static void explain_llf(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
			size_t size)
{
	char at[32], left[32], laxity[32];

	if (item->task->deadline_ns == SJ_NEVER) {
		explain_edf(p, cx, item, buf, size);
		return;
	}
	sj_format_time(item->task->deadline_ns, at, sizeof(at));
	sj_format_time(left_of(cx, item->task), left, sizeof(left));
	sj_format_time(item->task->deadline_ns - left_of(cx, item->task) - sj_now(cx), laxity,
		       sizeof(laxity));
	snprintf(buf, size, "laxity %s (deadline %s, %s left)", laxity, at, left);
}

static const struct preempt_rule edf_rule = { .place = edf_place, .explain = explain_edf };
static const struct preempt_rule llf_rule = { .place = llf_place, .alarm = llf_alarm,
					      .explain = explain_llf };

static int edf_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &edf_rule);
}

static int llf_init(void *self, sj_ctx *cx)
{
	return preempt_init(self, cx, &llf_rule);
}

#define PREEMPT_PARAM                                                               \
	{ .name = "preempt", .type = SJ_P_BOOL,                                     \
	  .offset = offsetof(struct deadline, preempts), .def = "no",               \
	  .help = "What is more urgent takes the processors of what runs." }

static const sj_param edf_params[] = { PREEMPT_PARAM, { .name = NULL } };
static const sj_param llf_params[] = {
	PREEMPT_PARAM,
	{ .name = "quantum", .type = SJ_P_TIME, .offset = offsetof(struct deadline, quantum),
	  .def = "1min", .min = 1e-9, .max = 1e9, .unit = "s",
	  .help = "With preempt=yes: how far what runs may fall behind what waits." },
	{ .name = NULL },
};

#define COMMON                                                                      \
	.blocking = "preempt=no: the head blocks; preempt=yes: skip, greedy fill from " \
		    "an empty machine",                                             \
	.reservation = "none",                                                      \
	.preemption = "preempt=no: none; preempt=yes: free, work is kept",          \
	.placement = "place= (first); what goes on stays where it is",                   \
	.tie = "arrival (submit, then line of the log)"

static const sj_semantics edf_semantics = {
	.order = "deadline; tasks without one last", COMMON,
	.instants = "arrivals and ends",
};
static const sj_semantics llf_semantics = {
	.order = "deadline - remaining estimate; tasks without a deadline last", COMMON,
	.instants = "arrivals, ends, and with preempt=yes when what runs has fallen "
		    "quantum= behind what waits",
};

const sj_policy_ops sj_policy_edf = {
	SJ_POLICY_HEAD,
	.name = "edf",
	.summary = "earliest deadline first; preemptive or not",
	.cite = "Liu and Layland, Scheduling algorithms for multiprogramming in a hard-"
		"real-time environment, Journal of the ACM 20, 1973",
	.semantics = &edf_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct deadline),
	.params = edf_params,
	.init = edf_init,
	.on_ready = preempt_on_ready, .on_done = preempt_on_done,
	.on_node = preempt_on_node, .on_timer = preempt_on_timer,
	.schedule = schedule,
};

const sj_policy_ops sj_policy_llf = {
	SJ_POLICY_HEAD,
	.name = "llf",
	.summary = "least laxity (time to spare before the deadline) first; preemptive or not",
	.cite = "Dertouzos and Mok, Multiprocessor on-line scheduling of hard-real-time "
		"tasks, IEEE Transactions on Software Engineering 15, 1989",
	.semantics = &llf_semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct deadline),
	.params = llf_params,
	.init = llf_init,
	.on_ready = preempt_on_ready, .on_done = preempt_on_done,
	.on_node = preempt_on_node, .on_timer = preempt_on_timer,
	.schedule = schedule,
};
