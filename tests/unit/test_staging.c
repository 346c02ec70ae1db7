/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_staging.c - data of task graphs on the network, on timelines worked out by hand.
 * Nodes have one core and a cable of 100 B/s and half a second of latency to one switch.
 */
#include <math.h>

#include "scripted.h"

#define TASKS 4

static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
static const sj_fabric_spec half = { .topology = { .kind = SJ_TOPOLOGY_STAR,
						   .half_duplex = true } };

static sj_node_type node_type(uint32_t count)
{
	return (sj_node_type){ .count = count, .cores = 1, .nic_bytes_per_s = 100,
			       .nic_latency_ns = S / 2 };
}

/* A graph of tasks of 10 s, started greedily on the lowest free node. */
static void expect(const char *what, sj_run_config c, uint32_t tasks, const sj_edge *edges,
		   uint32_t edge_count, double finish, double staging, double bytes)
{
	static const struct script greedy = { NULL, 0, false };
	static struct script_result out;
	sj_task_spec task[TASKS];
	sj_job job = script_job(1, 0, 1, 10);

	for (uint32_t i = 0; i < TASKS; i++)
		task[i] = job.task;
	job.task_count = tasks;
	job.tasks = task;
	job.edges = edges;
	job.edge_count = edge_count;
	script_run(c, &greedy, &job, 1, &out);
	REQUIRE(out.rc == SJ_OK, "%s: %s", what, out.err.text);
	CHECK(fabs((double)out.job[0].finish_ns / 1e9 - finish) < 2e-9, "%s: ends at %.9f s",
	      what, (double)out.job[0].finish_ns / 1e9);
	CHECK(fabs(out.metrics.value[SJ_M_STAGING] - staging) < 2e-9, "%s: staging %.9f s", what,
	      out.metrics.value[SJ_M_STAGING]);
	CHECK(out.metrics.value[SJ_M_BYTES] == bytes, "%s: %g B", what,
	      out.metrics.value[SJ_M_BYTES]);
}

#define EXPECT(what, c, tasks, edges, ...) \
	expect(what, c, tasks, edges, sizeof(edges) / sizeof((edges)[0]), __VA_ARGS__)

static const sj_edge fork2[] = { { 0, 1, 1000 }, { 0, 2, 1000 } };

/* Task 1 stays where task 0 was; task 2 waits 1 s and 10 s for its data. */
TEST(data_comes_before_work)
{
	const sj_node_type two = node_type(2);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two } };

	EXPECT("no network", c, 3, fork2, 20, 0, 0);
	c.network = &star;
	EXPECT("a fork", c, 3, fork2, 31, 11, 1000);
}

/* Two that fetch from node 0 share its cable; two ways through half a cable share it. */
TEST(transfers_contend)
{
	static const sj_edge fork3[] = { { 0, 1, 1000 }, { 0, 2, 1000 }, { 0, 3, 1000 } };
	/* Both wait for both, so that task 2 gets node 0, and wants what is on node 1. */
	static const sj_edge crossed[] = { { 0, 2, 0 }, { 1, 2, 1000 }, { 0, 3, 1000 },
					   { 1, 3, 0 } };
	const sj_node_type two = node_type(2), three = node_type(3);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &three }, .network = &star };

	EXPECT("a fork of three", c, 4, fork3, 10 + 21 + 10, 42, 2000);
	c.cluster.types = &two;
	EXPECT("crossed, full duplex", c, 4, crossed, 10 + 11 + 10, 22, 2000);
	c.network = &half;
	EXPECT("crossed, half duplex", c, 4, crossed, 10 + 21 + 10, 42, 2000);
}

TEST(all_inputs_are_waited_for)
{
	static const sj_edge join[] = { { 0, 2, 700 }, { 1, 2, 500 } };
	static const sj_edge order[] = { { 0, 1, 0 }, { 0, 2, 0 } };
	const sj_node_type two = node_type(2);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star };

	/* It runs on node 0, where the 700 B are. */
	EXPECT("a join", c, 3, join, 10 + 6 + 10, 6, 500);
	EXPECT("edges without bytes", c, 3, order, 20, 0, 0);
}

/* At 15 s the node of task 2 fails while its data is on the way. At 20 s it starts on node
 * 0, where the data is. Had node 1 come back before, it would have begun anew. */
TEST(a_failure_gives_the_data_up)
{
	static const sj_node_event down[] = { { 15 * S, 1, SJ_CHANGE_FAIL } };
	static const sj_node_event back[] = { { 15 * S, 1, SJ_CHANGE_FAIL },
					      { 17 * S, 1, SJ_CHANGE_UP } };
	const sj_node_type two = node_type(2);
	sj_failures failures = { down, 1, 5 };
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star,
			    .failures = &failures };

	EXPECT("it goes where the data is", c, 3, fork2, 30, 0, 1000);
	failures = (sj_failures){ back, 2, 5 };
	EXPECT("it fetches again", c, 3, fork2, 17 + 11 + 10, 11, 2000);
}

TEST(a_tick_does_not_hold_data_up)
{
	const sj_node_type two = node_type(2);
	sj_run_config c = { .cluster = { .type_count = 1, .types = &two }, .network = &star,
			    .clock = SJ_CLOCK_TICK, .clock_step_ns = 4 * S };

	/* Task 0 ends at 10 and is seen at 12; the data is there at 23, the end at 33. */
	EXPECT("ticks of 4 s", c, 3, fork2, 36, 11, 1000);
	c.clock = SJ_CLOCK_ROUND;
	EXPECT("rounds of 4 s", c, 3, fork2, 33, 11, 1000);
}

TEST(networks_that_cannot_be)
{
	static const struct script greedy = { NULL, 0, false };
	static struct script_result out;
	sj_node_type slow = node_type(2);
	const sj_fabric_spec torus = { .topology = { .kind = SJ_TOPOLOGY_TORUS, .levels = 1,
						     .size = { 3 } } };
	const sj_job job = script_job(1, 0, 1, 10);
	sj_run_config c = { .cluster = { .procs = 4 }, .network = &star };

	script_run(c, &greedy, &job, 1, &out);
	CHECK(out.rc == SJ_EINVAL && strstr(out.err.text, "no nodes to connect") != NULL);
	c.cluster = (sj_cluster){ .type_count = 1, .types = &slow };
	c.network = &torus;
	script_run(c, &greedy, &job, 1, &out);
	CHECK(out.rc == SJ_EINVAL && strstr(out.err.text, "places for 3 nodes") != NULL);
	slow.nic_bytes_per_s = 0;
	script_run(c, &greedy, &job, 1, &out);
	CHECK(out.rc == SJ_EINVAL && strstr(out.err.text, "no bandwidth") != NULL);
}

TESTS(CASE(data_comes_before_work), CASE(transfers_contend), CASE(all_inputs_are_waited_for),
      CASE(a_failure_gives_the_data_up), CASE(a_tick_does_not_hold_data_up),
      CASE(networks_that_cannot_be))
