/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_files.c - data that moves ahead of its task, and files with copies, on timelines
 * worked out by hand. A cable has 100 B/s and half a second of latency, so that 1000 B take
 * 1 + 10 s from node to node.
 */
#include <math.h>

#include "scripted.h"

#define TASKS 4

static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
static struct script_result out;

static sj_node_type node_type(uint32_t count, uint32_t cores)
{
	return (sj_node_type){ .count = count, .cores = cores, .nic_bytes_per_s = 100,
			       .nic_latency_ns = S / 2 };
}

static bool near(double a, double b)
{
	return fabs(a - b) < 3e-9;
}

#define IS(metric, want) \
	CHECK(near(out.metrics.value[metric], want), #metric " is %.9g, not %.9g", \
	      out.metrics.value[metric], (double)(want))

static void run(sj_run_config c, const sj_job *jobs, uint32_t n)
{
	static const struct script greedy = { NULL, 0, false };

	script_run(c, &greedy, jobs, n, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
}

/* Tasks of `seconds` on nodes 1, 2, ... (0: any). */
static sj_job graph(sj_task_spec *task, uint32_t n, const double *seconds, const uint32_t *node)
{
	sj_job j = script_job(1, 0, 1, 10);

	for (uint32_t i = 0; i < n; i++) {
		task[i] = j.task;
		task[i].work_ns = (sj_time)(seconds[i] * 1e9);
		task[i].node = node[i];
	}
	j.task_count = n;
	j.tasks = task;
	return j;
}

static double finish(uint32_t job)
{
	return (double)out.job[job].finish_ns / 1e9;
}

/* ---- ahead of the start ------------------------------------------------------------- */

/* Task 0 of 10 s on node 0 sends 1000 B to task 2 on node 1, where task 1 computes before
 * it: the data is there at 21 s. */
static void overlap(double busy_s, sj_staging how, double end, double staging)
{
	static const sj_edge edges[] = { { 0, 2, 1000 }, { 1, 2, 0 } };
	const double seconds[] = { 10, busy_s, 10 };
	const uint32_t node[] = { 1, 2, 2 };
	const sj_node_type two = node_type(2, 1);
	sj_task_spec task[TASKS];
	sj_job j = graph(task, 3, seconds, node);

	j.edges = edges;
	j.edge_count = 2;
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &two }, .network = &star,
			     .staging = how }, &j, 1);
	CHECK(near(finish(0), end), "after %g s of computing: ends at %.9g, not %.9g s", busy_s,
	      finish(0), end);
	IS(SJ_M_STAGING, staging);
	IS(SJ_M_BYTES, 1000);
}

TEST(computing_hides_transfers)
{
	overlap(30, SJ_STAGING_HOLD, 30 + 11 + 10, 11);
	overlap(30, SJ_STAGING_PREFETCH, 30 + 10, 0);
	overlap(15, SJ_STAGING_HOLD, 15 + 11 + 10, 11);
	overlap(15, SJ_STAGING_PREFETCH, 21 + 10, 6);
	/* Nothing to hide behind: both are the same. */
	overlap(10, SJ_STAGING_HOLD, 31, 11);
	overlap(10, SJ_STAGING_PREFETCH, 31, 11);
}

/* ---- a policy that plans -------------------------------------------------------------- */

/* Says where task 2 of its job will run, and changes its mind; then starts it on `start`. */
static struct {
	uint32_t first, then, start;
	double   then_at;
	const sj_task *task;
} plan;

static int plan_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		       const sj_job *graph_of)
{
	int rc;

	(void)self;
	(void)graph_of;
	plan.task = tasks[count - 1];
	rc = sj_stage(cx, plan.task, plan.first);
	return rc != SJ_OK ? rc : sj_timer(cx, (sj_time)(plan.then_at * 1e9), 0);
}

static int plan_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)self;
	(void)token;
	return sj_task_get(cx, plan.task->id) == plan.task &&
	       plan.task->state < SJ_TASK_RUNNING ? sj_stage(cx, plan.task, plan.then) : SJ_OK;
}

