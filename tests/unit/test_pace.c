/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_pace.c - execution as work at a rate: sizes, speeds, shares, checkpoints, copies,
 * neighbours and stragglers, each on a timeline worked out by hand.
 */
#include <math.h>

#include "scripted.h"

static bool near(double a, double b)
{
	return fabs(a - b) <= 2e-9;
}

/* Runs a script and compares the end of each job with seconds, in order of submission. */
static void expect_ends(const char *what, sj_run_config c, const struct step *step,
			uint32_t steps, bool manual, const sj_job *jobs, uint32_t n,
			const double *ends, double waste)
{
	const struct script s = { step, steps, manual };
	static struct script_result out;

	script_run(c, &s, jobs, n, &out);
	REQUIRE(out.rc == SJ_OK, "%s: %s", what, out.err.text);
	REQUIRE(out.jobs == n, "%s: %u jobs", what, out.jobs);
	for (uint32_t i = 0; i < n; i++)
		CHECK(near((double)out.job[i].finish_ns / 1e9, ends[i]),
		      "%s: job %u ends at %.9f s, not %.9f", what, i,
		      (double)out.job[i].finish_ns / 1e9, ends[i]);
	CHECK(near(out.metrics.value[SJ_M_WASTE], waste), "%s: waste %.9f, not %.9f", what,
	      out.metrics.value[SJ_M_WASTE], waste);
}

#define EXPECT(what, c, steps, manual, jobs, waste, ...)                              \
	expect_ends(what, c, steps, sizeof(steps) / sizeof((steps)[0]), manual, jobs, \
		    sizeof(jobs) / sizeof((jobs)[0]), (const double[]){ __VA_ARGS__ }, waste)

static sj_run_config pool(uint32_t procs)
{
	return (sj_run_config){ .cluster = { .procs = procs } };
}

static sj_run_config on(const sj_node_type *types, uint32_t n)
{
	return (sj_run_config){ .cluster = { .type_count = n, .types = types } };
}

/* ---- size ------------------------------------------------------------------------- */

static const sj_speedup_point measured[] = { { 1, 1 }, { 4, 3 }, { 8, 4 } };
static const double model_rates[] = { 1, 0.5, 0 };
static const sj_scaling scalings[] = {
	{ .kind = SJ_SPEEDUP_AMDAHL, .serial = 0.5 },
	{ .kind = SJ_SPEEDUP_DOWNEY, .A = 4, .sigma = 0 },
	{ .kind = SJ_SPEEDUP_TABLE, .point_count = 3, .points = measured },
	{ .kind = SJ_SPEEDUP_LINEAR, .model_count = 3, .model_rate = model_rates, .apart = 0.5 },
};
static sj_source with_scalings = { .scalings = scalings, .scaling_count = 4 };

TEST(speedups)
{
	CHECK(near(sj_scaling_speedup(&scalings[0], 4), 1.6));
	CHECK(near(sj_scaling_speedup(&scalings[1], 3), 3));  /* below A, linear */
	CHECK(near(sj_scaling_speedup(&scalings[1], 16), 4)); /* never above A */
	CHECK(near(sj_scaling_speedup(&scalings[2], 0.5), 0.5));
	CHECK(near(sj_scaling_speedup(&scalings[2], 2), 1 + 2.0 / 3));
	CHECK(near(sj_scaling_speedup(&scalings[2], 6), 3.5));
	CHECK(near(sj_scaling_speedup(&scalings[2], 100), 4));
	CHECK(near(sj_scaling_speedup(&scalings[3], 7), 7));
}

/* 10 s on 2 ranks, started on 4. */
TEST(moldable_start)
{
	static const struct step on4[] = { { .at = 0, .op = OP_START, .job = 1, .ranks = 4 } };
	static const struct step on8[] = { { .at = 0, .op = OP_START, .job = 1, .ranks = 8 } };
	sj_job jobs[] = { script_malleable(script_job(1, 0, 2, 10), 1, 4) };
	sj_run_config c = pool(4);

	EXPECT("linear", c, on4, true, jobs, 0, 5);
	c.source = &with_scalings;
	jobs[0].task.scaling = 1;
	EXPECT("Amdahl: 1.6 / (4/3)", c, on4, true, jobs, 0, 10 * (4.0 / 3) / 1.6);
	jobs[0].task.scaling = 3;
	EXPECT("table: 3 / (5/3)", c, on4, true, jobs, 0, 10 * (5.0 / 3) / 3);
	/* Another size at the rate of the one asked for: what it held is its own all the same,
	 * which --check compares. */
	jobs[0] = script_malleable(script_job(1, 0, 16, 10), 8, 16);
	jobs[0].task.scaling = 3;
	c.cluster.procs = 16;
	EXPECT("behind the end of the table", c, on8, true, jobs, 0, 10);
}

