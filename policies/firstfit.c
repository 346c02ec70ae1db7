/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * firstfit - start every waiting task that fits, in order; nothing blocks.
 *
 * Without a reservation a wide task may starve: the price of never idling a
 * processor that somebody could use. Free processors grow only when something
 * ends, and until then no task that waits can have begun to fit; so arrivals are
 * tried alone, and a full pass goes from fit to fit, on nodes from demand to demand.
 */
#include "sojourn/backfill.h"

struct firstfit {
	const char *order;
	sj_waiting  wait;
	bool        stale; /* something ended: waiting tasks may fit now */
	const sj_task *fresh; /* the only arrival since the last pass, or NULL */
};

static int firstfit_init(void *self, sj_ctx *cx)
{
	struct firstfit *s = self;
	int rc = sj_waiting_init(&s->wait, cx, s->order);

	if (rc == SJ_OK)
		sj_waiting_by_demand(&s->wait, cx);
	return rc;
}

static void enqueue_fresh(struct firstfit *s, sj_ctx *cx)
{
	if (s->fresh != NULL)
		sj_waiting_add(&s->wait, cx, s->fresh);
	s->fresh = NULL;
}

static int firstfit_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct firstfit *s = self;

	if (s->fresh != NULL) { /* two: which goes first is the order's business */
		enqueue_fresh(s, cx);
		s->stale = true;
	}
	if (s->stale && !sj_queue_has(s->wait.queue, t))
		sj_waiting_add(&s->wait, cx, t);
	else if (!s->stale)
		s->fresh = t;
	return SJ_OK;
}

static int firstfit_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct firstfit *s = self;

	(void)how;
	enqueue_fresh(s, cx);
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_waiting_remove(&s->wait, t);
	sj_order_ended(s->wait.order, cx, t);
	s->stale = true;
	return SJ_OK;
}

static int firstfit_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct firstfit *s = self;

	(void)node;
	(void)up;
	enqueue_fresh(s, cx);
	s->stale = true;
	return SJ_OK;
}

static int try_start(struct firstfit *s, sj_ctx *cx, const sj_task *t)
{
	int rc = SJ_OK;

	if (t->state != SJ_TASK_READY)
		return SJ_OK; /* somebody else has started it */
	if (sj_explaining(cx))
		sj_because(cx, t, "fits: needs %u processors, %u free", t->procs,
			   sj_procs_free(cx));
	rc = sj_start(cx, t, NULL);
	if (rc == SJ_OK)
		sj_order_started(s->wait.order, cx, t);
	return rc;
}

/* The next task behind the last one, at first behind (INT64_MIN, 0), that may fit. */
static const sj_queue_item *next_fit(struct firstfit *s, const sj_ctx *cx,
				     const sj_queue_item *last)
{
	if (s->wait.lanes != NULL)
		return sj_lanes_next(s->wait.lanes, sj_procs_free(cx), INT64_MAX);
	return sj_queue_next_fit(s->wait.queue, last->key, last->seq, sj_procs_free(cx),
				 INT64_MAX, -1);
}

static int full_pass(struct firstfit *s, sj_ctx *cx)
{
	sj_queue_item last = { .key = INT64_MIN };
	const sj_queue_item *it;

	if (sj_queue_min_width(s->wait.queue) > sj_procs_free(cx))
		return SJ_OK;
	sj_waiting_sort(&s->wait, cx);
	if (s->wait.lanes != NULL)
		sj_lanes_begin(s->wait.lanes, last.key, last.seq);
	while ((it = next_fit(s, cx, &last)) != NULL) {
		int rc;

		last = *it;
		rc = try_start(s, cx, last.task);
		if (rc == SJ_OK)
			sj_waiting_remove(&s->wait, last.task);
		else if (rc != SJ_EFULL)
			return rc;
		else if (s->wait.lanes != NULL) /* no place for it; others may have one */
			sj_lanes_refused(s->wait.lanes, last.task);
	}
	return SJ_OK;
}

static void say_who_waits(const struct firstfit *s, sj_ctx *cx)
{
	const sj_queue_item *first = sj_queue_first(s->wait.queue);

	if (first != NULL && first->task->state == SJ_TASK_READY)
		sj_because(cx, first->task, "does not fit: needs %u processors, %u free",
			   first->width, sj_procs_free(cx));
}

static int firstfit_schedule(void *self, sj_ctx *cx)
{
	struct firstfit *s = self;
	int rc = SJ_OK;

	if (s->fresh != NULL && s->fresh->procs <= sj_procs_free(cx) &&
	    !(s->wait.lanes != NULL && sj_lanes_hopeless(s->wait.lanes, s->fresh)))
		rc = try_start(s, cx, s->fresh);
	else if (s->fresh != NULL)
		rc = SJ_EFULL;
	if (rc == SJ_EFULL)
		enqueue_fresh(s, cx);
	s->fresh = NULL;
	if (s->stale && (rc == SJ_OK || rc == SJ_EFULL))
		rc = full_pass(s, cx);
	s->stale = false;
	if (sj_explaining(cx))
		say_who_waits(s, cx);
	return rc;
}

static const sj_param firstfit_params[] = {
	{ .name = "order", .type = SJ_P_STRING, .offset = offsetof(struct firstfit, order),
	  .def = "fcfs", .help = "Order in which waiting tasks are tried." },
	{ .name = NULL },
};

static const sj_semantics firstfit_semantics = {
	.order = "order= (fcfs); ties by arrival",
	.blocking = "skip: every task that fits is started",
	.reservation = "none; wide tasks may starve",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_firstfit = {
	SJ_POLICY_HEAD,
	.name = "firstfit",
	.summary = "starts every waiting task that fits, in order, without reservations",
	.semantics = &firstfit_semantics,
	.params = firstfit_params,
	.state_size = sizeof(struct firstfit),
	.init = firstfit_init,
	.on_ready = firstfit_on_ready,
	.on_done = firstfit_on_done,
	.on_node = firstfit_on_node,
	.schedule = firstfit_schedule,
};
