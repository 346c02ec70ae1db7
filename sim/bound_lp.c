/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_lp.c - lower bounds of the makespan on machines whose nodes differ, by linear
 * programs: tasks in parts on classes of nodes, so that no class is loaded beyond T.
 *
 *   sum of x(j, k) = 1 for each task j,   sum of x(j, k) p(j, k) d(j) / C(k) <= T
 *
 * with p the least time of the task on class k, d its demand, C what the class has of a
 * resource. That is the relaxation of R||Cmax; with sum of x(j, k) p(j, k) <= W(j), what
 * the window of the task allows when all is to end by T, it is that of Lawler and Labetoulle
 * (1978), which holds for tasks that are stopped and move as well.
 *
 * Solved from the dual side. A price u for each class and resource, all together 1, gives a
 * bound: the sum of what each task costs where it costs least. The best prices are found by
 * cutting planes (Kelley 1960): each visit to prices tells the loads of what was cheapest,
 * no sum of load x price can be better than that of any loads seen, and a program of few
 * columns finds the prices that are best by all loads so far. Every visit has given a bound
 * that holds, computed here from the prices: it does not matter whether the solver was
 * exact, or when it stopped. Largest feasible T by halving.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bound.h"
#include "sojourn/lp.h"

#define VISITS     300u              /* to prices, for each T */
#define EFFORT_MAX (UINT64_C(1) << 29) /* tasks x classes x visits in all */
#define HALVINGS   24u
#define PRICES_MAX (BOUND_CLASSES * 3u)

static const int resources[] = { BOUND_PROCS, BOUND_GPUS, BOUND_MEMORY };
enum { RESOURCES = sizeof(resources) / sizeof(resources[0]) };

struct program {
	const struct bound *b;
	double   origin;              /* earliest release, ns */
	uint32_t classes, prices;     /* price (k, r) is k * RESOURCES + r */
	double   price[PRICES_MAX];
	double   load[PRICES_MAX];    /* of what is cheapest, ns */
	double   until;               /* T, ns after origin; INFINITY: no windows */
	uint64_t effort;
	sj_lp   *lp;
	uint32_t cuts;
};

/* ---- what each task costs ------------------------------------------------------------------ */

static double load_of(const struct program *p, size_t i, uint32_t k, int r)
{
	const struct bound *b = p->b;
	int resource = resources[r];

	if (b->demand[resource] == NULL || b->demand[resource][i] == 0 ||
	    b->class_capacity[k][resource] == 0)
		return 0;
	return b->time[i * p->classes + k] * (double)b->demand[resource][i] /
	       (double)b->class_capacity[k][resource];
}

static double cost_of(const struct program *p, size_t i, uint32_t k)
{
	double cost = 0;

	if (!isfinite(p->b->time[i * p->classes + k]))
		return INFINITY;
	for (int r = 0; r < RESOURCES; r++)
		if (p->price[k * RESOURCES + r] > 0)
			cost += p->price[k * RESOURCES + r] * load_of(p, i, k, r);
	return cost;
}

static void add_load(struct program *p, size_t i, uint32_t k, double part)
{
	for (int r = 0; r < RESOURCES; r++)
		p->load[k * RESOURCES + r] += part * load_of(p, i, k, r);
}

/* A part `theta` on class b and the rest on a; theta 0: all of it on a. */
struct choice {
	uint32_t a, b;
	double   theta, cost;
};

static double window_of(const struct program *p, size_t i)
{
	double tail = p->b->tail != NULL ? (double)p->b->tail[i] : 0;

	return p->until - ((double)p->b->release[i] - p->origin) - tail;
}

/* The least cost of mixtures of two classes whose mean time is the window: a linear program
 * of two rows has its optimum at no more than two. */
static struct choice cheapest_within(const struct program *p, size_t i, const double *cost,
				     double window)
{
	const double *time = &p->b->time[i * p->classes];
	struct choice best = { 0, 0, 0, INFINITY };

	for (uint32_t a = 0; a < p->classes; a++) {
		if (!(time[a] <= window))
			continue;
		if (cost[a] < best.cost)
			best = (struct choice){ a, a, 0, cost[a] };
		for (uint32_t b = 0; b < p->classes; b++) {
			double theta, mixed;

			if (!(time[b] > window) || !(cost[b] < cost[a]))
				continue;
			theta = (window - time[a]) / (time[b] - time[a]);
			mixed = cost[a] + theta * (cost[b] - cost[a]);
			if (mixed < best.cost)
				best = (struct choice){ a, b, theta, mixed };
		}
	}
	return best;
}

static struct choice cheapest(const struct program *p, size_t i)
{
	double cost[BOUND_CLASSES], window = window_of(p, i);
	struct choice c = { 0, 0, 0, INFINITY };

	for (uint32_t k = 0; k < p->classes; k++) {
		cost[k] = cost_of(p, i, k);
		if (cost[k] < c.cost)
			c = (struct choice){ k, k, 0, cost[k] };
	}
	if (!isfinite(c.cost) || p->b->time[i * p->classes + c.a] <= window)
		return c;
	return cheapest_within(p, i, cost, window);
}

/* The bound that the prices give, rounded down; the loads go into p->load. */
static double visit(struct program *p)
{
	double sum = 0, rest = 0, prices = 0;

	memset(p->load, 0, sizeof(p->load));
	for (uint32_t u = 0; u < p->prices; u++)
		prices += p->price[u];
	for (size_t i = 0; i < p->b->n; i++) {
		struct choice c = cheapest(p, i);
		double y, t;

		if (!isfinite(c.cost))
			continue; /* by rounding, its window is just too small */
		add_load(p, i, c.a, 1 - c.theta);
		if (c.theta > 0)
			add_load(p, i, c.b, c.theta);
		y = c.cost - rest;
		t = sum + y;
		rest = (t - sum) - y;
		sum = t;
	}
	p->effort += p->b->n * p->classes;
	return prices > 0 ? sum / prices * (1 - 0x1p-38) : 0;
}

