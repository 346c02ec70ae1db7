/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hetero_claims.c - jobs that a program need not tell apart, and their rows and columns. See
 * hetero.h.
 */
#include <math.h>
#include <string.h>

#include "hetero.h"

static double normaliser(const struct hetero *s, uint32_t claim)
{
	int unit = hetero_unit_of(&s->claim[claim]);
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
		       k->need[hetero_unit_of(k)] / (k->weight * k->normaliser) : 1;
}

void hetero_fill_columns(struct hetero *s, uint32_t claim)
{
	struct hetero_claim *k = &s->claim[claim];
	const double *rate = hetero_row(s->claim_rate, s, claim);
	double weight;

	k->normaliser = normaliser(s, claim);
	k->constrains = k->normaliser > 0 && k->weight > 0 && s->objective != HETERO_COST;
	weight = k->constrains ? part_weight(s, k) : 1;
	for (uint32_t j = 0; j < s->types; j++) {
		uint32_t c = hetero_column(s, claim, j);
		uint32_t at[] = { hetero_unit_row(j, HETERO_CORES), hetero_unit_row(j, HETERO_GPUS),
				  hetero_time_row(s, claim), hetero_part_row(s, claim) };
		double value[] = { k->need[HETERO_CORES], k->need[HETERO_GPUS], 1,
				   weight * rate[j] };

		sj_lp_fill_col(s->lp, c, 4, at, value);
		sj_lp_set_col(s->lp, c, 0, rate[j] > 0 ? INFINITY : 0);
		sj_lp_set_cost(s->lp, c, s->objective == HETERO_COST ?
				       k->need[hetero_unit_of(k)] * rate[j] / s->type[j].cost : 0);
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
	hetero_fill_columns(s, i);
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
	sj_lp_set_row(s->lp, hetero_time_row(s, i), -INFINITY, s->claim[i].count);
	return SJ_OK;
}

void hetero_program_leave(struct hetero *s, uint32_t slot)
{
	uint32_t i = s->job[slot].claim, *at;
	struct hetero_claim *k = &s->claim[i];

	sj_lp_set_row(s->lp, hetero_time_row(s, i), -INFINITY, --k->count);
	if (k->count > 0)
		return;
	for (uint32_t j = 0; j < s->types; j++)
		sj_lp_set_col(s->lp, hetero_column(s, i, j), 0, 0);
	sj_lp_set_row(s->lp, hetero_part_row(s, i), -INFINITY, INFINITY);
	for (at = &s->bucket[k->hash & (s->buckets - 1)]; *at != i;)
		at = &s->claim[*at].chain;
	*at = k->chain;
	k->chain = s->free_claim;
	s->free_claim = i;
}