/* The estimate is for the ranks asked for: it is used up at the rate of the size. */
TEST(the_estimate_follows_the_size)
{
	static const struct step on1[] = { { .at = 0, .op = OP_START, .job = 1, .ranks = 1 } };
	sj_job jobs[] = { script_malleable(script_job(1, 0, 2, 10), 1, 4) };

	jobs[0].task.estimate_ns = 10 * S;
	EXPECT("half the ranks, twice the time", pool(4), on1, true, jobs, 0, 20);
	jobs[0].task.estimate_ns = 8 * S;
	EXPECT("killed", pool(4), on1, true, jobs, 0, 16);
}

/* ---- shares -------------------------------------------------------------------------- */

TEST(shares_of_processors)
{
	static const struct step steps[] = {
		{ .at = 0, .op = OP_SHARE, .job = 1, .share = 0.5 },
		{ .at = 0, .op = OP_SHARE, .job = 2, .share = 0.5 },
		{ .at = 2, .op = OP_SHARE, .job = 1, .share = 0.75, .rc = SJ_EFULL },
		{ .at = 4, .op = OP_SHARE, .job = 2, .share = 0.25 },
		{ .at = 4, .op = OP_SHARE, .job = 1, .share = 0.75 },
		{ .at = 5, .op = OP_ATTAINED, .job = 1, .share = 2.75 },
		{ .at = 8, .op = OP_SHARE, .job = 2, .share = 1 },
	};
	const sj_job jobs[] = { script_job(1, 0, 2, 5), script_job(2, 0, 2, 5) };

	/* Job 1: 2 s by 4 s, 3 more at 3/4. Job 2: 2 by 4, 1 by 8, 2 more alone. */
	EXPECT("two that share two processors", pool(2), steps, true, jobs, 0, 8, 10);
}

TEST(a_share_leaves_whole_processors_to_others)
{
	static const struct step steps[] = {
		{ .at = 0, .op = OP_SHARE, .job = 1, .share = 0.3 },
		{ .at = 0, .op = OP_START, .job = 2 },
		{ .at = 1, .op = OP_START, .job = 3, .rc = SJ_EFULL },
		{ .at = 2, .op = OP_STOP, .job = 1 },
		{ .at = 2, .op = OP_START, .job = 3 },
		{ .at = 6, .op = OP_SHARE, .job = 1, .share = 1 },
	};
	const sj_job jobs[] = { script_job(1, 0, 2, 3), script_job(2, 0, 3, 6),
				script_job(3, 0, 1, 4) };

	/* 0.6 processors take one of four; 0.6 s of work are done by 2 s. */
	EXPECT("shares and starts", pool(4), steps, true, jobs, 0, 8.4, 6, 6);
}

/* ---- checkpoints ----------------------------------------------------------------------- */

static sj_run_config saving(sj_run_config c, double interval, double cost, double restart)
{
	c.checkpoint = (sj_checkpoint){ .interval_ns = (sj_time)(interval * 1e9),
					.cost_ns = (sj_time)(cost * 1e9),
					.restart_ns = (sj_time)(restart * 1e9),
					.modelled = true };
	return c;
}

TEST(checkpoints_take_time)
{
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	const sj_job ten[] = { script_job(1, 0, 2, 10) }, nine[] = { script_job(1, 0, 2, 9) };

	EXPECT("writes after 3, 6 and 9 s", saving(pool(2), 3, 1, 2), none, false, ten, 6, 13);
	EXPECT("none when the work is done", saving(pool(2), 3, 1, 2), none, false, nine, 4, 11);
	EXPECT("none at all", saving(pool(2), 0, 1, 2), none, false, ten, 0, 10);
}

