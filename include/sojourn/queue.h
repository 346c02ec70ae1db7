/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/queue.h - an ordered queue of tasks with an index over what they need.
 *
 * A B+-tree over (key, seq) whose nodes carry the least width, the least length
 * and the total width of what is below them. Backfilling asks it for the next task
 * that is narrow and short enough; reservations ask it for the first prefix that
 * frees enough processors. O(log n) for everything but full scans.
 *
 * Width and length are the caller's: for waiting tasks processors and estimate,
 * for running tasks processors and expected end (as the key).
 */
#ifndef SJ_QUEUE_H
#define SJ_QUEUE_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_queue sj_queue;

typedef struct sj_queue_item {
	int64_t        key;    /* primary key, smaller first; see sj_key_of_double */
	uint64_t       seq;    /* tie-break; (key, seq) is unique in a queue */
	const sj_task *task;
	int64_t        length; /* ns */
	uint32_t       width;  /* processors */
} sj_queue_item;

/* Order-preserving map of doubles to int64_t (NaN sorts last, -0 equals 0). */
int64_t sj_key_of_double(double x);

/* Empty queue in the run's memory: no free function. */
sj_queue *sj_queue_create(sj_ctx *cx);
/* Another one that shares the index of tasks with `other`: many small queues for the
 * price of one. A task may be in one of such a family, and sj_queue_has() says whether
 * it is in any of them. */
sj_queue *sj_queue_create_beside(sj_queue *other);

uint32_t sj_queue_count(const sj_queue *q);
/* Adds an item; its task must not be in this queue. */
void sj_queue_add(sj_queue *q, const sj_queue_item *item);
/* Removes the task's item. The task must be in the queue. */
void sj_queue_remove(sj_queue *q, const sj_task *t);
bool sj_queue_has(const sj_queue *q, const sj_task *t);
void sj_queue_clear(sj_queue *q);

/* In order; NULL at the end. Pointers hold until the queue changes. */
const sj_queue_item *sj_queue_first(const sj_queue *q);
const sj_queue_item *sj_queue_find(const sj_queue *q, const sj_task *t);
const sj_queue_item *sj_queue_next(const sj_queue *q, const sj_queue_item *it);
/* The first item with (key, seq) > the given pair, present or not. */
const sj_queue_item *sj_queue_after(const sj_queue *q, int64_t key, uint64_t seq);

/*
 * The first item after (key, seq) with
 *     width <= width_max and (length <= length_max or width <= narrow_max),
 * or NULL. narrow_max < 0: the second way does not exist. This is the test of
 * EASY backfilling: free processors, time to the shadow, extra processors.
 */
const sj_queue_item *sj_queue_next_fit(const sj_queue *q, int64_t key,
				       uint64_t seq, int64_t width_max,
				       int64_t length_max, int64_t narrow_max);

/* Least width in the queue; UINT32_MAX when empty. O(1). */
uint32_t sj_queue_min_width(const sj_queue *q);

/*
 * The first item at which the widths from the front add up to >= need; NULL if
 * the whole queue does not suffice. *sum gets the total up to and including it.
 */
const sj_queue_item *sj_queue_prefix(const sj_queue *q, int64_t need, int64_t *sum);
/* Total width of all items with key <= `key`. */
int64_t sj_queue_width_through(const sj_queue *q, int64_t key);

/*
 * Gives every item the key that key(arg, task) returns and restores the order:
 * for orders that change with time. O(n) while the order holds, else O(n log n).
 */
typedef int64_t sj_queue_key_fn(void *arg, const sj_task *t);
void sj_queue_rekey(sj_queue *q, sj_queue_key_fn *key, void *arg);

#ifdef __cplusplus
}
#endif
#endif
