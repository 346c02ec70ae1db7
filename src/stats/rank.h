/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank.h - k treatments on n blocks by their ranks within each block: are they different at
 * all, and by how much must mean ranks differ?
 *
 * Friedman 1937 in the form of Conover (Practical Nonparametric Statistics) that allows for
 * ties; Iman and Davenport 1980; Nemenyi 1963, as Demsar, "Statistical comparisons of
 * classifiers over multiple data sets", JMLR 7, 2006, puts them together.
 */
#ifndef RANK_H
#define RANK_H

#include <stdbool.h>
#include <stddef.h>

/* Values that differ by no more than this share of them are equal: a tie. */
#define STAT_TIE 1e-9
bool stat_tie(double a, double b);

/* Ranks 1..k of x[0..k), the least first, ties with the mean of theirs. `order` has room for
 * k numbers. */
void stat_ranks(const double *x, size_t k, size_t *order, double *rank);

struct stat_friedman {
	double chi2, p;   /* of k - 1 degrees of freedom */
	double f, f_p;    /* Iman and Davenport: F of k - 1 and (k - 1)(n - 1) */
};
/* rank[block * k + treatment]. All NAN when k or n is below 2, or all ranks are equal; f is
 * infinite and its p 0 when all blocks agree. */
struct stat_friedman stat_friedman_test(const double *rank, size_t n, size_t k);

/* Where the range of k independent standard normal values has probability p below. */
double stat_normal_range_quantile(double p, size_t k);
/* Mean ranks over n blocks that differ by more are different at this level (0.95). */
double stat_nemenyi_difference(size_t n, size_t k, double level);

#endif
