/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gavel - shares nodes of several types among jobs by how fast each runs on which, in rounds.
 * Narayanan, Santhanam, Kazhamiaka, Phanishayee and Zaharia, "Heterogeneity-aware cluster
 * scheduling policies for deep learning workloads", OSDI 2020. (`gavel-fifo` is another thing:
 * what the simulator published with that paper calls fifo.)
 *
 * x(m, j) is the part of its time that job m spends on nodes of type j: in all at most 1 for
 * a job, and for a type as many cores and GPUs as are up. A linear program finds them:
 *
 *   max-min   the largest least of scale x rate / (weight x rate under equal shares): a job's
 *             GPUs (or cores), what it gets, what it would get if its time went to the types
 *             in proportion to their size. Weight 0: no claim.
 *   makespan  the least time by which all jobs could be done, by their estimates
 *   cost      the most work for the money, the sum of scale x rate / price of the type, while
 *             deadlines are kept; if they cannot all be kept, none counts
 *   ftf       the least largest rho, time so far and left over that with 1/n of every type
 *             (Themis; Mahajan et al., NSDI 2020)
 *
 * Of all allocations that do this, the one with the most work; of these one that does not
 * depend on how it was found. It is realised in rounds of `round=`: at the beginning of one
 * jobs have priority x / (the part of their life that they had on that type), without any
 * before all others; from the top who fits by the sums of his type runs for the round; what
 * keeps its type stays where it is. With fill=yes nobody is idle for the sake of fairness:
 * what is left goes by arrival to jobs where they run fastest, at the beginning of a round and
 * whenever nodes become free within one.
 *
 * Rates are those on as few empty nodes of the type as will do. Space is not shared: each job
 * has its cores and GPUs for itself (the paper's pairs are not offered). The paper's simulator
 * counts time anew with each allocation; here it is the job's whole life. A job that no type
 * can hold alone starts when it fits, and is not stopped.
 *
 * If the solver runs out of iterations, all x are 0: by arrival, as with fill=yes.
 *
 * Jobs of equal demand, rates and weight are one claim, which changes nothing (makespan, ftf
 * and deadlines: each job for itself). A round costs a program of 2 claims + 2 types rows and
 * claims x types columns, from the last basis, when jobs or nodes have changed (makespan and
 * ftf: always), O(jobs x types x log) for priorities and O(nodes of a type) for each start. In a graph each ready task is a job. A
 * pool is one type: then max-min gives everybody the same number of processors, over time.
 */
#include "hetero.h"

#include <stdlib.h>

/* ---- types of nodes -------------------------------------------------------------------------- */

static void count_up(struct hetero *s, const sj_ctx *cx)
{
	for (uint32_t j = 0; j < s->types; j++) {
		struct hetero_type *y = &s->type[j];

		y->up[HETERO_CORES] = s->pool ? sj_procs_total(cx) : 0;
		y->up[HETERO_GPUS] = 0;
		for (uint32_t n = y->first; n < y->first + y->count; n++) {
			if (sj_node_get_state(cx, n) != SJ_NODE_UP)
				continue;
			y->up[HETERO_CORES] += y->kind.cores;
			y->up[HETERO_GPUS] += y->kind.gpus;
		}
	}
}

static void list_types(struct hetero *s, sj_ctx *cx)
{
	uint32_t nodes = sj_node_count(cx);

	s->pool = nodes == 0;
	s->types = s->pool ? 1 : sj_node_get_kind(cx, nodes - 1).type + 1;
	s->type = sj_alloc(cx, s->types * sizeof(*s->type));
	for (uint32_t n = nodes; n-- > 0;) {
		struct hetero_type *y = &s->type[sj_node_get_kind(cx, n).type];

		y->kind = sj_node_get_kind(cx, n);
		y->first = n;
		y->count++;
	}
	count_up(s, cx);
}

/* "2.48|1.46|0.45", by type; nothing: 1 each. */
static int read_prices(struct hetero *s, sj_ctx *cx)
{
	const char *at = s->prices;
	char *end;

	for (uint32_t j = 0; j < s->types; j++) {
		s->type[j].cost = 1;
		if (s->prices[0] == '\0')
			continue;
		s->type[j].cost = strtod(at, &end);
		if (end == at || !(s->type[j].cost > 0) ||
		    *end != (j + 1 < s->types ? '|' : '\0'))
			return sj_policy_fail(cx, SJ_EUSAGE, "policy gavel: prices=%s: expected a "
					      "number above 0 for each of %u types of nodes, "
					      "separated by |", s->prices, s->types);
		at = end + 1;
	}
	return SJ_OK;
}

/* Ranks that an empty node of the type takes, as far as that can be known. */
static uint32_t ranks_each(const struct hetero_type *y, const sj_task *t)
{
	uint32_t ranks = t->cores > 0 ? y->kind.cores / t->cores : UINT32_MAX, more;

	if (t->gpu_milli > 0) {
		more = t->gpu_milli >= 1000 ? y->kind.gpus / ((t->gpu_milli + 999) / 1000) :
					      y->kind.gpus * (1000 / t->gpu_milli);
		ranks = more < ranks ? more : ranks;
	}
	if (t->mem_bytes > 0 && y->kind.mem_bytes > 0 && y->kind.mem_bytes / t->mem_bytes < ranks)
		ranks = (uint32_t)(y->kind.mem_bytes / t->mem_bytes);
	return t->layout == SJ_LAYOUT_SPREAD && ranks > 1 ? 1 : ranks;
}

/* On the first nodes of the type, as few as will do. */
static double rate_on(const struct hetero *s, sj_ctx *cx, const sj_task *t, uint32_t type)
{
	const struct hetero_type *y = &s->type[type];
	uint32_t each = s->pool ? 0 : ranks_each(y, t), left = t->ranks, used = 0;
	sj_slot *slot;
	sj_placement where;

	if (s->pool)
		return sj_rate(cx, t, t->ranks, NULL);
	if (t->node != 0) { /* pinned */
		sj_slot one = { t->node - 1, t->ranks };

		where = (sj_placement){ 1, &one };
		return t->node - 1 >= y->first && t->node - 1 < y->first + y->count ?
			       sj_rate(cx, t, t->ranks, &where) : 0;
	}
	if (each == 0 || (uint64_t)each * y->count < left)
		return 0;
	slot = sj_scratch(cx, y->count * sizeof(*slot));
	for (; left > 0; used++) {
		slot[used] = (sj_slot){ y->first + used, left < each ? left : each };
		left -= slot[used].ranks;
	}
	where = (sj_placement){ used, slot };
	return sj_rate(cx, t, t->ranks, &where);
}

/* ---- jobs --------------------------------------------------------------------------------------- */

static void grow(struct hetero *s, sj_ctx *cx)
{
	uint32_t old = s->cap, cap = old > 0 ? 2 * old : 16;
	size_t row = s->types * sizeof(double);

	s->job = sj_grow(cx, s->job, old * sizeof(*s->job), cap * sizeof(*s->job));
	s->rate = sj_grow(cx, s->rate, old * row, cap * row);
	s->got = sj_grow(cx, s->got, old * row, cap * row);
	s->cap = cap;
}

static uint32_t free_slot(struct hetero *s, sj_ctx *cx)
{
	uint32_t slot = s->free_slot;

	if (slot != HETERO_NONE) {
		s->free_slot = s->job[slot].next_free;
		return slot;
	}
	if (s->slots == s->cap)
		grow(s, cx);
	return s->slots++;
}

static void remember_id(struct hetero *s, sj_ctx *cx, uint32_t id, uint32_t slot)
{
	if (id >= s->id_cap) {
		uint32_t cap = sj_task_bound(cx) > 2 * s->id_cap ? sj_task_bound(cx) :
								    2 * s->id_cap;

		s->slot_of = sj_grow(cx, s->slot_of, s->id_cap * sizeof(*s->slot_of),
				     cap * sizeof(*s->slot_of));
		s->id_cap = cap;
	}
	s->slot_of[id] = slot + 1;
}

static void let_go(struct hetero *s, const sj_task *t)
{
	uint32_t slot = t->id < s->id_cap ? s->slot_of[t->id] : 0;

	if (slot == 0)
		return;
	s->slot_of[t->id] = 0;
	slot--;
	hetero_program_leave(s, slot);
	s->job[slot] = (struct hetero_job){ .runs_on = HETERO_NONE, .next_free = s->free_slot };
	s->free_slot = slot;
	s->live--;
	s->stale = true;
}

/* ---- news ----------------------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct hetero *s = self;
	int rc;

	s->free_slot = HETERO_NONE;
	list_types(s, cx);
	rc = read_prices(s, cx);
	return rc == SJ_OK ? hetero_program_init(s, cx) : rc;
}

static void fini(void *self, sj_ctx *cx)
{
	(void)cx;
	sj_lp_free(((struct hetero *)self)->lp);
}

/* Stopped ones are ready again, too, but have a slot. */
static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct hetero *s = self;
	uint32_t slot;

	if (t->id < s->id_cap && s->slot_of[t->id] != 0)
		return SJ_OK;
	slot = free_slot(s, cx);
	remember_id(s, cx, t->id, slot);
	s->job[slot] = (struct hetero_job){
		.task = t, .runs_on = HETERO_NONE, .chosen = HETERO_NONE, .seen_ns = sj_now(cx),
		.need = { t->procs, (double)t->ranks * t->gpu_milli / 1000 } };
	for (uint32_t j = 0; j < s->types; j++) {
		hetero_row(s->rate, s, slot)[j] = rate_on(s, cx, t, j);
		hetero_row(s->got, s, slot)[j] = 0;
	}
	s->live++;
	s->stale = true;
	return hetero_program_enter(s, cx, slot);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	(void)how;
	let_go(self, t);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	struct hetero *s = self;

	(void)node;
	(void)up;
	count_up(s, cx);
	s->stale = s->resized = true;
	return SJ_OK;
}

