/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_figure.h - the picture of a machine: racks, nodes by type, GPUs. */
#ifndef PLOT_CLUSTER_FIGURE_H
#define PLOT_CLUSTER_FIGURE_H

#include "config/cluster.h"
#include "plot/look.h"

/*
 * Draws a machine with nodes to `path`, its .gp and .dat beside it.
 * SJ_OK, or what figure_emit() returns; SJ_ENOMEM.
 */
int cluster_figure(const struct cluster *c, const struct plot_look *look, const char *path,
		   sj_error *err);

#endif
