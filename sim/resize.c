/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resize.c - a running task changes its size or its place, and keeps its work. */
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "bound.h"
#include "staging.h"

/* ---- size ---------------------------------------------------------------------- */

/* In a pool a new size means new numbers of processors, where they are kept. */
static int resize_in_pool(sj_ctx *cx, struct task *t, uint32_t ranks)
{
	if (ranks > t->ranks_now &&
	    (uint64_t)(ranks - t->ranks_now) * t->pub.cores > cx->ledger.procs_free)
		return SJ_EFULL;
	life_hand_out(cx, t);
	sj_ledger_give(&cx->ledger, &t->pub, t->procs_now, &t->held);
	return sj_ledger_take(&cx->ledger, &t->pub, ranks, NULL, &t->held);
}

/* How many nodes `ranks` ranks need at least, on the types that it would be on. */
static uint32_t nodes_needed(const sj_ctx *cx, const struct task *t, const sj_held *more,
			     uint32_t ranks)
{
	const sj_held *const both[] = { &t->held, more };
	uint32_t most = 1;

	for (int h = 0; h < 2; h++)
		for (uint32_t i = 0; i < both[h]->count; i++) {
			uint32_t node = sj_held_grips(both[h])[i].node;
			uint32_t room = sj_type_room(
				&cx->ledger.types[cx->ledger.node[node].type], &t->pub);

			if (room > most)
				most = room;
		}
	return (ranks - 1) / most + 1;
}

static bool on_node(const sj_held *h, uint32_t node)
{
	const sj_grip *grips = sj_held_grips(h);

	for (uint32_t i = 0; i < h->count && grips[i].node <= node; i++)
		if (grips[i].node == node)
			return true;
	return false;
}

static uint32_t nodes_of(const sj_held *h)
{
	const sj_grip *grips = sj_held_grips(h);
	uint32_t nodes = 0;

	for (uint32_t i = 0; i < h->count; i++)
		nodes += i == 0 || grips[i].node != grips[i - 1].node;
	return nodes;
}

/* Nodes of both, each once. */
static uint32_t nodes_together(const sj_held *a, const sj_held *b)
{
	const sj_grip *grips = sj_held_grips(b);
	uint32_t nodes = nodes_of(a);

	for (uint32_t i = 0; i < b->count; i++)
		nodes += (i == 0 || grips[i].node != grips[i - 1].node) &&
			 !on_node(a, grips[i].node);
	return nodes;
}

/* Each new rank on a node where it has none, lowest number first. */
static int spread_more(sj_ctx *cx, struct task *t, uint32_t more, sj_held *held)
{
	sj_slot *slot = sj_arena_alloc(&cx->scratch, more * sizeof(*slot));
	sj_placement where = { 0, slot };

	if (slot == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < cx->ledger.node_count && where.count < more; i++)
		if (!on_node(&t->held, i) && sj_ledger_room(&cx->ledger, i, &t->pub) != 0)
			slot[where.count++] = (sj_slot){ i, 1 };
	if (where.count < more)
		return SJ_EFULL;
	return sj_ledger_take(&cx->ledger, &t->pub, more, &where, held);
}

static int grow_on_nodes(sj_ctx *cx, struct task *t, uint32_t ranks)
{
	uint32_t more = ranks - t->ranks_now;
	sj_held added = { 0 };
	int rc;

	if (t->pub.layout == SJ_LAYOUT_SPREAD)
		rc = spread_more(cx, t, more, &added);
	else
		rc = sj_ledger_take(&cx->ledger, &t->pub, more, NULL, &added);
	if (rc != SJ_OK)
		return rc;
	if (t->pub.layout == SJ_LAYOUT_CONSOLIDATED &&
	    nodes_together(&t->held, &added) > nodes_needed(cx, t, &added, ranks)) {
		sj_ledger_give(&cx->ledger, &t->pub, more * t->pub.cores, &added);
		return SJ_EFULL;
	}
	life_hand_out(cx, t);
	if (cx->beside != NULL)
		interference_leave(cx, t);
	return sj_held_join(&t->pub, &t->held, &added);
}

static int resize_on_nodes(sj_ctx *cx, struct task *t, uint32_t ranks)
{
	int rc = SJ_OK;

	if (ranks > t->ranks_now) {
		rc = grow_on_nodes(cx, t, ranks);
	} else {
		life_hand_out(cx, t);
		if (cx->beside != NULL)
			interference_leave(cx, t);
		sj_ledger_shrink(&cx->ledger, &t->pub, t->ranks_now - ranks, &t->held);
	}
	return rc;
}

