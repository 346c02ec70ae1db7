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

static uint32_t unit_row(uint32_t type, int unit)
{
	return HETERO_UNITS * type + (uint32_t)unit;
}

static uint32_t time_row(const struct hetero *s, uint32_t claim)
{
	return HETERO_UNITS * s->types + 2 * claim;
}

static uint32_t part_row(const struct hetero *s, uint32_t claim)
{
	return time_row(s, claim) + 1;
}

static uint32_t column(const struct hetero *s, uint32_t claim, uint32_t type)
{
	return 1 + claim * s->types + type;
}

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

/* ---- claims ----------------------------------------------------------------------------------------- */

double hetero_left(const sj_ctx *cx, const sj_task *t)
{
	sj_time had = sj_task_attained(cx, t);

	return t->estimate_ns > had + SJ_NS_PER_S / 1000 ?
		       (double)(t->estimate_ns - had) / 1e9 : 1e-3; /* over its estimate */
}

/* In what the job is counted: GPUs if it has any. */
static int unit_of(const struct hetero_claim *k)
{
	return k->need[HETERO_GPUS] > 0 ? HETERO_GPUS : HETERO_CORES;
}

static double normaliser(const struct hetero *s, uint32_t claim)
{
	int unit = unit_of(&s->claim[claim]);
	double all = 0, sum = 0;

	for (uint32_t j = 0; j < s->types; j++) {
		all += s->type[j].up[unit];
		sum += s->type[j].up[unit] * s->claim_rate[(size_t)claim * s->types + j];
	}
	return all > 0 ? sum / all : 0;
}

/* In front of the rates in its part of the objective. */
static double part_weight(const struct hetero *s, const struct hetero_claim *k)
{
	return s->objective == HETERO_MAX_MIN ?
		       k->need[unit_of(k)] / (k->weight * k->normaliser) : 1;
}

static void fill_columns(struct hetero *s, uint32_t claim)
{
	struct hetero_claim *k = &s->claim[claim];
	const double *rate = hetero_row(s->claim_rate, s, claim);
	double weight;

	k->normaliser = normaliser(s, claim);
	k->constrains = k->normaliser > 0 && k->weight > 0 && s->objective != HETERO_COST;
	weight = k->constrains ? part_weight(s, k) : 1;
	for (uint32_t j = 0; j < s->types; j++) {
		uint32_t c = column(s, claim, j);
		uint32_t at[] = { unit_row(j, HETERO_CORES), unit_row(j, HETERO_GPUS),
				  time_row(s, claim), part_row(s, claim) };
		double value[] = { k->need[HETERO_CORES], k->need[HETERO_GPUS], 1,
				   weight * rate[j] };

		sj_lp_fill_col(s->lp, c, 4, at, value);
		sj_lp_set_col(s->lp, c, 0, rate[j] > 0 ? INFINITY : 0);
		sj_lp_set_cost(s->lp, c, s->objective == HETERO_COST ?
				       k->need[unit_of(k)] * rate[j] / s->type[j].cost : 0);
		/* Of all that is fair the most work; the rest by what the claim is. */
		sj_lp_set_rank(s->lp, c, k->normaliser > 0 ? -rate[j] / k->normaliser : 0,
			       (k->only != NULL ? k->only->seq : k->hash) * s->types + j);
	}
}