static int plan_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		const sj_slot slot = { plan.start, 1 };
		const sj_placement where = { 1, &slot };
		int rc;

		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, t == plan.task ? &where : NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static const sj_policy_ops planner = { SJ_POLICY_HEAD, .name = "planner",
				       .on_submit = plan_submit, .on_timer = plan_timer,
				       .schedule = plan_schedule };

/* As above, task 1 computing 30 s on node 1; node 2 is idle. */
static void planned(uint32_t first, uint32_t then, double at, uint32_t start, double end,
		    double staging, double bytes)
{
	static const sj_edge edges[] = { { 0, 2, 1000 }, { 1, 2, 0 } };
	static const double seconds[] = { 10, 30, 10 };
	static const uint32_t node[] = { 1, 2, 0 };
	const sj_node_type three = node_type(3, 1);
	sj_task_spec task[TASKS];
	sj_job j = graph(task, 3, seconds, node);

	j.edges = edges;
	j.edge_count = 2;
	plan.first = first;
	plan.then = then;
	plan.then_at = at;
	plan.start = start;
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &three }, .network = &star,
			     .policy = &planner, .staging = SJ_STAGING_PREFETCH }, &j, 1);
	CHECK(near(finish(0), end), "planned %u, then %u: ends at %.9g, not %.9g s", first, then,
	      finish(0), end);
	IS(SJ_M_STAGING, staging);
	IS(SJ_M_BYTES, bytes);
}

TEST(a_policy_says_where_a_task_will_run)
{
	planned(1, 1, 12, 1, 40, 0, 1000);
	/* At 25 s all is on node 1; node 2 has it at 36 s. */
	planned(1, 2, 25, 2, 46, 6, 2000);
	/* At 15 s half of it is given up. */
	planned(1, 2, 15, 2, 40, 0, 2000);
	/* Said before there was anything to send. */
	planned(1, 2, 5, 2, 40, 0, 1000);
	/* It runs elsewhere: where the data is, or where it never was. */
	planned(1, 1, 5, 0, 40, 0, 1000);
	planned(1, 1, 5, 2, 51, 11, 2000);
}

TEST(stage_is_checked)
{
	static const sj_edge edges[] = { { 0, 2, 1000 }, { 1, 2, 0 } };
	static const double seconds[] = { 10, 30, 10 };
	static const uint32_t node[] = { 1, 2, 2 };
	const sj_node_type two = node_type(2, 1);
	const struct script none = { NULL, 0, false };
	sj_task_spec task[TASKS];
	sj_job j = graph(task, 3, seconds, node);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star,
			    .policy = &planner, .staging = SJ_STAGING_PREFETCH };

	j.edges = edges;
	j.edge_count = 2;
	plan.then = plan.first = 2;
	script_run(c, &none, &j, 1, &out);
	CHECK(out.rc == SJ_EPOLICY && strstr(out.err.text, "no such node") != NULL, "%s",
	      out.err.text);
	plan.first = 0;
	script_run(c, &none, &j, 1, &out);
	CHECK(out.rc == SJ_EPOLICY && strstr(out.err.text, "another node") != NULL, "%s",
	      out.err.text);
}

/* ---- files --------------------------------------------------------------------------------- */

static const char *const names[] = { "set", "result" };
static struct script_source named = { .base = { .info = { .file_count = 2, .file = names } } };
static const uint32_t at_0[] = { 0 }, at_0_2[] = { 0, 2 };

/* A job of one task of 10 s on a node, which reads the shared file. */
static sj_job reader(int64_t id, double submit, uint32_t node, const sj_job_files *files)
{
	sj_job j = script_job(id, submit, 1, 10);

	j.task.node = node + 1;
	j.files = files;
	return j;
}

static const sj_read reads_0[] = { { 0, 0 } };
static const sj_file set_file = { .bytes = 1000, .name = 1, .shared = true,
				  .to = SJ_FILE_STAYS, .at_count = 1 };
static const sj_file set_again = { .bytes = 1000, .name = 1, .shared = true,
				   .to = SJ_FILE_STAYS };
