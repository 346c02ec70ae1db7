/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unrelated.c - tasks on unrelated machines; see sojourn/unrelated.h.
 *
 * f falls at the times of tasks only, so T* is found among these: it is max(v, f(v)) for the
 * least time v with f(v) below the next larger one.
 */
#include "sojourn/unrelated.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/assign.h"

#define CUT 1e-7 /* a part below counts as none, one above 1 - CUT as all */

struct work {
	struct sj_ctx      *cx;
	sj_lp              *lp;
	const sj_unrelated *u;
	sj_lp_options       how;
	sj_unrelated_result *result;
	uint32_t            at; /* of the column C */
};

static double share(const sj_unrelated *u, size_t i)
{
	return u->share != NULL ? u->share[i] : 1;
}

/* ---- the program ------------------------------------------------------------------------------ */

/* Rows of tasks, then of machines; columns of pairs, then C. What is there from before and
 * is not needed has no part in it. */
static int build(struct work *w)
{
	const sj_unrelated *u = w->u;
	uint32_t rows = u->tasks + u->machines, pairs = u->tasks * u->machines, first;
	uint32_t *all = malloc((u->machines + 1) * sizeof(*all));
	double *minus = malloc((u->machines + 1) * sizeof(*minus));
	int rc = all == NULL || minus == NULL ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK && rows > sj_lp_rows(w->lp))
		rc = sj_lp_add_rows(w->lp, rows - sj_lp_rows(w->lp), &first);
	if (rc == SJ_OK && pairs + 1 > sj_lp_cols(w->lp))
		rc = sj_lp_add_cols(w->lp, pairs + 1 - sj_lp_cols(w->lp), &first);
	if (rc != SJ_OK)
		goto done;
	for (uint32_t c = 0; c < sj_lp_cols(w->lp); c++) {
		sj_lp_set_col(w->lp, c, 0, 0);
		sj_lp_set_cost(w->lp, c, 0);
		sj_lp_fill_col(w->lp, c, 0, NULL, NULL);
	}
	for (uint32_t r = 0; r < sj_lp_rows(w->lp); r++)
		sj_lp_set_row(w->lp, r, r < u->tasks ? 1 : -INFINITY, r < u->tasks ? 1 :
			      r >= rows ? INFINITY :
			      u->load != NULL ? -u->load[r - u->tasks] : 0);
	for (uint32_t c = 0; c < pairs; c++)
		if (u->time[c] < INFINITY)
			sj_lp_fill_col(w->lp, c, 2,
				       (uint32_t[]){ c / u->machines, u->tasks + c % u->machines },
				       (double[]){ 1, share(u, c) * u->time[c] });
	for (uint32_t k = 0; k < u->machines; k++) {
		all[k] = u->tasks + k;
		minus[k] = -1;
	}
	w->at = pairs;
	sj_lp_fill_col(w->lp, w->at, u->machines, all, minus);
	sj_lp_set_col(w->lp, w->at, 0, INFINITY);
	sj_lp_set_cost(w->lp, w->at, 1);
	sj_lp_forget(w->lp);
done:
	free(all);
	free(minus);
	return rc;
}

/* f(limit); NAN: the solver has stopped; INFINITY: a task has no machine left. */
static double shortest(struct work *w, double limit, bool refine)
{
	sj_lp_result r;
	sj_lp_status status;

	for (uint32_t c = 0; c < w->at; c++)
		sj_lp_set_col(w->lp, c, 0, w->u->time[c] <= limit && w->u->time[c] < INFINITY);
	w->how.refine = refine;
	status = w->cx != NULL ? sj_lp_decide(w->cx, w->lp, &w->how, &r) :
				 sj_lp_solve(w->lp, &w->how, &r);
	w->result->solved++;
	w->result->iterations += r.iterations;
	return status == SJ_LP_OPTIMAL ? r.objective :
	       status == SJ_LP_INFEASIBLE ? INFINITY : NAN;
}

/* ---- T* ------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Different times, ascending. */
static uint32_t list_times(const sj_unrelated *u, double *v)
{
	uint32_t n = 0, m = 0;

	for (uint32_t i = 0; i < u->tasks * u->machines; i++)
		if (u->time[i] < INFINITY)
			v[n++] = u->time[i];
	qsort(v, n, sizeof(*v), by_value);
	for (uint32_t i = 0; i < n; i++)
		if (m == 0 || v[i] > v[m - 1])
			v[m++] = v[i];
	return m;
}

