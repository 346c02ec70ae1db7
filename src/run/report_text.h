/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_text.h - what `run` shows to people: one row a policy. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "cli/number_text.h"
#include "run/session.h"

struct table_text;
/* The table with its header; NULL when out of memory. */
struct table_text *report_text_begin(void);
void report_text_run(struct table_text *t, const struct session_result *r, bool failed);
/* Headline, table, footnotes. SJ_OK, SJ_ENOMEM or SJ_EIO. */
int  report_text_print(const struct table_text *t, const struct lab *lab,
		       const struct loads *offered, bool clairvoyant, FILE *to);

/* 1234567 as "1,234,567". */
struct report_number {
	char text[NUMBER_TEXT_MAX];
};
struct report_number report_count(uint64_t n);
/* With so many decimals; "-" for NAN. */
struct report_number report_real(double x, int decimals);

#endif
