/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_latency.c - how long decisions take, by a clock that the policy itself moves: what it
 * does when a job comes counts as much as what it does when it decides.
 */
#include "scripted.h"

enum { JOBS = 40 };

static uint64_t clock_ns;

static uint64_t ticks(void)
{
	return clock_ns;
}

/* 1000 ns for a graph, 1 ns for any other job, and 10 ns for a decision. */
static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	(void)self;
	(void)cx;
	(void)tasks;
	(void)graph;
	clock_ns += count > 1 ? 1000 : 1;
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	const sj_task *t;
	int rc = SJ_OK;

	(void)self;
	clock_ns += 10;
	while (rc == SJ_OK && (t = sj_ready_first(cx)) != NULL)
		rc = sj_start(cx, t, NULL);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static const sj_policy_ops thinker = {
	SJ_POLICY_HEAD, .name = "thinker", .on_submit = on_submit, .schedule = schedule,
};

/* Job `graph` has two tasks; the others one. All come one after the other and end at once. */
static sj_run_stats run(int graph)
{
	static const struct script none = { .manual = true };
	static struct script_result out;
	static sj_task_spec task[2];
	static sj_job job[JOBS];
	sj_run_config c = { .cluster = { .procs = 4 }, .policy = &thinker, .ticks = ticks };

	for (int i = 0; i < JOBS; i++) {
		job[i] = script_job(i, 10 * i, 1, 1);
		if (i == graph) {
			task[0] = task[1] = job[i].task;
			job[i].tasks = task;
			job[i].task_count = 2;
		}
	}
	clock_ns = 0;
	script_run(c, &none, job, JOBS, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
	return out.stats;
}

/* Rounds: a job comes, it ends. Of 80 rounds the 1st, 17th, ... are timed; all of them are
 * rounds in which a job comes. */
TEST(submits_count)
{
	sj_run_stats s = run(-1);

	CHECK(s.decision_samples == 5, "%d samples", (int)s.decision_samples);
	CHECK(s.decision_p50_ns == 11 && s.decision_max_ns == 11, "%g, %g ns", s.decision_p50_ns,
	      s.decision_max_ns);
}

TEST(plans_count)
{
	sj_run_stats first = run(0), later = run(3);

	CHECK(first.decision_max_ns == 1010 && first.decision_p50_ns == 11, "%g, %g ns",
	      first.decision_max_ns, first.decision_p50_ns);
	CHECK(later.decision_max_ns == 1000 && later.decision_p99_ns <= 11, "%g, %g ns",
	      later.decision_max_ns, later.decision_p99_ns);
}

TESTS(CASE(submits_count), CASE(plans_count))
