/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cases.c - what a policy is tried on. Each run here goes under the core's full
 * invariant checks and through the audit; a case adds the workload or the
 * comparison.
 */
#include <stdlib.h>
#include <string.h>

#include "policycheck/check.h"
#include "policycheck/trial.h"

#define SEC SJ_NS_PER_S

/* Runs the jobs on `procs` processors by the rules in `t`, and frees them. */
static int run_set(const struct subject *s, struct trial t, uint32_t procs,
		   struct joblist *set, sj_error *err)
{
	int rc;

	t.subject = s;
	t.procs = procs;
	t.jobs = set;
	rc = trial_run(&t, NULL, err);
	joblist_fini(set);
	return rc;
}

static void usual(struct joblist *set, uint32_t count, uint32_t procs, double load,
		  uint64_t seed)
{
	struct joblist_shape shape = {
		.count = count, .procs = procs, .load = load,
		.underestimated = 0.1,
	};

	joblist_random(set, &shape, seed);
}

/* ---- odd workloads ---------------------------------------------------------- */

static int case_empty(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	return run_set(s, (struct trial){ 0 }, 16, &set, err);
}

static int case_one_job(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	joblist_add(&set, 5 * SEC, 3, 10 * SEC, 20 * SEC);
	return run_set(s, (struct trial){ 0 }, 16, &set, err);
}

static int case_one_processor(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 1, 0.9, s->seed);
	return run_set(s, (struct trial){ 0 }, 1, &set, err);
}

static int case_same_instant(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 64, 1, s->seed);
	for (uint32_t i = 0; i < set.count; i++)
		set.job[i].submit_ns = 100 * SEC;
	return run_set(s, (struct trial){ 0 }, 64, &set, err);
}

/* Alone, several at one instant, and behind jobs that hold the machine. */
static int case_zero_length(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	for (int i = 0; i < 40; i++) {
		joblist_add(&set, i * 10 * SEC, 1 + (uint32_t)i % 16, 0, 0);
		joblist_add(&set, i * 10 * SEC, 16, 0, 60 * SEC);
		joblist_add(&set, i * 10 * SEC, 12, i % 3 * 9 * SEC, 30 * SEC);
		joblist_add(&set, i * 10 * SEC, 5, 0, 0);
	}
	return run_set(s, (struct trial){ 0 }, 16, &set, err);
}

static int case_whole_machine(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	for (int i = 0; i < 100; i++)
		joblist_add(&set, i * 50 * SEC, 64, (20 + i % 7 * 15) * SEC, 120 * SEC);
	return run_set(s, (struct trial){ 0 }, 64, &set, err);
}

static int case_wide_and_narrow(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	for (int i = 0; i < 400; i++)
		joblist_add(&set, i * 7 * SEC, i % 10 == 0 ? 32 : 1,
			   (30 + i % 13 * 20) * SEC, (60 + i % 11 * 30) * SEC);
	return run_set(s, (struct trial){ 0 }, 32, &set, err);
}

/* What the machine cannot hold is refused by the core and must not block. */
static int case_oversized(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 16 };
	struct outcome out;
	uint64_t refused = 0;
	int rc;

	for (int i = 0; i < 60; i++)
		joblist_add(&set, i * SEC, i % 4 == 0 ? 17 + (uint32_t)i : 4,
			   10 * SEC, 10 * SEC);
	rc = trial_run(&t, &out, err);
	for (uint64_t k = 0; k < out.records && rc == SJ_OK; k++) {
		bool wide = set.job[k].task.ranks > t.procs;

		refused += wide && out.record[k].outcome == SJ_REJECTED;
		if (wide != (out.record[k].outcome == SJ_REJECTED))
			rc = sj_fail(err, SJ_EINVARIANT, "job %u (%u processors of %u) "
				     "was %srejected", (unsigned)k + 1,
				     set.job[k].task.ranks, t.procs, wide ? "not " : "");
	}
	if (rc == SJ_OK && refused != 15)
		rc = sj_fail(err, SJ_EINVARIANT, "%u of 15 oversized jobs were rejected",
			     (unsigned)refused);
	outcome_fini(&out);
	joblist_fini(&set);
	return rc;
}

