/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_heap.h - a heap of numbers by an order of the caller's. Room is the caller's. */
#ifndef BOUND_HEAP_H
#define BOUND_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bound_heap {
	uint32_t   *at; /* the first one on top */
	size_t      n;
	bool      (*before)(const void *who, uint32_t a, uint32_t b);
	const void *who;
};

static inline void bound_heap_push(struct bound_heap *h, uint32_t x)
{
	size_t at = h->n++;

	while (at > 0 && h->before(h->who, x, h->at[(at - 1) / 2])) {
		h->at[at] = h->at[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->at[at] = x;
}

static inline void bound_heap_pop(struct bound_heap *h)
{
	uint32_t x = h->at[--h->n];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < h->n) {
		if (child + 1 < h->n && h->before(h->who, h->at[child + 1], h->at[child]))
			child++;
		if (!h->before(h->who, h->at[child], x))
			break;
		h->at[at] = h->at[child];
		at = child;
	}
	h->at[at] = x;
}

#endif
