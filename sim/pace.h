/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pace.h - execution of tasks that are not simply at rate 1: sizes, speeds, noise,
 * neighbours, shares, checkpoints, and what of it was for nothing.
 *
 * A span is a stretch of constant rate. It begins with `setup_ns` of writes and
 * restarts; then work is done at the task's rate, interrupted by periodic writes, which
 * need no events: where a span stands in its cycle of `interval` computing and `cost`
 * writing is arithmetic.
 */
#ifndef PACE_H
#define PACE_H

#include "core.h"

#define SHARE_UNIT_BITS 30u /* a share is counted in 2^-30 processors */

struct pace {
	struct pace *next_free;
	struct comm *comm;    /* NULL: it does not communicate; comm.h */
	struct task *copy;    /* the newest copy of this task, or NULL; */
	struct task *copy_of; /* of a copy: its task, ... */
	struct task *copy_older; /* ... and that task's copy before it */
	double   rate;  /* work per time: the speed, but for communication */
	double   used_rate; /* what counts against the estimate, per time of work */
	double   speed; /* the product of the next five */
	double   size;  /* speed-up of its ranks over that of the ranks asked for */
	double   place; /* speed of its nodes and GPUs, and being apart */
	double   noise; /* 1 / the factor of the slowest rank that is waited for */
	double   crowd; /* 1 / the slowdown by its neighbours */
	double   share; /* of its processors, 1 but for sj_share() */
	uint64_t share_units;  /* 0: whole processors of the ledger */
	sj_time  used_ns;      /* counted against the estimate, before the span */
	sj_time  saved_ns, saved_used_ns; /* done and used at the last checkpoint */
	sj_time  setup_ns;     /* of the span: before any work */
	sj_time  cycle_ns;     /* where its work begins in the cycle of checkpoints */
	sj_time  owed_ns;      /* setup of the next start */
	sj_time  staged_ns;    /* since when it waits for data; staging.c */
	/* Fractions of a ns behind done_ns, used_ns and ran_ns. */
	double   done_part, used_part, ran_part;
	unsigned __int128 kept_area; /* processors x ns of work that counts ... */
	unsigned __int128 risk_area; /* ... of which not in a checkpoint */
};

/* ---- pace.c ----------------------------------------------------------------- */

/* Gives t a pace of rate 1 if it has none. SJ_OK or SJ_ENOMEM. */
int  pace_make(sj_ctx *cx, struct task *t);
void pace_free(sj_ctx *cx, struct task *t);
void paces_fini(sj_ctx *cx);
sj_time pace_attained(const sj_ctx *cx, const struct task *t);
void pace_close_span(sj_ctx *cx, struct task *t);
/* How long so much work takes from the beginning of the span on. */
sj_time pace_length_for(const sj_ctx *cx, const struct pace *p, double work_ns);
/* Has it an end that is not known yet? Then pace_length() tells of kills only. */
bool pace_is_open(const struct pace *p);
/* How long the span lasts until the work is done or, under overrun=kill, used up. */
sj_time pace_length(const sj_ctx *cx, const struct task *t, bool *killed);

/* The part of life_area() that was for nothing: lost, or spent on writes and restarts. */
unsigned __int128 pace_waste(const struct task *t);
/* The pending end of a task or of a second copy has come: releases both, and returns
 * the task, whose end is to be announced. */
struct task *pace_end(sj_ctx *cx, struct task *t);

/* ---- checkpoint.c: between spans ----------------------------------------------- */

/* A new start pays what is owed. */
void checkpoint_start(struct task *t);
/* Stopped or moved with its work: what the next start owes. */
void checkpoint_keep(const sj_ctx *cx, struct task *t);
/* Resized: it goes on after a restart. */
void checkpoint_restart(const sj_ctx *cx, struct task *t);
/* Back to the last checkpoint (nothing, if there is no model), or to nothing. */
int  checkpoint_roll_back(sj_ctx *cx, struct task *t);
int  checkpoint_lose_all(sj_ctx *cx, struct task *t);

/* ---- rate.c -------------------------------------------------------------------- */

/* Before the first job: which factors there are at all. SJ_OK or an error. */
int  rate_init(sj_ctx *cx);
void rate_fini(sj_ctx *cx);
/* A start, resize or migration has taken its place: sets its rate, with new draws of
 * noise. SJ_OK or SJ_ENOMEM. */
int  rate_begin(sj_ctx *cx, struct task *t);
/* One factor has changed: rate anew; the span must be closed. */
void rate_update(struct task *t);
/* S(ranks) over that of the ranks asked for. */
double rate_of_size(const struct task *t, uint32_t ranks);
/* The best factors it can have: of size, within its bounds, and of place. */
double rate_best_size(const struct task *t);
double rate_best_place(const sj_ctx *cx, const struct task *t);
/* The best of place on nodes of one type; 0: it does not run there. */
double rate_on_type(const sj_ctx *cx, const struct task *t, uint32_t type);
/* The same on nodes `first` .. `end` - 1, which are of that type. */
double rate_on_nodes(const sj_ctx *cx, const struct task *t, uint32_t type, uint32_t first,
		     uint32_t end);
/* How long `work_ns` takes at least at a rate: rounded down, with room for the rounding
 * of rates. */
sj_time rate_least_ns(sj_time work_ns, double rate);

/* ---- interference.c -------------------------------------------------------------- */

int  interference_init(sj_ctx *cx);
void interference_fini(sj_ctx *cx);
/* t has come to its place (its own slowdown is set), or is about to leave it; those
 * beside it change their rates. SJ_OK or SJ_ENOMEM. */
int  interference_enter(sj_ctx *cx, struct task *t);
void interference_leave(sj_ctx *cx, struct task *t);
/* Are the lists of neighbours those of the running tasks? For --check. */
bool interference_sound(const sj_ctx *cx);

/* ---- copy.c ----------------------------------------------------------------------- */

static inline bool has_copy(const struct task *t)
{
	return t->pace != NULL && t->pace->copy != NULL;
}
static inline bool is_copy(const struct task *t)
{
	return t->pace != NULL && t->pace->copy_of != NULL;
}
/* A copy, or all copies of t, end without effect. */
void copy_cancel(sj_ctx *cx, struct task *copy);
void copies_cancel(sj_ctx *cx, struct task *t);
/* A copy has come to its end first: all give back what they hold. Returns the task. */
struct task *copy_won(sj_ctx *cx, struct task *copy);

/* ---- share.c ---------------------------------------------------------------------- */

/* t holds `units` of the pool from now on; SJ_OK or SJ_EFULL. */
int  share_take(sj_ctx *cx, struct task *t, uint64_t units);
void share_give(sj_ctx *cx, struct task *t);

#endif
