/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * describe.h - one sample described by numbers: mean, spread, quantiles, evenness.
 *
 * Pure functions over arrays; on GSL where GSL has it. A value that is undefined
 * for the sample (a mean of nothing, a spread of one value) is NAN.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <stddef.h>

double stat_mean(const double *x, size_t n);
/* With n-1 below the fraction; NAN for n < 2. */
double stat_variance(const double *x, size_t n);
double stat_sd(const double *x, size_t n);
double stat_sem(const double *x, size_t n); /* sd / sqrt(n) */

/* Ascending; NaN must have been left out. */
void   stat_sort(double *x, size_t n);
/*
 * Quantile q in [0, 1] of an ascending sample. Type 7 of Hyndman and Fan 1996:
 * linear between order statistics at h = (n-1)q, the default of R and NumPy.
 */
double stat_quantile_sorted(const double *x, size_t n, double q);
/* The smallest value that at least q*n values do not exceed; always of the sample. */
double stat_nearest_rank_sorted(const double *x, size_t n, double q);
/* Share of an ascending sample of at least one that does not exceed `limit`. */
double stat_share_upto_sorted(const double *x, size_t n, double limit);

/* ---- evenness ---------------------------------------------------------------- */

/* (sum x)^2 / (n sum x^2): 1 all equal, 1/n one has all. Jain, Chiu and Hawe 1984.
 * NAN when all are 0. */
double stat_jain(const double *x, size_t n);
/* Mean absolute difference over twice the mean: 0 all equal. `x` ascending. */
double stat_gini_sorted(const double *x, size_t n);
/* Population standard deviation (n below the fraction) over the mean. */
double stat_cov(const double *x, size_t n);
/* Largest over smallest; NAN when the smallest is 0. */
double stat_max_min_ratio(const double *x, size_t n);
/* exp of the mean logarithm; NAN when a value is not positive. */
double stat_geometric_mean(const double *x, size_t n);

#endif
