/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hetero_program.c - how much of their time jobs spend on which type of node: the programs of
 * Gavel. See hetero.c.
 *
 * Columns: z, then y(c, j) by claim and type, the time of all jobs of the claim together. Rows:
 * cores and GPUs of each type, then for each claim its time, sum over j of y(c, j) <= jobs,
 * and its part in the objective,
 *
 *   weight(c) sum over j of rate(c, j) y(c, j) - need(c) z >= 0
 *
 * with the largest z. A claim without jobs has its columns fixed to 0 and its second row free,
 * and is used again, so that the program is edited, not made anew.
 */
#include <math.h>
#include <string.h>

#include "hetero.h"

#define Z 0u
#define FTF_STEPS 30

int hetero_program_init(struct hetero *s, sj_ctx *cx)
{
	uint32_t first;

	s->free_claim = HETERO_NONE;
	s->lp = sj_lp_create(SJ_LP_MAXIMISE);
	if (s->lp == NULL || sj_lp_add_rows(s->lp, HETERO_UNITS * s->types, &first) != SJ_OK ||
	    sj_lp_add_cols(s->lp, 1, &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

double hetero_left(const sj_ctx *cx, const sj_task *t)
{
	sj_time had = sj_task_attained(cx, t);

	return t->estimate_ns > had + SJ_NS_PER_S / 1000 ?
		       (double)(t->estimate_ns - had) / 1e9 : 1e-3; /* over its estimate */
}

/* ---- one program ------------------------------------------------------------------------------------ */

static void edit_machine(struct hetero *s)
{
	for (uint32_t j = 0; j < s->types; j++)
		for (int unit = 0; unit < HETERO_UNITS; unit++)
			sj_lp_set_row(s->lp, hetero_unit_row(j, unit), -INFINITY, s->type[j].up[unit]);
	for (uint32_t c = 0; s->resized && c < s->claims; c++)
		if (s->claim[c].count > 0)
			hetero_fill_columns(s, c);
	s->resized = false;
}

static bool has_part(const struct hetero *s, uint32_t claim)
{
	return s->claim[claim].count > 0 && s->claim[claim].constrains;
}

/* Coefficients of z: a claim that has gone keeps its own, in a row that is free, so that the
 * column, which is in the basis, is not touched when one job takes the place of another. */
static void fill_z(struct hetero *s)
{
	uint32_t n = 0;

	for (uint32_t c = 0; c < s->claims; c++)
		if (s->claim[c].z > 0) {
			s->scratch_row[n] = hetero_part_row(s, c);
			s->scratch[n++] = -s->claim[c].z;
		}
	sj_lp_fill_col(s->lp, Z, n, s->scratch_row, s->scratch);
}

/* scratch[] has the needs of those with a part; the largest is made 1, and returned. */
static double edit_needs(struct hetero *s)
{
	double most = 0;
	bool any = false, differ = false;

	for (uint32_t c = 0; c < s->claims; c++)
		if (has_part(s, c))
			most = fmax(most, s->scratch[c]);
	for (uint32_t c = 0; c < s->claims; c++) {
		bool part = has_part(s, c);

		sj_lp_set_row(s->lp, hetero_part_row(s, c), part ? 0 : -INFINITY, INFINITY);
		any |= part;
		if (!part || s->claim[c].z == s->scratch[c] / most)
			continue;
		s->claim[c].z = s->scratch[c] / most;
		differ = true;
	}
	if (differ)
		fill_z(s);
	sj_lp_set_col(s->lp, Z, 0, any ? INFINITY : 0);
	sj_lp_set_cost(s->lp, Z, 1);
	return most > 0 ? most : 1;
}

static sj_lp_status solve(struct hetero *s, sj_ctx *cx, bool refine)
{
	const sj_lp_options how = { .iterations = (uint32_t)s->iterations, .refine = refine };

	s->solved++;
	return sj_lp_decide(cx, s->lp, &how, &s->found);
}

static void take_values(struct hetero *s)
{
	for (uint32_t c = 0; c < s->claims; c++) {
		double *x = hetero_row(s->x, s, c), *rate = hetero_row(s->claim_rate, s, c);

		s->claim[c].got_all = 0;
		for (uint32_t j = 0; s->claim[c].count > 0 && j < s->types; j++) {
			x[j] = sj_lp_value(s->lp, hetero_column(s, c, j)) / s->claim[c].count;
			s->claim[c].got_all += x[j] * rate[j];
		}
	}
}

/* ---- the objectives ------------------------------------------------------------------------------------ */

static sj_lp_status max_min(struct hetero *s, sj_ctx *cx)
{
	sj_lp_status status;

	for (uint32_t c = 0; c < s->claims; c++)
		s->scratch[c] = s->claim[c].count;
	s->price = 1 / edit_needs(s);
	status = solve(s, cx, true);
	s->value = s->found.objective * s->price;
	return status;
}

/* rate x >= left z: all are done by 1 / z. */
static sj_lp_status makespan(struct hetero *s, sj_ctx *cx)
{
	sj_lp_status status;
	double most;

	for (uint32_t c = 0; c < s->claims; c++)
		s->scratch[c] = has_part(s, c) ? hetero_left(cx, s->claim[c].only) : 0;
	most = edit_needs(s);
	status = solve(s, cx, true);
	s->value = s->found.objective > 0 ? most / s->found.objective : INFINITY;
	s->price = s->value / s->found.objective; /* of z; a second less */
	return status;
}

/* The most work for the money, while deadlines are kept. */
static sj_lp_status cost(struct hetero *s, sj_ctx *cx)
{
	sj_lp_status status;

	for (uint32_t c = 0; c < s->claims; c++) {
		const sj_task *t = s->claim[c].count > 0 ? s->claim[c].only : NULL;
		sj_time span = t != NULL ? t->deadline_ns - sj_now(cx) : 0;

		sj_lp_set_row(s->lp, hetero_part_row(s, c),
			      span > 0 ? hetero_left(cx, t) / ((double)span / 1e9) : -INFINITY,
			      INFINITY);
	}
	s->price = 1;
	status = solve(s, cx, true);
	if (status == SJ_LP_INFEASIBLE) {
		s->infeasible++;
		s->trouble = "the deadlines cannot all be kept and do not count";
		for (uint32_t c = 0; c < s->claims; c++)
			sj_lp_set_row(s->lp, hetero_part_row(s, c), -INFINITY, INFINITY);
		status = solve(s, cx, true);
	}
	s->value = s->found.objective;
	return status;
}

/* Rate of a job that has 1 / n of every type for itself. */
static double isolated(const struct hetero *s, uint32_t claim)
{
	const struct hetero_claim *k = &s->claim[claim];
	int unit = hetero_unit_of(k);
	double time = 0, sum = 0;

	for (uint32_t j = 0; j < s->types; j++) {
		double x = s->type[j].up[unit] / k->need[unit] / s->live;

		time += x;
		sum += x * s->claim_rate[(size_t)claim * s->types + j];
	}
	return time > 1 ? sum / time : sum;
}

static double seconds_so_far(const sj_ctx *cx, const sj_task *t)
{
	return (double)(sj_now(cx) - t->submit_ns) / 1e9;
}

/* Time so far, and left if isolated. */
static double alone_s(const struct hetero *s, const sj_ctx *cx, uint32_t claim)
{
	const sj_task *t = s->claim[claim].only;

	return seconds_so_far(cx, t) + hetero_left(cx, t) / isolated(s, claim);
}

/* The largest (time so far + time left) / (time if isolated) under the allocation. */
static double unfairness(const struct hetero *s, const sj_ctx *cx)
{
	double most = 0;

	for (uint32_t c = 0; c < s->claims; c++) {
		const struct hetero_claim *k = &s->claim[c];

		if (has_part(s, c))
			most = fmax(most, (seconds_so_far(cx, k->only) +
					   hetero_left(cx, k->only) / k->got_all) /
						  alone_s(s, cx, c));
	}
	return most;
}

/* The rates that rho asks for, exceeded by as large a factor as can be. */
static sj_lp_status solve_for(struct hetero *s, sj_ctx *cx, double rho, bool refine)
{
	sj_lp_status status;

	for (uint32_t c = 0; c < s->claims; c++) {
		const sj_task *t = s->claim[c].only;
		double span;

		if (!has_part(s, c))
			continue;
		span = rho * alone_s(s, cx, c) - seconds_so_far(cx, t);
		s->scratch[c] = hetero_left(cx, t) / fmax(span, 1e-3);
	}
	edit_needs(s);
	status = solve(s, cx, refine);
	if (status == SJ_LP_OPTIMAL)
		take_values(s);
	return status;
}

/*
 * Everybody isolated has rho = 1. From there: for a rho that can be kept, rho of what the
 * program then gives, which is less, until it does not fall by a thousandth any more.
 */
static sj_lp_status finish_time_fairness(struct hetero *s, sj_ctx *cx)
{
	sj_lp_status status = SJ_LP_OPTIMAL;
	double rho = 1, next = 1;

	s->price = 0;
	for (int step = 0; step < FTF_STEPS && status == SJ_LP_OPTIMAL; step++) {
		status = solve_for(s, cx, rho, false);
		next = unfairness(s, cx);
		if (status != SJ_LP_OPTIMAL || !(next < rho * (1 - 1e-3)))
			break;
		rho = next;
	}
	if (status == SJ_LP_OPTIMAL)
		status = solve_for(s, cx, fmin(rho, next), true);
	s->value = unfairness(s, cx);
	return status;
}

void hetero_allocate(struct hetero *s, sj_ctx *cx)
{
	static sj_lp_status (*const how[])(struct hetero *, sj_ctx *) = { max_min, makespan, cost,
									   finish_time_fairness };
	sj_lp_status status;

	s->solved = 0;
	s->trouble = NULL;
	edit_machine(s);
	status = how[s->objective](s, cx);
	if (status == SJ_LP_OPTIMAL) {
		take_values(s);
		return;
	}
	s->stopped++;
	s->trouble = "the solver has stopped: by arrival";
	memset(s->x, 0, (size_t)s->claims * s->types * sizeof(*s->x));
}
