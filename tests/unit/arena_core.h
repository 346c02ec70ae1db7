/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arena_core.h - a core for tools that ask it for memory and nothing else: an arena. Each
 * test frees it when it is through.
 */
#ifndef ARENA_CORE_H
#define ARENA_CORE_H

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "sojourn/policy.h"

static sj_arena arena;

void *sj_alloc(sj_ctx *cx, size_t size)
{
	void *p = sj_arena_alloc(&arena, size);

	(void)cx;
	if (p == NULL)
		abort();
	return p;
}

void *sj_grow(sj_ctx *cx, void *old, size_t old_size, size_t new_size)
{
	char *p = sj_alloc(cx, new_size);

	if (old_size > 0)
		memcpy(p, old, old_size);
	return p;
}

#endif
