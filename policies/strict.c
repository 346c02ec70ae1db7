/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strict - the head of the queue blocks: nothing overtakes it in its order.
 *
 * `fifo` needs no queue of its own and is the baseline of every comparison. All
 * others are one set of callbacks with different orders (sojourn/order.h): a row
 * below makes a policy of an order. What an order means, with its formula and
 * source, is said where orders are defined.
 */
#include <stdio.h>
#include <string.h>

#include "sojourn/backfill.h"

static const sj_semantics fifo_semantics = {
	.order = "arrival",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

static int fifo_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t;
	int rc = SJ_OK;

	(void)self;
	while (rc == SJ_OK && (t = sj_ready_first(cx)) != NULL)
		rc = sj_start(cx, t, NULL);
	if (rc == SJ_EFULL && sj_explaining(cx))
		sj_because(cx, sj_ready_first(cx), "head of the queue: needs %u "
			   "processors, %u free", sj_ready_first(cx)->procs,
			   sj_procs_free(cx));
	return rc;
}

const sj_policy_ops sj_policy_fifo = {
	SJ_POLICY_HEAD,
	.name = "fifo",
	.summary = "first come, first served; no overtaking",
	.semantics = &fifo_semantics,
	.schedule = fifo_schedule,
};

/* ---- any order --------------------------------------------------------------- */

struct strict {
	union { /* parameters of those that have some */
		const char           *formula;
		sj_multifactor_config multifactor;
	} p;
	sj_waiting wait;
};

static int strict_init(struct strict *s, sj_ctx *cx, const char *order)
{
	return sj_waiting_init(&s->wait, cx, order);
}

static int strict_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct strict *s = self;

	if (!sj_queue_has(s->wait.queue, t))
		sj_waiting_add(&s->wait, cx, t);
	return SJ_OK;
}

static int strict_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct strict *s = self;

	(void)how;
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_queue_remove(s->wait.queue, t);
	sj_order_ended(s->wait.order, cx, t);
	return SJ_OK;
}

static void say_why(const struct strict *s, sj_ctx *cx, const sj_queue_item *head)
{
	char key[256];

	sj_order_explain(s->wait.order, cx, head->task, key, sizeof(key));
	sj_because(cx, head->task, "head of the queue (%s): needs %u processors, %u free",
		   key, head->width, sj_procs_free(cx));
}

static int strict_schedule(void *self, sj_ctx *cx)
{
	struct strict *s = self;
	sj_queue *q = s->wait.queue;
	const sj_queue_item *head;
	int rc;

	if (sj_queue_min_width(q) > sj_procs_free(cx) && !sj_explaining(cx))
		return SJ_OK;
	sj_waiting_sort(&s->wait, cx);
	while ((head = sj_queue_first(q)) != NULL) {
		const sj_task *t = head->task;

		if (t->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				say_why(s, cx, head);
			rc = sj_start(cx, t, NULL);
			if (rc != SJ_OK)
				return rc;
			sj_order_started(s->wait.order, cx, t);
		}
		sj_queue_remove(q, t);
	}
	return SJ_OK;
}

static const sj_semantics strict_semantics = {
	.order = "a key per task, smaller first (see the order of the same name)",
	.blocking = "the head blocks",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news; keys that change are taken anew each time",
};

#define STRICT_CALLBACKS                                                  \
	.semantics = &strict_semantics, .state_size = sizeof(struct strict), \
	.on_ready = strict_on_ready, .on_done = strict_on_done,           \
	.schedule = strict_schedule

/* A policy of its own for each order that people compare by name. */
#define STRICT(id, order_name, text, source)                              \
	static int id##_init(void *self, sj_ctx *cx)                      \
	{                                                                 \
		return strict_init(self, cx, order_name);                 \
	}                                                                 \
	const sj_policy_ops sj_policy_##id = {                            \
		SJ_POLICY_HEAD,                                           \
		.name = order_name, .summary = text, .cite = source,      \
		.init = id##_init, STRICT_CALLBACKS                       \
	}

#define TANG                                                              \
	"Tang, Lan, Desai and Buettner, Fault-aware, utility-based job "  \
	"scheduling on Blue Gene/P systems, CLUSTER 2009"
#define CARASTAN                                                          \
	"Carastan-Santos and de Camargo, Obtaining dynamic scheduling "   \
	"policies with simulation and machine learning, SC 2017"

STRICT(sjf, "sjf", "shortest estimate first; the head blocks", NULL);
STRICT(ljf, "ljf", "longest estimate first; the head blocks", NULL);
STRICT(saf, "saf", "smallest area (estimate x processors) first; the head blocks", NULL);
STRICT(laf, "laf", "largest area (estimate x processors) first; the head blocks", NULL);
STRICT(narrow, "narrow", "fewest processors first; the head blocks", NULL);
STRICT(wide, "wide", "most processors first; the head blocks", NULL);
STRICT(lifo, "lifo", "last come, first served; the head blocks", NULL);
STRICT(wfp3, "wfp3", "favours old, short, wide jobs; the head blocks", TANG);
STRICT(unicef, "unicef", "favours old, small jobs; the head blocks", TANG);
STRICT(f1, "f1", "learned priority F1; the head blocks", CARASTAN);
STRICT(f2, "f2", "learned priority F2; the head blocks", CARASTAN);
STRICT(f3, "f3", "learned priority F3; the head blocks", CARASTAN);
STRICT(f4, "f4", "learned priority F4; the head blocks", CARASTAN);
STRICT(priority, "priority", "the jobs' own priority; the head blocks", NULL);

/* ---- orders with parameters ----------------------------------------------------- */

static int expr_init(void *self, sj_ctx *cx)
{
	struct strict *s = self;
	size_t size = strlen(s->p.formula) + sizeof("expr:()");
	char *spec = sj_alloc(cx, size);

	snprintf(spec, size, "expr:%s", s->p.formula);
	return strict_init(s, cx, spec);
}

static const sj_param expr_params[] = {
	{ .name = "formula", .type = SJ_P_STRING, .offset = offsetof(struct strict, p.formula),
	  .help = "Value of a task, larger first: a formula over wait, estimate, procs, "
		  "submit and others." },
	{ .name = NULL },
};

const sj_policy_ops sj_policy_expr = {
	SJ_POLICY_HEAD,
	.name = "expr",
	.summary = "a formula of your own, larger value first; the head blocks",
	.params = expr_params,
	.init = expr_init,
	STRICT_CALLBACKS,
};

static int multifactor_init(void *self, sj_ctx *cx)
{
	struct strict *s = self;
	size_t size = 1 + sj_params_canonical("multifactor", sj_multifactor_params,
					      &s->p.multifactor, NULL, 0);
	char *spec = sj_alloc(cx, size);

	sj_params_canonical("multifactor", sj_multifactor_params, &s->p.multifactor, spec,
			    size);
	return strict_init(s, cx, spec);
}

const sj_policy_ops sj_policy_multifactor = {
	SJ_POLICY_HEAD,
	.name = "multifactor",
	.summary = "weighted age, size, fair share, priority and queue; the head blocks",
	.cite = "the multifactor priority plugin of Slurm",
	.params = sj_multifactor_params, /* they bind to the begin of the state */
	.init = multifactor_init,
	STRICT_CALLBACKS,
};
