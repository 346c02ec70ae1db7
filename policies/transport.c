/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transport - waiting tasks shipped to nodes with room at the least total cost. Hitchcock, "The
 * distribution of a product from several sources to numerous localities", Journal of
 * Mathematics and Physics 20, 1941.
 *
 * Tasks of equal demand that cost the same on every node are a group. A cost is the run time
 * there by the estimate, with the time that the data takes to get there when the task becomes
 * ready. At each pass a linear program ships as many tasks as possible, and of all ways to do
 * that takes one of the least total cost:
 *
 *   x(g, n) >= 0   sum over n of x(g, n) <= tasks of g
 *                  sum over g of demand(g, r) x(g, n) <= free(n, r) for cores, memory, GPUs
 *
 * With demands of one core this is the transport problem, whose optima are whole. Otherwise
 * parts of tasks are rounded down, and whoever is left goes, by arrival, to the cheapest node
 * with room; so does everybody when the solver runs out of iterations. Unlike `hungarian` it
 * sees all the room of a node at once. Nothing is promised: who has no node waits.
 *
 * The first `groups=` groups by arrival take part. A task that no single node can hold starts
 * in order of arrival, when it fits, ahead of the rest, and blocks nobody. In a graph what is
 * ready is shipped. A pool is one node: tasks start by arrival, and what does not fit is
 * passed over.
 *
 * O(nodes) for a task that becomes ready, and a pass solves a program of groups x nodes columns
 * from the last basis.
 */
#include <math.h>
#include <string.h>

#include "pairs.h"
#include "sojourn/lp.h"
#include "sojourn/queue.h"

#define NONE UINT32_MAX
enum resource { CORES, MEMORY, GPUS, RESOURCES };

struct group {
	sj_queue *task;       /* waiting, by arrival */
	double    demand[RESOURCES];
	double   *cost;       /* by node, s; INFINITY: not there */
	uint64_t  hash;
};

struct transport {
	int64_t       groups, iterations;
	sj_lp        *lp;
	uint32_t      nodes, slots;
	struct group *group;
	sj_queue     *wide, *outside; /* tasks of several nodes, or a pool; of no group yet */
	double       *row;            /* scratch: costs by node */
	uint64_t      stamps, stopped;
	bool          stale;
	sj_lp_result  found;
	double        total;          /* cost of what was shipped */
	uint32_t      asked;          /* tasks that took part */
};

static uint32_t column(const struct transport *s, uint32_t group, uint32_t node)
{
	return group * s->nodes + node;
}

static uint32_t node_row(const struct transport *s, uint32_t node, int r)
{
	return s->slots + RESOURCES * node + (uint32_t)r;
}

/* ---- groups --------------------------------------------------------------------------------- */

static void demand_of(const sj_task *t, double *demand)
{
	demand[CORES] = t->procs;
	demand[MEMORY] = (double)t->ranks * (double)t->mem_bytes / 1e9;
	demand[GPUS] = (double)t->ranks * t->gpu_milli / 1000;
}

