/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_moore.c - jobs that are there at once on one processor: `moore` has no more late jobs
 * than the best of all subsets that can be on time, each tried by deadline.
 */
#include <gsl/gsl_rng.h>

#include "simrun.h"
#include "sojourn/rng.h"

enum { SEEDS = 300, JOBS = 9 };

static struct sim_job job[JOBS];
static struct sim_result out;

/* Is everybody of the set on time when they run by deadline (Jackson 1955)? */
static bool on_time(unsigned set)
{
	int end = 0;

	for (int due = 1; due <= 100; due++)
		for (int i = 0; i < JOBS; i++)
			if ((set >> i & 1) != 0 && job[i].deadline == due) {
				end += job[i].run;
				if (end > due)
					return false;
			}
	return true;
}

static unsigned fewest_late(void)
{
	unsigned most = 0;

	for (unsigned set = 0; set < 1u << JOBS; set++) {
		unsigned n = (unsigned)__builtin_popcount(set);

		if (n > most && on_time(set))
			most = n;
	}
	return JOBS - most;
}

TEST(no_subset_is_better)
{
	const sj_cluster one = { .procs = 1 };
	unsigned differs = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.moore", 0);
		unsigned late[2] = { 0, 0 }, best;

		for (int i = 0; i < JOBS; i++) {
			job[i] = (struct sim_job){ .ranks = 1,
				.run = 1 + (int)gsl_rng_uniform_int(r, 12),
				.deadline = 1 + (int)gsl_rng_uniform_int(r, 60) };
			job[i].estimate = job[i].run;
		}
		best = fewest_late();
		for (int k = 0; k < 2; k++) {
			sim_run(k == 0 ? "moore" : "edf", &one, job, JOBS, SJ_NS_PER_S,
				SJ_OVERRUN_KILL, k == 0, &out);
			for (int i = 0; i < JOBS; i++)
				late[k] += out.finish_ns[i] > job[i].deadline * SJ_NS_PER_S;
		}
		CHECK(late[0] == best, "seed %llu: %u late, not %u", (unsigned long long)seed,
		      late[0], best);
		differs += late[1] != best;
		gsl_rng_free(r);
	}
	CHECK(differs > SEEDS / 3, "%u", differs); /* by deadline alone more are late */
}

TESTS(CASE(no_subset_is_better))
