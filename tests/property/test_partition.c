/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_partition.c - parts of a machine against machines of their sizes, limits against
 * what is in use, on random jobs.
 */
#include <gsl/gsl_rng.h>

#include "simrun.h"

#define S SJ_NS_PER_S

enum { USERS = 3, MOST = 80, ROUNDS = 150 };

static const uint32_t size[USERS] = { 5, 3, 8 };
static const sj_cluster whole = { .procs = 16 };
static struct sim_result out, alone;

static uint32_t draw_jobs(gsl_rng *rng, struct sim_job *job, bool wide)
{
	uint32_t n = 10 + (uint32_t)gsl_rng_uniform_int(rng, MOST - 10);
	int at = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t u = (uint32_t)gsl_rng_uniform_int(rng, USERS);
		int run = 1 + (int)gsl_rng_uniform_int(rng, 50);

		at += (int)gsl_rng_uniform_int(rng, 12);
		job[i] = (struct sim_job){
			.submit = at, .run = run, .estimate = run, .user = u,
			.ranks = 1 + (uint32_t)gsl_rng_uniform_int(rng, wide ? 16 : size[u]) };
	}
	return n;
}

/* User by user, on a machine of its own. */
static void compare_parts(const struct sim_job *job, uint32_t n, const char *order, int round)
{
	for (uint32_t u = 0; u < USERS; u++) {
		sj_cluster own = { .procs = size[u] };
		struct sim_job part[MOST];
		uint32_t index[MOST], count = 0;

		for (uint32_t i = 0; i < n; i++)
			if (job[i].user == u) {
				index[count] = i;
				part[count++] = job[i];
			}
		sim_run(order, &own, part, count, S, SJ_OVERRUN_KILL, false, &alone);
		for (uint32_t i = 0; i < count; i++)
			CHECK(alone.start_ns[i] == out.start_ns[index[i]],
			      "round %d, %s: job %u of user %u starts at %g s, alone at %g s", round,
			      order, index[i], u, (double)out.start_ns[index[i]] / S,
			      (double)alone.start_ns[i] / S);
	}
}

TEST(a_part_is_a_machine_of_its_size)
{
	static const char *const order[] = { "fifo", "sjf" };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < ROUNDS; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, false);

		/* User 2 has no part of its own, but all that is left. */
		sim_run(round % 2 == 0 ? "partition:of=user,sizes=(0:5,1:3)"
				       : "partition:of=user,sizes=(0:5,1:3),order=sjf",
			&whole, job, n, S, SJ_OVERRUN_KILL, false, &out);
		compare_parts(job, n, order[round % 2], round);
	}
	gsl_rng_free(rng);
}

static bool started(uint32_t i)
{
	return out.start_ns[i] >= 0 && out.start_ns[i] != SJ_NEVER;
}

/* What a user has at the start of one of its jobs, this one included. */
static uint32_t in_use(const struct sim_job *job, uint32_t n, uint32_t at)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		if (job[i].user == job[at].user && started(i) &&
		    out.start_ns[i] <= out.start_ns[at] && out.finish_ns[i] > out.start_ns[at])
			sum += job[i].ranks;
	return sum;
}

TEST(nobody_has_more_than_its_limit)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < ROUNDS; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, true);

		sim_run("quota:limits=(0:5),limit=8", &whole, job, n, S, SJ_OVERRUN_KILL, false,
			&out);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t most = job[i].user == 0 ? 5 : 8;

			CHECK(started(i) == (job[i].ranks <= most),
			      "round %d: job %u of width %u, limit %u", round, i, job[i].ranks, most);
			CHECK(!started(i) || in_use(job, n, i) <= most,
			      "round %d: user %u has %u of %u when job %u starts", round, job[i].user,
			      in_use(job, n, i), most, i);
		}
	}
	gsl_rng_free(rng);
}

TEST(without_limits_it_is_the_order_that_it_has)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < 50; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, true);

		sim_run("quota", &whole, job, n, S, SJ_OVERRUN_KILL, false, &out);
		sim_run("fifo", &whole, job, n, S, SJ_OVERRUN_KILL, false, &alone);
		for (uint32_t i = 0; i < n; i++)
			CHECK(out.start_ns[i] == alone.start_ns[i], "round %d: job %u", round, i);
	}
	gsl_rng_free(rng);
}

/* A limit is passed over, and lets who waits behind go first. */
TEST(who_is_at_its_limit_is_passed_over)
{
	static const struct sim_job job[] = {
		{ .run = 10, .estimate = 10, .ranks = 4, .user = 1 },
		{ .run = 10, .estimate = 10, .ranks = 2, .user = 1 },
		{ .run = 10, .estimate = 10, .ranks = 2, .user = 2 },
	};

	sim_run("quota:limits=(1:4)", &(sj_cluster){ .procs = 6 }, job, 3, S, SJ_OVERRUN_KILL, false,
		&out);
	CHECK(out.start_ns[1] == 10 * S && out.start_ns[2] == 0, "at %g and %g s",
	      (double)out.start_ns[1] / S, (double)out.start_ns[2] / S);
}

TESTS(CASE(a_part_is_a_machine_of_its_size), CASE(nobody_has_more_than_its_limit),
      CASE(without_limits_it_is_the_order_that_it_has), CASE(who_is_at_its_limit_is_passed_over))
