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

/* Both forms take `want` seconds, to so many nanoseconds for each step. */
static void expect_both(const char *what, uint32_t nodes, const sj_comm_phase *phase, double run,
			uint64_t steps, double want, double ns)
{
	double a = alone(SJ_COLLECTIVES_ALPHA_BETA, nodes, phase, run, steps, false);
	double f = alone(SJ_COLLECTIVES_FLOW, nodes, phase, run, steps, false);

	CHECK(near(a, want, 2), "%s: alpha-beta ends at %.9f s, not %.9f", what, a, want);
	CHECK(near(f, want, ns * (double)steps), "%s: flow ends at %.9f s, not %.9f", what, f,
	      want);
}

/* Three workers and a server, which gets 3 MB and gives them back; two servers get halves. */
TEST(parameter_servers)
{
	sj_comm_phase h = { .op = SJ_COMM_SERVERS, .share = 1, .bytes = 1 * MB, .servers = 1 };

	expect_both("one", 4, &h, 1, 10, 1 + 10 * 2 * (1e-5 + 3e-3), 2);
	h.servers = 2;
	expect_both("two", 5, &h, 1, 10, 1 + 10 * 2 * (1e-5 + 1.5e-3), 2);
}

/* On a grid of 3 x 2 the two in the middle of a row have three neighbours, which is what
 * their cables carry; closed to a ring of 5 everybody has two. */
TEST(halos)
{
	sj_comm_phase h = { .op = SJ_COMM_HALO, .share = 1, .bytes = 1 * MB, .grid = { 3, 2 } };

	expect_both("3 x 2", 6, &h, 1, 10, 1 + 10 * (1e-5 + 3e-3), 2);
	h.grid[0] = 5;
	h.grid[1] = 0;
	h.periodic = true;
	expect_both("a ring", 5, &h, 1, 10, 1 + 10 * (1e-5 + 2e-3), 2);
}

/* Rank 0 sends 3 MB and 1 MB, rank 1 gets 3 MB and 2 MB: its cable is the last to be done,
 * and all that goes over it ends then. */
TEST(pairs)
{
	static const sj_comm_pair list[] = { { 0, 1, 3 * MB }, { 0, 2, 1 * MB }, { 2, 1, 2 * MB } };
	const sj_comm_phase h = { .op = SJ_COMM_PAIRS, .share = 1, .pairs = list,
				  .pair_count = 3 };

	expect_both("a list", 3, &h, 1, 4, 1 + 4 * (1e-5 + 5e-3), 2);
}

