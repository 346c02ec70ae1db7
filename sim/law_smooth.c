/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law_smooth.c - textbook laws with light tails, on GSL's variates and cdfs. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "laws.h"

/* ---- exponential --------------------------------------------------------------- */

struct exponential {
	double mean;
};

static double exponential_draw(const void *self, gsl_rng *rng)
{
	return gsl_ran_exponential(rng, ((const struct exponential *)self)->mean);
}

static double exponential_cdf(const void *self, double x)
{
	return x <= 0 ? 0 : -expm1(-x / ((const struct exponential *)self)->mean);
}

static double exponential_moment(const void *self, int k)
{
	return law_exp_moment(((const struct exponential *)self)->mean, k);
}

static const sj_param exponential_params[] = {
	LAW_NUMBER(struct exponential, mean, "1", LAW_TINY, LAW_HUGE, "Mean."),
	{ .name = NULL },
};

const sj_law_ops law_exponential = {
	.name = "exponential",
	.summary = "P(X > x) = exp(-x / mean)",
	.size = sizeof(struct exponential),
	.params = exponential_params,
	.draw = exponential_draw,
	.cdf = exponential_cdf,
	.moment = exponential_moment,
};

/* ---- deterministic --------------------------------------------------------------- */

struct deterministic {
	double value;
};

static double deterministic_draw(const void *self, gsl_rng *rng)
{
	(void)rng;
	return ((const struct deterministic *)self)->value;
}

static double deterministic_cdf(const void *self, double x)
{
	return x >= ((const struct deterministic *)self)->value ? 1 : 0;
}

static double deterministic_moment(const void *self, int k)
{
	return law_power(((const struct deterministic *)self)->value, k);
}

static const sj_param deterministic_params[] = {
	LAW_NUMBER(struct deterministic, value, "1", 0, LAW_HUGE, "The value."),
	{ .name = NULL },
};

const sj_law_ops law_deterministic = {
	.name = "deterministic",
	.summary = "always the same value",
	.size = sizeof(struct deterministic),
	.params = deterministic_params,
	.draw = deterministic_draw,
	.cdf = deterministic_cdf,
	.moment = deterministic_moment,
};

/* ---- uniform and log-uniform --------------------------------------------------------- */

struct interval {
	double low, high;
};

static int interval_init(void *self, sj_error *err)
{
	const struct interval *i = self;

	if (i->low >= i->high)
		return sj_fail(err, SJ_EUSAGE, "law: low=%g must be below high=%g", i->low,
			       i->high);
	return SJ_OK;
}

static double uniform_draw(const void *self, gsl_rng *rng)
{
	const struct interval *i = self;

	return i->low + (i->high - i->low) * gsl_rng_uniform(rng);
}

static double uniform_cdf(const void *self, double x)
{
	const struct interval *i = self;

	return x <= i->low ? 0 : x >= i->high ? 1 : (x - i->low) / (i->high - i->low);
}

static double uniform_moment(const void *self, int k)
{
	const struct interval *i = self;
	double a = i->low, b = i->high;

	return k == 1 ? (a + b) / 2 : k == 2 ? (a * a + a * b + b * b) / 3 :
	       (a + b) * (a * a + b * b) / 4;
}

static const sj_param uniform_params[] = {
	LAW_NUMBER(struct interval, low, "0", 0, LAW_HUGE, "Least value."),
	LAW_NUMBER(struct interval, high, "1", 0, LAW_HUGE, "Bound, not reached."),
	{ .name = NULL },
};

const sj_law_ops law_uniform = {
	.name = "uniform",
	.summary = "uniform on [low, high)",
	.size = sizeof(struct interval),
	.params = uniform_params,
	.init = interval_init,
	.draw = uniform_draw,
	.cdf = uniform_cdf,
	.moment = uniform_moment,
};

static double log_uniform_draw(const void *self, gsl_rng *rng)
{
	const struct interval *i = self;

	return i->low * exp(gsl_rng_uniform(rng) * log(i->high / i->low));
}

static double log_uniform_cdf(const void *self, double x)
{
	const struct interval *i = self;

	return x <= i->low ? 0 : x >= i->high ? 1 : log(x / i->low) / log(i->high / i->low);
}

static double log_uniform_moment(const void *self, int k)
{
	const struct interval *i = self;

	return (law_power(i->high, k) - law_power(i->low, k)) / (k * log(i->high / i->low));
}

static const sj_param log_uniform_params[] = {
	LAW_NUMBER(struct interval, low, "1", LAW_TINY, LAW_HUGE, "Least value."),
	LAW_NUMBER(struct interval, high, "65536", LAW_TINY, LAW_HUGE,
		   "Bound, not reached."),
	{ .name = NULL },
};

const sj_law_ops law_log_uniform = {
	.name = "log_uniform",
	.summary = "log X is uniform on [log low, log high)",
	.cite = "Downey, A parallel workload model and its implications for processor "
		"allocation, HPDC 1997",
	.size = sizeof(struct interval),
	.params = log_uniform_params,
	.init = interval_init,
	.draw = log_uniform_draw,
	.cdf = log_uniform_cdf,
	.moment = log_uniform_moment,
};

/* ---- gamma and Erlang ------------------------------------------------------------------ */

