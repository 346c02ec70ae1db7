/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_timelines.c - amounts over time in bins, and lanes of what runs side by side. */
#include "test.h"

#include <stdlib.h>

#include "run/bins.h"
#include "run/timelines.h"
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

/* ---- bins ---------------------------------------------------------------------------- */

struct addition {
	sj_time from, to;
	int64_t amount;
};

/* Area of all additions within [from, to), without any bins. */
static __int128 area_of(const struct addition *a, uint32_t n, sj_time from, sj_time to)
{
	__int128 sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		sj_time left = a[i].from > from ? a[i].from : from;
		sj_time right = a[i].to < to ? a[i].to : to;

		if (left < right)
			sum += (__int128)a[i].amount * (right - left);
	}
	return sum;
}

static uint64_t draw(uint64_t *x)
{
	*x = *x * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return *x >> 24;
}

/* Every bin is right to the last unit, whatever it took to get there: spans of
 * nanoseconds beside spans of years, in any order. */
TEST(bins_are_exact_however_often_they_double)
{
	enum { N = 200, BINS = 16 };
	uint64_t x = 11;

	for (int round = 0; round < 400; round++) {
		struct addition a[N];
		struct bins b;
		__int128 out[BINS], sum = 0, want = 0;
		sj_time zero = (sj_time)(draw(&x) % 1000000);

		REQUIRE(bins_init(&b, 3, BINS, zero) == SJ_OK);
		for (uint32_t i = 0; i < N; i++) {
			sj_time scale = INT64_C(1) << draw(&x) % (uint64_t)(8 + round % 48);

			a[i].from = zero + (sj_time)(draw(&x) % (uint64_t)scale);
			a[i].to = a[i].from + (sj_time)(draw(&x) % (uint64_t)scale);
			a[i].amount = (int64_t)(draw(&x) % (UINT64_C(1) << round % 40)) + 1;
			REQUIRE(bins_add(&b, 1, a[i].from, a[i].to, a[i].amount) == SJ_OK);
			want += (__int128)a[i].amount * (a[i].to - a[i].from);
		}
		REQUIRE(bins_used(&b) <= BINS);
		bins_areas(&b, 1, out);
		for (uint32_t i = 0; i < bins_used(&b); i++) {
			CHECK(out[i] == area_of(a, N, bins_begin(&b, i), bins_begin(&b, i + 1)),
			      "round %d, bin %u", round, i);
			sum += out[i];
		}
		CHECK(sum == want, "round %d", round);
		bins_areas(&b, 0, out);
		CHECK(out[0] == 0, "another row is untouched");
		bins_fini(&b);
	}
}

/* ---- nodes and GPUs --------------------------------------------------------------------- */

struct sums {
	__int128 core_ns, gpu_milli_ns, down_ns, milli_ns;
	__int128 of_gpu[3][4];
	uint32_t rows, last_node;
	sj_time  last_to;
	bool     ordered;
};

static int sum_node(void *self, const struct timelines_node *n, sj_error *err)
{
	struct sums *s = self;

	(void)err;
	s->ordered = s->ordered && n->from_ns < n->to_ns &&
		     (n->node > s->last_node || s->rows == 0 ||
		      (n->node == s->last_node && n->from_ns >= s->last_to));
	s->last_node = n->node;
	s->last_to = n->to_ns;
	s->rows++;
	s->core_ns += n->core_ns;
	s->gpu_milli_ns += n->gpu_milli_ns;
	s->down_ns += n->down_ns;
	return SJ_OK;
}

static int sum_gpu(void *self, const struct timelines_gpu *g, sj_error *err)
{
	struct sums *s = self;

	(void)err;
	s->milli_ns += g->milli_ns;
	if (g->node < 3 && g->gpu < 4)
		s->of_gpu[g->node][g->gpu] += g->milli_ns;
	return SJ_OK;
}

static const sj_node_type two_types[] = {
	{ .count = 2, .cores = 8, .gpus = 4 }, { .count = 1, .cores = 16, .gpus = 2 },
};

