/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hungarian - ready tasks matched to nodes at the least total cost. Kuhn, "The Hungarian
 * method for the assignment problem", Naval Research Logistics Quarterly 2, 1955.
 *
 * At each pass the first `window=` ready tasks and the nodes that have room for one of them
 * make an assignment problem: as many pairs as possible, at the least total. by=time: of run
 * times there by the estimate, with the time that the data takes to get there; by=rate: the
 * highest total of rates. All pairs start. A node gets one task in a matching; while tasks and
 * room are left, the next matching follows at once. A task that has no node now waits for the
 * next pass, where all that waits is matched anew: nothing is promised. So it takes the best
 * pairs of the moment, and a slow node rather than none.
 *
 * A task that no single node can hold starts in order of arrival, when it fits, ahead of the
 * matching, and blocks nobody. In a graph what is ready is matched. A pool of processors is
 * one node: tasks start by arrival, and what does not fit is passed over.
 *
 * A matching of t tasks and n nodes costs O(t n) rates and O(min(t, n)^2 max(t, n)).
 */
#include <math.h>

#include "pairs.h"
#include "sojourn/assign.h"

enum by { BY_TIME, BY_RATE };

struct hungarian {
	int      by;
	int64_t  window;
	bool     stale;     /* something came, ended or changed */
	uint8_t *wide;      /* by task id: 1: a single node will do, 2: none will */
	uint32_t wide_cap;
};

/* One matching. */
struct match {
	const sj_task **task;
	uint32_t  tasks;
	uint32_t *node, *column;
	uint32_t  nodes;
	int64_t  *cost;
	int64_t   total;
	uint32_t  pairs;
};

#define RATE_UNIT 1e6 /* rates are compared to so many parts of 1 */

/* ---- news ----------------------------------------------------------------------------- */

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct hungarian *s = self;

	if (t->id >= s->wide_cap) {
		uint32_t cap = sj_task_bound(cx) > 2 * s->wide_cap ? sj_task_bound(cx) :
								      2 * s->wide_cap;

		s->wide = sj_grow(cx, s->wide, s->wide_cap, cap);
		s->wide_cap = cap;
	}
	s->wide[t->id] = pair_wide(cx, t) ? 2 : 1;
	s->stale = true;
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	(void)t;
	(void)how;
	((struct hungarian *)self)->stale = true;
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)node;
	(void)up;
	((struct hungarian *)self)->stale = true;
	return SJ_OK;
}

static int on_room(void *self, sj_ctx *cx, uint32_t node)
{
	(void)cx;
	(void)node;
	((struct hungarian *)self)->stale = true;
	return SJ_OK;
}

/* ---- a matching -------------------------------------------------------------------------- */

/* The first tasks that wait and that one node can hold. */
static void list_tasks(const struct hungarian *s, sj_ctx *cx, struct match *m)
{
	uint32_t most = sj_ready_count(cx) < (uint64_t)s->window ? sj_ready_count(cx) :
								     (uint32_t)s->window;

	m->task = sj_scratch(cx, (most + 1) * sizeof(*m->task));
	for (const sj_task *t = sj_ready_first(cx); t != NULL && m->tasks < most;
	     t = sj_ready_next(cx, t))
		if (s->wide[t->id] == 1)
			m->task[m->tasks++] = t;
}

/* Nodes with room for one of them. */
static void list_nodes(sj_ctx *cx, struct match *m)
{
	uint32_t count = sj_node_count(cx);

	m->node = sj_scratch(cx, (count + 1) * sizeof(*m->node));
	for (uint32_t n = 0; n < count; n++) {
		if (sj_node_get_state(cx, n) != SJ_NODE_UP)
			continue;
		for (uint32_t i = 0; i < m->tasks; i++)
			if (sj_node_room(cx, n, m->task[i]) >= m->task[i]->ranks) {
				m->node[m->nodes++] = n;
				break;
			}
	}
}

static int64_t cost_of(const struct hungarian *s, sj_ctx *cx, const sj_task *t, uint32_t node)
{
	if (sj_node_room(cx, node, t) < t->ranks)
		return SJ_ASSIGN_NEVER;
	if (s->by == BY_TIME)
		return pair_ns(cx, t, node);
	return -llrint(fmin(pair_rate(cx, t, node), 1e12) * RATE_UNIT);
}

static int match(const struct hungarian *s, sj_ctx *cx, struct match *m)
{
	int rc;

	m->cost = sj_scratch(cx, ((size_t)m->tasks * m->nodes + 1) * sizeof(*m->cost));
	m->column = sj_scratch(cx, (m->tasks + 1) * sizeof(*m->column));
	for (uint32_t i = 0; i < m->tasks; i++)
		for (uint32_t k = 0; k < m->nodes; k++)
			m->cost[(size_t)i * m->nodes + k] = cost_of(s, cx, m->task[i], m->node[k]);
	rc = sj_assign(m->tasks, m->nodes, m->cost, m->column, &m->total);
	if (rc != SJ_OK)
		return sj_policy_fail(cx, rc, "no memory to match %u tasks and %u nodes", m->tasks,
				      m->nodes);
	for (uint32_t i = 0; i < m->tasks; i++)
		m->pairs += m->column[i] != SJ_ASSIGN_NONE;
	return SJ_OK;
}