/* Work 0-3, write 3-4, work 4-7, write 7-8 ... */
TEST(back_to_a_checkpoint)
{
	static const struct step steps[] = {
		{ .at = 6, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_CHECKPOINT },
		{ .at = 6, .op = OP_ATTAINED, .job = 1, .share = 3 },
		{ .at = 10, .op = OP_START, .job = 1 },
		{ .at = 11, .op = OP_ATTAINED, .job = 1, .share = 3 },
		{ .at = 12.5, .op = OP_ATTAINED, .job = 1, .share = 3.5 },
	};
	static const struct step in_write[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 7.5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_CHECKPOINT },
		{ .at = 10, .op = OP_START, .job = 1 },
	};
	static const struct step after_write[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 8, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_CHECKPOINT },
		{ .at = 10, .op = OP_START, .job = 1 },
	};
	struct step first[6] = { { .at = 0, .op = OP_START, .job = 1 } };
	const sj_job jobs[] = { script_job(1, 0, 1, 10) };
	sj_run_config c = saving(pool(1), 3, 1, 2);

	memcpy(first + 1, steps, sizeof(steps));
	/* 2 s lost and a write; restart to 12 s, 7 s of work and two writes: 21 s. */
	EXPECT("in the middle of work", c, first, true, jobs, 2 + 1 + 2 + 2, 21);
	/* The second write is not complete: 3 s and a half of a write are lost. */
	EXPECT("in a write", c, in_write, true, jobs, 4.5 + 2 + 2, 21);
	/* 6 s are safe; restart to 12 s, 4 s of work and one write. */
	EXPECT("after a write", c, after_write, true, jobs, 2 + 2 + 1, 17);
}

TEST(keeping_work_costs_a_write_and_a_restart)
{
	static const struct step steps[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 2, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP },
		{ .at = 2, .op = OP_ATTAINED, .job = 1, .share = 2 },
		{ .at = 10, .op = OP_START, .job = 1 },
	};
	static const struct step twice[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 2, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP },
		{ .at = 10, .op = OP_START, .job = 1 },
		/* Half of the write is done: the rest, and the whole restart, are owed. */
		{ .at = 10.5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP },
		{ .at = 20, .op = OP_START, .job = 1 },
	};
	static const struct step lose[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 2, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_LOSE },
		{ .at = 10, .op = OP_START, .job = 1 },
	};
	const sj_job jobs[] = { script_job(1, 0, 1, 5) };

	EXPECT("kept", saving(pool(1), 0, 1, 2), steps, true, jobs, 3, 16);
	EXPECT("kept twice", saving(pool(1), 0, 1, 2), twice, true, jobs, 0.5 + 2.5, 25.5);
	EXPECT("lost", saving(pool(1), 0, 1, 2), lose, true, jobs, 2 + 2, 17);
	EXPECT("kept for nothing without a model", pool(1), steps, true, jobs, 0, 13);
	EXPECT("lost without a model", pool(1), lose, true, jobs, 2, 15);
}

/* Writes, restarts and lost work do not count against the estimate. */
TEST(the_estimate_is_for_work)
{
	static const struct step stop[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 6, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_CHECKPOINT },
		{ .at = 10, .op = OP_START, .job = 1 },
	};
	sj_job jobs[] = { script_job(1, 0, 1, 10) };
	sj_run_config c = saving(pool(1), 3, 1, 2);

	jobs[0].task.estimate_ns = 10 * S;
	EXPECT("exact", c, stop, true, jobs, 7, 21);
	jobs[0].task.estimate_ns = 6 * S;
	/* 3 s are safe; restart to 12 s, 3 s of work. */
	EXPECT("killed", c, stop, true, jobs, 2 + 1 + 2, 15);
}

static double in_days(double seconds)
{
	return seconds / 86400;
}

TEST(intervals_that_waste_least)
{
	CHECK(fabs(sj_young_interval(60, 86400) - 3219.937888) < 1e-6);
	CHECK(fabs(sj_daly_interval(60, 86400) - 3180.062114) < 1e-6);
	CHECK(fabs(sj_daly_interval(in_days(300), 1) - in_days(7001.388889)) < 1e-10);
	CHECK(near(sj_daly_interval(20, 10), 10)); /* at most the time between failures */
}

/* ---- nodes ----------------------------------------------------------------------------- */

static const sj_node_type four_nodes[] = { { .count = 4, .cores = 2 } };

static void expect_alloc(const struct script_result *o, uint32_t i, uint32_t node,
			 uint32_t ranks, double from, double to)
{
	const sj_alloc_record *a = &o->alloc[i];

	CHECK(a->node == node && a->ranks == ranks && near((double)a->from_ns / 1e9, from) &&
	      near((double)a->to_ns / 1e9, to), "record %u: %u ranks on node %u from %g to %g s",
	      i, a->ranks, a->node, (double)a->from_ns / 1e9, (double)a->to_ns / 1e9);
}

