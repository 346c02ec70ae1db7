/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_preempt.c - preemptive policies on a handful of jobs that a reader can
 * schedule by hand: first start, finish and number of stops of each.
 */
#include <math.h>

#include "simrun.h"

#define S SJ_NS_PER_S

/* A job: submit, run, estimate, processors. */
#define J(s, r, e, p) { .submit = s, .run = r, .estimate = e, .ranks = p }

/* With a deadline. */
#define D(s, r, e, p, d) \
	{ .submit = s, .run = r, .estimate = e, .ranks = p, .deadline = d }

/* With steps. */
#define T(s, r, p, n) { .submit = s, .run = r, .estimate = r, .ranks = p, .steps = n }

enum { FEW = 5 };

static const struct {
	const char *what, *policy;
	uint32_t procs;
	struct sim_job job[FEW];
	int start[FEW], finish[FEW];
	uint32_t stops[FEW];
} schedules[] = {
	{ "srtf: an arrival with less left takes over", "srtf", 1,
	  { J(0, 7, 7, 1), J(1, 3, 3, 1), J(2, 1, 1, 1) },
	  { 0, 1, 2 }, { 11, 5, 3 }, { 1, 1, 0 } },
	{ "srtf: equal time left, arrival decides", "srtf", 1,
	  { J(0, 4, 4, 1), J(1, 3, 3, 1) }, { 0, 4 }, { 4, 7 }, { 0, 0 } },
	{ "srtf knows the truth", "srtf", 1,
	  { J(0, 9, 99, 1), J(1, 10, 10, 1) }, { 0, 9 }, { 9, 19 }, { 0, 0 } },
	{ "srtf-est believes the estimate", "srtf-est", 1,
	  { J(0, 9, 99, 1), J(1, 10, 10, 1) }, { 0, 1 }, { 19, 11 }, { 1, 0 } },
	{ "srtf skips what does not fit and stops what is not reached", "srtf", 4,
	  { J(0, 10, 10, 3), J(0, 20, 20, 1), J(2, 5, 5, 4) },
	  { 0, 0, 2 }, { 15, 25, 7 }, { 1, 1, 0 } },
	{ "srsf: 6 x 2 against 8 x 1", "srsf", 2,
	  { J(0, 8, 8, 1), J(0, 6, 6, 2) }, { 0, 8 }, { 8, 14 }, { 0, 0 } },
	{ "srtf: 6 against 8", "srtf", 2,
	  { J(0, 8, 8, 1), J(0, 6, 6, 2) }, { 6, 0 }, { 14, 6 }, { 0, 0 } },
	{ "srsf-est: 2 x 10 against 3 x 6", "srsf-est", 3,
	  { J(0, 5, 10, 2), J(1, 5, 6, 3) }, { 0, 5 }, { 5, 10 }, { 0, 0 } },
	{ "preempt: preemptive shortest job first forgets what was done",
	  "preempt:order=sjf", 1,
	  { J(0, 5, 5, 1), J(4, 4, 4, 1) }, { 0, 4 }, { 9, 8 }, { 1, 0 } },
	{ "preempt: last come, first served", "preempt:order=lifo", 1,
	  { J(0, 5, 5, 1), J(1, 5, 5, 1), J(2, 5, 5, 1) },
	  { 0, 1, 2 }, { 15, 11, 7 }, { 1, 1, 0 } },
	{ "preempt: fewest processors first", "preempt:order=narrow", 4,
	  { J(0, 10, 10, 4), J(1, 2, 2, 1), J(2, 3, 3, 3) },
	  { 0, 1, 2 }, { 14, 3, 5 }, { 1, 0, 0 } },
	{ "preempt: keys that grow with the wait are taken anew",
	  "preempt:order=(expr:wait)", 1,
	  { J(0, 5, 5, 1), J(1, 3, 3, 1) }, { 0, 5 }, { 5, 8 }, { 0, 0 } },
	{ "las: the limit of processor time sends it behind arrivals", "las:queues=4s", 2,
	  { J(0, 5, 5, 2), J(1, 3, 3, 2) }, { 0, 2 }, { 7, 8 }, { 1, 1 } },
	{ "las:by=time: the limit is one of time", "las:queues=4s,by=time", 2,
	  { J(0, 5, 5, 2), J(1, 3, 3, 2) }, { 0, 4 }, { 8, 7 }, { 1, 0 } },
	{ "las: nobody waits, nobody is stopped", "las:queues=4s|8s", 2,
	  { J(0, 50, 50, 2) }, { 0 }, { 50 }, { 0 } },
	{ "las: three queues", "las:queues=1s|3s", 1,
	  { J(0, 6, 6, 1), J(0, 2, 2, 1) }, { 0, 1 }, { 8, 5 }, { 2, 1 } },
	{ "las: limits for ever are turns at equal service", "las:queues=1s|...", 1,
	  { J(0, 3, 3, 1), J(0, 2, 2, 1) }, { 0, 1 }, { 5, 4 }, { 2, 1 } },
	{ "las: what has had much waits until others have had as much",
	  "las:queues=1s|...", 1,
	  { J(0, 10, 10, 1), J(8, 9, 9, 1) }, { 0, 8 }, { 19, 18 }, { 2, 1 } },
	{ "rr: turns of the quantum", "rr:quantum=2s", 1,
	  { J(0, 5, 5, 1), J(1, 3, 3, 1), J(2, 1, 1, 1) },
	  { 0, 2, 4 }, { 9, 8, 5 }, { 2, 1, 0 } },
	{ "rr: slices keep their ends while nobody waits", "rr:quantum=4s", 1,
	  { J(0, 30, 30, 1), J(9, 3, 3, 1) }, { 0, 12 }, { 33, 15 }, { 1, 0 } },
	{ "rr: an arrival at the end of a slice has its turn", "rr:quantum=4s", 1,
	  { J(0, 30, 30, 1), J(8, 3, 3, 1) }, { 0, 8 }, { 33, 11 }, { 1, 0 } },
	{ "rr: the head blocks until enough slices are over", "rr:quantum=4s", 2,
	  { J(0, 10, 10, 1), J(1, 10, 10, 1), J(2, 3, 3, 2) },
	  { 0, 1, 5 }, { 14, 14, 8 }, { 1, 1, 0 } },
	{ "rr: where there is room a slice goes on", "rr:quantum=2s", 2,
	  { J(0, 5, 5, 1), J(1, 5, 5, 1) }, { 0, 1 }, { 5, 6 }, { 0, 0 } },
	{ "ps: thirds, halves, alone", "ps", 1,
	  { J(0, 3, 3, 1), J(0, 6, 6, 1), J(2, 2, 2, 1) }, { 0, 0, 2 }, { 8, 11, 8 }, { 0, 0, 0 } },
	{ "ps: nobody has more than its width", "ps", 2,
	  { J(0, 4, 4, 2), J(0, 2, 2, 1) }, { 0, 0 }, { 5, 2 }, { 0, 0 } },
	{ "ps:weight=procs: every processor asked for counts the same", "ps:weight=procs", 2,
	  { J(0, 4, 4, 2), J(0, 2, 2, 1) }, { 0, 0 }, { 5, 3 }, { 0, 0 } },
	{ "ps:limit=2: the third waits for an end", "ps:limit=2", 1,
	  { J(0, 3, 3, 1), J(0, 6, 6, 1), J(2, 2, 2, 1) }, { 0, 0, 6 }, { 6, 11, 10 }, { 0, 0, 0 } },
	{ "tiresias-shortest: of equals the one that ran goes behind", "tiresias-shortest", 2,
	  { J(0, 10, 10, 1), J(0, 3, 3, 1), J(0, 7, 7, 2) },
	  { 0, 0, 3 }, { 17, 3, 10 }, { 1, 0, 0 } },
	{ "srtf: of equals the first to arrive", "srtf", 2,
	  { J(0, 10, 10, 1), J(0, 3, 3, 1), J(0, 7, 7, 2) },
	  { 0, 0, 10 }, { 10, 3, 17 }, { 0, 0, 0 } },
	{ "tiresias-shortest: of equals an arrival goes behind", "tiresias-shortest", 2,
	  { J(0, 10, 10, 1), J(0, 6, 6, 2), J(6, 7, 7, 1), J(9, 7, 7, 2) },
	  { 6, 0, 6, 16 }, { 16, 6, 13, 23 }, { 0, 0, 0, 0 } },
	{ "tiresias-shortest-gpu", "tiresias-shortest-gpu", 2,
	  { J(0, 8, 8, 1), J(0, 6, 6, 2) }, { 0, 8 }, { 8, 14 }, { 0, 0 } },
	{ "tiresias-dlas: at 3250 s it goes behind an arrival", "tiresias-dlas", 2,
	  { J(0, 4000, 4000, 2), J(100, 200, 200, 2) },
	  { 0, 3250 }, { 4200, 3450 }, { 1, 0 } },
	{ "tiresias-dlas: what runs stands before what waits", "tiresias-dlas", 2,
	  { J(0, 100, 100, 1), J(1, 50, 50, 2), J(2, 300, 300, 1) },
	  { 0, 302, 2 }, { 100, 352, 302 }, { 0, 0, 0 } },
	{ "tiresias-dlas-gpu: the pass comes late, at 100 + (3250 - 100) / 2 s",
	  "tiresias-dlas-gpu", 2,
	  { J(0, 4000, 4000, 2), J(100, 200, 200, 2) },
	  { 0, 1675 }, { 4200, 1875 }, { 1, 0 } },
	{ "helios-sjf: the true shortest blocks", "helios-sjf", 4,
	  { J(0, 10, 10, 3), J(1, 2, 99, 2), J(2, 4, 4, 1) },
	  { 0, 10, 10 }, { 10, 12, 14 }, { 0, 0, 0 } },
	{ "pai-sjf: whatever fits is started", "pai-sjf", 4,
	  { J(0, 10, 10, 3), J(1, 2, 99, 2), J(2, 4, 4, 1), J(3, 3, 3, 1) },
	  { 0, 10, 2, 6 }, { 10, 12, 6, 9 }, { 0, 0, 0, 0 } },
	{ "edf:preempt=yes: an earlier deadline takes over", "edf:preempt=yes", 1,
	  { D(0, 5, 5, 1, 20), D(1, 2, 2, 1, 4) }, { 0, 1 }, { 7, 3 }, { 1, 0 } },
	{ "edf: what runs stays", "edf", 1,
	  { D(0, 5, 5, 1, 20), D(1, 2, 2, 1, 9), D(1, 2, 2, 1, 8) },
	  { 0, 7, 5 }, { 5, 9, 7 }, { 0, 0, 0 } },
	{ "edf: no deadline is the last", "edf:preempt=yes", 1,
	  { J(0, 5, 5, 1), D(1, 2, 2, 1, 99) }, { 0, 1 }, { 7, 3 }, { 1, 0 } },
	{ "llf: deadline less remaining time decides", "llf", 1,
	  { J(0, 4, 4, 1), D(1, 1, 1, 1, 10), D(2, 6, 6, 1, 12) },
	  { 0, 10, 4 }, { 4, 11, 10 }, { 0, 0, 0 } },
	/* Laxity at 1 s is 2 s against 5 s; at 5 s it is 2 s against 1 s. */
	{ "llf: what waits loses laxity, and takes over when it has a quantum less",
	  "llf:preempt=yes,quantum=1s", 1,
	  { D(0, 10, 10, 1, 12), D(1, 2, 2, 1, 8) }, { 0, 5 }, { 12, 7 }, { 1, 0 } },
	{ "llf: a large quantum waits longer", "llf:preempt=yes,quantum=4s", 1,
	  { D(0, 10, 10, 1, 12), D(1, 2, 2, 1, 8) }, { 0, 8 }, { 12, 10 }, { 1, 0 } },
	/* 0.25/s at the begin, 0.5/s after 1 s, 0.125/s after 2 s. */
	{ "gittins: what is nearly at a likely end goes on, behind it it waits",
	  "gittins:sizes=(list:values=2|10)", 1,
	  { J(0, 10, 10, 1), J(1, 2, 2, 1) }, { 0, 2 }, { 12, 4 }, { 1, 0 } },
	{ "gittins: sizes of which most end late are never stopped",
	  "gittins:sizes=(list:values=4|8|12)", 1,
	  { J(0, 12, 12, 1), J(4, 4, 4, 1) }, { 0, 12 }, { 12, 16 }, { 0, 0 } },
	{ "gittins: a size is processor time", "gittins:sizes=(list:values=2|10)", 2,
	  { J(0, 5, 5, 2), J(1, 2, 2, 1) }, { 0, 1 }, { 7, 3 }, { 1, 0 } },
	{ "gittins:by=time", "gittins:sizes=(list:values=2|10),by=time", 2,
	  { J(0, 5, 5, 2), J(1, 2, 2, 1) }, { 0, 2 }, { 7, 4 }, { 1, 0 } },
	{ "gittins: nothing known, arrival decides", "gittins", 1,
	  { J(0, 5, 5, 1), J(1, 2, 2, 1) }, { 0, 5 }, { 5, 7 }, { 0, 0 } },
	{ "gittins: learns from ends; what is larger than all known is the last", "gittins", 1,
	  { J(0, 2, 2, 1), J(3, 5, 5, 1), J(6, 2, 2, 1) },
	  { 0, 3, 6 }, { 2, 10, 8 }, { 0, 1, 0 } },
	/* Rounds of 10 s: three steps of 3 s and a pause of 1 s; the last step. An allocation
	 * at 0 s, therefore one at 10 s, which finds no room, then none before 40 s. */
	{ "gavel-fifo: whole steps, rounds that wait for the slowest, rare allocations",
	  "gavel-fifo:round=10s,reset=30s", 2,
	  { T(0, 12, 1, 4), T(0, 60, 1, 6), T(1, 5, 1, 0) },
	  { 0, 0, 40 }, { 13, 60, 45 }, { 1, 0, 0 } },
	{ "gavel-fifo: a new allocation when nothing of the old one is left",
	  "gavel-fifo:round=10s,reset=1000s", 1,
	  { T(0, 4, 1, 2), T(0, 6, 1, 2), T(1, 25, 1, 5), T(1, 1, 1, 1) },
	  { 0, 4, 10, 35 }, { 4, 10, 35, 36 }, { 0, 0, 0, 0 } },
	{ "gavel-fifo: the head blocks; the slowest holds up the others",
	  "gavel-fifo:round=10s", 2,
	  { T(0, 8, 1, 8), T(0, 3, 1, 3), T(0, 5, 2, 5), T(0, 1, 1, 1) },
	  { 0, 0, 8, 13 }, { 8, 3, 13, 14 }, { 0, 0, 0, 0 } },
	{ "gavel-fifo: a step longer than a round is done in one", "gavel-fifo:round=2s", 1,
	  { T(0, 6, 1, 2), T(1, 1, 1, 0) }, { 0, 6 }, { 6, 7 }, { 0, 0 } },
	{ "a job of run time 0 starts and ends at once", "srtf", 1,
	  { J(0, 5, 5, 1), J(2, 0, 5, 1) }, { 0, 2 }, { 5, 2 }, { 1, 0 } },
};

