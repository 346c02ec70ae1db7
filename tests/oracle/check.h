/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h - one case of an oracle bank while it is being shown: its inputs, what
 * it expects and how closely. What is compared is taken off the list of what is
 * expected; what is left over at the end is told as "not shown".
 */
#ifndef CHECK_H
#define CHECK_H

#include <jansson.h>
#include <stdint.h>

#include "harness/report.h"

enum tolerance {
	TOLERANCE_EXACT,
	TOLERANCE_NUMERIC,
	TOLERANCE_STATISTICAL,
	TOLERANCE_BOUND,
	TOLERANCE_INFORMATIVE
};

struct check {
	struct report *r;
	const char    *folder;   /* of the bank: data files are below it */
	const char    *traces;   /* where whole logs may be found; may not exist */
	const json_t  *doc;      /* the whole case */
	const json_t  *inputs, *expected;
	json_t        *left;     /* expected values not compared yet */
	enum tolerance type;
	double         rel, abs; /* what the type allows for one number */
	uint64_t       seed;     /* statistical cases: of this attempt */
};

/* ---- inputs: absence is a failure of the case, told once ------------------ */

double        input_number(struct check *k, const char *key);
int64_t       input_integer(struct check *k, const char *key);
const char   *input_string(struct check *k, const char *key); /* "" when absent */
const json_t *input_array(struct check *k, const char *key);  /* empty when absent */
bool          input_has(const struct check *k, const char *key);

/* ---- expectations; `path` is "key" or "key/key" ----------------------------- */

/* Is there still something expected under this path? */
bool expects(const struct check *k, const char *path);
/* Takes a value off the list without comparing (the caller has); NULL: none. */
json_t *expected_take(struct check *k, const char *path);

/* Compares under the case's own tolerance; does nothing when not expected.
 * A got of NAN stands for null. */
void expect_number(struct check *k, const char *path, double got);
void expect_numbers(struct check *k, const char *path, const double *got, size_t n);
void expect_text(struct check *k, const char *path, const char *got);
/* Bounds: got <= expected + slack of the tolerance, or >=. */
void expect_at_most(struct check *k, const char *path, double got);
void expect_at_least(struct check *k, const char *path, double got);

/* Tells what is left over. */
void check_leftovers(struct check *k);

#endif