static int case_zero_estimates(const struct subject *s, sj_error *err)
{
	for (int overrun = SJ_OVERRUN_KILL; overrun <= SJ_OVERRUN_EXTEND; overrun++) {
		struct joblist set = { 0 };
		int rc;

		usual(&set, 300, 32, 0.9, s->seed);
		for (uint32_t i = 0; i < set.count; i++)
			set.job[i].task.estimate_ns = 0;
		rc = run_set(s, (struct trial){ .overrun = (sj_overrun)overrun }, 32,
			     &set, err);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* Sums of clock, estimate and reservation must not pass the end of time. */
static int case_huge_estimates(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 32, 0.9, s->seed);
	for (uint32_t i = 0; i < set.count; i++)
		set.job[i].task.estimate_ns = i % 3 == 0 ? SJ_TIME_MAX / 4
							 : 1000000 * SEC;
	return run_set(s, (struct trial){ 0 }, 32, &set, err);
}

static int case_long_gaps(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	for (int i = 0; i < 50; i++)
		joblist_add(&set, i * 40000000 * SEC, 1 + (uint32_t)i % 8,
			   (1 + i) * SEC, 100 * SEC);
	return run_set(s, (struct trial){ 0 }, 8, &set, err);
}

static int case_ties(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	for (int i = 0; i < 400; i++)
		joblist_add(&set, i / 20 * 100 * SEC, 5, 60 * SEC, 60 * SEC);
	return run_set(s, (struct trial){ 0 }, 32, &set, err);
}

/* Ends fall together, so that the depth of the queue is tried and not the
 * patience of whoever waits for a policy that plans all of it at every end. */
static int case_burst(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 10000, 256, 1, s->seed);
	for (uint32_t i = 0; i < set.count; i++) {
		set.job[i].submit_ns = 0;
		set.job[i].task.work_ns = (1 + i * i % 5) * 600 * SEC;
		set.job[i].task.estimate_ns = (1 + i % 11) * 600 * SEC;
	}
	return run_set(s, (struct trial){ 0 }, 2048, &set, err);
}

/* ---- rules of the run ---------------------------------------------------------- */

static int case_overrun_kill(const struct subject *s, sj_error *err)
{
	struct joblist_shape shape = { .count = 1000, .procs = 64, .load = 0.9,
				      .underestimated = 0.5 };
	struct joblist set = { 0 };

	joblist_random(&set, &shape, s->seed);
	return run_set(s, (struct trial){ .overrun = SJ_OVERRUN_KILL }, 64, &set, err);
}

static int case_overrun_extend(const struct subject *s, sj_error *err)
{
	struct joblist_shape shape = { .count = 1000, .procs = 64, .load = 0.9,
				      .underestimated = 0.5 };
	struct joblist set = { 0 };

	joblist_random(&set, &shape, s->seed);
	return run_set(s, (struct trial){ .overrun = SJ_OVERRUN_EXTEND }, 64, &set, err);
}

static int case_exact_estimates(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 1000, 64, 0.9, s->seed);
	return run_set(s, (struct trial){ .estimates = SJ_EST_EXACT }, 64, &set, err);
}

static int case_tick(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 32, 0.8, s->seed);
	return run_set(s, (struct trial){ .clock = SJ_CLOCK_TICK, .clock_step = 10 * SEC },
		       32, &set, err);
}

static int case_round(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 32, 0.8, s->seed);
	return run_set(s, (struct trial){ .clock = SJ_CLOCK_ROUND,
					  .clock_step = 360 * SEC }, 32, &set, err);
}

static int case_barrier(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 300, 16, 0.6, s->seed);
	return run_set(s, (struct trial){ .clock = SJ_CLOCK_ROUND, .clock_step = 360 * SEC,
					  .clock_barrier = true }, 16, &set, err);
}

static int case_load(const struct subject *s, sj_error *err)
{
	for (uint64_t i = 0; i < 5; i++) {
		struct joblist set = { 0 };
		int rc;

		usual(&set, 1000, 128, 0.7 + 0.1 * (double)i, s->seed + i);
		rc = run_set(s, (struct trial){ 0 }, 128, &set, err);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}

/* Every other task may be resized, every third sized at its start. */
static int case_malleable(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };

	usual(&set, 500, 64, 0.9, s->seed);
	for (uint32_t i = 0; i < set.count; i++) {
		sj_task_spec *task = &set.job[i].task;

		if (i % 2 != 0 && i % 3 != 0)
			continue;
		set.job[i].flags = i % 2 == 0 ? SJ_JOB_MALLEABLE : SJ_JOB_MOLDABLE;
		task->ranks_min = (task->ranks + 1) / 2;
		task->ranks_max = task->ranks * 2 < 64 ? task->ranks * 2 : 64;
	}
	return run_set(s, (struct trial){ .overrun = SJ_OVERRUN_EXTEND }, 64, &set, err);
}