/* With another size or place: the span goes on at another rate. */
static int go_on(sj_ctx *cx, struct task *t, sj_decision_kind kind, uint64_t arg)
{
	if (rate_begin(cx, t) != SJ_OK)
		return action_no_memory(cx);
	if (t->pace->speed <= 0)
		return action_misuse(cx, t, sj_decision_names[kind],
				     "it cannot run there: its rate is 0");
	cx->changed = true;
	decide(cx, t, kind, arg);
	if (cx->beside != NULL && interference_enter(cx, t) != SJ_OK)
		return action_no_memory(cx);
	cx->driver->begun(cx, t);
	return SJ_OK;
}

int sj_resize(sj_ctx *cx, const sj_task *task, uint32_t ranks)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "resize");

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING)
		return action_misuse(cx, t, "resize", action_state(t));
	if (!(t->pub.job_flags & SJ_JOB_MALLEABLE))
		return action_misuse(cx, t, "resize", "it is not malleable");
	if (ranks == 0 || ranks < t->pub.ranks_min || ranks > t->pub.ranks_max)
		return action_misuse(cx, t, "resize", "the size is outside its bounds");
	if (has_copy(t) || (t->pace != NULL && t->pace->share_units != 0))
		return action_misuse(cx, t, "resize", "it has a second copy, or shares its "
				     "processors in time");
	if (t->released)
		return SJ_EFULL; /* it has ended; the policy will be told */
	if (ranks == t->ranks_now)
		return SJ_OK;
	if (pace_make(cx, t) != SJ_OK)
		return action_no_memory(cx);
	life_close_span(cx, t);
	rc = cx->ledger.node_count == 0 ? resize_in_pool(cx, t, ranks) :
					  resize_on_nodes(cx, t, ranks);
	if (rc != SJ_OK)
		return rc == SJ_EFULL ? rc : action_no_memory(cx);
	t->ranks_now = ranks;
	t->procs_now = ranks * t->pub.cores;
	checkpoint_restart(cx, t);
	return go_on(cx, t, SJ_D_RESIZE, ranks);
}

/* ---- place ------------------------------------------------------------------------ */

/* Gives up what it has for `where`; SJ_EFULL: it has what it had. */
static int move(sj_ctx *cx, struct task *t, const sj_placement *where, sj_held *to)
{
	int rc;

	sj_ledger_lend(&cx->ledger, &t->pub, t->procs_now, &t->held);
	rc = sj_ledger_take(&cx->ledger, &t->pub, t->ranks_now, where, to);
	if (rc != SJ_OK)
		sj_ledger_retake(&cx->ledger, &t->pub, t->procs_now, &t->held);
	return rc;
}

int sj_migrate(sj_ctx *cx, const sj_task *task, const sj_placement *where)
{
	struct task *t = task_of(task);
	int rc = action_count(cx, t, "migrate");
	sj_held to = { 0 };
	bool waits;

	if (rc != SJ_OK)
		return rc;
	if (t->pub.state != SJ_TASK_RUNNING)
		return action_misuse(cx, t, "migrate", action_state(t));
	if (cx->ledger.node_count == 0)
		return action_misuse(cx, t, "migrate", "a pool of processors has no places");
	if (where == NULL)
		return action_misuse(cx, t, "migrate", "where to is not said");
	if (t->released)
		return SJ_EFULL; /* it has ended; the policy will be told */
	if (pace_make(cx, t) != SJ_OK)
		return action_no_memory(cx);
	rc = move(cx, t, where, &to);
	if (rc != SJ_OK)
		return action_taken(cx, t, "migrate", rc);
	life_close_span(cx, t);
	life_hand_out(cx, t);
	waits = t->inputs != 0;
	if (waits)
		staging_cancel(cx, t);
	if (cx->beside != NULL)
		interference_leave(cx, t);
	sj_held_drop(&t->held);
	t->held = to;
	t->starts++;
	checkpoint_keep(cx, t);
	checkpoint_start(t);
	if (waits && (rc = staging_moved(cx, t)) != SJ_OK)
		return rc == SJ_ENOMEM ? action_no_memory(cx) : rc;
	if (cx->bound != NULL)
		cx->bound->moved = true;
	return go_on(cx, t, SJ_D_MIGRATE, sj_held_grips(&t->held)->node);
}
