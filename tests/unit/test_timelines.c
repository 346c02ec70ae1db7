/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_timelines.c - lanes of what runs side by side. */
#include "test.h"

#include <stdlib.h>

#include "run/tracks.h"

struct stretch {
	sj_time from, to;
};

static int by_end(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->to < y->to ? -1 : x->to > y->to;
}

/* Most of them that run at one instant. */
static uint32_t depth(const struct stretch *s, uint32_t n)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t here = 0;

		for (uint32_t k = 0; k < n; k++)
			here += s[k].from <= s[i].from && s[i].from < s[k].to;
		most = here > most ? here : most;
	}
	return most;
}

TEST(lanes_are_as_many_as_run_at_once)
{
	enum { N = 120 };
	uint64_t x = 7;

	for (int round = 0; round < 300; round++) {
		struct stretch s[N];
		uint32_t lane[N];
		struct tracks t = { 0 };

		for (uint32_t i = 0; i < N; i++) {
			x = x * UINT64_C(6364136223846793005) + 1;
			s[i].from = (sj_time)(x >> 40) % 1000;
			s[i].to = s[i].from + 1 + (sj_time)(x >> 20) % (1 + round);
		}
		qsort(s, N, sizeof(s[0]), by_end);
		for (uint32_t i = 0; i < N; i++) {
			const struct track *k = tracks_take(&t, 5, TRACK_CORES, s[i].from,
							    s[i].to);

			REQUIRE(k != NULL);
			lane[i] = k->lane;
			for (uint32_t j = 0; j < i; j++)
				CHECK(lane[j] != lane[i] || s[j].to <= s[i].from);
		}
		CHECK(t.count == depth(s, N), "round %d: %u lanes for %u at once", round,
		      t.count, depth(s, N));
		tracks_fini(&t);
	}
}

TESTS(CASE(lanes_are_as_many_as_run_at_once))
