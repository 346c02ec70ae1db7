/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_heap.h - private to coflow_fair.c: a heap of ids by a number, least first.
 *
 * Its memory is the caller's, with room for `cap`. With `place`, an array by id, any id can be
 * removed; without, only the first. Equal keys leave by id.
 */
#ifndef SJ_COFLOW_HEAP_H
#define SJ_COFLOW_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct coflow_key {
	double   at;
	uint32_t id;
};

struct coflow_heap {
	struct coflow_key *key;
	uint32_t          *place;
	uint32_t           count, cap;
};

static inline int coflow_key_less(struct coflow_key a, struct coflow_key b)
{
	return a.at < b.at || (a.at == b.at && a.id < b.id);
}

static inline void coflow_heap_set(struct coflow_heap *h, uint32_t i, struct coflow_key k)
{
	h->key[i] = k;
	if (h->place != NULL)
		h->place[k.id] = i;
}

static inline void coflow_heap_up(struct coflow_heap *h, uint32_t i, struct coflow_key k)
{
	for (; i > 0 && coflow_key_less(k, h->key[(i - 1) / 2]); i = (i - 1) / 2)
		coflow_heap_set(h, i, h->key[(i - 1) / 2]);
	coflow_heap_set(h, i, k);
}

static inline void coflow_heap_down(struct coflow_heap *h, uint32_t i, struct coflow_key k)
{
	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child + 1 < h->count && coflow_key_less(h->key[child + 1], h->key[child]))
			child++;
		if (child >= h->count || !coflow_key_less(h->key[child], k))
			break;
		coflow_heap_set(h, i, h->key[child]);
		i = child;
	}
	coflow_heap_set(h, i, k);
}

static inline void coflow_heap_put(struct coflow_heap *h, uint32_t id, double at)
{
	coflow_heap_up(h, h->count++, (struct coflow_key){ at, id });
}

static inline void coflow_heap_take(struct coflow_heap *h, uint32_t i)
{
	struct coflow_key last = h->key[--h->count];

	if (i == h->count)
		return;
	if (i > 0 && coflow_key_less(last, h->key[(i - 1) / 2]))
		coflow_heap_up(h, i, last);
	else
		coflow_heap_down(h, i, last);
}

static inline void coflow_heap_pop(struct coflow_heap *h)
{
	coflow_heap_take(h, 0);
}

static inline void coflow_heap_remove(struct coflow_heap *h, uint32_t id)
{
	coflow_heap_take(h, h->place[id]);
}

#endif
