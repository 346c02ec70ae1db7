/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actions.c - what a policy can do: start, stop, reject, ask to be called. Every action
 * is checked, then takes effect at once. Others are in resize.c, copy.c and share.c.
 */
#include "actions.h"
#include "staging.h"

#include <stdlib.h>

/* More actions than this at one instant, beyond 64 a live task, is a loop. */
#define ACTIONS_FREE 1000000u

int action_misuse(sj_ctx *cx, const struct task *t, const char *action, const char *why)
{
	return sj_policy_fail(cx, SJ_EPOLICY,
			      "policy %s: %s of job %lld task %u at %.9g s: %s",
			      cx->ops->name, action, (long long)t->pub.job, t->pub.index,
			      (double)cx->now / 1e9, why);
}

int action_count(sj_ctx *cx, const struct task *t, const char *action)
{
	if (cx->fault)
		return SJ_EPOLICY;
	if (suppose_active(cx))
		return action_misuse(cx, t, action, "within a supposition");
	if (++cx->actions > ACTIONS_FREE + 64u * (uint64_t)cx->live)
		return action_misuse(cx, t, action, "endless actions at one instant");
	return SJ_OK;
}

const char *action_state(const struct task *t)
{
	static const char *const names[] = { "it waits for a predecessor", "it is ready",
					     "it is running already", "it is stopped",
					     "it has ended" };

	return names[t->pub.state];
}

int action_no_memory(sj_ctx *cx)
{
	return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
}

int action_taken(sj_ctx *cx, const struct task *t, const char *action, int rc)
{
	if (rc == SJ_OK || rc == SJ_EFULL)
		return rc;
	if (rc == SJ_EINVAL)
		return action_misuse(cx, t, action, "the placement names wrong nodes or ranks");
	return action_no_memory(cx);
}

/* The rare half of a start: its rate is not simply 1. */
static int begin_paced(sj_ctx *cx, struct task *t)
{
	if (rate_begin(cx, t) != SJ_OK)
		return action_no_memory(cx);
	if (t->pace == NULL)
		return SJ_OK;
	checkpoint_start(t);
	if (t->pace->speed <= 0) {
		cx->half_done = true;
		return action_misuse(cx, t, "start", "it cannot run there: its rate is 0");
	}
	return SJ_OK;
}

/* Inline: every start comes here, and calls are what it would cost most. */
static inline int begin(sj_ctx *cx, struct task *t, uint32_t ranks)
{
	bool as_asked = ranks == t->pub.ranks;
	uint64_t arg = t->held.count != 0 ? sj_held_grips(&t->held)->node : 0;

	ready_remove(cx, t);
	cx->wanted_procs -= t->pub.procs;
	t->pub.state = SJ_TASK_RUNNING;
	t->pub.start_ns = cx->now + cx->charged;
	if (t->first_start_ns == SJ_NEVER)
		t->first_start_ns = t->pub.start_ns;
	t->held_ns = t->span_ns = t->pub.start_ns;
	t->ranks_now = ranks;
	t->procs_now = as_asked ? t->pub.procs : ranks * t->pub.cores;
	t->released = false;
	t->starts++;
	if (!cx->plain || t->pace != NULL || t->held.count != 0 || !as_asked) {
		int rc = begin_paced(cx, t);

		if (rc != SJ_OK)
			return rc;
	}
	list_append(&cx->running, t);
	cx->changed = true;
	decide(cx, t, SJ_D_START, as_asked ? arg : arg | (uint64_t)ranks << 32);
	if (cx->beside != NULL && interference_enter(cx, t) != SJ_OK)
		return action_no_memory(cx);
	if (cx->staging != NULL) {
		int rc = staging_begin(cx, t, t);

		if (rc != SJ_OK)
			return rc == SJ_ENOMEM ? action_no_memory(cx) : rc;
	}
	if (t->inputs == 0)
		cx->driver->begun(cx, t);
	if (cx->source->ops->started != NULL)
		cx->source->ops->started(cx->source, t->pub.job, cx->now);
	return SJ_OK;
}

int action_begin(sj_ctx *cx, struct task *t)
{
	return begin(cx, t, t->pub.ranks);
}

static inline int start(sj_ctx *cx, struct task *t, uint32_t ranks, const sj_placement *where)
{
	int rc;

	if (t->pub.state != SJ_TASK_READY)
		return action_misuse(cx, t, "start", action_state(t));
	rc = sj_ledger_take(&cx->ledger, &t->pub, ranks, where, &t->held);
	if (rc != SJ_OK)
		return action_taken(cx, t, "start", rc);
	return begin(cx, t, ranks);
}

int sj_start(sj_ctx *cx, const sj_task *task, const sj_placement *where)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "start");

	return rc != SJ_OK ? rc : start(cx, t, t->pub.ranks, where);
}

