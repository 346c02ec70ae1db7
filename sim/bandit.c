/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit.c - learners by name: made, played, told, asked; sojourn/bandit.h has the rules. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bandit_parts.h"

/* ---- parameters ------------------------------------------------------------------ */

#define REAL(field, text, lo, hi, says)                                                  \
	{ .name = #field, .type = SJ_P_DOUBLE,                                           \
	  .offset = offsetof(struct learner_params, field), .def = text, .min = lo,      \
	  .max = hi, .help = says }
#define HORIZON                                                                          \
	{ .name = "horizon", .type = SJ_P_INT,                                           \
	  .offset = offsetof(struct learner_params, horizon), .def = "1000", .min = 2,   \
	  .max = 1e9, .unit = "plays", .help = "T, that the default of the other depends on." }
#define XI REAL(xi, "0.6", 1e-9, 1e9, "Weight of exploration.")

static const sj_param none[] = { { .name = NULL } };
static const sj_param ucb_params[] = {
	REAL(alpha, "2", 0, 1e9, "Weight of exploration; 2 is ucb1."),
	{ .name = NULL },
};
static const sj_param klucb_params[] = {
	REAL(c, "0", 0, 1e9, "Factor of ln ln t; 3 in the proof, 0 as its authors advise."),
	{ .name = NULL },
};
static const sj_param swucb_params[] = {
	{ .name = "tau", .type = SJ_P_INT, .offset = offsetof(struct learner_params, tau),
	  .def = "0", .min = 0, .max = 1e6, .unit = "plays",
	  .help = "Length of the window; 0: 4 sqrt(T ln T)." },
	XI, HORIZON,
	{ .name = NULL },
};
static const sj_param ducb_params[] = {
	REAL(gamma, "0", 0, 1, "What a play counts for one play later; 0: 1 - 1/(4 sqrt(T))."),
	XI, HORIZON,
	{ .name = NULL },
};
static const sj_param gaussian_params[] = {
	REAL(sd, "0.5", 1e-9, 1e9, "Standard deviation of one reward."),
	{ .name = NULL },
};
static const sj_param exp3_params[] = {
	REAL(gamma, "0", 0, 1, "Part of even draws; 0: sqrt(K ln K / ((e - 1) T)), at most 1."),
	HORIZON,
	{ .name = NULL },
};
static const sj_param eps_params[] = {
	REAL(eps, "0.1", 0, 1, "Probability of an arm at random."),
	{ .name = NULL },
};
static const sj_param linucb_params[] = {
	REAL(alpha, "1", 0, 1e9, "Weight of exploration."),
	REAL(ridge, "1", 1e-9, 1e9, "Of the regression: A begins as this times the identity."),
	{ .name = NULL },
};

/* ---- kinds ----------------------------------------------------------------------- */

#define AUER "Auer, Cesa-Bianchi, Fischer, Finite-time analysis of the multiarmed bandit " \
	     "problem, Machine Learning 47, 2002"
#define SWITCHING "Garivier, Moulines, On upper-confidence bound policies for switching " \
		  "bandit problems, ALT 2011"

