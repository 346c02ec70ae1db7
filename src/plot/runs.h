/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runs.h - which runs a figure shows: opened databases, chosen runs, series.
 *
 * A series is one curve or one colour: all runs that differ in the seed alone
 * (replications). Its label is the policy and whatever else tells it from the
 * other series.
 */
#ifndef PLOT_RUNS_H
#define PLOT_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sojourn/types.h"
#include "store/store.h"

/* What makes two runs different series, in the order labels tell it. */
enum plot_facet {
	FACET_POLICY, FACET_WORKLOAD, FACET_CLUSTER, FACET_CLOCK, FACET_OVERRUN,
	FACET_ESTIMATES, FACET_LIMIT, FACET_COUNT
};

struct plot_run {
	size_t   db;
	int64_t  id;
	int64_t  seed, procs, jobs, preemptions;
	bool     clairvoyant;
	size_t   series;
	char    *facet[FACET_COUNT];
	char    *digest;
};

struct plot_series {
	char  *label;      /* for the legend; UTF-8 */
	size_t first, count; /* of plot_runs.run */
};

struct plot_runs {
	struct store      **db;      /* store_path() has the paths as given */
	size_t              dbs;
	struct plot_run    *run;     /* by series, then as found */
	size_t              runs;
	struct plot_series *series;
	size_t              count;
};

struct plot_filter {
	const char *const *run;    /* numbers as typed; none: all */
	size_t             runs;
	const char *const *policy; /* names or whole specs; none: all */
	size_t             policies;
};

/*
 * SJ_OK and *out, which plot_runs_close() frees. SJ_ENOENT, SJ_EINVAL: a file
 * cannot be read or is no results database, or no complete run is left; *err
 * says which. SJ_EUSAGE: a filter names nothing that is there.
 */
int  plot_runs_open(const char *const *paths, size_t n,
		    const struct plot_filter *filter, struct plot_runs *out,
		    sj_error *err);
void plot_runs_close(struct plot_runs *runs);

#endif
