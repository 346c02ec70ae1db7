/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/bandit.h - learners that choose one of several arms, round after round, and hear
 * a reward in [0, 1] for the arm that was played, at once or later.
 *
 * A learner is named by a spec, as swucb:tau=20,xi=0.6. What follows holds for all:
 * arms are numbered from 0; t is the number of plays made before the choice; ties, which
 * are differences up to 1e-12, go to the lowest arm. A learner with an index first plays
 * each arm that it knows nothing of: arm t mod K while that is such a one, else the
 * lowest. sj_learner_kind_get() has the sources.
 *
 *     ucb1      s/n + sqrt(2 ln t / n)
 *     ucb       s/n + sqrt(alpha ln t / n)
 *     klucb     max q: n kl(s/n, q) <= ln t + c ln ln t, kl that of Bernoulli laws
 *     swucb     s/n + sqrt(xi ln min(t, tau) / n), n and s over the last tau plays known
 *     ducb      s/n + 2 sqrt(xi ln(sum of all n) / n), all n and s times gamma a play
 *     thompson  the largest draw from Beta(1 + s, 1 + n - s)
 *     gaussian  the largest draw from N(s/(n + 1), sd^2/(n + 1))
 *     exp3      drawn by p = (1 - gamma) w/sum(w) + gamma/K; then w *= exp(gamma r/(p K))
 *     eps       with probability eps any arm, else the largest s/n
 *     linucb    theta x + alpha sqrt(x' A^-1 x), theta = A^-1 b, for each arm
 *               A = ridge I + sum x x', b = sum r x, over its plays in contexts x
 *
 * exp3 draws one number a round, eps two, whether it explores or not.
 */
#ifndef SJ_BANDIT_H
#define SJ_BANDIT_H

#include <gsl/gsl_rng.h>

#include "sojourn/param.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_LEARNER_ARMS     64u /* at most */
#define SJ_LEARNER_FEATURES 32u

typedef struct sj_learner_kind {
	const char     *name, *summary, *cite;
	const sj_param *params;
	bool            contextual; /* looks at the context */
} sj_learner_kind;
/* All of them: 0, 1, ...; NULL behind the last. */
const sj_learner_kind *sj_learner_kind_get(uint32_t i);

typedef struct sj_learner sj_learner;

/*
 * `arms` of 1 .. SJ_LEARNER_ARMS; `features` numbers a context has, 0 for none. Memory is
 * taken from `alloc`, which must not fail; there is no free function. `who` names the
 * owner in messages.
 * SJ_OK; SJ_EUSAGE: no such learner, wrong parameters, or contextual without features.
 */
int sj_learner_create(const char *who, const char *spec, uint32_t arms, uint32_t features,
		      sj_alloc_fn *alloc, void *alloc_ctx, sj_learner **out, sj_error *err);
/* As just created. */
void sj_learner_reset(sj_learner *l);

/* The spec with what differs from the defaults; like snprintf. */
size_t sj_learner_canonical(const sj_learner *l, char *buf, size_t size);
bool   sj_learner_contextual(const sj_learner *l);

typedef struct sj_play {
	uint32_t arm;
	double   probability; /* exp3: of this arm; else 1 */
} sj_play;

/* The next play. `x`: the context, or NULL without features. */
sj_play sj_learner_choose(sj_learner *l, const double *x, gsl_rng *rng);
/* What an earlier play gave, 0 <= reward <= 1; x is the context it was made in. */
void sj_learner_observe(sj_learner *l, sj_play play, const double *x, double reward);
/* A play that another learner of this kind has made and seen: counts as one of its own. */
void sj_learner_recall(sj_learner *l, sj_play play, const double *x, double reward);

/* ---- what it knows ------------------------------------------------------------ */

uint64_t sj_learner_plays(const sj_learner *l); /* made: t */
/* Plays of an arm whose reward is known, and the sum of those: of the window for swucb,
 * discounted for ducb. */
double   sj_learner_count(const sj_learner *l, uint32_t arm);
double   sj_learner_sum(const sj_learner *l, uint32_t arm);
/* exp3: w over the sum of all; else 0. */
double   sj_learner_weight(const sj_learner *l, uint32_t arm);
/* linucb: theta of an arm, `features` numbers. Nothing for others. */
void     sj_learner_theta(const sj_learner *l, uint32_t arm, double *out);
/* What each arm had in the latest choice: index, draw or probability; NAN: an unknown arm.
 * To be asked before the next observation. */
const double *sj_learner_scores(sj_learner *l);

/* ---- known bounds on regret ----------------------------------------------------- */

/* For Bernoulli arms with means mu and T plays: T (mu* - mu_a) in expectation, summed. */
typedef struct sj_regret_bounds {
	double lai_robbins; /* asymptotic lower bound of consistent learners */
	double ucb1;        /* Auer, Cesa-Bianchi, Fischer 2002, theorem 1 */
	double exp3;        /* Auer et al. 2002, corollary 3.2: 2.63 sqrt(T K ln K) */
	double exp3_gamma;  /* the gamma that it is for */
	double uniform;     /* of arms drawn evenly */
} sj_regret_bounds;
sj_regret_bounds sj_regret_bounds_of(const double *mu, uint32_t arms, double plays);

#ifdef __cplusplus
}
#endif
#endif
