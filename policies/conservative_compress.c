/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conservative_compress.c - reservations are kept and only move earlier.
 *
 * A new task gets the earliest slot beside all others. When a task has ended
 * before it was expected to, the waiting tasks are taken in the order of the
 * queue, and each is put at the earliest slot not later than its own.
 *
 * A task can move only to a slot that overlaps room which it has not seen yet:
 * what the early end gave back, what moves before it in this pass left behind,
 * and what moves after it in the last pass left behind. The last kind is easily
 * forgotten; without it the result is a different policy. All of it lies before
 * one instant, so that a task is looked at only if the greatest number of free
 * processors before that instant is enough for it.
 */
#include "conservative.h"

void compress_init(struct conservative *s, sj_ctx *cx)
{
	s->reserved = sj_queue_create(cx);
	s->timer = SJ_NEVER;
}

void compress_done(struct conservative *s, sj_ctx *cx, const sj_task *t, sj_time expected)
{
	sj_time now = sj_now(cx);

	if (expected <= now)
		return;
	sj_plan_give(s->profile, t, now, expected);
	s->gained = expected > s->gained ? expected : s->gained;
}

/* ---- reservations ------------------------------------------------------------- */

static void reserve(struct conservative *s, sj_ctx *cx, const sj_queue_item *it, sj_time from)
{
	sj_queue_item r = *it;

	r.key = from;
	sj_queue_add(s->reserved, &r);
	*conservative_slot(s, cx, it->task) = (struct slot){
		from, from + conservative_length(it->task), false
	};
}

/* The earliest slot beside all others; a task for which there is none will be
 * looked at again when all are planned anew. */
static void plan_one(struct conservative *s, sj_ctx *cx, const sj_queue_item *it)
{
	sj_time length = conservative_length(it->task);
	sj_time from = conservative_from(s, cx, it->task);

	if (from < SJ_TIME_MAX)
		from = sj_plan_find(s->profile, it->task, length, from, SJ_TIME_MAX);

	if (from >= SJ_TIME_MAX) {
		s->stale = true;
		return;
	}
	sj_plan_take(s->profile, it->task, from, from + length);
	reserve(s, cx, it, from);
}

static void plan_all(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *it;

	s->stale = false;
	s->gained = s->vacated = 0;
	sj_queue_clear(s->reserved);
	conservative_running(s, cx, s->profile);
	for (it = sj_queue_first(s->wait.queue); it != NULL; it = sj_queue_next(s->wait.queue, it)) {
		conservative_slot(s, cx, it->task)->from = SJ_NEVER;
		plan_one(s, cx, it);
	}
}

/* Takes room at `to` and gives the rest of the old slot back. */
static void move(struct conservative *s, sj_ctx *cx, const sj_queue_item *it, sj_time to)
{
	struct slot old = *conservative_slot(s, cx, it->task);
	sj_time length = old.to - old.from, end = to + length;
	bool overlap = end > old.from;

	sj_plan_take(s->profile, it->task, to, overlap ? old.from : end);
	sj_plan_give(s->profile, it->task, overlap ? end : old.from, old.to);
	sj_queue_remove(s->reserved, it->task);
	reserve(s, cx, it, to);
}

/* ---- compression --------------------------------------------------------------- */

/* The earliest start of a reservation that is better than its own, or SJ_NEVER. */
static sj_time improve(struct conservative *s, sj_ctx *cx, const sj_queue_item *it, sj_time until)
{
	const struct slot *slot = conservative_slot(s, cx, it->task);
	sj_time limit = slot->from < until ? slot->from : until;
	sj_time at;

	if (slot->from <= sj_now(cx) || slot->from == SJ_NEVER) /* due, or new */
		return SJ_NEVER;
	at = conservative_from(s, cx, it->task);
	if (at >= limit)
		return SJ_NEVER;
	at = sj_plan_find_earlier(s->profile, it->task, slot->to - slot->from, at, limit,
				  slot->from);
	return at < limit ? at : SJ_NEVER;
}

/* The next task that is narrow enough, and not too far from the head. */
static const sj_queue_item *next_narrow(const struct conservative *s, int64_t key, uint64_t seq,
					int64_t widest, int64_t *left)
{
	const sj_queue_item *it;

	if (s->depth == 0)
		return sj_queue_next_fit(s->wait.queue, key, seq, widest, INT64_MAX, -1);
	it = sj_queue_after(s->wait.queue, key, seq);
	while (it != NULL && (*left)-- > 0 && it->width > widest)
		it = sj_queue_next(s->wait.queue, it);
	return it != NULL && *left >= 0 ? it : NULL;
}

