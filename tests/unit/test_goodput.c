/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_goodput.c - the best batch against its closed form. With gamma = 1 an iteration takes
 * a + b M, and M / ((a + b M)(noise + M)) is largest at sqrt(a noise / b).
 */
#include <math.h>

#include "sojourn/goodput.h"
#include "test.h"

static const sj_goodput model = { .alpha_grad = 0.02, .beta_grad = 0.001, .alpha_sync = 0.05,
				  .beta_sync = 0.003, .gamma = 1, .batch = 32,
				  .batch_max = 1e6, .noise = 500 };

TEST(the_best_batch)
{
	for (uint32_t n = 1; n <= 64; n *= 2) {
		double a = 0.02 + (n == 1 ? 0 : 0.05 + 0.003 * (n - 2)), b = 0.001 / n;
		double want = sqrt(a * 500 / b), good, got = sj_goodput_best(&model, n, &good);
		double speed = want / (a + b * want) * (500 + 32) / (500 + want);

		CHECK(fabs(got / want - 1) < 1e-6, "%u workers: batch %.9g, not %.9g", n, got, want);
		CHECK(fabs(good / speed - 1) < 1e-12, "%u workers: goodput %.15g, not %.15g", n, good,
		      speed);
	}
}

TEST(within_its_bounds)
{
	sj_goodput g = model;
	double good;

	g.batch_max = 40;
	CHECK(sj_goodput_best(&g, 8, NULL) == 40, "%g", sj_goodput_best(&g, 8, NULL));
	g.batch = g.batch_max = 900;
	CHECK(sj_goodput_best(&g, 1, &good) == 900, " ");
	/* One batch: throughput. */
	CHECK(fabs(good - 900 / (0.02 + 0.9)) < 1e-9, "%.12g", good);
	g.gamma = 400; /* the longer of the two */
	g.alpha_sync = 5;
	sj_goodput_best(&g, 2, &good);
	CHECK(fabs(good - 900 / 5.0) < 1e-6, "%.12g", good);
}

/* More workers never do less when synchronising costs no more. */
TEST(more_workers)
{
	sj_goodput g = model;
	double before = 0, good;

	g.beta_sync = 0;
	for (uint32_t n = 2; n < 200; n++) {
		sj_goodput_best(&g, n, &good);
		CHECK(good > before, "%u workers: %g after %g", n, good, before);
		before = good;
	}
}

TESTS(CASE(the_best_batch), CASE(within_its_bounds), CASE(more_workers))