static const sj_job_files set = { 1, 1, 1, &set_file, reads_0, at_0 };
static const sj_job_files again = { 1, 1, 0, &set_again, reads_0, NULL };

TEST(a_node_keeps_what_it_fetched)
{
	const sj_node_type two = node_type(2, 2);
	const sj_job jobs[] = { reader(1, 0, 1, &set), reader(2, 30, 1, &again),
				reader(3, 50, 0, &again) };
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star,
			    .source = &named.base };

	run(c, jobs, 3);
	CHECK(near(finish(0), 21) && near(finish(1), 40) && near(finish(2), 60));
	IS(SJ_M_BYTES, 1000);
	c.drop_copies = true;
	run(c, jobs, 3);
	CHECK(near(finish(0), 21) && near(finish(1), 51) && near(finish(2), 60));
	IS(SJ_M_BYTES, 2000);
	/* What is pinned and there begins to move when the job comes, which is its start. */
	c.staging = SJ_STAGING_PREFETCH;
	run(c, jobs, 3);
	CHECK(near(finish(0), 21) && near(finish(1), 51) && near(finish(2), 60));
}

/* The second one comes while the first one's transfer is on its way. */
TEST(two_tasks_wait_for_one_transfer)
{
	const sj_node_type two = node_type(2, 2);
	const sj_job jobs[] = { reader(1, 0, 1, &set), reader(2, 4, 1, &again) };
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star,
			    .source = &named.base };

	run(c, jobs, 2);
	CHECK(near(finish(0), 21) && near(finish(1), 21));
	IS(SJ_M_BYTES, 1000);
	IS(SJ_M_STAGING, 11 + 7);
	/* Each for itself: 3 s of one flow (after the latency), then both with half. */
	c.drop_copies = true;
	run(c, jobs, 2);
	IS(SJ_M_BYTES, 2000);
	CHECK(near(finish(0), 5 + 12 + 10) && near(finish(1), 21 + 10), "%g %g", finish(0),
	      finish(1));
}

/* Nodes 0 and 1 have 100 B/s, 2 and 3 have 1000. Node 3 is nearer to 2, and node 1 to
 * nobody: as fast from both, so that it asks node 0. */
TEST(the_nearest_copy)
{
	sj_node_type types[] = { node_type(2, 1), node_type(2, 1) };
	const sj_job_files both = { 1, 1, 2, &(sj_file){ .bytes = 1000, .to = SJ_FILE_STAYS,
							  .at_count = 2 }, reads_0, at_0_2 };
	const sj_job jobs[] = { reader(1, 0, 3, &both), reader(2, 0, 1, &both) };
	sj_run_config c = { .cluster = { .type_count = 2, .types = types }, .network = &star,
			    .source = &named.base };

	types[1].nic_bytes_per_s = 1000;
	run(c, jobs, 2);
	/* Had node 3 asked node 0, both had shared its cable. */
	CHECK(near(finish(0), 1 + 1 + 10) && near(finish(1), 1 + 10 + 10), "%g %g", finish(0),
	      finish(1));
}

/* Task 0 on node 0 makes 1000 B, which task 1 on node 1 and task 2 on node 2 read. */
static void made(uint32_t to, sj_staging how, double end, double bytes, double staging)
{
	static const sj_edge edges[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	static const sj_read reads[] = { { 1, 0 }, { 2, 0 } };
	static const double seconds[] = { 10, 10, 10 };
	static const uint32_t node[] = { 1, 2, 3 };
	const sj_file result = { .bytes = 1000, .name = 2, .maker = 1, .to = to };
	const sj_job_files files = { 1, 2, 0, &result, reads, NULL };
	const sj_node_type three = node_type(3, 1);
	sj_task_spec task[TASKS];
	sj_job j = graph(task, 3, seconds, node);

	j.edges = edges;
	j.edge_count = 2;
	j.files = &files;
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &three }, .network = &star,
			     .staging = how, .source = &named.base }, &j, 1);
	CHECK(near(finish(0), end), "to %u: ends at %.9g, not %.9g s", to, finish(0), end);
	IS(SJ_M_BYTES, bytes);
	IS(SJ_M_STAGING, staging);
}

