/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_unrelated.c - tasks on unrelated machines: a case by hand, and random ones against
 * all assignments: relaxation <= T* <= optimum <= makespan <= 2 T*.
 */
#include <gsl/gsl_rng.h>
#include <math.h>

#include "sojourn/rng.h"
#include "sojourn/unrelated.h"
#include "test.h"

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-6 * (1 + fabs(b));
}

/* Without a limit the long task is cut: C = 1 + 50 x = 1 + 50 (1 - x), 26. No pair below 50 s
 * holds the third task, so T* = 50, with a program that can still cut it. */
TEST(by_hand)
{
	const double time[] = { 1, 100, 100, 1, 50, 50 };
	const sj_unrelated u = { .tasks = 3, .machines = 2, .time = time };
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	double part[3], price[2];
	sj_unrelated_result r;
	uint32_t machine[3];

	CHECK(sj_unrelated_assign(NULL, lp, &u, 0, machine, part, price, &r) == SJ_OK);
	CHECK(near(r.relaxed, 26) && near(r.threshold, 50), "%g %g", r.relaxed, r.threshold);
	CHECK(machine[0] == 0 && machine[1] == 1 && near(r.makespan, 51), "%g", r.makespan);
	CHECK(r.cut == 1 && near(part[0], 1) && near(part[2], 0.5), "%u %g", r.cut, part[2]);
	CHECK(near(price[0], 0.5) && near(price[1], 0.5), "%g %g", price[0], price[1]);
	sj_lp_free(lp);
}

TEST(what_cannot_be)
{
	const double time[] = { 1, 2, INFINITY, INFINITY }, load[] = { 0, 7 };
	sj_unrelated u = { .tasks = 2, .machines = 2, .time = time };
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	sj_unrelated_result r;
	uint32_t machine[2];

	CHECK(sj_unrelated_assign(NULL, lp, &u, 0, machine, NULL, NULL, &r) == SJ_EINVAL);
	u.tasks = 1;
	u.load = load;
	CHECK(sj_unrelated_assign(NULL, lp, &u, 0, machine, NULL, NULL, &r) == SJ_OK);
	CHECK(machine[0] == 0 && near(r.makespan, 7) && near(r.threshold, 7), "%g", r.makespan);
	u.tasks = 0;
	CHECK(sj_unrelated_assign(NULL, lp, &u, 0, machine, NULL, NULL, &r) == SJ_OK);
	sj_lp_free(lp);
}

enum { TASKS = 6, MACHINES = 3 };

static double best(const sj_unrelated *u)
{
	double least = INFINITY;
	uint32_t all = 1;

	for (uint32_t i = 0; i < u->tasks; i++)
		all *= u->machines;
	for (uint32_t code = 0; code < all; code++) {
		double load[MACHINES], most = 0;
		uint32_t rest = code;

		for (uint32_t k = 0; k < u->machines; k++)
			load[k] = u->load[k];
		for (uint32_t i = 0; i < u->tasks; i++, rest /= u->machines)
			load[rest % u->machines] += u->time[i * u->machines + rest % u->machines];
		for (uint32_t k = 0; k < u->machines; k++)
			most = fmax(most, load[k]);
		least = fmin(least, most);
	}
	return least;
}

TEST(within_twice_the_optimum)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MINIMISE);
	gsl_rng *rng = sj_rng_create(1, "test.unrelated", 0);
	int cut = 0, tight = 0;

	for (int seed = 0; seed < 300; seed++) {
		double time[TASKS * MACHINES], load[MACHINES], optimum;
		sj_unrelated u = { .tasks = 1 + (uint32_t)gsl_rng_uniform_int(rng, TASKS),
				   .machines = 2 + (uint32_t)gsl_rng_uniform_int(rng, 2),
				   .time = time, .load = load };
		sj_unrelated_result r, again;
		uint32_t machine[TASKS], other[TASKS], cut_on[MACHINES] = { 0 };
		double part[TASKS];
		sj_lp *anew = sj_lp_create(SJ_LP_MINIMISE);

		for (uint32_t i = 0; i < u.tasks * u.machines; i++)
			time[i] = i % u.machines > 0 && gsl_rng_uniform_int(rng, 5) == 0 ?
					  INFINITY :
					  1 + (double)gsl_rng_uniform_int(rng, 20);
		for (uint32_t k = 0; k < u.machines; k++)
			load[k] = seed % 2 ? (double)gsl_rng_uniform_int(rng, 10) : 0;
		CHECK(sj_unrelated_assign(NULL, lp, &u, 0, machine, part, NULL, &r) == SJ_OK, "%d",
		      seed);
		optimum = best(&u);
		CHECK(r.relaxed <= r.threshold + 1e-6 && r.threshold <= optimum + 1e-6 &&
		      optimum <= r.makespan + 1e-6 && r.makespan <= 2 * r.threshold + 1e-6,
		      "seed %d: %g <= %g <= %g <= %g <= 2 x", seed, r.relaxed, r.threshold, optimum,
		      r.makespan);
		for (uint32_t i = 0; i < u.tasks; i++) {
			CHECK(time[i * u.machines + machine[i]] <= r.threshold + 1e-6, "%d", seed);
			CHECK(part[i] > 0, "seed %d: the program had nothing of %u there", seed, i);
			if (part[i] < 1 - 1e-6)
				CHECK(++cut_on[machine[i]] == 1, "seed %d: two cut tasks on %u", seed,
				      machine[i]);
		}
		CHECK(sj_unrelated_assign(NULL, anew, &u, 0, other, NULL, NULL, &again) == SJ_OK &&
		      memcmp(machine, other, u.tasks * sizeof(*machine)) == 0,
		      "seed %d: depends on what was solved before", seed);
		cut += r.cut > 0;
		tight += r.makespan > optimum + 1e-6;
		sj_lp_free(anew);
	}
	CHECK(cut > 50 && tight > 20, "only %d had a task cut, %d were above the optimum", cut,
	      tight);
	sj_lp_free(lp);
	gsl_rng_free(rng);
}

TESTS(CASE(by_hand), CASE(what_cannot_be), CASE(within_twice_the_optimum))
