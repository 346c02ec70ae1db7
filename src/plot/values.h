/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.h - one number a job, read by a query of plots/. */
#ifndef PLOT_VALUES_H
#define PLOT_VALUES_H

#include "plot/runs.h"

struct values {
	double *v;
	size_t  count, room;
};

/* Appends the first column of every row; :metric is bound. SJ_OK or an error. */
int  values_read(const struct plot_runs *runs, const struct plot_run *run,
		 const char *sql, const char *metric, struct values *out,
		 sj_error *err);
/* Those of every run of a series, one run after the other. */
int  values_read_series(const struct plot_runs *runs, size_t series, const char *sql,
			const char *metric, struct values *out, sj_error *err);
void values_free(struct values *v);

#endif
