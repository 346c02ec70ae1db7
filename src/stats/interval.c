/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval.c - confidence intervals by Student's t. */
#include "stats/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stats/describe.h"

double stat_t_quantile(double p, double df)
{
	if (!(p > 0 && p < 1 && df > 0))
		return NAN;
	return gsl_cdf_tdist_Pinv(p, df);
}

double stat_t_half_width(const double *x, size_t n, double level)
{
	if (n < 2 || !(level > 0 && level < 1))
		return NAN;
	return stat_t_quantile(0.5 + level / 2, (double)(n - 1)) * stat_sem(x, n);
}

double stat_t_statistic(const double *x, size_t n)
{
	double sem = stat_sem(x, n);

	return sem > 0 ? stat_mean(x, n) / sem : NAN;
}

double stat_t_p_value(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return NAN;
	return 2 * gsl_cdf_tdist_Q(fabs(t), df);
}

size_t stat_batch_means(const double *x, size_t n, size_t batches, double *means)
{
	size_t size;

	if (batches == 0 || batches > n)
		return 0;
	size = n / batches;
	x += n % batches;
	for (size_t i = 0; i < batches; i++)
		means[i] = stat_mean(x + i * size, size);
	return size;
}
