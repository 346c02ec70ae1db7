/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_balance.c - queues at nodes against servers that are simulated one by one, on random
 * jobs; and the cases in which a rule is another one by definition.
 */
#include <gsl/gsl_rng.h>

#include "simrun.h"
#include "sojourn/rng.h"

#define S SJ_NS_PER_S

enum { SEEDS = 200, NODES_MAX = 9, JOBS = 100 };

static struct sim_job job[JOBS];
static struct sim_result out, other;

static uint32_t below(gsl_rng *r, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(r, n);
}

/* Different submits unless `ties`; estimates that differ from the runs, and cover them. */
static void draw(gsl_rng *r, uint32_t nodes, uint32_t ranks_max, bool ties)
{
	int now = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		now += (ties ? 0 : 1) + (int)below(r, 2 * 40 / nodes + 1);
		job[i] = (struct sim_job){ .submit = now, .run = 1 + (int)below(r, 60),
					   .ranks = 1 + below(r, ranks_max) };
		job[i].estimate = job[i].run + (int)below(r, 50);
	}
}

static void machine(sj_cluster *c, sj_node_type *type, uint32_t nodes, uint32_t cores)
{
	*type = (sj_node_type){ .count = nodes, .cores = cores };
	*c = (sj_cluster){ .types = type, .type_count = 1 };
}

static void expect_same(const char *a, const char *b, uint64_t seed)
{
	for (uint32_t i = 0; i < JOBS; i++)
		CHECK(out.start_ns[i] == other.start_ns[i],
		      "seed %llu, job %u: %s starts it at %g s, %s at %g s",
		      (unsigned long long)seed, i, a, (double)out.start_ns[i] / 1e9, b,
		      (double)other.start_ns[i] / 1e9);
}

/* ---- servers, one by one ------------------------------------------------------------ */

enum rule { ROUNDROBIN, LEAST_QUEUE, LEAST_WORK };

/* What server k has at `now`: jobs, or what their estimates leave. */
static int64_t load_of(const int *at, const int64_t *start, uint32_t n, uint32_t k, int64_t now,
		       enum rule rule)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		int64_t had = now > start[i] ? now - start[i] : 0;

		if (at[i] != (int)k || start[i] + job[i].run <= now)
			continue; /* ends come before arrivals */
		sum += rule == LEAST_QUEUE ? 1 : job[i].estimate > had ? job[i].estimate - had : 0;
	}
	return sum;
}

static void servers(uint32_t nodes, enum rule rule, int64_t *start)
{
	int64_t free_at[NODES_MAX] = { 0 };
	int at[JOBS];

	for (uint32_t i = 0; i < JOBS; i++) {
		uint32_t best = rule == ROUNDROBIN ? i % nodes : 0;
		int64_t now = job[i].submit;

		for (uint32_t k = 1; k < nodes && rule != ROUNDROBIN; k++)
			if (load_of(at, start, i, k, now, rule) <
			    load_of(at, start, i, best, now, rule))
				best = k;
		at[i] = (int)best;
		start[i] = free_at[best] > now ? free_at[best] : now;
		free_at[best] = start[i] + job[i].run;
	}
}

TEST(as_servers_one_by_one)
{
	static const struct {
		enum rule rule;
		const char *spec;
	} rules[] = { { ROUNDROBIN, "balance:to=roundrobin" }, { LEAST_QUEUE, "balance:to=least" },
		      { LEAST_WORK, "balance:to=least,load=work" } };

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.balance", 0);
		uint32_t nodes = 1 + below(r, NODES_MAX);
		int64_t start[JOBS];
		sj_node_type type;
		sj_cluster c;

		draw(r, nodes, 1, false);
		machine(&c, &type, nodes, 1);
		for (size_t k = 0; k < 3; k++) {
			servers(nodes, rules[k].rule, start);
			sim_run(rules[k].spec, &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
			for (uint32_t i = 0; i < JOBS; i++)
				CHECK(out.start_ns[i] == start[i] * S,
				      "seed %llu, %s, %u nodes, job %u: at %g s, not %lld",
				      (unsigned long long)seed, rules[k].spec, nodes, i,
				      (double)out.start_ns[i] / 1e9, (long long)start[i]);
		}
		gsl_rng_free(r);
	}
}

/* ---- one rule that is another --------------------------------------------------------- */

/* Probes everywhere are one queue for all; so is one node. */
TEST(probes_everywhere_are_fifo)
{
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.balance", 1);
		uint32_t nodes = 1 + below(r, NODES_MAX), cores = 1 + below(r, 3);
		sj_node_type type;
		sj_cluster c;

		draw(r, nodes * cores, 1, true);
		machine(&c, &type, nodes, cores);
		sim_run("balance:d=9,late=yes", &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
		sim_run("fifo", &c, job, JOBS, S, SJ_OVERRUN_KILL, false, &other);
		expect_same("late=yes", "fifo", seed);
		machine(&c, &type, 1, 4);
		draw(r, 2, 4, true);
		sim_run("balance:to=random", &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
		sim_run("fifo", &c, job, JOBS, S, SJ_OVERRUN_KILL, false, &other);
		expect_same("one node", "fifo", seed);
		gsl_rng_free(r);
	}
}

/* Tasks of several nodes come to their turn: who is bound later never starts before. */
TEST(several_nodes_in_turn)
{
	static const char *const specs[] = { "balance:to=random", "balance", "balance:late=yes",
					     "balance:to=least", "balance:to=roundrobin" };

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create(seed, "test.balance", 2);
		uint32_t nodes = 2 + below(r, NODES_MAX - 2), wide = 0;
		sj_node_type type;
		sj_cluster c;

		draw(r, nodes, 1, false);
		for (uint32_t i = 0; i < JOBS; i += 10)
			job[i].ranks = 2 + below(r, nodes - 1);
		machine(&c, &type, nodes, 1);
		sim_run(specs[seed % 5], &c, job, JOBS, S, SJ_OVERRUN_KILL, true, &out);
		for (uint32_t i = 0; i < JOBS; i++) {
			if (job[i].ranks > 1)
				wide = i;
			CHECK(out.start_ns[i] >= out.start_ns[wide],
			      "seed %llu, %s: job %u starts before job %u, which needs %u nodes",
			      (unsigned long long)seed, specs[seed % 5], i, wide, job[wide].ranks);
		}
		gsl_rng_free(r);
	}
}

TESTS(CASE(as_servers_one_by_one), CASE(probes_everywhere_are_fifo), CASE(several_nodes_in_turn))
