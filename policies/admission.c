/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lp-admission - starts the set of waiting tasks that is worth most. Which tasks a machine
 * should admit is a knapsack problem with a row for each resource (Dantzig, "Discrete-variable
 * extremum problems", Operations Research 5(2), 1957):
 *
 *   maximise sum of value(j) y(j)   sum of demand(j, r) y(j) <= free(r) for processors,
 *                                   memory and GPUs;  0 <= y(j) <= 1
 *
 * Waiting tasks of equal demand and value are one column, a number of them, which is the same
 * and much smaller: the task that came first goes first. exact=no takes the relaxation and
 * rounds down; exact=yes (mip-admission) whole numbers by branch and bound. What then still
 * fits is started too: by the fraction that was rounded away, largest first, then by arrival;
 * so no capacity is left that somebody could use, and tasks of value 0 have their turn.
 *
 * The program knows sums: free processors, memory and GPUs of all nodes that are up. A task
 * that is admitted and finds no place, because of fragmentation or the model of its GPU, waits,
 * and its share goes to those that fit. There is no time in it: large tasks may wait for long
 * while small ones come (rest=reject refuses what is not admitted at once).
 *
 * If the solver runs out of iterations, the tasks that fit start by arrival, and the same
 * happens when branch and bound has found nothing when it is out of nodes; else what it has
 * found so far counts. The reasons and the run's programs_stopped tell.
 *
 * A pass costs O(nodes + kinds of demand) and the solution, from the last basis. In a graph
 * what is ready is a candidate; a task of a graph is never refused. In a pool there are only
 * processors.
 */
#include "admission.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- news -------------------------------------------------------------------------------------- */

static int init(void *self, sj_ctx *cx)
{
	struct admission *s = self;
	uint32_t first;

	s->unused = ADMISSION_NONE;
	s->lp = sj_lp_create(SJ_LP_MAXIMISE);
	if (s->lp == NULL || sj_lp_add_rows(s->lp, RESOURCES, &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

static void fini(void *self, sj_ctx *cx)
{
	(void)cx;
	sj_lp_free(((struct admission *)self)->lp);
}

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	struct admission *s = self;

	(void)graph;
	for (uint32_t i = 0; i < count; i++) {
		admission_room(s, cx, tasks[i]->id);
		s->graph[tasks[i]->id] = count > 1;
	}
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct admission *s = self;

	s->stale = true;
	return admission_enter(s, cx, t);
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct admission *s = self;

	(void)cx;
	(void)how;
	s->stale = true;
	admission_leave(s, t->id);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	(void)node;
	(void)up;
	((struct admission *)self)->stale = true;
	return SJ_OK;
}

/* ---- the program --------------------------------------------------------------------------------- */

/* What is free of each resource; INFINITY: not modelled. */
static void sum_free(const sj_ctx *cx, double *free)
{
	uint64_t mem = 0, gpus = 0;
	bool modelled = true, any = false;

	free[CORES] = sj_procs_free(cx);
	for (uint32_t n = 0; n < sj_node_count(cx); n++) {
		sj_node_kind k = sj_node_get_kind(cx, n);

		any |= k.gpus > 0;
		if (sj_node_get_state(cx, n) != SJ_NODE_UP)
			continue;
		modelled &= k.mem_bytes > 0;
		mem += sj_node_mem_free(cx, n);
		gpus += sj_node_gpu_milli_free(cx, n);
	}
	free[MEMORY] = modelled && sj_node_count(cx) > 0 ? (double)mem / 1e9 : INFINITY;
	free[GPUS] = any ? (double)gpus / 1000 : INFINITY;
}

static bool somebody_fits(const struct admission *s, const double *free)
{
	for (uint32_t i = 0; i < s->kinds; i++) {
		const struct admission_kind *k = &s->kind[i];

		if (k->count > 0 && k->demand[CORES] <= free[CORES] &&
		    k->demand[MEMORY] <= free[MEMORY] && k->demand[GPUS] <= free[GPUS])
			return true;
	}
	return false;
}

/* Of equal optima the one with those that came first: their columns weigh least. */
static void edit(struct admission *s, const sj_ctx *cx, const double *free)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (int r = 0; r < RESOURCES; r++)
		sj_lp_set_row(s->lp, (uint32_t)r, -INFINITY, free[r]);
	for (uint32_t i = 0; i < s->kinds; i++) {
		const sj_task *t = admission_first(s, cx, i);

		if (t == NULL)
			continue;
		least = t->seq < least ? t->seq : least;
		most = t->seq > most ? t->seq : most;
		sj_lp_set_col(s->lp, i, 0, s->kind[i].count);
	}
	for (uint32_t i = 0; i < s->kinds; i++)
		if (s->kind[i].count > 0) {
			uint64_t seq = sj_task_get(cx, s->kind[i].head)->seq;

			sj_lp_set_rank(s->lp, i, 1 + (double)(seq - least) /
					       ((double)(most - least) + 1), s->kind[i].hash);
		}
}

/* How many of each kind; false: the solver has stopped without an answer. */
static bool solve(struct admission *s, sj_ctx *cx)
{
	sj_lp_options how = { .iterations = (uint32_t)s->iterations,
			      .nodes = (uint32_t)s->nodes, .refine = true };
	sj_lp_status status = sj_lp_decide(cx, s->lp, &how, &s->found);

	s->asked = s->waiting;
	s->stopped += status == SJ_LP_STOPPED;
	for (int r = 0; r < RESOURCES; r++)
		s->price[r] = sj_lp_dual(s->lp, (uint32_t)r);
	if (!s->found.feasible || (status != SJ_LP_OPTIMAL && !s->exact))
		return false;
	for (uint32_t i = 0; i < s->kinds; i++) {
		struct admission_kind *k = &s->kind[i];
		double y = k->count > 0 ? sj_lp_value(s->lp, i) : 0;

		y = s->exact ? nearbyint(y) : y; /* whole but for a tolerance */
		k->admitted = y > 0 ? (uint32_t)floor(fmin(y, k->count)) : 0;
		k->fraction = y - k->admitted;
	}
	return true;
}

/* ---- starts ------------------------------------------------------------------------------------------ */

/* "; bound by memory: a GB more is worth 0.5". */
static void say_bounds(const struct admission *s, char *text, size_t size)
{
	static const char *const name[RESOURCES][2] = { { "processors", "one" },
							{ "memory", "a GB" }, { "GPUs", "one" } };
	size_t used = 0;

	snprintf(text, size, "; nothing binds");
	for (int r = 0; r < RESOURCES && used < size; r++)
		if (s->price[r] > 1e-12)
			used += (size_t)snprintf(text + used, size - used,
						 "; bound by %s: %s more is worth %.12g", name[r][0],
						 name[r][1], s->price[r]);
}

static void explain(const struct admission *s, sj_ctx *cx, const sj_task *t, const char *why)
{
	char exact[80] = "", bounds[160];

	if (s->found.status == SJ_LP_STOPPED) {
		sj_because(cx, t, "%s; the solver has stopped without an optimum (%llu times so "
			   "far)", why, (unsigned long long)s->stopped);
		return;
	}
	if (s->exact)
		snprintf(exact, sizeof(exact), ", %.12g without whole numbers, %llu nodes",
			 s->found.relaxed, (unsigned long long)s->found.nodes);
	say_bounds(s, bounds, sizeof(bounds));
	sj_because(cx, t, "%s; optimum %.12g of %u tasks%s%s; %s, %llu iterations", why,
		   s->found.objective, s->asked, exact, bounds, s->found.warm ? "warm" : "cold",
		   (unsigned long long)s->found.iterations);
}

static int start(struct admission *s, sj_ctx *cx, const sj_task *t, const char *why)
{
	int rc;

	if (sj_explaining(cx))
		explain(s, cx, t, why);
	rc = sj_start(cx, t, NULL);
	if (rc == SJ_OK)
		admission_leave(s, t->id);
	return rc;
}

static int by_seq(const void *a, const void *b)
{
	const sj_task *x = *(const sj_task *const *)a, *y = *(const sj_task *const *)b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Whom the program has chosen, by arrival. */
static int start_admitted(struct admission *s, sj_ctx *cx)
{
	const sj_task **list;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->kinds; i++)
		n += s->kind[i].admitted;
	list = sj_scratch(cx, (n + 1) * sizeof(*list));
	n = 0;
	for (uint32_t i = 0; i < s->kinds; i++) {
		uint32_t id = s->kind[i].head;

		for (uint32_t k = 0; k < s->kind[i].admitted && id != ADMISSION_NONE; k++, id = s->next[id])
			if (sj_task_get(cx, id)->state == SJ_TASK_READY)
				list[n++] = sj_task_get(cx, id);
	}
	qsort(list, n, sizeof(*list), by_seq);
	for (uint32_t i = 0; i < n; i++) {
		int rc = start(s, cx, list[i], "admitted");

		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

struct turn {
	double   fraction;
	uint64_t seq;
	uint32_t kind;
};

static int by_turn(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->fraction != y->fraction)
		return x->fraction > y->fraction ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* What still fits: kinds by the fraction that was rounded away, then by arrival. */
static int start_others(struct admission *s, sj_ctx *cx)
{
	struct turn *turn = sj_scratch(cx, (s->kinds + 1) * sizeof(*turn));
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->kinds; i++) {
		const sj_task *t = admission_first(s, cx, i);

		if (t != NULL)
			turn[n++] = (struct turn){ s->kind[i].fraction, t->seq, i };
	}
	qsort(turn, n, sizeof(*turn), by_turn);
	for (uint32_t i = 0; i < n; i++) {
		const sj_task *t;

		while ((t = admission_first(s, cx, turn[i].kind)) != NULL && sj_fits(cx, t)) {
			int rc = start(s, cx, t, turn[i].fraction > 0 ?
				       "admitted in part, and fits" : "not admitted, but fits");

			if (rc == SJ_EFULL)
				break;
			if (rc != SJ_OK)
				return rc;
		}
	}
	return SJ_OK;
}

static int refuse_rest(struct admission *s, sj_ctx *cx)
{
	const sj_task *next;

	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = next) {
		int rc;

		next = sj_ready_next(cx, t);
		if (s->of[t->id] == 0 || s->graph[t->id])
			continue;
		if (sj_explaining(cx))
			explain(s, cx, t, "not admitted: refused");
		admission_leave(s, t->id);
		rc = sj_reject(cx, t);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct admission *s = self;
	double free[RESOURCES];
	int rc = SJ_OK;

	if (!s->stale || s->waiting == 0)
		return SJ_OK;
	s->stale = false;
	sum_free(cx, free);
	for (uint32_t i = 0; i < s->kinds; i++) {
		s->kind[i].admitted = 0;
		s->kind[i].fraction = 0;
	}
	if (somebody_fits(s, free)) {
		edit(s, cx, free);
		if (solve(s, cx))
			rc = start_admitted(s, cx);
		if (rc == SJ_OK)
			rc = start_others(s, cx);
	}
	if (rc == SJ_OK && s->rest == REST_REJECT)
		rc = refuse_rest(s, cx);
	else if (rc == SJ_OK && sj_explaining(cx) && sj_ready_first(cx) != NULL)
		explain(s, cx, sj_ready_first(cx), "not admitted");
	return rc;
}

/* ---- tables ------------------------------------------------------------------------------------------------ */

static const char *const value_names[] = { "one", "weight", NULL };
static const char *const rest_names[] = { "wait", "reject", NULL };

static const sj_param params[] = {
	{ .name = "value", .type = SJ_P_ENUM, .offset = offsetof(struct admission, value),
	  .def = "one", .choices = value_names,
	  .help = "What a task is worth: one, so that their number counts, or the weight of its "
		  "job." },
	{ .name = "exact", .type = SJ_P_BOOL, .offset = offsetof(struct admission, exact),
	  .def = "no", .help = "yes: whole tasks, by branch and bound; no: the relaxation, rounded." },
	{ .name = "rest", .type = SJ_P_ENUM, .offset = offsetof(struct admission, rest),
	  .def = "wait", .choices = rest_names,
	  .help = "What becomes of those that are not admitted; tasks of graphs always wait." },
	{ .name = "iterations", .type = SJ_P_INT,
	  .offset = offsetof(struct admission, iterations), .def = "100000", .min = 1, .max = 1e9,
	  .help = "Of the simplex method, at most; then tasks start by arrival." },
	{ .name = "nodes", .type = SJ_P_INT, .offset = offsetof(struct admission, nodes),
	  .def = "1000", .min = 1, .max = 1e9,
	  .help = "Of branch and bound, at most; then the best found so far counts." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "none: those that are worth most together; within a kind of demand and value by "
		 "arrival",
	.blocking = "skip: what is admitted, then all that still fits: by the fraction that was "
		    "rounded away, then by arrival",
	.reservation = "none; large tasks may starve",
	.preemption = "none",
	.placement = "place= (first); free capacity is seen in sums",
	.tie = "of equal optima of the relaxation the one with fewer tasks, then those that came "
	       "first; of whole ones that which is found first",
	.instants = "once per instant of news, when a task fits",
};

const sj_policy_ops sj_policy_lp_admission = {
	SJ_POLICY_HEAD,
	.name = "lp-admission",
	.summary = "starts the waiting tasks that are worth most together, by a linear program",
	.cite = "Dantzig, Discrete-variable extremum problems, Operations Research 5(2), 1957",
	.semantics = &semantics,
	.state_size = sizeof(struct admission),
	.params = params,
	.init = init,
	.fini = fini,
	.on_submit = on_submit,
	.on_ready = on_ready,
	.on_done = on_done,
	.on_node = on_node,
	.schedule = schedule,
};
