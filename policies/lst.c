/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lst - what becomes ready is assigned to unrelated machines by a linear program and the
 * rounding of Lenstra, Shmoys and Tardos, "Approximation algorithms for scheduling unrelated
 * parallel machines", Mathematical Programming 46, 1990 (sojourn/unrelated.h).
 *
 * The tasks that are ready and have no node yet are a batch, cut into pieces of `window=` by
 * arrival. For each piece the program shares tasks out so that the node that is busy longest
 * is so for as short as possible, on top of what the nodes have been given before; times are
 * those of the estimates on the node, with that of the data. T* is the least limit on the
 * time of one task that the program can keep with all nodes done by then: a lower bound of the
 * makespan. Whole tasks go where the program has them; tasks that it cut are matched, one to
 * a node at most. On nodes of one core, alone on the machine, a piece ends by 2 T*. A task of
 * c of a node's n cores counts as c / n of its time there, and the bound does not hold.
 *
 * Nodes serve their tasks by arrival, and the first blocks. A task of several nodes waits in
 * a queue of its own, and holds up what came later. What waits at a node that goes down is
 * assigned anew. If the solver runs out of iterations each task of the piece goes, by arrival,
 * where it would end first. A pool is one node, and this is fifo there.
 *
 * A piece of t tasks on m nodes solves some log2(t m) programs of t + m rows and t m columns.
 */
#include <math.h>

#include "pairs.h"
#include "sojourn/queue.h"
#include "sojourn/unrelated.h"

struct lst {
	int64_t    window, iterations;
	sj_lp     *lp;
	uint32_t   nodes;
	sj_queue  *batch, *wide, **node; /* one family, by stamp */
	uint64_t   stamps;
	bool       fresh;   /* the batch is to be assigned */
	uint64_t   stopped;
};

/* A piece of the batch. */
struct piece {
	sj_unrelated u;
	const sj_task **task;
	double *time, *share, *load, *part, *price;
	uint32_t *machine;
	sj_unrelated_result found;
	bool stopped;
};

/* ---- news --------------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct lst *s = self;

	s->nodes = sj_node_count(cx) > 0 ? sj_node_count(cx) : 1;
	s->batch = sj_queue_create(cx);
	s->wide = sj_queue_create_beside(s->batch);
	s->node = sj_alloc(cx, s->nodes * sizeof(*s->node));
	for (uint32_t k = 0; k < s->nodes; k++)
		s->node[k] = sj_queue_create_beside(s->batch);
	s->lp = sj_lp_create(SJ_LP_MINIMISE);
	return s->lp != NULL ? SJ_OK : sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
}

static void fini(void *self, sj_ctx *cx)
{
	(void)cx;
	sj_lp_free(((struct lst *)self)->lp);
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct lst *s = self;
	bool wide = sj_node_count(cx) > 0 && pair_wide(cx, t);
	sj_queue_item it = { .seq = s->stamps++, .task = t, .width = t->procs };

	sj_queue_add(wide ? s->wide : sj_node_count(cx) > 0 ? s->batch : s->node[0], &it);
	s->fresh |= !wide;
	return SJ_OK;
}

static void forget(struct lst *s, const sj_task *t)
{
	if (!sj_queue_has(s->batch, t))
		return;
	if (sj_queue_find(s->batch, t) != NULL) {
		sj_queue_remove(s->batch, t);
		return;
	}
	if (sj_queue_find(s->wide, t) != NULL) {
		sj_queue_remove(s->wide, t);
		return;
	}
	for (uint32_t k = 0; k < s->nodes; k++)
		if (sj_queue_find(s->node[k], t) != NULL) {
			sj_queue_remove(s->node[k], t);
			return;
		}
}

/* In a queue it is only when somebody else has started it, or it was cancelled. */
static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	(void)how;
	forget(self, t);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct lst *s = self;
	const sj_queue_item *first;

	(void)cx;
	s->fresh = true;
	while (!up && (first = sj_queue_first(s->node[node])) != NULL) {
		sj_queue_item it = *first;

		sj_queue_remove(s->node[node], it.task);
		sj_queue_add(s->batch, &it);
	}
	return SJ_OK;
}

/* Every pass serves all queues. */
static int on_room(void *self, sj_ctx *cx, uint32_t node)
{
	(void)self;
	(void)cx;
	(void)node;
	return SJ_OK;
}

/* ---- a piece -------------------------------------------------------------------------------- */

/* Of the node's cores that the task keeps. */
static double share_of(const sj_ctx *cx, const sj_task *t, uint32_t node)
{
	uint32_t cores = sj_node_get_kind(cx, node).cores;

	return cores > t->procs ? (double)t->procs / cores : 1;
}

