/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay - the schedule that the log itself records, so that its metrics can be
 * put beside those of policies. It decides nothing.
 *
 * A task starts at its logged start (its own, or that of its job), or as soon after as it fits, in the order of
 * logged starts; tasks without one start at once, in order of arrival. What is
 * due but does not fit holds nobody up: a log may have used processors that the
 * machine of this run does not have.
 */
#include "sojourn/queue.h"

#define INDEX_BITS 24 /* of a task in its job: they share a seq */

struct replay {
	sj_queue *queue;   /* by logged start */
	sj_time   timer;   /* set for then; SJ_NEVER: none ahead */
};

static int replay_init(void *self, sj_ctx *cx)
{
	struct replay *s = self;

	s->queue = sj_queue_create(cx);
	s->timer = SJ_NEVER;
	return SJ_OK;
}

static int replay_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct replay *s = self;

	(void)cx;
	if (!sj_queue_has(s->queue, t))
		sj_queue_add(s->queue, &(sj_queue_item){
			.key = t->logged_start_ns == SJ_NEVER ? t->ready_ns
							      : t->logged_start_ns,
			.seq = t->seq << INDEX_BITS | (t->index & ((1u << INDEX_BITS) - 1)),
			.task = t,
			.length = t->estimate_ns,
			.width = t->procs,
		});
	return SJ_OK;
}

static int replay_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct replay *s = self;

	(void)cx;
	(void)how;
	if (sj_queue_has(s->queue, t)) /* somebody else has started it */
		sj_queue_remove(s->queue, t);
	return SJ_OK;
}

static int replay_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct replay *s = self;

	(void)token;
	if (s->timer <= sj_now(cx))
		s->timer = SJ_NEVER;
	return SJ_OK;
}

/* One timer, for the next start that lies ahead. */
static int wake_for(struct replay *s, sj_ctx *cx)
{
	const sj_queue_item *next = sj_queue_after(s->queue, sj_now(cx), UINT64_MAX);

	if (next == NULL || next->key >= s->timer)
		return SJ_OK;
	s->timer = next->key;
	return sj_timer(cx, next->key, 0);
}

static int replay_schedule(void *self, sj_ctx *cx)
{
	struct replay *s = self;
	int64_t key = INT64_MIN;
	uint64_t seq = 0;
	const sj_queue_item *it;

	while ((it = sj_queue_next_fit(s->queue, key, seq, sj_procs_free(cx), INT64_MAX,
				       -1)) != NULL && it->key <= sj_now(cx)) {
		int rc = SJ_OK;

		key = it->key;
		seq = it->seq;
		if (it->task->state == SJ_TASK_READY) {
			if (sj_explaining(cx))
				sj_because(cx, it->task, "the log starts it at %.9g s",
					   (double)it->key / (double)SJ_NS_PER_S);
			rc = sj_start(cx, it->task, NULL);
		}
		if (rc == SJ_OK)
			sj_queue_remove(s->queue, it->task);
		else if (rc != SJ_EFULL)
			return rc;
	}
	return wake_for(s, cx);
}

static const sj_semantics replay_semantics = {
	.order = "start times of the log; submit where unknown",
	.blocking = "skip: what is due and fits is started",
	.reservation = "none",
	.preemption = "none",
	.placement = "place= (first)",
	.tie = "submit, then line of the log",
	.instants = "once per instant of news, and at every logged start",
};

const sj_policy_ops sj_policy_replay = {
	SJ_POLICY_HEAD,
	.name = "replay",
	.summary = "the log's own schedule: each job at the start that the log records",
	.semantics = &replay_semantics,
	.state_size = sizeof(struct replay),
	.init = replay_init,
	.on_ready = replay_on_ready,
	.on_done = replay_on_done,
	.on_timer = replay_on_timer,
	.schedule = replay_schedule,
};
