/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * figure.h - one figure while it is made: data, and the variables its gnuplot
 * template reads.
 *
 * The script that is written is: a comment on where the data come from, `set
 * terminal`, the variables, plots/style.gp, plots/KIND.gp. Nothing is substituted
 * in a template, so each is plain gnuplot.
 */
#ifndef PLOT_FIGURE_H
#define PLOT_FIGURE_H

#include <stdio.h>

#include "plot/look.h"
#include "plot/runs.h"

struct figure {
	const struct plot_look *look;
	const char *kind;
	const char *gp;        /* template */
	double      body_in;   /* height of all panels and axes, without the legend */
	const char *legend;    /* above the panels: "lines", "boxes", or "" for none */
	FILE       *data;      /* write the .dat here */
	FILE       *vars;
	char       *data_text, *vars_text;
	size_t      data_size, vars_size;
	size_t      y_chars;   /* of the longest label on a vertical axis */
	size_t      points;    /* written with figure_point(), for the report */
};

/* SJ_OK or SJ_ENOMEM. figure_fini() frees; harmless on a zeroed one. */
int  figure_init(struct figure *f, const struct plot_look *look, const char *kind,
		 const char *gp);
void figure_fini(struct figure *f);

/* Assigns a gnuplot variable. Text is escaped for the terminal. */
void figure_num(struct figure *f, const char *name, double value);
void figure_text(struct figure *f, const char *name, const char *value);
/* An array NAME[1..n], filled one by one: i counts from 1. */
void figure_array(struct figure *f, const char *name, size_t n);
void figure_array_text(struct figure *f, const char *name, size_t i, const char *value);
void figure_array_num(struct figure *f, const char *name, size_t i, double value);
/* Ticks of a vertical axis, which also make room for themselves at the left. Linear
 * ticks are no closer than `least`. */
void figure_yticks(struct figure *f, const char *name, double lo, double hi,
		   unsigned most, double least);
void figure_yticks_log(struct figure *f, const char *name, double lo, double hi,
		       unsigned most);
/* A variable whose text comes from the tick writers of text.h: write to f->vars
 * between the two. */
void figure_ticks_begin(struct figure *f, const char *name);
void figure_ticks_end(struct figure *f);

/* XLO, XHI, XTICKS, XSTEP and XLABEL of an axis of time since the first submit. */
void figure_time_axis(struct figure *f, double lo, double hi, const char *unit);

/* A block of the data file: `plot DATA index i` counts them from 0. */
void figure_block(struct figure *f, const char *what);
void figure_point(struct figure *f, double x, double y);

/* The number and names of the series, LABEL[i], and the runs behind them. */
void figure_series(struct figure *f, const struct plot_runs *runs, size_t count);

/*
 * The whole script, for a figure stored as `stem` plus suffixes, or drawn to
 * stdout when `to_file` is false. Needed last: it closes the list of variables.
 */
int figure_script(struct figure *f, const struct plot_runs *runs, size_t count,
		  const char *stem, bool to_file, FILE *to);

#endif
