/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * effect.h - how different two samples are, without a law behind them.
 *
 * Vargha and Delaney 2000 (A12), Cliff 1993 (delta = 2 A12 - 1), Wilcoxon 1945
 * (signed ranks of paired differences), the sign test. All in O(n log n).
 */
#ifndef EFFECT_H
#define EFFECT_H

#include <stddef.h>
#include <stdint.h>

/*
 * P(X > Y) + P(X = Y)/2 for one value drawn from each; both ascending.
 * 0.5: no difference. NAN when a sample is empty.
 */
double stat_a12_sorted(const double *x, size_t nx, const double *y, size_t ny);

/* Pairs in which the difference is below, at, above 0. */
struct stat_signs {
	uint64_t negative, zero, positive;
};
struct stat_signs stat_count_signs(const double *d, size_t n);
/* Two-sided probability of signs as uneven if both were equally likely. */
double stat_sign_test(struct stat_signs s);

/*
 * Two-sided probability of Wilcoxon's signed-rank statistic of d[0..n), which is
 * reordered. Zeros are left out. Exact up to 50 differences without ties, else
 * the normal law corrected for ties and continuity. NAN when all are 0.
 */
double stat_wilcoxon(double *d, size_t n);

#endif
