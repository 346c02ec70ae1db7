/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conservative - backfilling in which every waiting task holds a reservation.
 *
 * Follows Mu'alem and Feitelson, "Utilization, predictability, workloads, and
 * user runtime estimates in scheduling the IBM SP2 with backfilling", TPDS 12(6),
 * 2001. Two policies go by this name, and they differ in a third of all starts
 * on a real log:
 *
 *   plan=rebuild   at every pass the plan is made from nothing, in the order of
 *                  the queue: a task may come to stand later than before;
 *   plan=compress  a reservation stands until the task starts and only moves
 *                  earlier, when a task has ended before it was expected to.
 *
 * A task past its expected end counts as ending now. A task whose slot begins
 * while such a task still holds the processors keeps waiting; that is the one
 * case in which a kept reservation is broken and all are made anew. The same
 * happens when the machine shrinks, and on nodes when what is free lies wrong.
 *
 * On nodes the plan counts totals: processors, GPUs, memory. Whether a task has a place
 * shows when its slot begins; without one it waits on and keeps the slot. That alone
 * could keep a task waiting for ever, so the head of the queue is looked after exactly,
 * as under EASY: it is planned from the first time at which it will have a place, and
 * nobody starts who would take it.
 */
#include "conservative.h"

/* As the number of running tasks: look at what the core says. */
#define DISTRUST UINT32_MAX

/* ---- slots ------------------------------------------------------------------ */

sj_time conservative_length(const sj_task *t)
{
	return t->estimate_ns > 0 ? t->estimate_ns : SJ_NS_PER_S;
}

struct slot *conservative_slot(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	s->slot = sj_grow_to(cx, s->slot, &s->slot_cap, t->id, sizeof(*s->slot));
	return &s->slot[t->id];
}

static void set_running(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	*conservative_slot(s, cx, t) = (struct slot){
		t->start_ns, t->start_ns + conservative_length(t), true
	};
	s->running++;
	if (s->forecast != NULL) {
		sj_ends_add(&s->ends, t);
		sj_forecast_started(s->forecast, t);
	}
}

void conservative_running(struct conservative *s, sj_ctx *cx, sj_plan *p)
{
	sj_plan_reset(p);
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		sj_plan_take(p, t, sj_now(cx), conservative_slot(s, cx, t)->to);
}

/* ---- places ------------------------------------------------------------------ */

/* The head of the queue, when it waits for a place on nodes. */
static const sj_task *blocked_head(const struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *head;

	if (s->forecast == NULL)
		return NULL;
	head = sj_queue_first(s->wait.queue);
	return head != NULL && !sj_fits(cx, head->task) ? head->task : NULL;
}

sj_time conservative_from(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	if (s->forecast == NULL || sj_queue_first(s->wait.queue)->task != t ||
	    blocked_head(s, cx) == NULL)
		return sj_now(cx);
	return sj_forecast_shadow(s->forecast, &s->ends, t, true);
}

/* As sj_start(), but not where the head will be. */
static int start_beside_head(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	const sj_task *head = blocked_head(s, cx);
	sj_placement where;
	sj_time shadow;

	if (head == NULL)
		return sj_start(cx, t, NULL);
	if (head == t)
		return SJ_EFULL;
	shadow = sj_forecast_shadow(s->forecast, &s->ends, head, true);
	if (t->estimate_ns <= shadow - sj_now(cx))
		return sj_start(cx, t, NULL);
	if (sj_forecast_spare(s->forecast, t, &where) != SJ_SPARE_YES)
		return SJ_EFULL;
	return sj_start(cx, t, &where);
}

int conservative_start(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	int rc;

	if (sj_explaining(cx))
		sj_because(cx, t, "its slot begins now: needs %u processors, %u free",
			   t->procs, sj_procs_free(cx));
	rc = start_beside_head(s, cx, t);
	if (rc != SJ_OK)
		return rc;
	sj_queue_remove(s->wait.queue, t);
	sj_order_started(s->wait.order, cx, t);
	set_running(s, cx, t);
	return SJ_OK;
}

static double seconds(sj_time t)
{
	return (double)t / (double)SJ_NS_PER_S;
}

void conservative_say_wait(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	const struct slot *slot = conservative_slot(s, cx, t);

	if (slot->from == SJ_NEVER)
		sj_because(cx, t, "no reservation: needs %u processors, %u free now",
			   t->procs, sj_procs_free(cx));
	else if (slot->from <= sj_now(cx))
		sj_because(cx, t, "its slot has begun, but a task past its expected end or "
			   "the placement is in the way: needs %u processors, %u free now",
			   t->procs, sj_procs_free(cx));
	else
		sj_because(cx, t, "reserved at %.9g s: needs %u processors, %u free now",
			   seconds(slot->from), t->procs, sj_procs_free(cx));
}

/* ---- the truth ----------------------------------------------------------------- */

/* Everything anew from what the core says. */
static void look_again(struct conservative *s, sj_ctx *cx)
{
	sj_queue_clear(s->wait.queue);
	s->running = s->planned_count = s->fresh_count = 0;
	s->stale = true;
	s->settled = false;
	if (s->forecast != NULL) {
		sj_queue_clear(s->ends.queue);
		sj_forecast_clear(s->forecast);
	}
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t)) {
		*conservative_slot(s, cx, t) = (struct slot){ .from = SJ_NEVER };
		sj_waiting_add(&s->wait, cx, t);
	}
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		set_running(s, cx, t);
	if (s->plan == PLAN_REBUILD)
		conservative_running(s, cx, s->base);
}