struct gamma_law {
	double shape, scale;
};

static double gamma_draw(const void *self, gsl_rng *rng)
{
	const struct gamma_law *g = self;

	return gsl_ran_gamma(rng, g->shape, g->scale);
}

static double gamma_cdf(const void *self, double x)
{
	const struct gamma_law *g = self;

	return x <= 0 ? 0 : gsl_cdf_gamma_P(x, g->shape, g->scale);
}

static double gamma_moment(const void *self, int k)
{
	const struct gamma_law *g = self;

	return law_gamma_moment(g->shape, g->scale, k);
}

static const sj_param gamma_params[] = {
	LAW_NUMBER(struct gamma_law, shape, "1", 1e-6, 1e9, "Shape."),
	LAW_NUMBER(struct gamma_law, scale, "1", LAW_TINY, LAW_HUGE, "Scale."),
	{ .name = NULL },
};

const sj_law_ops law_gamma = {
	.name = "gamma",
	.summary = "density x^(shape-1) exp(-x/scale); mean shape * scale",
	.size = sizeof(struct gamma_law),
	.params = gamma_params,
	.draw = gamma_draw,
	.cdf = gamma_cdf,
	.moment = gamma_moment,
};

struct erlang {
	struct gamma_law g; /* first: drawn as a gamma law */
	int64_t          k;
	double           mean;
};

static int erlang_init(void *self, sj_error *err)
{
	struct erlang *e = self;

	(void)err;
	e->g.shape = (double)e->k;
	e->g.scale = e->mean / (double)e->k;
	return SJ_OK;
}

static const sj_param erlang_params[] = {
	{ .name = "k", .type = SJ_P_INT, .offset = offsetof(struct erlang, k), .def = "2",
	  .min = 1, .max = 1e6, .help = "Number of exponential phases." },
	LAW_NUMBER(struct erlang, mean, "1", LAW_TINY, LAW_HUGE, "Mean of the sum."),
	{ .name = NULL },
};

const sj_law_ops law_erlang = {
	.name = "erlang",
	.summary = "sum of k exponential phases; scv 1/k",
	.size = sizeof(struct erlang),
	.params = erlang_params,
	.init = erlang_init,
	.draw = gamma_draw,
	.cdf = gamma_cdf,
	.moment = gamma_moment,
};

/* ---- Weibull ------------------------------------------------------------------------------ */

struct weibull {
	double shape, scale, mean;
};

static int weibull_init(void *self, sj_error *err)
{
	struct weibull *w = self;

	(void)err;
	if (w->mean > 0)
		w->scale = w->mean / gsl_sf_gamma(1 + 1 / w->shape);
	return SJ_OK;
}

static double weibull_draw(const void *self, gsl_rng *rng)
{
	const struct weibull *w = self;

	return gsl_ran_weibull(rng, w->scale, w->shape);
}

static double weibull_cdf(const void *self, double x)
{
	const struct weibull *w = self;

	return x <= 0 ? 0 : -expm1(-pow(x / w->scale, w->shape));
}

static double weibull_moment(const void *self, int k)
{
	const struct weibull *w = self;

	return law_power(w->scale, k) * gsl_sf_gamma(1 + k / w->shape);
}

static const sj_param weibull_params[] = {
	LAW_NUMBER(struct weibull, shape, "1", 0.02, 1e6, "Shape."),
	LAW_NUMBER(struct weibull, scale, "1", LAW_TINY, LAW_HUGE, "Scale."),
	LAW_NUMBER(struct weibull, mean, "0", 0, LAW_HUGE, "Mean, from which the scale follows; 0: the scale counts."),
	{ .name = NULL },
};

const sj_law_ops law_weibull = {
	.name = "weibull",
	.summary = "P(X > x) = exp(-(x/scale)^shape)",
	.size = sizeof(struct weibull),
	.params = weibull_params,
	.init = weibull_init,
	.draw = weibull_draw,
	.cdf = weibull_cdf,
	.moment = weibull_moment,
};

/* ---- lognormal ------------------------------------------------------------------------------ */

struct lognormal {
	double mu, sigma;
};

static double lognormal_draw(const void *self, gsl_rng *rng)
{
	const struct lognormal *l = self;

	return gsl_ran_lognormal(rng, l->mu, l->sigma);
}

static double lognormal_cdf(const void *self, double x)
{
	const struct lognormal *l = self;

	return x <= 0 ? 0 : gsl_cdf_lognormal_P(x, l->mu, l->sigma);
}

static double lognormal_moment(const void *self, int k)
{
	const struct lognormal *l = self;

	return exp(k * l->mu + k * k * l->sigma * l->sigma / 2);
}

static const sj_param lognormal_params[] = {
	LAW_NUMBER(struct lognormal, mu, "0", -500, 500, "Mean of log X."),
	LAW_NUMBER(struct lognormal, sigma, "1", 0, 100, "Standard deviation of log X."),
	{ .name = NULL },
};

const sj_law_ops law_lognormal = {
	.name = "lognormal",
	.summary = "log X is normal with mean mu and deviation sigma",
	.size = sizeof(struct lognormal),
	.params = lognormal_params,
	.draw = lognormal_draw,
	.cdf = lognormal_cdf,
	.moment = lognormal_moment,
};
