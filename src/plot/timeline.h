/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timeline.h - how many jobs and processors are in some state over time, exactly,
 * from the job rows of a series; and the time axis such figures share.
 */
#ifndef PLOT_TIMELINE_H
#define PLOT_TIMELINE_H

#include "plot/kinds.h"
#include "plot/steps.h"
#include "plot/timespan.h"

struct timeline {
	struct steps steps; /* added up over `runs` replications, each from its own zero */
	sj_time      end;   /* last finish of any of them */
	size_t       runs;
};

/*
 * Reads every run of the series. The query gives, a row a job: first submit of the
 * run, from, to, processors, finish (all ns). SJ_OK, or an error.
 */
int  timeline_read(const struct plot_runs *runs, size_t series, const char *sql,
		   struct timeline *out, sj_error *err);
void timeline_free(struct timeline *t);

/* What is shown: the window asked for, or from 0 to the last end.
 * SJ_EINVAL: the window begins after everything has ended, or nothing happened. */
int timespan_choose(const struct timeline *t, size_t count, const char *kind,
		    const struct plot_options *o, struct timespan *out, sj_error *err);

#endif