static uint64_t mix(uint64_t h, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	h = (h ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* Costs of t into row[]; the hash of demand and costs. */
static uint64_t look_at(struct transport *s, const sj_ctx *cx, const sj_task *t, double *demand)
{
	uint64_t h = 0;

	demand_of(t, demand);
	for (int r = 0; r < RESOURCES; r++)
		h = mix(h, demand[r]);
	for (uint32_t n = 0; n < s->nodes; n++) {
		sj_time ns = pair_ns(cx, t, n);

		s->row[n] = ns == SJ_NEVER ? INFINITY : (double)ns / 1e9;
		h = mix(h, s->row[n]);
	}
	return h;
}

static bool same(const struct transport *s, const struct group *g, uint64_t hash,
		 const double *demand)
{
	return sj_queue_count(g->task) > 0 && g->hash == hash &&
	       memcmp(g->demand, demand, sizeof(g->demand)) == 0 &&
	       memcmp(g->cost, s->row, s->nodes * sizeof(*s->row)) == 0;
}

static void fill_columns(struct transport *s, uint32_t i)
{
	const struct group *g = &s->group[i];

	for (uint32_t n = 0; n < s->nodes; n++) {
		uint32_t at[] = { i, node_row(s, n, CORES), node_row(s, n, MEMORY),
				  node_row(s, n, GPUS) };
		double value[] = { 1, g->demand[CORES], g->demand[MEMORY], g->demand[GPUS] };

		sj_lp_fill_col(s->lp, column(s, i, n), 4, at, value);
		sj_lp_set_cost(s->lp, column(s, i, n), 1);
	}
}

/* Into a group of its like, or a free one; false: there is none. */
static bool join(struct transport *s, const sj_ctx *cx, const sj_queue_item *it)
{
	double demand[RESOURCES];
	uint64_t hash = look_at(s, cx, it->task, demand);
	uint32_t free = NONE;

	for (uint32_t i = 0; i < s->slots; i++) {
		if (same(s, &s->group[i], hash, demand)) {
			sj_queue_add(s->group[i].task, it);
			return true;
		}
		if (free == NONE && sj_queue_count(s->group[i].task) == 0)
			free = i;
	}
	if (free == NONE)
		return false;
	s->group[free].hash = hash;
	memcpy(s->group[free].demand, demand, sizeof(demand));
	memcpy(s->group[free].cost, s->row, s->nodes * sizeof(*s->row));
	sj_queue_add(s->group[free].task, it);
	fill_columns(s, free);
	return true;
}

/* Those that had no group, by arrival, while there is a free one. */
static void let_in(struct transport *s, const sj_ctx *cx)
{
	const sj_queue_item *first;

	while ((first = sj_queue_first(s->outside)) != NULL) {
		sj_queue_item it = *first;
		bool free = false;

		for (uint32_t i = 0; i < s->slots && !free; i++)
			free = sj_queue_count(s->group[i].task) == 0;
		if (!free)
			return;
		sj_queue_remove(s->outside, it.task);
		join(s, cx, &it);
	}
}

/* ---- news -------------------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct transport *s = self;
	uint32_t first;

	s->nodes = sj_node_count(cx);
	s->slots = (uint32_t)s->groups;
	s->wide = sj_queue_create(cx);
	s->outside = sj_queue_create_beside(s->wide);
	if (s->nodes == 0)
		return SJ_OK;
	s->row = sj_alloc(cx, s->nodes * sizeof(*s->row));
	s->group = sj_alloc(cx, s->slots * sizeof(*s->group));
	for (uint32_t i = 0; i < s->slots; i++) {
		s->group[i].task = sj_queue_create_beside(s->wide);
		s->group[i].cost = sj_alloc(cx, s->nodes * sizeof(*s->row));
	}
	s->lp = sj_lp_create(SJ_LP_MAXIMISE);
	if (s->lp == NULL ||
	    sj_lp_add_rows(s->lp, s->slots + RESOURCES * s->nodes, &first) != SJ_OK ||
	    sj_lp_add_cols(s->lp, s->slots * s->nodes, &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

static void fini(void *self, sj_ctx *cx)
{
	(void)cx;
	sj_lp_free(((struct transport *)self)->lp);
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct transport *s = self;
	sj_queue_item it = { .seq = s->stamps++, .task = t, .width = t->procs };

	s->stale = true;
	if (sj_queue_has(s->wide, t))
		return SJ_OK;
	if (s->nodes == 0 || pair_wide(cx, t))
		sj_queue_add(s->wide, &it);
	else if (sj_queue_count(s->outside) > 0 || !join(s, cx, &it))
		sj_queue_add(s->outside, &it);
	return SJ_OK;
}

static void forget(struct transport *s, const sj_task *t)
{
	sj_queue *q = NULL;

	if (!sj_queue_has(s->wide, t))
		return;
	if (sj_queue_find(s->wide, t) != NULL)
		q = s->wide;
	else if (sj_queue_find(s->outside, t) != NULL)
		q = s->outside;
	for (uint32_t i = 0; q == NULL && i < s->slots; i++)
		if (sj_queue_find(s->group[i].task, t) != NULL)
			q = s->group[i].task;
	sj_queue_remove(q, t);
}

/* In a queue it is only when somebody else has started it, or it was cancelled. */
static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	(void)how;
	((struct transport *)self)->stale = true;
	forget(self, t);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)node;
	(void)up;
	((struct transport *)self)->stale = true;
	return SJ_OK;
}

/* ---- the program ------------------------------------------------------------------------------------ */

/* The largest cost of those that wait, by which all are divided to be weights. */
static double largest_cost(const struct transport *s)
{
	double most = 0;

	for (uint32_t i = 0; i < s->slots; i++)
		for (uint32_t n = 0; sj_queue_count(s->group[i].task) > 0 && n < s->nodes; n++)
			if (s->group[i].cost[n] < INFINITY)
				most = fmax(most, s->group[i].cost[n]);
	return most + 1e-9;
}