static const struct learner_ops kinds[] = {
	{ { "ucb1", "mean + sqrt(2 ln t / n)", AUER, none, false }, learner_ucb1, NULL },
	{ { "ucb", "mean + sqrt(alpha ln t / n)", AUER, ucb_params, false }, learner_ucb, NULL },
	{ { "klucb", "the largest mean that the rewards so far do not contradict",
	    "Garivier, Cappe, The KL-UCB algorithm for bounded stochastic bandits and beyond, "
	    "COLT 2011", klucb_params, false }, learner_klucb, NULL },
	{ { "swucb", "UCB over a sliding window of plays", SWITCHING, swucb_params, false },
	  learner_swucb, learner_swucb_seen },
	{ { "ducb", "UCB in which old plays count less and less", SWITCHING, ducb_params, false },
	  learner_ducb, learner_ducb_seen },
	{ { "thompson", "the arm with the largest draw from its Beta posterior",
	    "Thompson, On the likelihood that one unknown probability exceeds another, "
	    "Biometrika 25, 1933", none, false }, learner_thompson, NULL },
	{ { "gaussian", "the arm with the largest draw from a normal posterior",
	    "Agrawal, Goyal, Further optimal regret bounds for Thompson sampling, AISTATS 2013",
	    gaussian_params, false }, learner_gaussian, NULL },
	{ { "exp3", "exponential weights: for rewards that follow no law",
	    "Auer, Cesa-Bianchi, Freund, Schapire, The nonstochastic multiarmed bandit problem, "
	    "SIAM J. Computing 32, 2002", exp3_params, false }, learner_exp3, learner_exp3_seen },
	{ { "eps", "the best arm so far; with probability eps any", AUER, eps_params, false },
	  learner_eps, NULL },
	{ { "linucb", "UCB on a linear model of the context, one for each arm",
	    "Li, Chu, Langford, Schapire, A contextual-bandit approach to personalized news "
	    "article recommendation, WWW 2010", linucb_params, true },
	  learner_linucb, learner_linucb_seen },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const sj_learner_kind *sj_learner_kind_get(uint32_t i)
{
	return i < KINDS ? &kinds[i].kind : NULL;
}

static int find(const char *who, const char *name, const struct learner_ops **out,
		sj_error *err)
{
	const char *names[KINDS], *near;

	for (size_t i = 0; i < KINDS; i++) {
		names[i] = kinds[i].kind.name;
		*out = &kinds[i];
		if (strcmp(names[i], name) == 0)
			return SJ_OK;
	}
	near = sj_nearest(name, names, KINDS);
	return sj_fail(err, SJ_EUSAGE, "%s: no learner \"%s\"; %s%s%s", who, name,
		       near != NULL ? "did you mean \"" : "expected ucb1, ucb, klucb, swucb, "
		       "ducb, thompson, gaussian, exp3, eps or linucb", near != NULL ? near : "",
		       near != NULL ? "\"?" : "");
}

/* ---- making ---------------------------------------------------------------------- */

/* What a parameter of 0 stands for. */
static void settle(sj_learner *l)
{
	double t = (double)l->p.horizon, k = l->arms;

	if (l->ops->choose == learner_swucb && l->p.tau == 0)
		l->p.tau = (int64_t)fmin(ceil(4 * sqrt(t * log(t))), 1e6);
	if (l->ops->choose == learner_ducb && l->p.gamma <= 0)
		l->p.gamma = 1 - 1 / (4 * sqrt(t));
	if (l->ops->choose == learner_exp3 && l->p.gamma <= 0)
		l->p.gamma = fmin(1, sqrt(k * log(k) / ((M_E - 1) * t)));
}

static double *numbers(sj_alloc_fn *alloc, void *alloc_ctx, size_t count)
{
	return alloc(alloc_ctx, count * sizeof(double));
}

int sj_learner_create(const char *who, const char *spec, uint32_t arms, uint32_t features,
		      sj_alloc_fn *alloc, void *alloc_ctx, sj_learner **out, sj_error *err)
{
	const struct learner_ops *ops;
	char name[32], owner[96];
	const char *args;
	sj_learner *l;
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc == SJ_OK)
		rc = find(who, name, &ops, err);
	if (rc != SJ_OK)
		return rc;
	if (ops->kind.contextual && features == 0)
		return sj_fail(err, SJ_EUSAGE, "%s: %s needs contexts", who, name);
	l = alloc(alloc_ctx, sizeof(*l));
	memset(l, 0, sizeof(*l));
	l->ops = ops;
	l->arms = arms;
	l->features = features;
	snprintf(owner, sizeof(owner), "%s: learner %s", who, name);
	rc = sj_params_bind(owner, ops->kind.params, args, &l->p, alloc, alloc_ctx, err);
	if (rc != SJ_OK)
		return rc;
	l->asked = l->p;
	settle(l);
	l->n = numbers(alloc, alloc_ctx, arms);
	l->s = numbers(alloc, alloc_ctx, arms);
	l->score = numbers(alloc, alloc_ctx, arms);
	if (ops->choose == learner_exp3)
		l->w = numbers(alloc, alloc_ctx, arms);
	if (ops->choose == learner_swucb)
		l->window = alloc(alloc_ctx, (size_t)l->p.tau * sizeof(*l->window));
	if (ops->kind.contextual) {
		l->a = numbers(alloc, alloc_ctx, (size_t)arms * features * features);
		l->b = numbers(alloc, alloc_ctx, (size_t)arms * features);
		l->work = numbers(alloc, alloc_ctx, (size_t)features * (features + 2));
	}
	sj_learner_reset(l);
	*out = l;
	return SJ_OK;
}

