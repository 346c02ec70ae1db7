/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - words and numbers of a figure: LaTeX escapes, thousands, axis ticks.
 *
 * Ticks are written as gnuplot's list, `('1,000' 1000, '2,000' 2000)`, for
 * `set xtics @MACRO`; only this way can each tick carry its own unit.
 */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sojourn/types.h"

/* `s` to `to`, so that LaTeX prints the same characters. */
void text_latex(const char *s, FILE *to);

/* "1,234,567"; `buf` holds at least 32 bytes. Returns buf. */
char *text_thousands(int64_t n, char *buf);

/* A duration as it is set in a figure: "90 min", and 3 digits when it is not round. */
void text_time(sj_time t, char *buf, size_t size);

/* The unit for a span of that many seconds: its name, and its length in seconds. */
struct text_unit {
	const char *name;
	double      seconds;
};
struct text_unit text_time_unit(double span_s);

/* Ticks of a linear axis: steps of 1, 2 or 5 times a power of ten, at most `most`
 * of them in [lo, hi], no step below `least`; numbers with thousands. Returns the
 * step. */
double text_ticks_linear(double lo, double hi, unsigned most, double least, FILE *to);
/* Ticks of a logarithmic axis: powers of ten in [lo, hi], thinned to `most`. */
void text_ticks_log(double lo, double hi, unsigned most, FILE *to);
/* The same with a number at every `stride`-th. */
void text_ticks_log_every(double lo, double hi, int stride, FILE *to);
/* The same for durations in seconds: "1 s", "10 s", "1 min", "1 h", "1 d" ... With
 * `sparse`, every other one has no label. */
void text_ticks_log_time(double lo, double hi, bool sparse, FILE *to);

#endif
