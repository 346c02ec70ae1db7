/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * srtf, srsf - least remaining time, or time x processors, first; preemptive.
 *
 * On one processor srtf is SRPT, which minimises the mean response time (Schrage
 * 1968). Both read true run times, and are marked for it; srtf-est and srsf-est
 * are the same with the user's estimate in its place, and know no more than he
 * told. Stopping and starting costs nothing. A task that has outlived its estimate
 * has nothing left by it and goes first.
 */
#include <stdio.h>

#include "preempt.h"

/* Remaining work if the whole is `length`. */
static sj_time left_of(sj_ctx *cx, const sj_task *t, sj_time length)
{
	sj_time done = sj_task_attained(cx, t);

	return length > done ? length - done : 0;
}

static void srtf_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	item->key = left_of(cx, item->task, sj_task_runtime(cx, item->task));
}

static void srsf_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	srtf_place(p, cx, item);
	item->key = preempt_service(item->key, preempt_milli(item->task));
}

static void srtf_est_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	(void)p;
	item->key = left_of(cx, item->task, item->task->estimate_ns);
}

static void srsf_est_place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	srtf_est_place(p, cx, item);
	item->key = preempt_service(item->key, preempt_milli(item->task));
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	char left[32];

	(void)p;
	(void)cx;
	sj_format_time(item->key, left, sizeof(left));
	snprintf(buf, size, "%s left", left);
}

static void explain_area(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
			 size_t size)
{
	char left[32];

	(void)p;
	(void)cx;
	sj_format_time(item->key, left, sizeof(left));
	snprintf(buf, size, "%s of processor time left", left);
}

static const sj_semantics semantics_time = {
	.order = "remaining time; what runs and what waits in one order",
	.blocking = "skip: greedy fill from an empty machine",
	.reservation = "none; wide tasks may starve",
	.preemption = "free, work is kept: what the fill does not reach is stopped",
	.placement = "place= (first); what goes on stays where it is",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals and ends",
};

static const sj_semantics semantics_area = {
	.order = "remaining time x processors; what runs and what waits in one order",
	.blocking = "skip: greedy fill from an empty machine",
	.reservation = "none; wide tasks may starve",
	.preemption = "free, work is kept: what the fill does not reach is stopped",
	.placement = "place= (first); what goes on stays where it is",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals and ends",
};

#define SCHRAGE                                                                   \
	"Schrage, A proof of the optimality of the shortest remaining processing " \
	"time discipline, Operations Research 16, 1968"
#define TIRESIAS                                                                  \
	"Gu et al., Tiresias: a GPU cluster manager for distributed deep "        \
	"learning, NSDI 2019"

#define SHORTEST(id, policy_name, text, source, flag, defined_by, say)            \
	static const struct preempt_rule id##_rule = { .place = id##_place,       \
						       .explain = say };          \
	static int id##_init(void *self, sj_ctx *cx)                              \
	{                                                                         \
		return preempt_init(self, cx, &id##_rule);                        \
	}                                                                         \
	const sj_policy_ops sj_policy_##id = {                                    \
		SJ_POLICY_HEAD,                                                   \
		.name = policy_name, .summary = text, .cite = source,             \
		.semantics = &defined_by, .flags = SJ_PF_PREEMPTS | (flag),       \
		.state_size = sizeof(struct preempt), .init = id##_init,          \
		PREEMPT_CALLBACKS                                                 \
	}

SHORTEST(srtf, "srtf", "shortest remaining time first, by true run times; preemptive", SCHRAGE,
	 SJ_PF_CLAIRVOYANT, semantics_time, explain);
SHORTEST(srsf, "srsf",
	 "smallest remaining time x processors first, by true run times; preemptive", TIRESIAS,
	 SJ_PF_CLAIRVOYANT, semantics_area, explain_area);
SHORTEST(srtf_est, "srtf-est", "shortest remaining time first, by estimates; preemptive", NULL,
	 0, semantics_time, explain);
SHORTEST(srsf_est, "srsf-est",
	 "smallest remaining time x processors first, by estimates; preemptive", NULL, 0,
	 semantics_area, explain_area);
