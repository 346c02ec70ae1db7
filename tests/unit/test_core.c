/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_core.c - the core without any real policy: order of news, rounds, work at a
 * rate, preemption, resizing, timers, graphs, nodes, clocks, faults and records.
 */
#include <math.h>

#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

/* ---- jobs from an array ------------------------------------------------------ */

struct array_source {
	sj_source     base;
	const sj_job *job;
	uint32_t      count, at;
};

static int array_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct array_source *a = (struct array_source *)self;

	(void)err;
	*count = 0;
	while (*count < cap && a->at < a->count)
		jobs[(*count)++] = a->job[a->at++];
	return *count != 0 ? SJ_OK : SJ_END;
}

static int array_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct array_source *)self)->at = 0;
	return SJ_OK;
}

static void array_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops array_ops = { .fill = array_fill, .rewind = array_rewind,
					 .free = array_free };

static sj_job job(int64_t id, int submit_s, uint32_t procs, int run_s, int estimate_s)
{
	sj_job j;

	sj_job_clear(&j);
	j.id = id;
	j.submit_ns = submit_s * S;
	j.task.ranks = procs;
	j.task.work_ns = run_s * S;
	j.task.estimate_ns = estimate_s * S;
	return j;
}

/* ---- what a run did ------------------------------------------------------------ */

#define LOG_MAX 64

struct log {
	sj_job_record rec[LOG_MAX];
	uint32_t      jobs;
	sj_alloc_record alloc[LOG_MAX];
	uint32_t      allocs;
	sj_run_stats  stats;
	sj_metrics    metrics;
	sj_error      err;
	char          dump[2048];
};

static int log_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct log *l = self;

	(void)err;
	for (uint32_t i = 0; i < n && l->jobs < LOG_MAX; i++)
		l->rec[l->jobs++] = r[i];
	return SJ_OK;
}

static int log_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct log *l = self;

	(void)err;
	if (l->allocs < LOG_MAX)
		l->alloc[l->allocs++] = *a;
	return SJ_OK;
}

static int simulate(struct log *l, sj_run_config c, const sj_job *jobs, uint32_t n)
{
	struct array_source src = { .base = { .ops = &array_ops }, .job = jobs, .count = n };
	sj_sink sink = { .self = l, .jobs = log_jobs, .alloc = log_alloc };
	sj_run *run;
	int rc;

	memset(l, 0, sizeof(*l));
	c.source = &src.base;
	c.sinks = &sink;
	c.sink_count = 1;
	c.check = true;
	rc = sj_run_create(&c, &run, &l->err);
	if (rc != SJ_OK)
		return rc;
	do
		rc = sj_run_advance(run, 1, &l->err);
	while (rc == SJ_AGAIN);
	sj_run_get_stats(run, &l->stats);
	sj_run_get_metrics(run, &l->metrics);
	sj_run_dump(run, l->dump, sizeof(l->dump));
	sj_run_free(run);
	return rc;
}

static sj_run_config pool(uint32_t procs, const sj_policy_ops *policy)
{
	return (sj_run_config){ .cluster = { .procs = procs }, .policy = policy, .seed = 1 };
}

/* ---- policies of the test ------------------------------------------------------- */

