/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grow.c - lists by number in the memory of a run: built on sj_grow() alone. */
#include "sojourn/policy.h"

void *sj_grow_to(sj_ctx *cx, void *old, uint32_t *cap, uint32_t id, size_t size)
{
	uint32_t next = *cap > 0 ? *cap : 64;

	if (id < *cap)
		return old;
	while (next <= id)
		next = next > UINT32_MAX / 2 ? UINT32_MAX : next * 2;
	old = sj_grow(cx, old, *cap * size, next * size);
	*cap = next;
	return old;
}