/* 12 s on 4 ranks: 8 s of work left at 4 s; 3 ranks do 3 s of it by 8 s ... */
TEST(resizing_on_nodes)
{
	static const struct step steps[] = {
		{ .at = 4, .op = OP_RESIZE, .job = 1, .ranks = 3 },
		{ .at = 8, .op = OP_RESIZE, .job = 1, .ranks = 8, .rc = SJ_EFULL },
		{ .at = 8, .op = OP_RESIZE, .job = 1, .ranks = 6 },
	};
	const struct script s = { steps, 3, false };
	sj_job jobs[] = { script_malleable(script_job(1, 0, 4, 12), 1, 8),
			  script_job(2, 0, 1, 100) };
	static struct script_result o;

	script_run(on(four_nodes, 1), &s, jobs, 2, &o);
	REQUIRE(o.rc == SJ_OK, "%s", o.err.text);
	/* 5 s left at 8 s, at 6/4. */
	CHECK(near((double)o.job[0].finish_ns / 1e9, 8 + 5 / 1.5));
	REQUIRE(o.allocs == 9, "%u records", o.allocs);
	expect_alloc(&o, 0, 0, 2, 0, 4);
	expect_alloc(&o, 1, 1, 2, 0, 4);
	expect_alloc(&o, 2, 0, 2, 4, 8);
	expect_alloc(&o, 3, 1, 1, 4, 8); /* the last node is left first */
	expect_alloc(&o, 4, 0, 2, 8, 8 + 5 / 1.5);
	expect_alloc(&o, 5, 1, 2, 8, 8 + 5 / 1.5);
	expect_alloc(&o, 6, 2, 1, 8, 8 + 5 / 1.5); /* beside job 2 */
	expect_alloc(&o, 7, 3, 1, 8, 8 + 5 / 1.5);
}

/* Whole GPUs: the highest go first, and come back. Shares: at most what a node has. */
TEST(resizing_with_gpus)
{
	static const sj_node_type type[] = { { .count = 2, .cores = 8, .gpus = 4 } };
	static const struct step steps[] = {
		{ .at = 2, .op = OP_RESIZE, .job = 1, .ranks = 1 },
		{ .at = 4, .op = OP_RESIZE, .job = 1, .ranks = 4 },
		{ .at = 5, .op = OP_RESIZE, .job = 1, .ranks = 2 },
	};
	const struct script s = { steps, 3, false };
	static struct script_result o;
	sj_job jobs[] = { script_malleable(script_job(1, 0, 2, 10), 1, 6) };

	jobs[0].task.gpu_milli = 2000;
	script_run(on(type, 1), &s, jobs, 1, &o);
	REQUIRE(o.rc == SJ_OK, "%s", o.err.text);
	/* 2 by 2 s, 1 by 4 s, 2 by 5 s, 5 s left. */
	CHECK(near((double)o.job[0].finish_ns / 1e9, 10));
	CHECK(o.alloc[0].gpus == 0xf && o.alloc[1].gpus == 0x3 && o.alloc[2].gpus == 0xf &&
	      o.alloc[3].node == 1 && o.alloc[3].gpus == 0xf);
	jobs[0].task.gpu_milli = 400;
	script_run(on(type, 1), &s, jobs, 1, &o);
	REQUIRE(o.rc == SJ_OK, "%s", o.err.text);
	CHECK(near((double)o.job[0].finish_ns / 1e9, 10));
}

TEST(a_resize_costs_a_restart)
{
	static const struct step steps[] = {
		{ .at = 4, .op = OP_RESIZE, .job = 1, .ranks = 4 },
	};
	const sj_job jobs[] = { script_malleable(script_job(1, 0, 2, 10), 1, 4) };

	EXPECT("in a pool", saving(pool(4), 0, 1, 2), steps, false, jobs, 4 * 2, 9);
	/* Work 0-3, write 3-4, resized in the cycle: restart 4-6, 3 s of time at rate 2
	 * make 6 s of work, write 9-10, 1 s of work. */
	EXPECT("with writes", saving(pool(4), 3, 1, 2), steps, false, jobs, 2 + 8 + 4, 10.5);
}

