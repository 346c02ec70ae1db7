/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conservative_rebuild.c - the plan is made anew at every pass, exactly, but no
 * further than who starts now depends on it.
 *
 * Three facts make that cheap.
 * 1. A pass in which nothing has ended early leaves the plan as it is: tasks
 *    planned before stand where a plan from nothing would put them, because
 *    earliest slots begin when something is expected to end. So the plan is kept
 *    until a task ends early, or a slot has begun unused.
 * 2. While the plan is being made free processors only get fewer. So a task that
 *    does not fit now beside what is planned already cannot start in this pass,
 *    and behind the last task that does fit nothing needs to be planned.
 * 3. When nothing has ended, no slot has begun unused, and what is new stands at
 *    the end of the queue, the others are still where they were: no start.
 */
#include "conservative.h"

void rebuild_init(struct conservative *s, sj_ctx *cx)
{
	s->base = sj_plan_create(cx);
	s->due = SJ_NEVER;
}

void rebuild_ready(struct conservative *s, sj_ctx *cx, const sj_queue_item *it)
{
	(void)cx;
	if (it->key < s->edge_key || (it->key == s->edge_key && it->seq < s->edge_seq))
		s->stale = true;
	if (s->crowd || sj_queue_after(s->wait.queue, it->key, it->seq) != NULL)
		s->settled = false;
}

void rebuild_done(struct conservative *s, sj_ctx *cx, const sj_task *t, sj_time expected)
{
	sj_time now = sj_now(cx);

	s->settled = false;
	if (expected <= now)
		return;
	sj_plan_give(s->base, t, now, expected);
	s->stale = true;
}

/* ---- the plan ------------------------------------------------------------------ */

static void plan_clear(struct conservative *s)
{
	for (uint32_t i = 0; i < s->planned_count; i++)
		s->slot[s->planned[i].task->id].from = SJ_NEVER;
	s->planned_count = 0;
	s->edge_key = INT64_MIN;
	s->edge_seq = 0;
	s->due = SJ_NEVER;
}

static void plan_append(struct conservative *s, sj_ctx *cx, const sj_task *t, sj_time from)
{
	if (s->planned_count == s->planned_cap) {
		uint32_t cap = s->planned_cap > 0 ? s->planned_cap * 2 : 64;

		s->planned = sj_grow(cx, s->planned, s->planned_cap * sizeof(*s->planned),
				     cap * sizeof(*s->planned));
		s->planned_cap = cap;
	}
	s->planned[s->planned_count++] = (struct planned){ t, from };
	s->due = from < s->due ? from : s->due;
}

static int start(struct conservative *s, sj_ctx *cx, const sj_task *t)
{
	int rc = conservative_start(s, cx, t);

	if (rc == SJ_OK)
		sj_plan_take(s->base, t, sj_now(cx), s->slot[t->id].to);
	return rc;
}

/* Plans the next task and starts it when its slot begins now. */
static int plan_one(struct conservative *s, sj_ctx *cx, const sj_queue_item *it, sj_time *from)
{
	sj_time now = sj_now(cx), length = conservative_length(it->task);
	int rc = SJ_EFULL;

	*from = conservative_from(s, cx, it->task);
	if (*from < SJ_TIME_MAX)
		*from = sj_plan_find(s->profile, it->task, length, *from, SJ_TIME_MAX);
	s->edge_key = it->key;
	s->edge_seq = it->seq;
	if (*from < SJ_TIME_MAX)
		sj_plan_take(s->profile, it->task, *from, *from + length);
	else
		*from = SJ_NEVER; /* wider than what is up: no slot */
	*conservative_slot(s, cx, it->task) = (struct slot){ .from = *from };
	if (*from == now)
		rc = start(s, cx, it->task);
	if (rc == SJ_EFULL) {
		plan_append(s, cx, it->task, *from);
		return SJ_OK;
	}
	return rc;
}

/* ---- who can start -------------------------------------------------------------- */

/* Processors that a task could get now beside what is planned in p. */
static int64_t free_now(const sj_ctx *cx, const sj_plan *p)
{
	int64_t planned = sj_profile_at(sj_plan_procs(p), sj_now(cx)), have = sj_procs_free(cx);

	return planned < have ? planned : have;
}

static bool fits_now(const sj_ctx *cx, const sj_plan *p, const sj_task *t)
{
	sj_time now = sj_now(cx);

	return sj_plan_find(p, t, conservative_length(t), now, now + 1) == now;
}

/* The first task behind (key, seq) that fits now beside what is planned in p. */
static const sj_queue_item *next_fit(const struct conservative *s, const sj_ctx *cx,
				     const sj_plan *p, int64_t key, uint64_t seq)
{
	const sj_queue_item *it;
	int64_t free = free_now(cx, p);

	while ((it = sj_queue_next_fit(s->wait.queue, key, seq, free, INT64_MAX, -1)) != NULL) {
		if (fits_now(cx, p, it->task))
			return it;
		key = it->key;
		seq = it->seq;
	}
	return NULL;
}

/* Is the plan deep enough? */
static bool plan_full(const struct conservative *s)
{
	return s->depth > 0 && s->planned_count >= s->depth;
}

/*
 * Plans up to the task `fit`. Stops early, with *lost, when what was planned on
 * the way has taken its place.
 */
