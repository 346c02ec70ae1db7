/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot.h - running gnuplot on one script, away from the user's own settings. */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include "sojourn/types.h"

#define GNUPLOT_OUT "gnuplot.out" /* what it wrote to stdout and stderr, in `dir` */
#define GNUPLOT_ERR "gnuplot.err"

/*
 * Runs `script` with `dir` as its folder. SJ_OK; SJ_ENOENT: not installed (said in
 * *err); SJ_EFAIL: it reported an error (quoted in *err); SJ_EINTR.
 */
int gnuplot_run(const char *dir, const char *script, sj_error *err);

/* Replaces the date of the day in a finished PDF or TikZ file. SJ_OK, SJ_ENOENT
 * (no such file) or SJ_EIO. */
int gnuplot_forget_date(const char *path);

#endif
