/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ranking.h - policies compared over many workloads: ratios to a reference, ranks, and who
 * beats whom how often. A workload on a cluster is an instance, whatever its number of jobs.
 *
 * An instance counts when every policy has a value on it. With several seeds a policy's
 * value is the mean over them.
 */
#ifndef RANKING_H
#define RANKING_H

#include "stats/bootstrap.h"
#include "stats/effect.h"
#include "stats/rank.h"
#include "stats/runset.h"

/* One policy under one metric. */
struct ranking_row {
	const char          *label;
	bool                 clairvoyant;
	double               rank;  /* mean over instances; 1 is the best */
	struct stat_interval rank_ci;
	double               mean, median, p95, max; /* of ratios to the reference */
	struct stat_interval mean_ci;
	size_t               best;  /* instances on which no policy is better */
	size_t               at, below; /* ratios of 1; below 1 */
	struct stat_signs    signs; /* instances: value minus the baseline's */
	double               p;     /* Wilcoxon's, of ratios against the baseline's; NAN: none differ */
};

struct ranking_options {
	const char *metric;
	int         better;     /* -1 smaller, +1 larger */
	const char *reference;  /* a stored metric; NULL: the best value of the instance */
	const char *baseline;   /* a label, policy or name; NULL: the first that was run */
	double      level;      /* 0.95 */
	size_t      resamples;
	uint64_t    seed;
};

struct ranking {
	size_t              policies, instances;
	struct ranking_row *row;    /* best mean rank first */
	size_t              baseline;
	double             *ratio;  /* [instance * policies + row] */
	const struct run_group **group; /* by instance */
	size_t             *win;    /* [a * policies + b]: instances on which a is better */
	struct stat_friedman test;
	double              critical; /* difference of mean ranks, Nemenyi */
};

/*
 * Adds notes to `set` on what is left out. Free with ranking_free() in any case.
 * SJ_OK; SJ_EUSAGE: no such baseline; SJ_ENOENT: no instance has all policies and a
 * reference; SJ_ENOMEM
 */
int  ranking_make(struct runset *set, const struct ranking_options *options,
		  struct ranking *out, sj_error *err);
void ranking_free(struct ranking *r);

#endif
