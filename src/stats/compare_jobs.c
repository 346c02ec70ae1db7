/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_jobs.c - the same jobs under two policies: intervals, signs, A12. */
#include "stats/compare_jobs.h"

#include <math.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "sojourn/rng.h"
#include "stats/describe.h"
#include "stats/jobset.h"

/* Room for the values of all pairs. */
struct work {
	double *x, *y;
	gsl_rng *rng;
};

static int work_init(struct work *w, size_t n, uint64_t seed)
{
	w->x = malloc((n + 1) * sizeof(*w->x));
	w->y = malloc((n + 1) * sizeof(*w->y));
	w->rng = sj_rng_create(seed, "stats.compare", 0);
	return w->x == NULL || w->y == NULL || w->rng == NULL ? SJ_ENOMEM : SJ_OK;
}

static void work_fini(struct work *w)
{
	free(w->x);
	free(w->y);
	gsl_rng_free(w->rng);
}

/* Signs and A12 of one pair of runs are added up over seeds: `share` of the A12. */
static void judge_effect(struct work *w, size_t n, double share, struct compare_cell *cell)
{
	for (size_t i = 0; i < n; i++) {
		cell->signs.negative += w->y[i] < w->x[i];
		cell->signs.zero += w->y[i] == w->x[i];
		cell->signs.positive += w->y[i] > w->x[i];
	}
	cell->has_signs = true;
	stat_sort(w->x, n);
	stat_sort(w->y, n);
	if (isnan(cell->a12))
		cell->a12 = 0;
	cell->a12 += share * stat_a12_sorted(w->y, n, w->x, n);
}

/* Intervals from the pairs of jobs of one replication. The baseline is its own
 * partner, so its blocks follow the series itself and not the differences, all 0. */
static int judge_jobs(struct work *w, size_t n, const struct compare_options *o,
		      size_t metric, bool is_baseline, struct compare_cell *cell)
{
	size_t block = is_baseline ? stat_block_length(w->y, n) : 0;
	double mean = stat_mean(w->x, n);
	struct stat_paired_intervals both;
	int rc = is_baseline && block == 0 ? SJ_ENOMEM : SJ_OK;

	/* Keyed by metric only: every policy is resampled at the same places. */
	sj_rng_rekey(w->rng, o->seed, "stats.compare", metric);
	if (rc == SJ_OK)
		rc = stat_bootstrap_paired(w->x, w->y, n, o->level, o->resamples, block,
					   w->rng, &both);
	if (rc != SJ_OK)
		return rc;
	cell->mean_ci = both.y;
	if (is_baseline)
		return SJ_OK;
	cell->method = isnan(both.difference.low) ? COMPARE_PLAIN : COMPARE_JOBS;
	cell->pairs = n;
	cell->block = both.block;
	cell->difference = stat_mean(w->y, n) - mean;
	cell->difference_ci = both.difference;
	cell->ratio = mean > 0 ? stat_mean(w->y, n) / mean : NAN;
	if (mean > 0)
		cell->ratio_ci = both.ratio;
	return SJ_OK;
}

/* What is compared for one seed: the same jobs of two runs. */
struct job_view {
	const struct jobset *base, *jobs;
	struct job_pairs     pairs;
};

static int judge_view(const struct comparison *c, const struct compare_options *o,
		      size_t config, size_t replications, const struct job_view *v,
		      struct work *w)
{
	bool is_baseline = config == c->baseline;
	int rc = SJ_OK;

	for (size_t m = 0; m < c->metrics && rc == SJ_OK; m++) {
		enum job_metric kind = job_metric_of(o->metric[m]);
		struct compare_cell *cell = comparison_cell(c, m, config);
		size_t n;

		if (kind == JOB_NONE)
			continue;
		n = job_pair_values(kind, v->base, v->jobs, &v->pairs, w->x, w->y);
		if (n > 0 && replications == 1)
			rc = judge_jobs(w, n, o, m, is_baseline, cell);
		if (n > 0 && !is_baseline && rc == SJ_OK)
			judge_effect(w, n, 1.0 / (double)replications, cell);
	}
	return rc;
}

static void note_unpaired(struct runset *set, const struct configuration *base,
			  const struct configuration *config, const struct job_view *v)
{
	if (v->pairs.n < v->base->n || v->pairs.n < v->jobs->n)
		runset_note(set, "%s: %zu of its %zu finished jobs are also among the %zu of %s; "
			    "only these are paired", config->label, v->pairs.n, v->jobs->n,
			    v->base->n, base->label);
}

/* One configuration against the baseline's jobs of the same seed. */
static int judge_config(struct runset *set, const struct comparison *c,
			const struct compare_options *o, size_t config, uint64_t seed,
			size_t replications, const struct jobset *base, struct work *w,
			sj_error *err)
{
	const struct configuration *it = &c->group->config[config];
	const struct run_info *run = configuration_seed(it, seed);
	struct job_view v = { .base = base };
	struct jobset jobs = { .n = 0 };
	int rc = SJ_OK;

	if (config == c->baseline) {
		v.jobs = base;
	} else {
		if (run == NULL)
			return SJ_OK;
		rc = jobset_load(run, &jobs, err);
		v.jobs = &jobs;
	}
	if (rc == SJ_OK)
		rc = job_pairs_match(base, v.jobs, &v.pairs);
	if (rc == SJ_OK) {
		note_unpaired(set, &c->group->config[c->baseline], it, &v);
		rc = judge_view(c, o, config, replications, &v, w);
	}
	job_pairs_free(&v.pairs);
	jobset_free(&jobs);
	return rc;
}

/* How many seeds both have. */
static size_t common_seeds(const struct configuration *a, const struct configuration *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->runs; i++)
		n += configuration_seed(b, a->run[i]->seed) != NULL;
	return n;
}

int compare_seed_jobs(struct runset *set, struct comparison *c,
		      const struct compare_options *o, const struct run_info *base_run,
		      sj_error *err)
{
	const struct configuration *base = &c->group->config[c->baseline];
	struct work w = { .rng = NULL };
	struct jobset jobs;
	int rc = jobset_load(base_run, &jobs, err);

	if (rc == SJ_OK)
		rc = work_init(&w, jobs.n, o->seed);
	if (rc == SJ_OK && jobs.n == 0)
		runset_note(set, "%s: run %u has no job rows, so there is nothing per job",
			    base_run->path, base_run->id);
	c->jobs = rc == SJ_OK ? jobs.n : 0;
	for (size_t i = 0; i < c->configs && rc == SJ_OK && jobs.n > 0; i++) {
		size_t n = common_seeds(base, &c->group->config[i]);

		if (interrupted)
			rc = sj_fail(err, SJ_EINTR, "interrupted");
		else if (n > 0)
			rc = judge_config(set, c, o, i, base_run->seed, n, &jobs, &w, err);
	}
	work_fini(&w);
	jobset_free(&jobs);
	return rc;
}