enum { SCHEDULES = sizeof(schedules) / sizeof(schedules[0]) };

static uint32_t jobs_of(size_t i)
{
	uint32_t n = 0;

	while (n < FEW && schedules[i].job[n].ranks > 0)
		n++;
	return n;
}

TEST(small_cases)
{
	static struct sim_result out;

	for (size_t i = 0; i < SCHEDULES; i++) {
		sj_cluster pool = { .procs = schedules[i].procs };
		uint32_t n = jobs_of(i);

		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_EXTEND,
			false, &out);
		for (uint32_t j = 0; j < n; j++)
			CHECK(out.start_ns[j] == schedules[i].start[j] * S &&
			      out.finish_ns[j] == schedules[i].finish[j] * S &&
			      out.preemptions[j] == schedules[i].stops[j],
			      "%s (%s): job %u from %g to %g with %u stops, not %d, %d, %u",
			      schedules[i].what, schedules[i].policy, j,
			      (double)out.start_ns[j] / 1e9, (double)out.finish_ns[j] / 1e9,
			      out.preemptions[j], schedules[i].start[j],
			      schedules[i].finish[j], schedules[i].stops[j]);
	}
}

/* Ranks x cores, and GPUs of a rank. */
#define N(s, r, k, c, g) \
	{ .submit = s, .run = r, .estimate = r, .ranks = k, .cores = c, .gpu_milli = g }

