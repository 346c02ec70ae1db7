/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdf_curves.h - distributions of one quantity as curves, for plots/cdf.gp. */
#ifndef PLOT_CDF_CURVES_H
#define PLOT_CDF_CURVES_H

#include "plot/figure.h"
#include "plot/values.h"

struct cdf_curves {
	struct values     *values; /* of each curve; sorted here */
	const char *const *label;
	size_t             count;
	const char        *what;   /* of what there are values: "jobs" */
	const char        *xlabel;
	bool               time;   /* seconds */
};

/* At least one value above 0 must be there. Writes data and axes; the names of the curves
 * are figure_series()'s. SJ_OK or SJ_ENOMEM. */
int cdf_curves_write(struct figure *f, const struct cdf_curves *c);

#endif
