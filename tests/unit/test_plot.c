/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_plot.c - what is drawn is what there is: thinned curves keep their extremes
 * and lie on the full ones, step curves and packings agree with brute force.
 */
#include <math.h>

#include "plot/pack.h"
#include "plot/steps.h"
#include "plot/text.h"
#include "plot/thin.h"
#include "test.h"

/* A few bits at a time; the sequence is the same everywhere. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

/* ---- distributions ------------------------------------------------------------- */

TEST(ecdf_is_complete_when_it_fits)
{
	const double v[] = { 0, 0, 0, 1, 1, 2.5, 7, 7, 7, 7 };
	const struct thin_point want[] = { { 0, 0.3 }, { 1, 0.5 }, { 2.5, 0.6 }, { 7, 1 } };
	struct thin_point p[8];
	size_t n = thin_ecdf(v, 10, 8, p);

	REQUIRE(n == 4, "%zu points", n);
	for (size_t i = 0; i < n; i++)
		CHECK(p[i].x == want[i].x && p[i].y == want[i].y, "point %zu: %g %g", i,
		      p[i].x, p[i].y);
	CHECK(thin_ecdf(v, 0, 8, p) == 0, "an empty sample has no points");
	CHECK(thin_ecdf(v, 3, 3, p) == 1 && p[0].x == 0 && p[0].y == 1, "one value");
	CHECK(thin_ecdf(v, 10, 4, p) == 4, "as many values as points fit");
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Share of v[0..n) that is <= x, counted. */
static double share(const double *v, size_t n, double x)
{
	size_t k = 0;

	while (k < n && v[k] <= x)
		k++;
	return (double)k / (double)n;
}

/* Most that the function rises between neighbouring points beyond one value's own
 * weight. */
static double worst_gap(const double *v, size_t n, const struct thin_point *p, size_t kept)
{
	double worst = 0;

	for (size_t i = 1; i < kept; i++) {
		double before = p[i].y;

		for (size_t k = 0; k < n; k++)
			if (v[k] == p[i].x) {
				before = (double)k / (double)n;
				break;
			}
		worst = fmax(worst, before - p[i - 1].y);
	}
	return worst;
}

TEST(ecdf_thinned_is_exact_at_every_step)
{
	static const uint32_t spread[] = { 1000000, 300, 40 };
	enum { N = 3000 };
	static double v[N];
	static struct thin_point p[256];
	uint64_t seed = 1;

	for (size_t round = 0; round < 60; round++) {
		const size_t cap = 3 + draw(&seed, 250), n = 1 + draw(&seed, N);
		size_t kept;

		for (size_t i = 0; i < n; i++)
			v[i] = (double)draw(&seed, spread[round % 3]);
		qsort(v, n, sizeof(v[0]), ascending);
		kept = thin_ecdf(v, n, cap, p);
		REQUIRE(kept >= 1 && kept <= cap, "%zu points of %zu", kept, cap);
		CHECK(p[0].x == v[0], "the least value is there");
		CHECK(p[kept - 1].x == v[n - 1] && p[kept - 1].y == 1, "the greatest is last");
		for (size_t i = 0; i < kept; i++) {
			REQUIRE(p[i].y == share(v, n, p[i].x), "point %zu is not on it", i);
			REQUIRE(i == 0 || p[i].x > p[i - 1].x, "point %zu: order", i);
		}
		CHECK(worst_gap(v, n, p, kept) <= 1.0 / (double)(cap - 2) + 1e-12,
		      "cap %zu, n %zu: a gap of %g", cap, n, worst_gap(v, n, p, kept));
	}
}

/* ---- step curves ------------------------------------------------------------------ */

static bool has(const struct thin_point *p, size_t n, struct thin_point q)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].x == q.x && p[i].y == q.y)
			return true;
	return false;
}

