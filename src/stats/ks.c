/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ks.c - Kolmogorov-Smirnov distances. */
#include "stats/ks.h"

#include <gsl/gsl_math.h>

double stat_ks_uniform_sorted(const double *x, size_t n)
{
	double d = 0;

	for (size_t i = 0; i < n; i++) {
		double at = x[i] < 0 ? 0 : x[i] > 1 ? 1 : x[i];
		double above = (double)(i + 1) / (double)n - at;
		double below = at - (double)i / (double)n;

		d = fmax(d, fmax(above, below));
	}
	return n == 0 ? NAN : d;
}

double stat_ks_two_sorted(const double *x, size_t nx, const double *y, size_t ny)
{
	size_t i = 0, j = 0;
	double d = 0;

	if (nx == 0 || ny == 0)
		return NAN;
	while (i < nx && j < ny) {
		double at = x[i] < y[j] ? x[i] : y[j];

		while (i < nx && x[i] == at)
			i++;
		while (j < ny && y[j] == at)
			j++;
		d = fmax(d, fabs((double)i / (double)nx - (double)j / (double)ny));
	}
	return d;
}

/*
 * The alternating series converges at once for large x and never near 0, where
 * Jacobi's theta identity gives 1 - Q with the same speed:
 * 1 - Q(x) = sqrt(2 pi)/x * sum over k >= 1 of exp(-(2k-1)^2 pi^2 / (8 x^2)).
 */
double stat_kolmogorov_q(double x)
{
	double sum = 0;

	if (isnan(x))
		return NAN;
	if (x <= 0)
		return 1;
	if (x < 1) {
		for (int k = 1; k <= 5; k++)
			sum += exp(-gsl_pow_2((2 * k - 1) * M_PI) / (8 * x * x));
		return 1 - sqrt(2 * M_PI) / x * sum;
	}
	for (int k = 1; k <= 6; k++)
		sum += (k % 2 == 1 ? 2 : -2) * exp(-2 * gsl_pow_2(k * x));
	return sum;
}