void sj_learner_reset(sj_learner *l)
{
	size_t f = l->features;

	l->plays = l->seen = 0;
	l->owed = false;
	for (uint32_t k = 0; k < l->arms; k++) {
		l->n[k] = l->s[k] = 0;
		l->score[k] = NAN;
		if (l->w != NULL)
			l->w[k] = 1;
		for (size_t i = 0; l->a != NULL && i < f * f; i++)
			l->a[k * f * f + i] = i % (f + 1) == 0 ? l->p.ridge : 0;
		for (size_t i = 0; l->b != NULL && i < f; i++)
			l->b[k * f + i] = 0;
	}
}

size_t sj_learner_canonical(const sj_learner *l, char *buf, size_t size)
{
	return sj_params_canonical(l->ops->kind.name, l->ops->kind.params, &l->asked, buf, size);
}

bool sj_learner_contextual(const sj_learner *l)
{
	return l->ops->kind.contextual;
}

/* ---- playing --------------------------------------------------------------------- */

bool learner_unknown(const sj_learner *l, uint32_t *arm)
{
	uint32_t turn = (uint32_t)(l->plays % l->arms);

	*arm = turn;
	if (l->n[turn] <= 0)
		return true;
	for (*arm = 0; *arm < l->arms; ++*arm)
		if (l->n[*arm] <= 0)
			return true;
	return false;
}

uint32_t learner_best(const sj_learner *l)
{
	uint32_t best = 0;

	for (uint32_t k = 1; k < l->arms; k++)
		if (l->score[k] > l->score[best] + LEARNER_TIE)
			best = k;
	return best;
}

sj_play sj_learner_choose(sj_learner *l, const double *x, gsl_rng *rng)
{
	sj_play play = { 0, 1 };

	l->owed = false;
	play.arm = l->ops->choose(l, x, rng, &play.probability);
	l->plays++;
	return play;
}

void sj_learner_observe(sj_learner *l, sj_play play, const double *x, double reward)
{
	if (l->ops->observe != NULL)
		l->ops->observe(l, play, x, reward);
	if (l->window != NULL) /* it counts for itself */
		return;
	l->n[play.arm] += 1;
	l->s[play.arm] += reward;
}

void sj_learner_recall(sj_learner *l, sj_play play, const double *x, double reward)
{
	l->plays++;
	sj_learner_observe(l, play, x, reward);
}

/* ---- asking ---------------------------------------------------------------------- */

uint64_t sj_learner_plays(const sj_learner *l)
{
	return l->plays;
}

double sj_learner_count(const sj_learner *l, uint32_t arm)
{
	return l->n[arm];
}

double sj_learner_sum(const sj_learner *l, uint32_t arm)
{
	return l->s[arm];
}

double sj_learner_weight(const sj_learner *l, uint32_t arm)
{
	double sum = 0;

	for (uint32_t k = 0; l->w != NULL && k < l->arms; k++)
		sum += l->w[k];
	return l->w != NULL ? l->w[arm] / sum : 0;
}

const double *sj_learner_scores(sj_learner *l)
{
	if (l->owed)
		learner_klucb_scores(l);
	return l->score;
}

/* ---- bounds ---------------------------------------------------------------------- */

static double kl(double p, double q)
{
	return (p > 0 ? p * log(p / q) : 0) + (p < 1 ? (1 - p) * log((1 - p) / (1 - q)) : 0);
}

sj_regret_bounds sj_regret_bounds_of(const double *mu, uint32_t arms, double plays)
{
	sj_regret_bounds out = { 0 };
	double best = 0, k = arms;

	for (uint32_t i = 0; i < arms; i++)
		best = fmax(best, mu[i]);
	for (uint32_t i = 0; i < arms; i++) {
		double gap = best - mu[i];

		out.uniform += gap * plays / k;
		out.ucb1 += (1 + M_PI * M_PI / 3) * gap;
		if (gap > 0) {
			out.lai_robbins += gap / kl(mu[i], best) * log(plays);
			out.ucb1 += 8 * log(plays) / gap;
		}
	}
	out.exp3 = 2.63 * sqrt(plays * k * log(k));
	out.exp3_gamma = fmin(1, sqrt(k * log(k) / ((M_E - 1) * plays)));
	return out;
}
