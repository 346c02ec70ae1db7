/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/heap.h - heaps of small numbers, least key first, from which any number can be
 * taken out or moved: for whose turn it is, or what is over first.
 *
 * A binary heap with an index of places. O(log n) for a change, O(1) for the first.
 */
#ifndef SJ_HEAP_H
#define SJ_HEAP_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_HEAP_NONE UINT32_MAX

typedef struct sj_heap sj_heap;

/* Compared field by field; what is equal in all goes by number. */
typedef struct sj_heap_key {
	int64_t  major;
	double   minor; /* not NaN */
	uint64_t seq;
} sj_heap_key;

/* Empty, in the run's memory: no free function. */
sj_heap *sj_heap_create(sj_ctx *cx);
/* Another one that shares the index of places with `other`: many small heaps for the price
 * of one. A number may be in one heap of such a family. */
sj_heap *sj_heap_create_beside(sj_heap *other);

/* Adds the number, or gives it another key. */
void sj_heap_put(sj_heap *h, uint32_t number, sj_heap_key key);
/* Nothing when it is not in this heap. */
void sj_heap_remove(sj_heap *h, uint32_t number);
bool sj_heap_has(const sj_heap *h, uint32_t number);

uint32_t sj_heap_count(const sj_heap *h);
/* SJ_HEAP_NONE: empty. */
uint32_t sj_heap_first(const sj_heap *h);
/* Of the first; the heap must not be empty. */
sj_heap_key sj_heap_first_key(const sj_heap *h);

#ifdef __cplusplus
}
#endif
#endif
