/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.h - one figure from databases to files; what `sojourn plot` calls per kind. */
#ifndef PLOT_DRAW_H
#define PLOT_DRAW_H

#include "plot/kinds.h"

/* The kind with this name. SJ_EUSAGE with the nearest name otherwise. */
int plot_kind_find(const char *name, const struct plot_kind **out, sj_error *err);

struct plot_report {
	size_t series, points;
};

/*
 * Draws `kind` to `path`, or to stdout when path is NULL (terminal dumb). Says on
 * stderr what it leaves out. SJ_OK and *report, or what figure_emit() and the kind
 * return.
 */
int plot_draw(const struct plot_kind *kind, const struct plot_look *look,
	      const struct plot_runs *runs, const struct plot_options *o,
	      const char *path, struct plot_report *report, sj_error *err);

#endif