TEST(layouts_hold_when_a_task_grows)
{
	static const struct step grow[] = {
		{ .at = 1, .op = OP_RESIZE, .job = 1, .ranks = 4, .rc = SJ_EFULL },
		{ .at = 2, .op = OP_RESIZE, .job = 1, .ranks = 3 },
	};
	static const struct step together[] = {
		{ .at = 0, .op = OP_START, .job = 2, .slots = 1, .slot = { { 0, 1 } } },
		{ .at = 0, .op = OP_START, .job = 1, .slots = 1, .slot = { { 0, 1 } } },
		{ .at = 1, .op = OP_RESIZE, .job = 1, .ranks = 2, .rc = SJ_EFULL },
	};
	static const sj_node_type three[] = { { .count = 3, .cores = 4 } };
	sj_job jobs[] = { script_malleable(script_job(1, 0, 2, 10), 1, 4), script_job(2, 0, 1, 1) };

	jobs[0].task.layout = SJ_LAYOUT_SPREAD;
	EXPECT("each on a node of its own", on(three, 1), grow, false, jobs, 0,
	       2 + 8 / 1.5, 1);
	jobs[0] = script_malleable(script_job(1, 0, 1, 10), 1, 4);
	jobs[0].task.layout = SJ_LAYOUT_CONSOLIDATED;
	/* Two ranks need one node of two cores; the second core of this one is taken. */
	jobs[1].task.work_ns = 20 * S;
	EXPECT("together", on(four_nodes, 1), together, true, jobs, 0, 10, 20);
}

TEST(migration)
{
	static const sj_node_type types[] = { { .count = 2, .cores = 2, .speed = 0.5 },
					      { .count = 1, .cores = 2 } };
	static const struct step steps[] = {
		{ .at = 4, .op = OP_MIGRATE, .job = 1, .slots = 1, .slot = { { 1, 2 } },
		  .rc = SJ_EFULL },
		{ .at = 4, .op = OP_MIGRATE, .job = 1, .slots = 2, .slot = { { 0, 1 }, { 2, 1 } } },
		{ .at = 6, .op = OP_MIGRATE, .job = 1, .slots = 1, .slot = { { 2, 2 } } },
	};
	const sj_job jobs[] = { script_job(1, 0, 2, 10), script_job(2, 0, 2, 5) };
	static const struct step first[] = {
		{ .at = 4, .op = OP_MIGRATE, .job = 1, .slots = 1, .slot = { { 2, 2 } } },
	};

	/* At half speed to 6 s, job 2 beside it to 10 s: 3 s done, 7 at full speed. */
	EXPECT("free", on(types, 2), steps, false, jobs, 0, 13, 10);
	/* 2 s done at 4 s; write and restart to 7 s, 8 s of work. */
	EXPECT("with a model", saving(on(types, 2), 0, 1, 2), first, false, jobs, 2 * 3, 15, 10);
}

/* ---- copies ------------------------------------------------------------------------------ */

TEST(the_first_of_two_copies_counts)
{
	static const sj_node_type types[] = { { .count = 1, .cores = 2, .speed = 0.25 },
					      { .count = 1, .cores = 2 } };
	static const struct step win[] = {
		{ .at = 4, .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 1, 2 } } },
		{ .at = 6, .op = OP_ATTAINED, .job = 1, .share = 1.5 },
	};
	static const struct step lose[] = {
		{ .at = 31, .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 1, 2 } } },
	};
	static const struct step stop[] = {
		{ .at = 0, .op = OP_START, .job = 1 },
		{ .at = 4, .op = OP_COPY, .job = 1 },
		{ .at = 5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP },
		{ .at = 5, .op = OP_START, .job = 1, .slots = 1, .slot = { { 1, 2 } } },
	};
	const sj_job jobs[] = { script_job(1, 0, 2, 10) };

	/* The copy does in 10 s what would take until 40; two processors from 0 to 14. */
	EXPECT("the copy", on(types, 2), win, false, jobs, 2 * 14, 14);
	EXPECT("the original", on(types, 2), lose, false, jobs, 2 * 9, 40);
	EXPECT("the copy goes with its task", on(types, 2), stop, true, jobs, 2, 13.75);
}

/* ---- GPU models, distance ------------------------------------------------------------------ */

