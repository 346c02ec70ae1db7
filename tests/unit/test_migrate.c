/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_migrate.c - moves worked out by hand: to a faster node when it is worth its cost,
 * and between crowded and empty nodes.
 */
#include "simrun.h"

#define S SJ_NS_PER_S

static struct sim_result out;

/* Node 0 at half the speed of node 1; a core each. */
static const sj_node_type types[] = { { .count = 1, .cores = 1, .speed = 0.5 },
				      { .count = 1, .cores = 1, .speed = 1 } };
static const sj_cluster uneven = { .type_count = 2, .types = types };

/*
 * Job 0 starts on the slow node, job 1 on the fast one, until 10 s. Then 35 of the 40 s of
 * work of job 0 are left: 70 s here, 35 there. With a cost of 20 s that saves 15 of 70.
 */
TEST(to_a_faster_node)
{
	static const struct sim_job job[] = {
		{ .run = 40, .estimate = 40, .ranks = 1 },
		{ .run = 10, .estimate = 10, .ranks = 1 },
	};
	static const struct {
		const char *spec;
		int end;
	} cases_of[] = {
		{ "migrate:by=speed,every=0s", 45 },
		{ "migrate:by=speed,every=0s,cost=20s,threshold=0.2", 45 },
		{ "migrate:by=speed,every=0s,cost=20s,threshold=0.22", 80 },
		{ "migrate:by=speed,every=30s", 55 }, /* 25 of 40 s are left at 30 s */
		{ "fifo", 80 },
	};

	for (size_t i = 0; i < sizeof(cases_of) / sizeof(cases_of[0]); i++) {
		sim_run(cases_of[i].spec, &uneven, job, 2, S, SJ_OVERRUN_EXTEND, false, &out);
		CHECK(out.finish_ns[0] == cases_of[i].end * S, "%s: ends at %g s", cases_of[i].spec,
		      (double)out.finish_ns[0] / S);
	}
}

/* What waits gets the place that a move has left. */
TEST(the_base_has_the_room)
{
	static const struct sim_job job[] = {
		{ .run = 40, .estimate = 40, .ranks = 1 },
		{ .run = 10, .estimate = 10, .ranks = 1 },
		{ .submit = 10, .run = 5, .estimate = 5, .ranks = 1 },
	};

	/* Job 2 has the fast node when job 1 leaves it, and job 0 when job 2 does, at 15 s. */
	sim_run("migrate:by=speed,every=0s,base=firstfit", &uneven, job, 3, S, SJ_OVERRUN_EXTEND,
		false, &out);
	CHECK(out.start_ns[2] == 10 * S && out.finish_ns[0] == (15 * S + 65 * S / 2),
	      "job 2 from %g s, job 0 until %g s", (double)out.start_ns[2] / S,
	      (double)out.finish_ns[0] / S);
}

/* Job 2 needs the GPU of the slow node, which job 0 leaves when job 1 ends: at once. */
TEST(who_waits_for_the_place_has_it_at_once)
{
	static const sj_node_type gpu[] = { { .count = 1, .cores = 1, .speed = 0.5, .gpus = 1,
					      .gpu_speed = 1 },
					    { .count = 1, .cores = 1, .speed = 1 } };
	static const sj_cluster other = { .type_count = 2, .types = gpu };
	static const struct sim_job job[] = {
		{ .run = 40, .estimate = 40, .ranks = 1 },
		{ .run = 10, .estimate = 10, .ranks = 1 },
		{ .submit = 1, .run = 5, .estimate = 5, .ranks = 1, .gpu_milli = 1000 },
	};

	sim_run("migrate:by=speed,every=0s,base=firstfit", &other, job, 3, S, SJ_OVERRUN_EXTEND,
		false, &out);
	CHECK(out.start_ns[2] == 10 * S, "from %g s", (double)out.start_ns[2] / S);
}

/* Three cores and one on node 0: the one moves; the three would turn the nodes round, again
 * and again. */
TEST(no_move_turns_loads_round)
{
	static const sj_node_type four = { .count = 2, .cores = 4 };
	static const sj_cluster two = { .type_count = 1, .types = &four };
	static const struct sim_job job[] = {
		{ .run = 50, .estimate = 50, .ranks = 1, .cores = 3 },
		{ .run = 50, .estimate = 50, .ranks = 1, .cores = 1 },
		{ .submit = 1, .run = 5, .estimate = 5, .ranks = 1, .cores = 3 },
		{ .submit = 2, .run = 5, .estimate = 5, .ranks = 1, .cores = 4 },
	};

	sim_run("migrate", &two, job, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[2] == S && out.start_ns[3] == 50 * S, "from %g and %g s",
	      (double)out.start_ns[2] / S, (double)out.start_ns[3] / S);
}

/* Two nodes of four cores. First fit puts jobs of 2, 1 and 1 cores on node 0, and the move
 * of the first evens them out; threshold 1 is never passed. */
TEST(between_crowded_and_empty_nodes)
{
	static const sj_node_type four = { .count = 2, .cores = 4 };
	static const sj_cluster two = { .type_count = 1, .types = &four };
	static const struct sim_job job[] = {
		{ .run = 50, .estimate = 50, .ranks = 1, .cores = 1 },
		{ .run = 50, .estimate = 50, .ranks = 1, .cores = 2 },
		{ .run = 50, .estimate = 50, .ranks = 1, .cores = 1 },
		/* Three cores are free on neither node once they are even. */
		{ .submit = 1, .run = 5, .estimate = 5, .ranks = 1, .cores = 3 },
	};

	sim_run("migrate", &two, job, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[3] == 50 * S, "from %g s", (double)out.start_ns[3] / S);
	sim_run("migrate:threshold=1", &two, job, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[3] == S, "from %g s", (double)out.start_ns[3] / S);
	sim_run("migrate:cost=50s", &two, job, 4, S, SJ_OVERRUN_KILL, false, &out);
	CHECK(out.start_ns[3] == S, "a move for what it costs");
}

TESTS(CASE(to_a_faster_node), CASE(the_base_has_the_room),
      CASE(who_waits_for_the_place_has_it_at_once), CASE(no_move_turns_loads_round),
      CASE(between_crowded_and_empty_nodes))