/* Two nodes of 4 cores and 2 GPUs. */
static const struct {
	const char *what, *policy;
	struct sim_job job[FEW];
	int start[FEW], finish[FEW];
	uint32_t stops[FEW];
} on_nodes[] = {
	{ "the last in the order gives way", "srtf",
	  { N(0, 9, 1, 3, 0), N(1, 9, 1, 3, 0), N(2, 2, 1, 4, 0) },
	  { 0, 1, 2 }, { 9, 12, 4 }, { 0, 1, 0 } },
	{ "nobody gives way when there is a place beside", "srtf",
	  { N(0, 9, 1, 3, 0), N(2, 2, 1, 4, 0) }, { 0, 2 }, { 9, 4 }, { 0, 0 } },
	{ "one whose place is taken goes on elsewhere", "srtf",
	  { N(0, 10, 1, 3, 0), N(0, 1, 1, 1, 0), N(0, 9, 1, 1, 0), N(2, 2, 1, 4, 0) },
	  { 0, 0, 0, 2 }, { 10, 1, 9, 4 }, { 1, 0, 0, 0 } },
	{ "fragmentation: two cores are free, on two nodes", "preempt:order=fcfs",
	  { N(0, 9, 1, 3, 0), N(0, 9, 1, 3, 0), N(1, 5, 1, 2, 0), N(2, 3, 1, 1, 0) },
	  { 0, 0, 9, 2 }, { 9, 9, 14, 5 }, { 0, 0, 0, 0 } },
	{ "a share of a GPU gives way to a whole one", "srtf",
	  { N(0, 9, 2, 1, 2000), N(1, 3, 1, 1, 500), N(2, 1, 2, 1, 2000) },
	  { 0, 1, 2 }, { 13, 5, 3 }, { 1, 1, 0 } },
	{ "las: service is GPU time", "las:queues=4s",
	  { N(0, 5, 2, 1, 2000), N(1, 3, 2, 1, 2000) },
	  { 0, 1 }, { 6, 8 }, { 1, 1 } },
	{ "rr: of two slices that are over the later one gives its place", "rr:quantum=2s",
	  { N(0, 5, 1, 4, 0), N(0, 5, 1, 4, 0), N(1, 3, 1, 3, 0) },
	  { 0, 0, 2 }, { 6, 7, 5 }, { 1, 1, 0 } },
};