/* Jobs of three tasks: 0 before 1 and 2; the policy sees 1 and 2 only when 0 ended. */
static int case_graphs(const struct subject *s, sj_error *err)
{
	static const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	static const sj_task_spec tasks[] = {
		{ .ranks = 4, .cores = 1, .work_ns = 30 * SEC, .estimate_ns = 60 * SEC },
		{ .ranks = 8, .cores = 1, .work_ns = 50 * SEC, .estimate_ns = 60 * SEC },
		{ .ranks = 8, .cores = 1, .work_ns = 20 * SEC, .estimate_ns = 60 * SEC },
	};
	struct joblist set = { 0 };

	for (int i = 0; i < 60; i++) {
		joblist_add(&set, i * 25 * SEC, 8, 30 * SEC, 60 * SEC);
		if (i % 2 == 0)
			continue;
		set.job[i].task_count = 3;
		set.job[i].edge_count = 2;
		set.job[i].tasks = tasks;
		set.job[i].edges = edges;
	}
	return run_set(s, (struct trial){ 0 }, 16, &set, err);
}

/* A pool is shared in time, nodes are not: that is refused. */
static int on_nodes(const struct subject *s, int rc, sj_error *err)
{
	if (rc != SJ_EUSAGE || (s->ops->flags & SJ_PF_SHARES) == 0)
		return rc;
	*err = (sj_error){ .code = SJ_OK };
	return SJ_OK;
}

/* Eight nodes of four cores; ranks of one to four cores. Free processors may be
 * too scattered to use: SJ_EFULL comes where a count of them says "fits". */
static int case_nodes(const struct subject *s, sj_error *err)
{
	enum { NODES = 8, CORES = 4 };
	struct joblist set = { 0 };
	sj_node_type nodes[NODES];
	struct trial t = { .subject = s, .jobs = &set, .procs = NODES * CORES,
			   .types = nodes, .type_count = NODES };
	int rc;

	for (int i = 0; i < NODES; i++)
		nodes[i] = (sj_node_type){ .count = 1, .cores = CORES, .speed = 1 };
	usual(&set, 500, NODES * CORES, 0.8, s->seed);
	for (uint32_t i = 0; i < set.count; i++) {
		sj_task_spec *task = &set.job[i].task;

		task->cores = 1 + i % CORES;
		task->ranks = (task->ranks + task->cores - 1) / task->cores;
		if (task->ranks > NODES)
			task->ranks = NODES;
	}
	rc = trial_run(&t, NULL, err);
	joblist_fini(&set);
	return on_nodes(s, rc, err);
}

/* Two kinds of nodes with GPUs and memory; ranks with none, shares, one or several. */
static int case_gpus(const struct subject *s, sj_error *err)
{
	static const sj_node_type nodes[] = {
		{ .count = 3, .cores = 8, .gpus = 4, .mem_bytes = UINT64_C(64) << 30, .speed = 1 },
		{ .count = 2, .cores = 16, .gpus = 2, .gpu_grain = 250, .speed = 1 },
	};
	static const uint32_t milli[] = { 0, 300, 1000, 500, 2000, 100, 1000, 2000 };
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 56, .types = nodes,
			   .type_count = 2 };
	int rc;

	usual(&set, 500, 20, 0.8, s->seed);
	for (uint32_t i = 0; i < set.count; i++) {
		sj_task_spec *task = &set.job[i].task;

		task->gpu_milli = milli[i % 8];
		task->ranks = 1 + task->ranks % (task->gpu_milli >= 1000 ? 3 : 8);
		task->mem_bytes = (uint64_t)(i % 5) << 30;
	}
	rc = trial_run(&t, NULL, err);
	joblist_fini(&set);
	return on_nodes(s, rc, err);
}

/* The same nodes; one after the other they fail, are drained and come back, so that now
 * and then nothing of a width fits, and tasks start again. */
static int case_failures(const struct subject *s, sj_error *err)
{
	enum { NODES = 8, CORES = 4, EVENTS = 400 };
	static const sj_node_change turn[] = { SJ_CHANGE_FAIL, SJ_CHANGE_UP, SJ_CHANGE_DRAIN,
					       SJ_CHANGE_UP, SJ_CHANGE_FAIL };
	const sj_node_type type = { .count = NODES, .cores = CORES };
	sj_node_event event[EVENTS + NODES];
	const sj_failures failures = { event, EVENTS + NODES, 3 };
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = NODES * CORES,
			   .types = &type, .type_count = 1, .failures = &failures };
	int rc;

	for (uint32_t i = 0; i < EVENTS; i++)
		event[i] = (sj_node_event){ (sj_time)i * 90 * SEC, i * 3 % NODES,
					    turn[i % (sizeof(turn) / sizeof(turn[0]))] };
	for (uint32_t i = 0; i < NODES; i++)
		event[EVENTS + i] = (sj_node_event){ (sj_time)EVENTS * 90 * SEC, i,
						     SJ_CHANGE_UP };
	usual(&set, 400, NODES * CORES, 0.7, s->seed);
	for (uint32_t i = 0; i < set.count; i++) {
		sj_task_spec *task = &set.job[i].task;

		task->cores = 1 + i % CORES;
		task->ranks = (task->ranks + task->cores - 1) / task->cores;
		if (task->ranks > NODES)
			task->ranks = NODES;
	}
	rc = trial_run(&t, NULL, err);
	joblist_fini(&set);
	return on_nodes(s, rc, err);
}

