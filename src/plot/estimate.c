/* SPDX-License-Identifier: GPL-3.0-or-later */
/* estimate.c - see estimate.h. */
#include "plot/estimate.h"

#include <gsl/gsl_rng.h>
#include <math.h>

#include "plot/embedded.h"
#include "plot/values.h"
#include "sojourn/rng.h"
#include "stats/bootstrap.h"
#include "stats/describe.h"
#include "stats/interval.h"

#define LEVEL     0.95
#define RESAMPLES 2000

static int over_replications(const struct values *v, struct estimate *e)
{
	double half = stat_t_half_width(v->v, v->count, LEVEL);

	e->value = stat_mean(v->v, v->count);
	e->low = e->value - half;
	e->high = e->value + half;
	return SJ_OK;
}

static int over_jobs(const struct values *jobs, uint64_t seed, struct estimate *e)
{
	struct stat_paired_intervals in;
	gsl_rng *rng = sj_rng_create(seed, "plot.bootstrap", 0);
	size_t block = stat_block_length(jobs->v, jobs->count);
	int rc = rng == NULL || block == 0 ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK)
		rc = stat_bootstrap_paired(jobs->v, jobs->v, jobs->count, LEVEL, RESAMPLES,
					   block, rng, &in);
	if (rng != NULL)
		gsl_rng_free(rng);
	if (rc == SJ_OK) {
		e->low = in.y.low;
		e->high = in.y.high;
	}
	return rc;
}

static bool is_job_mean(const sj_metric_info *m)
{
	const sj_metric means[] = { SJ_M_WAIT_MEAN, SJ_M_RESPONSE_MEAN, SJ_M_BSLD,
				    SJ_M_SLOWDOWN };

	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++)
		if (m == &sj_metric_infos[means[i]])
			return true;
	return false;
}

int estimate_read(const struct plot_runs *runs, size_t s, const sj_metric_info *m,
		  uint64_t seed, struct estimate *e, sj_error *err)
{
	struct values stored = { 0 }, jobs = { 0 };
	int rc = values_read_series(runs, s, plot_metric_sql, m->name, &stored, err);

	*e = (struct estimate){ NAN, NAN, NAN };
	if (rc == SJ_OK && stored.count > 0)
		e->value = stored.v[0];
	if (rc == SJ_OK && stored.count > 1) {
		rc = over_replications(&stored, e);
	} else if (rc == SJ_OK && stored.count == 1 && is_job_mean(m)) {
		rc = values_read_series(runs, s, plot_bars_sql, m->name, &jobs, err);
		if (rc == SJ_OK && jobs.count > 1)
			rc = over_jobs(&jobs, seed, e);
	}
	values_free(&stored);
	values_free(&jobs);
	return rc;
}
