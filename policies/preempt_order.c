/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preempt - any queue order (sojourn/order.h), preemptive: priorities, preemptive
 * shortest job first (order=sjf), last come first served (order=lifo), fewest
 * processors first (order=narrow), earliest deadline first (order=edf).
 *
 * Orders whose keys change with time are taken anew at each pass, for what waits
 * and for what runs; between arrivals and ends nothing is decided.
 */
#include <string.h>

#include "preempt.h"
#include "sojourn/order.h"

struct preempt_order {
	struct preempt p;
	const char    *spec;
	sj_order      *order;
};

static void place(struct preempt *p, sj_ctx *cx, sj_queue_item *item)
{
	item->key = sj_order_key(((struct preempt_order *)p)->order, cx, item->task);
}

struct rekeying {
	sj_order *order;
	sj_ctx   *cx;
};

static int64_t key_now(void *arg, const sj_task *t)
{
	struct rekeying *k = arg;

	return sj_order_key(k->order, k->cx, t);
}

static void replace(struct preempt *p, sj_ctx *cx)
{
	struct rekeying k = { ((struct preempt_order *)p)->order, cx };

	if (!sj_order_dynamic(k.order))
		return; /* a key for life */
	preempt_rekey(p, key_now, &k);
	for (uint32_t i = 0; i < p->count; i++)
		place(p, cx, &p->run[i].item);
}

static void started(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	sj_order_started(((struct preempt_order *)p)->order, cx, t);
}

static void halted(struct preempt *p, sj_ctx *cx, const sj_task *t)
{
	sj_order_ended(((struct preempt_order *)p)->order, cx, t);
}

static void explain(struct preempt *p, sj_ctx *cx, const sj_queue_item *item, char *buf,
		    size_t size)
{
	sj_order_explain(((struct preempt_order *)p)->order, cx, item->task, buf, size);
}

static const struct preempt_rule rule = {
	.place = place, .replace = replace, .started = started, .halted = halted,
	.explain = explain,
};

static int init(void *self, sj_ctx *cx)
{
	struct preempt_order *s = self;

	s->order = sj_order_create(cx, s->spec);
	if (s->order == NULL)
		return SJ_EUSAGE;
	return preempt_init(&s->p, cx, &rule);
}

static const sj_param params[] = {
	{ .name = "order", .type = SJ_P_STRING, .offset = offsetof(struct preempt_order, spec),
	  .def = "priority", .help = "Order of all tasks, running or waiting." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "order= (priority); what runs and what waits in one order",
	.blocking = "skip: greedy fill from an empty machine",
	.reservation = "none; tasks at the end of the order may starve",
	.preemption = "free, work is kept: what the fill does not reach is stopped",
	.placement = "place= (first); what goes on stays where it is",
	.tie = "arrival (submit, then line of the log)",
	.instants = "arrivals and ends",
};

const sj_policy_ops sj_policy_preempt = {
	SJ_POLICY_HEAD,
	.name = "preempt",
	.summary = "any order, preemptive: a task earlier in it takes the processors of later ones",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct preempt_order),
	.params = params,
	.init = init,
	PREEMPT_CALLBACKS,
};
