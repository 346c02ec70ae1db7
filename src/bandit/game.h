/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * game.h - a learner on a table of rewards: {"rewards": [[0.3, 0.7], ...], "contexts":
 * [[1, 0.2], ...], "draws": [0.41, ...]}, a row a round, an arm a column. Only the reward of
 * the arm that is played is shown to it. Draws, if there are any, take the place of random
 * numbers.
 */
#ifndef GAME_H
#define GAME_H

#include "arena.h"
#include "sojourn/bandit.h"

struct game {
	uint32_t rounds, arms, features;
	size_t   draws;
	double  *reward;  /* by round, then arm */
	double  *context; /* by round; NULL: none */
	double  *draw;    /* NULL: random numbers */
	sj_arena arena;
};

/* SJ_OK; SJ_EIO, SJ_EPARSE, SJ_ENOMEM: nothing to give back. */
int  game_read(const char *path, struct game *out, sj_error *err);
void game_fini(struct game *g);

struct game_result {
	const sj_learner *learner;   /* as it is at the end */
	uint32_t         *arm;       /* by round */
	uint32_t         *count;     /* of rounds by arm */
	double            total, best; /* rewards: got; of the best arm, always played */
};

/* Memory is the game's. SJ_OK, SJ_EUSAGE; SJ_EINVAL: it takes other draws than there are. */
int game_play(struct game *g, const char *spec, uint64_t seed, struct game_result *out,
	      sj_error *err);

#endif