static int on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct hetero *s = self;

	(void)cx;
	if (token == s->token)
		s->in_round = false;
	return SJ_OK;
}

/* ---- a pass ------------------------------------------------------------------------------------------ */

static int new_round(struct hetero *s, sj_ctx *cx)
{
	bool moves = s->objective == HETERO_MAKESPAN || s->objective == HETERO_FTF;
	int rc;

	if (s->stale || moves)
		hetero_allocate(s, cx);
	s->stale = false;
	rc = hetero_begin_round(s, cx);
	if (rc != SJ_OK)
		return rc;
	s->in_round = true;
	s->token++;
	s->round_end = sj_now(cx) + s->round;
	return s->round_end <= SJ_TIME_MAX ? sj_timer(cx, s->round_end, s->token) : SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct hetero *s = self;
	int rc = SJ_OK;

	if (s->live == 0) {
		s->in_round = false; /* the next one that comes begins one */
		s->token++;
		return SJ_OK;
	}
	if (!s->in_round)
		rc = new_round(s, cx);
	if (rc == SJ_OK && s->fill)
		rc = hetero_fill(s, cx);
	return rc;
}

/* ---- tables --------------------------------------------------------------------------------------------- */

static const char *const objective_names[] = { "max-min", "makespan", "cost", "ftf", NULL };