TEST(files_that_tasks_make)
{
	/* Two flows out of node 0: 1 + 20 s. */
	made(SJ_FILE_STAYS, SJ_STAGING_HOLD, 10 + 21 + 10, 2000, 42);
	made(SJ_FILE_STAYS, SJ_STAGING_PREFETCH, 10 + 21 + 10, 2000, 42);
	/* Written to node 1 in 11 s, which then has it; node 2 asks node 0, the lower number. */
	made(1, SJ_STAGING_HOLD, 21 + 11 + 10, 2000, 11 + 11);
}

/* Job 1 reads the file on node 1, behind a task of 10 s; meanwhile the last task of job 2
 * writes it anew, to node 3, and job 3 reads it where it is. */
TEST(who_makes_a_shared_file_is_of_each_job)
{
	enum { MANY = 12 };
	static const sj_edge edge = { 0, 1, 0 };
	static const sj_read second[] = { { 1, 0 } };
	static const double seconds[MANY] = { 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10 };
	static const uint32_t on_1[] = { 2, 2 }, on_2[MANY] = { 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3 };
	const sj_file remade = { .bytes = 1000, .name = 1, .shared = true, .maker = MANY, .to = 3 };
	const sj_job_files read = { 1, 1, 1, &set_file, second, at_0 };
	const sj_job_files write = { 1, 0, 0, &remade, NULL, NULL };
	const sj_node_type four = node_type(4, MANY);
	sj_task_spec first[2], many[MANY];
	sj_job jobs[] = { graph(first, 2, seconds, on_1), graph(many, MANY, seconds, on_2),
			  reader(3, 12, 0, &again) };

	jobs[0].edges = &edge;
	jobs[0].edge_count = 1;
	jobs[0].files = &read;
	jobs[1].id = 2;
	jobs[1].submit_ns = 5 * S;
	jobs[1].files = &write;
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &four }, .network = &star,
			     .source = &named.base }, jobs, 3);
	CHECK(near(finish(0), 10 + 11 + 10), "job 1 ends at %.9g s", finish(0));
	CHECK(near(finish(1), 5 + 10 + 11), "job 2 ends at %.9g s", finish(1));
	CHECK(near(finish(2), 12 + 10), "job 3 ends at %.9g s", finish(2));
	/* The copy on node 0 was there when job 1 came. */
	IS(SJ_M_CRITICAL_DATA, (11.0 + 10 + 10) / 2);
}

/* Job 1 fetches the file to node 1 until it is stopped at 7 s. Job 2, which came at 5 s, has
 * said that there is a copy on node 1: it stays, and job 1 starts again with it. */
