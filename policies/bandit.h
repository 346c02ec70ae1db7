/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit.h - the policy `bandit`: its state, and its rounds (bandit_rounds.c). */
#ifndef BANDIT_H
#define BANDIT_H

#include "arms.h"
#include "sojourn/bandit.h"
#include "sojourn/reenact.h"

#define BANDIT_FEATURES 6u

enum bandit_reward { BANDIT_WAIT, BANDIT_BSLD };
enum bandit_shape { BANDIT_EXP, BANDIT_LINEAR };
enum bandit_feedback { BANDIT_PLAYED, BANDIT_FULL, BANDIT_NOISY };
enum bandit_credit { BANDIT_AT_START, BANDIT_AT_END };

/* A round that is played, or whose reward is not known yet. */
struct bandit_round {
	uint32_t number;
	sj_play  play;
	sj_time  begin, end;    /* end: of the epoch; SJ_NEVER while it goes by completions */
	sj_time  from;          /* tasks that start before are not scored */
	double   sum;           /* of the costs that are known; waits in ns */
	uint32_t counted, waiting;
	uint32_t outstanding;   /* tasks that have not ended yet; credit=end */
	double   context[BANDIT_FEATURES];
	double  *score;         /* by arm */
};

struct bandit {
	struct arms arms;
	const char *algo;
	int         reward, shape, credit, feedback;
	double      scale, warmup;
	sj_time     epoch;
	int64_t     jobs;
	sj_learner *learner;
	gsl_rng    *rng;
	sj_scene   *scene;      /* of this round; NULL: feedback=bandit */
	bool        open;       /* `now` is being played */
	struct bandit_round now;
	int64_t     ended;      /* tasks, in this round */
	uint32_t    rounds;     /* begun so far, recalled ones included */
	struct bandit_round *late; /* over, but somebody still runs; in order of begin */
	uint32_t    late_count, late_cap;
	double     *total;      /* of the rewards of each arm, and of how many */
	uint32_t   *seen;
	uint32_t    known, clipped; /* rewards; those cut off at 0 */
};

/* Memory of all arms, and what an earlier learner knew. SJ_OK, or an error of
 * sj_policy_fail(). */
int  bandit_rounds_init(struct bandit *b, sj_ctx *cx);
/* Closes the round if it is over. `done`: the task that has just ended, or NULL. Before
 * anything runs, or does not run any more; what has become ready since is told apart by its
 * time. */
void bandit_rounds_close(struct bandit *b, sj_ctx *cx, const sj_task *done);
static inline void bandit_rounds_pass(struct bandit *b, sj_ctx *cx, const sj_task *done)
{
	if (b->open && (sj_now(cx) >= b->now.end || (b->jobs != 0 && b->ended >= b->jobs)))
		bandit_rounds_close(b, cx, done);
}
/* Books a task that has ended or, unless `how` says so, goes on later. */
void bandit_rounds_book(struct bandit *b, sj_ctx *cx, const sj_task *t, sj_outcome how);
static inline void bandit_rounds_done(struct bandit *b, sj_ctx *cx, const sj_task *t,
				      sj_outcome how)
{
	if (!b->open || t->start_ns < b->now.from || how > SJ_KILLED || b->reward != BANDIT_WAIT ||
	    t->start_ns == SJ_NEVER) {
		bandit_rounds_book(b, cx, t, how);
		return;
	}
	b->ended++;
	b->now.sum += (double)(t->start_ns - t->ready_ns);
	b->now.counted++;
}
/* A task that ran was stopped. */
void bandit_rounds_stopped(void *self, sj_ctx *cx, const sj_task *t);
/* At a pass: the arm of this round, which begins now if none is played. */
void bandit_rounds_begin(struct bandit *b, sj_ctx *cx);
static inline uint32_t bandit_rounds_arm(struct bandit *b, sj_ctx *cx)
{
	if (!b->open)
		bandit_rounds_begin(b, cx);
	return b->now.play.arm;
}

#endif
