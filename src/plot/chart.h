/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chart.h - the rectangles of a Gantt chart of one run, by start.
 *
 * Recorded processors are used when the run kept them (table alloc); otherwise jobs
 * are packed on the lowest free processors.
 */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "plot/kinds.h"

#define PIECES_MAX 4000 /* rectangles a chart */

struct piece {
	int64_t  number; /* of the job in the run: its colour */
	int64_t  name;   /* the trace's own id: its label */
	sj_time  from, to;
	uint32_t first, last;
	bool     widest; /* of its job: carries the label */
};

struct chart {
	struct piece *piece;
	size_t        count, room;
	int64_t       procs;
	bool          packed;  /* placement is ours */
	bool          cut;     /* more jobs start at or after `next` */
	sj_time       next, end;
};

/*
 * The jobs of the first run of a series that options choose by window or number, or
 * the first hundred. The caller frees out->piece, also after a failure. SJ_OK;
 * SJ_EINVARIANT: at some instant jobs need more processors than there are.
 */
int chart_read(const struct plot_runs *runs, size_t series, struct chart *out,
	       const struct plot_options *o, sj_error *err);

#endif
