/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nodes.c - nodes that fail, come back, are drained and join: what a change does to
 * capacity, to the tasks that run there, and to the policy.
 *
 * A failure costs one walk over the running tasks, whose grips are in order of nodes.
 */
#include <stdlib.h>

#include "core.h"
#include "pace.h"

const char *const sj_node_change_names[4] = { "fail", "up", "drain", "join" };

/* So many changes of nodes in a row while tasks wait and nothing runs: what waits does
 * not fit the nodes that are up at any one time, and never will. */
#define IDLE_CHANGES_MAX 1000000u

/* Nodes whose first event is that they join are not there before it. */
static int take_absent(sj_ctx *cx)
{
	const sj_failures *f = cx->config.failures;

	for (uint32_t i = 0; f != NULL && i < f->event_count; i++)
		if (f->events[i].change == SJ_CHANGE_JOIN) {
			const sj_ledger *l = &cx->ledger;
			uint32_t node = f->events[i].node;

			sj_ledger_set_state(&cx->ledger, node, SJ_NODE_DOWN);
			cx->account.absent += l->types[l->node[node].type].cores;
		}
	return SJ_OK;
}

int nodes_init(sj_ctx *cx)
{
	int rc = sj_account_init(&cx->account, &cx->ledger);

	if (rc == SJ_OK)
		rc = sj_node_news_init(&cx->node_news, &cx->config.cluster,
				       cx->config.failures, cx->config.seed, &cx->error);
	if (rc == SJ_OK)
		rc = take_absent(cx);
	cx->node_next = rc == SJ_OK ? sj_node_news_time(&cx->node_news) : SJ_NEVER;
	return rc;
}

void nodes_fini(sj_ctx *cx)
{
	sj_account_fini(&cx->account);
	sj_node_news_fini(&cx->node_news);
}

static bool runs_on(const struct task *t, uint32_t node)
{
	const sj_grip *g = sj_held_grips(&t->held);

	for (uint32_t i = 0; i < t->held.count && g[i].node <= node; i++)
		if (g[i].node == node)
			return true;
	return false;
}

/* A copy that loses its node is gone; its task goes on, and can be copied anew. */
static void kill_copies(sj_ctx *cx, uint32_t node)
{
	struct task *next;

	for (struct task *c = cx->copies.first; c != NULL; c = next) {
		next = c->next;
		if (!c->released && runs_on(c, node))
			copy_cancel(cx, c);
	}
}

/* All that lose the node give back what they have before the policy hears of any of
 * them, so that it never sees processors of the dead as taken. In start order. */
static int kill_all(sj_ctx *cx, uint32_t node, uint32_t *killed)
{
	struct task **dead, *next;
	uint32_t n = 0;
	int rc = SJ_OK;

	if (cx->running.count == 0)
		return SJ_OK;
	kill_copies(cx, node);
	dead = malloc(cx->running.count * sizeof(*dead));
	if (dead == NULL)
		return sj_fail(&cx->error, SJ_ENOMEM, "out of memory");
	for (struct task *t = cx->running.first; t != NULL; t = next) {
		next = t->next;
		if (t->released || !runs_on(t, node))
			continue;
		life_lose(cx, t);
		dead[n++] = t;
	}
	for (uint32_t i = 0; i < n && rc == SJ_OK; i++)
		rc = life_requeue(cx, dead[i]);
	free(dead);
	*killed = n;
	return rc;
}

static int hand_out(sj_ctx *cx, const sj_node_event *e, uint32_t killed)
{
	sj_node_record r = { cx->now, e->node, e->change, killed };

	for (uint32_t i = 0; i < cx->config.sink_count; i++) {
		const sj_sink *s = &cx->config.sinks[i];
		int rc = s->node != NULL ? s->node(s->self, &r, &cx->error) : SJ_OK;

		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* The state after the change; the same one when it changes nothing: a node that is down
 * is neither drained nor failed again, and one that is up does not come up. */
static sj_node_state state_after(sj_node_state now, sj_node_change change)
{
	switch (change) {
	case SJ_CHANGE_FAIL:
		return SJ_NODE_DOWN;
	case SJ_CHANGE_DRAIN:
		return now == SJ_NODE_UP ? SJ_NODE_DRAINING : now;
	case SJ_CHANGE_UP:
	case SJ_CHANGE_JOIN:
		break;
	}
	return SJ_NODE_UP;
}

int nodes_change(sj_ctx *cx)
{
	sj_node_event e = sj_node_news_pop(&cx->node_news);
	const sj_node *n = &cx->ledger.node[e.node];
	sj_node_state was = (sj_node_state)n->state, is = state_after(was, e.change);
	uint32_t killed = 0;
	int rc = SJ_OK;

	cx->events++;
	cx->node_changes++;
	cx->node_next = sj_node_news_time(&cx->node_news);
	if (e.change == SJ_CHANGE_JOIN)
		cx->account.absent -= cx->ledger.types[n->type].cores;
	if (was == is)
		return SJ_OK;
	sj_ledger_set_state(&cx->ledger, e.node, is);
	cx->changed = true;
	if (is == SJ_NODE_DOWN) {
		cx->account.failures++;
		rc = kill_all(cx, e.node, &killed);
	}
	if (rc == SJ_OK)
		rc = hand_out(cx, &e, killed);
	if (rc != SJ_OK || cx->ops->on_node == NULL)
		return rc;
	return policy_check(cx, "on_node",
			    cx->ops->on_node(cx->self, cx, e.node, is == SJ_NODE_UP));
}

/* With every node up and nothing running, a policy that starts nothing never will. */
bool nodes_hopeless(sj_ctx *cx)
{
	bool waits = cx->live != 0 && cx->running.count == 0 && cx->timers.count == 0 &&
		     cx->batch_at == cx->batch_count;

	cx->idle_changes = waits ? cx->idle_changes + 1 : 0;
	return waits && (cx->ledger.nodes_off == 0 || cx->idle_changes > IDLE_CHANGES_MAX);
}
