/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pes.c - 4-ary heap with positions; see pes.h. */
#include "pes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ID_MASK ((UINT64_C(1) << SJ_PES_ID_BITS) - 1)
#define LINE    64
#define PADS    3u

#define LATER_THAN_ALL (~(pes_entry)0)

static inline void place(sj_pes *p, uint32_t i, pes_entry e)
{
	p->heap[i] = e;
	p->pos[(uint64_t)e & ID_MASK] = i + 1;
}

static void sift_up(sj_pes *p, uint32_t i, pes_entry e)
{
	while (i != 0) {
		uint32_t parent = (i - 1) / 4;

		if (e >= p->heap[parent])
			break;
		place(p, i, p->heap[parent]);
		i = parent;
	}
	place(p, i, e);
}

static void sift_down(sj_pes *p, uint32_t i, pes_entry e)
{
	const pes_entry *h = p->heap;
	uint32_t n = p->count, c;

	/* Three entries behind the last are later than any event, so that the
	 * tournament always has four. */
	while ((c = i * 4 + 1) < n) {
		uint32_t a = c + (h[c + 1] < h[c]);
		uint32_t b = c + 2 + (h[c + 3] < h[c + 2]);
		uint32_t least = h[b] < h[a] ? b : a;

		if (h[least] >= e)
			break;
		place(p, i, h[least]);
		i = least;
	}
	place(p, i, e);
}

void sj_pes_fini(sj_pes *p)
{
	free(p->heap_base);
	free(p->pos);
	memset(p, 0, sizeof(*p));
}

int sj_pes_reserve(sj_pes *p, uint32_t ids)
{
	uint32_t want = p->cap != 0 ? p->cap : 64;
	unsigned char *base;
	uint32_t *pos;

	if (ids <= p->cap)
		return SJ_OK;
	if (ids > ID_MASK)
		return SJ_ENOMEM;
	while (want < ids)
		want *= 2;
	/* heap[1] starts a cache line, so four children share one. */
	base = aligned_alloc(LINE, (((size_t)want + 3 + PADS) * sizeof(pes_entry) +
				    LINE - 1) / LINE * LINE);
	pos = realloc(p->pos, (size_t)want * sizeof(*pos));
	if (pos != NULL)
		p->pos = pos;
	if (base == NULL || pos == NULL) {
		free(base);
		return SJ_ENOMEM;
	}
	memset(pos + p->cap, 0, ((size_t)want - p->cap) * sizeof(*pos));
	if (p->count != 0)
		memcpy(base + 3 * sizeof(pes_entry), p->heap,
		       p->count * sizeof(pes_entry));
	free(p->heap_base);
	p->heap_base = base;
	p->heap = (pes_entry *)(void *)base + 3;
	p->cap = want;
	for (uint32_t i = p->count; i < want + PADS; i++)
		p->heap[i] = LATER_THAN_ALL;
	return SJ_OK;
}

void sj_pes_add(sj_pes *p, uint32_t id, sj_time time)
{
	pes_entry e = (pes_entry)(uint64_t)time << 64 | p->inserted++ << SJ_PES_ID_BITS | id;

	assert(id < p->cap && p->pos[id] == 0 && time >= 0);
	sift_up(p, p->count++, e);
}

static void remove_at(sj_pes *p, uint32_t i)
{
	pes_entry last = p->heap[--p->count];

	p->heap[p->count] = LATER_THAN_ALL;
	if (i == p->count)
		return;
	if (i != 0 && last < p->heap[(i - 1) / 4])
		sift_up(p, i, last);
	else
		sift_down(p, i, last);
}

void sj_pes_cancel(sj_pes *p, uint32_t id)
{
	uint32_t at = p->pos[id];

	if (at == 0)
		return;
	p->pos[id] = 0;
	remove_at(p, at - 1);
}

void sj_pes_move(sj_pes *p, uint32_t id, sj_time time)
{
	pes_entry e = (pes_entry)(uint64_t)time << 64 | p->inserted++ << SJ_PES_ID_BITS | id;
	uint32_t at = p->pos[id];

	assert(id < p->cap && time >= 0);
	if (at == 0)
		sift_up(p, p->count++, e);
	else if (e < p->heap[at - 1])
		sift_up(p, at - 1, e);
	else
		sift_down(p, at - 1, e);
}

uint32_t sj_pes_pop(sj_pes *p)
{
	uint32_t id = (uint32_t)((uint64_t)p->heap[0] & ID_MASK);

	assert(p->count != 0);
	p->pos[id] = 0;
	remove_at(p, 0);
	return id;
}
