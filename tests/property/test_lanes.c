/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_lanes.c - firstfit on nodes, which looks at demands, decides the same as a walk
 * that tries every waiting task whenever anything happens.
 */
#include "nodes_sim.h"

enum { SEEDS = 400 };

static const sj_task *plain_next(sj_ctx *cx, const sj_task *last, bool shortest)
{
	const sj_task *best = NULL;

	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t)) {
		sj_time key = shortest ? t->estimate_ns : t->submit_ns;
		sj_time last_key = last == NULL ? -1 :
				   shortest ? last->estimate_ns : last->submit_ns;

		if (key < last_key || (key == last_key && t->seq <= last->seq))
			continue;
		if (best == NULL || key < (shortest ? best->estimate_ns : best->submit_ns) ||
		    (key == (shortest ? best->estimate_ns : best->submit_ns) &&
		     t->seq < best->seq))
			best = t;
	}
	return best;
}

static int plain_pass(sj_ctx *cx, bool shortest)
{
	const sj_task *t = NULL;

	while ((t = plain_next(cx, t, shortest)) != NULL) {
		int rc = sj_start(cx, t, NULL);

		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static int plain_fcfs(void *self, sj_ctx *cx)
{
	(void)self;
	return plain_pass(cx, false);
}

static int plain_sjf(void *self, sj_ctx *cx)
{
	(void)self;
	return plain_pass(cx, true);
}

static const sj_policy_ops plain_by_arrival = {
	SJ_POLICY_HEAD, .name = "plain-fcfs", .schedule = plain_fcfs,
};
static const sj_policy_ops plain_by_length = {
	SJ_POLICY_HEAD, .name = "plain-sjf", .schedule = plain_sjf,
};

TEST(firstfit_is_the_plain_walk)
{
	static struct nodes_case in;
	static struct nodes_result plain, lanes;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		bool sjf = seed % 3 == 0;

		nodes_make(seed, false, &in);
		nodes_run(sjf ? &plain_by_length : &plain_by_arrival, "", &in, &plain);
		nodes_run(nodes_policy("firstfit"), sjf ? "order=sjf" : "", &in, &lanes);
		for (uint32_t i = 0; i < in.count; i++)
			REQUIRE(plain.start_ns[i] == lanes.start_ns[i],
				"seed %u: job %u starts at %.9g s, not %.9g s", (unsigned)seed,
				i, (double)lanes.start_ns[i] / 1e9,
				(double)plain.start_ns[i] / 1e9);
		CHECK(strcmp(plain.digest, lanes.digest) == 0, "seed %u: two digests",
		      (unsigned)seed);
	}
}

/* Keys that change with time go through the lanes as well: on nodes of one core the
 * machine is a pool, and the starts are those of the pool. */
TEST(one_core_nodes_are_a_pool)
{
	static const char *const orders[] = { "order=fcfs", "order=wfp3", "order=saf",
					      "order=multifactor" };
	static struct nodes_case in;
	static struct nodes_result nodes, pool;

	for (uint64_t seed = 1; seed <= 100 && test_failures == 0; seed++)
		for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
			nodes_make(seed, false, &in);
			in.type[0] = (sj_node_type){ .count = 4 + (uint32_t)seed % 20,
						     .cores = 1 };
			in.cluster.type_count = 1;
			for (uint32_t i = 0; i < in.count; i++) {
				sj_task_spec *t = &in.job[i].task;

				t->cores = 1;
				t->gpu_milli = t->gpu_model = 0;
				t->mem_bytes = 0;
				t->node = t->layout = 0;
			}
			nodes_run(nodes_policy("firstfit"), orders[o], &in, &nodes);
			in.cluster = (sj_cluster){ .procs = in.type[0].count };
			nodes_run(nodes_policy("firstfit"), orders[o], &in, &pool);
			CHECK(memcmp(nodes.start_ns, pool.start_ns, sizeof(pool.start_ns)) == 0,
			      "seed %u, %s", (unsigned)seed, orders[o]);
		}
}

TESTS(CASE(firstfit_is_the_plain_walk), CASE(one_core_nodes_are_a_pool))
