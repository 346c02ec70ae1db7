/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * draws.h - what a generator draws, as stored jobs: one run on a machine so large
 * that nobody waits, and SQL on its rows.
 */
#ifndef DRAWS_H
#define DRAWS_H

#include <jansson.h>

#include "check.h"

/* A database with the jobs of `gen:SPEC`; NULL after a report. */
const char *draws_make(struct check *k, const char *spec);
/* The first row of `SELECT ... FROM drawn`, where drawn has submit, run (seconds),
 * procs and estimate of each job; NULL after a report. */
const json_t *draws_ask(struct check *k, const char *db, const char *select);
double draws_number(struct check *k, const char *db, const char *select);

/*
 * Tests at a level, as the bank's rules say. Each takes the expected value off
 * the list and compares.
 */

/* A mean or share: |got - expected| < z standard errors. */
void expect_within(struct check *k, const char *path, double got, double standard_error,
		   double z);
/* Values of a distribution function at `count` points from `n` draws: the
 * Kolmogorov-Smirnov distance over these points, sqrt(n) D < 1.63. */
void expect_cdf(struct check *k, const char *path, const double *got, size_t count,
		double n);
/* Pearson's chi-square over the cells with at least 5 expected, at 1 %; what is
 * not in a cell is the last cell. */
void report_chi_square(struct check *k, const char *what, const double *got,
		       const double *probability, size_t cells, double n);

#endif
