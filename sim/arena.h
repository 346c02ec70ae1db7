/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h - memory that is given back all at once: one arena a run, one for scratch. */
#ifndef SJ_ARENA_H
#define SJ_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_chunk;

typedef struct sj_arena {
	struct arena_chunk *chunks; /* newest first; allocation is from the first */
	size_t              used;   /* of the first chunk */
	size_t              bytes;  /* asked from the system, for the peak report */
} sj_arena;

/* Zeroed, 16-byte aligned; NULL when the system has no more. A zero-filled
 * sj_arena is empty and ready. */
void *sj_arena_alloc(sj_arena *a, size_t size);
/* Everything becomes free; keeps the largest chunk for the next use. */
void  sj_arena_reset(sj_arena *a);
void  sj_arena_free(sj_arena *a);

#endif
