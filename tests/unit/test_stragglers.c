/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_stragglers.c - policies that run tasks twice, on machines with a slow node whose
 * schedules are worked out by hand: who is copied, when, and when each job ends.
 */
#include <math.h>

#include "scripted.h"

extern const sj_policy_ops *const sj_policies[];

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* Node 0 (or 0 and 1) at a quarter of the speed, one core each. */
static const sj_node_type one_slow[] = { { .count = 1, .cores = 1, .speed = 0.25 },
					 { .count = 3, .cores = 1, .speed = 1 } };
static const sj_node_type two_slow[] = { { .count = 2, .cores = 1, .speed = 0.25 },
					 { .count = 2, .cores = 1, .speed = 1 } };

static sj_run_config nodes(const sj_node_type *types)
{
	return (sj_run_config){ .cluster = { .types = types, .type_count = 2 },
				.overrun = SJ_OVERRUN_EXTEND, .estimates = SJ_EST_EXACT };
}

static sj_run_config pool(uint32_t procs)
{
	return (sj_run_config){ .cluster = { .procs = procs }, .overrun = SJ_OVERRUN_EXTEND,
				.estimates = SJ_EST_EXACT };
}

static void run(sj_run_config c, const char *name, const char *args, const sj_job *jobs,
		uint32_t n, struct script_result *o)
{
	static const struct script nothing = { NULL, 0, true };

	c.policy = find(name);
	c.policy_args = args;
	c.find_policy = find;
	REQUIRE(c.policy != NULL, "no policy %s", name);
	script_run(c, &nothing, jobs, n, o);
	REQUIRE(o->rc == SJ_OK && o->jobs == n, "%s:%s: %s", name, args, o->err.text);
}

static double finish(const struct script_result *o, int64_t id)
{
	for (uint32_t i = 0; i < o->jobs; i++)
		if (o->job[i].id == id)
			return (double)o->job[i].finish_ns / 1e9;
	return NAN;
}

/* Two allocations of a job: its own and that of a copy. */
static uint32_t allocs_of(const struct script_result *o, int64_t id)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < o->allocs; i++)
		n += o->alloc[i].job == id;
	return n;
}

static bool was_on(const struct script_result *o, int64_t id, uint32_t node, double from)
{
	for (uint32_t i = 0; i < o->allocs; i++)
		if (o->alloc[i].job == id && o->alloc[i].node == node &&
		    (double)o->alloc[i].from_ns == from * 1e9)
			return true;
	return false;
}

/* ---- three jobs of 100 s, the first on the slow node ------------------------------------- */

TEST(the_slow_one_of_three)
{
	static const struct {
		const char *args;
		double      copied, finish; /* job 1; copied 0: never */
	} cases[] = {
		/* Rates at 60 s: 0.0025, 0.01, 0.01. Without a copy it ends at 400 s. */
		{ "among=all", 60, 160 },
		{ "among=all,min_run=62s", 65, 165 },
		{ "among=all,min_run=10s,every=7s", 14, 114 },
		{ "among=all,cap=0", 0, 400 },
		{ "among=all,slow_task=0", 0, 400 },
		{ "among=all,min_run=100s", 0, 400 }, /* at 100 s it is alone */
		{ "", 0, 400 }, /* three jobs, three stages */
		/* Score t / 400; mean t / 133.3: t / 200 is to pass the gap. */
		{ "how=naive,among=all", 60, 160 },
		{ "how=naive,among=all,gap=0.36", 75, 175 },
		{ "how=naive,among=all,gap=0.6", 0, 400 },
		{ "how=naive,among=all,min_run=0s,every=3s", 42, 142 },
		/* The third finds no room: jobs 1 and 2 are copied in start order. */
		{ "how=wqr", 0.5, 100 },
		{ "how=wqr,cap=0", 0, 400 },
	};
	sj_job jobs[] = { script_job(1, 0, 1, 100), script_job(2, 0, 1, 100),
			  script_job(3, 0, 1, 100) };
	struct script_result o;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double at = cases[i].copied == 0.5 ? 0 : cases[i].copied;
		bool copied = cases[i].copied != 0;

		run(nodes(one_slow), "speculate", cases[i].args, jobs, 3, &o);
		CHECK(finish(&o, 1) == cases[i].finish && finish(&o, 2) == 100 &&
		      finish(&o, 3) == 100, "%s: %g %g %g", cases[i].args, finish(&o, 1),
		      finish(&o, 2), finish(&o, 3));
		CHECK(allocs_of(&o, 1) == 1u + copied && allocs_of(&o, 2) == 1 &&
		      was_on(&o, 1, 3, at) == copied, "%s: %u, %u allocations", cases[i].args,
		      allocs_of(&o, 1), allocs_of(&o, 2));
		if (copied) /* the slow one was for nothing */
			CHECK(o.metrics.value[SJ_M_WASTE] == cases[i].finish);
	}
}

