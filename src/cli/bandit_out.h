/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_out.h - what `sojourn bandit` prints. */
#ifndef BANDIT_OUT_H
#define BANDIT_OUT_H

#include "bandit/game.h"
#include "bandit/odds.h"

/* SJ_OK, or an error of printing. */
int bandit_out_game(const struct game *g, const struct game_result *r, size_t count, bool json,
		    sj_error *err);
int bandit_out_odds(const struct odds *t, const struct odds_result *r, size_t count,
		     bool json, sj_error *err);
int bandit_out_list(void);

#endif