/* A second of computing and 1.6 or 0.4 of communication in a step. */
TEST(overlap)
{
	static const struct {
		double overlap, bytes, step;
	} cases[] = { { 0, 1600, 2.6 }, { 0.5, 1600, 2.1 }, { 1, 1600, 1.6 },
		      { 0, 400, 1.4 }, { 0.25, 400, 1.15 }, { 0.5, 400, 1 }, { 1, 400, 1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_comm_pair list = { 0, 1, cases[i].bytes * MB - 1e4 };
		const sj_comm_phase h = { .op = SJ_COMM_PAIRS, .share = 1, .pairs = &list,
					  .pair_count = 1, .overlap = cases[i].overlap };

		expect_both("overlap", 2, &h, 10, 10, 10 * cases[i].step, 2);
	}
}

/* A step: 0.25 s of computing beside 0.5 s, 0.75 s without, and combining 1 MB at 4 MB/s
 * after 10 ms of sending: a reduce among two. */
TEST(phases_and_combining)
{
	static const sj_comm_pair list = { 1, 0, 500 * MB - 1e4 };
	const sj_comm_phase h[] = {
		{ .op = SJ_COMM_PAIRS, .share = 0.25, .overlap = 1, .pairs = &list, .pair_count = 1 },
		{ .op = SJ_COMM_NONE, .share = 0.75 },
		{ .op = SJ_REDUCE, .share = 0, .bytes = 1 * MB, .combine_bytes_per_s = 4 * MB },
	};
	const sj_comm comm = { 3, h };
	const sj_node_type type = node_type(2, 1);
	const sj_job job = comm_job(1, 2, 5, 5);
	sj_run_config c = { .collectives = SJ_COLLECTIVES_ALPHA_BETA };
	static struct script_result out;

	for (; c.collectives <= SJ_COLLECTIVES_FLOW; c.collectives++) {
		run_comm(c, &type, &comm, NULL, &job, 1, &out);
		REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
		CHECK(near(end_of(&out, 0), 5 * (0.5 + 0.75 + 1e-3 + 1e-5 + 0.25), 10),
		      "form %d: %.9f s", c.collectives, end_of(&out, 0));
		CHECK(near(out.metrics.value[SJ_M_COMM], 5 * (0.25 + 0.25101), 12), "%.9f s",
		      out.metrics.value[SJ_M_COMM]);
		CHECK(fabs(out.metrics.value[SJ_M_BYTES] - 5 * (501 * MB - 1e4)) < 1, "%.1f B",
		      out.metrics.value[SJ_M_BYTES]);
	}
}

/* ---- places ------------------------------------------------------------------------------ */

/* Four ranks together send nothing over the network; on two nodes a ring crosses each way
 * once; in a pool, or when nobody asks, it costs nothing. */
TEST(where_the_ranks_are)
{
	const sj_comm_phase ring = { .op = SJ_ALL_REDUCE, .way = SJ_WAY_RING, .share = 1,
				     .bytes = 400 * MB };
	const sj_comm comm = { 1, &ring };
	static const sj_slot together = { 0, 4 }, apart[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 1 } },
			     halves[] = { { 0, 2 }, { 1, 2 } };
	static const struct step starts[] = {
		{ .at = 0, .op = OP_START, .job = 1, .slots = 1, .slot = { together } },
		{ .at = 0, .op = OP_START, .job = 1, .slots = 2, .slot = { halves[0], halves[1] } },
		{ .at = 0, .op = OP_START, .job = 1, .slots = 4,
		  .slot = { apart[0], apart[1], apart[2], apart[3] } },
	};
	static const double step[] = { 0, 6 * (1e-5 + 0.1), 6 * (1e-5 + 0.1) };
	const sj_node_type type = node_type(4, 4);
	const sj_job job = comm_job(1, 4, 2, 2);
	static struct script_result out;

	for (int i = 0; i < 3; i++)
		for (int how = SJ_COLLECTIVES_NONE; how <= SJ_COLLECTIVES_FLOW; how++) {
			const struct script does = { &starts[i], 1, true };
			const sj_run_config c = { .collectives = (sj_collectives)how };
			double want = 2 + (how == SJ_COLLECTIVES_NONE ? 0 : 2 * step[i]);

			run_comm(c, &type, &comm, &does, &job, 1, &out);
			REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
			CHECK(near(end_of(&out, 0), want, 24), "place %d, form %d: %.9f s", i, how,
			      end_of(&out, 0));
		}
}

/* Two nodes of two GPUs with NVLink of 4 GB/s and PCIe of 8 GB/s. In the hierarchy each GPU
 * sends half to the other one; then the two of a node send their quarters at once, so that
 * the cable of the node carries two; and back. The flat ring crosses with a quarter each. */