/* ---- comparisons ------------------------------------------------------------------ */

static int differ(const struct outcome *a, const struct outcome *b, const char *what,
		  sj_error *err)
{
	if (strcmp(a->stats.digest, b->stats.digest) == 0)
		return SJ_OK;
	return sj_fail(err, SJ_EINVARIANT, "%s (digests of the decisions %s and %s)",
		       what, a->stats.digest, b->stats.digest);
}

static int case_determinism(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 64 };
	struct outcome a, b = { 0 };
	void *shift;
	int rc;

	usual(&set, 1000, 64, 0.95, s->seed);
	rc = trial_run(&t, &a, err);
	/* Other addresses for the second run: an order of pointers shows. */
	shift = malloc(123456);
	if (rc == SJ_OK)
		rc = trial_run(&t, &b, err);
	if (rc == SJ_OK)
		rc = differ(&a, &b, "the same seed and workload gave other decisions "
			    "the second time", err);
	free(shift);
	outcome_fini(&a);
	outcome_fini(&b);
	joblist_fini(&set);
	return rc;
}

/* Two runs in turn, a few events each: what one remembers outside its own state
 * reaches the other. */
static int in_turn(const struct trial t[2], struct outcome out[2], sj_error *err)
{
	struct live_trial live[2] = { 0 };
	bool going[2] = { true, true };
	int rc = trial_begin(&t[0], &live[0], &out[0], err);

	if (rc == SJ_OK)
		rc = trial_begin(&t[1], &live[1], &out[1], err);
	while (rc == SJ_OK && (going[0] || going[1]))
		for (int i = 0; i < 2 && rc == SJ_OK; i++) {
			if (!going[i])
				continue;
			rc = trial_step(&live[i], 3 + (uint64_t)i, &out[i], err);
			going[i] = rc == SJ_AGAIN;
			rc = rc == SJ_AGAIN ? SJ_OK : rc;
		}
	trial_end(&live[0]);
	trial_end(&live[1]);
	return rc;
}

static int case_side_by_side(const struct subject *s, sj_error *err)
{
	struct joblist set[2] = { 0 };
	struct outcome alone[2] = { 0 }, together[2] = { 0 };
	struct trial t[2];
	int rc = SJ_OK;

	for (int i = 0; i < 2 && rc == SJ_OK; i++) {
		usual(&set[i], 400, 32, 0.95, s->seed + (uint64_t)i);
		t[i] = (struct trial){ .subject = s, .jobs = &set[i], .procs = 32 };
		rc = trial_run(&t[i], &alone[i], err);
	}
	if (rc == SJ_OK)
		rc = in_turn(t, together, err);
	for (int i = 0; i < 2; i++) {
		if (rc == SJ_OK)
			rc = differ(&alone[i], &together[i], "two runs side by side in one "
				    "process disturb each other; is there state outside "
				    "of *self?", err);
		outcome_fini(&alone[i]);
		outcome_fini(&together[i]);
		joblist_fini(&set[i]);
	}
	return rc;
}

static int case_explaining(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 64 };
	struct outcome a, b = { 0 };
	int rc;

	usual(&set, 500, 64, 0.95, s->seed);
	rc = trial_run(&t, &a, err);
	t.explain = true;
	if (rc == SJ_OK)
		rc = trial_run(&t, &b, err);
	if (rc == SJ_OK)
		rc = differ(&a, &b, "giving reasons (--explain) changes the decisions",
			    err);
	outcome_fini(&a);
	outcome_fini(&b);
	joblist_fini(&set);
	return rc;
}

/* ---- information -------------------------------------------------------------------- */

