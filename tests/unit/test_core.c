/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_core.c - the core without any real policy: order of news, rounds, work at a
 * rate, preemption, resizing, timers, graphs, nodes, clocks, faults and records.
 */
#include <math.h>

#include "bound_check.h"
#include "run.h"
#include "greedy.h"
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
	sj_count      count[2];
	uint32_t      count_count;
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
	c.check = c.bounds = true;
	rc = sj_run_create(&c, &run, &l->err);
	if (rc != SJ_OK)
		return rc;
	do
		rc = sj_run_advance(run, 1, &l->err);
	while (rc == SJ_AGAIN);
	sj_run_get_stats(run, &l->stats);
	sj_run_get_metrics(run, &l->metrics);
	bound_check(run, "core");
	l->count_count = sj_run_counters(run);
	for (uint32_t i = 0; i < l->count_count && i < 2; i++)
		sj_run_counter(run, i, &l->count[i]);
	sj_run_dump(run, l->dump, sizeof(l->dump));
	sj_run_free(run);
	return rc;
}

static sj_run_config pool(uint32_t procs, const sj_policy_ops *policy)
{
	return (sj_run_config){ .cluster = { .procs = procs }, .policy = policy, .seed = 1 };
}

/* ---- policies of the test ------------------------------------------------------- */

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

/* What starts again from nothing has its whole estimate again: 4 s, lost, then 10. */
TEST(a_lost_run_does_not_count_against_the_estimate)
{
	const sj_job jobs[] = { job(1, 0, 2, 10, 12), job(2, 4, 2, 3, 30) };
	sj_run_config c = pool(2, &preempt_policy);
	struct log l;

	c.policy_args = "lose=1";
	REQUIRE(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].finish_ns == 17 * S && l.rec[0].outcome == SJ_COMPLETED);
	CHECK(l.metrics.value[SJ_M_UTILIZATION] == 1.0); /* lost work was work */
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
	CHECK(l.metrics.value[SJ_M_UTILIZATION] == (4.0 * 2 + 3 * 4) / (7 * 4));
	REQUIRE(l.allocs == 2); /* two processors, then four, and no overlap in time */
	CHECK(l.alloc[0].from_ns == 0 && l.alloc[0].to_ns == 4 * S && l.alloc[0].last == 1);
	CHECK(l.alloc[1].from_ns == 4 * S && l.alloc[1].to_ns == 7 * S && l.alloc[1].last == 3);
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

/* Task i of a chain takes i ns on 1 + i % 11 processors, two in eleven of them twice in a
 * row: whatever is kept of tasks that wait, each becomes what it was submitted as. */
static int chain_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)self;
	if (t->ranks != 1 + t->index % 13 % 11 || t->estimate_ns != t->index + 1 ||
	    t->mem_bytes != t->index % 2 || t->steps != t->index % 3)
		return sj_policy_fail(cx, SJ_EPOLICY, "task %u is another", t->index);
	return SJ_OK;
}

static const sj_policy_ops chain_policy = { SJ_POLICY_HEAD, .name = "chain",
					    .on_ready = chain_ready, .schedule = greedy };

static int run_chain(uint32_t n, bool alike, struct log *l)
{
	sj_task_spec *tasks = calloc(n, sizeof(*tasks));
	sj_edge *edges = calloc(n, sizeof(*edges));
	sj_job j = job(9, 0, 1, 0, 0);
	int rc;

	for (uint32_t i = 0; i < n; i++) {
		tasks[i] = (sj_task_spec){ .ranks = 1, .cores = 1, .work_ns = i, .estimate_ns = i + 1 };
		if (!alike) {
			tasks[i].ranks = 1 + i % 13 % 11;
			tasks[i].mem_bytes = i % 2;
			tasks[i].steps = i % 3;
		}
		if (i != 0)
			edges[i - 1] = (sj_edge){ i - 1, i, 0 };
	}
	j.task_count = n;
	j.tasks = tasks;
	j.edge_count = n - 1;
	j.edges = edges;
	rc = simulate(l, pool(11, alike ? &greedy_policy : &chain_policy), &j, 1);
	free(tasks);
	free(edges);
	return rc;
}

TEST(tasks_that_wait_keep_what_they_ask_for)
{
	struct log l;

	REQUIRE(run_chain(2000, false, &l) == SJ_OK, "%s", l.err.text);
	REQUIRE(l.jobs == 1);
	CHECK(l.rec[0].finish_ns == 2000 * 1999 / 2);
}

