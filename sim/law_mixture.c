/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * law_mixture.c - mixtures of two branches: hyperexponential, hyper-Erlang,
 * hyper-gamma, two points. All are one thing: with probability p gamma(a1, b1),
 * else gamma(a2, b2); a point is drawn as itself.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "laws.h"

struct mixture {
	double p;        /* of the first branch */
	double a1, b1;   /* shape and scale */
	double a2, b2;
};

static double mixture_draw(const void *self, gsl_rng *rng)
{
	const struct mixture *m = self;

	if (gsl_rng_uniform(rng) < m->p)
		return gsl_ran_gamma(rng, m->a1, m->b1);
	return gsl_ran_gamma(rng, m->a2, m->b2);
}

static double mixture_cdf(const void *self, double x)
{
	const struct mixture *m = self;

	if (x <= 0)
		return 0;
	return m->p * gsl_cdf_gamma_P(x, m->a1, m->b1) +
	       (1 - m->p) * gsl_cdf_gamma_P(x, m->a2, m->b2);
}

static double mixture_moment(const void *self, int k)
{
	const struct mixture *m = self;

	return m->p * law_gamma_moment(m->a1, m->b1, k) +
	       (1 - m->p) * law_gamma_moment(m->a2, m->b2, k);
}

/* ---- two exponentials ------------------------------------------------------------- */

struct h2 {
	struct mixture mix;
	double p1, m1, m2;
};

static double h2_draw(const void *self, gsl_rng *rng)
{
	const struct mixture *m = self;

	return gsl_ran_exponential(rng, gsl_rng_uniform(rng) < m->p ? m->b1 : m->b2);
}

static int h2_init(void *self, sj_error *err)
{
	struct h2 *h = self;

	(void)err;
	h->mix = (struct mixture){ h->p1, 1, h->m1, 1, h->m2 };
	return SJ_OK;
}

static const sj_param h2_params[] = {
	LAW_NUMBER(struct h2, p1, "0.5", 0, 1, "Probability of the first branch."),
	LAW_NUMBER(struct h2, m1, "1", LAW_TINY, LAW_HUGE, "Mean of the first branch."),
	LAW_NUMBER(struct h2, m2, "1", LAW_TINY, LAW_HUGE, "Mean of the second branch."),
	{ .name = NULL },
};

const sj_law_ops law_h2 = {
	.name = "h2",
	.summary = "exponential with mean m1 (probability p1) or m2",
	.size = sizeof(struct h2),
	.params = h2_params,
	.init = h2_init,
	.draw = h2_draw,
	.cdf = mixture_cdf,
	.moment = mixture_moment,
};

struct balanced {
	struct mixture mix;
	double mean, scv;
};

static int balanced_init(void *self, sj_error *err)
{
	struct balanced *b = self;
	double p = (1 + sqrt((b->scv - 1) / (b->scv + 1))) / 2;

	(void)err;
	b->mix = (struct mixture){ p, 1, b->mean / (2 * p), 1, b->mean / (2 * (1 - p)) };
	return SJ_OK;
}

static const sj_param balanced_params[] = {
	LAW_NUMBER(struct balanced, mean, "1", LAW_TINY, LAW_HUGE, "Mean."),
	LAW_NUMBER(struct balanced, scv, "4", 1, 1e9,
		   "Squared coefficient of variation."),
	{ .name = NULL },
};

const sj_law_ops law_hyperexponential_balanced = {
	.name = "hyperexponential_balanced",
	.summary = "two exponentials with balanced means, by mean and variation",
	.cite = "Whitt, Approximating a point process by a renewal process I, "
		"Operations Research 30(1), 1982",
	.size = sizeof(struct balanced),
	.params = balanced_params,
	.init = balanced_init,
	.draw = h2_draw,
	.cdf = mixture_cdf,
	.moment = mixture_moment,
};

/* ---- hyper-Erlang of common order ------------------------------------------------------ */

struct hyper_erlang {
	struct mixture mix;
	double  p, lambda1, lambda2;
	int64_t order;
};