TEST(groups_of_gpus)
{
	sj_comm_phase h = { .op = SJ_ALL_REDUCE, .way = SJ_WAY_HIERARCHY, .share = 1,
			    .bytes = 400 * MB };
	const sj_comm comm = { 1, &h };
	const double inner = 0.2 / 4, outer = 1e-5 + 2 * 0.1, ring = 6 * (1e-5 + 0.1);
	sj_node_type type = node_type(2, 2);
	sj_job job = comm_job(1, 4, 2, 2);
	static struct script_result out;

	type.gpus = 2;
	type.nvlink_bytes_per_s = 4000000000;
	type.pcie_bytes_per_s = 8000000000;
	job.task.gpu_milli = 1000;
	for (int how = SJ_COLLECTIVES_ALPHA_BETA; how <= SJ_COLLECTIVES_FLOW; how++) {
		const sj_run_config c = { .collectives = (sj_collectives)how };

		h.way = SJ_WAY_HIERARCHY;
		run_comm(c, &type, &comm, NULL, &job, 1, &out);
		REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
		CHECK(near(end_of(&out, 0), 2 + 2 * (2 * inner + 2 * outer), 12), "%.9f s",
		      end_of(&out, 0));
		h.way = SJ_WAY_RING;
		run_comm(c, &type, &comm, NULL, &job, 1, &out);
		CHECK(near(end_of(&out, 0), 2 + 2 * ring, 24), "%.9f s", end_of(&out, 0));
		h.way = SJ_WAY_AUTO; /* 2 * inner + 2 * outer = 0.5 < 0.6 */
		run_comm(c, &type, &comm, NULL, &job, 1, &out);
		CHECK(near(end_of(&out, 0), 2 + 2 * (2 * inner + 2 * outer), 12), "auto: %.9f s",
		      end_of(&out, 0));
	}
}

/* Doubling starts log p messages and halving 2 log p, but halving sends less: they cost the
 * same at n* = log p alpha / (log p - 2 (p - 1) / p) / beta. On both sides of it a run takes
 * what the cheaper one takes. */
TEST(the_cheapest_by_size)
{
	const double p = 8, log = 3, crossover = log * 1e-5 / (log - 2 * (p - 1) / p) / 1e-9;

	for (int side = 0; side < 2; side++) {
		sj_comm_phase h = { .op = SJ_ALL_REDUCE, .share = 1,
				    .bytes = crossover * (side == 0 ? 0.99 : 1.01) };
		double doubling = log * (1e-5 + h.bytes * 1e-9);
		double halving = 2 * log * 1e-5 + 2 * (p - 1) / p * h.bytes * 1e-9;

		CHECK((doubling < halving) == (side == 0));
		expect_both("auto", 8, &h, 1, 100, 1 + 100 * fmin(doubling, halving), 8);
		h.way = side == 0 ? SJ_WAY_HALVING : SJ_WAY_DOUBLING;
		expect_both("the other", 8, &h, 1, 100, 1 + 100 * fmax(doubling, halving), 8);
	}
}

/* ---- together ---------------------------------------------------------------------------- */

/* Two switches of two nodes, whose uplink has the bandwidth of one node. Two jobs of one rank
 * on each switch reduce 400 MB among them, in two rounds of half. Together each round takes
 * twice as long; in alpha-beta form they do not see each other. */