static void explain(const struct hungarian *s, sj_ctx *cx, const struct match *m, uint32_t i)
{
	uint32_t k = m->column[i];
	int64_t own = m->cost[(size_t)i * m->nodes + k];

	if (s->by == BY_TIME)
		sj_because(cx, m->task[i], "matched to node %u: %.12g s there, %.12g s the total of "
			   "%u pairs of %u tasks and %u nodes", m->node[k], (double)own / 1e9,
			   (double)m->total / 1e9, m->pairs, m->tasks, m->nodes);
	else
		sj_because(cx, m->task[i], "matched to node %u: rate %.12g there, %.12g the total of "
			   "%u pairs of %u tasks and %u nodes", m->node[k],
			   -(double)own / RATE_UNIT, -(double)m->total / RATE_UNIT, m->pairs,
			   m->tasks, m->nodes);
}

static int start_pairs(const struct hungarian *s, sj_ctx *cx, const struct match *m)
{
	for (uint32_t i = 0; i < m->tasks; i++) {
		pair_place p;
		int rc;

		if (m->column[i] == SJ_ASSIGN_NONE)
			continue;
		if (sj_explaining(cx))
			explain(s, cx, m, i);
		pair_at(&p, m->task[i], m->node[m->column[i]]);
		rc = sj_start(cx, m->task[i], &p.where);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* ---- a pass -------------------------------------------------------------------------------- */

/* In order of arrival, all that fits: several nodes, or a pool. */
static int start_wide(const struct hungarian *s, sj_ctx *cx)
{
	bool pool = sj_node_count(cx) == 0;
	const sj_task *next;

	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = next) {
		int rc;

		next = sj_ready_next(cx, t);
		if (!pool && s->wide[t->id] == 1)
			continue;
		if (sj_explaining(cx))
			sj_because(cx, t, pool ? "by arrival, as it fits" :
						 "no single node can hold it: by arrival, as it fits");
		rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static void say_who_waits(sj_ctx *cx, const struct match *m)
{
	if (m->tasks > 0)
		sj_because(cx, m->task[0], "no node has room for any of the first %u tasks that "
			   "wait", m->tasks);
}

static int schedule(void *self, sj_ctx *cx)
{
	struct hungarian *s = self;
	int rc;

	if (!s->stale)
		return SJ_OK;
	s->stale = false;
	rc = start_wide(s, cx);
	while (rc == SJ_OK && sj_procs_free(cx) > 0 && sj_node_count(cx) > 0) {
		struct match m = { 0 };

		list_tasks(s, cx, &m);
		list_nodes(cx, &m);
		if (m.nodes == 0) {
			if (sj_explaining(cx))
				say_who_waits(cx, &m);
			break;
		}
		rc = match(s, cx, &m);
		if (rc == SJ_OK)
			rc = start_pairs(s, cx, &m);
	}
	return rc;
}

/* ---- tables --------------------------------------------------------------------------------- */

static const char *const by_names[] = { "time", "rate", NULL };

static const sj_param params[] = {
	{ .name = "by", .type = SJ_P_ENUM, .offset = offsetof(struct hungarian, by),
	  .def = "time", .choices = by_names,
	  .help = "time: the least total of run times, data included; rate: the highest total of "
		  "rates." },
	{ .name = "window", .type = SJ_P_INT, .offset = offsetof(struct hungarian, window),
	  .def = "500", .min = 1, .max = 1e5, .unit = "tasks",
	  .help = "How many tasks, the first to be ready, are matched at once." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "none among the first window= tasks that are ready: the matching decides; by time "
		 "of being ready for which these are",
	.blocking = "skip: every node that has room for a task of the window gets one",
	.reservation = "none",
	.preemption = "none",
	.placement = "the node that it is matched to; several nodes: place by the core, first fit",
	.tie = "of equal totals the one where the first task has the lowest node, then the second",
	.instants = "once per instant of news, matchings one after the other until none has a pair",
};

const sj_policy_ops sj_policy_hungarian = {
	SJ_POLICY_HEAD,
	.name = "hungarian",
	.summary = "matches ready tasks and nodes with room at the least total run time",
	.cite = "Kuhn, The Hungarian method for the assignment problem, Naval Research Logistics "
		"Quarterly 2, 1955",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct hungarian),
	.params = params,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_room = on_room,
	.schedule = schedule,
};