TEST(steps_thinned_keep_extremes)
{
	enum { N = 50000 };
	static struct thin_point p[N], out[THIN_MAX];
	uint64_t seed = 7;

	for (size_t round = 0; round < 20; round++) {
		const size_t cap = 4 + draw(&seed, THIN_MAX - 3);
		size_t lo = 0, hi = 0, kept;
		double x = 0;

		for (size_t i = 0; i < N; i++) {
			x += 1 + draw(&seed, round % 2 == 0 ? 3 : 100000);
			p[i] = (struct thin_point){ x, (double)draw(&seed, 1000000) };
			lo = p[i].y < p[lo].y ? i : lo;
			hi = p[i].y > p[hi].y ? i : hi;
		}
		kept = thin_steps(p, N, cap, out);
		REQUIRE(kept <= cap, "%zu points of %zu", kept, cap);
		CHECK(has(out, kept, p[lo]) && has(out, kept, p[hi]), "the extremes are there");
		CHECK(out[0].x == p[0].x && out[kept - 1].x == p[N - 1].x, "and both ends");
		for (size_t i = 1, k = 0; i < kept; i++) {
			REQUIRE(out[i].x > out[i - 1].x, "point %zu: order", i);
			while (k < N && p[k].x < out[i].x)
				k++;
			REQUIRE(p[k].x == out[i].x && p[k].y == out[i].y, "point %zu is new", i);
		}
	}
	CHECK(thin_steps(p, 3, 4, out) == 3 && out[2].y == p[2].y, "few points stay");
	CHECK(thin_steps(p, 0, 4, out) == 0, "none stay none");
}

TEST(steps_mean_is_the_area)
{
	enum { JOBS = 40, SPAN = 1000 };
	uint64_t seed = 3;

	for (int round = 0; round < 50; round++) {
		static int64_t busy[SPAN];
		struct steps s = { 0 };
		sj_time width = 1 + draw(&seed, 400);
		double mean[SPAN];

		memset(busy, 0, sizeof(busy));
		for (int j = 0; j < JOBS; j++) {
			sj_time from = draw(&seed, SPAN), to = from + draw(&seed, 200);
			int64_t procs = 1 + draw(&seed, 9);

			to = to < SPAN ? to : SPAN;
			REQUIRE(steps_add(&s, from, to, 1, procs) == SJ_OK, "memory");
			for (sj_time t = from; t < to; t++)
				busy[t] += procs;
		}
		steps_finish(&s);
		steps_mean(&s, 0, SPAN, width, mean);
		for (size_t b = 0; b < steps_bins(0, SPAN, width); b++) {
			sj_time begin = (sj_time)b * width, end = begin + width;
			int64_t area = 0;

			end = end < SPAN ? end : SPAN;
			for (sj_time t = begin; t < end; t++)
				area += busy[t];
			CHECK(mean[b] == (double)area / (double)(end - begin),
			      "round %d, bin %zu: %g", round, b, mean[b]);
		}
		steps_free(&s);
	}
}

/* ---- packing ------------------------------------------------------------------------ */

TEST(pack_takes_the_lowest)
{
	const struct pack_job jobs[] = {
		{ 0, 10, 2 }, { 0, 4, 1 }, { 0, 10, 1 }, { 4, 4, 1 }, { 4, 9, 1 }, { 10, 12, 4 },
	};
	struct pack p;

	REQUIRE(pack_jobs(jobs, 6, 5, &p) == SJ_OK, "they fit");
	REQUIRE(p.count == 6, "%zu pieces", p.count);
	CHECK(p.piece[1].first == 2 && p.piece[2].first == 3, "one above the other");
	CHECK(p.piece[3].first == 2 && p.piece[4].first == 2, "a hole is used again, also "
	      "behind a job of no length");
	CHECK(p.piece[5].first == 0 && p.piece[5].last == 3, "freed spans grow together");
	free(p.piece);
	CHECK(pack_jobs(jobs, 6, 3, &p) == SJ_ERANGE, "too many at once");
	free(p.piece);
}

