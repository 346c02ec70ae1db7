/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * accasim-easy - what the simulator AccaSim calls EASY backfilling, in a pool.
 *
 * When the head does not fit, the time at which it would is computed, once. Until
 * then the head is not even tried and everything else that fits is started: the
 * reservation keeps nobody out, and wide jobs wait very long. The simulator looks
 * at the queue at events only; here a timer stands in for them when none is left.
 */
#include "sojourn/backfill.h"

struct accasim {
	sj_waiting wait;
	sj_ends    ends;
	bool       blocked; /* the head is not tried before ... */
	sj_time    retry;   /* ... this; SJ_NEVER: not computed yet */
};

static int accasim_init(void *self, sj_ctx *cx)
{
	struct accasim *s = self;

	s->retry = SJ_NEVER;
	sj_ends_init(&s->ends, cx);
	return sj_waiting_init(&s->wait, cx, "fcfs");
}

static int accasim_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct accasim *s = self;

	sj_waiting_add(&s->wait, cx, t);
	return SJ_OK;
}

static int accasim_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct accasim *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->ends.queue, t))
		sj_queue_remove(s->ends.queue, t);
	if (sj_queue_has(s->wait.queue, t)) /* somebody else has started it */
		sj_queue_remove(s->wait.queue, t);
	return SJ_OK;
}

static int start(struct accasim *s, sj_ctx *cx, const sj_task *t, const char *why)
{
	int rc;

	if (sj_explaining(cx))
		sj_because(cx, t, "%s: needs %u processors, %u free", why, t->procs,
			   sj_procs_free(cx));
	rc = sj_start(cx, t, NULL);
	if (rc != SJ_OK)
		return rc;
	sj_queue_remove(s->wait.queue, t);
	sj_ends_add(&s->ends, t);
	return SJ_OK;
}

/* Starts heads until one does not fit; that one is blocked. */
static int start_heads(struct accasim *s, sj_ctx *cx)
{
	const sj_queue_item *head;
	int rc = SJ_OK;

	while (rc == SJ_OK && (head = sj_queue_first(s->wait.queue)) != NULL)
		rc = start(s, cx, head->task, "head of the queue");
	s->blocked = rc == SJ_EFULL;
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int start_others(struct accasim *s, sj_ctx *cx)
{
	sj_queue_item it = *sj_queue_first(s->wait.queue);
	const sj_queue_item *fit;
	int rc = SJ_OK;

	while ((rc == SJ_OK || rc == SJ_EFULL) &&
	       (fit = sj_queue_next_fit(s->wait.queue, it.key, it.seq, sj_procs_free(cx),
					INT64_MAX, -1)) != NULL) {
		it = *fit;
		rc = start(s, cx, it.task, "fits behind the blocked head");
	}
	return rc == SJ_EFULL ? SJ_OK : rc;
}

/* As an arm of a learner: what others have started waits no more, and what was computed
 * then is of no use. */
static void agree_with_core(struct accasim *s, sj_ctx *cx)
{
	if (sj_queue_count(s->wait.queue) == sj_ready_count(cx))
		return;
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (sj_queue_has(s->wait.queue, t)) {
			sj_queue_remove(s->wait.queue, t);
			sj_ends_add(&s->ends, t);
		}
	s->blocked = false;
	s->retry = SJ_NEVER;
}

static int accasim_schedule(void *self, sj_ctx *cx)
{
	struct accasim *s = self;
	const sj_queue_item *head;
	bool tried;
	int rc = SJ_OK;

	agree_with_core(s, cx);
	head = sj_queue_first(s->wait.queue);
	tried = s->blocked && s->retry <= sj_now(cx) && head != NULL;
	if (tried) {
		rc = start(s, cx, head->task, "its computed start has come");
		if (rc == SJ_OK) {
			s->blocked = false;
			s->retry = SJ_NEVER;
		}
	}
	if (!s->blocked && rc == SJ_OK)
		rc = start_heads(s, cx);
	head = sj_queue_first(s->wait.queue);
	if ((rc != SJ_OK && rc != SJ_EFULL) || head == NULL)
		return rc;
	if (s->retry == SJ_NEVER)
		s->retry = head->width <= sj_procs_free(cx)
			? sj_now(cx) /* a node came back, or it is the placement */
			: sj_ends_shadow(&s->ends, head->width, sj_procs_free(cx),
					 sj_now(cx), true).at;
	if (sj_explaining(cx) && s->retry != SJ_NEVER)
		sj_because(cx, head->task, "blocked: not tried before %.9g s",
			   (double)s->retry / (double)SJ_NS_PER_S);
	rc = start_others(s, cx);
	/* When it was tried in vain on an idle machine, only a node can help. */
	if (rc == SJ_OK && sj_running_count(cx) == 0 && s->retry != SJ_NEVER &&
	    (s->retry > sj_now(cx) || !tried))
		rc = sj_timer(cx, s->retry > sj_now(cx) ? s->retry : sj_now(cx), 0);
	return rc;
}

static const sj_semantics accasim_semantics = {
	.order = "arrival",
	.blocking = "the head waits for its computed start; all others skip it",
	.reservation = "a start time for the head, computed once, that keeps nobody out",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news",
};

const sj_policy_ops sj_policy_accasim_easy = {
	SJ_POLICY_HEAD,
	.name = "accasim-easy",
	.summary = "EASY as in the simulator AccaSim: the reservation keeps nobody out",
	.cite = "Galleguillos, Kiziltan, Netti and Soto, AccaSim: a customizable workload "
		"management simulator, Cluster Computing 23, 2020",
	.semantics = &accasim_semantics,
	.state_size = sizeof(struct accasim),
	.init = accasim_init,
	.on_ready = accasim_on_ready,
	.on_done = accasim_on_done,
	.schedule = accasim_schedule,
};