/* What each node has been given, and what runs there has left, in seconds of the node. */
static void add_loads(const struct lst *s, sj_ctx *cx, double *load)
{
	for (uint32_t k = 0; k < s->nodes; k++)
		for (const sj_queue_item *it = sj_queue_first(s->node[k]); it != NULL;
		     it = sj_queue_next(s->node[k], it))
			load[k] += (double)pair_ns(cx, it->task, k) / 1e9 * share_of(cx, it->task, k);
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t)) {
		sj_placement where = sj_task_placement(cx, t);
		sj_time run, had = sj_now(cx) > t->start_ns ? sj_now(cx) - t->start_ns : 0;
		uint32_t k = where.count > 0 ? where.slots[0].node : 0;

		run = where.count == 1 ? pair_ns(cx, t, k) : t->estimate_ns;
		for (uint32_t i = 0; i < where.count && run > had; i++) {
			k = where.slots[i].node;
			load[k] += (double)(run - had) / 1e9 * share_of(cx, t, k) *
				   where.slots[i].ranks / t->ranks;
		}
	}
}

/* The next tasks of the batch behind *last that a node which is up can hold. */
static void list_piece(const struct lst *s, sj_ctx *cx, const sj_queue_item **last,
		       struct piece *p)
{
	size_t most = (size_t)s->window * s->nodes;
	const sj_queue_item *it = *last == NULL ? sj_queue_first(s->batch) :
						  sj_queue_next(s->batch, *last);

	p->task = sj_scratch(cx, (size_t)s->window * sizeof(*p->task));
	p->time = sj_scratch(cx, most * sizeof(*p->time));
	p->share = sj_scratch(cx, most * sizeof(*p->share));
	for (; it != NULL && p->u.tasks < s->window; it = sj_queue_next(s->batch, it)) {
		double *time = &p->time[(size_t)p->u.tasks * s->nodes];
		bool able = false;

		*last = it;
		if (it->task->state != SJ_TASK_READY)
			continue;
		for (uint32_t k = 0; k < s->nodes; k++) {
			sj_time ns = sj_node_get_state(cx, k) == SJ_NODE_UP ?
					     pair_ns(cx, it->task, k) : SJ_NEVER;

			time[k] = ns != SJ_NEVER ? (double)ns / 1e9 : INFINITY;
			p->share[(size_t)p->u.tasks * s->nodes + k] = share_of(cx, it->task, k);
			able |= ns != SJ_NEVER;
		}
		if (able)
			p->task[p->u.tasks++] = it->task;
		else if (sj_explaining(cx))
			sj_because(cx, it->task, "every node that can hold it is down");
	}
}

/* By arrival, where each would end first. */
static void first_end(struct piece *p)
{
	for (uint32_t i = 0; i < p->u.tasks; i++) {
		const double *time = &p->time[(size_t)i * p->u.machines];
		const double *share = &p->share[(size_t)i * p->u.machines];
		uint32_t best = 0;

		for (uint32_t k = 1; k < p->u.machines; k++)
			if (p->load[k] + time[k] < p->load[best] + time[best])
				best = k;
		p->machine[i] = best;
		p->load[best] += time[best] * share[best];
	}
}

static void explain(const struct lst *s, sj_ctx *cx, const struct piece *p, uint32_t i)
{
	uint32_t k = p->machine[i];

	if (p->stopped)
		sj_because(cx, p->task[i], "node %u, where it would end first; the solver has "
			   "stopped (%llu times so far)", k, (unsigned long long)s->stopped);
	else
		sj_because(cx, p->task[i], "node %u for %.12g s, %.12g of it by the program; %u tasks: "
			   "relaxation %.12g s, T* %.12g s, %u cut and matched, makespan %.12g s; a "
			   "second more on the node costs %.6g s", k,
			   p->time[(size_t)i * p->u.machines + k], p->part[i], p->u.tasks,
			   p->found.relaxed, p->found.threshold, p->found.cut, p->found.makespan,
			   p->price[k]);
}

static int assign_piece(struct lst *s, sj_ctx *cx, struct piece *p)
{
	int rc;

	p->load = sj_scratch(cx, s->nodes * sizeof(*p->load));
	p->price = sj_scratch(cx, s->nodes * sizeof(*p->price));
	p->part = sj_scratch(cx, (p->u.tasks + 1) * sizeof(*p->part));
	p->machine = sj_scratch(cx, (p->u.tasks + 1) * sizeof(*p->machine));
	add_loads(s, cx, p->load);
	p->u.machines = s->nodes;
	p->u.time = p->time;
	p->u.share = p->share;
	p->u.load = p->load;
	rc = sj_unrelated_assign(cx, s->lp, &p->u, (uint32_t)s->iterations, p->machine, p->part,
				 p->price, &p->found);
	if (rc == SJ_EFULL) {
		p->stopped = true;
		s->stopped++;
		first_end(p);
		rc = SJ_OK;
	}
	return rc == SJ_OK ? SJ_OK :
			     sj_policy_fail(cx, rc, "no memory to assign %u tasks to %u nodes",
					    p->u.tasks, s->nodes);
}

