/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/backfill.h - the two sets a queueing policy thinks about: tasks that
 * wait, in some order, and tasks that run, by the time they are expected to end.
 *
 * The second answers the question of backfilling: when will the blocked head fit,
 * and what will be left over then?
 */
#ifndef SJ_BACKFILL_H
#define SJ_BACKFILL_H

#include "sojourn/lanes.h"
#include "sojourn/order.h"
#include "sojourn/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- waiting tasks ------------------------------------------------------- */

typedef struct sj_waiting {
	sj_order *order;
	sj_queue *queue;   /* width: processors; length: estimate */
	bool      dynamic; /* keys hold until the clock moves */
	sj_lanes *lanes;   /* the same tasks by demand; NULL: not asked for, or a pool */
} sj_waiting;

/* `order` is a spec of order.h. SJ_OK, or an error that sj_policy_fail() knows. */
int sj_waiting_init(sj_waiting *w, sj_ctx *cx, const char *order);

/* What add() would add; keys of dynamic orders are left 0 until sort(). */
sj_queue_item sj_waiting_item(const sj_waiting *w, sj_ctx *cx, const sj_task *t);
void sj_waiting_add(sj_waiting *w, sj_ctx *cx, const sj_task *t);
/* On nodes, keeps lanes as well, for policies that look behind the head. While empty. */
void sj_waiting_by_demand(sj_waiting *w, sj_ctx *cx);
/* Adds an item; takes a task out; of queue and lanes. */
void sj_waiting_put(sj_waiting *w, const sj_queue_item *item);
void sj_waiting_remove(sj_waiting *w, const sj_task *t);
void sj_waiting_clear(sj_waiting *w);

/* Gives dynamic orders their keys of now; nothing for static ones. Call it
 * before a pass that can start something. */
void sj_waiting_sort(sj_waiting *w, sj_ctx *cx);

/* ---- running tasks ------------------------------------------------------- */

typedef struct sj_ends {
	sj_queue *queue;   /* key: start + estimate; seq: number of the start */
	uint64_t  starts;
} sj_ends;

void sj_ends_init(sj_ends *e, sj_ctx *cx);
/* t has just been started. */
void sj_ends_add(sj_ends *e, const sj_task *t);
/* Processors of the tasks in the set that are expected to end at or before t. */
int64_t sj_ends_free_by(const sj_ends *e, sj_time t);

/*
 * The reservation of a task that needs `need` processors when `free` are free
 * now: the shadow time `at`, the first at which it fits if every running task
 * lasts exactly to its expected end, and the `extra` processors that it leaves
 * over then. A task past its expected end has no known end; it counts as ending
 * now, so that reservations move instead of landing in the past.
 *
 * at is SJ_NEVER when all running tasks together do not free enough.
 */
typedef struct sj_shadow {
	sj_time at;
	int64_t extra;
} sj_shadow;

/* all: `extra` counts every task that is expected to end by `at`; otherwise only
 * as many, in the order (expected end, start), as it takes to fit. */
sj_shadow sj_ends_shadow(const sj_ends *e, int64_t need, int64_t free, sj_time now,
			 bool all);

#ifdef __cplusplus
}
#endif
#endif
