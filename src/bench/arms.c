/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arms.c - what a learner costs beyond its arms: one arm beside the arm itself, and three
 * beside a policy that hands the same news to the same arms and lets the first decide.
 * The arms are alike, so that both make the same schedule. Turn by turn; the best counts.
 */
#include <stdio.h>

#include "bench/bench.h"

#define PROCS 16384u
#define JOBS  100000u
#define DEPTH 100u
#define TURNS 5u

static int best_of(const struct bench_config *c, const char *policy, sj_source *source,
		   uint64_t *best, sj_error *err)
{
	struct bench_config once = *c;
	sj_run_stats stats;
	uint64_t ns;
	int rc;

	once.reps = 1;
	rc = bench_simulate(&once, policy, PROCS, source, &stats, &ns, err);
	if (rc == SJ_OK && (*best == 0 || ns < *best))
		*best = ns;
	return rc;
}

static int measure(const struct bench_config *c, const char *name, const char *what,
		   const char *const policy[2], struct bench_rows *rows, sj_error *err)
{
	struct closed *jobs = closed_create(PROCS, JOBS, DEPTH);
	uint64_t ns[2] = { 0, 0 };
	struct bench_row *r;
	int rc = jobs == NULL ? sj_fail(err, SJ_ENOMEM, "bench: out of memory") : SJ_OK;

	for (unsigned i = 0; i < TURNS * c->reps && rc == SJ_OK; i++)
		for (int k = 0; k < 2 && rc == SJ_OK; k++)
			rc = best_of(c, policy[k], closed_source(jobs), &ns[k], err);
	closed_free(jobs);
	if (rc != SJ_OK)
		return rc;
	r = bench_add(rows, name, what, "jobs/s", JOBS * 1e9 / (double)ns[0]);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	r->yardstick = JOBS * 1e9 / (double)ns[1];
	r->target = 1 / 1.02;
	return SJ_OK;
}

int bench_arms(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const char *const one[] = { "bandit:arms=easy,epoch=1w", "easy" },
		*const three[] = { "bandit:arms=(easy|easy|easy),epoch=1w",
				   "rotate:arms=(easy|easy|easy),period=1000000000s" };
	int rc = measure(c, "bandit-1", "a learner with one arm, beside the arm", one, rows, err);

	return rc == SJ_OK ? measure(c, "bandit-3", "three arms, beside the first of them", three,
				     rows, err) : rc;
}
