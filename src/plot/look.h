/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * look.h - what a figure is drawn as: output format, column width, size of type.
 *
 * Colours, dashes and marks are not here but in plots/style.gp.
 */
#ifndef PLOT_LOOK_H
#define PLOT_LOOK_H

#include <stdbool.h>
#include <stdio.h>

#include "sojourn/types.h"

struct plot_terminal {
	const char *name;    /* as typed behind -T */
	const char *suffix;  /* of the figure's file: ".pdf" */
	const char *summary;
	bool        latex;   /* text is set by LaTeX, so it must be escaped */
	bool        dumb;    /* characters instead of strokes */
	bool        two_files; /* .tex plus .pdf */
};
extern const struct plot_terminal plot_terminals[]; /* ends with a NULL name */

struct plot_style {
	const char *name;      /* as typed behind --style */
	double      column_in; /* width of one column */
	double      text_in;   /* width of two columns with the gap */
	double      font_pt;
	const char *font;
};
extern const struct plot_style plot_styles[]; /* ends with a NULL name */

struct plot_look {
	const struct plot_terminal *terminal;
	const struct plot_style    *style;
	bool                        wide;  /* across both columns */
	const char                 *title; /* NULL: none, as papers have captions */
};

/* Named entries; SJ_EUSAGE with the nearest name otherwise. */
int plot_terminal_find(const char *name, const struct plot_terminal **out, sj_error *err);
int plot_style_find(const char *name, const struct plot_style **out, sj_error *err);
/* The terminal whose suffix `path` has, or NULL. */
const struct plot_terminal *plot_terminal_of(const char *path);

double plot_look_width(const struct plot_look *look); /* inches */
/* Writes gnuplot's `set terminal` for a figure of that size. */
void plot_look_terminal(const struct plot_look *look, double width_in,
			double height_in, FILE *to);

#endif