static int plan_through(struct conservative *s, sj_ctx *cx, const sj_queue_item *fit, bool *lost)
{
	const sj_queue_item target = *fit;
	sj_time end = sj_now(cx) + conservative_length(target.task), from;
	const sj_task *t;
	int rc = SJ_OK;

	*lost = false;
	do {
		const sj_queue_item *it = sj_queue_after(s->wait.queue, s->edge_key, s->edge_seq);

		if (plan_full(s))
			return SJ_OK;
		t = it->task;
		rc = plan_one(s, cx, it, &from);
		*lost = t != target.task && from < end && !fits_now(cx, s->profile, target.task);
	} while (rc == SJ_OK && t != target.task && !*lost);
	return rc;
}

/* Plans on until it is certain that nobody else starts now. */
static int plan_on(struct conservative *s, sj_ctx *cx)
{
	int64_t key = s->edge_key;
	uint64_t seq = s->edge_seq;
	const sj_queue_item *fit;
	bool lost;
	int rc = SJ_OK;

	while (rc == SJ_OK && !plan_full(s) &&
	       (fit = next_fit(s, cx, s->profile, key, seq)) != NULL) {
		key = fit->key;
		seq = fit->seq;
		rc = plan_through(s, cx, fit, &lost);
	}
	return rc;
}

/* ---- a pass -------------------------------------------------------------------------- */

/* Starts what is planned for now. */
static int start_due(struct conservative *s, sj_ctx *cx)
{
	sj_time now = sj_now(cx);
	uint32_t kept = 0;
	int rc = SJ_OK;

	s->due = SJ_NEVER;
	for (uint32_t i = 0; i < s->planned_count; i++) {
		struct planned p = s->planned[i];
		int one = rc == SJ_OK && p.from == now ? start(s, cx, p.task) : SJ_EFULL;

		if (one == SJ_OK)
			continue;
		if (one != SJ_EFULL)
			rc = one;
		s->planned[kept++] = p;
		s->due = p.from < s->due ? p.from : s->due;
	}
	s->planned_count = kept;
	return rc;
}

static bool fresh_fits(const struct conservative *s, const sj_ctx *cx, const sj_plan *p)
{
	int64_t free = free_now(cx, p);

	for (uint32_t i = 0; i < s->fresh_count; i++)
		if (s->fresh[i].width <= free && fits_now(cx, p, s->fresh[i].task))
			return true;
	return false;
}

/* May any waiting task start now? `p` holds a part of the plan. */
static bool hope(const struct conservative *s, const sj_ctx *cx, const sj_plan *p)
{
	if (sj_explaining(cx))
		return true;
	if (s->settled)
		return fresh_fits(s, cx, p);
	if (s->stale)
		return next_fit(s, cx, p, INT64_MIN, 0) != NULL;
	return next_fit(s, cx, p, s->edge_key, s->edge_seq) != NULL;
}

/* With nobody to be told the rest of the plan does not matter. */
static int explain(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *it;
	sj_time from;
	int rc = SJ_OK;

	while (rc == SJ_OK && !plan_full(s) &&
	       (it = sj_queue_after(s->wait.queue, s->edge_key, s->edge_seq)) != NULL)
		rc = plan_one(s, cx, it, &from);
	for (it = sj_queue_first(s->wait.queue); it != NULL; it = sj_queue_next(s->wait.queue, it))
		conservative_say_wait(s, cx, it->task);
	return rc;
}

/* On nodes a task that has become the head is planned by its place. */
static bool new_head(struct conservative *s)
{
	const sj_queue_item *head = sj_queue_first(s->wait.queue);
	uint64_t seq = s->forecast != NULL && head != NULL ? head->seq + 1 : 0;
	bool is_new = seq != s->head_seq;

	s->head_seq = seq;
	return is_new;
}

static int pass(struct conservative *s, sj_ctx *cx)
{
	int rc = SJ_OK;

	/* On nodes the start of a head makes another one the head, which is planned by its
	 * place: the slots behind it may move. */
	if (s->forecast != NULL && (new_head(s) || s->due == sj_now(cx)))
		s->stale = true;
	if (s->stale) {
		if (!hope(s, cx, s->base))
			return SJ_OK; /* and the plan stays void */
		plan_clear(s);
		sj_plan_copy(s->profile, s->base);
		s->stale = false;
	} else {
		sj_plan_trim(s->profile, sj_now(cx));
		if (s->due == sj_now(cx))
			rc = start_due(s, cx);
		else if (!hope(s, cx, s->profile))
			return SJ_OK;
	}
	if (rc == SJ_OK)
		rc = plan_on(s, cx);
	if (rc == SJ_OK && sj_explaining(cx))
		rc = explain(s, cx);
	return rc;
}

int rebuild_pass(struct conservative *s, sj_ctx *cx)
{
	int rc;

	sj_plan_trim(s->base, sj_now(cx));
	if (s->due < sj_now(cx)) { /* a slot began unused; others may get it now */
		s->stale = true;
		s->settled = false;
	}
	if (s->wait.dynamic) {
		s->stale = true;
		s->settled = false;
		if (sj_queue_min_width(s->wait.queue) > free_now(cx, s->base) &&
		    !sj_explaining(cx))
			return SJ_OK;
		sj_waiting_sort(&s->wait, cx);
	}
	rc = pass(s, cx);
	s->settled = true;
	return rc;
}