static int greedy(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		int rc;

		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static const sj_policy_ops greedy_policy = { SJ_POLICY_HEAD, .name = "greedy",
					     .schedule = greedy };

/* One processor: Lindley's recursion, start[i] = max(submit[i], end[i-1]), exactly. */
TEST(one_server_obeys_lindley)
{
	sj_job jobs[20];
	struct log l;
	sj_time end = 0;

	for (int i = 0; i < 20; i++)
		jobs[i] = job(i + 1, i * 7 / 2, 1, i * i % 11, 100);
	REQUIRE(simulate(&l, pool(1, &greedy_policy), jobs, 20) == SJ_OK, "%s", l.err.text);
	REQUIRE(l.jobs == 20);
	for (int i = 0; i < 20; i++) {
		sj_time want = jobs[i].submit_ns > end ? jobs[i].submit_ns : end;

		CHECK(l.rec[i].start_ns == want, "job %d", i);
		end = want + jobs[i].task.work_ns;
		CHECK(l.rec[i].finish_ns == end, "job %d", i);
	}
}

/* A job of no length ends at its start, and what it held is free in the next round. */
TEST(rounds_at_one_instant)
{
	const sj_job jobs[] = { job(1, 5, 4, 0, 10), job(2, 5, 4, 0, 10), job(3, 5, 4, 1, 10) };
	struct log l;

	REQUIRE(simulate(&l, pool(4, &greedy_policy), jobs, 3) == SJ_OK, "%s", l.err.text);
	for (int i = 0; i < 3; i++)
		CHECK(l.rec[i].start_ns == 5 * S);
	CHECK(l.rec[2].finish_ns == 6 * S);
	CHECK(l.stats.rounds == 4); /* three at 5 s, one at 6 s */
}

TEST(overrun_kills_or_extends)
{
	const sj_job jobs[] = { job(1, 0, 1, 10, 4) };
	sj_run_config c = pool(1, &greedy_policy);
	struct log l;

	REQUIRE(simulate(&l, c, jobs, 1) == SJ_OK);
	CHECK(l.rec[0].finish_ns == 4 * S && l.rec[0].outcome == SJ_KILLED);
	c.overrun = SJ_OVERRUN_EXTEND;
	REQUIRE(simulate(&l, c, jobs, 1) == SJ_OK);
	CHECK(l.rec[0].finish_ns == 10 * S && l.rec[0].outcome == SJ_COMPLETED);
	c.overrun = SJ_OVERRUN_KILL;
	c.estimates = SJ_EST_EXACT;
	REQUIRE(simulate(&l, c, jobs, 1) == SJ_OK);
	CHECK(l.rec[0].finish_ns == 10 * S && l.rec[0].outcome == SJ_COMPLETED);
}

/* Stops job 1 at 4 s for job 2, then lets it go on. */
struct preempt {
	int64_t mode;
};

static int preempt_schedule(void *self, sj_ctx *cx)
{
	struct preempt *p = self;
	const sj_task *run = sj_running_first(cx), *t = sj_ready_first(cx);

	if (run != NULL && t != NULL && run->job == 1 && t->job == 2) {
		int rc = sj_stop(cx, run, p->mode ? SJ_STOP_LOSE : SJ_STOP_KEEP);

		if (rc != SJ_OK)
			return rc;
		/* Ready since now and of the older job, so it is first again. */
		if (sj_ready_first(cx) != run || sj_start(cx, t, NULL) != SJ_OK)
			return sj_policy_fail(cx, SJ_EFAIL, "ready order is wrong");
		return SJ_OK;
	}
	return run == NULL ? greedy(self, cx) : SJ_OK;
}

static const sj_param preempt_params[] = {
	{ .name = "lose", .type = SJ_P_INT, .offset = offsetof(struct preempt, mode),
	  .def = "0", .min = 0, .max = 1, .help = "Lose the work." },
	{ .name = NULL },
};
static const sj_policy_ops preempt_policy = {
	SJ_POLICY_HEAD, .name = "preempt", .flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct preempt), .params = preempt_params,
	.schedule = preempt_schedule,
};

TEST(preemption_keeps_or_loses_work)
{
	const sj_job jobs[] = { job(1, 0, 2, 10, 30), job(2, 4, 2, 3, 30) };
	sj_run_config c = pool(2, &preempt_policy);
	struct log l;

	REQUIRE(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[1].start_ns == 4 * S && l.rec[1].finish_ns == 7 * S);
	CHECK(l.rec[0].finish_ns == 13 * S && l.rec[0].preemptions == 1);
	CHECK(l.metrics.value[SJ_M_UTILIZATION] == 1.0);
	c.policy_args = "lose=1";
	REQUIRE(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].finish_ns == 17 * S);
}

/* The kill limit counts the time a task ran, not the time it was stopped. */
TEST(kill_limit_counts_running_time)
{
	const sj_job jobs[] = { job(1, 0, 2, 10, 6), job(2, 4, 2, 3, 30) };
	struct log l;

	REQUIRE(simulate(&l, pool(2, &preempt_policy), jobs, 2) == SJ_OK);
	CHECK(l.rec[0].finish_ns == 9 * S && l.rec[0].outcome == SJ_KILLED);
}

/* Doubles a running malleable task at 4 s by a timer. */
static int resize_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)self;
	return sj_resize(cx, sj_running_first(cx), (uint32_t)token);
}

static int resize_schedule(void *self, sj_ctx *cx)
{
	int rc = SJ_OK;

	if (sj_now(cx) == 0)
		rc = sj_timer(cx, 4 * S, 4);
	return rc != SJ_OK ? rc : greedy(self, cx);
}

static const sj_policy_ops resize_policy = { SJ_POLICY_HEAD, .name = "resize",
					     .flags = SJ_PF_RESIZES,
					     .on_timer = resize_timer,
					     .schedule = resize_schedule };

TEST(resizing_changes_the_rate)
{
	sj_job jobs[] = { job(1, 0, 2, 10, 30) };
	struct log l;

	jobs[0].flags = SJ_JOB_MALLEABLE;
	jobs[0].task.ranks_min = 1;
	jobs[0].task.ranks_max = 4;
	REQUIRE(simulate(&l, pool(4, &resize_policy), jobs, 1) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].finish_ns == 7 * S); /* 4 s of work done, 6 s left at rate 2 */
	jobs[0].flags = 0;
	CHECK(simulate(&l, pool(4, &resize_policy), jobs, 1) == SJ_EPOLICY);
}