TEST(rates_of_gpu_models)
{
	static const sj_node_type types[] = {
		{ .count = 1, .cores = 4, .gpus = 2, .gpu_model = 3 }, /* does not run there */
		{ .count = 2, .cores = 4, .gpus = 2, .gpu_model = 2, .gpu_speed = 4 },
	};
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	sj_run_config c = on(types, 2);
	sj_job jobs[] = { script_job(1, 0, 1, 10), script_job(2, 0, 2, 10) };

	c.source = &with_scalings;
	jobs[0].task.scaling = jobs[1].task.scaling = 4;
	jobs[0].task.gpu_milli = jobs[1].task.gpu_milli = 1000;
	/* Rate 4 x 0.5; job 2 has one GPU beside job 1 and one apart, where one node
	 * would do: half of that. */
	EXPECT("model and distance", c, none, false, jobs, 0, 5, 10);
	jobs[0].task.gpu_model = 3;
	{
		static struct script_result o;
		const struct script s = { none, 0, false };

		script_run(c, &s, jobs, 1, &o);
		CHECK(o.rc == SJ_OK && o.job[0].outcome == SJ_REJECTED, "%s", o.err.text);
	}
}

/* 10 s on node 0; nodes 1 and 2 are slower for job 1, faster for job 2, and node 3 is as
 * its type. */
TEST(rates_of_nodes)
{
	static const double slower[] = { 1, 0.5, 0.25 }, faster[] = { 1, 2, 4 };
	static const sj_scaling own[] = { { .node_count = 3, .node_rate = slower },
					  { .node_count = 3, .node_rate = faster } };
	static sj_source with = { .scalings = own, .scaling_count = 2 };
	static const sj_node_type types[] = { { .count = 3, .cores = 1 },
					      { .count = 1, .cores = 1, .speed = 5 } };
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	sj_run_config c = on(types, 2);
	sj_job jobs[] = { script_job(1, 0, 1, 10), script_job(2, 0, 1, 10) };
	sj_job gang[] = { script_job(1, 0, 1, 10), script_job(2, 0, 1, 10),
			  script_job(3, 0, 2, 10) };

	c.source = &with;
	jobs[0].task.scaling = 1;
	jobs[1].task.scaling = 2;
	jobs[0].task.node = 2;
	jobs[1].task.node = 3;
	EXPECT("one node each", c, none, false, jobs, 0, 20, 2.5);
	jobs[0].task.node = 4;
	jobs[1].task.node = 2;
	EXPECT("speed of the type", c, none, false, jobs, 0, 2, 5);
	/* The slower of its two nodes paces a gang: 0.25 and 5. */
	gang[2].task.scaling = 1;
	gang[0].task.node = 1;
	gang[1].task.node = 2;
	EXPECT("a gang", c, none, false, gang, 0, 10, 10, 40);
}

/* ---- neighbours --------------------------------------------------------------------------------- */

static const double slowdown[] = { 1, 2, 1.25, 1 }; /* of kind 1 by 2: 2; of 2 by 1: 1.25 */
static const sj_interference by_node = { 2, slowdown, false }, by_gpu = { 2, slowdown, true };

TEST(neighbours_slow_each_other_down)
{
	static const sj_node_type types[] = { { .count = 1, .cores = 4, .gpus = 2 } };
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	sj_run_config c = on(types, 1);
	sj_job jobs[] = { script_job(1, 0, 1, 10), script_job(4, 0, 1, 20), script_job(2, 2, 1, 4),
			  script_job(3, 4, 1, 1) };

	jobs[0].app = 1;
	jobs[1].app = 7; /* of no kind in the table */
	jobs[2].app = jobs[3].app = 2;
	c.interference = &by_node;
	/* Job 2: at 0.8 from 2 to 7 s. Job 3: at 0.8 from 4 to 5.25 s. Job 1: 2 s alone,
	 * 2 at 1/2, 1.25 at 1/4, 1.75 at 1/2, then alone: 2 + 1 + 0.3125 + 0.875. */
	EXPECT("on a node", c, none, false, jobs, 0, 7 + 10 - 4.1875, 20, 7, 5.25);
	jobs[0].task.gpu_milli = 600; /* jobs 1 and 2 on GPU 0, job 3 on GPU 1 */
	jobs[2].task.gpu_milli = jobs[3].task.gpu_milli = 400;
	c.interference = &by_gpu;
	EXPECT("on a GPU", c, none, false, jobs, 0, 7 + 10 - 4.5, 20, 7, 5);
}

/* ---- stragglers ------------------------------------------------------------------------------------ */

static double finish_with(const char *spec, uint32_t ranks, uint32_t spare, uint64_t seed)
{
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	static struct script_result o;
	const struct script s = { none, 0, false };
	sj_job jobs[] = { script_job(1, 0, ranks, 1) };
	sj_run_config c = pool(1000);
	sj_law *law = NULL;
	sj_error err;

	CHECK(sj_law_create("stragglers", spec, &law, &err) == SJ_OK);
	jobs[0].task.spare_ranks = (uint16_t)spare;
	c.stragglers = law;
	c.seed = seed;
	script_run(c, &s, jobs, 1, &o);
	CHECK(o.rc == SJ_OK, "%s", o.err.text);
	sj_law_free(law);
	return (double)o.job[0].finish_ns / 1e9;
}

