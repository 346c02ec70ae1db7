/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timespan.h - the time that a figure shows, since the first submit, and its axis. */
#ifndef PLOT_TIMESPAN_H
#define PLOT_TIMESPAN_H

#include "plot/figure.h"
#include "sojourn/types.h"

struct timespan {
	sj_time     from, to;
	double      unit_ns;
	const char *unit; /* "days" */
};

/* The unit that suits its end. */
void timespan_set_unit(struct timespan *s);
/* XLO, XHI, XTICKS, XLABEL, in that unit. */
void timespan_axis(struct figure *f, const struct timespan *s);

#endif