static int assign_batch(struct lst *s, sj_ctx *cx)
{
	const sj_queue_item *last = NULL;

	s->fresh = false;
	while (sj_queue_count(s->batch) > 0) {
		struct piece p = { 0 };
		int rc;

		list_piece(s, cx, &last, &p);
		if (p.u.tasks == 0)
			return SJ_OK;
		rc = assign_piece(s, cx, &p);
		if (rc != SJ_OK)
			return rc;
		for (uint32_t i = 0; i < p.u.tasks; i++) {
			sj_queue_item it = *sj_queue_find(s->batch, p.task[i]);

			if (sj_explaining(cx))
				explain(s, cx, &p, i);
			sj_queue_remove(s->batch, it.task);
			sj_queue_add(s->node[p.machine[i]], &it);
		}
		last = NULL; /* the queue has changed; those that no node can hold are skipped */
	}
	return SJ_OK;
}

/* ---- starts ------------------------------------------------------------------------------------ */

static int serve(struct lst *s, sj_ctx *cx, uint32_t node, uint64_t limit)
{
	const sj_queue_item *it;

	while ((it = sj_queue_first(s->node[node])) != NULL && it->seq < limit) {
		const sj_task *t = it->task;
		pair_place p;
		int rc = SJ_OK;

		pair_at(&p, t, node);
		if (sj_explaining(cx))
			sj_because(cx, t, "first of the queue of node %u", node);
		if (t->state == SJ_TASK_READY)
			rc = sj_start(cx, t, sj_node_count(cx) > 0 ? &p.where : NULL);
		if (rc != SJ_OK)
			return rc == SJ_EFULL ? SJ_OK : rc;
		sj_queue_remove(s->node[node], t);
	}
	return SJ_OK;
}

static int serve_all(struct lst *s, sj_ctx *cx)
{
	const sj_queue_item *wide = sj_queue_first(s->wide);
	int rc = SJ_OK;

	for (uint32_t k = 0; k < s->nodes && rc == SJ_OK; k++)
		if (sj_node_count(cx) == 0 || sj_node_get_state(cx, k) == SJ_NODE_UP)
			rc = serve(s, cx, k, wide != NULL ? wide->seq : UINT64_MAX);
	return rc;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct lst *s = self;
	int rc = s->fresh ? assign_batch(s, cx) : SJ_OK;

	if (rc == SJ_OK)
		rc = serve_all(s, cx);
	while (rc == SJ_OK && sj_queue_count(s->wide) > 0) {
		const sj_task *t = sj_queue_first(s->wide)->task;

		if (sj_explaining(cx) && t->state == SJ_TASK_READY)
			sj_because(cx, t, "first of those that need several nodes");
		if (t->state == SJ_TASK_READY)
			rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK)
			return rc;
		sj_queue_remove(s->wide, t);
		rc = serve_all(s, cx);
	}
	return rc;
}

/* ---- tables -------------------------------------------------------------------------------------- */

static const sj_param params[] = {
	{ .name = "window", .type = SJ_P_INT, .offset = offsetof(struct lst, window), .def = "64",
	  .min = 1, .max = 1e4, .unit = "tasks", .help = "Tasks of a batch that are assigned at once." },
	{ .name = "iterations", .type = SJ_P_INT, .offset = offsetof(struct lst, iterations),
	  .def = "100000", .min = 1, .max = 1e9,
	  .help = "Of the simplex method for one program, at most; then tasks go where they would "
		  "end first." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "at each node by arrival",
	.blocking = "the first of a node's queue blocks that queue; a task of several nodes blocks "
		    "all that came after it",
	.reservation = "none needed",
	.preemption = "none",
	.placement = "the node that the rounded program gives it; several nodes: first fit",
	.tie = "of equal optima the one that does not depend on the last basis; matchings: lowest "
	       "node for the first task",
	.instants = "assigned when ready, or when its node goes down; started when the node has "
		    "room",
};

const sj_policy_ops sj_policy_lst = {
	SJ_POLICY_HEAD,
	.name = "lst",
	.summary = "ready tasks assigned to unrelated nodes by a linear program, rounded within "
		   "twice the optimum",
	.cite = "Lenstra, Shmoys and Tardos, Approximation algorithms for scheduling unrelated "
		"parallel machines, Mathematical Programming 46, 1990",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct lst),
	.params = params,
	.init = init,
	.fini = fini,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_room = on_room,
	.schedule = schedule,
};
