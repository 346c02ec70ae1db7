/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank.c - see rank.h. */
#include "stats/rank.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

bool stat_tie(double a, double b)
{
	return fabs(a - b) <= STAT_TIE * fmax(fabs(a), fabs(b));
}

void stat_ranks(const double *x, size_t k, size_t *order, double *rank)
{
	for (size_t i = 0; i < k; i++) {
		size_t at = i;

		for (; at > 0 && x[order[at - 1]] > x[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	for (size_t i = 0, end; i < k; i = end) {
		for (end = i + 1; end < k && stat_tie(x[order[i]], x[order[end]]);)
			end++;
		for (size_t j = i; j < end; j++)
			rank[order[j]] = (double)(i + 1 + end) / 2;
	}
}

struct stat_friedman stat_friedman_test(const double *rank, size_t n, size_t k)
{
	struct stat_friedman t = { NAN, NAN, NAN, NAN };
	const double middle = (double)n * (double)(k + 1) / 2;
	double squares = 0, between = 0, spread;

	if (n < 2 || k < 2)
		return t;
	for (size_t i = 0; i < n * k; i++)
		squares += rank[i] * rank[i];
	for (size_t j = 0; j < k; j++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += rank[i * k + j];
		between += (sum - middle) * (sum - middle);
	}
	spread = squares - (double)n * (double)k * (double)(k + 1) * (double)(k + 1) / 4;
	if (!(spread > 0))
		return t;
	t.chi2 = (double)(k - 1) * between / spread;
	t.p = gsl_cdf_chisq_Q(t.chi2, (double)(k - 1));
	if (t.chi2 >= (double)n * (double)(k - 1)) { /* all blocks agree */
		t.f = INFINITY;
		t.f_p = 0;
		return t;
	}
	t.f = (double)(n - 1) * t.chi2 / ((double)n * (double)(k - 1) - t.chi2);
	t.f_p = gsl_cdf_fdist_Q(t.f, (double)(k - 1), (double)(k - 1) * (double)(n - 1));
	return t;
}

/* ---- the range of normal values --------------------------------------------------------- */

struct range {
	double width, others;
};

/* The least is at z, and the others are within `width` above it. */
static double density(double z, void *arg)
{
	const struct range *r = arg;

	return gsl_ran_ugaussian_pdf(z) *
	       pow(gsl_cdf_ugaussian_P(z + r->width) - gsl_cdf_ugaussian_P(z), r->others);
}

static double range_below(double width, size_t k, gsl_integration_workspace *w)
{
	struct range r = { width, (double)(k - 1) };
	gsl_function f = { density, &r };
	double value = NAN, error;

	gsl_integration_qag(&f, -9 - width, 9, 1e-12, 1e-10, 1000, GSL_INTEG_GAUSS31, w, &value,
			    &error);
	return (double)k * value;
}

double stat_normal_range_quantile(double p, size_t k)
{
	gsl_integration_workspace *w;
	double low = 0, high = 20;

	if (!(p > 0 && p < 1) || k < 2)
		return NAN;
	w = gsl_integration_workspace_alloc(1000);
	if (w == NULL)
		return NAN;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (range_below(middle, k, w) < p)
			low = middle;
		else
			high = middle;
	}
	gsl_integration_workspace_free(w);
	return (low + high) / 2;
}

double stat_nemenyi_difference(size_t n, size_t k, double level)
{
	return stat_normal_range_quantile(level, k) / sqrt(2) *
	       sqrt((double)k * (double)(k + 1) / (6 * (double)n));
}
