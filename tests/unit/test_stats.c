/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_stats.c - the statistics against their definitions (slow and plain, written
 * here), against published examples, and the bootstrap against what it promises.
 */
#include "test.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "sojourn/rng.h"
#include "stats/bootstrap.h"
#include "stats/describe.h"
#include "stats/effect.h"
#include "stats/fragmentation.h"
#include "stats/interval.h"
#include "stats/ks.h"

#define COUNT(x)          (sizeof(x) / sizeof((x)[0]))
#define NEAR(a, b, tol)   CHECK(fabs((a) - (b)) <= (tol), "%.12g, not %.12g", (a), (double)(b))

enum { N = 60 };

/* Small whole numbers: many ties. */
static void draw_ties(gsl_rng *rng, double *x, size_t n, unsigned range)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (double)gsl_rng_uniform_int(rng, range);
}

TEST(quantiles)
{
	/* R: quantile(1:10, c(.9, .25)); nearest rank: the usual textbook example */
	const double ten[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	const double five[] = { 15, 20, 35, 40, 50 };
	double hundred[100];

	NEAR(stat_quantile_sorted(ten, 10, 0.9), 9.1, 1e-12);
	NEAR(stat_quantile_sorted(ten, 10, 0.25), 3.25, 1e-12);
	NEAR(stat_nearest_rank_sorted(five, 5, 0.05), 15, 0);
	NEAR(stat_nearest_rank_sorted(five, 5, 0.3), 20, 0);
	NEAR(stat_nearest_rank_sorted(five, 5, 0.4), 20, 0);
	NEAR(stat_nearest_rank_sorted(five, 5, 0.5), 35, 0);
	NEAR(stat_nearest_rank_sorted(five, 5, 1), 50, 0);
	NEAR(stat_nearest_rank_sorted(five, 5, 0), 15, 0);
	/* i/100 of 100 values is the i-th, whatever 0.07 * 100 is in binary */
	for (int i = 0; i < 100; i++)
		hundred[i] = i + 1;
	for (int i = 1; i <= 100; i++)
		NEAR(stat_nearest_rank_sorted(hundred, 100, i / 100.0), i, 0);
	CHECK(isnan(stat_quantile_sorted(ten, 0, 0.5)));
	CHECK(isnan(stat_quantile_sorted(ten, 10, 1.5)));
}

TEST(evenness)
{
	gsl_rng *rng = sj_rng_create(1, "test.evenness", 0);
	const double mixed[] = { 5, 5, 1 };
	double x[N], pairs, sum;

	NEAR(stat_jain(mixed, 3), 121.0 / 153, 1e-15);
	NEAR(stat_cov(mixed, 3), sqrt(32.0 / 9) / (11.0 / 3), 1e-15);
	NEAR(stat_max_min_ratio(mixed, 3), 5, 0);
	for (int round = 0; round < 20; round++) {
		draw_ties(rng, x, N, 30);
		pairs = sum = 0;
		for (int i = 0; i < N; i++) {
			sum += x[i];
			for (int j = 0; j < N; j++)
				pairs += fabs(x[i] - x[j]);
		}
		stat_sort(x, N);
		NEAR(stat_gini_sorted(x, N), pairs / (2 * N * sum), 1e-13);
	}
	x[0] = 0;
	CHECK(isnan(stat_max_min_ratio(x, 2)), "division by 0");
	CHECK(isnan(stat_jain(x, 1)) && isnan(stat_gini_sorted(x, 1)), "all 0");
	CHECK(isnan(stat_geometric_mean(x, 1)) && isnan(stat_mean(x, 0)));
	gsl_rng_free(rng);
}

TEST(student)
{
	const double x[] = { 10.2, 11.1, 9.8, 10.5, 10.9 };
	double series[23], means[4];

	NEAR(stat_t_quantile(0.975, 10), 2.228138852, 1e-9); /* tables */
	NEAR(stat_t_quantile(0.995, 4), 4.604094871, 1e-9);
	NEAR(stat_t_half_width(x, 5, 0.95), 0.6511340938, 1e-9);
	NEAR(stat_t_p_value(2.228138852, 10), 0.05, 1e-9);
	CHECK(isnan(stat_t_half_width(x, 1, 0.95)));
	for (int i = 0; i < 23; i++)
		series[i] = i - 2; /* the first 3 of 23 are left out */
	CHECK(stat_batch_means(series, 23, 4, means) == 5);
	for (int i = 0; i < 4; i++)
		NEAR(means[i], 3 + 5 * i, 1e-12);
	CHECK(stat_batch_means(series, 3, 4, means) == 0);
}

TEST(a12_is_the_count_of_pairs)
{
	gsl_rng *rng = sj_rng_create(1, "test.a12", 0);
	double x[N], y[N + 7], wins;

	for (unsigned range = 1; range < 40; range += 3) {
		draw_ties(rng, x, N, range);
		draw_ties(rng, y, N + 7, range + 2);
		wins = 0;
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N + 7; j++)
				wins += x[i] > y[j] ? 1 : x[i] == y[j] ? 0.5 : 0;
		stat_sort(x, N);
		stat_sort(y, N + 7);
		NEAR(stat_a12_sorted(x, N, y, N + 7), wins / (N * (N + 7)), 1e-14);
	}
	CHECK(isnan(stat_a12_sorted(x, 0, y, 3)));
	gsl_rng_free(rng);
}

