/* SPDX-License-Identifier: GPL-3.0-or-later */
/* describe.c - one sample described by numbers. */
#include "stats/describe.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

double stat_mean(const double *x, size_t n)
{
	return n == 0 ? NAN : gsl_stats_mean(x, 1, n);
}

double stat_variance(const double *x, size_t n)
{
	return n < 2 ? NAN : gsl_stats_variance(x, 1, n);
}

double stat_sd(const double *x, size_t n)
{
	return sqrt(stat_variance(x, n));
}

double stat_sem(const double *x, size_t n)
{
	return stat_sd(x, n) / sqrt((double)n);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Equal doubles are interchangeable, so qsort's instability cannot show. It is
 * some five times faster than GSL's heapsort. */
void stat_sort(double *x, size_t n)
{
	if (n > 1)
		qsort(x, n, sizeof(*x), by_value);
}

double stat_quantile_sorted(const double *x, size_t n, double q)
{
	if (n == 0 || !(q >= 0 && q <= 1))
		return NAN;
	return gsl_stats_quantile_from_sorted_data(x, 1, n, q);
}

double stat_nearest_rank_sorted(const double *x, size_t n, double q)
{
	double rank;

	if (n == 0 || !(q >= 0 && q <= 1))
		return NAN;
	/* 0.07 * 100 is a little over 7 in binary; that is no reason for 8. */
	rank = ceil(q * (double)n * (1 - 1e-14));
	return x[rank < 1 ? 0 : (size_t)rank - 1];
}

double stat_share_upto_sorted(const double *x, size_t n, double limit)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x[mid] <= limit)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (double)lo / (double)n;
}

double stat_jain(const double *x, size_t n)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i];
		squares += x[i] * x[i];
	}
	return squares > 0 ? sum * sum / ((double)n * squares) : NAN;
}

double stat_gini_sorted(const double *x, size_t n)
{
	double sum = 0, weighted = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i];
		weighted += (2 * (double)i + 1 - (double)n) * x[i];
	}
	return sum > 0 ? weighted / ((double)n * sum) : NAN;
}

double stat_cov(const double *x, size_t n)
{
	double mean = stat_mean(x, n);

	if (n == 0 || mean == 0)
		return NAN;
	return gsl_stats_sd_with_fixed_mean(x, 1, n, mean) / mean;
}

double stat_max_min_ratio(const double *x, size_t n)
{
	double low, high;

	if (n == 0)
		return NAN;
	gsl_stats_minmax(&low, &high, x, 1, n);
	return low != 0 ? high / low : NAN;
}

double stat_geometric_mean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(x[i] > 0))
			return NAN;
		sum += log(x[i]);
	}
	return n == 0 ? NAN : exp(sum / (double)n);
}
