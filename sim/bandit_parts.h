/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_parts.h - a learner as the files of bandit*.c share it. */
#ifndef SJ_BANDIT_PARTS_H
#define SJ_BANDIT_PARTS_H

#include "sojourn/bandit.h"

#define LEARNER_TIE 1e-12

/* A play whose reward is in the window of swucb. */
struct seen {
	uint32_t arm;
	double   reward;
};

/* The parameters of all kinds. */
struct learner_params {
	double  alpha, c, xi, gamma, sd, eps, ridge;
	int64_t tau, horizon;
};

struct learner_ops {
	sj_learner_kind kind;
	uint32_t (*choose)(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
	/* NULL: counts and sums are all there is. */
	void     (*observe)(sj_learner *l, sj_play play, const double *x, double reward);
};

struct sj_learner {
	const struct learner_ops *ops;
	struct learner_params p, asked; /* asked: before what 0 stands for */
	uint32_t arms, features;
	uint64_t plays;
	double  *n, *s, *score;  /* by arm */
	double   limit;          /* klucb: of the latest choice */
	bool     owed;           /* klucb: scores that are NAN were not needed */
	double  *w;              /* exp3: the largest is kept near 1 */
	struct seen *window;     /* swucb: a ring of tau */
	uint64_t seen;           /* swucb: ever */
	double  *a, *b;          /* linucb, by arm: features^2 and features numbers */
	double  *work;           /* linucb: features^2 + 2 features */
};

/* An arm without observations is to be played first: *arm is it. */
bool learner_unknown(const sj_learner *l, uint32_t *arm);
/* The largest of l->score. */
uint32_t learner_best(const sj_learner *l);

/* bandit_index.c */
uint32_t learner_ucb1(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_ucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_klucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_swucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_ducb(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
void learner_klucb_scores(sj_learner *l);
void learner_swucb_seen(sj_learner *l, sj_play play, const double *x, double reward);
void learner_ducb_seen(sj_learner *l, sj_play play, const double *x, double reward);
/* bandit_draw.c */
uint32_t learner_thompson(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_gaussian(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_exp3(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
uint32_t learner_eps(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
void learner_exp3_seen(sj_learner *l, sj_play play, const double *x, double reward);
/* bandit_linear.c */
uint32_t learner_linucb(sj_learner *l, const double *x, gsl_rng *rng, double *probability);
void learner_linucb_seen(sj_learner *l, sj_play play, const double *x, double reward);

#endif