/* A task that waits for another takes some 40 bytes, and is counted as live. */
TEST(tasks_that_wait_are_small)
{
	struct log few, many;

	REQUIRE(run_chain(1000, true, &few) == SJ_OK, "%s", few.err.text);
	REQUIRE(run_chain(51000, true, &many) == SJ_OK, "%s", many.err.text);
	CHECK(many.stats.peak_live_tasks == 51000 && many.stats.live_tasks == 0);
	CHECK(many.stats.peak_bytes - few.stats.peak_bytes < 48 * 50000, "%llu bytes more",
	      (unsigned long long)(many.stats.peak_bytes - few.stats.peak_bytes));
}

/* The whole job is told at its submission, with its edges and without run times. */
struct seen {
	int64_t pending;
};

static int seen_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		       const sj_job *graph)
{
	if (count != 3 || graph->task_count != 3 || graph->edge_count != 2 ||
	    graph->edges[1].from != 0 || graph->edges[1].to != 2 || graph->tasks != NULL ||
	    graph->task.work_ns != 0)
		return sj_policy_fail(cx, SJ_EPOLICY, "the graph is another");
	for (uint32_t i = 0; i < count; i++)
		if (tasks[i]->index != i || tasks[i]->procs != i + 1 ||
		    tasks[i]->state != SJ_TASK_PENDING || tasks[i]->ready_ns != SJ_NEVER ||
		    sj_task_get(cx, tasks[i]->id) != tasks[i])
			return sj_policy_fail(cx, SJ_EPOLICY, "task %u is another", i);
	((struct seen *)self)->pending += count;
	return SJ_OK;
}

static int seen_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct seen *s = self;

	if (s->pending-- <= 0 || t->state != SJ_TASK_READY || t->ready_ns != sj_now(cx))
		return sj_policy_fail(cx, SJ_EPOLICY, "ready before it was submitted");
	return SJ_OK;
}

static const sj_policy_ops seen_policy = {
	SJ_POLICY_HEAD, .name = "seen", .state_size = sizeof(struct seen),
	.on_submit = seen_submit, .on_ready = seen_ready, .schedule = greedy,
};

/* Who says that it does without is not told, and gets tasks when they are ready. */
static int skip_init(void *self, sj_ctx *cx)
{
	(void)self;
	sj_skip_submit(cx);
	return SJ_OK;
}

static int skip_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		       const sj_job *graph)
{
	(void)self, (void)tasks, (void)count, (void)graph;
	return sj_policy_fail(cx, SJ_EPOLICY, "told of a job that it does not ask for");
}

static const sj_policy_ops skip_policy = {
	SJ_POLICY_HEAD, .name = "skip", .init = skip_init, .on_submit = skip_submit,
	.schedule = greedy,
};

static sj_job fan(sj_task_spec tasks[3], const sj_edge edges[2], uint32_t widest)
{
	sj_job j = job(9, 3, 1, 0, 0);

	for (uint32_t i = 0; i < 3; i++)
		tasks[i] = (sj_task_spec){ .ranks = i + 1, .cores = 1, .work_ns = S,
					   .estimate_ns = 2 * S };
	tasks[2].ranks = widest;
	j.task_count = 3;
	j.tasks = tasks;
	j.edge_count = 2;
	j.edges = edges;
	return j;
}

TEST(policies_are_told_of_graphs)
{
	const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	sj_task_spec tasks[3];
	sj_job j = fan(tasks, edges, 3);
	struct log l;

	REQUIRE(simulate(&l, pool(5, &seen_policy), &j, 1) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 3 * S && l.rec[0].finish_ns == 5 * S);
	CHECK(l.rec[0].procs == 3);
}

