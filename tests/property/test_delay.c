/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_delay.c - jobs without data are never delayed: on random jobs `delay` is fifo, whatever
 * its waits, and fair pools leave no processor idle while a task waits.
 */
#include <gsl/gsl_rng.h>

#include "simrun.h"
#include "sojourn/rng.h"

#define S SJ_NS_PER_S

enum { SEEDS = 200, NODES_MAX = 9, JOBS = 100 };

static struct sim_job job[JOBS];
static struct sim_result out, other;

static uint32_t below(gsl_rng *r, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(r, n);
}

/* A job in nodes * cores / 40 of the time that one takes. */
static void draw(gsl_rng *r, uint32_t procs)
{
	int now = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		now += (int)below(r, 80 / procs + 1);
		job[i] = (struct sim_job){ .submit = now, .run = 1 + (int)below(r, 60),
					   .ranks = 1 };
		job[i].estimate = job[i].run;
	}
}

TEST(without_data_nobody_waits)
{
	static const char *const specs[] = { "delay", "delay:wait=1h,reset=launch",
					     "delay:wait=0s" };

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.delay", 0);
		sj_node_type type = { .count = 1 + below(r, NODES_MAX), .cores = 1 + below(r, 3) };
		sj_cluster c = { .types = &type, .type_count = 1 };

		draw(r, type.count * type.cores);
		sim_run("fifo", &c, job, JOBS, S, SJ_OVERRUN_KILL, false, &other);
		sim_run(specs[seed % 3], &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
		for (uint32_t i = 0; i < JOBS; i++)
			CHECK(out.start_ns[i] == other.start_ns[i],
			      "seed %llu, %s, job %u: at %g s, under fifo at %g s",
			      (unsigned long long)seed, specs[seed % 3], i,
			      (double)out.start_ns[i] / 1e9, (double)other.start_ns[i] / 1e9);
		gsl_rng_free(r);
	}
}

/* Processors in use at the instant, by jobs [0, JOBS). */
static uint32_t busy_at(const struct sim_result *o, int64_t at)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < JOBS; i++)
		n += o->start_ns[i] <= at && at < o->finish_ns[i];
	return n;
}

TEST(fair_pools_conserve_work)
{
	static const char *const specs[] = { "delay:pool=job", "delay:pool=user,minshare=2",
					     "delay:pool=queue" };

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.delay", 1);
		sj_node_type type = { .count = 1 + below(r, NODES_MAX), .cores = 1 + below(r, 3) };
		sj_cluster c = { .types = &type, .type_count = 1 };

		draw(r, type.count * type.cores);
		sim_run(specs[seed % 3], &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
		for (uint32_t i = 0; i < JOBS; i++)
			CHECK(out.start_ns[i] == job[i].submit * S ||
				      busy_at(&out, out.start_ns[i] - 1) ==
					      type.count * type.cores,
			      "seed %llu, %s: job %u starts late on a machine that was not full",
			      (unsigned long long)seed, specs[seed % 3], i);
		gsl_rng_free(r);
	}
}

TESTS(CASE(without_data_nobody_waits), CASE(fair_pools_conserve_work))