static uint32_t mix(uint32_t hash, double v)
{
	uint64_t bits, h;

	memcpy(&bits, &v, sizeof(bits));
	h = (hash ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

/* A claim of the slot's job alone. */
static struct hetero_claim claim_of(const struct hetero *s, uint32_t slot)
{
	const struct hetero_job *m = &s->job[slot];
	struct hetero_claim k = { .count = 1, .weight = m->task->weight };

	memcpy(k.need, m->need, sizeof(k.need));
	if (s->objective == HETERO_MAKESPAN || s->objective == HETERO_FTF ||
	    (s->objective == HETERO_COST && m->task->deadline_ns != SJ_NEVER))
		k.only = m->task;
	k.hash = mix(mix(mix(0, k.weight), k.need[HETERO_CORES]), k.need[HETERO_GPUS]);
	for (uint32_t j = 0; j < s->types; j++)
		k.hash = mix(k.hash, s->rate[(size_t)slot * s->types + j]);
	return k;
}

static bool alike(const struct hetero *s, uint32_t claim, const struct hetero_claim *k,
		  const double *rate)
{
	const struct hetero_claim *a = &s->claim[claim];

	return a->only == NULL && k->only == NULL && a->hash == k->hash &&
	       a->weight == k->weight && memcmp(a->need, k->need, sizeof(a->need)) == 0 &&
	       memcmp(&s->claim_rate[(size_t)claim * s->types], rate,
		      s->types * sizeof(*rate)) == 0;
}

static void rehash(struct hetero *s, sj_ctx *cx)
{
	s->buckets = s->buckets > 0 ? 2 * s->buckets : 64;
	s->bucket = sj_grow(cx, NULL, 0, s->buckets * sizeof(*s->bucket));
	for (uint32_t i = 0; i < s->buckets; i++)
		s->bucket[i] = HETERO_NONE;
	for (uint32_t i = 0; i < s->claims; i++)
		if (s->claim[i].count > 0) {
			uint32_t *at = &s->bucket[s->claim[i].hash & (s->buckets - 1)];

			s->claim[i].chain = *at;
			*at = i;
		}
}

/* Rows and columns for twice as many claims. */
static int grow(struct hetero *s, sj_ctx *cx)
{
	uint32_t old = s->claim_cap, cap = old > 0 ? 2 * old : 16, first;
	size_t row = s->types * sizeof(double), units = HETERO_UNITS * (size_t)s->types;

	s->claim = sj_grow(cx, s->claim, old * sizeof(*s->claim), cap * sizeof(*s->claim));
	s->claim_rate = sj_grow(cx, s->claim_rate, old * row, cap * row);
	s->x = sj_grow(cx, s->x, old * row, cap * row);
	s->scratch = sj_grow(cx, NULL, 0, (cap + units) * sizeof(*s->scratch));
	s->scratch_row = sj_grow(cx, NULL, 0, (cap + units) * sizeof(*s->scratch_row));
	s->claim_cap = cap;
	if (sj_lp_add_rows(s->lp, 2 * (cap - old), &first) != SJ_OK ||
	    sj_lp_add_cols(s->lp, s->types * (cap - old), &first) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

static int new_claim(struct hetero *s, sj_ctx *cx, const struct hetero_claim *k,
		     const double *rate, uint32_t *out)
{
	uint32_t i = s->free_claim;
	double kept;
	int rc = SJ_OK;

	if (i != HETERO_NONE) {
		s->free_claim = s->claim[i].chain;
	} else {
		if (s->claims == s->claim_cap)
			rc = grow(s, cx);
		if (rc != SJ_OK)
			return rc;
		i = s->claims++;
	}
	kept = s->claim[i].z;
	s->claim[i] = *k;
	s->claim[i].z = kept;
	s->claim[i].count = 0; /* not in a bucket yet */
	if (s->claims > s->buckets)
		rehash(s, cx);
	s->claim[i].chain = s->bucket[k->hash & (s->buckets - 1)];
	s->bucket[k->hash & (s->buckets - 1)] = i;
	memcpy(hetero_row(s->claim_rate, s, i), rate, s->types * sizeof(*rate));
	memset(hetero_row(s->x, s, i), 0, s->types * sizeof(*s->x));
	fill_columns(s, i);
	*out = i;
	return SJ_OK;
}

int hetero_program_enter(struct hetero *s, sj_ctx *cx, uint32_t slot)
{
	struct hetero_claim k = claim_of(s, slot);
	const double *rate = hetero_row(s->rate, s, slot);
	uint32_t i = s->buckets > 0 ? s->bucket[k.hash & (s->buckets - 1)] : HETERO_NONE;
	int rc = SJ_OK;

	while (i != HETERO_NONE && !alike(s, i, &k, rate))
		i = s->claim[i].chain;
	if (i == HETERO_NONE)
		rc = new_claim(s, cx, &k, rate, &i);
	if (rc != SJ_OK)
		return rc;
	s->job[slot].claim = i;
	s->claim[i].count++;
	sj_lp_set_row(s->lp, time_row(s, i), -INFINITY, s->claim[i].count);
	return SJ_OK;
}

void hetero_program_leave(struct hetero *s, uint32_t slot)
{
	uint32_t i = s->job[slot].claim, *at;
	struct hetero_claim *k = &s->claim[i];

	sj_lp_set_row(s->lp, time_row(s, i), -INFINITY, --k->count);
	if (k->count > 0)
		return;
	for (uint32_t j = 0; j < s->types; j++)
		sj_lp_set_col(s->lp, column(s, i, j), 0, 0);
	sj_lp_set_row(s->lp, part_row(s, i), -INFINITY, INFINITY);
	for (at = &s->bucket[k->hash & (s->buckets - 1)]; *at != i;)
		at = &s->claim[*at].chain;
	*at = k->chain;
	k->chain = s->free_claim;
	s->free_claim = i;
}

/* ---- one program ------------------------------------------------------------------------------------ */

static void edit_machine(struct hetero *s)
{
	for (uint32_t j = 0; j < s->types; j++)
		for (int unit = 0; unit < HETERO_UNITS; unit++)
			sj_lp_set_row(s->lp, unit_row(j, unit), -INFINITY, s->type[j].up[unit]);
	for (uint32_t c = 0; s->resized && c < s->claims; c++)
		if (s->claim[c].count > 0)
			fill_columns(s, c);
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
			s->scratch_row[n] = part_row(s, c);
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

		sj_lp_set_row(s->lp, part_row(s, c), part ? 0 : -INFINITY, INFINITY);
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
			x[j] = sj_lp_value(s->lp, column(s, c, j)) / s->claim[c].count;
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

		sj_lp_set_row(s->lp, part_row(s, c),
			      span > 0 ? hetero_left(cx, t) / ((double)span / 1e9) : -INFINITY,
			      INFINITY);
	}
	s->price = 1;
	status = solve(s, cx, true);
	if (status == SJ_LP_INFEASIBLE) {
		s->infeasible++;
		s->trouble = "the deadlines cannot all be kept and do not count";
		for (uint32_t c = 0; c < s->claims; c++)
			sj_lp_set_row(s->lp, part_row(s, c), -INFINITY, INFINITY);
		status = solve(s, cx, true);
	}
	s->value = s->found.objective;
	return status;
}

/* Rate of a job that has 1 / n of every type for itself. */
static double isolated(const struct hetero *s, uint32_t claim)
{
	const struct hetero_claim *k = &s->claim[claim];
	int unit = unit_of(k);
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
