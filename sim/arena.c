/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - chunked bump allocation. */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_MIN 65536u
#define ALIGN     16u

struct arena_chunk {
	struct arena_chunk *next;
	size_t              size; /* of data */
	_Alignas(16) unsigned char data[];
};

static int arena_grow(sj_arena *a, size_t size)
{
	size_t want = size < CHUNK_MIN ? CHUNK_MIN : size;
	struct arena_chunk *c;

	if (want > SIZE_MAX - sizeof(*c))
		return 0;
	c = malloc(sizeof(*c) + want);
	if (c == NULL)
		return 0;
	c->size = want;
	c->next = a->chunks;
	a->chunks = c;
	a->used = 0;
	a->bytes += want;
	return 1;
}

void *sj_arena_alloc(sj_arena *a, size_t size)
{
	unsigned char *p;

	if (size > SIZE_MAX - ALIGN)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->chunks == NULL || a->chunks->size - a->used < size)
		if (!arena_grow(a, size))
			return NULL;
	p = a->chunks->data + a->used;
	a->used += size;
	return memset(p, 0, size);
}

void sj_arena_reset(sj_arena *a)
{
	struct arena_chunk *keep = a->chunks, *c, *next;

	if (keep == NULL)
		return;
	for (c = keep->next; c != NULL; c = c->next)
		if (c->size > keep->size)
			keep = c;
	for (c = a->chunks; c != NULL; c = next) {
		next = c->next;
		if (c == keep)
			continue;
		a->bytes -= c->size;
		free(c);
	}
	keep->next = NULL;
	a->chunks = keep;
	a->used = 0;
}

void sj_arena_free(sj_arena *a)
{
	struct arena_chunk *c, *next;

	for (c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	memset(a, 0, sizeof(*a));
}