TEST(signed_ranks)
{
	/* Hollander and Wolfe 1973, p. 29: depression scores, V = 40; one-sided
	 * p = 0.01953 */
	const double before[] = { 1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
	const double after[] = { 0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };
	double d[50], e[50];

	for (int i = 0; i < 9; i++)
		d[i] = before[i] - after[i];
	NEAR(stat_wilcoxon(d, 9), 2 * 10.0 / 512, 1e-15);
	/* A tie calls for the normal law, which should say the same: here both of the
	 * tie are positive, so the rank sum stays. */
	for (int i = 0; i < 50; i++)
		d[i] = (i % 3 == 0 ? -1 : 1) * (i + 1);
	memcpy(e, d, sizeof(d));
	e[46] = d[47];
	NEAR(stat_wilcoxon(d, 50), stat_wilcoxon(e, 50), 0.001);
	d[0] = d[1] = 0;
	CHECK(isnan(stat_wilcoxon(d, 2)), "all 0");
	NEAR(stat_sign_test((struct stat_signs){ 2, 5, 8 }), 112.0 / 1024, 1e-12);
	CHECK(isnan(stat_sign_test((struct stat_signs){ 0, 5, 0 })));
	NEAR(stat_sign_test((struct stat_signs){ 7, 0, 7 }), 1, 0);
}

TEST(kolmogorov)
{
	gsl_rng *rng = sj_rng_create(1, "test.ks", 0);
	double x[N], y[N], low, high;

	for (unsigned range = 2; range < 50; range += 7) {
		double sup = 0;

		draw_ties(rng, x, N, range);
		draw_ties(rng, y, N, range);
		for (unsigned at = 0; at < range; at++) {
			int fx = 0, fy = 0;

			for (int i = 0; i < N; i++) {
				fx += x[i] <= at;
				fy += y[i] <= at;
			}
			sup = fmax(sup, abs(fx - fy) / (double)N);
		}
		stat_sort(x, N);
		stat_sort(y, N);
		NEAR(stat_ks_two_sorted(x, N, y, N), sup, 1e-15);
	}
	/* Two series, one function: they meet at 1. Published: 5 % at 1.3581. */
	low = stat_kolmogorov_q(nextafter(1, 0));
	high = stat_kolmogorov_q(1);
	NEAR(low, high, 1e-13);
	NEAR(high, 0.2699996717, 1e-10);
	NEAR(stat_kolmogorov_q(1.3580986), 0.05, 1e-7);
	NEAR(stat_kolmogorov_q(0.01), 1, 0);
	gsl_rng_free(rng);
}

TEST(fragments)
{
	const double gpus[] = { 1, 1, 2, 8, 0, 3 }, size[] = { 1, 2, 4, 8 };
	const double share[] = { 0.5, 0.3, 0.1, 0.1 };

	NEAR(stat_fragmentation_rate(gpus, 6, 4), 7.0 / 15, 1e-15);
	NEAR(stat_fragmented_expected(gpus, 6, size, share, 4), 2, 1e-15);
	CHECK(isnan(stat_fragmentation_rate(gpus + 4, 1, 4)), "none free");
}

/* ---- bootstrap ------------------------------------------------------------------------ */

/* x[i] = phi x[i-1] + noise around `mean`, in its steady state from the start. */
static void draw_ar1(gsl_rng *rng, double *x, size_t n, double phi, double mean)
{
	double v = gsl_ran_gaussian(rng, 1 / sqrt(1 - phi * phi));

	for (size_t i = 0; i < n; i++) {
		x[i] = mean + v;
		v = phi * v + gsl_ran_gaussian(rng, 1);
	}
}

enum { SERIES = 2000, ROUNDS = 200 };

TEST(block_length_follows_the_correlation)
{
	/* For an AR(1) series the rule's optimum is (1.5 (2 phi/(1 - phi^2))^2 n)^(1/3):
	 * 29.9 for phi = 0.5 and n = 10,000. An estimate, so its median is judged. */
	gsl_rng *rng = sj_rng_create(1, "test.block", 0);
	double *x = malloc(10000 * sizeof(*x)), length[41], best;

	for (int round = 0; round < 41; round++) {
		draw_ar1(rng, x, 10000, 0.5, 0);
		length[round] = (double)stat_block_length(x, 10000);
	}
	best = cbrt(1.5 * pow(1 / 0.75, 2) * 10000);
	stat_sort(length, 41);
	CHECK(length[20] > best / 1.25 && length[20] < best * 1.25, "%g against %g",
	      length[20], best);
	draw_ar1(rng, x, 10000, 0, 0);
	CHECK(stat_block_length(x, 10000) < 10);
	for (int i = 0; i < 10000; i++)
		x[i] = 7;
	CHECK(stat_block_length(x, 10000) == 2, "constant: as short as allowed");
	for (int i = 0; i < 10000; i++)
		x[i] = i; /* a trend never forgets */
	CHECK(stat_block_length(x, 10000) >=
	      stat_block_limit(10000) * 9 / 10);
	free(x);
	gsl_rng_free(rng);
}

/* How many of ROUNDS intervals hold the true mean of a correlated series. */
static int coverage(size_t block)
{
	gsl_rng *draw = sj_rng_create(1, "test.series", 0);
	gsl_rng *rng = sj_rng_create(1, "test.resample", 0);
	struct stat_paired_intervals i;
	double x[SERIES];
	int held = 0;

	for (int round = 0; round < ROUNDS; round++) {
		draw_ar1(draw, x, SERIES, 0.8, 3);
		if (stat_bootstrap_paired(x, x, SERIES, 0.95, 300,
					  block == 0 ? stat_block_length(x, SERIES) : block,
					  rng, &i) == SJ_OK)
			held += i.y.low <= 3 && i.y.high >= 3;
	}
	gsl_rng_free(draw);
	gsl_rng_free(rng);
	return held;
}

TEST(blocks_hold_what_single_jobs_do_not)
{
	int blocks = coverage(0), singles = coverage(1);

	/* 190 of 200 are promised, and blocks are known to fall a little short. */
	CHECK(blocks >= 176 && blocks <= 199, "%d of %d with blocks", blocks, ROUNDS);
	/* The variance of the mean is 9 times what independence would give. */
	CHECK(singles < 130, "%d of %d with single jobs", singles, ROUNDS);
}

TEST(pairs_share_their_luck)
{
	gsl_rng *rng = sj_rng_create(1, "test.pairs", 0);
	struct stat_paired_intervals i;
	double x[SERIES], y[SERIES];

	draw_ar1(rng, x, SERIES, 0.9, 100);
	for (int k = 0; k < SERIES; k++)
		y[k] = 2 * x[k];
	REQUIRE(stat_bootstrap_paired(x, y, SERIES, 0.95, 500, 0, rng, &i) == SJ_OK);
	NEAR(i.ratio.low, 2, 1e-12); /* in every resample */
	NEAR(i.ratio.high, 2, 1e-12);
	CHECK(i.difference.low < i.difference.high && i.difference.low > 95);
	REQUIRE(stat_bootstrap_paired(x, x, SERIES, 0.95, 500, 0, rng, &i) == SJ_OK);
	CHECK(i.difference.low == 0 && i.difference.high == 0);
	REQUIRE(stat_bootstrap_paired(x, y, 1, 0.95, 500, 0, rng, &i) == SJ_OK);
	CHECK(isnan(i.ratio.low) && isnan(i.y.high), "one pair says nothing");
	gsl_rng_free(rng);
}

/* 190 of 200 intervals are promised; the percentile method keeps about that. */
TEST(intervals_of_medians)
{
	gsl_rng *draw = sj_rng_create(3, "test.median", 0), *rng = sj_rng_create(4, "test.median", 1);
	struct stat_interval i;
	double x[25];
	int held = 0;

	for (int round = 0; round < 200; round++) {
		for (int k = 0; k < 25; k++)
			x[k] = gsl_ran_exponential(draw, 1);
		REQUIRE(stat_bootstrap_median(x, 25, 0.95, 400, rng, &i) == SJ_OK);
		held += i.low <= log(2) && i.high >= log(2);
	}
	CHECK(held >= 180 && held <= 199, "%d of 200 hold the median", held);
	REQUIRE(stat_bootstrap_median(x, 1, 0.95, 400, rng, &i) == SJ_OK);
	CHECK(isnan(i.low) && isnan(i.high), "one value says nothing");
	for (int k = 0; k < 25; k++)
		x[k] = 7;
	REQUIRE(stat_bootstrap_median(x, 25, 0.95, 400, rng, &i) == SJ_OK);
	CHECK(i.low == 7 && i.high == 7, "%g..%g", i.low, i.high);
	gsl_rng_free(draw);
	gsl_rng_free(rng);
}

TEST(bca_of_skewed_values)
{
	gsl_rng *draw = sj_rng_create(1, "test.skewed", 0), *rng;
	struct stat_interval i, again;
	double x[30];
	int held = 0, above = 0;

	for (int round = 0; round < 400; round++) {
		for (int k = 0; k < 30; k++)
			x[k] = gsl_ran_exponential(draw, 1);
		rng = sj_rng_create(1, "test.bca", 0);
		REQUIRE(stat_bootstrap_mean(x, 30, 0.9, 400, rng, &i) == SJ_OK);
		sj_rng_rekey(rng, 1, "test.bca", 0);
		stat_bootstrap_mean(x, 30, 0.9, 400, rng, &again);
		CHECK(i.low == again.low && i.high == again.high, "same draws, same interval");
		held += i.low <= 1 && i.high >= 1;
		above += i.high - stat_mean(x, 30) > stat_mean(x, 30) - i.low;
		gsl_rng_free(rng);
	}
	CHECK(held >= 336 && held <= 376, "%d of 400 hold; 360 promised", held);
	CHECK(above > 360, "%d reach further up, where the tail is", above);
	gsl_rng_free(draw);
}

TESTS(CASE(quantiles), CASE(evenness), CASE(student), CASE(a12_is_the_count_of_pairs),
      CASE(signed_ranks), CASE(kolmogorov), CASE(fragments),
      CASE(block_length_follows_the_correlation), CASE(blocks_hold_what_single_jobs_do_not),
      CASE(pairs_share_their_luck), CASE(intervals_of_medians), CASE(bca_of_skewed_values))
