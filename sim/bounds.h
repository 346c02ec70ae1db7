/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bounds.h - how soon could anybody have done what a run did: lower bounds of its
 * makespan and of its response times, for comparison with what it achieved.
 *
 * A bound holds for every schedule, however clever, of the jobs that this run completed
 * or killed, submitted when they were, on the machine with all of its nodes. What each
 * bound is, when it holds and where it comes from: docs/MODEL.md.
 */
#ifndef SJ_BOUNDS_H
#define SJ_BOUNDS_H

#include "run.h"

typedef enum sj_bound_goal {
	SJ_BOUND_MAKESPAN, /* as the metric makespan_s */
	SJ_BOUND_RESPONSE, /* as response_mean_s */
	SJ_BOUND_WEIGHTED, /* sum of weight x response / sum of weights */
	SJ_BOUND_GOALS
} sj_bound_goal;
extern const char *const sj_bound_goal_names[SJ_BOUND_GOALS]; /* "makespan", ... */

#define SJ_BOUND_NAME 48u
#define SJ_BOUND_MAX  24u

typedef struct sj_bound {
	char   name[SJ_BOUND_NAME]; /* "area of processors", ... */
	double s;                   /* seconds */
} sj_bound;

typedef struct sj_bound_list {
	uint32_t count; /* largest first */
	sj_bound bound[SJ_BOUND_MAX];
	double   achieved_s; /* NAN: nothing was */
	double   above;      /* achieved / largest bound - 1; NAN: there is none, or it is 0 */
} sj_bound_list;

typedef struct sj_bounds {
	const char   *none; /* why there are none at all, or NULL */
	uint64_t      jobs, tasks; /* that the bounds are about */
	sj_bound_list goal[SJ_BOUND_GOALS];
} sj_bounds;

/* Of a run made with config.bounds, as far as it has come. SJ_OK or SJ_ENOMEM. */
int sj_run_get_bounds(sj_run *run, sj_bounds *out);
/* Is none above what was achieved? SJ_OK, or SJ_EINVARIANT with the one that is. */
int sj_bounds_check(const sj_bounds *b, sj_error *err);
/* Into the metrics. */
void sj_bounds_to_metrics(const sj_bounds *b, sj_metrics *m);

#endif
