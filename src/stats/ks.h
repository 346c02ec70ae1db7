/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ks.h - Kolmogorov-Smirnov distances between a sample and a law, or two samples.
 */
#ifndef KS_H
#define KS_H

#include <stddef.h>

/* sup |F_n(x) - x| over [0, 1]; `x` ascending. NAN for an empty sample. */
double stat_ks_uniform_sorted(const double *x, size_t n);
/* sup |F(x) - G(x)| of two ascending samples. */
double stat_ks_two_sorted(const double *x, size_t nx, const double *y, size_t ny);
/* Limit of P(sqrt(n) D > x): 2 sum over k >= 1 of (-1)^(k-1) exp(-2 k^2 x^2). */
double stat_kolmogorov_q(double x);

#endif