TEST(pack_is_a_placement)
{
	enum { PROCS = 64, SPAN = 300 };
	uint64_t seed = 11;

	for (int round = 0; round < 30; round++) {
		struct pack_job jobs[200];
		static int16_t owner[PROCS][SPAN];
		uint32_t used[SPAN] = { 0 };
		size_t n = 0;
		struct pack p;

		memset(owner, -1, sizeof(owner));
		for (sj_time t = 0; t < SPAN && n < 200; t += draw(&seed, 4)) {
			sj_time end = t + draw(&seed, 40);
			uint32_t w = 1 + draw(&seed, 30);
			bool fits = true;

			end = end < SPAN ? end : SPAN;
			for (sj_time u = t; u < end; u++)
				fits = fits && used[u] + w <= PROCS;
			if (!fits || end == t)
				continue;
			for (sj_time u = t; u < end; u++)
				used[u] += w;
			jobs[n++] = (struct pack_job){ t, end, w };
		}
		REQUIRE(pack_jobs(jobs, n, PROCS, &p) == SJ_OK, "they fit");
		for (size_t i = 0; i < p.count; i++)
			for (uint32_t q = p.piece[i].first; q <= p.piece[i].last; q++)
				for (sj_time u = jobs[p.piece[i].job].start;
				     u < jobs[p.piece[i].job].finish; u++) {
					REQUIRE(owner[q][u] == -1, "processor %u twice", q);
					owner[q][u] = (int16_t)p.piece[i].job;
				}
		for (sj_time u = 0; u < SPAN; u++) {
			uint32_t k = 0;

			for (uint32_t q = 0; q < PROCS; q++)
				k += owner[q][u] >= 0;
			CHECK(k == used[u], "%u processors instead of %u", k, used[u]);
		}
		free(p.piece);
	}
}

/* ---- words and numbers ----------------------------------------------------------------- */

static char *written; /* by the functions that take a stream */

static bool writes(const char *want)
{
	bool same = strcmp(written, want) == 0;

	if (!same)
		fprintf(stderr, "got %s\n", written);
	free(written);
	return same;
}

#define WRITE(call)                                         \
	do {                                                \
		size_t size_;                               \
		FILE *to = open_memstream(&written, &size_); \
		call;                                       \
		fclose(to);                                 \
	} while (0)

TEST(numbers_have_thousands)
{
	static const struct {
		int64_t     n;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { -1234567, "-1,234,567" },
		{ INT64_MIN, "-9,223,372,036,854,775,808" },
	};
	char buf[32];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(strcmp(text_thousands(cases[i].n, buf), cases[i].text) == 0, "%s", buf);
}

TEST(times_are_short)
{
	static const struct {
		sj_time     t;
		const char *text;
	} cases[] = {
		{ 600 * SJ_NS_PER_S, "10 min" }, { 5400 * SJ_NS_PER_S, "90 min" },
		{ 86400 * SJ_NS_PER_S, "1 d" }, { 1500000, "1.5 ms" },
		{ 90061 * SJ_NS_PER_S, "1.04 d" }, { 0, "0 ns" },
	};
	char buf[32];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_time(cases[i].t, buf, sizeof(buf));
		CHECK(strcmp(buf, cases[i].text) == 0, "%s", buf);
	}
}

TEST(ticks_are_round)
{
	WRITE(text_ticks_linear(0, 1040, 5, 0, to));
	CHECK(writes("('0' 0, '500' 500, '1,000' 1000)"), "steps of 1, 2 or 5");
	WRITE(text_ticks_linear(0, 2.08, 5, 1, to));
	CHECK(writes("('0' 0, '1' 1, '2' 2)"), "no half jobs");
	WRITE(text_ticks_log(1, 30000, 3, to));
	CHECK(writes("('1' 1e0, '' 1e1, '100' 1e2, '' 1e3, '10,000' 1e4)"), "powers of ten");
	WRITE(text_ticks_log_every(10, 100000, 4, to));
	CHECK(writes("('10' 1e1, '' 1e2, '' 1e3, '' 1e4, '100,000' 1e5)"), "every fourth");
	WRITE(text_ticks_log_time(1, 4000, false, to));
	CHECK(writes("('1 s' 1, '10 s' 10, '1 min' 60, '10 min' 600, '1 h' 3600)"), "units");
}

TEST(latex_prints_the_same)
{
	WRITE(text_latex("easy_x:50% {a}^2 \u2264 #1 & $\\", to));
	CHECK(writes("easy\\_x:50\\% \\{a\\}\\^{}2 $\\le$ \\#1 \\& \\$\\textbackslash{}"),
	      "special signs");
}

TESTS(CASE(ecdf_is_complete_when_it_fits), CASE(ecdf_thinned_is_exact_at_every_step),
      CASE(steps_thinned_keep_extremes), CASE(steps_mean_is_the_area),
      CASE(pack_takes_the_lowest), CASE(pack_is_a_placement), CASE(numbers_have_thousands),
      CASE(times_are_short), CASE(ticks_are_round), CASE(latex_prints_the_same))