TEST(giving_up_leaves_copies_that_were_stated)
{
	static const struct step steps[] = {
		{ 7, OP_STOP, 1, SJ_STOP_KEEP, 0, 0, { { 0, 0 } }, SJ_OK },
	};
	static const struct script stopped = { steps, 1, false };
	static const uint32_t at_1[] = { 1 };
	const sj_job_files there = { 1, 1, 1, &set_file, reads_0, at_1 };
	const sj_node_type two = node_type(2, 2);
	const sj_job jobs[] = { reader(1, 0, 1, &set), reader(2, 5, 1, &there) };

	script_run((sj_run_config){ .cluster = { .type_count = 1, .types = &two },
				    .network = &star, .source = &named.base }, &stopped, jobs, 2,
		   &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(near(finish(0), 7 + 10), "job 1 ends at %.9g s", finish(0));
	CHECK(near(finish(1), 5 + 10), "job 2 ends at %.9g s", finish(1));
}

static void refused(const char *what, const sj_job *job, const char *says)
{
	static const struct script greedy = { NULL, 0, false };
	const sj_node_type two = node_type(2, 1);

	script_run((sj_run_config){ .cluster = { .type_count = 1, .types = &two },
				    .network = &star, .source = &named.base }, &greedy, job, 1,
		   &out);
	CHECK(out.rc == SJ_EINVAL && strstr(out.err.text, says) != NULL, "%s: %d %s", what,
	      out.rc, out.err.text);
}

TEST(files_that_cannot_be)
{
	static const uint32_t at_9[] = { 9 };
	const sj_job_files nowhere = { 1, 1, 0, &(sj_file){ .bytes = 1, .name = 2 }, reads_0,
				       NULL };
	const sj_job_files far = { 1, 1, 1, &(sj_file){ .bytes = 1, .name = 2, .at_count = 1 },
				   reads_0, at_9 };
	sj_job j = reader(7, 0, 1, &nowhere);

	refused("nobody makes it", &j, "job 7: file \"result\": nobody produces it");
	j.files = &far;
	refused("no such node", &j, "place 9, but the machine has nodes 0 to 1");
}

TEST(sizes_of_a_shared_file_agree)
{
	static const struct script greedy = { NULL, 0, false };
	const sj_node_type two = node_type(2, 1);
	const sj_job_files other = { 1, 1, 0, &(sj_file){ .bytes = 7, .name = 1, .shared = true },
				     reads_0, NULL };
	const sj_job jobs[] = { reader(1, 0, 1, &set), reader(2, 0, 1, &other) };

	script_run((sj_run_config){ .cluster = { .type_count = 1, .types = &two },
				    .network = &star, .source = &named.base }, &greedy, jobs, 2,
		   &out);
	CHECK(out.rc == SJ_EINVAL && strstr(out.err.text, "job 2: file \"set\"") != NULL &&
	      strstr(out.err.text, "another size") != NULL, "%s", out.err.text);
}

/* 5000 tasks on two nodes send 1 B each to one on a third: 2500 + 2500 B into one cable, by
 * two transfers. */
TEST(edges_of_one_task_are_bundled)
{
	enum { MANY = 5000 };
	static sj_task_spec task[MANY + 1];
	static sj_edge edges[MANY];
	const sj_node_type three = node_type(3, MANY);
	sj_job j = script_job(1, 0, 1, 10);

	for (uint32_t i = 0; i <= MANY; i++) {
		task[i] = j.task;
		task[i].node = i < MANY ? 1 + i % 2 : 3;
		if (i < MANY)
			edges[i] = (sj_edge){ i, MANY, 1 };
	}
	j.task_count = MANY + 1;
	j.tasks = task;
	j.edges = edges;
	j.edge_count = MANY;
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &three }, .network = &star },
	    &j, 1);
	CHECK(near(finish(0), 10 + 51 + 10), "%.9g s", finish(0));
	IS(SJ_M_BYTES, MANY);
	IS(SJ_M_STAGING, 51);
	IS(SJ_M_CRITICAL_DATA, 10 + 1.01 + 10);
	CHECK(out.stats.events < MANY + 20, "%u events", (unsigned)out.stats.events);
}

/* Task 2 waits on node 1 for 1000 B from node 0; at 15 s it moves to node 2 and fetches anew,
 * or is stopped, and starts again there at once. */
TEST(moved_while_it_waits)
{
	static const struct step move[] = {
		{ 15, OP_MIGRATE, 2, 0, 0, 1, { { 2, 1 } }, SJ_OK },
	};
	static const struct step stop[] = {
		{ 15, OP_STOP, 2, SJ_STOP_KEEP, 0, 0, { { 0, 0 } }, SJ_OK },
		{ 15, OP_START, 2, 0, 0, 1, { { 2, 1 } }, SJ_OK },
	};
	const struct script scripts[] = { { move, 1, false }, { stop, 2, true } };
	const sj_node_type three = node_type(3, 1);
	sj_job jobs[] = { reader(2, 0, 1, &set) };
	sj_run_config c = { .cluster = { .type_count = 1, .types = &three }, .network = &star,
			    .source = &named.base };

	jobs[0].task.node = 0;
	for (int i = 0; i < 2; i++) {
		const struct step start[] = {
			{ 10, OP_START, 2, 0, 0, 1, { { 1, 1 } }, SJ_OK },
			scripts[i].step[0], scripts[i].step[i],
		};
		const struct script all = { start, 2 + (uint32_t)i, true };

		script_run(c, &all, jobs, 1, &out);
		CHECK(out.rc == SJ_OK, "%s", out.err.text);
		CHECK(near(finish(0), 15 + 11 + 10), "%d: ends at %.9g s", i, finish(0));
		IS(SJ_M_BYTES, 2000);
		/* With checkpoints the same: nothing was done that would be written. */
		c.checkpoint = (sj_checkpoint){ .cost_ns = 3 * S, .restart_ns = 2 * S,
						.modelled = true };
		script_run(c, &all, jobs, 1, &out);
		CHECK(near(finish(0), 15 + 11 + 2 + 10), "%d: ends at %.9g s", i, finish(0));
		c.checkpoint.modelled = false;
	}
}

