/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * play.h - runs of canned scenarios (sojourn/scenario.h), carried out and compared with what
 * is known of them.
 */
#ifndef SCENARIO_PLAY_H
#define SCENARIO_PLAY_H

#include "sojourn/scenario.h"

/* The workload of a run, "gen:scenario:name=...". malloc'd; NULL: no memory. */
char *scenario_workload(const sj_scenario *s, const sj_scenario_run *run);
/* What to type for it, without an end of line. malloc'd; NULL: no memory. */
char *scenario_command(const sj_scenario *s, const sj_scenario_run *run);
uint32_t scenario_values(const sj_scenario_run *run); /* that are expected */

/* What came out, in the order of run->expect. SJ_OK, or as from session_run(); the sentence
 * begins with what could not be done. */
int scenario_play(const sj_scenario *s, const sj_scenario_run *run,
		  double seen[SJ_SCENARIO_VALUES], sj_error *err);

#endif
