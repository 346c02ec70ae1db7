/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_profile.c - the availability profile against a plain array with one value
 * per instant, over random additions, trims and searches.
 */
#include "sojourn/profile.h"
#include "test.h"

/* The profile asks the core for memory and nothing else; this is a core. */
struct chunk {
	struct chunk *next; /* kept reachable: nothing is ever freed */
	max_align_t   bytes[];
};
static struct chunk *chunks;

void *sj_alloc(sj_ctx *cx, size_t size)
{
	struct chunk *c = calloc(1, sizeof(*c) + size);

	(void)cx;
	if (c == NULL)
		abort();
	c->next = chunks;
	chunks = c;
	return c->bytes;
}

void *sj_grow(sj_ctx *cx, void *old, size_t old_size, size_t new_size)
{
	char *p = sj_alloc(cx, new_size);

	memcpy(p, old, old_size);
	return p;
}

static uint64_t below(uint64_t *state, uint64_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % n;
}

/* ---- the array ------------------------------------------------------------------ */

enum { HORIZON = 6000, TOTAL = 50 };

struct naive {
	int64_t value[HORIZON]; /* the last one holds for ever */
	int     from;
};

static void naive_add(struct naive *n, int64_t from, int64_t to, int64_t delta)
{
	for (int64_t t = from > n->from ? from : n->from; t < to && t < HORIZON; t++)
		n->value[t] += delta;
}

static int64_t naive_at(const struct naive *n, int64_t t)
{
	return n->value[t < HORIZON ? t : HORIZON - 1];
}

static bool naive_free(const struct naive *n, int64_t width, int64_t from, int64_t to)
{
	for (int64_t t = from; t < to; t++)
		if ((naive_at(n, t) > 0 ? naive_at(n, t) : 0) < width)
			return false;
	return true;
}

static int64_t naive_find(const struct naive *n, int64_t width, int64_t length,
			  int64_t from, int64_t limit, int64_t cap)
{
	int64_t s = from > n->from ? from : n->from;

	if (length == 0)
		length = 1;
	for (; s < limit && s < 2 * HORIZON; s++)
		if (naive_free(n, width, s, s + length < cap ? s + length : cap))
			return s;
	return limit;
}

static int64_t naive_max(const struct naive *n, int64_t from, int64_t to)
{
	int64_t max = naive_at(n, from);

	for (int64_t t = from; t < to && t < HORIZON; t++)
		max = n->value[t] > max ? n->value[t] : max;
	return max;
}

static size_t naive_steps(const struct naive *n)
{
	size_t steps = 1;

	for (int t = n->from + 1; t < HORIZON; t++)
		steps += n->value[t] != n->value[t - 1];
	return steps;
}

/* ---- comparison ----------------------------------------------------------------- */

static void compare_searches(const struct naive *n, const sj_profile *p, uint64_t *state)
{
	int64_t from = n->from + (int64_t)below(state, (uint64_t)(HORIZON - n->from));
	int64_t limit = below(state, 3) == 0 ? SJ_NEVER : from + (int64_t)below(state, 300) - 20;
	int64_t width = (int64_t)below(state, TOTAL + 3), length = (int64_t)below(state, 200);
	int64_t to = from + 1 + (int64_t)below(state, 400);
	int64_t held = limit == SJ_NEVER ? limit : limit + (int64_t)below(state, 2) * (int64_t)below(state, 50);

	CHECK(sj_profile_find(p, width, length, from, limit) ==
	      naive_find(n, width, length, from, limit, SJ_NEVER), "width %lld length %lld from %lld",
	      (long long)width, (long long)length, (long long)from);
	if (limit != SJ_NEVER && limit > from)
		CHECK(sj_profile_find_earlier(p, width, length, from, limit, held) ==
		      naive_find(n, width, length, from, limit, held),
		      "earlier: width %lld length %lld from %lld held %lld", (long long)width,
		      (long long)length, (long long)from, (long long)held);
	CHECK(sj_profile_at(p, from) == naive_at(n, from), "at %lld", (long long)from);
	CHECK(sj_profile_max(p, from, to) == naive_max(n, from, to), "max");
}

