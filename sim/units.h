/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.h - the library's own view of units.c: writing quantities so that they
 * parse back, and quoting a user's text in a message.
 */
#ifndef SJ_UNITS_H
#define SJ_UNITS_H

#include "sojourn/param.h"

#define SJ_QUOTE_MAX 64

/* `text` for use inside quotation marks: clipped, one line, no control bytes. */
typedef struct sj_quoted {
	char text[SJ_QUOTE_MAX + 4];
} sj_quoted;
sj_quoted sj_quote(const char *text, size_t length);

/* Like sj_format_time: the largest unit of which the value is a whole multiple. */
size_t sj_format_bytes(uint64_t bytes, char *buf, size_t size);
size_t sj_format_rate(uint64_t bytes_per_s, char *buf, size_t size);
/* Like "%.*g", whatever the locale. */
size_t sj_format_digits(double x, int digits, char *buf, size_t size);
/* The shortest decimal that parses back to x, whatever the locale. */
size_t sj_format_double(double x, char *buf, size_t size);

#endif