TEST(rings_that_share_an_uplink)
{
	static const sj_fabric_spec tree = { .topology = { .kind = SJ_TOPOLOGY_TREE, .levels = 2,
		.size = { 2, 2 }, .oversubscription = 2 } };
	const sj_comm_phase ring = { .op = SJ_ALL_REDUCE, .way = SJ_WAY_RING, .share = 1,
				     .bytes = 400 * MB };
	const sj_comm comm = { 1, &ring };
	static const struct step starts[] = {
		{ .at = 0, .op = OP_START, .job = 1, .slots = 2, .slot = { { 0, 1 }, { 2, 1 } } },
		{ .at = 0, .op = OP_START, .job = 2, .slots = 2, .slot = { { 1, 1 }, { 3, 1 } } },
		{ .at = 0.7, .op = OP_START, .job = 2, .slots = 2, .slot = { { 1, 1 }, { 3, 1 } } },
	};
	const double alone = 1 + 2 * (1e-5 + 0.2), shared = 1 + 2 * (1e-5 + 0.4);
	const sj_node_type type = node_type(4, 1);
	const sj_job jobs[] = { comm_job(1, 2, 10, 10), comm_job(2, 2, 10, 10) };
	struct script does = { starts, 2, true };
	sj_run_config c = { .network = &tree, .collectives = SJ_COLLECTIVES_FLOW };
	static struct script_result out;

	run_comm(c, &type, &comm, &does, jobs, 2, &out);
	REQUIRE(out.rc == SJ_OK && out.jobs == 2, "%s", out.err.text);
	CHECK(near(end_of(&out, 0), 10 * shared, 40), "%.9f s", end_of(&out, 0));
	CHECK(near(end_of(&out, 1), 10 * shared, 40), "%.9f s", end_of(&out, 1));
	c.collectives = SJ_COLLECTIVES_ALPHA_BETA;
	run_comm(c, &type, &comm, &does, jobs, 2, &out);
	CHECK(near(end_of(&out, 1), 10 * alone, 2), "alpha-beta: %.9f s", end_of(&out, 1));
	/* 0.7 s later it computes while the other one sends, and the other way round. */
	c.collectives = SJ_COLLECTIVES_FLOW;
	does = (struct script){ (const struct step[]){ starts[0], starts[2] }, 2, true };
	run_comm(c, &type, &comm, &does, jobs, 2, &out);
	CHECK(near(end_of(&out, 0), 10 * alone, 40), "%.9f s", end_of(&out, 0));
	CHECK(near(end_of(&out, 1), 0.7 + 10 * alone, 40), "%.9f s", end_of(&out, 1));
}

/* ---- what is lost -------------------------------------------------------------------------- */

/* Two ranks; a step computes 1 s and sends for 1 s. */
static const sj_comm_pair second = { 0, 1, 1000 * MB - 1e4 };
static const sj_comm_phase second_phase = { .op = SJ_COMM_PAIRS, .share = 1, .pairs = &second,
					    .pair_count = 1 };
static const sj_comm second_comm = { 1, &second_phase };

static double with_steps(sj_run_config c, const struct step *steps, uint32_t count,
			 uint32_t nodes, struct script_result *out)
{
	const sj_node_type type = node_type(nodes, 1);
	const struct script does = { steps, count, false };
	sj_job job = comm_job(1, 2, 4, 4);

	job.task.estimate_ns = 1000 * S;
	c.collectives = SJ_COLLECTIVES_FLOW;
	run_comm(c, &type, &second_comm, &does, &job, 1, out);
	CHECK(out->rc == SJ_OK, "%s", out->err.text);
	return end_of(out, 0);
}

/* 8 s without a stop. */
TEST(stops_lose_what_was_sent)
{
	static const struct step computing[] = {
		{ .at = 2.5, .op = OP_ATTAINED, .job = 1, .share = 1.5 },
		{ .at = 2.5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP } };
	static const struct step sending[] = {
		{ .at = 3.5, .op = OP_ATTAINED, .job = 1, .share = 2 },
		{ .at = 3.5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_KEEP } };
	static const struct step all[] = {
		{ .at = 3.5, .op = OP_STOP, .job = 1, .ranks = SJ_STOP_LOSE } };
	static const struct step moved[] = {
		{ .at = 3.5, .op = OP_MIGRATE, .job = 1, .slots = 2, .slot = { { 1, 1 }, { 2, 1 } } } };
	const sj_run_config plain = { .seed = 1 };
	static struct script_result out;
	double end;

	end = with_steps(plain, NULL, 0, 2, &out);
	CHECK(near(end, 8, 8), "undisturbed: %.9f s", end);
	end = with_steps(plain, computing, 2, 2, &out);
	CHECK(near(end, 8, 8), "while it computes nothing is lost: %.9f s", end);
	end = with_steps(plain, sending, 2, 2, &out);
	CHECK(near(end, 8.5, 8), "half a second of sending is lost: %.9f s", end);
	end = with_steps(plain, all, 1, 2, &out);
	CHECK(near(end, 3.5 + 8, 8), "all is lost: %.9f s", end);
	end = with_steps(plain, moved, 1, 3, &out);
	CHECK(near(end, 8.5, 8), "moved: %.9f s", end);
}

