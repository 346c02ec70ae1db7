/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_rank.c - ranks over blocks, against the worked example and the tables of Demsar,
 * "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 2006.
 */
#include "test.h"

#include <math.h>
#include <string.h>

#include "stats/rank.h"

#define NEAR(a, b, tol) CHECK(fabs((a) - (b)) <= (tol), "%.12g, not %.12g", (a), (double)(b))

enum { SETS = 14, TREES = 4 };

/* His table 6: AUC of four trees on 14 data sets, and the ranks that stand beside them. */
static const double auc[SETS][TREES] = {
	{ .763, .768, .771, .798 }, { .599, .591, .590, .569 }, { .954, .971, .968, .967 },
	{ .628, .661, .654, .657 }, { .882, .888, .886, .898 }, { .936, .931, .916, .931 },
	{ .661, .668, .609, .685 }, { .583, .583, .563, .625 }, { .775, .838, .866, .875 },
	{ 1.0, 1.0, 1.0, 1.0 },     { .940, .962, .965, .962 }, { .619, .666, .614, .669 },
	{ .972, .981, .975, .975 }, { .957, .978, .946, .970 },
};

static void rank_sets(double *rank)
{
	double x[TREES];
	size_t order[TREES];

	for (int i = 0; i < SETS; i++) {
		for (int j = 0; j < TREES; j++)
			x[j] = -auc[i][j];
		stat_ranks(x, TREES, order, &rank[i * TREES]);
	}
}

/* His mean ranks are 3.143, 2.000, 2.893 and 1.964: he knows "voting" to more digits than
 * he prints and has no tie there. His chi2 of 9.28 makes no allowance for ties. */
TEST(demsar)
{
	const double mean[TREES] = { 3.143, 2.000, 2.893, 1.964 };
	double rank[SETS * TREES], sum = 0, ties = 0;
	struct stat_friedman t;

	rank_sets(rank);
	NEAR(rank[12 * TREES + 2], 2.5, 0);
	NEAR(rank[12 * TREES + 3], 2.5, 0);
	rank[12 * TREES + 2] = 2;
	rank[12 * TREES + 3] = 3;
	for (int j = 0; j < TREES; j++) {
		double all = 0;

		for (int i = 0; i < SETS; i++)
			all += rank[i * TREES + j];
		NEAR(all / SETS, mean[j], 0.0005);
		sum += all * all / SETS / SETS;
	}
	NEAR(12.0 * SETS / (TREES * (TREES + 1)) * (sum - TREES * (TREES + 1) * (TREES + 1) / 4.0),
	     9.28, 0.005);
	ties = 6 + 6 + 60 + 6; /* t^3 - t of each group of equal values */
	t = stat_friedman_test(rank, SETS, TREES);
	NEAR(t.chi2 * (1 - ties / (SETS * (64 - 4))), 9.28, 0.005);
	NEAR(t.f, 13 * t.chi2 / (14 * 3 - t.chi2), 1e-12);
	NEAR(t.p, 0.0167, 0.0005);
}

/* His table 5 (a): q / sqrt(2), of a q with three digits: off by 0.00035, and by 0.0005. */
TEST(nemenyi)
{
	static const double q05[] = { 1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164 };
	static const double q10[] = { 1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920 };

	for (size_t k = 2; k <= 10; k++) {
		NEAR(stat_normal_range_quantile(0.95, k) / sqrt(2), q05[k - 2], 0.00086);
		NEAR(stat_normal_range_quantile(0.90, k) / sqrt(2), q10[k - 2], 0.00086);
	}
	NEAR(stat_nemenyi_difference(14, 4, 0.95), 1.25, 0.005);
	NEAR(stat_nemenyi_difference(14, 4, 0.90), 1.12, 0.005);
	CHECK(isnan(stat_normal_range_quantile(0.95, 1)));
	CHECK(isnan(stat_normal_range_quantile(1, 3)));
}

TEST(ranks_and_ties)
{
	const double x[] = { 5, 1, 5 * (1 + 1e-10), 7, 1.1 };
	double rank[5];
	size_t order[5];

	stat_ranks(x, 5, order, rank);
	NEAR(rank[0], 3.5, 0);
	NEAR(rank[1], 1, 0);
	NEAR(rank[2], 3.5, 0);
	NEAR(rank[3], 5, 0);
	NEAR(rank[4], 2, 0);
	CHECK(stat_tie(0, 0) && !stat_tie(0, 1e-30) && !stat_tie(1, 1.00000001));
}

TEST(blocks_that_all_agree_or_say_nothing)
{
	const double agree[] = { 1, 2, 3, 1, 2, 3 }, equal[] = { 2, 2, 2, 2, 2, 2 };
	struct stat_friedman t = stat_friedman_test(agree, 2, 3);

	NEAR(t.chi2, 4, 1e-12); /* n (k - 1) is the most there is */
	CHECK(isinf(t.f) && t.f_p == 0);
	CHECK(isnan(stat_friedman_test(equal, 2, 3).chi2));
	CHECK(isnan(stat_friedman_test(agree, 1, 3).chi2));
}

TESTS(CASE(demsar), CASE(nemenyi), CASE(ranks_and_ties),
      CASE(blocks_that_all_agree_or_say_nothing))
