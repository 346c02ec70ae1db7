/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number_text.h - doubles as text: exact for programs, rounded for people. */
#ifndef NUMBER_TEXT_H
#define NUMBER_TEXT_H

#include <stddef.h>

#define NUMBER_TEXT_MAX 64 /* enough for any of these */

/* The shortest decimal that reads back as the same double ("0.1", "1e+300");
 * "nan", "inf", "-inf". */
void number_exact(double v, char buf[NUMBER_TEXT_MAX]);

/*
 * About `digits` significant digits, never fewer than the whole part, thousands
 * set apart: 388122.98 is "388,123", 0.91234 is "0.912", 12.3456 is "12.35" (of 4).
 * "-" for NaN. Very large and very small values in exponent form.
 */
void number_human(double v, int digits, char buf[NUMBER_TEXT_MAX]);

/* Like number_human, with exactly `decimals` digits behind the point, so that
 * the points of a column stand below each other. */
void number_fixed(double v, int decimals, char buf[NUMBER_TEXT_MAX]);

/* The digits in `plain` with commas between groups of three of the whole part. */
void number_group(const char *plain, char buf[NUMBER_TEXT_MAX]);

/* Digits behind the point that show v with `digits` significant ones; 0..9. */
int  number_decimals(double v, int digits);

#endif