TEST(whole_jobs_are_skipped_on_request)
{
	const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	sj_task_spec tasks[3];
	sj_job jobs[] = { fan(tasks, edges, 3), job(10, 4, 5, 1, 1) };
	struct log l;

	REQUIRE(simulate(&l, pool(5, &skip_policy), jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 3 * S && l.rec[0].finish_ns == 5 * S);
}

/* One task that never fits: the job is refused whole and the rest goes on. */
TEST(a_graph_that_never_fits_is_refused)
{
	const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	sj_task_spec tasks[3];
	sj_job jobs[2] = { fan(tasks, edges, 6), job(10, 4, 5, 1, 1) };
	struct log l;

	REQUIRE(simulate(&l, pool(5, &greedy_policy), jobs, 2) == SJ_OK, "%s", l.err.text);
	REQUIRE(l.jobs == 2);
	CHECK(l.rec[0].outcome == SJ_REJECTED && l.rec[0].start_ns == SJ_NEVER);
	CHECK(l.rec[1].start_ns == 4 * S);
	CHECK(l.stats.dropped[SJ_DROP_WIDE] == 1 && l.stats.live_tasks == 0);
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
	const sj_node_type nodes[] = { { .count = 1, .cores = 4, .mem_bytes = 100, .speed = 1 },
				       { .count = 1, .cores = 4, .gpus = 2, .mem_bytes = 100,
					 .speed = 0.5, .gpu_speed = 0.5 } };
	sj_run_config c = { .cluster = { .type_count = 2, .types = nodes },
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

/* A hundred nodes of three cores: ranks of two cores leave one core of each. */
static int many_ranks_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t = sj_ready_first(cx);
	sj_slot slots[100];
	sj_placement where = { 100, slots };
	int rc;

	(void)self;
	if (t == NULL || t->ranks != 100 || sj_running_count(cx) != 0)
		return greedy(self, cx);
	if (!sj_fits(cx, t) || !sj_fits_ever(cx, t) || sj_node_count(cx) != 100)
		return sj_policy_fail(cx, SJ_EPOLICY, "100 ranks of 2 cores fit");
	for (uint32_t i = 0; i < 100; i++)
		slots[i] = (sj_slot){ i, 1 };
	slots[7].ranks = 2; /* 4 of 3 cores */
	if (sj_start(cx, t, &where) != SJ_EFULL)
		return sj_policy_fail(cx, SJ_EPOLICY, "two ranks do not fit a node");
	slots[7].ranks = 1;
	rc = sj_start(cx, t, &where);
	for (uint32_t i = 0; rc == SJ_OK && i < 100; i++)
		if (sj_node_cores_free(cx, i) != 1)
			rc = SJ_EFAIL;
	return rc != SJ_OK ? rc : greedy(self, cx);
}

TEST(a_task_of_many_ranks)
{
	static const sj_policy_ops ops = { SJ_POLICY_HEAD, .name = "placer",
					   .schedule = many_ranks_schedule };
	sj_node_type nodes[100];
	sj_run_config c = { .cluster = { .type_count = 100, .types = nodes }, .policy = &ops };
	sj_job jobs[] = { job(1, 0, 100, 10, 100), job(2, 0, 100, 5, 100), job(3, 0, 1, 1, 9),
			  job(4, 0, 101, 1, 9) };
	struct log l;

	for (int i = 0; i < 100; i++)
		nodes[i] = (sj_node_type){ .count = 1, .cores = 3, .speed = 1 };
	jobs[0].task.cores = 2;
	jobs[2].task.cores = 2;  /* 100 cores are free until 5 s, 200 after 10 s */
	jobs[3].task.cores = 2;  /* 202 of 300 cores, and yet it never fits */
	REQUIRE(simulate(&l, c, jobs, 4) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 0 && l.rec[1].start_ns == 0);
	CHECK(l.rec[2].start_ns == 10 * S);
	CHECK(l.rec[3].outcome == SJ_REJECTED);
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

/* ---- timers, thinking, parts ---------------------------------------------------- */

/* Five thousand timers set at once, in no order; each comes once, in order of time
 * and, where times are equal, of setting. */
enum { TIMERS = 5000 };

struct alarms {
	int64_t set, rung;
	uint64_t last;
};

static sj_time alarm_at(uint64_t i)
{
	return (sj_time)(i * 2654435761u % 1000) * S;
}

static int alarms_timer(void *self, sj_ctx *cx, uint64_t token)
{
	struct alarms *a = self;

	if (sj_now(cx) != alarm_at(token))
		return sj_policy_fail(cx, SJ_EPOLICY, "alarm %d at a wrong time", (int)token);
	if (a->rung++ != 0 && alarm_at(a->last) == alarm_at(token) && a->last >= token)
		return sj_policy_fail(cx, SJ_EPOLICY, "alarm %d out of order", (int)token);
	a->last = token;
	return SJ_OK;
}

static int alarms_schedule(void *self, sj_ctx *cx)
{
	struct alarms *a = self;
	int rc = SJ_OK;

	while (a->set < TIMERS && rc == SJ_OK) {
		rc = sj_timer(cx, alarm_at((uint64_t)a->set), (uint64_t)a->set);
		a->set++;
	}
	if (rc != SJ_OK)
		return rc;
	/* The job waits for the last alarm, so that its start tells their number. */
	return a->rung == TIMERS ? greedy(self, cx) : SJ_OK;
}

TEST(timers_by_the_thousand)
{
	static const sj_policy_ops ops = { SJ_POLICY_HEAD, .name = "alarms",
					   .state_size = sizeof(struct alarms),
					   .on_timer = alarms_timer, .schedule = alarms_schedule };
	const sj_job jobs[] = { job(1, 0, 1, 3, 9) };
	struct log l;

	REQUIRE(simulate(&l, pool(1, &ops), jobs, 1) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 999 * S);
	CHECK(l.stats.events == TIMERS + 2);
}

/* ---- counters -------------------------------------------------------------------- */

struct counts {
	uint64_t *starts, *again;
};

static int counts_init(void *self, sj_ctx *cx)
{
	struct counts *s = self;

	s->starts = sj_counter(cx, "counts.starts");
	sj_counter(cx, "counts.none");
	s->again = sj_counter(cx, "counts.starts");
	return SJ_OK;
}

static int counts_schedule(void *self, sj_ctx *cx)
{
	struct counts *s = self;
	const sj_task *t;

	while ((t = sj_ready_first(cx)) != NULL && sj_start(cx, t, NULL) == SJ_OK) {
		++*s->starts;
		++*s->again;
	}
	return SJ_OK;
}

static int counts_badly(void *self, sj_ctx *cx)
{
	(void)self;
	++*sj_counter(cx, "starts");
	return SJ_OK;
}

TEST(policies_count)
{
	static const sj_policy_ops ops = { SJ_POLICY_HEAD, .name = "counts",
					   .state_size = sizeof(struct counts),
					   .init = counts_init, .schedule = counts_schedule };
	static const sj_policy_ops bad = { SJ_POLICY_HEAD, .name = "bad", .state_size = 1,
					   .init = counts_badly, .schedule = counts_schedule };
	const sj_job jobs[] = { job(1, 0, 1, 3, 9), job(2, 1, 1, 3, 9), job(3, 1, 1, 3, 9) };
	struct log l;

	REQUIRE(simulate(&l, pool(1, &ops), jobs, 3) == SJ_OK, "%s", l.err.text);
	REQUIRE(l.count_count == 2, "%u", l.count_count);
	CHECK(strcmp(l.count[0].name, "counts.starts") == 0 && l.count[0].value == 6);
	CHECK(strcmp(l.count[1].name, "counts.none") == 0 && l.count[1].value == 0);
	CHECK(simulate(&l, pool(1, &bad), jobs, 3) == SJ_EPOLICY);
	CHECK(strcmp(l.err.text, "policy bad: no counter can be called \"starts\"") == 0, "%s",
	      l.err.text);
}

/* Thinks 2 s before every start, and 100 s in a callback that starts nothing. */
static int thinker_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)self;
	(void)t;
	sj_charge(cx, 100 * S);
	return SJ_OK;
}

static int thinker_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		next = sj_ready_next(cx, t);
		sj_charge(cx, 2 * S);
		if (sj_start(cx, t, NULL) == SJ_EFULL)
			break;
	}
	return SJ_OK;
}

