/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - collects what a case has compared; words the differences. */
#include "harness/report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDED = 3 }; /* differences told per case; the rest is a count */

static void add(struct text *t, const char *separator, const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	text_add(t, "%s%s", t->len > 0 ? separator : "", line);
}

void report_fail(struct report *r, const char *fmt, ...)
{
	va_list ap;

	if (++r->failures > WORDED)
		return;
	va_start(ap, fmt);
	add(&r->failed, "; ", fmt, ap);
	va_end(ap);
}

void report_skip(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&r->skipped, "; ", fmt, ap);
	va_end(ap);
}

void report_not_shown(struct report *r, const char *key)
{
	text_add(&r->not_shown, "%s%s", r->not_shown.len > 0 ? ", " : "", key);
}

void report_note(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&r->note, "; ", fmt, ap);
	va_end(ap);
}

bool report_number(struct report *r, const char *what, double got,
		   double expected, double rel, double abs)
{
	r->checked++;
	if (isnan(expected) && isnan(got))
		return true;
	if (fabs(got - expected) <= abs + rel * fabs(expected))
		return true;
	report_fail(r, "%s got %.10g expected %.10g", what, got, expected);
	return false;
}

bool report_text(struct report *r, const char *what, const char *got,
		 const char *expected)
{
	r->checked++;
	if (got != NULL && strcmp(got, expected) == 0)
		return true;
	report_fail(r, "%s got %s expected %s", what, got != NULL ? got : "nothing",
		    expected);
	return false;
}