static int case_reasons(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 64, .explain = true };
	struct outcome out;
	int rc;

	usual(&set, 500, 64, 0.95, s->seed);
	rc = trial_run(&t, &out, err);
	if (rc == SJ_OK)
		sj_fail(err, SJ_OK, out.reasons > 0
			? "gives reasons (%llu in a run of %u jobs)"
			: "gives no reasons: `sojourn explain` can only tell when",
			(unsigned long long)out.reasons, set.count);
	outcome_fini(&out);
	joblist_fini(&set);
	return rc;
}

static int case_rejections(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 64 };
	struct outcome out;
	uint64_t n = 0;
	int rc;

	usual(&set, 1000, 64, 1.2, s->seed);
	rc = trial_run(&t, &out, err);
	for (uint64_t k = 0; k < out.records; k++)
		n += out.record[k].outcome == SJ_REJECTED;
	if (rc == SJ_OK && n == 0)
		sj_fail(err, SJ_OK, "rejects no job that fits the machine");
	else if (rc == SJ_OK)
		sj_fail(err, SJ_OK, "rejects %llu of %u jobs although they fit the "
			"machine", (unsigned long long)n, set.count);
	outcome_fini(&out);
	joblist_fini(&set);
	return rc;
}

static int case_scale(const struct subject *s, sj_error *err)
{
	struct joblist set = { 0 };
	struct trial t = { .subject = s, .jobs = &set, .procs = 64 };
	struct outcome a, b = { 0 };
	uint64_t other = 0;
	int rc;

	usual(&set, 500, 64, 0.95, s->seed);
	rc = trial_run(&t, &a, err);
	joblist_scale(&set, 10);
	if (rc == SJ_OK)
		rc = trial_run(&t, &b, err);
	for (uint64_t k = 0; k < a.records && k < b.records && rc == SJ_OK; k++)
		other += a.record[k].start_ns != SJ_NEVER &&
			 10 * a.record[k].start_ns != b.record[k].start_ns;
	if (rc == SJ_OK && other == 0)
		sj_fail(err, SJ_OK, "all times x10 give every start x10");
	else if (rc == SJ_OK)
		sj_fail(err, SJ_OK, "all times x10 change %llu of %u starts by another "
			"factor: the policy has time constants", (unsigned long long)other,
			set.count);
	outcome_fini(&a);
	outcome_fini(&b);
	joblist_fini(&set);
	return rc;
}

const struct check_case check_cases[] = {
	{ "empty", "no job at all", case_empty, false },
	{ "one-job", "one job", case_one_job, false },
	{ "one-processor", "a machine of one processor", case_one_processor, false },
	{ "same-instant", "300 jobs at one instant", case_same_instant, false },
	{ "zero-length", "jobs of no length", case_zero_length, false },
	{ "whole-machine", "jobs as wide as the machine", case_whole_machine, false },
	{ "wide-and-narrow", "a wide job among many narrow ones", case_wide_and_narrow,
	  false },
	{ "oversized", "jobs wider than the machine", case_oversized, false },
	{ "zero-estimates", "every estimate is 0", case_zero_estimates, false },
	{ "huge-estimates", "estimates of decades", case_huge_estimates, false },
	{ "long-gaps", "years without a job", case_long_gaps, false },
	{ "ties", "equal jobs at equal instants", case_ties, false },
	{ "burst", "10,000 jobs at one instant", case_burst, false },
	{ "load", "five random workloads, load 0.7 to 1.1", case_load, false },
	{ "overrun-kill", "half of the jobs reach their estimate", case_overrun_kill,
	  false },
	{ "overrun-extend", "half of the jobs outlast their estimate",
	  case_overrun_extend, false },
	{ "exact-estimates", "estimates are true", case_exact_estimates, false },
	{ "tick", "decisions at multiples of 10 s", case_tick, false },
	{ "round", "decisions at multiples of 360 s", case_round, false },
	{ "barrier", "rounds that begin when the last one has ended", case_barrier, false },
	{ "nodes", "a machine of eight nodes", case_nodes, false },
	{ "gpus", "two kinds of nodes with GPUs, shares of them, and memory", case_gpus, false },
	{ "malleable", "tasks of variable size", case_malleable, false },
	{ "node-failures", "nodes that fail, are drained and come back", case_failures, false },
	{ "graphs", "jobs of several tasks", case_graphs, false },
	{ "determinism", "the same seed twice", case_determinism, false },
	{ "side-by-side", "two runs in one process", case_side_by_side, false },
	{ "explaining", "reasons change nothing", case_explaining, false },
	{ "reasons", "does it give reasons?", case_reasons, true },
	{ "rejections", "does it reject jobs that fit?", case_rejections, true },
	{ "scale", "are its decisions free of time constants?", case_scale, true },
	{ NULL, NULL, NULL, false },
};