/* ---- critical path and slack --------------------------------------------------------------- */

/* Task 0 feeds 1 on its own node and 2 elsewhere, which waits 11 s. */
TEST(critical_path_and_slack)
{
	static const sj_edge edges[] = { { 0, 1, 1000 }, { 0, 2, 1000 } };
	static const double seconds[] = { 10, 10, 10 };
	static const uint32_t node[] = { 1, 1, 2 };
	sj_node_type two = node_type(2, 1);
	sj_task_spec task[TASKS];
	sj_job j = graph(task, 3, seconds, node);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star };

	j.edges = edges;
	j.edge_count = 2;
	run(c, &j, 1);
	IS(SJ_M_CRITICAL, 20);
	IS(SJ_M_CRITICAL_DATA, 31);
	IS(SJ_M_STRETCH, 31.0 / 20);
	/* Task 1 ends at 20 and might have ended at 31. */
	IS(SJ_M_SLACK, 11.0 / 3);
	IS(SJ_M_NO_SLACK, 2.0 / 3);
	c.network = NULL;
	two.speed = 2;
	run(c, &j, 1);
	IS(SJ_M_CRITICAL, 10);
	IS(SJ_M_CRITICAL_DATA, 10);
	IS(SJ_M_STRETCH, 1);
	IS(SJ_M_SLACK, 0);
}

/* Two jobs at once, on one core: the second waits for the first. */
TEST(several_graphs_at_once)
{
	static const sj_edge chain[] = { { 0, 1, 100 } };
	static const double seconds[] = { 10, 10 };
	static const uint32_t node[] = { 0, 0 };
	const sj_node_type one = node_type(1, 1);
	sj_task_spec a[TASKS], b[TASKS];
	sj_job jobs[] = { graph(a, 2, seconds, node), graph(b, 2, seconds, node) };

	for (int i = 0; i < 2; i++) {
		jobs[i].id = i + 1;
		jobs[i].edges = chain;
		jobs[i].edge_count = 1;
	}
	run((sj_run_config){ .cluster = { .type_count = 1, .types = &one }, .network = &star },
	    jobs, 2);
	/* Ready at 0 are both first tasks; then they take turns. */
	CHECK(near(finish(0), 30) && near(finish(1), 40));
	IS(SJ_M_CRITICAL, 20);
	IS(SJ_M_STRETCH, (30.0 / 20 + 40.0 / 20) / 2);
	IS(SJ_M_STRETCH_MAX, 2);
}

TESTS(CASE(computing_hides_transfers), CASE(a_policy_says_where_a_task_will_run),
      CASE(stage_is_checked), CASE(a_node_keeps_what_it_fetched),
      CASE(two_tasks_wait_for_one_transfer), CASE(the_nearest_copy), CASE(files_that_tasks_make),
      CASE(who_makes_a_shared_file_is_of_each_job),
      CASE(giving_up_leaves_copies_that_were_stated), CASE(edges_of_one_task_are_bundled),
      CASE(moved_while_it_waits), CASE(files_that_cannot_be), CASE(sizes_of_a_shared_file_agree),
      CASE(critical_path_and_slack), CASE(several_graphs_at_once))