/* No copy while a task waits: five jobs on four nodes. Job 5 is on node 1 from 100 s on, and
 * then nobody waits: rates 0.0025 and, from 160 s on, 0.01. */
TEST(nobody_waits)
{
	sj_job jobs[] = { script_job(1, 0, 1, 100), script_job(2, 0, 1, 100),
			  script_job(3, 0, 1, 100), script_job(4, 0, 1, 100),
			  script_job(5, 0, 1, 100) };
	struct script_result o;

	run(nodes(one_slow), "speculate", "among=all", jobs, 5, &o);
	CHECK(finish(&o, 5) == 200 && allocs_of(&o, 5) == 1);
	CHECK(was_on(&o, 1, 2, 160) && finish(&o, 1) == 260, "%g", finish(&o, 1));
}

/* Bound to its node; without an estimate: neither is copied, and neither is compared. */
TEST(what_cannot_be_copied)
{
	sj_job jobs[] = { script_job(1, 0, 1, 100), script_job(2, 0, 1, 100),
			  script_job(3, 0, 1, 100) };
	sj_run_config c = nodes(one_slow);
	struct script_result o;

	jobs[0].task.node = 1;
	run(c, "speculate", "among=all", jobs, 3, &o);
	CHECK(finish(&o, 1) == 400 && allocs_of(&o, 1) == 1);
	run(c, "speculate", "how=wqr", jobs, 3, &o);
	CHECK(finish(&o, 1) == 400 && allocs_of(&o, 1) == 1);
	run(c, "replicate", "", jobs, 1, &o);
	CHECK(finish(&o, 1) == 400 && allocs_of(&o, 1) == 1);
	jobs[0].task.node = 0;
	c.estimates = SJ_EST_REQUEST;
	for (int i = 0; i < 3; i++)
		jobs[i].task.estimate_ns = i == 0 ? 0 : 100 * S;
	run(c, "speculate", "among=all,cap=4,min_run=10s,slow_task=1", jobs, 2, &o);
	CHECK(finish(&o, 1) == 400 && allocs_of(&o, 1) == 1); /* 2 is alone to be judged */
	CHECK(allocs_of(&o, 2) == 1);
	run(c, "speculate", "how=naive,among=all,min_run=10s", jobs, 3, &o);
	CHECK(finish(&o, 1) == 400 && allocs_of(&o, 1) == 1);
}

/*
 * The only free node at 105 s is node 1, slow as well. Ended and running scores by node:
 * 1 + 0.16, 2, 2 + 0.64, 2 + 0.64. Half of four nodes are the first two.
 */
TEST(no_copies_on_slow_nodes)
{
	sj_job jobs[] = { script_job(1, 0, 1, 10),   script_job(2, 0, 1, 10),
			  script_job(3, 0, 1, 20),   script_job(4, 0, 1, 20),
			  script_job(5, 20, 1, 20),  script_job(6, 20, 1, 20),
			  script_job(7, 41, 1, 100), script_job(8, 41, 1, 1),
			  script_job(9, 41, 1, 100), script_job(10, 41, 1, 100) };
	struct script_result o;

	run(nodes(two_slow), "speculate", "among=all,slow_node=0.5", jobs, 10, &o);
	CHECK(allocs_of(&o, 7) == 1 && finish(&o, 7) == 441);
	run(nodes(two_slow), "speculate", "among=all,slow_node=0.49", jobs, 10, &o);
	CHECK(was_on(&o, 7, 1, 105) && finish(&o, 7) == 441);
	run(nodes(two_slow), "speculate", "among=all,slow_node=0", jobs, 10, &o);
	CHECK(was_on(&o, 7, 1, 105) && finish(&o, 7) == 441);
}

/* ---- graphs ----------------------------------------------------------------------------- */

