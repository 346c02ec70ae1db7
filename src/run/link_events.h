/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_events.h - counters of trace events: how busy the busiest links are over time. */
#ifndef LINK_EVENTS_H
#define LINK_EVENTS_H

#include "run/link_use.h"
#include "run/outfile.h"

#define LINK_EVENTS_MAX 64u /* links with a counter of their own */

struct link_events {
	struct link_total *link;
	uint32_t           count, cap;
	bool               chosen;  /* `link` is the busiest, by number */
	uint32_t           open;    /* with a counter that is not 0; link + 1, or 0 */
	sj_time            open_to;
};

void link_events_fini(struct link_events *e); /* zero-filled is empty and ready */
/* All links, and then all stretches by link and time. SJ_OK or SJ_ENOMEM. */
int  link_events_link(struct link_events *e, const struct link_total *l);
int  link_events_stretch(struct link_events *e, const struct link_stretch *s, uint32_t pid,
			 struct outfile *out);
/* Closes the last counter. */
void link_events_end(struct link_events *e, uint32_t pid, struct outfile *out);

#endif
