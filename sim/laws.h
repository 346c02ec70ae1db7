/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.h - private to sim/: the laws, one table each. */
#ifndef LAWS_H
#define LAWS_H

#include "sojourn/law.h"

/* law_smooth.c */
extern const sj_law_ops law_exponential, law_deterministic, law_uniform, law_gamma,
	law_erlang, law_weibull, law_lognormal, law_log_uniform;
/* law_tail.c */
extern const sj_law_ops law_pareto, law_bounded_pareto;
/* law_mixture.c */
extern const sj_law_ops law_h2, law_hyperexponential_balanced, law_hyper_erlang,
	law_hyper_gamma, law_two_point;
/* law_discrete.c */
extern const sj_law_ops law_list, law_zipf, law_poisson, law_log2_uniform;

/* A parameter that is a number in a range. */
#define LAW_NUMBER(type_, field, def_, min_, max_, help_)                   \
	{ .name = #field, .type = SJ_P_DOUBLE, .offset = offsetof(type_, field), \
	  .def = def_, .min = min_, .max = max_, .help = help_ }

#define LAW_TINY 1e-300
#define LAW_HUGE 1e300

/* k! m^k: moments of the exponential law. */
static inline double law_exp_moment(double mean, int k)
{
	return k == 1 ? mean : k == 2 ? 2 * mean * mean : 6 * mean * mean * mean;
}

/* E X^k of gamma(shape, scale). */
static inline double law_gamma_moment(double shape, double scale, int k)
{
	double m = 1;

	for (int i = 0; i < k; i++)
		m *= (shape + i) * scale;
	return m;
}

/* x^k for k = 1, 2, 3. */
static inline double law_power(double x, int k)
{
	return k == 1 ? x : k == 2 ? x * x : x * x * x;
}

#endif
