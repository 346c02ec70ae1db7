/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_elastic.c - sizes of malleable tasks against the best of all divisions, on random
 * machines, bounds and speed-ups.
 */
#include <math.h>

#include "sojourn/scaling.h"

#include "scripted.h"

extern const sj_policy_ops sj_policy_elastic, sj_policy_goodput;

enum { ROUNDS = 400, JOBS = 4, PROCS = 12 };

struct instance {
	uint32_t   jobs, procs;
	sj_job     job[JOBS];
	sj_scaling scaling[JOBS];
	sj_speedup_point point[JOBS][PROCS];
	bool       concave;
};

static double uniform(gsl_rng *r, double from, double to)
{
	return from + (to - from) * gsl_rng_uniform(r);
}

/* Straight lines between random points that ascend, or a law that is concave. */
static void draw_speedup(gsl_rng *r, struct instance *in, uint32_t i)
{
	sj_scaling *s = &in->scaling[i];
	double speed = 0;

	if (in->concave) {
		*s = (sj_scaling){ .kind = SJ_SPEEDUP_AMDAHL, .serial = uniform(r, 0.01, 0.5) };
		return;
	}
	*s = (sj_scaling){ .kind = SJ_SPEEDUP_TABLE, .point_count = PROCS, .points = in->point[i] };
	for (uint32_t n = 0; n < PROCS; n++) {
		speed += gsl_rng_uniform(r) < 0.4 ? 0 : uniform(r, 0.01, 1.5);
		in->point[i][n] = (sj_speedup_point){ n + 1, n == 0 ? 1 : 1 + speed };
	}
}

static void draw_instance(gsl_rng *r, bool concave, struct instance *in)
{
	uint32_t least = 0;

	in->concave = concave;
	in->jobs = 2 + (uint32_t)gsl_rng_uniform_int(r, JOBS - 1);
	for (uint32_t i = 0; i < in->jobs; i++) {
		uint32_t from = 1 + (uint32_t)gsl_rng_uniform_int(r, 2);
		uint32_t to = from + (uint32_t)gsl_rng_uniform_int(r, PROCS - 2);
		double run = uniform(r, 10, 500);

		in->job[i] = script_malleable(script_job((int64_t)i + 1, 0, from, run), from, to);
		in->job[i].task.estimate_ns = in->job[i].task.work_ns;
		in->job[i].task.scaling = i + 1;
		draw_speedup(r, in, i);
		least += from;
	}
	in->procs = least + (uint32_t)gsl_rng_uniform_int(r, PROCS - least + 1);
}

static double speed(const struct instance *in, uint32_t i, uint32_t ranks)
{
	return sj_scaling_speedup(&in->scaling[i], ranks) /
	       sj_scaling_speedup(&in->scaling[i], in->job[i].task.ranks);
}

/* What a policy aims at: the sum of times to the ends, or of even speed over speed. */
static double cost(const struct instance *in, bool time, uint32_t i, uint32_t ranks)
{
	uint32_t even = in->procs / in->jobs, most = in->job[i].task.ranks_max;

	if (time)
		return (double)in->job[i].task.work_ns / 1e9 / speed(in, i, ranks);
	even = even < 1 ? 1 : even < most ? even : most;
	return speed(in, i, even) / speed(in, i, ranks);
}

/* The least cost of all divisions of what is left among jobs from i on. */
static double best(const struct instance *in, bool time, uint32_t i, uint32_t left)
{
	double least = INFINITY;

	if (i >= in->jobs || i >= JOBS)
		return 0;
	for (uint32_t n = in->job[i].task.ranks_min; n <= in->job[i].task.ranks_max && n <= left; n++)
		least = fmin(least, cost(in, time, i, n) + best(in, time, i + 1, left - n));
	return least;
}

/* Sizes at the first instant, and their cost; false: somebody has to wait. */
static bool sizes(const struct instance *in, bool time, uint32_t *ranks, double *sum)
{
	static struct script_result o;
	sj_source scalings = { .scalings = in->scaling, .scaling_count = in->jobs };
	sj_run_config c = { .cluster = { .procs = in->procs }, .source = &scalings,
			    .policy = time ? &sj_policy_elastic : &sj_policy_goodput,
			    .policy_args = "every=0s", .overrun = SJ_OVERRUN_EXTEND };

	memset(ranks, 0, JOBS * sizeof(*ranks));
	script_run(c, NULL, in->job, in->jobs, &o);
	CHECK(o.rc == SJ_OK, "%s", o.err.text);
	for (uint32_t a = 0; a < o.allocs; a++)
		if (o.alloc[a].from_ns == 0)
			ranks[o.alloc[a].job - 1] += o.alloc[a].last - o.alloc[a].first + 1;
	*sum = 0;
	for (uint32_t i = 0; i < in->jobs; i++) {
		if (ranks[i] == 0)
			return false;
		*sum += cost(in, time, i, ranks[i]);
	}
	return true;
}

static void compare(bool concave, bool time, double *worst)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < ROUNDS; round++) {
		static struct instance in;
		uint32_t ranks[JOBS], used = 0;
		double got, least;

		draw_instance(r, concave, &in);
		if (!sizes(&in, time, ranks, &got)) {
			CHECK(false, "round %d: somebody waits", round);
			continue;
		}
		least = best(&in, time, 0, in.procs);
		for (uint32_t i = 0; i < in.jobs; i++)
			used += ranks[i];
		CHECK(used <= in.procs && got >= least * (1 - 1e-12), "round %d: %u of %u used, "
		      "%.12g below the least %.12g", round, used, in.procs, got, least);
		*worst = fmax(*worst, got / least);
	}
	gsl_rng_free(r);
}

/* Fox 1966: with diminishing returns the largest gain first is best. */
TEST(best_of_all_divisions)
{
	for (int time = 0; time < 2; time++) {
		double worst = 1;

		compare(true, time != 0, &worst);
		CHECK(worst < 1 + 1e-12, "%s: %.12g of the least", time ? "time" : "goodput", worst);
	}
}

/* Without them it is near: the last step may not fit. */
TEST(near_the_best_where_gains_jump)
{
	for (int time = 0; time < 2; time++) {
		double worst = 1;

		compare(false, time != 0, &worst);
		CHECK(worst < 1.2, "%s: %.12g of the least", time ? "time" : "goodput", worst);
	}
}

/* Nothing is gained up to three ranks, and much at four. */
TEST(a_step_behind_others_that_gain_nothing)
{
	static struct instance in = { .jobs = 2, .procs = 5 };
	uint32_t ranks[JOBS];
	double sum;

	for (uint32_t i = 0; i < 2; i++) {
		in.job[i] = script_malleable(script_job((int64_t)i + 1, 0, 1, 100), 1, 5);
		in.job[i].task.estimate_ns = in.job[i].task.work_ns;
		in.job[i].task.scaling = i + 1;
	}
	in.scaling[0] = (sj_scaling){ .kind = SJ_SPEEDUP_AMDAHL, .serial = 0.9 };
	in.scaling[1] = (sj_scaling){ .kind = SJ_SPEEDUP_TABLE, .point_count = 4,
				      .points = in.point[1] };
	for (uint32_t n = 0; n < 4; n++)
		in.point[1][n] = (sj_speedup_point){ n + 1, n < 3 ? 1 : 4 };
	CHECK(sizes(&in, true, ranks, &sum) && ranks[0] == 1 && ranks[1] == 4, "%u and %u", ranks[0],
	      ranks[1]);
}

TESTS(CASE(best_of_all_divisions), CASE(near_the_best_where_gains_jump),
      CASE(a_step_behind_others_that_gain_nothing))
