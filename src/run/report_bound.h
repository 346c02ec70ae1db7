/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_bound.h - lower bounds of runs, as a table and as JSON (run --bound). */
#ifndef REPORT_BOUND_H
#define REPORT_BOUND_H

#include <jansson.h>

#include "cli/table_text.h"
#include "run/session.h"

/* A table with a row for each run and goal. NULL: out of memory. */
struct table_text *report_bound_begin(void);
void report_bound_run(struct table_text *t, const struct session_result *r);

/* {"jobs", "tasks", "makespan": {...}, ...}; null when the run was not asked for bounds. */
json_t *report_bound_json(const struct session_result *r, bool asked);

/* What the largest bound of a goal is called; "": there is none. */
const char *report_bound_by(const sj_bounds *b, sj_bound_goal goal);

#endif
