/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind_lp.h - runs whose reasons tell what an optimisation has found. */
#ifndef KIND_LP_H
#define KIND_LP_H

#include "check.h"

/*
 * Runs with exact estimates and no kills, checked, and keeps reasons; `cluster` NULL: the
 * workload's own. Returns rows of [job or task (the other is 0), node, at_s, reason] of all
 * starts in the order in which they were decided; NULL after a report.
 */
const json_t *lp_starts(struct check *k, const char *workload, const char *cluster,
			const char *policy);

/* The reason that the first task to wait was given, in a run of the same kind. */
const char *lp_first_wait(struct check *k, const char *workload, const char *cluster,
			  const char *policy);

/* The number behind `text` in `reason`; NAN: it is not there. */
double lp_number(const char *reason, const char *text);

/* A workload whose task i takes time[i][m] + more seconds on machine m; NULL after a report. */
const char *lp_times(struct check *k, const char *name, const json_t *times, double more);

#endif
