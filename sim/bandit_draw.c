/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_draw.c - learners that draw: Thompson's, exponential weights, epsilon. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "bandit_parts.h"

#define WEIGHT_MAX 1e100

uint32_t learner_thompson(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	(void)x;
	(void)probability;
	for (uint32_t k = 0; k < l->arms; k++)
		l->score[k] = gsl_ran_beta(rng, 1 + l->s[k], 1 + fmax(0, l->n[k] - l->s[k]));
	return learner_best(l);
}

uint32_t learner_gaussian(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	(void)x;
	(void)probability;
	for (uint32_t k = 0; k < l->arms; k++)
		l->score[k] = l->s[k] / (l->n[k] + 1) +
			      gsl_ran_gaussian_ziggurat(rng, l->p.sd / sqrt(l->n[k] + 1));
	return learner_best(l);
}

uint32_t learner_exp3(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	double u = gsl_rng_uniform(rng), sum = 0, gone = 0;
	uint32_t arm = l->arms;

	(void)x;
	for (uint32_t k = 0; k < l->arms; k++)
		sum += l->w[k];
	for (uint32_t k = 0; k < l->arms; k++) {
		l->score[k] = (1 - l->p.gamma) * l->w[k] / sum + l->p.gamma / l->arms;
		gone += l->score[k];
		if (arm == l->arms && gone > u)
			arm = k;
	}
	if (arm == l->arms) /* rounding: they add up to just below u */
		arm--;
	*probability = l->score[arm];
	return arm;
}

void learner_exp3_seen(sj_learner *l, sj_play play, const double *x, double reward)
{
	double *w = &l->w[play.arm];

	(void)x;
	*w *= exp(l->p.gamma * reward / play.probability / l->arms);
	if (*w <= WEIGHT_MAX)
		return;
	for (uint32_t k = 0; k < l->arms; k++)
		l->w[k] = fmax(l->w[k] / WEIGHT_MAX, 1e-300);
}

uint32_t learner_eps(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	double explore = gsl_rng_uniform(rng), which = gsl_rng_uniform(rng);
	uint32_t arm;

	(void)x;
	(void)probability;
	for (uint32_t k = 0; k < l->arms; k++)
		l->score[k] = l->n[k] > 0 ? l->s[k] / l->n[k] : NAN;
	if (learner_unknown(l, &arm))
		return arm;
	if (explore >= l->p.eps)
		return learner_best(l);
	arm = (uint32_t)(which * l->arms);
	return arm < l->arms ? arm : l->arms - 1;
}