TEST(small_cases_on_nodes)
{
	static const sj_node_type nodes = { .count = 2, .cores = 4, .gpus = 2 };
	static const sj_cluster two = { .type_count = 1, .types = &nodes };
	static struct sim_result out;

	for (size_t i = 0; i < sizeof(on_nodes) / sizeof(on_nodes[0]); i++) {
		uint32_t n = 0;

		while (n < FEW && on_nodes[i].job[n].ranks > 0)
			n++;
		sim_run(on_nodes[i].policy, &two, on_nodes[i].job, n, S, SJ_OVERRUN_EXTEND,
			false, &out);
		for (uint32_t j = 0; j < n; j++)
			CHECK(out.start_ns[j] == on_nodes[i].start[j] * S &&
			      out.finish_ns[j] == on_nodes[i].finish[j] * S &&
			      out.preemptions[j] == on_nodes[i].stops[j],
			      "%s (%s): job %u from %g to %g with %u stops, not %d, %d, %u",
			      on_nodes[i].what, on_nodes[i].policy, j,
			      (double)out.start_ns[j] / 1e9, (double)out.finish_ns[j] / 1e9,
			      out.preemptions[j], on_nodes[i].start[j],
			      on_nodes[i].finish[j], on_nodes[i].stops[j]);
	}
}