/* ---- the best prices ------------------------------------------------------------------------- */

/* Columns: the prices, then what they are worth; row 0: prices are 1 together. */
static int begin(struct program *p)
{
	uint32_t at[PRICES_MAX], first;
	double one[PRICES_MAX];
	int rc;

	sj_lp_free(p->lp);
	p->lp = sj_lp_create(SJ_LP_MAXIMISE);
	p->cuts = 0;
	if (p->lp == NULL)
		return SJ_ENOMEM;
	rc = sj_lp_add_cols(p->lp, p->prices + 1, &first);
	rc = rc != SJ_OK ? rc : sj_lp_add_rows(p->lp, 1, &first);
	if (rc != SJ_OK)
		return rc;
	for (uint32_t u = 0; u < p->prices; u++) {
		sj_lp_set_col(p->lp, u, 0, INFINITY);
		at[u] = u;
		one[u] = 1;
	}
	sj_lp_set_col(p->lp, p->prices, -INFINITY, INFINITY);
	sj_lp_set_cost(p->lp, p->prices, 1);
	sj_lp_fill_row(p->lp, 0, p->prices, at, one);
	sj_lp_set_row(p->lp, 0, 1, 1);
	return SJ_OK;
}

/* No prices are worth more than these loads at them; `scale` brings loads near 1. */
static int cut(struct program *p, double scale)
{
	uint32_t at[PRICES_MAX + 1], row, n = 0;
	double value[PRICES_MAX + 1];
	int rc = sj_lp_add_rows(p->lp, 1, &row);

	if (rc != SJ_OK)
		return rc;
	for (uint32_t u = 0; u < p->prices; u++) {
		if (p->load[u] == 0)
			continue;
		at[n] = u;
		value[n++] = -p->load[u] / scale;
	}
	at[n] = p->prices;
	value[n++] = 1;
	sj_lp_fill_row(p->lp, row, n, at, value);
	sj_lp_set_row(p->lp, row, -INFINITY, 0);
	p->cuts++;
	return SJ_OK;
}

static void even_prices(struct program *p)
{
	memset(p->price, 0, sizeof(p->price));
	for (uint32_t k = 0; k < p->classes; k++)
		p->price[k * RESOURCES] = (double)p->b->class_capacity[k][BOUND_PROCS] /
					  (double)p->b->capacity[BOUND_PROCS];
}

/*
 * The largest bound found, in ns; less than the optimum when visits ran out. Stops as soon
 * as it is above `enough`, or cannot be any more. SJ_OK or SJ_ENOMEM.
 */
static int best_prices(struct program *p, double enough, double *out)
{
	double scale = fmax(enough < INFINITY ? enough : 0, 1), worth;
	const sj_lp_options options = { .iterations = 10000 };
	int rc = begin(p);

	*out = 0;
	even_prices(p);
	for (uint32_t n = 0; n < VISITS && p->effort < EFFORT_MAX && rc == SJ_OK; n++) {
		double got = visit(p);

		if (n == 0 && !(enough < INFINITY))
			scale = fmax(got, 1);
		*out = fmax(*out, got);
		if (got > enough)
			break;
		rc = cut(p, scale);
		if (rc != SJ_OK || sj_lp_solve(p->lp, &options, NULL) != SJ_LP_OPTIMAL)
			break;
		worth = sj_lp_value(p->lp, p->prices) * scale;
		if (worth <= *out * (1 + 1e-10) || (enough < INFINITY && worth <= enough))
			break;
		for (uint32_t u = 0; u < p->prices; u++)
			p->price[u] = fmax(sj_lp_value(p->lp, u), 0);
	}
	return rc;
}

/* ---- both programs ------------------------------------------------------------------------------ */

/* The largest T shown to be too short, from `low` on, which is a bound already. */
static int windows(struct program *p, double low, double *out)
{
	double high, got;
	int rc;

	*out = low;
	p->until = low;
	rc = best_prices(p, INFINITY, &high);
	for (uint32_t n = 0; n < HALVINGS && rc == SJ_OK && high > *out * (1 + 1e-7); n++) {
		p->until = *out + (high - *out) / 2;
		rc = best_prices(p, p->until, &got);
		if (got > p->until)
			*out = p->until;
		else
			high = p->until;
	}
	return rc;
}

int bound_lp(const struct bound *b, sj_time origin, sj_time least_end, sj_bound_list *out)
{
	struct program p = { .b = b, .classes = b->classes, .until = INFINITY };
	sj_time first = SJ_NEVER;
	double all = 0, within = 0;
	int rc;

	if (b->time == NULL || !b->unlike)
		return SJ_OK;
	for (size_t i = 0; i < b->n; i++)
		first = b->release[i] < first ? b->release[i] : first;
	p.origin = (double)first;
	p.prices = p.classes * RESOURCES;
	rc = best_prices(&p, INFINITY, &all);
	if (rc == SJ_OK)
		rc = windows(&p, fmax(all, (double)(least_end - first)), &within);
	sj_lp_free(p.lp);
	if (rc != SJ_OK)
		return rc;
	bound_put_end(out, "assignment (LP)", "", first + (sj_time)ceil(all), origin);
	if (within > fmax(all, (double)(least_end - first)))
		bound_put_end(out, "assignment in windows (LP)", "", first + (sj_time)ceil(within),
			      origin);
	return SJ_OK;
}
