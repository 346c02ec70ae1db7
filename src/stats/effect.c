/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effect.c - how different two samples are, without a law behind them. */
#include "stats/effect.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

double stat_a12_sorted(const double *x, size_t nx, const double *y, size_t ny)
{
	double twice = 0; /* 2 #(x > y) + #(x = y): integers, exact below 2^53 */
	size_t below = 0, upto = 0;

	if (nx == 0 || ny == 0)
		return NAN;
	for (size_t i = 0; i < nx; i++) {
		while (below < ny && y[below] < x[i])
			below++;
		if (upto < below)
			upto = below;
		while (upto < ny && y[upto] <= x[i])
			upto++;
		twice += (double)(below + upto);
	}
	return twice / 2 / ((double)nx * (double)ny);
}

struct stat_signs stat_count_signs(const double *d, size_t n)
{
	struct stat_signs s = { 0, 0, 0 };

	for (size_t i = 0; i < n; i++) {
		s.negative += d[i] < 0;
		s.zero += d[i] == 0;
		s.positive += d[i] > 0;
	}
	return s;
}

double stat_sign_test(struct stat_signs s)
{
	uint64_t few = s.negative < s.positive ? s.negative : s.positive;
	uint64_t n = s.negative + s.positive;
	double p;

	if (n == 0)
		return NAN;
	if (n > UINT32_MAX) { /* beyond GSL's binomial; the normal law is as good */
		double z = ((double)few + 0.5 - (double)n / 2) / sqrt((double)n / 4);

		p = 2 * gsl_cdf_ugaussian_P(z);
	} else {
		p = 2 * gsl_cdf_binomial_P((unsigned)few, 0.5, (unsigned)n);
	}
	return p < 1 ? p : 1;
}

/* ---- Wilcoxon's signed ranks --------------------------------------------------- */

enum { EXACT_MAX = 50 };

static int by_magnitude(const void *a, const void *b)
{
	double x = fabs(*(const double *)a), y = fabs(*(const double *)b);

	return (x > y) - (x < y);
}

/* P(W <= w) when each rank 1..n is positive with probability 1/2, by counting
 * the subsets of each sum. */
static double exact_tail(unsigned n, unsigned w)
{
	double ways[EXACT_MAX * (EXACT_MAX + 1) / 2 + 1] = { 1 };
	unsigned top = n * (n + 1) / 2;
	double sum = 0;

	for (unsigned rank = 1; rank <= n; rank++)
		for (unsigned s = top; s >= rank; s--)
			ways[s] += ways[s - rank];
	for (unsigned s = 0; s <= w; s++)
		sum += ways[s];
	return ldexp(sum, -(int)n);
}

/* Sum of the ranks of the positive differences (means of ranks within ties);
 * *ties becomes the sum of t^3 - t over groups of t equal magnitudes. */
static double positive_ranks(const double *d, size_t n, double *ties)
{
	double w = 0;

	*ties = 0;
	for (size_t i = 0, j; i < n; i = j) {
		double rank, t;

		for (j = i + 1; j < n && fabs(d[j]) == fabs(d[i]); j++)
			;
		rank = (double)(i + 1 + j) / 2;
		t = (double)(j - i);
		*ties += t * t * t - t;
		for (size_t k = i; k < j; k++)
			w += d[k] > 0 ? rank : 0;
	}
	return w;
}

double stat_wilcoxon(double *d, size_t n)
{
	size_t m = 0;
	double ties, w, mean, variance, p;

	for (size_t i = 0; i < n; i++)
		if (d[i] != 0)
			d[m++] = d[i];
	if (m == 0)
		return NAN;
	qsort(d, m, sizeof(*d), by_magnitude);
	w = positive_ranks(d, m, &ties);
	mean = (double)m * ((double)m + 1) / 4;
	if (w > mean)
		w = 2 * mean - w; /* symmetric: look at the smaller tail */
	if (m <= EXACT_MAX && ties == 0) {
		p = 2 * exact_tail((unsigned)m, (unsigned)w);
	} else {
		variance = mean * (2 * (double)m + 1) / 6 - ties / 48;
		p = 2 * gsl_cdf_ugaussian_P((w + 0.5 - mean) / sqrt(variance));
	}
	return p < 1 ? p : 1;
}
