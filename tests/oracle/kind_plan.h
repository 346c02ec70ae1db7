/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind_plan.h - planned schedules of graphs on unrelated machines. */
#ifndef KIND_PLAN_H
#define KIND_PLAN_H

#include "check.h"

/* Simulated makespan of a file with a time on each machine, as the papers have it: exact
 * times, transfers that share nothing and begin when their data is made. NAN after a report. */
double plan_makespan(struct check *k, const char *path, const char *policy);

#endif