/* The limit at T*, or NAN. */
static double find_threshold(struct work *w, const double *v, uint32_t n)
{
	uint32_t low = 0, high = n - 1;

	w->result->relaxed = shortest(w, v[n - 1], false);
	if (isnan(w->result->relaxed))
		return NAN;
	while (low < high) { /* the last one will do, as nothing is larger */
		uint32_t middle = low + (high - low) / 2;
		double f = shortest(w, v[middle], false);

		if (isnan(f))
			return NAN;
		if (f < v[middle + 1])
			high = middle;
		else
			low = middle + 1;
	}
	return v[low];
}

/* ---- rounding --------------------------------------------------------------------------------------- */

/* Tasks that are whole go where they are; of the others each gets a machine of its own. */
static int round_off(struct work *w, uint32_t *machine, double *part)
{
	const sj_unrelated *u = w->u;
	uint32_t *cut = malloc(u->tasks * sizeof(*cut)), *column = malloc(u->tasks * sizeof(*column));
	int64_t *cost = NULL;
	uint32_t n = 0;
	int rc = cut == NULL || column == NULL ? SJ_ENOMEM : SJ_OK;

	for (uint32_t i = 0; i < u->tasks && rc == SJ_OK; i++) {
		double best = -1;

		for (uint32_t k = 0; k < u->machines; k++) {
			double x = sj_lp_value(w->lp, i * u->machines + k);

			if (x > best) {
				best = x;
				machine[i] = k;
			}
		}
		if (best < 1 - CUT)
			cut[n++] = i;
	}
	w->result->cut = n;
	if (rc == SJ_OK && n > 0)
		cost = malloc((size_t)n * u->machines * sizeof(*cost));
	if (n > 0 && cost == NULL)
		rc = SJ_ENOMEM;
	for (size_t c = 0; rc == SJ_OK && c < (size_t)n * u->machines; c++) {
		size_t at = (size_t)cut[c / u->machines] * u->machines + c % u->machines;

		cost[c] = sj_lp_value(w->lp, (uint32_t)at) > CUT ? llrint(u->time[at] * 1e9) :
								   SJ_ASSIGN_NEVER;
	}
	if (rc == SJ_OK)
		rc = sj_assign(n, u->machines, cost, column, NULL);
	for (uint32_t i = 0; rc == SJ_OK && i < n; i++)
		if (column[i] != SJ_ASSIGN_NONE) /* else rounding errors; the largest part */
			machine[cut[i]] = column[i];
	for (uint32_t i = 0; rc == SJ_OK && part != NULL && i < u->tasks; i++)
		part[i] = sj_lp_value(w->lp, i * u->machines + machine[i]);
	free(cut);
	free(column);
	free(cost);
	return rc;
}

static double makespan(const sj_unrelated *u, const uint32_t *machine)
{
	double most = 0;

	for (uint32_t k = 0; k < u->machines; k++) {
		double load = u->load != NULL ? u->load[k] : 0;

		for (uint32_t i = 0; i < u->tasks; i++)
			if (machine[i] == k)
				load += share(u, (size_t)i * u->machines + k) *
					u->time[(size_t)i * u->machines + k];
		most = fmax(most, load);
	}
	return most;
}

int sj_unrelated_assign(struct sj_ctx *cx, sj_lp *lp, const sj_unrelated *u,
			uint32_t iterations, uint32_t *machine, double *part, double *price,
			sj_unrelated_result *result)
{
	struct work w = { .cx = cx, .lp = lp, .u = u, .how.iterations = iterations,
			  .result = result };
	double *v = malloc(((size_t)u->tasks * u->machines + 1) * sizeof(*v)), limit, f;
	uint32_t times;
	int rc;

	memset(result, 0, sizeof(*result));
	if (v == NULL)
		return SJ_ENOMEM;
	rc = u->tasks > 0 ? build(&w) : SJ_OK;
	if (rc != SJ_OK || u->tasks == 0)
		goto done;
	rc = SJ_EINVAL;
	times = list_times(u, v);
	if (times == 0)
		goto done;
	limit = find_threshold(&w, v, times);
	f = isnan(limit) ? NAN : shortest(&w, limit, true);
	if (isinf(f))
		goto done;
	rc = SJ_EFULL;
	if (isnan(f))
		goto done;
	result->threshold = fmax(limit, f);
	for (uint32_t k = 0; price != NULL && k < u->machines; k++)
		price[k] = -sj_lp_dual(lp, u->tasks + k);
	rc = round_off(&w, machine, part);
	result->makespan = rc == SJ_OK ? makespan(u, machine) : 0;
done:
	free(v);
	return rc;
}
