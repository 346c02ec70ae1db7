/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocbook.c - lists in one array with a free list, found by job number. */
#include "run/allocbook.h"

#include <stdlib.h>
#include <string.h>

void allocbook_fini(struct allocbook *b)
{
	free(b->entry);
	free(b->head);
	*b = (struct allocbook){ 0 };
}

static int reach(struct allocbook *b, uint64_t seq)
{
	uint64_t cap = b->head_cap != 0 ? b->head_cap : 1024;
	uint32_t *grown;

	if (seq < b->head_cap)
		return SJ_OK;
	while (cap <= seq)
		cap *= 2;
	grown = realloc(b->head, cap * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	memset(grown + b->head_cap, 0, (cap - b->head_cap) * sizeof(*grown));
	b->head = grown;
	b->head_cap = cap;
	return SJ_OK;
}

/* Index + 1 of an unused entry, or 0. */
static uint32_t take(struct allocbook *b)
{
	uint32_t at = b->free_head;

	if (at != 0) {
		b->free_head = b->entry[at - 1].next;
		return at;
	}
	if (b->used == b->cap) {
		uint32_t cap = b->cap != 0 ? 2 * b->cap : 256;
		struct allocbook_entry *grown = realloc(b->entry, cap * sizeof(*grown));

		if (grown == NULL)
			return 0;
		b->entry = grown;
		b->cap = cap;
	}
	return ++b->used;
}

int allocbook_add(struct allocbook *b, const sj_alloc_record *a)
{
	uint32_t at;

	if (reach(b, a->seq) != SJ_OK || (at = take(b)) == 0)
		return SJ_ENOMEM;
	b->entry[at - 1] = (struct allocbook_entry){ *a, b->head[a->seq] };
	b->head[a->seq] = at;
	return SJ_OK;
}

const struct allocbook_entry *allocbook_next(const struct allocbook *b,
					     const struct allocbook_entry *e)
{
	return e->next != 0 ? &b->entry[e->next - 1] : NULL;
}

const struct allocbook_entry *allocbook_first(struct allocbook *b, uint64_t seq)
{
	uint32_t at, turned = 0;

	if (seq >= b->head_cap)
		return NULL;
	/* Added at the head, so latest first: turn the list around. */
	for (at = b->head[seq]; at != 0;) {
		uint32_t next = b->entry[at - 1].next;

		b->entry[at - 1].next = turned;
		turned = at;
		at = next;
	}
	b->head[seq] = turned;
	return turned != 0 ? &b->entry[turned - 1] : NULL;
}

void allocbook_drop(struct allocbook *b, uint64_t seq)
{
	uint32_t at;

	if (seq >= b->head_cap)
		return;
	at = b->head[seq];
	b->head[seq] = 0;
	while (at != 0) {
		uint32_t next = b->entry[at - 1].next;

		b->entry[at - 1].next = b->free_head;
		b->free_head = at;
		at = next;
	}
}
