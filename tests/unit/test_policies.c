/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_policies.c - queueing and backfilling policies on a handful of jobs that a
 * reader can schedule by hand.
 */
#include "simrun.h"

#define S SJ_NS_PER_S

/* A job: submit, run, estimate, processors; with the log's start; with ranks and
 * cores. */
#define J(s, r, e, p) { .submit = s, .run = r, .estimate = e, .ranks = p }
#define L(s, r, e, p, log) { .submit = s, .run = r, .estimate = e, .ranks = p, .logged = log }
#define N(s, r, e, k, c) { .submit = s, .run = r, .estimate = e, .ranks = k, .cores = c }

enum { FEW = 5 };

/* One pool. Starts in the order of the jobs; -1: dropped. */
static const struct {
	const char *what, *policy;
	uint32_t procs;
	struct sim_job job[FEW];
	int start[FEW];
} schedules[] = {
	{ "fifo never overtakes", "fifo", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(0, 2, 2, 1) }, { 0, 10, 15 } },
	{ "fifo starts all that fit at one instant", "fifo", 4,
	  { J(0, 10, 10, 2), J(0, 5, 5, 1), J(0, 2, 2, 1), J(0, 1, 1, 1) },
	  { 0, 0, 0, 2 } },
	{ "sjf takes the shortest estimate, not the shortest run", "sjf", 1,
	  { J(0, 5, 5, 1), J(1, 1, 9, 1), J(2, 8, 8, 1) }, { 0, 13, 5 } },
	{ "sjf: equal estimates by arrival", "sjf", 1,
	  { J(0, 5, 5, 1), J(1, 3, 3, 1), J(2, 3, 3, 1) }, { 0, 5, 8 } },
	{ "sjf: the head blocks", "sjf", 4,
	  { J(0, 10, 10, 3), J(1, 2, 2, 2), J(2, 4, 4, 1) }, { 0, 10, 10 } },
	{ "ljf", "ljf", 1,
	  { J(0, 5, 5, 1), J(1, 3, 3, 1), J(2, 4, 4, 1) }, { 0, 9, 5 } },
	{ "saf compares areas", "saf", 4,
	  { J(0, 5, 5, 4), J(1, 2, 2, 4), J(2, 7, 7, 1) }, { 0, 12, 5 } },
	{ "laf", "laf", 4,
	  { J(0, 5, 5, 4), J(1, 2, 2, 4), J(2, 7, 7, 1) }, { 0, 5, 7 } },
	{ "narrow", "narrow", 4,
	  { J(0, 5, 5, 4), J(1, 2, 2, 4), J(2, 7, 7, 3) }, { 0, 12, 5 } },
	{ "wide", "wide", 4,
	  { J(0, 5, 5, 4), J(1, 2, 2, 3), J(2, 7, 7, 4) }, { 0, 12, 5 } },
	{ "lifo", "lifo", 1,
	  { J(0, 5, 5, 1), J(1, 3, 3, 1), J(2, 3, 3, 1) }, { 0, 8, 5 } },
	{ "wfp3: (wait/estimate)^3 x processors is 8 x 1 against 1 x 4", "wfp3", 4,
	  { J(0, 6, 6, 4), J(2, 2, 2, 1), J(2, 4, 4, 4) }, { 0, 6, 8 } },
	{ "wfp3: 1 x 1 against 1 x 4", "wfp3", 4,
	  { J(0, 6, 6, 4), J(2, 4, 4, 1), J(2, 4, 4, 4) }, { 0, 10, 6 } },
	{ "expr: larger value first", "expr:-procs*estimate", 4,
	  { J(0, 5, 5, 4), J(1, 2, 2, 4), J(2, 7, 7, 1) }, { 0, 12, 5 } },
	{ "firstfit skips what does not fit", "firstfit", 4,
	  { J(0, 10, 10, 3), J(1, 5, 5, 4), J(2, 20, 20, 1) }, { 0, 22, 2 } },
	{ "firstfit: order of the walk", "firstfit:order=sjf", 4,
	  { J(0, 10, 10, 4), J(1, 9, 9, 3), J(2, 5, 5, 2), J(3, 4, 4, 2) },
	  { 0, 15, 10, 10 } },
	{ "easy fills the hole beside the first task", "easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(0, 2, 2, 1) }, { 0, 10, 0 } },
	{ "easy: a backfilled job may end exactly at the shadow", "easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(2, 8, 8, 1) }, { 0, 10, 2 } },
	{ "easy: and not a second later", "easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(2, 9, 9, 1) }, { 0, 10, 15 } },
	{ "easy: the estimate decides, not the run", "easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(2, 1, 9, 1) }, { 0, 10, 15 } },
	{ "easy: a long job in the extra processors", "easy", 6,
	  { J(0, 10, 10, 4), J(0, 5, 5, 4), J(1, 99, 99, 2) }, { 0, 10, 1 } },
	{ "easy: extra processors are used up", "easy", 6,
	  { J(0, 10, 10, 4), J(0, 5, 5, 5), J(1, 99, 99, 1), J(1, 99, 99, 1) },
	  { 0, 10, 1, 15 } },
	{ "easy: extra counts all that end by the shadow", "easy", 10,
	  { J(0, 10, 10, 4), J(0, 10, 10, 4), J(0, 5, 5, 5), J(1, 99, 99, 2) },
	  { 0, 0, 10, 1 } },
	{ "width=weak: extra counts only what the head needs", "easy:width=weak", 10,
	  { J(0, 10, 10, 4), J(0, 10, 10, 4), J(0, 5, 5, 5), J(1, 99, 99, 2) },
	  { 0, 0, 10, 10 } },
	{ "easy: an early end moves the reservation", "easy", 4,
	  { J(0, 4, 10, 3), J(1, 5, 5, 4), J(2, 8, 8, 1) }, { 0, 10, 2 } },
	{ "easy: candidates in arrival order", "easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(1, 9, 9, 1), J(1, 3, 3, 1) },
	  { 0, 10, 1, 15 } },
	{ "candidates=sjf: the shorter first", "easy:candidates=sjf", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(1, 9, 9, 1), J(1, 3, 3, 1) },
	  { 0, 10, 15, 1 } },
	{ "order=sjf: a shorter arrival is the new head", "easy:order=sjf", 4,
	  { J(0, 10, 10, 4), J(1, 9, 9, 4), J(2, 5, 5, 4) }, { 0, 15, 10 } },
	{ "pass=instant: the end frees the machine for the head", "easy", 4,
	  { J(0, 5, 10, 3), J(1, 6, 6, 4), J(5, 5, 5, 1) }, { 0, 5, 11 } },
	{ "pass=event: the arrival comes first", "easy:pass=event", 4,
	  { J(0, 5, 10, 3), J(1, 6, 6, 4), J(5, 5, 5, 1) }, { 0, 10, 5 } },
	{ "pass=event: an expected end frees before it is told", "easy:pass=event", 4,
	  { J(0, 10, 10, 3), J(1, 6, 6, 4), J(10, 5, 5, 1) }, { 0, 10, 16 } },
	{ "pyss-easy is that, and drops jobs of run time 0", "pyss-easy", 4,
	  { J(0, 5, 10, 3), J(1, 6, 6, 4), J(2, 0, 9, 1), J(5, 5, 5, 1) },
	  { 0, 10, -1, 5 } },
	{ "pyss-fcfs", "pyss-fcfs", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(0, 2, 2, 1) }, { 0, 10, 15 } },
	{ "cqsim-easy knows run times of waiting jobs", "cqsim-easy", 4,
	  { J(0, 10, 10, 3), J(0, 5, 5, 4), J(2, 3, 50, 1) }, { 0, 10, 2 } },
	{ "accasim-easy lets anybody delay the head", "accasim-easy", 4,
	  { J(0, 10, 10, 3), J(1, 5, 5, 4), J(2, 99, 99, 1) }, { 0, 101, 2 } },
	{ "batsched-easy-fast has no extra processors", "batsched-easy-fast", 4,
	  { J(0, 10, 10, 3), J(1, 5, 5, 2), J(2, 99, 99, 1) }, { 0, 10, 10 } },
	{ "batsched-easy-fast tries an arrival at once", "batsched-easy-fast", 4,
	  { J(0, 10, 10, 3), J(1, 5, 5, 2), J(2, 8, 8, 1) }, { 0, 10, 2 } },
	{ "replay keeps to the log", "replay", 4,
	  { L(0, 5, 5, 2, 3), L(1, 5, 5, 2, 2), L(1, 5, 5, 1, 20) },
	  { 3, 2, 20 } },
	{ "replay: what does not fit waits, what is unknown starts", "replay", 4,
	  { L(0, 5, 5, 4, 3), L(1, 5, 5, 2, 4), L(2, 1, 1, 4, 0) },
	  { 3, 8, 2 } },
	{ "a job of run time 0 starts, ends and lets the next one in", "easy", 4,
	  { J(0, 0, 5, 4), J(0, 3, 3, 4), J(0, 0, 0, 4) }, { 0, 0, 3 } },
};

TEST(small_cases)
{
	static struct sim_result out;

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		sj_cluster pool = { .procs = schedules[i].procs };
		uint32_t n = 0;

		while (n < FEW && schedules[i].job[n].ranks > 0)
			n++;
		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_KILL,
			false, &out);
		for (uint32_t j = 0; j < n; j++)
			CHECK(out.start_ns[j] == (schedules[i].start[j] < 0
							  ? -1 : schedules[i].start[j] * S),
			      "%s (%s): job %u at %g, not %d", schedules[i].what,
			      schedules[i].policy, j, (double)out.start_ns[j] / 1e9,
			      schedules[i].start[j]);
	}
}

