/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/arms.h - what a policy needs that has several others as arms, one of which
 * decides at a time, and what it tells of its learner.
 *
 * Arms are made by sj_policy_create() and hear all news. What they call goes to the core
 * at once, so that whose timer came, and who broke the contract, has to be known: every
 * call of an arm stands between sj_part_enter(arm) and sj_part_enter(0).
 */
#ifndef SJ_ARMS_H
#define SJ_ARMS_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One policy of a run may have arms, `count` of them: false for any after the first. One of
 * several may not reject tasks: the others would not hear of it. */
bool sj_arms_claim(sj_ctx *cx, uint32_t count);

/* Part 1, 2, ... acts from now on; 0: the policy itself. Timers are its, and random streams
 * of parts above 1 have names of their own. */
void     sj_part_enter(sj_ctx *cx, uint32_t part);
/* Within on_timer(): who set it. */
uint32_t sj_timer_part(const sj_ctx *cx);
/* Tasks that parts have stopped since this was asked last, without those that run again:
 * the other arms have not heard that they are ready. The first `cap`; 0: no more. */
uint32_t sj_part_stopped(sj_ctx *cx, const sj_task **out, uint32_t cap);
/* How the core calls the policy, as sj_set_passes() has set it. */
unsigned sj_get_passes(const sj_ctx *cx);
/*
 * Takes back the fault that a part has just committed: it broke the contract, or its
 * callback returned the error `rc`. The run is as it was before the action that was
 * refused; what the part did earlier in the call stands. *why gets the sentence. False:
 * there is nothing to go on with (no memory, an invariant, a task half started).
 */
bool     sj_part_forgive(sj_ctx *cx, int rc, char *why, size_t size);
/* Stands before every reason of sj_because() until it is set again; copied. NULL: none. */
void     sj_because_of(sj_ctx *cx, const char *text);
/* A sentence for whoever reads the results; it is shown and stored. */
void     sj_warn(sj_ctx *cx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- the trace of a learner ---------------------------------------------------------- */

/* One play. Times are SJ_NEVER, and began is false, for rounds of another run that were
 * recalled at the beginning. */
typedef struct sj_round {
	uint32_t round;      /* 0, 1, ... in the order of playing */
	uint32_t arm;        /* 0, 1, ... */
	sj_time  begin_ns, end_ns;
	double   cost;       /* mean over what was counted */
	double   reward;     /* 0 .. 1; NAN: not known at the end of the run */
	double   regret;     /* the largest mean reward of an arm so far - reward */
	double   probability; /* with which the arm was drawn; 1: it was not drawn; 0: it was not
	                      * played, and this is what it would have achieved */
	uint32_t counted;    /* tasks that started in the round and ended or run on */
	uint32_t waiting;    /* tasks that waited at its end, counted too */
	bool     clipped;    /* the cost was beyond what reward 0 stands for */
	uint32_t arms, features;
	const double *score;   /* of each arm when this one was chosen; NAN: none */
	const double *context; /* features numbers */
} sj_round;

/* Learner and arms, before the first round: specs. */
typedef struct sj_learning {
	const char        *learner;
	uint32_t           arms;
	const char *const *arm;
} sj_learning;
/* To the sinks; the learning once, rounds in the order in which rewards became known. */
void sj_learning_begins(sj_ctx *cx, const sj_learning *l);
void sj_learned(sj_ctx *cx, const sj_round *r);

/* A learner of an earlier run. */
typedef struct sj_saved_learning {
	sj_learning     what;
	const sj_round *round;
	uint32_t        rounds;
	uint32_t        run; /* its number where it is from */
} sj_saved_learning;
/* What the run was told to begin with (--learn-from): 0, 1, ...; NULL behind the last. */
const sj_saved_learning *sj_saved_learning_get(const sj_ctx *cx, uint32_t i);
/* This one is in use. */
void sj_saved_learning_use(sj_ctx *cx, uint32_t i);

#ifdef __cplusplus
}
#endif
#endif
