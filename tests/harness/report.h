/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.h - what one case has shown, and the runner that prints a line a case:
 *
 *     ID passed
 *     ID passed; not shown: KEY, KEY
 *     ID failed: WHAT got X expected Y
 *     ID skipped: REASON
 *
 * and at the end, alone, "N passed, N failed, N skipped". A case that compared
 * nothing has failed: a test that cannot fail is none.
 */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/text.h"

struct report {
	const char *scratch;   /* a folder of this case alone, removed afterwards */
	unsigned    checked;   /* comparisons made */
	unsigned    failures;
	struct text failed;    /* the first few, joined by "; " */
	struct text skipped;   /* non-empty: why */
	struct text not_shown; /* expected values without a way to show them */
	struct text note;      /* shown behind "passed" */
};

/* One thing that differs; only the first few are worded. */
void report_fail(struct report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void report_skip(struct report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void report_not_shown(struct report *r, const char *key);
void report_note(struct report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Within abs + rel * |expected|; counts, and says what differs. NAN equals NAN. */
bool report_number(struct report *r, const char *what, double got,
		   double expected, double rel, double abs);
bool report_text(struct report *r, const char *what, const char *got,
		 const char *expected);

/* ---- running many -------------------------------------------------------- */

struct item {
	const char *id;
	void (*run)(const void *arg, struct report *r);
	const void *arg;
};

struct run_options {
	const char *title; /* of the program, for messages */
	unsigned    parallel; /* cases at a time, each in its own process */
	bool        verbose;  /* seconds and number of comparisons of each case */
};

/* Runs all, prints the lines in order and the closing line; 1 on failures. */
int items_run(const struct item *items, size_t count,
	      const struct run_options *options);

#endif