/* A reason never changes a decision. */
TEST(explaining_changes_nothing)
{
	static struct sim_result plain, told;

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		sj_cluster pool = { .procs = schedules[i].procs };
		uint32_t n = 0;

		while (n < FEW && schedules[i].job[n].ranks > 0)
			n++;
		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_KILL,
			false, &plain);
		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_KILL,
			true, &told);
		CHECK(memcmp(plain.start_ns, told.start_ns, sizeof(plain.start_ns)) == 0,
		      "%s (%s)", schedules[i].what, schedules[i].policy);
	}
}

TEST(reasons)
{
	static const struct sim_job job[] = {
		J(0, 10, 10, 3), J(0, 5, 5, 4), J(2, 9, 9, 1)
	};
	static struct sim_result out;
	sj_cluster pool = { .procs = 4 };

	sim_run("easy", &pool, job, 3, S, SJ_OVERRUN_KILL, true, &out);
	CHECK(strcmp(out.reason[1], "head of the queue: needs 4 processors, 1 free; "
				    "reserved at 10 s with 0 extra") == 0,
	      "\"%s\"", out.reason[1]);
	sim_run("fifo", &pool, job, 3, S, SJ_OVERRUN_KILL, true, &out);
	CHECK(strcmp(out.reason[1], "head of the queue: needs 4 processors, 1 free") == 0,
	      "\"%s\"", out.reason[1]);
}