TEST(thinking_delays_what_is_started)
{
	static const sj_policy_ops ops = { SJ_POLICY_HEAD, .name = "thinker",
					   .on_ready = thinker_ready,
					   .schedule = thinker_schedule };
	const sj_job jobs[] = { job(1, 0, 1, 10, 20), job(2, 0, 1, 10, 20), job(3, 0, 1, 5, 20) };
	struct log l;

	REQUIRE(simulate(&l, pool(2, &ops), jobs, 3) == SJ_OK, "%s", l.err.text);
	CHECK(l.rec[0].start_ns == 2 * S && l.rec[0].finish_ns == 12 * S);
	CHECK(l.rec[1].start_ns == 4 * S && l.rec[1].finish_ns == 14 * S);
	CHECK(l.rec[2].start_ns == 14 * S); /* the end at 12 s, and 2 s of thinking */
}

/* Two parts of one kind with their own parameters; the first decides until 10 s. */
struct two {
	const sj_subpolicy *part[2];
	const char         *second;
};

static int part_init(void *self, sj_ctx *cx)
{
	(void)cx;
	return ((struct preempt *)self)->mode > 1 ? SJ_EINVAL : SJ_OK;
}

static int part_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t = sj_ready_first(cx);

	/* mode 0: first come; 1: narrowest first. */
	if (((struct preempt *)self)->mode != 0)
		for (const sj_task *n = t; n != NULL; n = sj_ready_next(cx, n))
			t = n->procs < t->procs ? n : t;
	if (t == NULL)
		return SJ_OK;
	return sj_start(cx, t, NULL) == SJ_OK ? part_schedule(self, cx) : SJ_OK;
}

static const sj_policy_ops part_policy = {
	SJ_POLICY_HEAD, .name = "part", .state_size = sizeof(struct preempt),
	.params = preempt_params, .init = part_init, .schedule = part_schedule,
};

