/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay.h - what the parts of delay scheduling share: jobs that wait, nodes with room, and
 * what is new since the last pass.
 *
 * After a pass nobody that waits can use a node with room. So the next one looks at jobs
 * with news (tasks that became ready, a level reached) on all nodes with room, and at other
 * jobs only on nodes with news: fresh ones. Jobs have turns while they have news, while
 * they may launch anywhere, and when a fresh node is one they wait for.
 */
#ifndef DELAY_H
#define DELAY_H

#include "delay_sets.h"
#include "node_set.h"
#include "sojourn/heap.h"
#include "sojourn/queue.h"

enum delay_reset { DELAY_RESET_LAUNCH, DELAY_RESET_FULL };
enum delay_pool_of { DELAY_POOL_NONE, DELAY_POOL_USER, DELAY_POOL_QUEUE, DELAY_POOL_JOB };

/* Jobs that share a turn, in order of arrival. */
struct delay_pool {
	uint32_t key;     /* user or queue */
	uint32_t running; /* tasks */
	double   weight;
	sj_heap *sets;    /* that have turns, by arrival */
};

/* Numbers of sets. */
struct delay_numbers {
	uint32_t *at;
	uint32_t  count, cap;
};

struct delay {
	sj_time           wait, rack_wait, heartbeat;
	const char       *rack_text;
	double            share, locality;
	int               reset, pool;
	int64_t           minshare, slots, skips;
	struct delay_sets s;
	sj_queue         *wide;      /* tasks of several nodes, by stamp */
	uint32_t          nodes, cursor;
	uint32_t         *running;   /* tasks by node */
	uint32_t         *where;     /* node + 1 on which a task runs, by its id; 0: none */
	uint32_t          where_cap;

	struct node_set   room;      /* nodes that may have room; less in a pass those that
	                              * were found too small for what had its turn */
	struct node_set   fresh;     /* of them those with news */
	struct delay_numbers tried, served; /* sets of this pass: in vain; with a launch */
	uint32_t         *blocked;   /* nodes that left `room` for this pass */
	uint32_t          blocked_count;
	uint64_t          pass;      /* from 1 */
	uint32_t          news;      /* sets that have some and were not tried yet */

	sj_heap          *until;     /* sets that wait for a place, by the end of their wait */
	struct delay_pool *pools;
	uint32_t          pool_count, pool_cap;
	struct delay_numbers unused; /* pools of jobs that are over */
	sj_heap          *turn;      /* pools with such sets, whose turn it is first */
	sj_heap          *family;    /* of the pools' heaps */
	sj_time           alarm;
	uint64_t          token;
};

void delay_number_add(sj_ctx *cx, struct delay_numbers *n, uint32_t number);
bool delay_by_skips(const struct delay *s);

/* ---- where the data is: delay_data.c ---- */

/* Could the empty node hold it? */
bool delay_holds(sj_ctx *cx, const sj_task *t, uint32_t node);
/* Local nodes, ascending, until the callback returns. */
uint32_t delay_local_nodes(const struct delay *s, sj_ctx *cx, const sj_task *t,
			   uint32_t **nodes);

/* ---- how far a job may go: delay_level.c ---- */

sj_time delay_wait_at(const struct delay *s, const struct delay_set *j, uint32_t level);
/* A task that has preferences waits, the first of its job: `local` nodes it prefers. */
void delay_level_begin(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t local);
/* The number of those tasks, or its level, has changed. */
void delay_level_settle(struct delay *s, sj_ctx *cx, struct delay_set *j);
/* Waits that are over by now. */
void delay_level_raise(struct delay *s, sj_ctx *cx);
/* What is launched at that level does to the wait; at the end of a pass that left no slot
 * empty for the sake of locality. */
void delay_level_launched(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t level);
void delay_level_full(struct delay *s, sj_ctx *cx, struct delay_set *j);
/* Does it wait for a place now? */
bool delay_level_waits(const struct delay *s, const struct delay_set *j);

/* ---- whose turn it is: delay_turn.c ---- */

void delay_turn_init(struct delay *s, sj_ctx *cx);
/* A new job's pool, and a job that is over. */
void delay_turn_join(struct delay *s, sj_ctx *cx, struct delay_set *j, const sj_task *first);
void delay_turn_leave(struct delay *s, sj_ctx *cx, struct delay_set *j);
/* It has its turns from now on, or none any more. */
void delay_turn_put(struct delay *s, struct delay_set *j);
void delay_turn_drop(struct delay *s, struct delay_set *j);
/* NULL: nobody. */
struct delay_set *delay_turn_first(const struct delay *s);
/* One of its tasks runs, or does not any more. */
void delay_turn_count(struct delay *s, struct delay_set *j, bool starts);

/* ---- a pass: delay_pass.c, delay_skip.c ---- */

/* The job has something to launch that it had not. */
void delay_news(struct delay *s, struct delay_set *j);
/* The node may have room again; all nodes may. */
void delay_node_news(struct delay *s, uint32_t node);
void delay_all_news(struct delay *s);
bool delay_has_room(const struct delay *s, sj_ctx *cx, uint32_t node);
/* Of this job, for this node, at this level and no other. */
const sj_task *delay_candidate(struct delay *s, sj_ctx *cx, struct delay_set *j, uint32_t node,
			       uint32_t level, uint64_t limit);
/* SJ_EFULL: it does not fit; the node is offered no more in this pass. */
int delay_launch(struct delay *s, sj_ctx *cx, struct delay_set *j, const sj_task *t,
		 uint32_t node, uint32_t level);
/* The job gets no other turn in this pass; all get theirs again. */
void delay_tried(struct delay *s, sj_ctx *cx, struct delay_set *j);
void delay_turns_again(struct delay *s);
/* Launches what may be launched of what waits since before stamp `limit`. */
int delay_pass(struct delay *s, sj_ctx *cx, uint64_t limit);
/* Its part where slots ask one after another; was one let pass? */
int delay_serve_skips(struct delay *s, sj_ctx *cx, uint64_t limit, bool *skipped);

/* ---- reasons: delay_say.c ---- */

void delay_say_start(const struct delay *s, sj_ctx *cx, const struct delay_set *j,
		     const sj_task *t, uint32_t node, uint32_t level);
void delay_say_waits(struct delay *s, sj_ctx *cx);

#endif