TEST(what_nodes_did_is_what_tasks_held)
{
	const sj_cluster c = { .type_count = 2, .types = two_types };
	struct timelines *t = NULL;
	struct sums s = { .ordered = true };
	__int128 core = 0, milli = 0, of_gpu[3][4] = { { 0 } };
	uint64_t x = 5;
	sj_time now = 1000;
	sj_sink sink;

	REQUIRE(timelines_create(&c, &t) == SJ_OK);
	sink = timelines_sink(t);
	CHECK(sink.sample(sink.self, &(sj_sample){ .at_ns = now }, NULL) == SJ_OK);
	for (uint32_t i = 0; i < 20000; i++) {
		sj_alloc_record a = { .node = (uint32_t)(draw(&x) % 3), .cores = 1 + i % 8,
				      .gpu_milli = 1 + (uint32_t)(draw(&x) % 1000) };

		now += (sj_time)(draw(&x) % 1000000007);
		a.from_ns = now - (sj_time)(draw(&x) % (uint64_t)(now - 999));
		a.to_ns = now;
		a.gpus = draw(&x) % (a.node == 2 ? 4 : 16);
		CHECK(sink.alloc(sink.self, &a, NULL) == SJ_OK);
		core += (__int128)a.cores * (a.to_ns - a.from_ns);
		for (uint32_t g = 0; g < 4; g++)
			if (a.gpus >> g & 1) {
				milli += (__int128)a.gpu_milli * (a.to_ns - a.from_ns);
				of_gpu[a.node][g] += (__int128)a.gpu_milli * (a.to_ns - a.from_ns);
			}
	}
	CHECK(timelines_each(t, sum_node, sum_gpu, &s, NULL) == SJ_OK);
	CHECK(s.ordered);
	CHECK(s.core_ns == core && s.gpu_milli_ns == milli && s.milli_ns == milli);
	CHECK(memcmp(s.of_gpu, of_gpu, sizeof(of_gpu)) == 0, "GPU by GPU");
	CHECK(s.rows <= 3 * TIMELINES_BINS, "%u rows", s.rows);
	timelines_free(t);
}

/* Fails at 100, is back at 400; another fails at 700 for good; a third joins at 250. */
TEST(failed_nodes_are_down)
{
	const sj_cluster c = { .type_count = 2, .types = two_types };
	static const sj_node_record change[] = {
		{ .at_ns = 100, .node = 0, .change = SJ_CHANGE_FAIL },
		{ .at_ns = 250, .node = 2, .change = SJ_CHANGE_JOIN },
		{ .at_ns = 300, .node = 1, .change = SJ_CHANGE_DRAIN },
		{ .at_ns = 400, .node = 0, .change = SJ_CHANGE_UP },
		{ .at_ns = 500, .node = 1, .change = SJ_CHANGE_UP },
		{ .at_ns = 700, .node = 1, .change = SJ_CHANGE_FAIL },
	};
	struct timelines *t = NULL;
	struct sums s = { .ordered = true };
	sj_sink sink;

	REQUIRE(timelines_create(&c, &t) == SJ_OK);
	sink = timelines_sink(t);
	CHECK(sink.sample(sink.self, &(sj_sample){ .at_ns = 0 }, NULL) == SJ_OK);
	for (size_t i = 0; i < sizeof(change) / sizeof(change[0]); i++)
		CHECK(sink.node(sink.self, &change[i], NULL) == SJ_OK);
	CHECK(sink.sample(sink.self, &(sj_sample){ .at_ns = 1000 }, NULL) == SJ_OK);
	CHECK(timelines_each(t, sum_node, sum_gpu, &s, NULL) == SJ_OK);
	CHECK(s.down_ns == 300 + 250 + 300, "%d", (int)s.down_ns);
	timelines_free(t);
}

/* A million nodes: summed up in groups, and still nothing is lost. */
TEST(many_nodes_are_summed_up)
{
	const sj_node_type type = { .count = 1000000, .cores = 64, .gpus = 8 };
	const sj_cluster c = { .type_count = 1, .types = &type };
	struct timelines *t = NULL;
	struct sums s = { .ordered = true };
	char text[256];
	sj_sink sink;

	REQUIRE(timelines_create(&c, &t) == SJ_OK);
	sink = timelines_sink(t);
	timelines_limits(t, text, sizeof(text));
	CHECK(strstr(text, "8000000 GPUs") != NULL && strstr(text, "62 at a time") != NULL, "%s",
	      text);
	CHECK(sink.sample(sink.self, &(sj_sample){ .at_ns = 0 }, NULL) == SJ_OK);
	for (uint32_t i = 0; i < 1000000; i += 1000)
		CHECK(sink.alloc(sink.self, &(sj_alloc_record){ .node = i, .cores = 3, .gpus = 3,
				 .gpu_milli = 1000, .to_ns = 1 + i }, NULL) == SJ_OK);
	CHECK(timelines_each(t, sum_node, sum_gpu, &s, NULL) == SJ_OK);
	CHECK(s.core_ns == 3 * (INT64_C(500) * 999000 + 1000) && s.ordered);
	CHECK(s.gpu_milli_ns * 3 == s.core_ns * 2000 && s.milli_ns == 0);
	timelines_free(t);
}

TESTS(CASE(lanes_are_as_many_as_run_at_once), CASE(bins_are_exact_however_often_they_double),
      CASE(what_nodes_did_is_what_tasks_held), CASE(failed_nodes_are_down),
      CASE(many_nodes_are_summed_up))
