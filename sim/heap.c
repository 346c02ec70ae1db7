/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heap.c - heaps of numbers with an index of places; see sojourn/heap.h. */
#include "sojourn/heap.h"

struct item {
	sj_heap_key key;
	uint32_t    number;
};

/* Where each number is, in whichever heap of the family it was last. */
struct places {
	uint32_t *at;
	uint32_t  cap;
};

struct sj_heap {
	sj_ctx        *cx;
	struct places *places;
	struct item   *item; /* a parent is not behind its children, 2i + 1 and 2i + 2 */
	uint32_t       count, cap;
};

static sj_heap *create(sj_ctx *cx, struct places *places)
{
	sj_heap *h = sj_alloc(cx, sizeof(*h));

	h->cx = cx;
	h->places = places;
	return h;
}

sj_heap *sj_heap_create(sj_ctx *cx)
{
	return create(cx, sj_alloc(cx, sizeof(struct places)));
}

sj_heap *sj_heap_create_beside(sj_heap *other)
{
	return create(other->cx, other->places);
}

static bool before(const struct item *a, const struct item *b)
{
	if (a->key.major != b->key.major)
		return a->key.major < b->key.major;
	if (a->key.minor != b->key.minor)
		return a->key.minor < b->key.minor;
	if (a->key.seq != b->key.seq)
		return a->key.seq < b->key.seq;
	return a->number < b->number;
}

static void set(sj_heap *h, uint32_t i, struct item item)
{
	h->item[i] = item;
	h->places->at[item.number] = i;
}

/* Puts the item to where it belongs on the way from i to the front. */
static uint32_t rise(sj_heap *h, uint32_t i, struct item item)
{
	for (; i != 0 && before(&item, &h->item[(i - 1) / 2]); i = (i - 1) / 2)
		set(h, i, h->item[(i - 1) / 2]);
	set(h, i, item);
	return i;
}

static void sink(sj_heap *h, uint32_t i, struct item item)
{
	for (uint32_t child; (child = 2 * i + 1) < h->count; i = child) {
		if (child + 1 < h->count && before(&h->item[child + 1], &h->item[child]))
			child++;
		if (before(&item, &h->item[child]))
			break;
		set(h, i, h->item[child]);
	}
	set(h, i, item);
}

static void settle(sj_heap *h, uint32_t i, struct item item)
{
	if (rise(h, i, item) == i)
		sink(h, i, item);
}

static uint32_t twice(uint32_t cap, uint32_t least)
{
	while (cap <= least)
		cap = cap != 0 ? 2 * cap : 8;
	return cap;
}

void sj_heap_put(sj_heap *h, uint32_t number, sj_heap_key key)
{
	const struct item item = { key, number };
	struct places *p = h->places;

	if (sj_heap_has(h, number)) {
		settle(h, p->at[number], item);
		return;
	}
	if (number >= p->cap) {
		uint32_t cap = twice(p->cap, number);

		p->at = sj_grow(h->cx, p->at, p->cap * sizeof(*p->at), cap * sizeof(*p->at));
		p->cap = cap;
	}
	if (h->count == h->cap) {
		uint32_t cap = twice(h->cap, h->count);

		h->item = sj_grow(h->cx, h->item, h->cap * sizeof(*h->item),
				  cap * sizeof(*h->item));
		h->cap = cap;
	}
	rise(h, h->count++, item);
}

void sj_heap_remove(sj_heap *h, uint32_t number)
{
	uint32_t i;
	struct item last;

	if (!sj_heap_has(h, number))
		return;
	i = h->places->at[number];
	last = h->item[--h->count];
	if (i != h->count)
		settle(h, i, last);
}

bool sj_heap_has(const sj_heap *h, uint32_t number)
{
	return number < h->places->cap && h->places->at[number] < h->count &&
	       h->item[h->places->at[number]].number == number;
}

uint32_t sj_heap_count(const sj_heap *h)
{
	return h->count;
}

uint32_t sj_heap_first(const sj_heap *h)
{
	return h->count != 0 ? h->item[0].number : SJ_HEAP_NONE;
}

sj_heap_key sj_heap_first_key(const sj_heap *h)
{
	return h->item[0].key;
}