static int hyper_erlang_init(void *self, sj_error *err)
{
	struct hyper_erlang *h = self;
	double n = (double)h->order;

	(void)err;
	h->mix = (struct mixture){ h->p, n, 1 / h->lambda1, n, 1 / h->lambda2 };
	return SJ_OK;
}

static const sj_param hyper_erlang_params[] = {
	LAW_NUMBER(struct hyper_erlang, p, "0.5", 0, 1,
		   "Probability of the first branch."),
	LAW_NUMBER(struct hyper_erlang, lambda1, "1", LAW_TINY, LAW_HUGE,
		   "Rate of a phase of the first branch."),
	LAW_NUMBER(struct hyper_erlang, lambda2, "1", LAW_TINY, LAW_HUGE,
		   "Rate of a phase of the second branch."),
	{ .name = "order", .type = SJ_P_INT, .offset = offsetof(struct hyper_erlang, order),
	  .def = "1", .min = 1, .max = 1e6, .help = "Phases of both branches." },
	{ .name = NULL },
};

const sj_law_ops law_hyper_erlang = {
	.name = "hyper_erlang",
	.summary = "Erlang of the same order with one of two rates",
	.cite = "Jann, Pattnaik, Franke, Wang, Skovira, Riordan, Modeling of workload in "
		"MPPs, JSSPP 1997",
	.size = sizeof(struct hyper_erlang),
	.params = hyper_erlang_params,
	.init = hyper_erlang_init,
	.draw = mixture_draw,
	.cdf = mixture_cdf,
	.moment = mixture_moment,
};

/* ---- hyper-gamma ------------------------------------------------------------------------- */

static const sj_param hyper_gamma_params[] = {
	LAW_NUMBER(struct mixture, p, "0.5", 0, 1, "Probability of the first branch."),
	LAW_NUMBER(struct mixture, a1, "1", 1e-6, 1e9, "Shape of the first branch."),
	LAW_NUMBER(struct mixture, b1, "1", LAW_TINY, LAW_HUGE, "Its scale."),
	LAW_NUMBER(struct mixture, a2, "1", 1e-6, 1e9, "Shape of the second branch."),
	LAW_NUMBER(struct mixture, b2, "1", LAW_TINY, LAW_HUGE, "Its scale."),
	{ .name = NULL },
};

const sj_law_ops law_hyper_gamma = {
	.name = "hyper_gamma",
	.summary = "gamma(a1, b1) with probability p, else gamma(a2, b2)",
	.size = sizeof(struct mixture),
	.params = hyper_gamma_params,
	.draw = mixture_draw,
	.cdf = mixture_cdf,
	.moment = mixture_moment,
};

/* ---- two points ---------------------------------------------------------------------------- */

struct two_point {
	double v1, p1, v2;
};

static double two_point_draw(const void *self, gsl_rng *rng)
{
	const struct two_point *t = self;

	return gsl_rng_uniform(rng) < t->p1 ? t->v1 : t->v2;
}

static double two_point_cdf(const void *self, double x)
{
	const struct two_point *t = self;

	return (x >= t->v1 ? t->p1 : 0) + (x >= t->v2 ? 1 - t->p1 : 0);
}

static double two_point_moment(const void *self, int k)
{
	const struct two_point *t = self;

	return t->p1 * law_power(t->v1, k) + (1 - t->p1) * law_power(t->v2, k);
}

static const sj_param two_point_params[] = {
	LAW_NUMBER(struct two_point, v1, "1", 0, LAW_HUGE, "First value."),
	LAW_NUMBER(struct two_point, p1, "0.5", 0, 1, "Its probability."),
	LAW_NUMBER(struct two_point, v2, "2", 0, LAW_HUGE, "Second value."),
	{ .name = NULL },
};

const sj_law_ops law_two_point = {
	.name = "two_point",
	.summary = "v1 with probability p1, else v2",
	.size = sizeof(struct two_point),
	.params = two_point_params,
	.draw = two_point_draw,
	.cdf = two_point_cdf,
	.moment = two_point_moment,
};
