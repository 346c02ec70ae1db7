/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_laws.c - each law against itself three ways: what is drawn follows the
 * distribution function (Kolmogorov-Smirnov at 0.1 %), the moments are the integrals
 * of the distribution function, and the functions are sane at the ends.
 */
#include <gsl/gsl_integration.h>
#include <math.h>

#include "sojourn/law.h"
#include "stats/describe.h"
#include "stats/ks.h"
#include "test.h"

enum { DRAWS = 50000 };
#define KS_LIMIT 1.95 /* sqrt(n) D at 0.1 % */

static const char *const continuous[] = {
	"exp:3", "uniform:low=2,high=5", "gamma:shape=2.5,scale=4", "gamma:shape=0.5,scale=8",
	"erlang:k=4,mean=2", "weibull:shape=0.7", "weibull:shape=1.8,scale=3",
	"lognormal:mu=0.5,sigma=0.7", "pareto:alpha=4,low=2",
	"bounded_pareto:alpha=1.5,low=1,high=1000", "bounded_pareto:alpha=1,low=10,high=1e4",
	"log_uniform:low=1,high=65536", "h2:p1=0.9,m1=0.5,m2=5.5", "hyperexp:mean=10,scv=4",
	"hyper_erlang:p=0.4,lambda1=0.2,lambda2=0.02,order=2",
	"hyper_gamma:p=0.3,a1=4.2,b1=0.94,a2=30,b2=0.3",
};
static const char *const discrete[] = {
	"det:2.5", "two_point:v1=1,p1=0.9,v2=11", "list:values=1|2|4|8,weights=4|3|2|1",
	"zipf:n=128,theta=1.5", "poisson:mean=20", "log2_uniform:high=100",
	"log2_uniform:low=3,high=50,pow2=0.3",
};

static sj_law *make(const char *spec)
{
	sj_law *law = NULL;
	sj_error err = { 0 };

	CHECK(sj_law_create("test", spec, &law, &err) == SJ_OK, "%s: %s", spec, err.text);
	return law;
}

static void draw(const sj_law *law, double *x, uint64_t seed)
{
	gsl_rng *rng = sj_rng_create(seed, "test", 0);

	for (int i = 0; i < DRAWS; i++)
		x[i] = sj_law_draw(law, rng);
	gsl_rng_free(rng);
	stat_sort(x, DRAWS);
}

TEST(draws_follow_the_law)
{
	static double x[DRAWS];

	for (size_t i = 0; i < sizeof(continuous) / sizeof(continuous[0]); i++) {
		sj_law *law = make(continuous[i]);
		double d;

		REQUIRE(law != NULL);
		draw(law, x, 11);
		for (int k = 0; k < DRAWS; k++)
			x[k] = sj_law_cdf(law, x[k]);
		d = sqrt(DRAWS) * stat_ks_uniform_sorted(x, DRAWS);
		CHECK(d < KS_LIMIT, "%s: sqrt(n) D = %g", continuous[i], d);
		sj_law_free(law);
	}
}

/* At every value that was drawn. */
TEST(discrete_draws_follow_the_law)
{
	static double x[DRAWS];

	for (size_t i = 0; i < sizeof(discrete) / sizeof(discrete[0]); i++) {
		sj_law *law = make(discrete[i]);

		REQUIRE(law != NULL);
		draw(law, x, 12);
		for (int k = 0; k < DRAWS; k++) {
			double f = sj_law_cdf(law, x[k]);

			if (k + 1 < DRAWS && x[k + 1] == x[k])
				continue;
			CHECK(sqrt(DRAWS) * fabs((k + 1.0) / DRAWS - f) < KS_LIMIT,
			      "%s at %g: %g drawn, %g meant", discrete[i], x[k],
			      (k + 1.0) / DRAWS, f);
		}
		CHECK(sj_law_cdf(law, x[DRAWS - 1] * 100) > 0.999999, "%s", discrete[i]);
		CHECK(sj_law_cdf(law, -1) == 0, "%s", discrete[i]);
		sj_law_free(law);
	}
}

struct integrand {
	const sj_law *law;
	int           k;
};

