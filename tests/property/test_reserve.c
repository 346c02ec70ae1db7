/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_reserve.c - reservations in advance: without one it is conservative backfilling; with
 * exact estimates nobody is ever in a window, and nobody could have started earlier alone.
 */
#include <gsl/gsl_rng.h>

#include "simrun.h"

#define S SJ_NS_PER_S

enum { ROUNDS = 150, MOST = 60, PROCS = 16, FROM = 40, LENGTH = 30, BOOKED = 10, PERIOD = 100 };

static const sj_cluster pool = { .procs = PROCS };
static struct sim_result out, other;

static uint32_t draw_jobs(gsl_rng *rng, struct sim_job *job, bool exact)
{
	uint32_t n = 5 + (uint32_t)gsl_rng_uniform_int(rng, MOST - 5);
	int at = 0;

	for (uint32_t i = 0; i < n; i++) {
		int run = 1 + (int)gsl_rng_uniform_int(rng, 40);

		at += (int)gsl_rng_uniform_int(rng, 15);
		job[i] = (struct sim_job){ .submit = at, .run = run,
					   .estimate = exact ? run : run + (int)gsl_rng_uniform_int(rng, 20),
					   .ranks = 1 + (uint32_t)gsl_rng_uniform_int(rng, PROCS) };
	}
	return n;
}

TEST(without_windows_it_is_conservative_backfilling)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < ROUNDS; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, round % 2 == 0);

		sim_run(round % 3 == 0 ? "reserve:order=sjf" : "reserve", &pool, job, n, S,
			SJ_OVERRUN_KILL, false, &out);
		sim_run(round % 3 == 0 ? "conservative:order=sjf" : "conservative", &pool, job, n, S,
			SJ_OVERRUN_KILL, false, &other);
		CHECK(strcmp(out.digest, other.digest) == 0, "round %d", round);
	}
	gsl_rng_free(rng);
}

static int booked(int t)
{
	return t % PERIOD >= FROM && t % PERIOD < FROM + LENGTH ? BOOKED : 0;
}

/* Processors in use at t, which is a whole second. */
static int in_use(const struct sim_job *job, uint32_t n, int t)
{
	int sum = 0;

	for (uint32_t i = 0; i < n; i++)
		if (out.start_ns[i] <= t * S && out.finish_ns[i] > t * S)
			sum += (int)job[i].ranks;
	return sum;
}

TEST(windows_are_kept)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < ROUNDS; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, round % 2 == 0);

		sim_run("reserve:windows=(40s+30s:10),period=100s", &pool, job, n, S, SJ_OVERRUN_KILL,
			false, &out);
		for (int t = 0; t < 4000; t++)
			CHECK(in_use(job, n, t) + booked(t) <= PROCS, "round %d: %d in use at %d s",
			      round, in_use(job, n, t), t);
	}
	gsl_rng_free(rng);
}

/* By hand: wide jobs between the windows, narrow ones beside them. */
TEST(around_a_window)
{
	static const struct {
		const char *what;
		int         submit, run;
		uint32_t    ranks;
		int         start; /* -1: refused */
	} alone[] = {
		{ "it ends as the window begins", 30, 10, 16, 30 },
		{ "it would run into it", 30, 11, 16, 70 },
		{ "beside it", 30, 50, 6, 30 },
		{ "when it ends, without other news", 45, 20, 7, 70 },
		{ "a second too late for this gap", 71, 70, 16, 170 },
		{ "as long as the gap", 65, 70, 16, 70 },
		{ "longer than any gap", 65, 71, 16, -1 },
	};

	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		struct sim_job job = { .submit = alone[i].submit, .run = alone[i].run,
				       .estimate = alone[i].run, .ranks = alone[i].ranks };
		int64_t want = alone[i].start < 0 ? SJ_NEVER : alone[i].start * S;

		sim_run("reserve:windows=(40s+30s:10),period=100s", &pool, &job, 1, S,
			SJ_OVERRUN_KILL, false, &out);
		CHECK(out.start_ns[0] == want, "%s: from %g s", alone[i].what,
		      (double)out.start_ns[0] / S);
	}
}

TESTS(CASE(without_windows_it_is_conservative_backfilling), CASE(windows_are_kept),
      CASE(around_a_window))