/* 0 -> 1, 0 -> 2, 1 -> 3, 2 -> 3 on two processors: 1 + max(2, 5) + 1 seconds. */
TEST(graph_follows_its_edges)
{
	sj_task_spec tasks[4];
	const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 }, { 1, 3, 0 }, { 2, 3, 0 } };
	const int length[] = { 1, 2, 5, 1 };
	sj_job j = job(9, 3, 1, 0, 0);
	struct log l;

	for (int i = 0; i < 4; i++)
		tasks[i] = (sj_task_spec){ .ranks = 1, .cores = 1, .work_ns = length[i] * S,
					   .estimate_ns = 10 * S };
	j.task_count = 4;
	j.tasks = tasks;
	j.edge_count = 4;
	j.edges = edges;
	REQUIRE(simulate(&l, pool(2, &greedy_policy), &j, 1) == SJ_OK, "%s", l.err.text);
	REQUIRE(l.jobs == 1);
	CHECK(l.rec[0].start_ns == 3 * S && l.rec[0].finish_ns == 10 * S);
	CHECK(fabs(l.metrics.value[SJ_M_UTILIZATION] - 9.0 / 14.0) < 1e-12);
}

TEST(cycle_is_a_stall)
{
	sj_task_spec tasks[2] = { { .ranks = 1, .cores = 1 }, { .ranks = 1, .cores = 1 } };
	const sj_edge edges[] = { { 0, 1, 0 }, { 1, 0, 0 } };
	sj_job j = job(1, 0, 1, 0, 0);
	struct log l;

	j.task_count = 2;
	j.tasks = tasks;
	j.edge_count = 2;
	j.edges = edges;
	CHECK(simulate(&l, pool(2, &greedy_policy), &j, 1) == SJ_ESTALL);
}

/* Ranks go to the first nodes with room; memory and GPUs count as well as cores. */
TEST(nodes_hold_ranks)
{
	const sj_node_spec nodes[] = { { .cores = 4, .mem_bytes = 100, .speed = 1 },
				       { .cores = 4, .gpu_milli = 2000, .mem_bytes = 100,
					 .speed = 0.5 } };
	sj_run_config c = { .cluster = { .node_count = 2, .nodes = nodes },
			    .policy = &greedy_policy };
	sj_job jobs[] = { job(1, 0, 2, 10, 100), job(2, 0, 1, 10, 100), job(3, 0, 1, 10, 100),
			  job(4, 0, 3, 1, 100) };
	struct log l;

	jobs[0].task.cores = 3;      /* one rank a node */
	jobs[1].task.gpu_milli = 1500;
	jobs[2].task.gpu_milli = 1000; /* waits for the GPU */
	jobs[3].task.cores = 4;      /* three ranks of 4 cores never fit */
	REQUIRE(simulate(&l, c, jobs, 4) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].finish_ns == 20 * S); /* paced by the slow node */
	CHECK(l.rec[1].finish_ns == 20 * S);
	CHECK(l.rec[2].start_ns == 20 * S);
	CHECK(l.rec[3].outcome == SJ_REJECTED && l.rec[3].start_ns == SJ_NEVER);
	CHECK(l.stats.dropped[SJ_DROP_WIDE] == 1);
}

TEST(processors_are_numbered_lowest_first)
{
	const sj_job jobs[] = { job(1, 0, 3, 5, 9), job(2, 0, 2, 9, 9), job(3, 5, 4, 1, 9) };
	struct log l;

	REQUIRE(simulate(&l, pool(70, &greedy_policy), jobs, 3) == SJ_OK);
	REQUIRE(l.allocs == 4); /* job 1; job 3 in two pieces; job 2 */
	CHECK(l.alloc[0].first == 0 && l.alloc[0].last == 2 && l.alloc[0].to_ns == 5 * S);
	CHECK(l.alloc[1].seq == 2 && l.alloc[1].first == 0 && l.alloc[1].last == 2);
	CHECK(l.alloc[2].seq == 2 && l.alloc[2].first == 5 && l.alloc[2].last == 5);
	CHECK(l.alloc[3].first == 3 && l.alloc[3].last == 4);
}

TEST(clocks_with_a_step)
{
	const sj_job jobs[] = { job(1, 1, 1, 3, 9), job(2, 2, 1, 3, 9) };
	sj_run_config c = pool(1, &greedy_policy);
	struct log l;

	c.clock = SJ_CLOCK_ROUND;
	c.clock_step_ns = 10 * S;
	REQUIRE(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 10 * S && l.rec[0].finish_ns == 13 * S);
	CHECK(l.rec[1].start_ns == 20 * S && l.rec[1].finish_ns == 23 * S);
	c.clock = SJ_CLOCK_TICK;
	c.clock_step_ns = 2 * S;
	REQUIRE(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 2 * S && l.rec[0].finish_ns == 6 * S);
	CHECK(l.rec[1].start_ns == 6 * S && l.rec[1].finish_ns == 10 * S);
}