static const sj_param params[] = {
	{ .name = "objective", .type = SJ_P_ENUM, .offset = offsetof(struct hetero, objective),
	  .def = "max-min", .choices = objective_names, .help = "What the allocation is best for." },
	{ .name = "round", .type = SJ_P_TIME, .offset = offsetof(struct hetero, round),
	  .def = "6min", .min = 1e-3, .max = 1e9, .unit = "s", .help = "Length of a round." },
	{ .name = "fill", .type = SJ_P_BOOL, .offset = offsetof(struct hetero, fill), .def = "yes",
	  .help = "What the allocation leaves idle goes to jobs by arrival." },
	{ .name = "prices", .type = SJ_P_STRING, .offset = offsetof(struct hetero, prices),
	  .def = "", .help = "objective=cost: what a core or GPU costs, by type in order of nodes, "
			     "as in 2.48|1.46|0.45; without them 1 each." },
	{ .name = "iterations", .type = SJ_P_INT, .offset = offsetof(struct hetero, iterations),
	  .def = "100000", .min = 1, .max = 1e9,
	  .help = "Of the simplex method for one program, at most; then jobs run by arrival." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "part of the time allocated over part had, on each type of node; none had yet first",
	.blocking = "skip: who does not fit by the sums of the type is passed over; one without a "
		    "place there waits",
	.reservation = "none",
	.preemption = "at the ends of rounds, work kept",
	.placement = "the type by the allocation; there the tightest node that holds the job, else as "
		     "few as will do; who keeps his type stays",
	.tie = "larger part, then submit, then line of the log; of equal optima the one with the most "
	       "work",
	.instants = "ends of rounds, and when the first job comes; with fill=yes free nodes at any "
		    "instant of news",
};

const sj_policy_ops sj_policy_gavel = {
	SJ_POLICY_HEAD,
	.name = "gavel",
	.summary = "shares types of nodes among jobs by their rates, fair or for makespan or cost, in "
		   "rounds",
	.cite = "Narayanan et al., Heterogeneity-aware cluster scheduling policies for deep learning "
		"workloads, OSDI 2020",
	.semantics = &semantics,
	.flags = SJ_PF_PREEMPTS | SJ_PF_PLACES,
	.state_size = sizeof(struct hetero),
	.params = params,
	.init = init,
	.fini = fini,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.on_timer = on_timer,
	.schedule = schedule,
};
