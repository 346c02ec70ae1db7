/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link_lines.h - what the links of a run carried over time, from the table sample_link. */
#ifndef PLOT_LINK_LINES_H
#define PLOT_LINK_LINES_H

#include "plot/kinds.h"

struct link_piece {
	sj_time from, to; /* since the first submit */
	double  bytes;
};

struct link_line {
	uint32_t link;
	char    *name;
	double   bytes_per_s, bytes;
	size_t   first, count; /* pieces */
};

struct link_lines {
	struct link_line  *line;
	size_t             lines, line_room;
	struct link_piece *piece; /* by link, then time */
	size_t             pieces, piece_room;
	sj_time            end;
};

/* The first run of a series; link_lines_free() also after a failure. SJ_EINVAL: it kept
 * nothing of links. */
int  link_lines_read(const struct plot_runs *runs, size_t series, struct link_lines *out,
		     sj_error *err);
void link_lines_free(struct link_lines *l);

/* Seconds that it would have to send at full speed for what it carried. */
double link_line_load(const struct link_line *l);
/* The busiest first. */
void link_lines_rank(struct link_lines *l);

/* A name that fits a margin: "edge 2 to agg. 1". Returns buf. */
#define LINK_SHORT 24
char *link_short_name(const char *name, char buf[LINK_SHORT]);

#endif
