/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * estimate.h - one result of a series, with its 95 % confidence interval.
 *
 * Over replications by Student's t; of one run, for means over jobs, by a circular
 * block bootstrap, as neighbouring jobs wait in the same queue (src/stats). Other
 * results of one run have no interval.
 */
#ifndef PLOT_ESTIMATE_H
#define PLOT_ESTIMATE_H

#include "metrics.h"
#include "plot/runs.h"

struct estimate {
	double value;     /* NAN: not stored, or undefined */
	double low, high; /* NAN: no interval */
};

/* `m` is an entry of sj_metric_infos; `seed` is the bootstrap's. */
int estimate_read(const struct plot_runs *runs, size_t series, const sj_metric_info *m,
		  uint64_t seed, struct estimate *out, sj_error *err);

#endif
