/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_bandit.c - learners by hand: indices, ties, windows, and what they recall. */
#include "sojourn/bandit.h"

#include <math.h>

#include "arena.h"
#include "sojourn/rng.h"
#include "test.h"

static sj_arena arena;

static void *take(void *ctx, size_t size)
{
	(void)ctx;
	return sj_arena_alloc(&arena, size);
}

static sj_learner *make(const char *spec, uint32_t arms, uint32_t features)
{
	sj_learner *l = NULL;
	sj_error err = { 0 };
	int rc = sj_learner_create("test", spec, arms, features, take, NULL, &l, &err);

	CHECK(rc == SJ_OK, "%s: %s", spec, err.text);
	return l;
}

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

/* Plays once and gives it `reward`. */
static uint32_t turn(sj_learner *l, double reward)
{
	sj_play p = sj_learner_choose(l, NULL, NULL);

	sj_learner_observe(l, p, NULL, reward);
	return p.arm;
}

TEST(the_index_of_ucb1)
{
	sj_learner *l = make("ucb1", 2, 0);
	const double *score;

	CHECK(turn(l, 0.5) == 0 && turn(l, 0.25) == 1);
	CHECK(turn(l, 0.1) == 0);
	score = sj_learner_scores(l); /* after two plays: ln 2 */
	CHECK(near(score[0], 0.5 + sqrt(2 * log(2))) && near(score[1], 0.25 + sqrt(2 * log(2))));
	CHECK(turn(l, 0) == 1); /* 0.3 + sqrt(ln 3) = 1.348 against 0.25 + sqrt(2 ln 3) = 1.732 */
	CHECK(sj_learner_plays(l) == 4 && sj_learner_count(l, 0) == 2);
	CHECK(near(sj_learner_sum(l, 0), 0.6) && near(sj_learner_sum(l, 1), 0.25));
}

TEST(ties_go_to_the_lowest_arm)
{
	sj_learner *l = make("ucb1", 3, 0);

	for (uint32_t k = 0; k < 3; k++)
		CHECK(turn(l, 0.4) == k);
	CHECK(turn(l, 0.4) == 0);
	CHECK(turn(l, 0.4) == 1);
}

TEST(unknown_arms_come_first_in_turn)
{
	sj_learner *l = make("ucb1", 3, 0);
	sj_play p[5];

	for (int i = 0; i < 5; i++) /* nothing is known yet */
		p[i] = sj_learner_choose(l, NULL, NULL);
	CHECK(p[3].arm == 0 && p[4].arm == 1);
	sj_learner_observe(l, p[2], NULL, 1);
	/* Play 5 is the turn of arm 2, which is known now. */
	CHECK(sj_learner_choose(l, NULL, NULL).arm == 0);
}

TEST(a_window_forgets)
{
	sj_learner *l = make("swucb:tau=2,xi=0.000001", 2, 0);

	CHECK(turn(l, 1) == 0 && turn(l, 0.5) == 1);
	CHECK(turn(l, 0) == 0); /* 1 leaves the window: arm 0 has 0 of one play */
	CHECK(sj_learner_count(l, 0) == 1 && sj_learner_sum(l, 0) == 0);
	CHECK(turn(l, 0.5) == 1);
	CHECK(turn(l, 0.5) == 1);
	CHECK(sj_learner_count(l, 0) == 0); /* forgotten, and so to be played */
	CHECK(turn(l, 0) == 0);
}

TEST(a_discount_fades)
{
	sj_learner *l = make("ducb:gamma=0.5,xi=1", 2, 0);
	const double *score;

	CHECK(turn(l, 1) == 0 && turn(l, 0) == 1);
	CHECK(sj_learner_count(l, 0) == 0.5 && sj_learner_count(l, 1) == 1);
	CHECK(turn(l, 0) == 0);
	score = sj_learner_scores(l);
	CHECK(near(score[0], 1 + 2 * sqrt(log(1.5) / 0.5)) && near(score[1], 2 * sqrt(log(1.5))));
}

/* n kl(mean, index) = ln t. */
TEST(the_index_of_klucb)
{
	static const double reward[] = { 0.9, 0.2, 0, 0.7, 0.6, 0.6, 0.5, 0.4, 1, 1 };
	sj_learner *l = make("klucb", 3, 0);

	for (int i = 0; i < 10; i++)
		turn(l, reward[i]);
	sj_learner_choose(l, NULL, NULL);
	for (uint32_t k = 0; k < 3; k++) {
		double n = sj_learner_count(l, k), p = sj_learner_sum(l, k) / n,
		       q = sj_learner_scores(l)[k], kl = 0;

		kl += p > 0 ? p * log(p / q) : 0;
		kl += (1 - p) * log((1 - p) / (1 - q));
		CHECK(q > p && fabs(n * kl - log(10)) < 1e-9, "arm %u: %.12g", k, n * kl);
	}
}

TEST(linucb_solves_its_regression)
{
	const double x[2][2] = { { 1, 0.5 }, { 1, 0.25 } };
	sj_learner *l = make("linucb:alpha=1,ridge=1", 1, 2);
	double theta[2], det;

	sj_learner_recall(l, (sj_play){ 0, 1 }, x[0], 0.8);
	sj_learner_recall(l, (sj_play){ 0, 1 }, x[1], 0.4);
	sj_learner_theta(l, 0, theta);
	/* A = [3, 0.75; 0.75, 1.3125], b = (1.2, 0.5). */
	det = 3 * 1.3125 - 0.75 * 0.75;
	CHECK(near(theta[0], (1.3125 * 1.2 - 0.75 * 0.5) / det));
	CHECK(near(theta[1], (3 * 0.5 - 0.75 * 1.2) / det));
	sj_learner_choose(l, x[0], NULL);
	CHECK(near(sj_learner_scores(l)[0],
		   theta[0] + 0.5 * theta[1] +
		   sqrt((1.3125 - 2 * 0.75 * 0.5 + 3 * 0.25) / det)));
}

