/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_heap.c - two heaps of a family against plain arrays, over random mixes of additions,
 * new keys and removals.
 */
#include "arena_core.h"
#include "sojourn/heap.h"
#include "test.h"

enum { NUMBERS = 300, STEPS = 40000 };

struct plain {
	bool        in;
	sj_heap_key key;
};

static uint64_t below(uint64_t *state, uint64_t n)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return ((*state * UINT64_C(2685821657736338717)) >> 11) % n;
}

static bool before(const struct plain *p, uint32_t a, uint32_t b)
{
	sj_heap_key x = p[a].key, y = p[b].key;

	if (x.major != y.major)
		return x.major < y.major;
	if (x.minor != y.minor)
		return x.minor < y.minor;
	return x.seq != y.seq ? x.seq < y.seq : a < b;
}

static void compare(const sj_heap *h, const struct plain *p, unsigned step)
{
	uint32_t first = SJ_HEAP_NONE, count = 0;

	for (uint32_t i = 0; i < NUMBERS; i++) {
		count += p[i].in;
		CHECK(sj_heap_has(h, i) == p[i].in, "step %u: number %u", step, i);
		if (p[i].in && (first == SJ_HEAP_NONE || before(p, i, first)))
			first = i;
	}
	CHECK(sj_heap_count(h) == count, "step %u: %u numbers, not %u", step, sj_heap_count(h),
	      count);
	CHECK(sj_heap_first(h) == first, "step %u: first %u, not %u", step, sj_heap_first(h),
	      first);
	if (first != SJ_HEAP_NONE)
		CHECK(sj_heap_first_key(h).seq == p[first].key.seq, "step %u: its key", step);
}

TEST(as_plain_arrays)
{
	struct plain plain[2][NUMBERS] = { 0 };
	uint64_t state = 7;
	sj_heap *heap[2];

	heap[0] = sj_heap_create(NULL);
	heap[1] = sj_heap_create_beside(heap[0]);
	CHECK(sj_heap_first(heap[0]) == SJ_HEAP_NONE && !sj_heap_has(heap[0], 1000), "empty");
	for (unsigned step = 0; step < STEPS; step++) {
		uint32_t number = (uint32_t)below(&state, NUMBERS), k = (uint32_t)below(&state, 2);
		struct plain *p = &plain[k][number];

		if (plain[1 - k][number].in)
			continue;
		if (below(&state, 3) == 0) {
			sj_heap_remove(heap[k], number);
			p->in = false;
		} else {
			*p = (struct plain){ true, { (int64_t)below(&state, 3),
						     (double)below(&state, 4), below(&state, 9) } };
			sj_heap_put(heap[k], number, p->key);
		}
		if (step % 16 == 0)
			compare(heap[k], plain[k], step);
	}
	sj_arena_free(&arena);
}

TESTS(CASE(as_plain_arrays))
