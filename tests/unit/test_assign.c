/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_assign.c - the assignment problem: textbook cases, all assignments of small ones one by
 * one, the simplex method up to 100 x 100, costs of any size.
 */
#include <gsl/gsl_rng.h>

#include "sojourn/assign.h"
#include "sojourn/lp.h"
#include "sojourn/rng.h"
#include "test.h"

#define NEVER SJ_ASSIGN_NEVER

static const struct {
	const char *what;
	uint32_t rows, cols;
	int64_t  cost[25], total;
	int      column[5];
} hands[] = {
	{ "one pair", 1, 1, { 7 }, 7, { 0 } },
	{ "four jobs, a textbook's", 4, 4,
	  { 82, 83, 69, 92, 77, 37, 49, 92, 11, 69, 5, 86, 8, 9, 98, 23 }, 140, { 2, 1, 0, 3 } },
	{ "all equal: in order", 3, 3, { 3, 3, 3, 3, 3, 3, 3, 3, 3 }, 9, { 0, 1, 2 } },
	{ "all equal, columns are left", 2, 4, { 5, 5, 5, 5, 5, 5, 5, 5 }, 10, { 0, 1 } },
	{ "all equal, rows are left", 4, 2, { 5, 5, 5, 5, 5, 5, 5, 5 }, 10, { 0, 1, -1, -1 } },
	{ "the cheap row goes without a column", 3, 2, { 9, 1, 9, 2, 1, 9 }, 2, { 1, -1, 0 } },
	{ "below zero", 2, 2, { -5, -1, -4, -2 }, -7, { 0, 1 } },
	{ "as many as possible, though dear", 2, 2, { 1, 100, 1, NEVER }, 101, { 1, 0 } },
	{ "a row that can have none", 3, 2, { NEVER, NEVER, 4, 6, 3, 5 }, 9, { -1, 0, 1 } },
	{ "nothing is allowed", 2, 2, { NEVER, NEVER, NEVER, NEVER }, 0, { -1, -1 } },
	{ "no column", 2, 0, { 0 }, 0, { -1, -1 } },
};

TEST(by_hand)
{
	for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]); i++) {
		uint32_t column[5];
		int64_t total = -1;

		CHECK(sj_assign(hands[i].rows, hands[i].cols, hands[i].cost, column, &total) ==
		      SJ_OK, "%s", hands[i].what);
		CHECK(total == hands[i].total, "%s: %lld", hands[i].what, (long long)total);
		for (uint32_t r = 0; r < hands[i].rows; r++)
			CHECK((int)column[r] == hands[i].column[r], "%s: row %u has %d",
			      hands[i].what, r, (int)column[r]);
	}
}

/* ---- all assignments of a small problem ------------------------------------------------------ */

struct all {
	uint32_t rows, cols, column[6], best[6];
	int64_t  cost[36], total;
	uint32_t made; /* pairs of the best */
	bool     any;
};

/* Rows in order, columns in order, none last: so the first optimum is the lowest. */
static void try_row(struct all *a, uint32_t r, uint32_t made, int64_t total)
{
	if (r == a->rows || r == 6) {
		if (!a->any || made > a->made || (made == a->made && total < a->total)) {
			a->any = true;
			a->made = made;
			a->total = total;
			memcpy(a->best, a->column, sizeof(a->best));
		}
		return;
	}
	for (uint32_t c = 0; c <= a->cols; c++) {
		bool taken = false;
		int64_t cost = c < a->cols ? a->cost[r * a->cols + c] : 0;

		for (uint32_t k = 0; k < r; k++)
			taken |= c < a->cols && a->column[k] == c;
		if (taken || cost == NEVER)
			continue;
		a->column[r] = c < a->cols ? c : SJ_ASSIGN_NONE;
		try_row(a, r + 1, made + (c < a->cols), total + cost);
	}
}