/* Uniform on (0, 1): the k-th of n has the mean k / (n + 1) (David and Nagaraja 2003). */
TEST(the_slowest_rank_paces_a_gang)
{
	static const struct {
		uint32_t ranks, spare;
		double   mean;
	} cases[] = { { 1, 0, 0.5 }, { 4, 0, 0.8 }, { 4, 1, 0.6 }, { 9, 3, 0.6 } };
	enum { N = 3000 };

	CHECK(near(finish_with("1.5", 8, 0, 1), 1.5));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double sum = 0;

		for (uint64_t seed = 1; seed <= N; seed++)
			sum += finish_with("uniform:low=0,high=1", cases[i].ranks,
					   cases[i].spare, seed);
		/* Four standard errors of the widest of them. */
		CHECK(fabs(sum / N - cases[i].mean) < 4 * 0.289 / sqrt(N), "case %u: %g", (unsigned)i,
		      sum / N);
	}
}

/* ---- failures --------------------------------------------------------------------------------------- */

TEST(a_failure_costs_what_was_not_saved)
{
	static const sj_node_event events[] = { { 6 * S, 0, SJ_CHANGE_FAIL },
						{ 7 * S, 0, SJ_CHANGE_UP } };
	static const sj_failures failures = { events, 2, 3 };
	static const sj_node_type type[] = { { .count = 1, .cores = 2 } };
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	const sj_job jobs[] = { script_job(1, 0, 2, 10) };
	sj_run_config c = on(type, 1);

	c.failures = &failures;
	EXPECT("all of it", c, none, false, jobs, 2 * 6, 17);
	/* 3 s safe and a write, 2 lost; from 7 s a restart, 7 s of work and two writes. */
	EXPECT("since the checkpoint", saving(c, 3, 1, 2), none, false, jobs,
	       2 * (1 + 2 + 2 + 2), 18);
}

/* ---- equipartition ----------------------------------------------------------------------------------------- */

extern const sj_policy_ops sj_policy_equi;

TEST(even_parts)
{
	static const struct step none[] = { { .op = OP_NONE, .job = 1 } };
	sj_run_config c = pool(8);
	const sj_job two[] = { script_malleable(script_job(1, 0, 8, 8), 1, 8),
			       script_malleable(script_job(2, 2, 4, 4), 1, 8) };
	const sj_job rigid[] = { two[0], script_job(2, 2, 6, 2) };
	sj_job moldable[] = { two[0], two[1], script_job(3, 3, 8, 1) };

	c.policy = &sj_policy_equi;
	/* Of 64 s 16 are done at 2 s; four processors each to 6 s; then all eight. */
	EXPECT("two malleable tasks", c, none, false, two, 0, 10, 6);
	EXPECT("a rigid one has what it asks for", c, none, false, rigid, 0, 9.5, 4);
	c.policy_args = "resize=no";
	EXPECT("sizes of starts only", c, none, false, two, 0, 8, 10);
	c.policy_args = "every=5s";
	/* 40 are done at 5 s, 16 more at 9 and 4 more at 10 s, where eight are divided. */
	EXPECT("divided every 5 s", c, none, false, two, 0, 10.5, 9);
	c.policy_args = "limit=1";
	EXPECT("one at a time", c, none, false, two, 0, 8, 10);
	c.policy_args = NULL;
	moldable[1].flags = SJ_JOB_MOLDABLE;
	/* Job 2 keeps its four; job 3 needs all eight, and waits for the end of job 1. */
	EXPECT("a moldable one keeps its size", c, none, false, moldable, 0, 10, 6, 11);
}

/* ---- faults -------------------------------------------------------------------------------------------- */

