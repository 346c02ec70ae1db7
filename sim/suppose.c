/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * suppose.c - what if: the ledger changed for a question, and put back exactly. See
 * sojourn/suppose.h.
 *
 * What is supposed is really given back and taken, so that every index over the nodes
 * answers as ever; what a task holds is its own record of what to take again.
 */
#include "sojourn/suppose.h"

#include <stdlib.h>

#include "core.h"

enum { LISTED = 1, GONE = 2 }; /* of task.supposed */

struct guest {
	struct task *task;
	sj_held      held;
};

struct sj_suppose {
	bool          active;
	struct task **away; /* that have been gone, each once */
	uint32_t      away_count, away_cap;
	struct guest *guest; /* in the order in which they were started */
	uint32_t      guest_count, guest_cap;
};

void sj_suppose_begin(sj_ctx *cx)
{
	if (cx->suppose == NULL)
		cx->suppose = sj_alloc(cx, sizeof(*cx->suppose));
	if (cx->suppose->active)
		sj_policy_fail(cx, SJ_EPOLICY, "policy %s: supposes within a supposition",
			       cx->ops->name);
	cx->suppose->active = true;
}

bool suppose_active(const sj_ctx *cx)
{
	return cx->suppose != NULL && cx->suppose->active;
}

static void list_away(sj_ctx *cx, struct task *t)
{
	struct sj_suppose *s = cx->suppose;

	if (t->supposed & LISTED)
		return;
	if (s->away_count == s->away_cap) {
		uint32_t cap = s->away_cap != 0 ? 2 * s->away_cap : 16;

		s->away = sj_grow(cx, s->away, s->away_cap * sizeof(*s->away),
				  cap * sizeof(*s->away));
		s->away_cap = cap;
	}
	s->away[s->away_count++] = t;
	t->supposed |= LISTED;
}

void sj_suppose_gone(sj_ctx *cx, const sj_task *task)
{
	struct task *t = task_of(task);

	if (!suppose_active(cx) || t->pub.state != SJ_TASK_RUNNING) {
		sj_policy_fail(cx, SJ_EPOLICY, "policy %s: supposes that job %lld is gone, "
			       "which is not running", cx->ops->name, (long long)task->job);
		return;
	}
	if (t->supposed & GONE)
		return;
	list_away(cx, t);
	t->supposed |= GONE;
	if (!t->released) /* else it has ended and holds nothing */
		sj_ledger_lend(&cx->ledger, task, t->procs_now, &t->held);
}

static bool comes_back(sj_ctx *cx, struct task *t)
{
	if (!t->released && !sj_ledger_retake(&cx->ledger, &t->pub, t->procs_now, &t->held))
		return false;
	t->supposed &= (uint8_t)~GONE;
	return true;
}

bool sj_suppose_back(sj_ctx *cx, const sj_task *task)
{
	struct task *t = task_of(task);

	return !(t->supposed & GONE) || comes_back(cx, t);
}

static struct guest *new_guest(sj_ctx *cx, struct task *t)
{
	struct sj_suppose *s = cx->suppose;

	if (s->guest_count == s->guest_cap) {
		uint32_t cap = s->guest_cap != 0 ? 2 * s->guest_cap : 16;

		s->guest = sj_grow(cx, s->guest, s->guest_cap * sizeof(*s->guest),
				   cap * sizeof(*s->guest));
		s->guest_cap = cap;
	}
	s->guest[s->guest_count] = (struct guest){ .task = t };
	return &s->guest[s->guest_count];
}

/* Grips of one node lie side by side: a slot each node. */
static sj_placement copy_placement(sj_ctx *cx, const sj_held *h)
{
	sj_slot *slot = sj_scratch(cx, (h->count + 1) * sizeof(*slot));
	const sj_grip *g = sj_held_grips(h);
	uint32_t n = 0;

	for (uint32_t i = 0; i < h->count; i++)
		if (n != 0 && slot[n - 1].node == g[i].node)
			slot[n - 1].ranks += g[i].ranks;
		else
			slot[n++] = (sj_slot){ g[i].node, g[i].ranks };
	return (sj_placement){ n, slot };
}

int sj_suppose_start(sj_ctx *cx, const sj_task *task, sj_placement *where)
{
	struct task *t = task_of(task);
	struct guest *g;
	int rc = SJ_OK;

	*where = (sj_placement){ 0 };
	if (!suppose_active(cx) ||
	    (t->pub.state != SJ_TASK_READY && !(t->supposed & GONE)))
		return sj_policy_fail(cx, SJ_EPOLICY, "policy %s: supposes a start of job %lld, "
				      "which is neither ready nor gone", cx->ops->name,
				      (long long)task->job);
	g = new_guest(cx, t);
	if (cx->ledger.node_count != 0)
		rc = sj_ledger_take(&cx->ledger, task, task->ranks, NULL, &g->held);
	else if (task->procs > cx->ledger.procs_free)
		rc = SJ_EFULL;
	else
		cx->ledger.procs_free -= task->procs; /* a count; numbers stay as they are */
	if (rc == SJ_EFULL)
		return rc;
	if (rc != SJ_OK)
		return sj_policy_fail(cx, rc, "out of memory");
	cx->suppose->guest_count++;
	*where = copy_placement(cx, &g->held);
	return SJ_OK;
}

void sj_suppose_end(sj_ctx *cx)
{
	struct sj_suppose *s = cx->suppose;

	if (!suppose_active(cx))
		return;
	while (s->guest_count != 0) {
		struct guest *g = &s->guest[--s->guest_count];

		if (cx->ledger.node_count != 0)
			sj_ledger_give(&cx->ledger, &g->task->pub, g->task->pub.procs, &g->held);
		else
			cx->ledger.procs_free += g->task->pub.procs;
	}
	for (uint32_t i = 0; i < s->away_count; i++) {
		if (s->away[i]->supposed & GONE)
			comes_back(cx, s->away[i]);
		s->away[i]->supposed = 0;
	}
	s->away_count = 0;
	s->active = false;
}
