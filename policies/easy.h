/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * easy.h - EASY backfilling as a part: its state and callbacks, for the policy
 * `easy` and for those dialects that differ from it in a rule or two.
 */
#ifndef EASY_H
#define EASY_H

#include "sojourn/backfill.h"
#include "sojourn/forecast.h"

enum easy_width { EASY_STRICT, EASY_WEAK };
enum easy_pass { EASY_INSTANT, EASY_EVENT };

/* News since the last pass is kept apart: most arrivals need no queue. */
enum { EASY_FRESH = 8 };

struct easy {
	/* parameters */
	const char *order, *candidates;
	int         width; /* enum easy_width */
	int         pass;  /* enum easy_pass */
	/* rules of dialects */
	bool        backfills;    /* no: the head just blocks */
	bool        ends_first;   /* pass=event: completions before arrivals */
	bool        knows_runtime; /* of waiting tasks: their length is the truth */
	/* state */
	sj_waiting  wait;
	sj_waiting  cand;    /* the same queue as wait unless `split` */
	bool        split;   /* candidates have an order of their own */
	sj_ends     ends;
	sj_forecast *forecast; /* on nodes; NULL in a pool, and with pass=event */
	sj_shadow   shadow;  /* of the blocked head; holds while not stale; on nodes the
	                      * forecast knows what is extra */
	bool        stale;   /* more may have changed than fresh tasks arrived */
	bool        held_back; /* on nodes: somebody was, for the head's sake */
	bool        ended;   /* pass=event: a task ended since the last pass */
	uint32_t    fresh_count;
	sj_queue_item fresh[EASY_FRESH]; /* arrived since, in candidate order */
};

/* Parameters and rules are set; makes the sets. */
int easy_init(struct easy *s, sj_ctx *cx);
int easy_on_ready(void *self, sj_ctx *cx, const sj_task *t);
int easy_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
int easy_on_node(void *self, sj_ctx *cx, uint32_t node, bool up);
int easy_schedule(void *self, sj_ctx *cx);

#define EASY_CALLBACKS                                                       \
	.state_size = sizeof(struct easy),                                   \
	.on_ready = easy_on_ready, .on_done = easy_on_done,                  \
	.on_node = easy_on_node, .schedule = easy_schedule

#endif