/* Costs are small, so that most problems have several optima. */
TEST(small_ones_are_the_lowest_optimum)
{
	gsl_rng *rng = sj_rng_create(1, "test.assign", 0);

	for (int seed = 0; seed < 3000; seed++) {
		bool forbidden = seed % 3 == 2;
		struct all a = { .rows = 1 + (uint32_t)gsl_rng_uniform_int(rng, 5),
				 .cols = 1 + (uint32_t)gsl_rng_uniform_int(rng, 5) };
		unsigned long span = 2 + gsl_rng_uniform_int(rng, 8);
		uint32_t column[6], made = 0;
		int64_t total;

		for (uint32_t i = 0; i < a.rows * a.cols; i++)
			a.cost[i] = forbidden && gsl_rng_uniform_int(rng, 3) == 0 ?
					    NEVER :
					    (int64_t)gsl_rng_uniform_int(rng, span);
		try_row(&a, 0, 0, 0);
		CHECK(sj_assign(a.rows, a.cols, a.cost, column, &total) == SJ_OK, "%d", seed);
		for (uint32_t r = 0; r < a.rows; r++)
			made += column[r] != SJ_ASSIGN_NONE;
		CHECK(total == a.total && made == a.made, "seed %d, %u x %u: %lld for %u, best "
		      "%lld for %u", seed, a.rows, a.cols, (long long)total, made,
		      (long long)a.total, a.made);
		if (!forbidden)
			CHECK(memcmp(column, a.best, a.rows * sizeof(*column)) == 0,
			      "seed %d, %u x %u: not the lowest", seed, a.rows, a.cols);
	}
	gsl_rng_free(rng);
}

/* ---- the simplex method ------------------------------------------------------------------------ */

/* The relaxation, whose optima at corners are whole: rows at most 1, or exactly 1 when there
 * are columns enough. */
static double by_simplex(uint32_t rows, uint32_t cols, const int64_t *cost)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	sj_lp_result result;
	uint32_t first;

	sj_lp_add_rows(lp, rows + cols, &first);
	sj_lp_add_cols(lp, rows * cols, &first);
	for (uint32_t r = 0; r < rows; r++)
		sj_lp_set_row(lp, r, rows <= cols ? 1 : 0, 1);
	for (uint32_t c = 0; c < cols; c++)
		sj_lp_set_row(lp, rows + c, cols <= rows ? 1 : 0, 1);
	for (uint32_t i = 0; i < rows * cols; i++) {
		sj_lp_set_col(lp, i, 0, 1);
		sj_lp_set_cost(lp, i, (double)cost[i]);
		sj_lp_fill_col(lp, i, 2, (uint32_t[]){ i / cols, rows + i % cols },
			       (double[]){ 1, 1 });
	}
	CHECK(sj_lp_solve(lp, NULL, &result) == SJ_LP_OPTIMAL, "%d", result.status);
	sj_lp_free(lp);
	return result.objective;
}

TEST(as_cheap_as_the_simplex_method)
{
	static const uint32_t size[][2] = { { 30, 30 }, { 50, 20 }, { 20, 50 }, { 100, 100 },
					    { 100, 40 }, { 60, 100 } };
	gsl_rng *rng = sj_rng_create(1, "test.assign", 1);

	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		uint32_t rows = size[i][0], cols = size[i][1], column[100];
		int64_t *cost = malloc(rows * cols * sizeof(*cost)), total;
		double want;

		for (uint32_t k = 0; k < rows * cols; k++)
			cost[k] = (int64_t)gsl_rng_uniform_int(rng, i % 2 ? 30 : 10000);
		sj_assign(rows, cols, cost, column, &total);
		want = by_simplex(rows, cols, cost);
		CHECK((double)total > want - 1e-3 && (double)total < want + 1e-3,
		      "%u x %u: %lld, by simplex %.6f", rows, cols, (long long)total, want);
		free(cost);
	}
	gsl_rng_free(rng);
}

/* Large ones, where nothing may overflow: costs times 2^k have the assignment of k = 0. */
TEST(costs_of_any_size)
{
	gsl_rng *rng = sj_rng_create(1, "test.assign", 2);
	enum { N = 40 };
	int64_t cost[N * N], total, times, again;
	uint32_t want[N], got[N];

	for (int never = 0; never < 2; never++) {
		for (int i = 0; i < N * N; i++)
			cost[i] = never && gsl_rng_uniform_int(rng, 2) ?
					  NEVER :
					  (int64_t)gsl_rng_uniform_int(rng, 1000) - 500;
		sj_assign(N, N, cost, want, &total);
		for (int k = 1; k < 48; k++) {
			times = INT64_C(1) << k;
			for (int i = 0; i < N * N; i++)
				cost[i] = cost[i] == NEVER ? NEVER : cost[i] * 2;
			sj_assign(N, N, cost, got, &again);
			CHECK(again == total * times, "x 2^%d: %lld", k, (long long)again);
			CHECK(memcmp(want, got, sizeof(want)) == 0, "x 2^%d", k);
		}
	}
	gsl_rng_free(rng);
}

TESTS(CASE(by_hand), CASE(small_ones_are_the_lowest_optimum),
      CASE(as_cheap_as_the_simplex_method), CASE(costs_of_any_size))