TEST(misuse_is_told)
{
	static const struct {
		struct step step;
		const char *words;
	} wrong[] = {
		{ { .op = OP_RESIZE, .job = 1, .ranks = 1 }, "it is not malleable" },
		{ { .op = OP_RESIZE, .job = 2, .ranks = 9 }, "outside its bounds" },
		{ { .op = OP_RESIZE, .job = 3, .ranks = 1 }, "resize of job 3 task 0 at 1 s: it is ready" },
		{ { .op = OP_STOP, .job = 1, .ranks = SJ_STOP_CHECKPOINT }, "no checkpoint model" },
		{ { .op = OP_STOP, .job = 3 }, "stop of job 3" },
		{ { .op = OP_MIGRATE, .job = 1, .slots = 1, .slot = { { 0, 1 } } }, "no places" },
		{ { .op = OP_COPY, .job = 3 }, "it is ready" },
		{ { .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 0, 1 } } }, "wrong nodes" },
		{ { .op = OP_SHARE, .job = 1, .share = 1.5 }, "above 0 and at most 1" },
		{ { .op = OP_SHARE, .job = 1, .share = 0 }, "above 0 and at most 1" },
		{ { .op = OP_START, .job = 1 }, "it is running already" },
		{ { .op = OP_START, .job = 3, .ranks = 2 }, "it is rigid" },
	};
	const sj_job jobs[] = { script_job(1, 0, 1, 10),
				script_malleable(script_job(2, 0, 2, 10), 1, 4),
				script_job(3, 0, 4, 10) };
	static struct script_result o;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct step step = wrong[i].step;
		const struct script s = { &step, 1, false };

		step.at = 1;
		script_run(pool(4), &s, jobs, 3, &o);
		CHECK(o.rc == SJ_EPOLICY && strstr(o.err.text, wrong[i].words) != NULL,
		      "%u: %d, %s", (unsigned)i, o.rc, o.err.text);
	}
}

/* Speeds 1/4, 1/2, 1, 1: the third run is 1 s ahead of the fourth, and the second is stopped
 * with them. */
TEST(the_first_of_several_copies_counts)
{
	static const sj_node_type types[] = { { .count = 1, .cores = 1, .speed = 0.25 },
					      { .count = 1, .cores = 1, .speed = 0.5 },
					      { .count = 2, .cores = 1, .speed = 1 } };
	static const struct step steps[] = {
		{ .at = 10, .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 1, 1 } } },
		{ .at = 20, .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 2, 1 } } },
		{ .at = 21, .op = OP_COPY, .job = 1, .slots = 1, .slot = { { 3, 1 } } },
		{ .at = 22, .op = OP_COPY, .job = 1, .rc = SJ_EFULL },
		{ .at = 90, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_LOSE },
	};
	const sj_run_config c = { .cluster = { .types = types, .type_count = 3 },
				  .overrun = SJ_OVERRUN_EXTEND, .check = true };
	const sj_job jobs[] = { script_job(1, 0, 1, 100) };
	static struct script_result o;
	struct script s = { steps, 4, false };

	script_run(c, &s, jobs, 1, &o);
	CHECK(o.rc == SJ_OK && o.job[0].finish_ns == 120 * SJ_NS_PER_S && o.allocs == 4, "%s, %u",
	      o.err.text, o.allocs);
	for (uint32_t i = 0; i < o.allocs; i++)
		CHECK(o.alloc[i].to_ns == 120 * SJ_NS_PER_S, "%u", i);
	CHECK(o.metrics.value[SJ_M_WASTE] == 120 + 110 + 99, "%g", o.metrics.value[SJ_M_WASTE]);
	s.count = 5; /* it starts again on node 0, and all its copies are gone */
	script_run(c, &s, jobs, 1, &o);
	CHECK(o.rc == SJ_OK && o.job[0].finish_ns == 490 * SJ_NS_PER_S && o.allocs == 5, "%s, %u",
	      o.err.text, o.allocs);
}

TESTS(CASE(speedups), CASE(moldable_start), CASE(the_estimate_follows_the_size),
      CASE(shares_of_processors), CASE(a_share_leaves_whole_processors_to_others),
      CASE(checkpoints_take_time), CASE(back_to_a_checkpoint),
      CASE(keeping_work_costs_a_write_and_a_restart), CASE(the_estimate_is_for_work),
      CASE(intervals_that_waste_least), CASE(resizing_on_nodes), CASE(resizing_with_gpus),
      CASE(a_resize_costs_a_restart), CASE(layouts_hold_when_a_task_grows), CASE(migration),
      CASE(the_first_of_two_copies_counts), CASE(rates_of_gpu_models), CASE(rates_of_nodes),
      CASE(neighbours_slow_each_other_down), CASE(the_slowest_rank_paces_a_gang),
      CASE(a_failure_costs_what_was_not_saved), CASE(even_parts), CASE(misuse_is_told),
      CASE(the_first_of_several_copies_counts))
