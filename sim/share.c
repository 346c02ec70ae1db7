/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * share.c - processors of a pool shared in time: a task has a part of its processors'
 * time and runs at that part of its rate.
 *
 * Parts are counted in 2^-30 processors, rounded down; all together hold as many whole
 * processors of the ledger as it takes, so that ordinary starts see what is left.
 */
#include "actions.h"

#define UNIT (UINT64_C(1) << SHARE_UNIT_BITS)

static uint32_t whole(uint64_t units)
{
	return (uint32_t)((units + UNIT - 1) >> SHARE_UNIT_BITS);
}

/* All shares together come to `units`. */
static int hold(sj_ctx *cx, uint64_t units)
{
	uint32_t had = whole(cx->share_units), need = whole(units);

	if (need > had && need - had > cx->ledger.procs_free)
		return SJ_EFULL;
	if (need < had)
		cx->ledger.epoch++;
	cx->ledger.procs_free += had - need;
	cx->share_units = units;
	cx->changed = true;
	return SJ_OK;
}

int share_take(sj_ctx *cx, struct task *t, uint64_t units)
{
	int rc = hold(cx, cx->share_units - t->pace->share_units + units);

	if (rc == SJ_OK)
		t->pace->share_units = units;
	return rc;
}

void share_give(sj_ctx *cx, struct task *t)
{
	hold(cx, cx->share_units - t->pace->share_units);
	t->pace->share_units = 0;
	t->pace->share = 1;
}

static uint64_t units_of(const struct task *t, double share)
{
	double units = share * (double)t->pub.procs * (double)UNIT;

	return units >= 1 ? (uint64_t)units : 1;
}

static int start(sj_ctx *cx, struct task *t, double share)
{
	int rc;

	if (share == 1.0)
		return sj_start(cx, &t->pub, NULL);
	if (pace_make(cx, t) != SJ_OK)
		return action_no_memory(cx);
	rc = share_take(cx, t, units_of(t, share));
	if (rc != SJ_OK)
		return rc;
	t->pace->share = share;
	cx->ever_shared = true;
	rc = action_begin(cx, t);
	if (rc == SJ_OK)
		decide(cx, t, SJ_D_SHARE, t->pace->share_units);
	return rc;
}

static int change(sj_ctx *cx, struct task *t, double share)
{
	uint64_t units = units_of(t, share);
	int rc;

	if (t->pace == NULL && share == 1.0)
		return SJ_OK;
	if (pace_make(cx, t) != SJ_OK)
		return action_no_memory(cx);
	if (t->pace->share == share)
		return SJ_OK;
	life_close_span(cx, t);
	if (t->pace->share_units == 0) {
		life_hand_out(cx, t);
		sj_ledger_give(&cx->ledger, &t->pub, t->procs_now, &t->held);
	}
	rc = share_take(cx, t, units);
	if (rc != SJ_OK)
		return rc;
	t->pace->share = share;
	cx->ever_shared = true;
	rate_update(t);
	decide(cx, t, SJ_D_SHARE, units);
	cx->driver->begun(cx, t);
	return SJ_OK;
}

int sj_share(sj_ctx *cx, const sj_task *task, double share)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "share");

	if (rc != SJ_OK)
		return rc;
	if (!(cx->flags & SJ_PF_SHARES))
		return action_misuse(cx, t, "share", "the policy does not declare that it "
				     "shares (SJ_PF_SHARES)");
	if (cx->ledger.node_count != 0)
		return action_misuse(cx, t, "share", "processors are shared in a pool, not on nodes");
	if (!(share > 0 && share <= 1))
		return action_misuse(cx, t, "share", "a share is above 0 and at most 1");
	if (t->pub.state == SJ_TASK_READY)
		return start(cx, t, share);
	if (t->pub.state != SJ_TASK_RUNNING)
		return action_misuse(cx, t, "share", action_state(t));
	if (has_copy(t) || t->ranks_now != t->pub.ranks)
		return action_misuse(cx, t, "share", "it has a second copy, or another size "
				     "than it asked for");
	return t->released ? SJ_EFULL : change(cx, t, share);
}
