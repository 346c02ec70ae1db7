/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_shares.c - proportional shares on random jobs: stride against its bounds, deficit
 * round robin against one that plays every turn, fair queueing against the fluid.
 */
#include <math.h>

#include <gsl/gsl_rng.h>

#include "simrun.h"

#define S SJ_NS_PER_S

static const sj_cluster one = { .procs = 1 };
static struct sim_result out;

static uint32_t pick(gsl_rng *rng, uint32_t from, uint32_t to)
{
	return from + (uint32_t)gsl_rng_uniform_int(rng, to - from + 1);
}

/* ---- stride ---------------------------------------------------------------------- */

/*
 * Work in proportion to tickets: in quanta, what a client has had differs from its share
 * by less than 1 for two clients, and by less than their number for more (Waldspurger and
 * Weihl 1995), so that nobody ends long before the others.
 */
TEST(who_has_more_tickets_is_not_done_later)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < 200; round++) {
		struct sim_job job[6];
		uint32_t n = round < 100 ? 2 : pick(rng, 3, 6), rounds = 40, all = 0;
		double off = n == 2 ? 1 : n;

		for (uint32_t i = 0; i < n; i++) {
			uint32_t tickets = pick(rng, 1, 9);
			int work = (int)(tickets * rounds);

			job[i] = (struct sim_job){ .run = work, .estimate = work, .ranks = 1,
						   .weight = tickets };
			all += tickets;
		}
		sim_run("stride:1s", &one, job, n, S, SJ_OVERRUN_KILL, false, &out);
		for (uint32_t i = 0; i < n; i++) {
			double end = (double)out.finish_ns[i] / S;

			CHECK(end > rounds * all - off * all / job[i].weight - 1e-9,
			      "round %d: client %u of %u with %g of %u tickets ends at %g s", round,
			      i, n, job[i].weight, all, end);
		}
	}
	gsl_rng_free(rng);
}

/* Whoever comes late has no claim to what it was not there for. */
TEST(a_late_client_has_its_share_from_then_on)
{
	static const struct sim_job job[] = {
		{ .run = 500, .estimate = 500, .ranks = 1 },
		{ .submit = 100, .run = 10, .estimate = 10, .ranks = 1 },
	};

	sim_run("stride:1s", &one, job, 2, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.finish_ns[1] >= 119 * S && out.finish_ns[1] <= 121 * S, "ends at %g s",
	      (double)out.finish_ns[1] / S);
}

/* ---- finish-time fairness ----------------------------------------------------------- */

/*
 * Two jobs as wide as the machine, 100 s each, in leases of 10 s. At 10 s their ratios are
 * (10 + 90) / 200 and (10 + 100) / 200, so that they take turns. The third, of 10 s, comes at
 * 45 s: at 50 s it is at (5 + 10) / (10 x 3), before (50 + 70) / 300 and (50 + 80) / 300,
 * and goes next.
 */
TEST(who_is_worst_off_goes_next)
{
	static const struct sim_job job[] = {
		{ .run = 100, .estimate = 100, .ranks = 2 },
		{ .run = 100, .estimate = 100, .ranks = 2 },
		{ .submit = 45, .run = 10, .estimate = 10, .ranks = 2 },
		{ .submit = 52, .run = 100, .estimate = 100, .ranks = 2 },
	};

	sim_run("themis:10s", &(sj_cluster){ .procs = 2 }, job, 2, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[1] == 10 * S && out.finish_ns[0] == 190 * S &&
	      out.finish_ns[1] == 200 * S, "from %g, until %g and %g s",
	      (double)out.start_ns[1] / S, (double)out.finish_ns[0] / S,
	      (double)out.finish_ns[1] / S);
	sim_run("themis:10s", &(sj_cluster){ .procs = 2 }, job, 3, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[2] == 50 * S, "from %g s", (double)out.start_ns[2] / S);
	/* At 60 s the fourth is at (8 + 100) / 300 against (60 + 70) / 300 and (60 + 80) / 300,
	 * and so on: the others have been slowed down for 50 s more. */
	sim_run("themis:10s", &(sj_cluster){ .procs = 2 }, job, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[3] > out.start_ns[2] + 50 * S, "from %g s", (double)out.start_ns[3] / S);
}

/* ---- deficit round robin ------------------------------------------------------------ */

enum { USERS = 4, MOST = 60 };

static uint32_t draw_jobs(gsl_rng *rng, struct sim_job *job, int last_submit)
{
	uint32_t n = pick(rng, 5, MOST);
	int at = 0;

	for (uint32_t i = 0; i < n; i++) {
		int run = (int)pick(rng, 1, 100);

		if (last_submit > 0)
			at += (int)pick(rng, 0, (uint32_t)last_submit);
		job[i] = (struct sim_job){ .submit = at, .run = run, .estimate = run, .ranks = 1,
					   .user = pick(rng, 0, USERS - 1) };
	}
	return n;
}

