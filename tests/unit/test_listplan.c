/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_listplan.c - the planner of lists from inside: who waits is in one list, once, whatever
 * makes a plan anew.
 */
#include "listplan_parts.h"
#include "scripted.h"

enum { JOBS = 40 };

struct watched {
	sj_listplan *plan;
};

static sj_plan_mode mode; /* of the run that goes on */
static bool         batch;
static uint32_t     most; /* in the lists of those that wait beyond those that are ready */
static uint32_t     plans;

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	(void)self;
	(void)cx;
	(void)p;
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = 0;
}

static const sj_plan_rule by_arrival = { .rank = rank };
static const sj_plan_rule by_ends = { .rank = rank, .appends = true, .batch = SJ_PLAN_MIN_MIN };

static int init(void *self, sj_ctx *cx)
{
	((struct watched *)self)->plan = sj_listplan_create(cx, batch ? &by_ends : &by_arrival,
							    self, mode);
	return SJ_OK;
}

static int on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph)
{
	(void)cx;
	sj_listplan_submit(((struct watched *)self)->plan, tasks, count, graph);
	return SJ_OK;
}

static int on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	(void)cx;
	sj_listplan_ready(((struct watched *)self)->plan, t);
	return SJ_OK;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	(void)cx;
	sj_listplan_done(((struct watched *)self)->plan, t, how);
	return SJ_OK;
}

static int on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	(void)cx;
	sj_listplan_node(((struct watched *)self)->plan, node, up);
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	sj_listplan *p = ((struct watched *)self)->plan;
	uint32_t waiting;
	int rc;

	plans += p->again;
	rc = sj_listplan_schedule(p);
	waiting = p->due.count + p->refused.count + p->open.count;
	if (waiting > sj_ready_count(cx) && waiting - sj_ready_count(cx) > most)
		most = waiting - sj_ready_count(cx);
	return rc;
}

static const sj_policy_ops watched = {
	SJ_POLICY_HEAD, .name = "watched", .flags = SJ_PF_PLACES,
	.state_size = sizeof(struct watched), .init = init, .on_submit = on_submit,
	.on_ready = on_ready, .on_done = on_done, .on_node = on_node, .schedule = schedule,
};

/* Each of 40 tasks wants the one GPU of a node, which has four cores: three of four starts
 * are refused. All end before they were to. */
static void run(sj_run_config c, uint32_t least_plans)
{
	static const struct script none = { .manual = true };
	const sj_node_type type = { .count = 2, .cores = 4, .gpus = 1 };
	static struct script_result out;
	static sj_job job[JOBS];

	for (uint32_t i = 0; i < JOBS; i++) {
		job[i] = script_job(i, 0, 1, 1 + i % 3);
		job[i].task.gpu_milli = SJ_GPU_WHOLE;
		job[i].task.estimate_ns = 10 * S;
	}
	c.cluster = (sj_cluster){ .types = &type, .type_count = 1 };
	c.policy = &watched;
	most = plans = 0;
	script_run(c, &none, job, JOBS, &out);
	REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(out.stats.jobs_done == JOBS, " ");
	CHECK(plans >= least_plans, "%u plans", plans);
	CHECK(most == 0, "%u wait twice", most);
}

TEST(nobody_waits_twice_after_a_repair)
{
	mode = SJ_PLAN_HYBRID;
	run((sj_run_config){ .seed = 1 }, 10);
}

/* Both nodes fail, one comes and goes while the other is away. */
TEST(nobody_waits_twice_after_failures)
{
	static const sj_node_event events[] = {
		{ 3 * S, 0, SJ_CHANGE_FAIL }, { 4 * S, 1, SJ_CHANGE_FAIL },
		{ 5 * S, 0, SJ_CHANGE_UP }, { 7 * S, 0, SJ_CHANGE_DRAIN },
		{ 8 * S, 0, SJ_CHANGE_FAIL }, { 9 * S, 0, SJ_CHANGE_UP },
		{ 10 * S, 1, SJ_CHANGE_UP },
	};
	static const sj_failures failures = { events, sizeof(events) / sizeof(events[0]),
					      UINT32_MAX };

	for (int m = 0; m < 6; m++) {
		mode = (sj_plan_mode)(m % 3);
		batch = m >= 3;
		run((sj_run_config){ .failures = &failures }, 6);
	}
	batch = false;
}

TESTS(CASE(nobody_waits_twice_after_a_repair), CASE(nobody_waits_twice_after_failures))
