/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_data_query.c - what a policy may ask about data, at instants worked out by hand. A
 * cable has 100 B/s and half a second of latency. Task 2 reads 1000 B of task 0 (on node 0),
 * 500 B of task 1 (on node 1) and a file of 2000 B that is on node 1; both end at 10 s.
 */
#include <math.h>

#include "scripted.h"

static const sj_storage_spec disk[] = { { .name = "disk", .bytes_per_s = 50 } };
static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR },
				     .storage_count = 1, .storage = disk };
static struct script_result out;

/* What to check when task 2 is ready, and at 60 s, when it starts on node 2. */
static struct {
	bool   stages;   /* to node 2, when the job comes */
	double seconds[3], crowded[3];
	double bytes_on[3];
	uint32_t looks;
	const sj_task *task;
} want;

static bool close_to(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void look(sj_ctx *cx, const sj_task *t)
{
	const sj_need a = sj_need_get(cx, t, 0), b = sj_need_get(cx, t, 1),
		      c = sj_need_get(cx, t, 2), none = sj_need_get(cx, t, 3);

	want.looks++;
	CHECK(sj_has_network(cx) && sj_storage_count(cx) == 1);
	CHECK(sj_need_count(cx, t) == 3 && sj_data_bytes(cx, t) == 3500);
	CHECK(a.bytes == 1000 && a.task == 0 && a.at == 0 && a.ready);
	CHECK(b.bytes == 500 && b.task == 1 && b.at == 1 && b.ready);
	CHECK(c.bytes == 2000 && c.task == UINT32_MAX && c.at == 1 && c.ready);
	CHECK(none.bytes == 0 && !none.ready);
	CHECK(sj_ran_on(cx, t, 0) == 0 && sj_ran_on(cx, t, 1) == 1 &&
	      sj_ran_on(cx, t, 2) == UINT32_MAX && sj_ran_on(cx, t, 9) == UINT32_MAX);
	CHECK(close_to(sj_transfer_alone(cx, 0, 1, 1000), 11) &&
	      sj_transfer_alone(cx, 1, 1, 1000) == 0 &&
	      close_to(sj_transfer_alone(cx, 3, 1, 1000), 20.5));
	CHECK(sj_bandwidth_alone(cx, 0, 1) == 100 && sj_bandwidth_alone(cx, 3, 0) == 50);
	for (uint32_t n = 0; n < 3; n++) {
		CHECK(sj_data_bytes_on(cx, t, n) == want.bytes_on[n], "node %u: %u B", n,
		      (unsigned)sj_data_bytes_on(cx, t, n));
		CHECK(close_to(sj_data_seconds(cx, t, n, false), want.seconds[n]),
		      "node %u: %.9g s", n, sj_data_seconds(cx, t, n, false));
		CHECK(close_to(sj_data_seconds(cx, t, n, true), want.crowded[n]),
		      "node %u: %.9g s, crowded", n, sj_data_seconds(cx, t, n, true));
	}
}

static int asks_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		       const sj_job *graph)
{
	(void)self;
	(void)graph;
	if (count != 3)
		return SJ_OK;
	want.task = tasks[2];
	CHECK(!sj_need_get(cx, tasks[2], 0).ready && sj_need_get(cx, tasks[2], 0).at == UINT32_MAX);
	CHECK(sj_data_bytes_on(cx, tasks[2], 1) == 2000);
	return want.stages ? sj_stage(cx, tasks[2], 2) : SJ_OK;
}

static int asks_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)self;
	if (t != want.task)
		return SJ_OK;
	look(cx, t);
	return sj_timer(cx, 60 * S, 0);
}

static int asks_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)self;
	(void)token;
	if (want.stages) { /* all of it is there */
		for (uint32_t n = 0; n < 3; n++)
			want.crowded[n] = want.seconds[n];
		want.seconds[2] = want.crowded[2] = 0;
		want.bytes_on[2] = 3500;
		/* The node keeps the file that it fetched, and node 1 has it anyway. */
		look(cx, want.task);
	}
	return SJ_OK;
}