static const sj_policy_ops *find_part(const char *name)
{
	return strcmp(name, "part") == 0 ? &part_policy : NULL;
}

static int two_init(void *self, sj_ctx *cx)
{
	struct two *w = self;

	w->part[0] = sj_policy_create(cx, "part");
	w->part[1] = w->part[0] != NULL ? sj_policy_create(cx, w->second) : NULL;
	return w->part[1] != NULL ? SJ_OK : SJ_EPOLICY;
}

static int two_schedule(void *self, sj_ctx *cx)
{
	const sj_subpolicy *p = ((struct two *)self)->part[sj_now(cx) >= 10 * S];

	return p->ops->schedule(p->self, cx);
}

static const sj_param two_params[] = {
	{ .name = "second", .type = SJ_P_STRING, .offset = offsetof(struct two, second),
	  .def = "part:lose=1", .help = "The second part." },
	{ .name = NULL },
};
static const sj_policy_ops two_policy = {
	SJ_POLICY_HEAD, .name = "two", .state_size = sizeof(struct two), .params = two_params,
	.init = two_init, .schedule = two_schedule,
};

TEST(policies_as_parts_of_a_policy)
{
	const sj_job jobs[] = { job(1, 0, 2, 10, 20), job(2, 0, 2, 2, 20), job(3, 1, 2, 3, 20),
				job(4, 2, 1, 1, 20) };
	static const struct {
		const char *args, *says;
	} bad[] = {
		{ "second=nosuch", "no policy \"nosuch\" to use as a part" },
		{ "second=(part:lose=7)", "lose" },
		{ "second=(part:loose=1)", "loose" },
	};
	sj_run_config c = pool(2, &two_policy);
	struct log l;

	c.find_policy = find_part;
	REQUIRE(simulate(&l, c, jobs, 4) == SJ_OK, "%s", l.err.text);
	/* Job 1 by the first part; at 10 s the narrow one is first by the second. */
	CHECK(l.rec[0].start_ns == 0 && l.rec[3].start_ns == 10 * S);
	CHECK(l.rec[1].start_ns == 11 * S && l.rec[2].start_ns == 13 * S);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c.policy_args = bad[i].args;
		CHECK(simulate(&l, c, jobs, 4) != SJ_OK);
		CHECK(strstr(l.err.text, bad[i].says) != NULL, "%s", l.err.text);
	}
}

/* Six jobs of 63 years end after the end of time: a sentence, no overflow. */
TEST(time_has_an_end)
{
	const int years = 2000000000; /* seconds: 63 years */
	const sj_job jobs[] = { job(1, 0, 1, years, years), job(2, 0, 1, years, years),
				job(3, 0, 1, years, years), job(4, 0, 1, years, years),
				job(5, 0, 1, years, years), job(6, 0, 1, years, years) };
	sj_run_config c = pool(1, &greedy_policy);
	struct log l;

	CHECK(simulate(&l, c, jobs, 2) == SJ_OK, "%s", l.err.text);
	CHECK(simulate(&l, c, jobs, 6) == SJ_EINVAL);
	CHECK(strstr(l.err.text, "lasts longer") != NULL, "%s", l.err.text);
	c.clock = SJ_CLOCK_ROUND;
	c.clock_step_ns = SJ_TIME_MAX;
	CHECK(simulate(&l, c, jobs, 6) == SJ_EINVAL, "%s", l.err.text);
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

static int charge_back(void *self, sj_ctx *cx)
{
	sj_charge(cx, -1);
	return greedy(self, cx);
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
		{ "charges less than nothing", charge_back, SJ_EPOLICY, "of thinking" },
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
      CASE(a_lost_run_does_not_count_against_the_estimate),
      CASE(kill_limit_counts_running_time), CASE(resizing_changes_the_rate),
      CASE(graph_follows_its_edges), CASE(tasks_that_wait_keep_what_they_ask_for),
      CASE(tasks_that_wait_are_small), CASE(policies_are_told_of_graphs), CASE(whole_jobs_are_skipped_on_request),
      CASE(a_graph_that_never_fits_is_refused), CASE(cycle_is_a_stall),
      CASE(nodes_hold_ranks), CASE(a_task_of_many_ranks),
      CASE(processors_are_numbered_lowest_first), CASE(clocks_with_a_step),
      CASE(records_come_in_order), CASE(timers_by_the_thousand), CASE(policies_count),
      CASE(thinking_delays_what_is_started), CASE(policies_as_parts_of_a_policy),
      CASE(time_has_an_end), CASE(faults_end_the_run),
      CASE(same_decisions_same_digest))
