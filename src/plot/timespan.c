/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timespan.c - see timespan.h. */
#include "plot/timespan.h"

#include "plot/text.h"

void timespan_set_unit(struct timespan *s)
{
	struct text_unit u = text_time_unit((double)s->to / 1e9);

	s->unit = u.name;
	s->unit_ns = u.seconds * 1e9;
}

void timespan_axis(struct figure *f, const struct timespan *s)
{
	figure_time_axis(f, (double)s->from / s->unit_ns, (double)s->to / s->unit_ns,
			 s->unit);
}
