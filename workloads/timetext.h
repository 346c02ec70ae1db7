/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timetext.h - private to workloads/: decimals, spans and dates as logs write them,
 * to integers, exactly. Texts end with NUL; nothing may follow the value.
 */
#ifndef TIMETEXT_H
#define TIMETEXT_H

#include "sojourn/types.h"

/* Times are decimals of a unit of 10^-k seconds; this is 9 - k. */
enum { TIME_US = 3, TIME_MS = 6, TIME_S = 9 };

/* SJ_OK; SJ_EPARSE: not of this form; SJ_ERANGE: beyond +-SJ_TIME_MAX. */

/* "-12.5", "1e3"; times 10^shift, rounded to nearest, halves away from zero. */
int text_decimal(const char *s, int shift, int64_t *out);
/* A whole number of at most 18 digits, with a sign or without. */
int text_whole(const char *s, int64_t *out);
/* "D-HH:MM:SS", "D days HH:MM:SS.fff", "HH:MM:SS", "MM:SS", "D-HH:MM", "D-HH". */
int text_span(const char *s, sj_time *out);
/* "2015-08-06 00:04:29+00:00", with T or a blank, and a zone or (then it is read as
 * UTC) none: nanoseconds since the beginning of 1970. */
int text_date(const char *s, sj_time *out);

#endif