static void edit(struct transport *s, const sj_ctx *cx)
{
	double most = largest_cost(s);

	for (uint32_t n = 0; n < s->nodes; n++) {
		bool up = sj_node_get_state(cx, n) == SJ_NODE_UP;
		sj_node_kind k = sj_node_get_kind(cx, n);

		sj_lp_set_row(s->lp, node_row(s, n, CORES), -INFINITY,
			      up ? sj_node_cores_free(cx, n) : 0);
		sj_lp_set_row(s->lp, node_row(s, n, MEMORY), -INFINITY,
			      k.mem_bytes > 0 ? (double)sj_node_mem_free(cx, n) / 1e9 : INFINITY);
		sj_lp_set_row(s->lp, node_row(s, n, GPUS), -INFINITY,
			      (double)sj_node_gpu_milli_free(cx, n) / 1000);
	}
	for (uint32_t i = 0; i < s->slots; i++) {
		const struct group *g = &s->group[i];
		const sj_queue_item *first = sj_queue_first(g->task);

		sj_lp_set_row(s->lp, i, -INFINITY, sj_queue_count(g->task));
		for (uint32_t n = 0; n < s->nodes; n++) {
			uint32_t c = column(s, i, n);
			uint32_t room = first != NULL ? sj_node_room(cx, n, first->task) : 0;

			/* What GPUs or their model do not allow, sums would not see. */
			sj_lp_set_col(s->lp, c, 0, first != NULL && g->cost[n] < INFINITY ?
						       room / first->task->ranks : 0);
			if (first != NULL && g->cost[n] < INFINITY)
				sj_lp_set_rank(s->lp, c, (g->cost[n] + 1e-9) / most, c);
		}
	}
}

/* ---- starts -------------------------------------------------------------------------------------------- */

static void explain(const struct transport *s, sj_ctx *cx, const sj_task *t, uint32_t i,
		    uint32_t node, const char *how)
{
	double price = 0;

	for (int r = 0; r < RESOURCES; r++)
		price = fmax(price, sj_lp_dual(s->lp, node_row(s, node, r)));
	if (s->found.status == SJ_LP_STOPPED)
		sj_because(cx, t, "%s, for %.12g s; the solver has stopped (%llu times so far)", how,
			   s->group[i].cost[node], (unsigned long long)s->stopped);
	else
		sj_because(cx, t, "%s, for %.12g s; %.12g of %u tasks can start, at a total of %.12g s; "
			   "the node %s; %s, %llu iterations", how, s->group[i].cost[node],
			   s->found.objective, s->asked, s->total,
			   price > 1e-12 ? "binds" : "does not bind",
			   s->found.warm ? "warm" : "cold", (unsigned long long)s->found.iterations);
}

/* The first of the group on that node; SJ_EFULL: nobody is left, or there is no room. */
static int start(struct transport *s, sj_ctx *cx, uint32_t i, uint32_t node, const char *how)
{
	const sj_queue_item *it = sj_queue_first(s->group[i].task);
	pair_place p;
	int rc;

	if (it == NULL || sj_node_room(cx, node, it->task) < it->task->ranks)
		return SJ_EFULL;
	if (it->task->state != SJ_TASK_READY) { /* somebody else has started it */
		sj_queue_remove(s->group[i].task, it->task);
		return SJ_OK;
	}
	if (sj_explaining(cx))
		explain(s, cx, it->task, i, node, how);
	pair_at(&p, it->task, node);
	rc = sj_start(cx, it->task, &p.where);
	if (rc == SJ_OK)
		sj_queue_remove(s->group[i].task, it->task);
	return rc;
}

static int start_shipped(struct transport *s, sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->slots; i++)
		for (uint32_t n = 0; n < s->nodes; n++) {
			double x = sj_lp_value(s->lp, column(s, i, n));

			for (uint32_t k = 0; k + 1 <= x + 1e-9; k++) {
				int rc = start(s, cx, i, n, "shipped");

				if (rc == SJ_EFULL)
					break;
				if (rc != SJ_OK)
					return rc;
			}
		}
	return SJ_OK;
}

static uint32_t cheapest(const struct transport *s, const sj_ctx *cx, uint32_t i)
{
	const sj_task *t = sj_queue_first(s->group[i].task)->task;
	const double *cost = s->group[i].cost;
	uint32_t best = NONE;

	for (uint32_t n = 0; n < s->nodes; n++)
		if (cost[n] < INFINITY && (best == NONE || cost[n] < cost[best]) &&
		    sj_node_room(cx, n, t) >= t->ranks)
			best = n;
	return best;
}