/* A failure at 5.5 s, while the third step sends. Without checkpoints all is done again. One
 * is written every 2 s of running, at no cost: the last at 4 s, when two steps were complete. */
TEST(failures_go_back_to_a_checkpoint)
{
	static const sj_node_event events[] = { { 5500000000, 1, SJ_CHANGE_FAIL },
						{ 6000000000, 1, SJ_CHANGE_UP } };
	static const sj_failures failures = { events, 2, 5 };
	sj_run_config c = { .failures = &failures };
	static struct script_result out;
	double end;

	end = with_steps(c, NULL, 0, 2, &out);
	CHECK(near(end, 6 + 8, 8), "from nothing: %.9f s", end);
	c.checkpoint = (sj_checkpoint){ .interval_ns = 2 * S, .modelled = true };
	end = with_steps(c, NULL, 0, 2, &out);
	CHECK(near(end, 6 + 4, 8), "from two steps: %.9f s", end);
	c.checkpoint.restart_ns = S / 4;
	end = with_steps(c, NULL, 0, 2, &out);
	CHECK(near(end, 6.25 + 4, 8), "and a restart: %.9f s", end);
}

/* A task of two ranks gets four at 1.5 s, while it sends: the step goes on to send, among
 * four, then two seconds of work take one. */
TEST(another_size)
{
	const sj_comm_phase h = { .op = SJ_ALL_GATHER, .way = SJ_WAY_RING, .share = 1,
				  .bytes = 2000 * MB };
	const sj_comm comm = { 1, &h };
	static const struct step grow = { .at = 1.5, .op = OP_RESIZE, .job = 1, .ranks = 4 };
	const struct script does = { &grow, 1, false };
	const sj_node_type type = node_type(4, 1);
	sj_job job = script_malleable(comm_job(1, 2, 3, 3), 2, 4);
	sj_run_config c = { .collectives = SJ_COLLECTIVES_FLOW };
	static struct script_result out;

	run_comm(c, &type, &comm, &does, &job, 1, &out);
	REQUIRE(out.rc == SJ_OK, "%s", out.err.text);
	CHECK(near(end_of(&out, 0), 1.5 + 1.50003 + 2 * (0.5 + 1.50003), 12), "%.9f s",
	      end_of(&out, 0));
}

/* An estimate that is the run time is about computing; any other is about all of the time. */
TEST(estimates)
{
	const sj_node_type type = node_type(2, 1);
	sj_job job = comm_job(1, 2, 4, 4);
	static struct script_result out;

	for (int how = SJ_COLLECTIVES_ALPHA_BETA; how <= SJ_COLLECTIVES_FLOW; how++) {
		const sj_run_config c = { .collectives = (sj_collectives)how };

		job.task.estimate_ns = job.task.work_ns;
		run_comm(c, &type, &second_comm, NULL, &job, 1, &out);
		CHECK(out.job[0].outcome == SJ_COMPLETED && near(end_of(&out, 0), 8, 8),
		      "%.9f s", end_of(&out, 0));
		job.task.estimate_ns = 5 * S;
		run_comm(c, &type, &second_comm, NULL, &job, 1, &out);
		CHECK(out.job[0].outcome == SJ_KILLED && near(end_of(&out, 0), 5, 2), "%.9f s",
		      end_of(&out, 0));
	}
}

/* Nothing to compute: it lasts as long as it sends. */
TEST(only_communication)
{
	const sj_node_type type = node_type(2, 1);
	static struct script_result out;

	for (int how = SJ_COLLECTIVES_ALPHA_BETA; how <= SJ_COLLECTIVES_FLOW; how++) {
		const sj_run_config c = { .collectives = (sj_collectives)how };
		sj_job job = comm_job(1, 2, 0, 4);

		run_comm(c, &type, &second_comm, NULL, &job, 1, &out);
		CHECK(out.rc == SJ_OK && near(end_of(&out, 0), 4, 8), "%.9f s", end_of(&out, 0));
		job.task.estimate_ns = 0;
		run_comm(c, &type, &second_comm, NULL, &job, 1, &out);
		CHECK(out.rc == SJ_OK && near(end_of(&out, 0), 4, 8), "%.9f s", end_of(&out, 0));
	}
}

