/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare.h - one group of runs judged against a baseline, metric by metric.
 *
 * With one replication, metrics that are means over jobs get intervals from the
 * paired differences of the jobs, by a block bootstrap over submit order
 * (bootstrap.h). With several (seeds), every metric gets Student's t intervals from
 * the paired differences of the replications: common random numbers make the pairs.
 * Else there is a difference and no interval.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "stats/bootstrap.h"
#include "stats/effect.h"
#include "stats/runset.h"

enum compare_method { COMPARE_PLAIN, COMPARE_JOBS, COMPARE_SEEDS };

/* One configuration under one metric. What is undefined is NAN. */
struct compare_cell {
	double               mean; /* over its replications */
	struct stat_interval mean_ci;
	/* Against the baseline; all NAN in the baseline's own cell. The ratio is that
	 * of means (of replications: the geometric mean of their ratios). */
	enum compare_method  method;
	double               difference, ratio;
	struct stat_interval difference_ci, ratio_ci;
	size_t               pairs; /* jobs or seeds, by method */
	size_t               block; /* jobs in a block; 0: not used */
	/* Of jobs, for metrics over jobs; else of seeds when there are several. */
	struct stat_signs    signs; /* policy minus baseline */
	bool                 has_signs;
	double               a12;   /* P(a job's value is larger than under the baseline) */
};

struct compare_options {
	const char *const *metric; /* names of stored metrics */
	size_t             metrics;
	double             level;  /* 0.95 */
	size_t             resamples; /* 0: nothing per job, only stored metrics */
	uint64_t           seed;   /* of the resampling */
};

struct comparison {
	const struct run_group *group;
	size_t                  baseline; /* index of a configuration */
	size_t                  configs, metrics;
	struct compare_cell    *cell;     /* [metric * configs + config] */
	size_t                  jobs;     /* of the baseline that ended */
};

/*
 * Free with comparison_free() in any case. Adds notes to `set` when pairs are
 * missing. Looks at `interrupted` between configurations.
 * SJ_OK, SJ_ENOMEM, SJ_EIO, SJ_EINTR
 */
int  comparison_make(struct runset *set, const struct run_group *g, size_t baseline,
		     const struct compare_options *options, struct comparison *out,
		     sj_error *err);
void comparison_free(struct comparison *c);

/* One for each group of `set`, malloc'd; `baseline` NULL: the first configuration of
 * each. Free with comparisons_free() in any case. As comparison_make(). */
int  comparisons_make(struct runset *set, const size_t *baseline,
		      const struct compare_options *options, struct comparison **out,
		      sj_error *err);
void comparisons_free(struct comparison *c, size_t count);

static inline struct compare_cell *comparison_cell(const struct comparison *c,
						   size_t metric, size_t config)
{
	return &c->cell[metric * c->configs + config];
}

#endif
