/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - canned scenarios as a list, and their runs beside what is known of them. */
#ifndef SCENARIO_SHOW_H
#define SCENARIO_SHOW_H

#include <stdbool.h>

/* Both: an exit status, having said what went wrong. */
int scenarios_list(bool json);
/* All, or those named; 1 when something else came out than what is known. */
int scenarios_check(const char *const *name, int count, bool json);

#endif
