/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law_tail.c - laws with heavy tails: Pareto, bounded Pareto (by inversion). */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "laws.h"

struct pareto {
	double alpha, low, high;
	double rest; /* (low/high)^alpha; 0 without a bound */
};

static int bounded_init(void *self, sj_error *err)
{
	struct pareto *p = self;

	if (p->low >= p->high)
		return sj_fail(err, SJ_EUSAGE, "law: low=%g must be below high=%g", p->low,
			       p->high);
	p->rest = pow(p->low / p->high, p->alpha);
	return SJ_OK;
}

/* P(X > x) = (low/x)^alpha = u, with u uniform on (rest, 1]. */
static double pareto_draw(const void *self, gsl_rng *rng)
{
	const struct pareto *p = self;
	double u = 1 - (1 - p->rest) * gsl_rng_uniform(rng);

	return p->low * pow(u, -1 / p->alpha);
}

static double pareto_cdf(const void *self, double x)
{
	const struct pareto *p = self;

	if (x <= p->low)
		return 0;
	if (p->rest > 0 && x >= p->high)
		return 1;
	return (1 - pow(p->low / x, p->alpha)) / (1 - p->rest);
}

static double pareto_moment(const void *self, int k)
{
	const struct pareto *p = self;

	return p->alpha > k ? p->alpha * law_power(p->low, k) / (p->alpha - k) : INFINITY;
}

/* Integral of alpha low^alpha x^(k-alpha-1) over [low, high], normalised. */
static double bounded_moment(const void *self, int k)
{
	const struct pareto *p = self;
	double scale = p->alpha * law_power(p->low, k) / (1 - p->rest);
	double e = k - p->alpha, span = log(p->high / p->low);

	return fabs(e) < 1e-12 ? scale * span : scale * expm1(e * span) / e;
}

static const sj_param pareto_params[] = {
	LAW_NUMBER(struct pareto, alpha, "1.5", 0.01, 100, "Exponent of the tail."),
	LAW_NUMBER(struct pareto, low, "1", LAW_TINY, LAW_HUGE, "Least value."),
	{ .name = NULL },
};

static const sj_param bounded_params[] = {
	LAW_NUMBER(struct pareto, alpha, "1.5", 0.01, 100, "Exponent of the tail."),
	LAW_NUMBER(struct pareto, low, "1", LAW_TINY, LAW_HUGE, "Least value."),
	LAW_NUMBER(struct pareto, high, "1000", LAW_TINY, LAW_HUGE, "Largest value."),
	{ .name = NULL },
};

const sj_law_ops law_pareto = {
	.name = "pareto",
	.summary = "P(X > x) = (low/x)^alpha",
	.size = sizeof(struct pareto),
	.params = pareto_params,
	.draw = pareto_draw,
	.cdf = pareto_cdf,
	.moment = pareto_moment,
};

const sj_law_ops law_bounded_pareto = {
	.name = "bounded_pareto",
	.summary = "Pareto on [low, high]",
	.cite = "Harchol-Balter, Performance Modeling and Design of Computer Systems, "
		"2013, ch. 20",
	.size = sizeof(struct pareto),
	.params = bounded_params,
	.init = bounded_init,
	.draw = pareto_draw,
	.cdf = pareto_cdf,
	.moment = bounded_moment,
};