int sj_start_sized(sj_ctx *cx, const sj_task *task, uint32_t ranks, const sj_placement *where)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "start");

	if (rc != SJ_OK)
		return rc;
	if (ranks != t->pub.ranks &&
	    !(t->pub.job_flags & (SJ_JOB_MOLDABLE | SJ_JOB_MALLEABLE)))
		return action_misuse(cx, t, "start", "it is rigid, and its size cannot be chosen");
	if (ranks != t->pub.ranks &&
	    (ranks == 0 || ranks < t->pub.ranks_min || ranks > t->pub.ranks_max))
		return action_misuse(cx, t, "start", "the size is outside its bounds");
	return start(cx, t, ranks, where);
}

int sj_stop(sj_ctx *cx, const sj_task *task, sj_stop_mode mode)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "stop");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING)
		return action_misuse(cx, t, "stop", action_state(t));
	if (mode == SJ_STOP_CHECKPOINT && !cx->config.checkpoint.modelled)
		return action_misuse(cx, t, "stop", "back to a checkpoint, but this run has no "
				     "checkpoint model (--checkpoint)");
	if (t->released)
		return SJ_EFULL; /* it has ended; the policy will be told */
	cx->driver->halted(cx, t);
	copies_cancel(cx, t);
	life_release(cx, t);
	t->released = false;
	if (mode == SJ_STOP_LOSE)
		rc = checkpoint_lose_all(cx, t);
	else if (mode == SJ_STOP_CHECKPOINT)
		rc = checkpoint_roll_back(cx, t);
	else if (t->pace != NULL)
		checkpoint_keep(cx, t);
	if (rc != SJ_OK)
		return action_no_memory(cx);
	t->preemptions++;
	list_remove(&cx->running, t);
	t->pub.state = SJ_TASK_READY;
	t->pub.ready_ns = cx->now;
	ready_insert(cx, t);
	cx->wanted_procs += t->pub.procs;
	decide(cx, t, SJ_D_STOP, mode);
	if (cx->arms != 0)
		arms_stopped(cx, t);
	return SJ_OK;
}

int sj_reject(sj_ctx *cx, const sj_task *task)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "reject");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_READY)
		return action_misuse(cx, t, "reject", action_state(t));
	if (t->starts != 0)
		return action_misuse(cx, t, "reject", "it has run before");
	if (cx->arms > 1)
		return action_misuse(cx, t, "reject", "the other arms would not hear of it");
	if (t->job != NULL && t->job->task_count != 1)
		return action_misuse(cx, t, "reject", "it is one task of a job of several");
	decide(cx, t, SJ_D_REJECT, 1);
	life_refuse(cx, t);
	return SJ_OK;
}

static int timer_slot(sj_ctx *cx, uint32_t *slot)
{
	if (cx->timer_free == UINT32_MAX) {
		uint32_t cap = cx->timer_cap != 0 ? cx->timer_cap * 2 : 16;
		struct timer_slot *grown = realloc(cx->timer, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		cx->timer = grown;
		for (uint32_t i = cap; i-- != cx->timer_cap;) {
			grown[i].next_free = cx->timer_free;
			cx->timer_free = i;
		}
		cx->timer_cap = cap;
		if (sj_pes_reserve(&cx->timers, cap) != SJ_OK)
			return SJ_ENOMEM;
	}
	*slot = cx->timer_free;
	cx->timer_free = cx->timer[*slot].next_free;
	return SJ_OK;
}

int sj_timer(sj_ctx *cx, sj_time at, uint64_t token)
{
	uint32_t slot;

	if (cx->fault)
		return SJ_EPOLICY;
	if (at < cx->now || at > SJ_TIME_MAX)
		return sj_policy_fail(cx, SJ_EPOLICY,
				      "policy %s: timer for %.9g s set at %.9g s: %s",
				      cx->ops->name, (double)at / 1e9,
				      (double)cx->now / 1e9,
				      at < cx->now ? "in the past" : "beyond the end of time");
	if (timer_slot(cx, &slot) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	cx->timer[slot].token = token;
	cx->timer[slot].part = cx->part;
	sj_pes_add(&cx->timers, slot, at);
	return SJ_OK;
}

void sj_charge(sj_ctx *cx, sj_time thinking)
{
	if (thinking < 0 || thinking > SJ_TIME_MAX - cx->now - cx->charged)
		sj_policy_fail(cx, SJ_EPOLICY, "policy %s: charges %lld ns of thinking",
			       cx->ops->name, (long long)thinking);
	else
		cx->charged += thinking;
	cx->ever_charged = true;
}

void sj_set_passes(sj_ctx *cx, unsigned passes)
{
	cx->passes = passes;
}

void sj_skip_submit(sj_ctx *cx)
{
	if (cx->making_parts == 0)
		cx->tells_submit = false;
}
