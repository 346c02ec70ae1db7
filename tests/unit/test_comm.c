/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_comm.c - tasks that communicate while they run: times of both forms worked out by
 * hand. Nodes hang on a star by cables of 1 GB/s and 5 us, so that alpha is 10 us and beta
 * 1 ns a byte.
 */
#include <math.h>

#include "collective.h"
#include "scripted.h"

#define MB 1e6

static const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
static const sj_alpha_beta net = { 1e-5, 1e-9, 0 };

static sj_node_type node_type(uint32_t count, uint32_t cores)
{
	return (sj_node_type){ .count = count, .cores = cores, .nic_bytes_per_s = 1000000000,
			       .nic_latency_ns = 5000 };
}

static sj_job comm_job(int64_t id, uint32_t ranks, double run, uint64_t steps)
{
	sj_job j = script_job(id, 0, ranks, run);

	j.task.comm = 1;
	j.task.steps = steps;
	return j;
}

/* All jobs have the one pattern. */
static void run_comm(sj_run_config c, const sj_node_type *type, const sj_comm *comm,
		     const struct script *steps, const sj_job *jobs, uint32_t n,
		     struct script_result *out)
{
	static const struct script greedy = { NULL, 0, false };
	sj_source source = { .comms = comm, .comm_count = 1 };

	c.cluster = (sj_cluster){ .type_count = 1, .types = type };
	if (c.network == NULL)
		c.network = &star;
	c.source = &source;
	script_run(c, steps != NULL ? steps : &greedy, jobs, n, out);
}

static double end_of(const struct script_result *out, uint32_t job)
{
	return (double)out->job[job].finish_ns / 1e9;
}

static bool near(double a, double b, double ns)
{
	return fabs(a - b) <= ns * 1e-9 + 1e-15 * fabs(b);
}

/* One task of one job alone: seconds, in a form. */
static double alone(sj_collectives how, uint32_t nodes, const sj_comm_phase *phase,
		    double run, uint64_t steps, bool each)
{
	const sj_node_type type = node_type(nodes, 1);
	const sj_comm comm = { 1, phase };
	const sj_job job = comm_job(1, nodes, run, steps);
	const sj_run_config c = { .collectives = how, .step_by_step = each };
	static struct script_result out;

	run_comm(c, &type, &comm, NULL, &job, 1, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
	return end_of(&out, 0);
}

/* ---- alone: both forms are the formula --------------------------------------------------- */

TEST(both_forms_are_the_formula)
{
	for (uint32_t p = 2; p <= 9; p++)
		for (uint16_t op = 0; op < SJ_COLLECTIVE_OPS; op++)
			for (uint16_t way = SJ_WAY_RING; way < SJ_COLLECTIVE_WAYS; way++) {
				sj_comm_phase h = { .op = op, .way = way, .share = 1,
						    .bytes = 5.04 * MB };
				sj_collective c = { .op = (sj_collective_op)op, .ranks = p,
						    .way = (sj_collective_way)way,
						    .bytes = h.bytes };
				double seconds;

				if (way == SJ_WAY_SERVER || way == SJ_WAY_HIERARCHY ||
				    !sj_collective_possible(&c))
					continue;
				seconds = sj_collective_seconds(&c, &net, NULL);
				CHECK(near(alone(SJ_COLLECTIVES_ALPHA_BETA, p, &h, 0.4, 4, false),
					   0.4 + 4 * seconds, 2),
				      "%s by %s among %u: alpha-beta", sj_comm_op_names[op],
				      sj_collective_way_names[way], (unsigned)p);
				CHECK(near(alone(SJ_COLLECTIVES_FLOW, p, &h, 0.4, 4, false),
					   0.4 + 4 * seconds, 8 * p),
				      "%s by %s among %u: flow", sj_comm_op_names[op],
				      sj_collective_way_names[way], (unsigned)p);
			}
}

TESTS(CASE(both_forms_are_the_formula))
