/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_listlanes.c - spans of time promised on cores against a sorted array that is searched
 * from its beginning, over random mixes of promises, withdrawals and questions.
 */
#include "arena_core.h"
#include "listlanes.h"
#include "test.h"

static uint64_t below(uint64_t *state, uint64_t n)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return ((*state * UINT64_C(2685821657736338717)) >> 11) % n;
}

enum { MOST = 600, STEPS = 30000 };

struct slow {
	struct { sj_time start, end; uint32_t slot; } span[MOST + 1];
	unsigned count;
};

static sj_time slow_gap(const struct slow *s, sj_time from, sj_time length)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->span[i].end <= from && s->span[i].start < from)
			continue;
		if (s->span[i].start - from >= length)
			return from;
		if (s->span[i].end > from)
			from = s->span[i].end;
	}
	return from;
}

/* Behind those that are before it by (start, end); it is the newest. */
static void slow_add(struct slow *s, sj_time start, sj_time end, uint32_t slot)
{
	unsigned i = s->count++;

	for (; i > 0 && (s->span[i - 1].start > start ||
			 (s->span[i - 1].start == start && s->span[i - 1].end > end)); i--)
		s->span[i] = s->span[i - 1];
	s->span[i].start = start;
	s->span[i].end = end;
	s->span[i].slot = slot;
}

static void mix(uint64_t seed, sj_time scale)
{
	static struct slow slow;
	struct lanes l;
	uint64_t state = seed;

	slow.count = 0;
	lanes_init(&l, NULL);
	lanes_grow(&l, 3);
	for (unsigned step = 0; step < STEPS; step++) {
		sj_time from = (sj_time)below(&state, 40 * (uint64_t)scale);
		sj_time length = (sj_time)below(&state, (uint64_t)scale);
		sj_time at = lanes_gap(&l, 1, from, length, false);
		sj_time last = slow.count != 0 ? slow.span[slow.count - 1].end : 0;

		CHECK(at == slow_gap(&slow, from, length), "step %u: %d, not %d", step, (int)at,
		      (int)slow_gap(&slow, from, length));
		CHECK(lanes_gap(&l, 1, from, length, true) == (last > from ? last : from));
		CHECK(lanes_gap(&l, 0, from, length, false) == from);
		CHECK(lanes_head(&l, 1) == (slow.count != 0 ? slow.span[0].slot : NO_SLOT));
		if (slow.count > 0 && (slow.count == MOST || below(&state, 5) < 2)) {
			unsigned i = (unsigned)below(&state, slow.count);

			lanes_take(&l, slow.span[i].slot);
			lanes_let_go(&l, slow.span[i].slot);
			for (slow.count--; i < slow.count; i++)
				slow.span[i] = slow.span[i + 1];
		} else {
			slow_add(&slow, at, at + length,
				 lanes_promise(&l, 1, at, at + length, step, 0, NO_SLOT));
		}
	}
	sj_arena_free(&arena);
}

TEST(random_mixes)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		mix(seed, 4); /* many ties, and spans of no time */
		mix(seed, 1000);
	}
}

TEST(a_busy_lane_is_free_when_it_should_end)
{
	struct lanes l;

	lanes_init(&l, NULL);
	lanes_grow(&l, 1);
	l.lane[0].busy = true;
	l.lane[0].busy_until = 10;
	lanes_promise(&l, 0, 15, 20, 1, 0, NO_SLOT);
	CHECK(lanes_gap(&l, 0, 3, 5, false) == 10);
	CHECK(lanes_gap(&l, 0, 3, 6, false) == 20);
	CHECK(lanes_gap(&l, 0, 3, 1, true) == 20);
	sj_arena_free(&arena);
}

TESTS(CASE(random_mixes), CASE(a_busy_lane_is_free_when_it_should_end))
