/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/deque.h - deques of tasks: one end for their owner, the other for thieves.
 *
 * A family of deques over the dense ids of tasks. A task is in at most one of them. It is
 * linked by its id, so that everything is O(1), a removal from the middle too, and nothing
 * is allocated per task: memory grows with the largest id that was ever here. This is the
 * deque of Blumofe and Leiserson (JACM 46(5), 1999) without its concurrency.
 */
#ifndef SJ_DEQUE_H
#define SJ_DEQUE_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_DEQUE_NONE UINT32_MAX

typedef struct sj_deques sj_deques;

/* `count` empty deques, 0 .. count - 1, in the run's memory. */
sj_deques *sj_deques_create(sj_ctx *cx, uint32_t count);

/* Onto the owner's end. The task must be in no deque of the family. */
void     sj_deques_push(sj_deques *d, uint32_t deque, uint32_t task);
/* Into the middle: next to `newer`, which is in the deque, on its older side;
 * SJ_DEQUE_NONE: as sj_deques_push(). */
void     sj_deques_insert(sj_deques *d, uint32_t deque, uint32_t task, uint32_t newer);
/* From the owner's end, the newest, and from the other, the oldest; SJ_DEQUE_NONE: empty. */
uint32_t sj_deques_pop(sj_deques *d, uint32_t deque);
uint32_t sj_deques_take(sj_deques *d, uint32_t deque);
/* The oldest, which stays. */
uint32_t sj_deques_oldest(const sj_deques *d, uint32_t deque);
/* The one next to a task that is in a deque, towards the owner's end; SJ_DEQUE_NONE: none. */
uint32_t sj_deques_newer(const sj_deques *d, uint32_t task);
/* From wherever it is. The task must be in a deque. */
void     sj_deques_remove(sj_deques *d, uint32_t task);

/* The deque it is in; SJ_DEQUE_NONE: in none. */
uint32_t sj_deques_of(const sj_deques *d, uint32_t task);
uint32_t sj_deques_count(const sj_deques *d, uint32_t deque);

#ifdef __cplusplus
}
#endif
#endif