/* E X^k = integral of k x^(k-1) P(X > x) dx, with x = e^u. */
static double tail(double u, void *p)
{
	const struct integrand *i = p;
	double x = exp(u);

	return i->k * pow(x, i->k) * (1 - sj_law_cdf(i->law, x));
}

TEST(moments_are_integrals)
{
	gsl_integration_workspace *w = gsl_integration_workspace_alloc(4000);

	for (size_t i = 0; i < sizeof(continuous) / sizeof(continuous[0]); i++) {
		sj_law *law = make(continuous[i]);

		REQUIRE(law != NULL);
		for (int k = 1; k <= 2; k++) {
			struct integrand in = { law, k };
			gsl_function f = { tail, &in };
			double got, error;

			gsl_integration_qag(&f, -40, 11.5, 0, 1e-7, 4000, GSL_INTEG_GAUSS61,
					    w, &got, &error);
			CHECK(fabs(got / sj_law_moment(law, k) - 1) < 2e-5,
			      "%s: E X^%d is %.9g, integral %.9g", continuous[i], k,
			      sj_law_moment(law, k), got);
		}
		sj_law_free(law);
	}
	gsl_integration_workspace_free(w);
}

/* Whole values: the sum over the steps of the distribution function. */
TEST(discrete_moments_are_sums)
{
	for (size_t i = 2; i < sizeof(discrete) / sizeof(discrete[0]); i++) {
		sj_law *law = make(discrete[i]);

		REQUIRE(law != NULL);
		for (int k = 1; k <= 3; k++) {
			double sum = 0;

			for (int v = 1; v < 300; v++)
				sum += pow(v, k) * (sj_law_cdf(law, v) -
						    sj_law_cdf(law, v - 0.5));
			CHECK(fabs(sum / sj_law_moment(law, k) - 1) < 1e-9, "%s: E X^%d",
			      discrete[i], k);
		}
		sj_law_free(law);
	}
}

/* Without the second moment there is none to compare with. */
TEST(infinite_moments)
{
	sj_law *law = make("pareto:alpha=1.5,low=2");

	REQUIRE(law != NULL);
	CHECK(sj_law_moment(law, 1) == 6);
	CHECK(isinf(sj_law_moment(law, 2)));
	sj_law_free(law);
}

TEST(complaints)
{
	static const struct {
		const char *spec, *says;
	} cases[] = {
		{ "exponental:3", "did you mean \"exponential\"?" },
		{ "gamma:shap=2", "did you mean \"shape\"?" },
		{ "gamma:shape=-1", "shape" },
		{ "uniform:low=5,high=2", "low=5 must be below high=2" },
		{ "list:values=1|2,weights=1", "2 values but 1 weights" },
		{ "list:values=1|x", "x" },
		{ "list:values=1,weights=0", "add up to 0" },
		{ "log2_uniform:low=9,high=8", "above" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_law *law = NULL;
		sj_error err = { 0 };

		CHECK(sj_law_create("test", cases[i].spec, &law, &err) == SJ_EUSAGE, "%s",
		      cases[i].spec);
		CHECK(strstr(err.text, cases[i].says) != NULL, "%s: %s", cases[i].spec,
		      err.text);
		sj_law_free(law);
	}
}

/* Table 1 of the model's definition is not printed anywhere exactly; its limits are. */
TEST(downey_limits)
{
	CHECK(sj_downey_speedup(16, 0, 8) == 8, "linear up to A");
	CHECK(sj_downey_speedup(16, 0, 99) == 16, "flat beyond");
	CHECK(sj_downey_speedup(16, 0.5, 1) == 1 && sj_downey_speedup(16, 3, 1) == 1);
	/* Both forms are the same function at sigma = 1. */
	for (double n = 1; n < 80; n++)
		CHECK(fabs(sj_downey_speedup(32, 1, n) -
			   sj_downey_speedup(32, 1 + 1e-12, n)) < 1e-6, "n = %g", n);
}

TESTS(CASE(draws_follow_the_law), CASE(discrete_draws_follow_the_law),
      CASE(moments_are_integrals), CASE(discrete_moments_are_sums),
      CASE(infinite_moments), CASE(complaints), CASE(downey_limits))
