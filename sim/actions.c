/* SPDX-License-Identifier: GPL-3.0-or-later */
/* actions.c - what a policy can do. Every action is checked, then takes effect at once. */
#include <math.h>
#include <stdlib.h>

#include "core.h"

/* More actions than this at one instant, beyond 64 a live task, is a loop. */
#define ACTIONS_FREE 1000000u

static int misuse(sj_ctx *cx, const struct task *t, const char *action, const char *why)
{
	return sj_policy_fail(cx, SJ_EPOLICY,
			      "policy %s: %s of job %lld task %u at %.9g s: %s",
			      cx->ops->name, action, (long long)t->pub.job, t->pub.index,
			      (double)cx->now / 1e9, why);
}

static int count_action(sj_ctx *cx, const struct task *t, const char *action)
{
	if (cx->fault)
		return SJ_EPOLICY;
	if (++cx->actions > ACTIONS_FREE + 64u * (uint64_t)cx->live)
		return misuse(cx, t, action, "endless actions at one instant");
	return SJ_OK;
}

static const char *state_name(const struct task *t)
{
	static const char *const names[] = { "it waits for a predecessor", "it is ready",
					     "it is running already", "it is stopped",
					     "it has ended" };

	return names[t->pub.state];
}

/* The rate of a task by where it runs: the slowest of its nodes paces a gang. */
static double placement_rate(const sj_ctx *cx, const struct task *t)
{
	double rate = 1.0;

	for (uint32_t i = 0; i < t->held.count; i++) {
		const sj_node *n = &cx->ledger.node[sj_held_grips(&t->held)[i].node];
		double speed = cx->ledger.types[n->type].speed;

		if (i == 0 || speed < rate)
			rate = speed;
	}
	return t->ranks_now == t->pub.ranks ? rate :
	       rate * (double)t->ranks_now / (double)t->pub.ranks;
}

int sj_start(sj_ctx *cx, const sj_task *task, const sj_placement *where)
{
	struct task *t = task_of(task);
	int rc = count_action(cx, t, "start");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_READY)
		return misuse(cx, t, "start", state_name(t));
	rc = sj_ledger_take(&cx->ledger, &t->pub, t->pub.ranks, where, &t->held);
	if (rc == SJ_EFULL)
		return rc;
	if (rc == SJ_EINVAL)
		return misuse(cx, t, "start", "the placement names wrong nodes or ranks");
	if (rc != SJ_OK)
		return sj_policy_fail(cx, rc, "out of memory");
	list_remove(&cx->ready, t);
	cx->wanted_procs -= t->pub.procs;
	t->pub.state = SJ_TASK_RUNNING;
	t->pub.start_ns = cx->now + cx->charged;
	if (t->first_start_ns == SJ_NEVER)
		t->first_start_ns = t->pub.start_ns;
	t->span_ns = t->held_ns = t->pub.start_ns;
	t->ranks_now = t->pub.ranks;
	t->procs_now = t->pub.procs;
	t->released = false;
	t->rate = t->held.count != 0 ? placement_rate(cx, t) : 1.0;
	list_append(&cx->running, t);
	cx->changed = true;
	decide(cx, t, SJ_D_START, t->held.count != 0 ? sj_held_grips(&t->held)->node : 0);
	cx->driver->begun(cx, t);
	if (cx->source->ops->started != NULL)
		cx->source->ops->started(cx->source, t->pub.job, cx->now);
	return SJ_OK;
}

int sj_stop(sj_ctx *cx, const sj_task *task, sj_stop_mode mode)
{
	struct task *t = task_of(task);
	int rc = count_action(cx, t, "stop");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING)
		return misuse(cx, t, "stop", state_name(t));
	if (t->released)
		return SJ_EFULL; /* it has ended; the policy will be told */
	cx->driver->halted(cx, t);
	life_release(cx, t);
	t->released = false;
	if (mode == SJ_STOP_LOSE)
		life_throw_away(cx, t);
	t->preemptions++;
	list_remove(&cx->running, t);
	t->pub.state = SJ_TASK_READY;
	t->pub.ready_ns = cx->now;
	list_insert_ready(&cx->ready, t);
	cx->wanted_procs += t->pub.procs;
	decide(cx, t, SJ_D_STOP, mode);
	return SJ_OK;
}

int sj_resize(sj_ctx *cx, const sj_task *task, uint32_t ranks)
{
	struct task *t = task_of(task);
	int rc = count_action(cx, t, "resize");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING || t->released)
		return misuse(cx, t, "resize", "it is not running");
	if (!(t->pub.job_flags & SJ_JOB_MALLEABLE) || ranks < t->pub.ranks_min ||
	    ranks > t->pub.ranks_max || ranks == 0)
		return misuse(cx, t, "resize", "not malleable, or outside its bounds");
	if (ranks == t->ranks_now)
		return SJ_OK;
	if (cx->ledger.node_count != 0)
		return misuse(cx, t, "resize", "only in a pool of processors");
	if (ranks > t->ranks_now &&
	    (uint64_t)(ranks - t->ranks_now) * t->pub.cores > cx->ledger.procs_free)
		return SJ_EFULL;
	life_release(cx, t);
	t->released = false;
	rc = sj_ledger_take(&cx->ledger, &t->pub, ranks, NULL, &t->held);
	if (rc != SJ_OK)
		return sj_policy_fail(cx, rc, "out of memory");
	t->ranks_now = ranks;
	t->procs_now = ranks * t->pub.cores;
	t->rate = placement_rate(cx, t);
	decide(cx, t, SJ_D_RESIZE, ranks);
	cx->driver->begun(cx, t);
	return SJ_OK;
}

int sj_reject(sj_ctx *cx, const sj_task *task)
{
	struct task *t = task_of(task);
	int rc = count_action(cx, t, "reject");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_READY)
		return misuse(cx, t, "reject", state_name(t));
	if (t->job != NULL)
		return misuse(cx, t, "reject", "it is one task of a job of several");
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
