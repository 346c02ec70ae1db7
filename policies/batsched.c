/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsched-easy-fast - the quick EASY of Batsched, the scheduler of Batsim.
 *
 * The head's shadow time is computed when it becomes the head and never again;
 * there is no use of extra processors; the queue is walked only when something
 * has ended, and otherwise an arrival is tried alone. A node that comes or goes counts as
 * an end, and makes the head's shadow time void.
 */
#include "sojourn/backfill.h"

struct batsched {
	sj_waiting     wait;   /* behind the head */
	sj_ends        ends;
	const sj_task *head;   /* blocked; NULL: none */
	sj_time        shadow; /* of the head */
	bool           ended;  /* or a node came or went */
	bool           moved;  /* it did: the head's shadow is void */
	sj_queue      *fresh;  /* arrivals since the last pass */
};

static int batsched_init(void *self, sj_ctx *cx)
{
	struct batsched *s = self;

	sj_ends_init(&s->ends, cx);
	s->fresh = sj_queue_create(cx);
	return sj_waiting_init(&s->wait, cx, "fcfs");
}

static int batsched_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct batsched *s = self;
	sj_queue_item it = sj_waiting_item(&s->wait, cx, t);

	sj_queue_add(s->fresh, &it);
	return SJ_OK;
}

static int batsched_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct batsched *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->ends.queue, t))
		sj_queue_remove(s->ends.queue, t);
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_queue_remove(s->wait.queue, t);
	if (sj_queue_has(s->fresh, t))
		sj_queue_remove(s->fresh, t);
	if (s->head == t)
		s->head = NULL;
	s->ended = true;
	return SJ_OK;
}

static int batsched_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct batsched *s = self;

	(void)cx;
	(void)node;
	(void)up;
	s->ended = s->moved = true;
	return SJ_OK;
}

static int start(struct batsched *s, sj_ctx *cx, const sj_task *t)
{
	int rc;

	if (sj_explaining(cx) && s->head == NULL)
		sj_because(cx, t, "head of the queue: needs %u processors, %u free",
			   t->procs, sj_procs_free(cx));
	else if (sj_explaining(cx))
		sj_because(cx, t, "backfilled: ends by %.9g s",
			   (double)s->shadow / (double)SJ_NS_PER_S);
	rc = sj_start(cx, t, NULL);
	if (rc == SJ_OK)
		sj_ends_add(&s->ends, t);
	return rc;
}

static void become_head(struct batsched *s, sj_ctx *cx, const sj_task *t)
{
	s->head = t;
	s->shadow = sj_ends_shadow(&s->ends, t->procs, sj_procs_free(cx), sj_now(cx),
				   true).at;
	if (sj_explaining(cx))
		sj_because(cx, t, "head of the queue: needs %u processors, %u free; "
			   "expected at %.9g s", t->procs, sj_procs_free(cx),
			   (double)s->shadow / (double)SJ_NS_PER_S);
}

/* The old head, then the queue in order until one of it is the new head. */
static int start_heads(struct batsched *s, sj_ctx *cx)
{
	const sj_queue_item *it;
	int rc;

	if (s->head != NULL) {
		const sj_task *t = s->head;

		s->head = NULL;
		rc = start(s, cx, t);
		if (rc == SJ_EFULL && s->moved)
			become_head(s, cx, t);
		else if (rc == SJ_EFULL)
			s->head = t; /* with its old shadow */
		if (rc != SJ_OK)
			return rc;
	}
	while (s->head == NULL && (it = sj_queue_first(s->wait.queue)) != NULL) {
		const sj_task *t = it->task;

		rc = start(s, cx, t);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
		sj_queue_remove(s->wait.queue, t);
		if (rc == SJ_EFULL)
			become_head(s, cx, t);
	}
	return SJ_OK;
}

static int backfill(struct batsched *s, sj_ctx *cx)
{
	sj_queue_item it = { .key = INT64_MIN };
	const sj_queue_item *fit;

	while (s->head != NULL &&
	       (fit = sj_queue_next_fit(s->wait.queue, it.key, it.seq, sj_procs_free(cx),
					s->shadow - sj_now(cx), -1)) != NULL) {
		int rc;

		it = *fit;
		rc = start(s, cx, it.task);
		if (rc == SJ_OK)
			sj_queue_remove(s->wait.queue, it.task);
		else if (rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static int arrive(struct batsched *s, sj_ctx *cx, const sj_queue_item *it)
{
	int rc = SJ_EFULL;

	if (s->head == NULL || it->length <= s->shadow - sj_now(cx))
		rc = start(s, cx, it->task);
	if (rc == SJ_EFULL && s->head == NULL)
		become_head(s, cx, it->task);
	else if (rc == SJ_EFULL)
		sj_queue_add(s->wait.queue, it);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* As an arm of a learner: all that waits is a queue without a head, as after an end. Its own
 * picture is a part of the truth, so equal counts mean equal sets. */
static void agree_with_core(struct batsched *s, sj_ctx *cx)
{
	if (sj_queue_count(s->wait.queue) + sj_queue_count(s->fresh) + (s->head != NULL) ==
		    sj_ready_count(cx) &&
	    sj_queue_count(s->ends.queue) == sj_running_count(cx))
		return;
	sj_waiting_clear(&s->wait);
	sj_queue_clear(s->fresh);
	sj_queue_clear(s->ends.queue);
	s->head = NULL;
	s->ended = true;
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t))
		sj_waiting_add(&s->wait, cx, t);
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		sj_ends_add(&s->ends, t);
}

static int batsched_schedule(void *self, sj_ctx *cx)
{
	struct batsched *s = self;
	const sj_queue_item *it;
	int rc = SJ_OK;

	agree_with_core(s, cx);
	if (s->ended) {
		rc = start_heads(s, cx);
		if (rc == SJ_OK || rc == SJ_EFULL)
			rc = backfill(s, cx);
	}
	s->ended = s->moved = false;
	while (rc == SJ_OK && (it = sj_queue_first(s->fresh)) != NULL) {
		sj_queue_item copy = *it;

		sj_queue_remove(s->fresh, copy.task);
		rc = arrive(s, cx, &copy);
	}
	return rc;
}

static const sj_semantics batsched_semantics = {
	.order = "arrival",
	.blocking = "the head blocks; later tasks may be backfilled",
	.reservation = "the head's shadow time, computed once; no extra processors",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news; the queue is walked only after an end",
};

const sj_policy_ops sj_policy_batsched_easy_fast = {
	SJ_POLICY_HEAD,
	.name = "batsched-easy-fast",
	.summary = "EASY as in Batsched's easy_bf_fast: one shadow time, no extra processors",
	.cite = "Batsched, the scheduler of Batsim (Dutot, Mercier, Poquet and Richard, "
		"JSSPP 2016)",
	.semantics = &batsched_semantics,
	.state_size = sizeof(struct batsched),
	.init = batsched_init,
	.on_ready = batsched_on_ready,
	.on_done = batsched_on_done,
	.on_node = batsched_on_node,
	.schedule = batsched_schedule,
};