/* Neither to compute nor, on one node, to send: however many steps, it is over at once. */
TEST(steps_of_no_time)
{
	const sj_node_type type = node_type(1, 2);
	const sj_run_config c = { .collectives = SJ_COLLECTIVES_FLOW };
	const sj_job job = comm_job(1, 2, 0, UINT64_C(1000000000000));
	static struct script_result out;

	run_comm(c, &type, &second_comm, NULL, &job, 1, &out);
	CHECK(out.rc == SJ_OK && out.job[0].finish_ns <= 1 && out.stats.events < 100);
}

TEST(too_much_at_once)
{
	sj_comm_phase h = { .op = SJ_ALL_TO_ALL, .share = 1, .bytes = 1 };
	const sj_comm comm = { 1, &h };

	CHECK(sj_comm_wrong(&comm, 4096, 0, 0) == NULL);
	CHECK(sj_comm_wrong(&comm, 4097, 0, 0) != NULL);
	h = (sj_comm_phase){ .op = SJ_COMM_SERVERS, .share = 1, .bytes = 1, .servers = 4096 };
	CHECK(sj_comm_wrong(&comm, 8192, 0, 0) == NULL);
	CHECK(sj_comm_wrong(&comm, 8193, 0, 0) != NULL);
}

/* ---- many steps ---------------------------------------------------------------------------- */

/* A million steps in a few events, and to the same nanosecond as one by one. */
TEST(equal_steps_are_skipped)
{
	const sj_comm_phase h = { .op = SJ_ALL_REDUCE, .way = SJ_WAY_RING, .share = 1,
				  .bytes = 1.7 * MB, .overlap = 0.3 };
	const sj_node_type type = node_type(5, 1);
	const sj_comm comm = { 1, &h };
	sj_job job = comm_job(1, 5, 7.1, 1700);
	sj_run_config c = { .collectives = SJ_COLLECTIVES_FLOW };
	static struct script_result each, skipped;

	run_comm(c, &type, &comm, NULL, &job, 1, &skipped);
	c.step_by_step = true;
	run_comm(c, &type, &comm, NULL, &job, 1, &each);
	CHECK(skipped.job[0].finish_ns == each.job[0].finish_ns, "%lld, not %lld",
	      (long long)skipped.job[0].finish_ns, (long long)each.job[0].finish_ns);
	CHECK(skipped.metrics.value[SJ_M_COMM] == each.metrics.value[SJ_M_COMM]);
	CHECK(skipped.metrics.value[SJ_M_BYTES] == each.metrics.value[SJ_M_BYTES]);
	CHECK(skipped.stats.events < 300 && each.stats.events > 60000, "%llu and %llu events",
	      (unsigned long long)skipped.stats.events, (unsigned long long)each.stats.events);
	job.task.steps = 1000000;
	c.step_by_step = false;
	run_comm(c, &type, &comm, NULL, &job, 1, &skipped);
	CHECK(skipped.rc == SJ_OK && skipped.stats.events < 300);
}

TESTS(CASE(both_forms_are_the_formula), CASE(parameter_servers), CASE(halos), CASE(pairs),
      CASE(overlap), CASE(phases_and_combining), CASE(where_the_ranks_are),
      CASE(groups_of_gpus), CASE(the_cheapest_by_size), CASE(rings_that_share_an_uplink),
      CASE(stops_lose_what_was_sent), CASE(failures_go_back_to_a_checkpoint),
      CASE(another_size), CASE(estimates), CASE(only_communication), CASE(steps_of_no_time),
      CASE(too_much_at_once),
      CASE(equal_steps_are_skipped))