/* Records leave in order of submission whatever the order of ends. */
TEST(records_come_in_order)
{
	sj_job jobs[LOG_MAX];
	struct log l;

	for (int i = 0; i < LOG_MAX; i++)
		jobs[i] = job(100 - i, i, 1, i % 2 ? 1 : 70 - i, 100);
	REQUIRE(simulate(&l, pool(LOG_MAX, &greedy_policy), jobs, LOG_MAX) == SJ_OK);
	REQUIRE(l.jobs == LOG_MAX);
	for (int i = 0; i < LOG_MAX; i++)
		CHECK(l.rec[i].seq == (uint64_t)i && l.rec[i].id == 100 - i);
}

/* ---- faults --------------------------------------------------------------------- */

static int idle(void *self, sj_ctx *cx)
{
	(void)self;
	(void)cx;
	return SJ_OK;
}

static int twice(void *self, sj_ctx *cx)
{
	const sj_task *t = sj_ready_first(cx);

	(void)self;
	if (t == NULL)
		return SJ_OK;
	sj_start(cx, t, NULL);
	return sj_start(cx, t, NULL);
}

static int past_timer(void *self, sj_ctx *cx)
{
	(void)self;
	return sj_timer(cx, sj_now(cx) - 1, 0);
}

static int loop_timer(void *self, sj_ctx *cx)
{
	(void)self;
	return sj_timer(cx, sj_now(cx), 0);
}

static int start_stop(void *self, sj_ctx *cx)
{
	const sj_task *t = sj_ready_first(cx);

	(void)self;
	while (t != NULL && sj_start(cx, t, NULL) == SJ_OK &&
	       sj_stop(cx, t, SJ_STOP_KEEP) == SJ_OK)
		;
	return SJ_OK;
}

static int peek(void *self, sj_ctx *cx)
{
	const sj_task *t = sj_ready_first(cx);

	if (t != NULL)
		sj_task_runtime(cx, t);
	return greedy(self, cx);
}

TEST(faults_end_the_run)
{
	static const struct {
		const char *what;
		int (*schedule)(void *, sj_ctx *);
		int code;
		const char *says;
	} cases[] = {
		{ "never starts anything", idle, SJ_ESTALL, "stall" },
		{ "starts a task twice", twice, SJ_EPOLICY, "running already" },
		{ "sets a timer in the past", past_timer, SJ_EPOLICY, "in the past" },
		{ "timers at one instant", loop_timer, SJ_EPOLICY, "endless loop" },
		{ "starts and stops for ever", start_stop, SJ_EPOLICY, "endless actions" },
		{ "reads true run times", peek, SJ_EPOLICY, "clairvoyant" },
	};
	const sj_job jobs[] = { job(1, 1, 1, 3, 9), job(2, 2, 1, 3, 9) };
	struct log l;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sj_policy_ops bad = { SJ_POLICY_HEAD, .name = "bad",
					    .schedule = cases[i].schedule };

		CHECK(simulate(&l, pool(1, &bad), jobs, 2) == cases[i].code, "%s: %s",
		      cases[i].what, l.err.text);
		CHECK(strstr(l.err.text, cases[i].says) != NULL, "%s: %s", cases[i].what,
		      l.err.text);
		CHECK(strstr(l.dump, "ready tasks") != NULL);
	}
}

TEST(same_decisions_same_digest)
{
	const sj_job a[] = { job(1, 0, 2, 10, 30), job(2, 4, 2, 3, 30) };
	const sj_job b[] = { job(1, 0, 2, 10, 30), job(2, 5, 2, 3, 30) };
	struct log x, y, z;

	simulate(&x, pool(2, &greedy_policy), a, 2);
	simulate(&y, pool(2, &greedy_policy), a, 2);
	simulate(&z, pool(4, &greedy_policy), b, 2);
	CHECK(strlen(x.stats.digest) == 32);
	CHECK(strcmp(x.stats.digest, y.stats.digest) == 0);
	CHECK(strcmp(x.stats.digest, z.stats.digest) != 0);
}

TESTS(CASE(one_server_obeys_lindley), CASE(rounds_at_one_instant),
      CASE(overrun_kills_or_extends), CASE(preemption_keeps_or_loses_work),
      CASE(kill_limit_counts_running_time), CASE(resizing_changes_the_rate),
      CASE(graph_follows_its_edges), CASE(cycle_is_a_stall), CASE(nodes_hold_ranks),
      CASE(processors_are_numbered_lowest_first), CASE(clocks_with_a_step),
      CASE(records_come_in_order), CASE(faults_end_the_run),
      CASE(same_decisions_same_digest))
