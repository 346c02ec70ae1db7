/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dag_figure.h - the picture of a graph of tasks. */
#ifndef PLOT_DAG_FIGURE_H
#define PLOT_DAG_FIGURE_H

#include "plot/look.h"
#include "sojourn/job.h"

/* What was drawn, for the report. */
struct dag_drawn {
	uint32_t tasks, edges, layers;
	uint64_t crossings;
};

/*
 * Draws the job to `path` (its .gp and .dat beside it), or to stdout when path is NULL.
 * SJ_OK, or what dag_layout_make() or figure_emit() return.
 */
int dag_figure(const sj_job *job, const struct plot_look *look, const char *path,
	       struct dag_drawn *drawn, sj_error *err);

#endif