/*
 * As a part of another policy this one sees tasks start that it did not start.
 * Its own picture is a part of the truth, so equal counts mean equal sets.
 */
static bool up_to_date(const struct conservative *s, const sj_ctx *cx)
{
	return sj_running_count(cx) == s->running &&
	       sj_ready_count(cx) == sj_queue_count(s->wait.queue);
}

/* ---- callbacks -------------------------------------------------------------------- */

static void remember(struct conservative *s, const sj_queue_item *it)
{
	uint32_t i;

	if (s->fresh_count == FRESH_MAX) {
		s->crowd = true;
		return;
	}
	for (i = s->fresh_count++; i > 0; i--) {
		const sj_queue_item *last = &s->fresh[i - 1];

		if (last->key < it->key || (last->key == it->key && last->seq < it->seq))
			break;
		s->fresh[i] = *last;
	}
	s->fresh[i] = *it;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct conservative *s = self;
	struct slot *slot = conservative_slot(s, cx, t);
	sj_queue_item it = sj_waiting_item(&s->wait, cx, t);

	if (slot->running || sj_queue_has(s->wait.queue, t)) {
		s->running = DISTRUST; /* preempted, or rejected by somebody else */
		return SJ_OK;
	}
	*slot = (struct slot){ .from = SJ_NEVER };
	s->news = true;
	remember(s, &it);
	if (s->plan == PLAN_REBUILD)
		rebuild_ready(s, cx, &it);
	sj_queue_add(s->wait.queue, &it);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct conservative *s = self;
	struct slot *slot = conservative_slot(s, cx, t);

	(void)how;
	s->news = true;
	if (s->forecast != NULL) {
		if (sj_queue_has(s->ends.queue, t))
			sj_queue_remove(s->ends.queue, t);
		sj_forecast_ended(s->forecast, t);
	}
	if (slot->running) {
		slot->running = false;
		s->running -= s->running != DISTRUST;
		if (s->plan == PLAN_REBUILD)
			rebuild_done(s, cx, t, slot->to);
		else
			compress_done(s, cx, t, slot->to);
	}
	if (sj_queue_has(s->wait.queue, t)) { /* somebody else has started it */
		sj_queue_remove(s->wait.queue, t);
		s->running = DISTRUST;
	}
	sj_order_ended(s->wait.order, cx, t);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct conservative *s = self;

	(void)cx;
	(void)node;
	(void)up;
	s->running = DISTRUST;
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct conservative *s = self;

	int rc;

	if (!up_to_date(s, cx))
		look_again(s, cx);
	rc = s->plan == PLAN_REBUILD ? rebuild_pass(s, cx) : compress_pass(s, cx);
	s->fresh_count = 0;
	s->news = s->crowd = false;
	return rc;
}

static int init(void *self, sj_ctx *cx)
{
	struct conservative *s = self;
	int rc = sj_waiting_init(&s->wait, cx, s->order);

	if (rc != SJ_OK)
		return rc;
	s->stale = true;
	s->profile = sj_plan_create(cx);
	s->forecast = sj_forecast_create(cx);
	sj_ends_init(&s->ends, cx);
	if (s->plan == PLAN_REBUILD)
		rebuild_init(s, cx);
	else
		compress_init(s, cx);
	return SJ_OK;
}

/* ---- the policy ------------------------------------------------------------------- */

static const char *const plans[] = { "rebuild", "compress", NULL };

static const sj_param params[] = {
	{ .name = "plan", .type = SJ_P_ENUM, .offset = offsetof(struct conservative, plan),
	  .def = "rebuild", .choices = plans,
	  .help = "rebuild: all reservations are made anew at every pass; compress: they "
		  "are kept and only move earlier, when a task ends early." },
	{ .name = "order", .type = SJ_P_STRING, .offset = offsetof(struct conservative, order),
	  .def = "fcfs", .help = "Order in which tasks are planned." },
	{ .name = "depth", .type = SJ_P_INT, .offset = offsetof(struct conservative, depth),
	  .def = "0", .min = 0, .max = 1e9, .unit = "tasks",
	  .live = true,
	  .help = "rebuild: waiting tasks that hold a reservation; compress: tasks that an "
		  "early end may move; counted from the head of the queue, 0 is all." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "order= (fcfs); ties by arrival",
	.blocking = "nothing blocks; a task starts when its slot begins",
	.reservation = "one for every waiting task, by expected ends (start + estimate; an "
		       "estimate of 0 is planned as 1 s); plan= says when they change; on "
		       "nodes by total processors, GPUs and memory, and by place for the head",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news; plan=compress: also when a slot begins",
};

const sj_policy_ops sj_policy_conservative = {
	SJ_POLICY_HEAD,
	.name = "conservative",
	.summary = "backfilling in which every waiting task holds a reservation",
	.cite = "Mu'alem and Feitelson, TPDS 12(6), 2001",
	.semantics = &semantics,
	.state_size = sizeof(struct conservative),
	.params = params,
	.init = init,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.schedule = schedule,
};
