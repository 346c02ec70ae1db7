/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_figure.h - the distribution of completion times of coflows, a curve an order. */
#ifndef COFLOW_FIGURE_H
#define COFLOW_FIGURE_H

#include "coflow/coflow_study.h"
#include "plot/look.h"

/* Draws to `path`, its .gp and .dat beside it. SJ_OK, or what figure_emit() returns;
 * SJ_EUSAGE: more orders than can be told apart; SJ_ENOMEM. */
int coflow_figure(const struct coflow_study *s, const struct plot_look *look, const char *path,
		  sj_error *err);

#endif