static sj_job graph(uint32_t count, const double *work, const sj_edge *edges, uint32_t edge_count)
{
	static sj_task_spec task[4];
	sj_job j = script_job(1, 0, 1, 0);

	for (uint32_t i = 0; i < count; i++) {
		task[i] = j.task;
		task[i].work_ns = (sj_time)(work[i] * 1e9);
	}
	j.task_count = count;
	j.tasks = task;
	j.edges = edges;
	j.edge_count = edge_count;
	return j;
}

/* At 105 s the others have ended, with a score of 1: 0.2625 is below 2.2625 / 3 - 0.3. */
TEST(ended_tasks_of_a_stage_count)
{
	static const double work[] = { 100, 100, 100 };
	sj_job job = graph(3, work, NULL, 0);
	struct script_result o;

	run(nodes(one_slow), "speculate", "how=naive,gap=0.3,min_run=105s", &job, 1, &o);
	CHECK(finish(&o, 1) == 205, "%g", finish(&o, 1));
	run(nodes(one_slow), "speculate", "how=naive,gap=0.3,min_run=105s,among=all", &job, 1, &o);
	CHECK(finish(&o, 1) == 400);
	run(nodes(one_slow), "speculate", "", &job, 1, &o); /* late: one stage */
	CHECK(finish(&o, 1) == 160);
}

/* Task 1 follows task 0 on the slow node from 40 s on: at 100 s its score is 0.15, those of
 * tasks 2 and 3, a level above, 0.5. */
TEST(stages_are_levels)
{
	static const double work[] = { 10, 100, 200, 200 };
	static const sj_edge edge[] = { { 0, 1, 0 } };
	sj_job job = graph(4, work, edge, 1);
	struct script_result o;

	run(nodes(one_slow), "speculate", "how=naive", &job, 1, &o);
	CHECK(finish(&o, 1) == 440, "%g", finish(&o, 1));
	run(nodes(one_slow), "speculate", "how=naive,among=all", &job, 1, &o);
	CHECK(finish(&o, 1) == 200 && was_on(&o, 1, 3, 100), "%g", finish(&o, 1));
}

/* ---- every task twice ---------------------------------------------------------------------- */

/* The second waits until it fits twice; the third never fits twice, and runs alone. */
TEST(every_task_twice)
{
	sj_job jobs[] = { script_job(1, 0, 2, 10), script_job(2, 0, 1, 5), script_job(3, 0, 3, 4) };
	struct script_result o;

	run(pool(4), "replicate", "", jobs, 3, &o);
	CHECK(finish(&o, 1) == 10 && finish(&o, 2) == 15 && finish(&o, 3) == 19);
	CHECK(o.job[1].start_ns == 10 * S && o.job[2].start_ns == 15 * S);
	CHECK(o.metrics.value[SJ_M_WASTE] == 2 * 10 + 5);
	run(nodes(one_slow), "replicate", "", jobs + 1, 1, &o);
	CHECK(finish(&o, 2) == 5); /* nodes 0 and 1 */
}

/* The first of two with exponential times of mean 1: mean 1/2. */
TEST(the_first_of_two_has_half_the_mean)
{
	enum { N = 4000 };
	sj_job job = script_job(1, 0, 1, 1);
	sj_run_config c = pool(2);
	double twice = 0, once = 0;
	struct script_result o;
	sj_law *law = NULL;
	sj_error err;

	REQUIRE(sj_law_create("stragglers", "exp:mean=1", &law, &err) == SJ_OK, "%s", err.text);
	c.stragglers = law;
	for (c.seed = 1; c.seed <= N; c.seed++) {
		run(c, "replicate", "", &job, 1, &o);
		twice += finish(&o, 1);
		run(c, "fifo", "", &job, 1, &o);
		once += finish(&o, 1);
	}
	sj_law_free(law);
	CHECK(fabs(twice / N - 0.5) < 4 * 0.5 / sqrt(N), "%g", twice / N);
	CHECK(fabs(once / N - 1) < 4 / sqrt(N), "%g", once / N);
}

/* Job 1 is on slow node 0 and its copy on node 1, for which job 2 waits: it starts there when
 * the copy ends, of which its queue is told. */
/* A stage of four behind one task, on a slow node and three: 40, 10, 20 and 30 s of work. At 31 s
 * one of the four is left and three nodes are free, so that last=0.25 lets it be copied. */