static void one_mix(uint64_t seed, int rounds)
{
	static struct naive n;
	uint64_t state = seed;
	sj_profile *p = sj_profile_create(NULL, TOTAL, 0);
	sj_profile *twin = sj_profile_create(NULL, 1, 7);

	n.from = 0;
	for (int t = 0; t < HORIZON; t++)
		n.value[t] = TOTAL;
	for (int i = 0; i < rounds && test_failures == 0; i++) {
		int64_t from = (int64_t)below(&state, HORIZON - 1);
		int64_t to = from + (int64_t)below(&state, below(&state, 4) == 0 ? HORIZON : 60);
		int64_t delta = (int64_t)below(&state, 9) - 5;

		if (below(&state, 40) == 0)
			to = SJ_NEVER;
		if (to >= HORIZON && to != SJ_NEVER)
			to = HORIZON - 1;
		sj_profile_add(p, from, to, delta);
		naive_add(&n, from, to, delta);
		if (below(&state, 3) == 0) { /* and back again */
			sj_profile_add(p, from, to, -delta);
			naive_add(&n, from, to, -delta);
		}
		if (below(&state, 30) == 0 && n.from < HORIZON - 1000) {
			n.from += (int)below(&state, 200);
			sj_profile_trim(p, n.from);
		}
		compare_searches(&n, p, &state);
		if (i % 16 == 0)
			CHECK(sj_profile_steps(p) == naive_steps(&n), "%zu steps, not %zu",
			      sj_profile_steps(p), naive_steps(&n));
		if (i % 100 == 0)
			sj_profile_copy(twin, p);
		if (i % 100 == 0)
			compare_searches(&n, twin, &state);
	}
	CHECK(test_failures == 0, "seed %llu", (unsigned long long)seed);
}

TEST(random_mixes)
{
	for (uint64_t seed = 1; seed <= 60 && test_failures == 0; seed++)
		one_mix(seed, seed % 10 == 0 ? 1500 : 150);
}

/* Widths of jobs in and out: the use conservative backfilling makes of it. */
TEST(jobs_in_and_out)
{
	enum { JOBS = 2000 };
	static struct { int64_t start, length, width; } job[JOBS];
	sj_profile *p = sj_profile_create(NULL, 128, 0);
	uint64_t state = 99;

	for (int i = 0; i < JOBS; i++) {
		job[i].width = 1 + (int64_t)below(&state, 100);
		job[i].length = 1 + (int64_t)below(&state, 1000000000000);
		job[i].start = sj_profile_find(p, job[i].width, job[i].length, 0, SJ_NEVER);
		sj_profile_add(p, job[i].start, job[i].start + job[i].length, -job[i].width);
	}
	CHECK(sj_profile_max(p, 0, SJ_NEVER) <= 128, "never more than the machine");
	/* Of the jobs planned so far, the last cannot be moved earlier. */
	for (int i = JOBS - 1; i >= 0; i--) {
		CHECK(sj_profile_find_earlier(p, job[i].width, job[i].length, 0, job[i].start, job[i].start) ==
		      job[i].start, "job %d was planned at the earliest instant", i);
		sj_profile_add(p, job[i].start, job[i].start + job[i].length, job[i].width);
	}
	CHECK(sj_profile_steps(p) == 1 && sj_profile_at(p, 0) == 128, "empty again");
}

TEST(edges)
{
	sj_profile *p = sj_profile_create(NULL, 4000000000u, 5);

	CHECK(sj_profile_find(p, 4000000000, SJ_TIME_MAX, 0, SJ_NEVER) == 5, "from the origin on");
	CHECK(sj_profile_find(p, INT64_C(4000000001), 1, 5, SJ_NEVER) == SJ_NEVER, "too wide");
	sj_profile_add(p, 0, 10, -4000000000);
	CHECK(sj_profile_at(p, 5) == 0 && sj_profile_at(p, 10) == 4000000000, "clipped");
	CHECK(sj_profile_find(p, 1, 0, 5, SJ_NEVER) == 10, "no length counts as 1 ns");
	CHECK(sj_profile_find(p, 1, 1, 5, 10) == 10 && sj_profile_find(p, 1, 1, 5, 7) == 7, "limit");
	CHECK(sj_profile_find(p, 0, 100, 6, 20) == 6, "no width fits anywhere");
	sj_profile_add(p, 7, 7, 3);
	sj_profile_add(p, 9, 3, 3);
	CHECK(sj_profile_steps(p) == 2, "empty intervals");
	sj_profile_trim(p, 100);
	CHECK(sj_profile_steps(p) == 1 && sj_profile_find(p, 1, 1, 0, SJ_NEVER) == 100, "trimmed");
	sj_profile_trim(p, 50);
	CHECK(sj_profile_at(p, 100) == 4000000000, "time does not go back");
	sj_profile_reset(p, 8, 3);
	CHECK(sj_profile_at(p, 3) == 8 && sj_profile_steps(p) == 1, "reset");
}

TESTS(CASE(random_mixes), CASE(jobs_in_and_out), CASE(edges))
