/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_out.h - a comparison for the eye and as JSON. */
#ifndef COMPARE_OUT_H
#define COMPARE_OUT_H

#include <jansson.h>
#include <stdio.h>

#include "stats/compare.h"

/* "95", "95%" or "0.95" to 0.95; NULL is 95. SJ_OK or SJ_EUSAGE. */
int  compare_level(const char *text, double *level, sj_error *err);

/* A box per group. SJ_OK, SJ_ENOMEM or SJ_EIO. */
int  compare_print(const struct comparison *c, const struct compare_options *o, FILE *to);
/* What the columns mean and how the intervals were made, in sentences; once, behind
 * all boxes. */
void compare_print_footnotes(const struct comparison *c, size_t count,
			     const struct compare_options *o, FILE *to);

/* What was left out or is only partly comparable, on stderr. */
void compare_say_notes(const struct runset *set);

/* One element of "groups" in sojourn.compare/1; NULL when out of memory. */
json_t *compare_json(const struct comparison *c, const struct compare_options *o);

#endif