static int asks_schedule(void *self, sj_ctx *cx)
{
	const sj_slot slot = { 2, 1 };
	const sj_placement where = { 1, &slot };
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL; t = next) {
		next = sj_ready_next(cx, t);
		if (t != want.task)
			sj_start(cx, t, NULL);
		else if (sj_now(cx) == 60 * S)
			return sj_start(cx, t, &where);
	}
	return SJ_OK;
}

static const sj_policy_ops asks = { SJ_POLICY_HEAD, .name = "asks", .on_submit = asks_submit,
				    .on_ready = asks_ready, .on_timer = asks_timer,
				    .schedule = asks_schedule };

/* `busy`: another job fetches 10^5 B from node 1 to node 2 all the while. */
static void run(sj_staging how, bool busy)
{
	static const struct script none = { NULL, 0, false };
	static const sj_edge edges[] = { { 0, 2, 1000 }, { 1, 2, 500 } };
	static const uint32_t at_1[] = { 1 };
	static const sj_read reads_2[] = { { 2, 0 } }, reads_0[] = { { 0, 0 } };
	const sj_file set = { .bytes = 2000, .to = SJ_FILE_STAYS, .at_count = 1 };
	const sj_file big = { .bytes = 100000, .to = SJ_FILE_STAYS, .at_count = 1 };
	const sj_job_files files = { 1, 1, 1, &set, reads_2, at_1 };
	const sj_job_files big_files = { 1, 1, 1, &big, reads_0, at_1 };
	const sj_node_type three = { .count = 3, .cores = 2, .nic_bytes_per_s = 100,
				     .nic_latency_ns = S / 2 };
	sj_task_spec task[3];
	sj_job jobs[] = { script_job(1, 0, 1, 10), script_job(2, 0, 1, 10) };

	for (uint32_t i = 0; i < 3; i++) {
		task[i] = jobs[0].task;
		task[i].node = i < 2 ? i + 1 : 0;
	}
	jobs[0].task_count = 3;
	jobs[0].tasks = task;
	jobs[0].edges = edges;
	jobs[0].edge_count = 2;
	jobs[0].files = &files;
	jobs[1].task.node = 3;
	jobs[1].files = &big_files;
	want.looks = 0;
	script_run((sj_run_config){ .cluster = { .type_count = 1, .types = &three },
				    .network = &star, .policy = &asks, .staging = how },
		   &none, jobs, 1 + busy, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(want.looks == 1 + (unsigned)want.stages);
}

#define SET(field, a, b, c) (want.field[0] = (a), want.field[1] = (b), want.field[2] = (c))

TEST(where_data_is_and_how_far)
{
	want.stages = false;
	SET(bytes_on, 1000, 2500, 0);
	/* To node 0 come 2500 B in no less than 25 s, to node 1 1000 B alone, to node 2 all. */
	SET(seconds, 25, 11, 35);
	SET(crowded, 25, 11, 35);
	run(SJ_STAGING_HOLD, false);
	/* Half of what leaves node 1, and of what enters node 2, is another's. */
	SET(crowded, 41, 11, 41);
	run(SJ_STAGING_HOLD, true);
}

TEST(what_is_on_its_way)
{
	want.stages = true;
	/* When it is ready nothing has come to node 2 yet. */
	SET(bytes_on, 1000, 2500, 0);
	SET(seconds, 25, 11, 35);
	/* The file crosses out of node 1 and into node 2 since 0 s; edges begin now. */
	SET(crowded, 41, 11, 35);
	run(SJ_STAGING_PREFETCH, false);
	CHECK((double)out.job[0].finish_ns / 1e9 == 70 && out.metrics.value[SJ_M_STAGING] == 0);
}

/* Without a network nothing is known, and nothing far. */
TEST(no_network)
{
	static const struct script greedy = { NULL, 0, false };
	const sj_node_type two = { .count = 2, .cores = 1 };
	const sj_job job = script_job(1, 0, 1, 10);

	script_run((sj_run_config){ .cluster = { .type_count = 1, .types = &two },
				    .policy_args = "place=near" }, &greedy, &job, 1, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
}

TESTS(CASE(where_data_is_and_how_far), CASE(what_is_on_its_way), CASE(no_network))
