/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metric_text.h - metrics by the names people use: what "wait" stands for, how a
 * metric is called in a table, in which unit and with how many digits.
 */
#ifndef METRIC_TEXT_H
#define METRIC_TEXT_H

#include <sqlite3.h>

#include "cli/cli.h"
#include "stats/runset.h"

/* What compare and table show unless told otherwise; ends with NULL. */
extern const char *const metric_defaults[];

/* "mean wait"; a metric without a label of its own keeps its name. */
const char *metric_label(const char *name);
/* "s", "jobs", or "" */
const char *metric_unit(const char *name);
/* -1 smaller is better, +1 larger is, 0 neither. */
int         metric_better(const char *name);

/*
 * Names as given on the command line ("wait", "bsld_10s_mean"), or the defaults when
 * none was, to stored names: *out has *count of them and is freed by the caller.
 * SJ_EUSAGE tells the nearest one that is stored in a run of `set`.
 */
int metric_names_choose(const struct runset *set, const struct opt_list *given,
			const char ***out, size_t *count, sj_error *err);

/* A unit and digits for a column of values of one metric. */
struct metric_scale {
	double      factor;  /* stored value x factor is shown */
	const char *unit;    /* "h", "" */
	int         decimals;
};
/* From the values that will stand there: times in the largest of us, ms, s, min, h, d
 * that leaves the largest value above 2. */
struct metric_scale metric_scale_for(const char *name, const double *value, size_t n);
/* More digits, if these values, which are compared with each other, need them. */
void metric_scale_refine(struct metric_scale *s, const double *value, size_t n);

#endif
