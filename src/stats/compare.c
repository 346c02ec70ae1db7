/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c - one group of runs judged against a baseline, by its replications. */
#include "stats/compare.h"

#include <math.h>
#include <stdlib.h>

#include "stats/compare_jobs.h"
#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/jobset.h"

static const struct stat_interval unknown = { NAN, NAN };

static struct stat_interval around(double middle, double half)
{
	return (struct stat_interval){ middle - half, middle + half };
}

/* ---- replications ------------------------------------------------------------------------ */

/* Values of `metric` of both at their common seeds; how many there are. */
static size_t seed_values(const struct configuration *base, const struct configuration *c,
			  const char *metric, double *x, double *y)
{
	size_t n = 0;

	for (size_t i = 0; i < c->runs; i++) {
		const struct run_info *b = configuration_seed(base, c->run[i]->seed);

		if (b == NULL)
			continue;
		x[n] = run_metric(b, metric);
		y[n] = run_metric(c->run[i], metric);
		if (!isnan(x[n]) && !isnan(y[n]))
			n++;
	}
	return n;
}

static void judge_means(const struct configuration *c, const char *metric, double level,
			double *v, struct compare_cell *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->runs; i++) {
		v[n] = run_metric(c->run[i], metric);
		n += !isnan(v[n]);
	}
	out->mean = stat_mean(v, n);
	out->mean_ci = around(out->mean, stat_t_half_width(v, n, level));
}

/* Makes the ratios' logarithms of x[], and the differences of y[]. */
static void judge_seeds(double *x, double *y, size_t n, double level,
			struct compare_cell *out)
{
	double log_mean, half;
	bool positive = true;

	for (size_t i = 0; i < n; i++) {
		double ratio = y[i] / x[i];

		positive = positive && ratio > 0 && isfinite(ratio);
		y[i] -= x[i];
		x[i] = ratio;
	}
	out->method = n > 1 ? COMPARE_SEEDS : COMPARE_PLAIN;
	out->pairs = n;
	out->difference = stat_mean(y, n);
	out->difference_ci = around(out->difference, stat_t_half_width(y, n, level));
	if (n == 1)
		out->ratio = isfinite(x[0]) ? x[0] : NAN;
	if (n == 1 || !positive)
		return;
	for (size_t i = 0; i < n; i++)
		x[i] = log(x[i]);
	log_mean = stat_mean(x, n);
	half = stat_t_half_width(x, n, level);
	out->ratio = exp(log_mean);
	out->ratio_ci = (struct stat_interval){ exp(log_mean - half), exp(log_mean + half) };
}

static int judge_replications(struct runset *set, const struct comparison *c,
			      const struct compare_options *o)
{
	const struct configuration *base = &c->group->config[c->baseline];
	size_t most = 1;
	double *x, *y;

	for (size_t i = 0; i < c->configs; i++)
		most = c->group->config[i].runs > most ? c->group->config[i].runs : most;
	x = malloc(2 * most * sizeof(*x));
	if (x == NULL)
		return SJ_ENOMEM;
	y = x + most;
	for (size_t i = 0; i < c->configs; i++) {
		const struct configuration *config = &c->group->config[i];
		size_t n = 0;

		for (size_t m = 0; m < c->metrics; m++) {
			struct compare_cell *cell = comparison_cell(c, m, i);

			judge_means(config, o->metric[m], o->level, x, cell);
			if (i == c->baseline)
				continue;
			n = seed_values(base, config, o->metric[m], x, y);
			judge_seeds(x, y, n, o->level, cell);
			/* y has become the differences */
			cell->has_signs = n > 1 && job_metric_of(o->metric[m]) == JOB_NONE;
			if (cell->has_signs)
				cell->signs = stat_count_signs(y, n);
		}
		if (i != c->baseline && (n < config->runs || n < base->runs))
			runset_note(set, "%s: %zu of its %zu seeds and of the %zu of %s are "
				    "common and have a value; differences are over these",
				    config->label, n, config->runs, base->runs, base->label);
	}
	free(x);
	return SJ_OK;
}

/* ---- all ----------------------------------------------------------------------------------------- */

static bool wants_jobs(const struct compare_options *o)
{
	for (size_t m = 0; m < o->metrics && o->resamples > 0; m++)
		if (job_metric_of(o->metric[m]) != JOB_NONE)
			return true;
	return false;
}

int comparison_make(struct runset *set, const struct run_group *g, size_t baseline,
		    const struct compare_options *options, struct comparison *out,
		    sj_error *err)
{
	const struct configuration *base = &g->config[baseline];
	size_t cells = options->metrics * g->configs;
	int rc;

	*out = (struct comparison){ .group = g, .baseline = baseline, .configs = g->configs,
				    .metrics = options->metrics };
	out->cell = malloc((cells + 1) * sizeof(*out->cell));
	if (out->cell == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < cells; i++)
		out->cell[i] = (struct compare_cell){
			.mean = NAN, .mean_ci = unknown, .difference = NAN, .ratio = NAN,
			.difference_ci = unknown, .ratio_ci = unknown, .a12 = NAN };
	rc = judge_replications(set, out, options);
	for (size_t s = 0; s < base->runs && rc == SJ_OK && wants_jobs(options); s++)
		rc = compare_seed_jobs(set, out, options, base->run[s], err);
	return rc;
}

void comparison_free(struct comparison *c)
{
	free(c->cell);
	*c = (struct comparison){ .configs = 0 };
}

int comparisons_make(struct runset *set, const size_t *baseline,
		     const struct compare_options *options, struct comparison **out,
		     sj_error *err)
{
	int rc = SJ_OK;

	*out = calloc(set->groups, sizeof(**out));
	if (*out == NULL)
		return SJ_ENOMEM;
	for (size_t g = 0; g < set->groups && rc == SJ_OK; g++)
		rc = comparison_make(set, &set->group[g], baseline != NULL ? baseline[g] : 0,
				     options, &(*out)[g], err);
	return rc;
}

void comparisons_free(struct comparison *c, size_t count)
{
	for (size_t i = 0; c != NULL && i < count; i++)
		comparison_free(&c[i]);
	free(c);
}