/*
 * Two nodes of 4 cores. Two cores are free, but on different nodes, so the head
 * (1 x 2 cores) waits for the end at 50. Meanwhile a short job may run beside it; so may
 * a long one, as the second node will have four cores by then.
 */
TEST(placement_blocks_the_head)
{
	static const sj_node_type node[] = { { .count = 1, .cores = 4, .speed = 1 },
					     { .count = 1, .cores = 4, .speed = 1 } };
	static const sj_cluster two = { .procs = 8, .type_count = 2, .types = node };
	static const struct sim_job job[] = {
		N(0, 100, 100, 1, 3), N(0, 50, 50, 1, 3), N(1, 10, 10, 1, 2),
		N(2, 10, 10, 1, 1), N(3, 90, 90, 1, 1)
	};
	static const int start[] = { 0, 0, 50, 2, 3 };
	static struct sim_result out;

	sim_run("easy", &two, job, 5, S, SJ_OVERRUN_KILL, false, &out);
	for (uint32_t j = 0; j < 5; j++)
		CHECK(out.start_ns[j] == start[j] * S, "job %u at %g", j,
		      (double)out.start_ns[j] / 1e9);
}

/* A job that runs past its estimate ends "now" for the reservation, so a candidate
 * that would have ended by the old shadow is let in only by extra processors. */
TEST(overrun_moves_the_shadow)
{
	static const struct sim_job job[] = {
		J(0, 30, 10, 3), J(1, 5, 5, 4), J(12, 5, 5, 1), J(13, 0, 0, 1)
	};
	static const int start[] = { 0, 30, 35, 13 };
	static struct sim_result out;
	sj_cluster pool = { .procs = 4 };

	sim_run("easy", &pool, job, 4, S, SJ_OVERRUN_EXTEND, false, &out);
	for (uint32_t j = 0; j < 4; j++)
		CHECK(out.start_ns[j] == start[j] * S, "job %u at %g", j,
		      (double)out.start_ns[j] / 1e9);
}

TESTS(CASE(small_cases), CASE(explaining_changes_nothing), CASE(reasons),
      CASE(placement_blocks_the_head), CASE(overrun_moves_the_shadow))
