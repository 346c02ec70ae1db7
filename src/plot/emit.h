/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * emit.h - a figure's files: script, data and picture, all there or none.
 *
 * They are made in a folder of their own beside the target and moved into place
 * when the picture is done. Dates that drawing programs leave are overwritten,
 * so that the same data give the same bytes.
 */
#ifndef PLOT_EMIT_H
#define PLOT_EMIT_H

#include "plot/figure.h"

/*
 * Draws `f` to `path` (its .gp and .dat beside it), or to stdout when path is NULL.
 *
 * SJ_OK
 * SJ_ENOENT  gnuplot is not installed: .gp and .dat are in place, or no such folder
 * SJ_EIO     a file cannot be written
 * SJ_EFAIL   gnuplot reported an error; .gp and .dat are in place for inspection
 * SJ_EINTR   interrupted; nothing was written
 */
int figure_emit(struct figure *f, const struct plot_runs *runs, size_t count,
		const char *path, sj_error *err);

#endif
