/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_index.c - learners that play the arm with the largest upper confidence bound. */
#include <math.h>

#include "bandit_parts.h"

#define UNUSED(x, rng, probability) ((void)(x), (void)(rng), (void)(probability))

/* There is no index before all arms are known. */
static void forget(sj_learner *l)
{
	for (uint32_t k = 0; k < l->arms; k++)
		l->score[k] = NAN;
}

/* mean + scale sqrt(weight log_t / n) */
static uint32_t bound(sj_learner *l, double scale, double weight, double log_t)
{
	uint32_t arm;

	if (learner_unknown(l, &arm)) {
		forget(l);
		return arm;
	}
	for (uint32_t k = 0; k < l->arms; k++)
		l->score[k] = l->s[k] / l->n[k] + scale * sqrt(weight * log_t / l->n[k]);
	return learner_best(l);
}

uint32_t learner_ucb1(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	UNUSED(x, rng, probability);
	return bound(l, 1, 2, log((double)l->plays));
}

uint32_t learner_ucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	UNUSED(x, rng, probability);
	return bound(l, 1, l->p.alpha, log((double)l->plays));
}

/* ---- windows and discounts -------------------------------------------------------- */

uint32_t learner_swucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	double t = (double)l->plays, tau = (double)l->p.tau;

	UNUSED(x, rng, probability);
	return bound(l, 1, l->p.xi, log(fmin(t, tau)));
}

void learner_swucb_seen(sj_learner *l, sj_play play, const double *x, double reward)
{
	uint64_t tau = (uint64_t)l->p.tau;
	struct seen *slot = &l->window[l->seen % tau];

	(void)x;
	if (l->seen >= tau) {
		l->n[slot->arm] -= 1;
		l->s[slot->arm] = l->n[slot->arm] > 0 ? l->s[slot->arm] - slot->reward : 0;
	}
	*slot = (struct seen){ play.arm, reward };
	l->seen++;
	l->n[play.arm] += 1;
	l->s[play.arm] += reward;
}

uint32_t learner_ducb(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	double all = 0;

	UNUSED(x, rng, probability);
	for (uint32_t k = 0; k < l->arms; k++)
		all += l->n[k];
	/* With a small gamma the sum may fall below 1. */
	return bound(l, 2, l->p.xi, fmax(0, log(all)));
}

void learner_ducb_seen(sj_learner *l, sj_play play, const double *x, double reward)
{
	(void)play;
	(void)x;
	(void)reward;
	for (uint32_t k = 0; k < l->arms; k++) {
		l->n[k] *= l->p.gamma;
		l->s[k] *= l->p.gamma;
	}
}

/* ---- KL-UCB ------------------------------------------------------------------------ */

static double kl(double p, double q)
{
	return (p > 0 ? p * log(p / q) : 0) + (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0);
}

/* The largest q >= p with kl(p, q) <= limit. Pinsker's inequality gives a start on its
 * right; kl is convex in q, so that Newton's steps from there stay on the right. */
static double largest(double p, double limit)
{
	double q = p + sqrt(limit / 2);

	if (p >= 1 || limit <= 0)
		return fmin(p, 1);
	if (p <= 0)
		return 1 - exp(-limit);
	q = fmin(q, 1 - 1e-15);
	for (int i = 0; i < 100; i++) {
		double step = (kl(p, q) - limit) * q * (1 - q) / (q - p);

		if (!(step > 1e-15))
			break;
		q -= step;
	}
	return q;
}

/* Most arms are known to lose without their index: one kl, where the index takes several. */
uint32_t learner_klucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability)
{
	double t = log((double)l->plays);
	uint32_t arm, best = 0;

	UNUSED(x, rng, probability);
	forget(l);
	if (learner_unknown(l, &arm))
		return arm;
	l->limit = fmax(0, t + (l->p.c > 0 && t > 0 ? l->p.c * log(t) : 0));
	for (uint32_t k = 0; k < l->arms; k++) {
		double p = fmin(l->s[k] / l->n[k], 1);

		if (k > 0 && p < l->score[best] && l->score[best] < 1 &&
		    kl(p, l->score[best]) * l->n[k] >= l->limit)
			continue;
		l->score[k] = largest(p, l->limit / l->n[k]);
		if (l->score[k] > l->score[best] + LEARNER_TIE)
			best = k;
	}
	l->owed = true;
	return best;
}

void learner_klucb_scores(sj_learner *l)
{
	for (uint32_t k = 0; k < l->arms; k++)
		if (isnan(l->score[k]))
			l->score[k] = largest(fmin(l->s[k] / l->n[k], 1), l->limit / l->n[k]);
	l->owed = false;
}