static uint64_t count_plays(sj_learner *l, double first, double second, uint64_t seed, int rounds)
{
	gsl_rng *rng = sj_rng_create(seed, "test", 0);
	uint64_t n = 0;

	sj_learner_reset(l);
	for (int i = 0; i < rounds; i++) {
		sj_play p = sj_learner_choose(l, NULL, rng);
		double u = gsl_rng_uniform(rng), mean = p.arm == 0 ? first : second;

		sj_learner_observe(l, p, NULL, u < mean);
		n += p.arm == 0;
	}
	gsl_rng_free(rng);
	return n;
}

TEST(two_equal_arms_share)
{
	sj_learner *l = make("ucb1", 2, 0);

	for (uint64_t seed = 1; seed <= 100; seed++) {
		uint64_t n = count_plays(l, 0.5, 0.5, seed, 2000);

		CHECK(n >= 300 && n <= 1700, "seed %d: %d", (int)seed, (int)n);
	}
}

TEST(an_arm_that_dominates_is_played)
{
	sj_learner *l = make("ucb1", 3, 0);
	gsl_rng *rng = sj_rng_create(1, "test", 0);
	int n = 0;

	for (int i = 0; i < 2000; i++) {
		sj_play p = sj_learner_choose(l, NULL, NULL);
		double low = 0.7 * gsl_rng_uniform(rng);

		sj_learner_observe(l, p, NULL, p.arm == 1 ? low + 0.3 : low);
		n += p.arm == 1;
	}
	gsl_rng_free(rng);
	CHECK(n >= 1800, "%d", n);
}

/* What was seen, told to another one, makes an equal one: every later choice is the same. */
TEST(recalling_is_knowing)
{
	const sj_learner_kind *kind;

	for (uint32_t i = 0; (kind = sj_learner_kind_get(i)) != NULL; i++) {
		sj_learner *a = make(kind->name, 4, 3), *b = make(kind->name, 4, 3);
		gsl_rng *ra = sj_rng_create(7, "a", 0), *rb = sj_rng_create(7, "b", 0),
			*world = sj_rng_create(7, "world", 0);

		for (int t = 0; t < 300; t++) {
			double x[3] = { 1, gsl_rng_uniform(world), gsl_rng_uniform(world) }, r;
			sj_play p = sj_learner_choose(a, x, ra);

			r = fmin(1, 0.2 * p.arm * x[1] + 0.3 * gsl_rng_uniform(world));
			sj_learner_observe(a, p, x, r);
			sj_learner_recall(b, p, x, r);
		}
		CHECK(sj_learner_plays(a) == sj_learner_plays(b));
		sj_rng_rekey(ra, 8, "c", 0);
		sj_rng_rekey(rb, 8, "c", 0);
		for (int t = 0; t < 50; t++) {
			double x[3] = { 1, 0.01 * t, 0.5 };
			sj_play p = sj_learner_choose(a, x, ra), q = sj_learner_choose(b, x, rb);

			CHECK(p.arm == q.arm && p.probability == q.probability, "%s",
			      kind->name);
			sj_learner_observe(a, p, x, 0.5);
			sj_learner_observe(b, q, x, 0.5);
		}
		gsl_rng_free(ra);
		gsl_rng_free(rb);
		gsl_rng_free(world);
	}
}

/* Weights grow without bound; only what they are to each other counts. */
TEST(weights_do_not_overflow)
{
	sj_learner *l = make("exp3:gamma=1", 2, 0);

	for (int t = 0; t < 5000; t++)
		sj_learner_recall(l, (sj_play){ 0, 0.5 }, NULL, 1);
	CHECK(sj_learner_weight(l, 0) > 0.999 && sj_learner_weight(l, 1) >= 0);
	CHECK(isfinite(sj_learner_weight(l, 0)));
}

TEST(what_cannot_be_made)
{
	static const struct {
		const char *spec, *says;
		uint32_t    features;
	} bad[] = {
		{ "ucb2", "did you mean \"ucb1\"", 0 }, { "nothing", "expected ucb1", 0 },
		{ "linucb", "needs contexts", 0 }, { "eps:eps=2", "outside", 0 },
		{ "ucb1:alpha=1", "no parameters", 0 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sj_learner *l;
		sj_error err = { 0 };

		CHECK(sj_learner_create("test", bad[i].spec, 2, bad[i].features, take, NULL, &l,
					&err) == SJ_EUSAGE);
		CHECK(strstr(err.text, bad[i].says) != NULL, "%s", err.text);
	}
}

TESTS(CASE(the_index_of_ucb1), CASE(ties_go_to_the_lowest_arm),
      CASE(unknown_arms_come_first_in_turn), CASE(a_window_forgets),
      CASE(a_discount_fades), CASE(the_index_of_klucb),
      CASE(linucb_solves_its_regression), CASE(two_equal_arms_share),
      CASE(an_arm_that_dominates_is_played), CASE(recalling_is_knowing),
      CASE(weights_do_not_overflow), CASE(what_cannot_be_made))