/* All jobs wait from the beginning on; turns are played one by one, by the paper. */
static void play_drr(const struct sim_job *job, uint32_t n, double quantum,
		     const double *share, int64_t *start_ns)
{
	double deficit[USERS] = { 0 };
	uint32_t turn[USERS], turns = 0, next[USERS] = { 0 };
	int64_t now = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool known = false;

		for (uint32_t t = 0; t < turns; t++)
			known = known || turn[t] == job[i].user;
		if (!known)
			turn[turns++] = job[i].user;
	}
	while (turns > 0)
		for (uint32_t t = 0; t < turns; t++) {
			uint32_t u = turn[t], *i = &next[u];

			deficit[u] += quantum * share[u];
			for (;; ++*i) {
				while (*i < n && job[*i].user != u)
					++*i;
				if (*i == n || job[*i].run > deficit[u])
					break;
				deficit[u] -= job[*i].run;
				start_ns[*i] = now;
				now += job[*i].run * S;
			}
			if (*i == n) { /* nothing is left of this one */
				turns--;
				memmove(&turn[t], &turn[t + 1], (turns - t) * sizeof(turn[0]));
				t--;
			}
		}
}

TEST(turns_that_are_skipped_change_nothing)
{
	static const double share[USERS] = { 1, 2, 0.5, 1 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < 300; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, 0);
		int quantum = (int)pick(rng, 1, round % 2 == 0 ? 5 : 200);
		int64_t start[MOST];
		char spec[64];

		snprintf(spec, sizeof(spec), "drr:quantum=%ds,shares=(1:2,2:0.5)", quantum);
		sim_run(spec, &one, job, n, S, SJ_OVERRUN_KILL, false, &out);
		play_drr(job, n, quantum, share, start);
		for (uint32_t i = 0; i < n; i++)
			REQUIRE(out.start_ns[i] == start[i],
				"round %d, %s: job %u starts at %g s, not at %g s", round, spec, i,
				(double)out.start_ns[i] / S, (double)start[i] / S);
	}
	gsl_rng_free(rng);
}

/* ---- fair queueing ------------------------------------------------------------------- */

/* One processor as a fluid: users share it, each one's jobs follow each other. */
static void fluid(const struct sim_job *job, uint32_t n, const double *share, double *end)
{
	double left[MOST], now = 0;
	uint32_t done = 0;

	for (uint32_t i = 0; i < n; i++) {
		left[i] = job[i].run;
		end[i] = -1;
	}
	while (done < n) {
		int head[USERS] = { -1, -1, -1, -1 };
		double sum = 0, step = INFINITY;

		for (uint32_t i = 0; i < n; i++) {
			if (job[i].submit > now + 1e-9)
				step = fmin(step, job[i].submit - now);
			else if (end[i] < 0 && head[job[i].user] < 0)
				head[job[i].user] = (int)i;
		}
		for (uint32_t u = 0; u < USERS; u++)
			sum += head[u] >= 0 ? share[u] : 0;
		for (uint32_t u = 0; u < USERS; u++)
			if (head[u] >= 0)
				step = fmin(step, left[head[u]] * sum / share[u]);
		now += step;
		for (uint32_t u = 0; u < USERS; u++) {
			if (head[u] < 0)
				continue;
			left[head[u]] -= step * share[u] / sum;
			if (left[head[u]] < 1e-9) {
				end[head[u]] = now;
				done++;
			}
		}
	}
}

/* Parekh and Gallager 1993, theorem 1: not later than in the fluid by more than the longest
 * job. The order of starts is that of ends in the fluid, among those that have come. */
TEST(nobody_is_late_by_more_than_the_longest_job)
{
	static const double share[USERS] = { 1, 3, 0.5, 1 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int round = 0; round < 300; round++) {
		struct sim_job job[MOST];
		uint32_t n = draw_jobs(rng, job, (int)pick(rng, 1, 150));
		double end[MOST], longest = 0;

		sim_run("wfq:shares=(1:3,2:0.5)", &one, job, n, S, SJ_OVERRUN_KILL, false, &out);
		fluid(job, n, share, end);
		for (uint32_t i = 0; i < n; i++)
			longest = fmax(longest, job[i].run);
		for (uint32_t i = 0; i < n; i++) {
			CHECK((double)out.finish_ns[i] / S <= end[i] + longest + 1e-6,
			      "round %d: job %u ends at %g s, in the fluid at %g s", round, i,
			      (double)out.finish_ns[i] / S, end[i]);
			for (uint32_t j = 0; j < n; j++)
				CHECK(!(out.start_ns[i] < out.start_ns[j] && end[j] < end[i] - 1e-6 &&
					job[j].submit * S <= out.start_ns[i]),
				      "round %d: job %u starts before %u, which ends at %g s in the "
				      "fluid, and it at %g s", round, i, j, end[j], end[i]);
		}
	}
	gsl_rng_free(rng);
}

TESTS(CASE(who_has_more_tickets_is_not_done_later), CASE(a_late_client_has_its_share_from_then_on),
      CASE(who_is_worst_off_goes_next), CASE(turns_that_are_skipped_change_nothing),
      CASE(nobody_is_late_by_more_than_the_longest_job))