static void compress(struct conservative *s, sj_ctx *cx)
{
	sj_time now = sj_now(cx);
	sj_time until = s->gained > s->vacated ? s->gained : s->vacated;
	const sj_queue_item *it;
	int64_t key = INT64_MIN, left = s->depth, widest;
	uint64_t seq = 0;

	s->gained = s->vacated = 0;
	/* What comes near enough to the head later has seen none of the room. */
	if (s->depth > 0)
		until = SJ_NEVER;
	if (until <= now)
		return;
	widest = sj_profile_max(sj_plan_procs(s->profile), now, until);
	while ((it = next_narrow(s, key, seq, widest, &left)) != NULL) {
		sj_time at = improve(s, cx, it, until);

		key = it->key;
		seq = it->seq;
		if (at == SJ_NEVER)
			continue;
		if (s->slot[it->task->id].to > s->vacated)
			s->vacated = s->slot[it->task->id].to;
		until = s->vacated > until ? s->vacated : until;
		move(s, cx, it, at);
		widest = sj_profile_max(sj_plan_procs(s->profile), now, until);
	}
}

/* ---- a pass ----------------------------------------------------------------------- */

/* Plans the tasks that came since the last pass, in the order of the queue. */
static void plan_new(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *it = sj_queue_first(s->wait.queue);

	if (!s->crowd && !s->wait.dynamic) {
		for (uint32_t i = 0; i < s->fresh_count; i++)
			plan_one(s, cx, &s->fresh[i]);
		return;
	}
	for (; it != NULL; it = sj_queue_next(s->wait.queue, it))
		if (conservative_slot(s, cx, it->task)->from == SJ_NEVER)
			plan_one(s, cx, it);
}

static int start_due(struct conservative *s, sj_ctx *cx)
{
	sj_time now = sj_now(cx);
	const sj_queue_item *r = sj_queue_first(s->reserved);

	while (r != NULL && r->key <= now) {
		sj_queue_item it = *r;
		int rc = conservative_start(s, cx, it.task);

		if (rc == SJ_OK)
			sj_queue_remove(s->reserved, it.task);
		else if (rc != SJ_EFULL)
			return rc;
		r = sj_queue_after(s->reserved, it.key, it.seq);
	}
	return SJ_OK;
}

/* A slot may begin when nothing else happens: its neighbour has moved away. */
static int wake(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *r = sj_queue_after(s->reserved, sj_now(cx), UINT64_MAX);

	if (s->timer <= sj_now(cx))
		s->timer = SJ_NEVER;
	if (r == NULL || r->key >= s->timer)
		return SJ_OK;
	s->timer = r->key;
	return sj_timer(cx, r->key, 0);
}

static void explain(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *it = sj_queue_first(s->wait.queue);

	for (; it != NULL; it = sj_queue_next(s->wait.queue, it))
		conservative_say_wait(s, cx, it->task);
}

/* Is there a reason for a pass? A timer whose slot has moved away is none. */
static bool called_for(const struct conservative *s, const sj_ctx *cx)
{
	const sj_queue_item *r = sj_queue_after(s->reserved, sj_now(cx) - 1, UINT64_MAX);

	return s->news || s->stale || (r != NULL && r->key == sj_now(cx));
}

int compress_pass(struct conservative *s, sj_ctx *cx)
{
	const sj_queue_item *r = sj_queue_first(s->reserved);
	int rc;

	if (!called_for(s, cx))
		return wake(s, cx);
	if (s->wait.dynamic && (s->stale || s->gained > 0 || s->fresh_count > 0))
		sj_waiting_sort(&s->wait, cx);
	sj_plan_trim(s->profile, sj_now(cx));
	if (s->stale || (r != NULL && r->key < sj_now(cx))) {
		plan_all(s, cx);
	} else {
		if (s->gained > 0)
			compress(s, cx);
		plan_new(s, cx);
	}
	rc = start_due(s, cx);
	if (rc == SJ_OK && sj_explaining(cx))
		explain(s, cx);
	return rc != SJ_OK ? rc : wake(s, cx);
}
