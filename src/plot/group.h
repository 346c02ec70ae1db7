/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * group.h - runs sorted into coarser series than the usual ones, which part whatever
 * differs: by policy, by workload, or by the folder that the workload's file is in.
 */
#ifndef PLOT_GROUP_H
#define PLOT_GROUP_H

#include "plot/runs.h"

enum plot_by { PLOT_BY_POLICY, PLOT_BY_WORKLOAD, PLOT_BY_FOLDER };
extern const char *const plot_by_names[]; /* in that order; ends with NULL */

/*
 * *out borrows databases and texts of `runs`, which must outlive it; plot_group_free()
 * frees what is its own. Series come in the order of their first run. SJ_OK, SJ_ENOMEM, or
 * a failure of a database.
 */
int  plot_group(const struct plot_runs *runs, enum plot_by by, struct plot_runs *out,
		sj_error *err);
void plot_group_free(struct plot_runs *group);

#endif