/* On nodes a count of processors says "fits" too often; everything ends all the
 * same, and nothing idles for ever. */
TEST(nodes_that_fragment)
{
	static const char *const policies[] = { "srtf", "srsf-est", "preempt:order=wide",
						"las:queues=5s|...", "rr:quantum=3s",
						"tiresias-shortest", "tiresias-dlas" };
	static const struct sim_job jobs[] = {
		{ .submit = 0, .run = 9, .estimate = 9, .ranks = 1, .cores = 3 },
		{ .submit = 1, .run = 9, .estimate = 9, .ranks = 1, .cores = 3 },
		{ .submit = 2, .run = 5, .estimate = 5, .ranks = 1, .cores = 2 },
		{ .submit = 3, .run = 4, .estimate = 4, .ranks = 2, .cores = 4 },
		{ .submit = 4, .run = 3, .estimate = 3, .ranks = 2, .cores = 1 },
	};
	static const sj_node_type nodes[2] = { { .count = 1, .cores = 4, .speed = 1 },
					       { .count = 1, .cores = 4, .speed = 1 } };
	sj_cluster two = { .procs = 8, .type_count = 2, .types = nodes };
	static struct sim_result out;

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		sim_run(policies[i], &two, jobs, 5, S, SJ_OVERRUN_KILL, false, &out);
		for (uint32_t j = 0; j < 5; j++)
			CHECK(out.finish_ns[j] >= out.start_ns[j] + jobs[j].run * S,
			      "%s: job %u", policies[i], j);
	}
}

