/* SPDX-License-Identifier: GPL-3.0-or-later */
/* odds.c - see odds.h. */
#include "bandit/odds.h"

#include <math.h>

#include "bandit/memory.h"
#include "cli/cli.h"
#include "sojourn/rng.h"

/* A play whose reward is not known yet. */
struct due {
	sj_play play;
	double  reward;
};

struct game_state {
	const struct odds *t;
	sj_learner *l;
	gsl_rng    *rewards, *own;
	struct due *due;     /* a ring of delay + 1 */
	double      mean[SJ_LEARNER_ARMS]; /* now */
	double      best;
	uint64_t    next;    /* round at which a mean changes */
	uint64_t    count[SJ_LEARNER_ARMS];
};

static void set_means(struct game_state *s, uint64_t round)
{
	const struct odds *t = s->t;

	s->next = UINT64_MAX;
	s->best = 0;
	for (uint32_t k = 0; k < t->arms; k++)
		s->mean[k] = t->mean[k];
	for (uint32_t i = 0; i < t->shifts; i++) {
		const struct odds_shift *h = &t->shift[i];

		if (h->from <= round && round < h->to)
			s->mean[h->arm] = h->mean;
		if (h->from > round && h->from < s->next)
			s->next = h->from;
		if (h->to > round && h->to < s->next)
			s->next = h->to;
	}
	for (uint32_t k = 0; k < t->arms; k++)
		s->best = fmax(s->best, s->mean[k]);
}

/* One run; its regret. */
static double run_once(struct game_state *s, uint64_t run)
{
	const struct odds *t = s->t;
	double regret = 0;

	sj_rng_rekey(s->rewards, t->seed, "bandit.rewards", run);
	sj_rng_rekey(s->own, t->seed, "bandit.learner", run);
	sj_learner_reset(s->l);
	for (uint32_t k = 0; k < t->arms; k++)
		s->count[k] = 0;
	s->next = 0;
	for (uint64_t round = 0; round < t->rounds; round++) {
		struct due *slot = &s->due[round % (t->delay + 1)];

		if (round == s->next)
			set_means(s, round);
		if (round > t->delay) /* of round - delay - 1 */
			sj_learner_observe(s->l, slot->play, NULL, slot->reward);
		slot->play = sj_learner_choose(s->l, NULL, s->own);
		slot->reward = gsl_rng_uniform(s->rewards) < s->mean[slot->play.arm];
		regret += s->best - s->mean[slot->play.arm];
		s->count[slot->play.arm]++;
	}
	return regret;
}

static void count_shares(const struct game_state *s, uint64_t run, struct odds_result *out)
{
	for (uint32_t k = 0; k < s->t->arms; k++) {
		double share = (double)s->count[k] / (double)s->t->rounds;

		out->share[k].mean += share / (double)s->t->runs;
		if (run == 0 || share < out->share[k].least)
			out->share[k].least = share;
		if (run == 0 || share > out->share[k].most)
			out->share[k].most = share;
	}
}

static int run_all(struct game_state *s, struct odds_result *out, sj_error *err)
{
	double mean = 0, squares = 0; /* Welford */
	uint64_t n = s->t->runs;

	for (uint64_t run = 0; run < n; run++) {
		double regret = run_once(s, run), off = regret - mean;

		if (interrupted)
			return sj_fail(err, SJ_EINTR, "interrupted");
		mean += off / (double)(run + 1);
		squares += off * (regret - mean);
		count_shares(s, run, out);
	}
	out->mean = mean;
	out->sd = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
	out->ci95 = n > 1 ? 1.96 * out->sd / sqrt((double)n) : NAN;
	return SJ_OK;
}

int odds_run(const struct odds *t, const char *spec, sj_arena *arena,
	      struct odds_result *out, sj_error *err)
{
	struct game_state s = { .t = t };
	int rc = sj_learner_create("bandit", spec, t->arms, 0, bandit_memory, arena, &s.l, err);
	size_t size;

	if (rc != SJ_OK)
		return rc;
	*out = (struct odds_result){ .learner = NULL };
	size = 1 + sj_learner_canonical(s.l, NULL, 0);
	out->learner = bandit_memory(arena, size);
	sj_learner_canonical(s.l, out->learner, size);
	s.due = bandit_memory(arena, (t->delay + 1) * sizeof(*s.due));
	s.rewards = sj_rng_create(t->seed, "bandit.rewards", 0);
	s.own = sj_rng_create(t->seed, "bandit.learner", 0);
	if (s.rewards == NULL || s.own == NULL)
		rc = sj_fail(err, SJ_ENOMEM, "out of memory");
	else
		rc = run_all(&s, out, err);
	gsl_rng_free(s.rewards);
	gsl_rng_free(s.own);
	return rc;
}
