/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_drf.c - hierarchical dominant shares on a node that has room for twelve tasks of one
 * kind and twelve of the other, by the examples of Bhattacharya et al. (2013): who has what when all have come.
 */
#include "simrun.h"

#define S SJ_NS_PER_S

enum { USERS = 8 };

static const sj_node_type type = { .count = 1, .cores = 492, .gpus = 12 };
static const sj_cluster node = { .type_count = 1, .types = &type };

static struct sim_job job[SIM_JOBS];
static uint32_t count;

/* Tasks of forty cores, or of one GPU and one core, from `submit` on. */
static void tasks(int submit, uint32_t n, uint32_t group, uint32_t user, bool gpu, int run)
{
	for (uint32_t i = 0; i < n; i++)
		job[count++] = (struct sim_job){ .submit = submit, .run = run, .estimate = run,
						 .ranks = 1, .cores = gpu ? 1 : 40,
						 .gpu_milli = gpu ? 1000 : 0, .group = group,
						 .user = user };
}

/* Tasks of each user that run at `at`. */
static void run_until(const char *spec, int at, uint32_t *running)
{
	static struct sim_result out;

	memset(running, 0, USERS * sizeof(*running));
	sim_run(spec, &node, job, count, S, SJ_OVERRUN_KILL, false, &out);
	for (uint32_t i = 0; i < count; i++)
		if (out.start_ns[i] >= 0 && out.start_ns[i] <= at * S &&
		    out.finish_ns[i] > at * S)
			running[job[i].user]++;
	count = 0;
}

static const struct {
	const char *what, *spec;
	struct {
		int      submit, n, run;
		uint32_t group, user;
		bool     gpu;
	} part[4];
	int      at;
	uint32_t want[USERS];
} shared[] = {
	{ "users of two groups want the same", "drf:among=groups+users",
	  { { 0, 24, 10, 1, 1, true }, { 0, 24, 10, 2, 2, true }, { 0, 24, 10, 2, 3, true } },
	  0, { 0, 6, 3, 3 } },
	{ "without groups each has a third", "drf",
	  { { 0, 24, 10, 1, 1, true }, { 0, 24, 10, 2, 2, true }, { 0, 24, 10, 2, 3, true } },
	  0, { 0, 4, 4, 4 } },
	{ "a share of two for the first group", "drf:among=groups,group_shares=(1:2)",
	  { { 0, 24, 10, 1, 1, true }, { 0, 24, 10, 2, 2, true } },
	  0, { 0, 8, 4 } },
	{ "whose neighbour has all cores is not punished", "drf:among=groups+users",
	  { { 0, 12, 99, 2, 3, false }, { 1, 24, 99, 2, 2, true }, { 1, 24, 99, 1, 1, true },
	    { 1, 24, 99, 2, 3, false } },
	  1, { 0, 6, 6, 12 } },
	{ "nor because somebody else wants cores that are used up", "drf:among=groups+users",
	  { { 0, 12, 99, 2, 3, false }, { 1, 24, 99, 2, 2, true }, { 1, 24, 99, 1, 1, true },
	    { 1, 24, 99, 1, 4, false } },
	  1, { 0, 6, 6, 12 } },
	{ "but for what is there, what its neighbour has counts", "drf:among=groups+users",
	  { { 0, 8, 99, 2, 3, false }, { 1, 24, 99, 2, 2, true }, { 1, 24, 99, 1, 1, true } },
	  1, { 0, 8, 4, 8 } },
};

TEST(who_has_what)
{
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		uint32_t running[USERS];

		for (int p = 0; p < 4; p++)
			tasks(shared[i].part[p].submit, (uint32_t)shared[i].part[p].n,
			      shared[i].part[p].group, shared[i].part[p].user, shared[i].part[p].gpu,
			      shared[i].part[p].run);
		run_until(shared[i].spec, shared[i].at, running);
		for (int u = 0; u < USERS; u++)
			CHECK(running[u] == shared[i].want[u], "%s: user %d has %u, not %u",
			      shared[i].what, u, running[u], shared[i].want[u]);
	}
}

/* Cores are used up by three users with a third each; the two who want GPUs share those,
 * although one of them is in a group with one who has cores. */
TEST(who_is_blocked_does_not_hold_others_back)
{
	uint32_t running[USERS];

	tasks(0, 24, 1, 1, false, 9);
	tasks(0, 24, 2, 2, false, 9);
	tasks(0, 24, 3, 3, false, 9);
	tasks(0, 24, 3, 4, true, 9);
	tasks(0, 24, 4, 5, true, 9);
	run_until("drf:among=groups+users", 0, running);
	CHECK(running[1] == 4 && running[2] == 4 && running[3] == 4, "cores: %u %u %u", running[1],
	      running[2], running[3]);
	CHECK(running[4] == 6 && running[5] == 6, "GPUs: %u %u", running[4], running[5]);
}

TESTS(CASE(who_has_what), CASE(who_is_blocked_does_not_hold_others_back))