TEST(the_last_of_a_stage)
{
	static const struct {
		const char *args;
		double copied, finish;
	} cases[] = {
		{ "how=backup,last=0.25", 31, 71 },  { "how=backup,last=0.5", 21, 61 },
		{ "how=backup,last=0.75", 11, 51 }, { "how=backup,last=0.2", 0, 161 },
		{ "how=backup,last=0", 0, 161 },
	};
	static const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 }, { 0, 3, 0 }, { 0, 4, 0 } };
	static sj_task_spec tasks[5];
	static const int work[] = { 1, 40, 10, 20, 30 };
	struct script_result o;
	sj_job job = script_job(1, 0, 1, 1);

	for (uint32_t i = 0; i < 5; i++) {
		tasks[i] = job.task;
		tasks[i].work_ns = tasks[i].estimate_ns = work[i] * SJ_NS_PER_S;
	}
	tasks[0].node = 2; /* fast */
	job.task_count = 5;
	job.tasks = tasks;
	job.edge_count = 4;
	job.edges = edges;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run(nodes(one_slow), "speculate", cases[i].args, &job, 1, &o);
		CHECK(finish(&o, 1) == cases[i].finish, "%s: %g", cases[i].args, finish(&o, 1));
		CHECK(was_on(&o, 1, 1, cases[i].copied) || cases[i].copied == 0, "%s", cases[i].args);
	}
}

/* Two jobs on five nodes: each has a copy before one has two; with the third copy nobody is
 * left without room. Speeds 1/4, 1/4, 1/2, 1, 1: copies at nodes 2 and 3, then at node 4. */
TEST(three_runs_of_each)
{
	static const sj_node_type types[] = { { .count = 2, .cores = 1, .speed = 0.25 },
					      { .count = 1, .cores = 1, .speed = 0.5 },
					      { .count = 2, .cores = 1, .speed = 1 } };
	sj_job jobs[] = { script_job(1, 0, 1, 100), script_job(2, 0, 1, 100) };
	sj_run_config c = nodes(types);
	struct script_result o;

	c.cluster.type_count = 3;
	run(c, "speculate", "how=wqr,copies=3", jobs, 2, &o);
	CHECK(was_on(&o, 1, 2, 0) && was_on(&o, 2, 3, 0) && was_on(&o, 1, 4, 0) &&
	      finish(&o, 1) == 100 && finish(&o, 2) == 100, "%g %g", finish(&o, 1), finish(&o, 2));
	run(c, "speculate", "how=wqr", jobs, 2, &o);
	CHECK(allocs_of(&o, 1) == 2 && finish(&o, 1) == 200 && finish(&o, 2) == 100, "%g %g",
	      finish(&o, 1), finish(&o, 2));
	run(c, "speculate", "how=wqr,copies=3,cap=2", jobs, 2, &o);
	/* One copy of each; when job 2 is over, at 100 s, job 1 gets its second on node 1. */
	CHECK(allocs_of(&o, 1) == 3 && allocs_of(&o, 2) == 2 && finish(&o, 2) == 100 &&
	      was_on(&o, 1, 1, 100), "%u %u", allocs_of(&o, 1), allocs_of(&o, 2));
}

TEST(bases_that_choose_nodes_hear_of_copies)
{
	static const char *const args[] = { "how=wqr,base=(balance:to=least)",
					    "how=wqr,base=(steal:victim=nearest)" };
	sj_job jobs[] = { script_job(1, 0, 1, 100), script_job(2, 10, 1, 100) };
	static const sj_node_type types[] = { { .count = 1, .cores = 1, .speed = 0.25 },
					      { .count = 1, .cores = 1, .speed = 1 } };
	struct script_result o;

	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		run(nodes(types), "speculate", args[i], jobs, 2, &o);
		CHECK(finish(&o, 1) == 100 && allocs_of(&o, 1) == 2, "%s: %g", args[i],
		      finish(&o, 1));
		CHECK(was_on(&o, 2, 1, 100) && finish(&o, 2) == 200, "%s: %g", args[i],
		      finish(&o, 2));
	}
}

TESTS(CASE(three_runs_of_each), CASE(the_last_of_a_stage),
      CASE(bases_that_choose_nodes_hear_of_copies), CASE(the_slow_one_of_three),
      CASE(nobody_waits), CASE(what_cannot_be_copied),
      CASE(no_copies_on_slow_nodes), CASE(ended_tasks_of_a_stage_count),
      CASE(stages_are_levels), CASE(every_task_twice),
      CASE(the_first_of_two_has_half_the_mean))
