/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * odds.h - many runs of a learner on Bernoulli arms of known means. The regret of a play is
 * the mean of the best arm at that time less that of the arm that was played.
 */
#ifndef ODDS_H
#define ODDS_H

#include "arena.h"
#include "sojourn/bandit.h"

#define ODDS_SHIFTS 32u

/* In rounds from .. to - 1 an arm has another mean. */
struct odds_shift {
	uint64_t from, to;
	uint32_t arm;
	double   mean;
};

struct odds {
	uint32_t arms, shifts;
	uint64_t rounds, runs, seed;
	uint64_t delay; /* a reward is known after so many further plays */
	double   mean[SJ_LEARNER_ARMS];
	struct odds_shift shift[ODDS_SHIFTS];
};

struct odds_result {
	char  *learner; /* canonical */
	double mean, sd, ci95; /* of the regret of a run */
	struct {
		double mean, least, most; /* of an arm in the rounds of a run */
	} share[SJ_LEARNER_ARMS];
};

/* Runs of different learners see the same rewards. Memory is taken from `arena`. SJ_OK,
 * SJ_EUSAGE, SJ_ENOMEM, SJ_EINTR. */
int odds_run(const struct odds *t, const char *spec, sj_arena *arena,
	      struct odds_result *out, sj_error *err);

#endif