/* Groups by who came first, each while it has room. */
static int start_others(struct transport *s, sj_ctx *cx)
{
	bool *done = sj_scratch(cx, s->slots * sizeof(*done));

	for (;;) {
		uint32_t next = NONE, node;
		int rc;

		for (uint32_t i = 0; i < s->slots; i++)
			if (!done[i] && sj_queue_count(s->group[i].task) > 0 &&
			    (next == NONE || sj_queue_first(s->group[i].task)->seq <
						     sj_queue_first(s->group[next].task)->seq))
				next = i;
		if (next == NONE)
			return SJ_OK;
		node = cheapest(s, cx, next);
		if (node == NONE) {
			done[next] = true;
			continue;
		}
		rc = start(s, cx, next, node, "left by rounding, and the cheapest node with room");
		if (rc != SJ_OK)
			return rc == SJ_EFULL ? SJ_OK : rc;
	}
}

static int ship(struct transport *s, sj_ctx *cx)
{
	const sj_lp_options how = { .iterations = (uint32_t)s->iterations, .refine = true };
	int rc = SJ_OK;

	s->asked = 0;
	for (uint32_t i = 0; i < s->slots; i++)
		s->asked += sj_queue_count(s->group[i].task);
	edit(s, cx);
	if (sj_lp_decide(cx, s->lp, &how, &s->found) == SJ_LP_OPTIMAL) {
		s->total = 0;
		for (uint32_t i = 0; i < s->slots; i++)
			for (uint32_t n = 0; n < s->nodes; n++)
				if (sj_lp_value(s->lp, column(s, i, n)) > 0)
					s->total += s->group[i].cost[n] *
						    sj_lp_value(s->lp, column(s, i, n));
		rc = start_shipped(s, cx);
	} else {
		s->stopped++;
	}
	return rc == SJ_OK ? start_others(s, cx) : rc;
}

/* ---- a pass ---------------------------------------------------------------------------------------------- */

static bool somebody_fits(const struct transport *s, const sj_ctx *cx)
{
	for (uint32_t i = 0; i < s->slots; i++)
		if (sj_queue_count(s->group[i].task) > 0 && cheapest(s, cx, i) != NONE)
			return true;
	return false;
}

static int start_wide(struct transport *s, sj_ctx *cx)
{
	sj_queue_item last = { .key = INT64_MIN };
	const sj_queue_item *it;

	while ((it = sj_queue_next_fit(s->wide, last.key, last.seq, sj_procs_free(cx), INT64_MAX,
				       -1)) != NULL) {
		int rc = SJ_OK;

		last = *it;
		if (sj_explaining(cx) && last.task->state == SJ_TASK_READY)
			sj_because(cx, last.task, s->nodes == 0 ? "by arrival, as it fits" :
				   "no single node can hold it: by arrival, as it fits");
		if (last.task->state == SJ_TASK_READY)
			rc = sj_start(cx, last.task, NULL);
		if (rc == SJ_OK)
			sj_queue_remove(s->wide, last.task);
		else if (rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct transport *s = self;
	uint32_t before;
	int rc;

	if (!s->stale)
		return SJ_OK;
	s->stale = false;
	rc = start_wide(s, cx);
	if (s->nodes == 0 || rc != SJ_OK)
		return rc;
	do { /* groups that have gone make room for others */
		let_in(s, cx);
		if (!somebody_fits(s, cx))
			break;
		before = sj_ready_count(cx);
		rc = ship(s, cx);
	} while (rc == SJ_OK && sj_queue_count(s->outside) > 0 && sj_ready_count(cx) < before);
	return rc;
}

/* ---- tables ----------------------------------------------------------------------------------------------- */

static const sj_param params[] = {
	{ .name = "groups", .type = SJ_P_INT, .offset = offsetof(struct transport, groups),
	  .def = "32", .min = 1, .max = 1e4,
	  .help = "How many groups of like tasks take part, those that came first." },
	{ .name = "iterations", .type = SJ_P_INT, .offset = offsetof(struct transport, iterations),
	  .def = "100000", .min = 1, .max = 1e9,
	  .help = "Of the simplex method, at most; then each goes to the cheapest node with room." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "none among the groups that take part: as many as possible, at the least total time; "
		 "within a group, and for what is left by rounding, by arrival",
	.blocking = "skip: nobody who fits waits",
	.reservation = "none",
	.preemption = "none",
	.placement = "the node that the program ships it to; several nodes: first fit",
	.tie = "of equal totals one that does not depend on the last basis",
	.instants = "once per instant of news, when a task fits",
};

const sj_policy_ops sj_policy_transport = {
	SJ_POLICY_HEAD,
	.name = "transport",
	.summary = "ships groups of like tasks to nodes with room at the least total run time",
	.cite = "Hitchcock, The distribution of a product from several sources to numerous "
		"localities, Journal of Mathematics and Physics 20, 1941",
	.semantics = &semantics,
	.flags = SJ_PF_PLACES,
	.state_size = sizeof(struct transport),
	.params = params,
	.init = init,
	.fini = fini,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.schedule = schedule,
};
