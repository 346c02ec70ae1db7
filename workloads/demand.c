/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * demand.c - see demand.h.
 *
 * The model of users: 15 % state the run time, the others a multiple of it that
 * is uniform on [1, 10]; all round up to 5 min (below 1 h), 15 min (below 4 h) or
 * 1 h, as people do. The factor is the f-model of Mu'alem and Feitelson, TPDS
 * 2001; that estimates are round is from Tsafrir, Etsion and Feitelson, "Modeling
 * user runtime estimates", JSSPP 2005.
 */
#include "demand.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_SHARE 0.15
#define FACTOR_MAX  10.0

/* ---- strings -------------------------------------------------------------------- */

struct demand_strings_block {
	struct demand_strings_block *next;
	max_align_t                  text[];
};

void *demand_alloc(void *ctx, size_t size)
{
	struct demand_strings *s = ctx;
	struct demand_strings_block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		abort(); /* the contract of sj_alloc_fn: a few bytes must be there */
	b->next = s->first;
	s->first = b;
	return b->text;
}

void demand_strings_free(struct demand_strings *s)
{
	while (s->first != NULL) {
		struct demand_strings_block *next = s->first->next;

		free(s->first);
		s->first = next;
	}
}

/* ---- making jobs ------------------------------------------------------------------- */

static int create_laws(struct demand *d, const char *generator, sj_error *err)
{
	char who[96], spec[64];
	int rc = SJ_OK;

	snprintf(who, sizeof(who), "generator %s: estimate", generator);
	d->users_estimate = strcmp(d->params->estimate, "users") == 0;
	if (!d->users_estimate && strcmp(d->params->estimate, "exact") != 0)
		rc = sj_law_create(who, d->params->estimate, &d->factor, err);
	if (rc == SJ_OK && d->params->users > 0) {
		snprintf(spec, sizeof(spec), "zipf:n=%lld,theta=1",
			 (long long)d->params->users);
		rc = sj_law_create(generator, spec, &d->who, err);
	}
	return rc;
}

int demand_init(struct demand *d, const struct demand_params *params,
		const char *generator, uint64_t seed, sj_error *err)
{
	int rc;

	*d = (struct demand){ .params = params };
	rc = create_laws(d, generator, err);
	if (rc != SJ_OK)
		return rc;
	d->estimate_rng = sj_rng_create(seed, "workload.estimate", 0);
	d->user_rng = sj_rng_create(seed, "workload.user", 0);
	if (d->estimate_rng == NULL || d->user_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator %s: no memory", generator);
	return SJ_OK;
}

void demand_fini(struct demand *d)
{
	sj_law_free(d->factor);
	sj_law_free(d->who);
	if (d->estimate_rng != NULL)
		gsl_rng_free(d->estimate_rng);
	if (d->user_rng != NULL)
		gsl_rng_free(d->user_rng);
}

void demand_rewind(struct demand *d, uint64_t seed)
{
	d->made = 0;
	sj_rng_rekey(d->estimate_rng, seed, "workload.estimate", 0);
	sj_rng_rekey(d->user_rng, seed, "workload.user", 0);
}

static sj_time round_up(sj_time t)
{
	sj_time minute = 60 * SJ_NS_PER_S, hour = 60 * minute;
	sj_time step = t < hour ? 5 * minute : t < 4 * hour ? 15 * minute : hour;

	return t > SJ_TIME_MAX - step ? t : (t + step - 1) / step * step;
}

static sj_time draw_estimate(struct demand *d, sj_time work_ns)
{
	double factor = 1;

	if (d->users_estimate) {
		if (gsl_rng_uniform(d->estimate_rng) >= EXACT_SHARE)
			factor = 1 + (FACTOR_MAX - 1) * gsl_rng_uniform(d->estimate_rng);
		work_ns = work_ns < SJ_TIME_MAX / 16 ?
			(sj_time)ceil((double)work_ns * factor) : work_ns;
		return round_up(work_ns);
	}
	if (d->factor == NULL)
		return work_ns;
	return demand_ns((double)work_ns / 1e9 * sj_law_draw(d->factor, d->estimate_rng));
}

void demand_make(struct demand *d, sj_job *job, sj_time submit_ns, uint32_t width,
		 sj_time work_ns)
{
	sj_job_clear(job);
	job->id = (int64_t)++d->made;
	job->submit_ns = submit_ns;
	job->task.ranks = width;
	job->task.work_ns = work_ns;
	job->task.estimate_ns = draw_estimate(d, work_ns);
	if (d->who != NULL)
		job->user = (uint32_t)sj_law_draw(d->who, d->user_rng);
}

int demand_advance(sj_time *now, double gap_s, sj_error *err)
{
	sj_time gap = demand_ns(gap_s);

	if (gap > SJ_TIME_MAX - *now)
		return sj_fail(err, SJ_ERANGE, "generator: the next job would arrive after "
			       "126 years; ask for fewer jobs or a higher rate");
	*now += gap;
	return SJ_OK;
}

/* E W = sum over k >= 0 of P(W > k), where W > k means drawn >= k + 1/2. */
double demand_mean_width(const sj_law *law, int64_t procs)
{
	double mean = 1;

	for (int64_t k = 1; k < procs; k++) {
		double above = 1 - sj_law_cdf(law, nextafter((double)k + 0.5, 0));

		mean += above;
		if (above < 1e-15)
			break;
	}
	return mean;
}