/* Reasons change nothing. */
TEST(explaining)
{
	static struct sim_result plain, told;

	for (size_t i = 0; i < SCHEDULES; i++) {
		sj_cluster pool = { .procs = schedules[i].procs };
		uint32_t n = jobs_of(i);

		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_EXTEND,
			false, &plain);
		sim_run(schedules[i].policy, &pool, schedules[i].job, n, S, SJ_OVERRUN_EXTEND,
			true, &told);
		for (uint32_t j = 0; j < n; j++)
			CHECK(plain.finish_ns[j] == told.finish_ns[j], "%s", schedules[i].what);
	}
}

/* 10 late by 4, 20 in time, 30 without a deadline, 40 killed before its deadline. */
TEST(deadline_metrics)
{
	static const struct sim_job jobs[] = {
		D(0, 5, 5, 1, 1), D(0, 2, 2, 1, 9), J(0, 3, 3, 1), D(0, 9, 4, 1, 99),
	};
	static const sj_cluster pool = { .procs = 1 };
	static struct sim_result out;

	sim_run("fifo", &pool, jobs, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.metrics.value[SJ_M_DEADLINE_MISSED] == 2);
	CHECK(fabs(out.metrics.value[SJ_M_TARDINESS_MEAN] - 4.0 / 3) < 1e-12);
	CHECK(out.metrics.value[SJ_M_TARDINESS_MAX] == 4);
	sim_run("fifo", &pool, &jobs[2], 1, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.metrics.value[SJ_M_DEADLINE_MISSED] == 0 &&
	      isnan(out.metrics.value[SJ_M_TARDINESS_MEAN]), "no deadlines");
}

/* Wrong lists of limits are told in a sentence. */
TEST(limits_of_las)
{
	static const struct {
		const char *args, *says;
	} wrong[] = {
		{ "queues=", "no limit" },
		{ "queues=5", "5" },
		{ "queues=5s|5s", "must ascend" },
		{ "queues=0s", "not above 0" },
		{ "queues=1s|...|2s", "must come last" },
	};
	static const sj_source_ops ops = { .fill = sim_fill, .rewind = sim_rewind,
					   .free = sim_free };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct sim_source source = { .base.ops = &ops, .unit_ns = S };
		sj_run_config config = { .cluster = { .procs = 1 }, .source = &source.base,
					 .policy = sim_find("las"),
					 .policy_args = wrong[i].args };
		sj_error err = { 0 };
		sj_run *run = NULL;
		int rc = sj_run_create(&config, &run, &err);

		CHECK(rc == SJ_EUSAGE && strstr(err.text, wrong[i].says) != NULL, "%s: %d %s",
		      wrong[i].args, rc, err.text);
		sj_run_free(run);
	}
}

TESTS(CASE(small_cases), CASE(small_cases_on_nodes), CASE(nodes_that_fragment), CASE(explaining),
      CASE(deadline_metrics), CASE(limits_of_las))
