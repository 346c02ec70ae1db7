/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_work.c - work is conserved whatever is done to a task on its way: random starts,
 * sizes, stops of every kind, moves, copies and shares, with and without checkpoints,
 * in a pool and on nodes. What the jobs held is what they needed and what was wasted; the
 * core checks the rest after every instant; and the same seed gives the same decisions.
 */
#include <math.h>

#include "scripted.h"

enum { SEEDS = 400, JOBS = 12, ACTIONS = 250, NODES = 4, CORES = 6 };

struct chaos {
	uint32_t left; /* actions */
	bool     on;   /* init() has run */
};

static uint32_t draw(sj_ctx *cx, uint32_t below)
{
	return (uint32_t)gsl_rng_uniform_int(sj_rng(cx, "chaos"), below);
}

static const sj_task *any(sj_ctx *cx, bool running)
{
	uint32_t n = running ? sj_running_count(cx) : sj_ready_count(cx), at;
	const sj_task *t = running ? sj_running_first(cx) : sj_ready_first(cx);

	if (n == 0)
		return NULL;
	for (at = draw(cx, n); at != 0; at--)
		t = running ? sj_running_next(cx, t) : sj_ready_next(cx, t);
	return t;
}

static int start(sj_ctx *cx, const sj_task *t)
{
	if (t->ranks_max != 0)
		return sj_start_sized(cx, t, t->ranks_min + draw(cx, t->ranks_max - t->ranks_min + 1),
				      NULL);
	return sj_start(cx, t, NULL);
}

static int move(sj_ctx *cx, const sj_task *t)
{
	uint32_t ranks = sj_task_ranks(cx, t), node = draw(cx, NODES - 1), first;
	sj_slot slot[2] = { { node, ranks } };
	sj_placement where = { 1, slot };

	if (ranks > 1 && draw(cx, 2) != 0) {
		first = 1 + draw(cx, ranks - 1);
		slot[0].ranks = first;
		slot[1] = (sj_slot){ node + 1, ranks - first };
		where.count = 2;
	}
	return sj_migrate(cx, t, &where);
}

/* A task that shares or has a copy takes part in fewer things. */
static int act_on_running(sj_ctx *cx, const sj_task *t, bool saves)
{
	bool nodes = sj_node_count(cx) != 0, copied = sj_has_copy(cx, t);

	switch (draw(cx, nodes ? 5 : 4)) {
	case 0:
		return sj_stop(cx, t, (sj_stop_mode)draw(cx, saves ? 3 : 2));
	case 1:
		if (t->ranks_max == 0 || copied)
			return SJ_OK;
		return sj_resize(cx, t, t->ranks_min + draw(cx, t->ranks_max - t->ranks_min + 1));
	case 2:
		return copied || t->ranks_max == 0 ? SJ_OK : sj_copy(cx, t, NULL);
	case 3:
		if (nodes || copied || t->ranks_max != 0)
			return SJ_OK;
		return sj_share(cx, t, (1 + draw(cx, 8)) / 8.0);
	default:
		return move(cx, t);
	}
}

static bool saves; /* this run has a checkpoint model */

static int chaos_schedule(void *self, sj_ctx *cx)
{
	struct chaos *s = self;
	const sj_task *t, *next;
	int rc = SJ_OK;

	if (!s->on) {
		s->on = true;
		s->left = ACTIONS;
	}
	for (uint32_t n = draw(cx, 4); n != 0 && s->left != 0 && rc >= SJ_OK; n--, s->left--) {
		t = any(cx, draw(cx, 3) != 0);
		if (t == NULL)
			continue;
		rc = t->state == SJ_TASK_RUNNING ? act_on_running(cx, t, saves) : start(cx, t);
		if (rc == SJ_EFULL)
			rc = SJ_OK;
	}
	for (t = sj_ready_first(cx); t != NULL && s->left == 0 && rc == SJ_OK; t = next) {
		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, NULL);
		if (rc == SJ_EFULL)
			rc = SJ_OK;
	}
	if (rc == SJ_OK && s->left != 0)
		rc = sj_timer(cx, sj_now(cx) + 1 + draw(cx, 2000000000), 0);
	return rc;
}

static const sj_policy_ops chaos[] = {
	{ SJ_POLICY_HEAD, .name = "chaos",
	  .flags = SJ_PF_PREEMPTS | SJ_PF_RESIZES | SJ_PF_SHARES,
	  .state_size = sizeof(struct chaos), .schedule = chaos_schedule },
	{ SJ_POLICY_HEAD, .name = "chaos", .flags = SJ_PF_PREEMPTS | SJ_PF_RESIZES,
	  .state_size = sizeof(struct chaos), .schedule = chaos_schedule },
};

/* Every other one malleable; none that shares may be of variable size. */
static double make_jobs(sj_job *job, uint64_t seed)
{
	uint64_t x = seed;
	double needed = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		uint32_t r[3];

		for (int k = 0; k < 3; k++) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			r[k] = (uint32_t)(x >> 33);
		}
		job[i] = script_job(i + 1, i * 1.5, 1 + r[0] % 5, 0);
		job[i].task.work_ns = r[1] % 20 * S + r[2] % 1000000007;
		if (i % 2 != 0)
			job[i] = script_malleable(job[i], 1, 8);
		needed += (double)job[i].task.work_ns / 1e9 * job[i].task.ranks;
	}
	return needed;
}

static void look(const struct script_result *o, double needed, uint64_t seed, const char *what)
{
	double held = o->metrics.value[SJ_M_UTILIZATION] * o->metrics.value[SJ_M_MAKESPAN] *
		      NODES * CORES;
	double waste = o->metrics.value[SJ_M_WASTE];

	REQUIRE(o->rc == SJ_OK && o->jobs == JOBS, "seed %u, %s: %s", (unsigned)seed, what,
		o->err.text);
	for (uint32_t i = 0; i < JOBS; i++)
		CHECK(o->job[i].outcome == SJ_COMPLETED, "seed %u, %s, job %u", (unsigned)seed,
		      what, i);
	/* Ends are rounded up to a ns, and so may areas be: some ns of each processor. */
	CHECK(fabs(held - waste - needed) < 1e-5,
	      "seed %u, %s: held %.9f, wasted %.9f, needed %.9f processor-seconds",
	      (unsigned)seed, what, held, waste, needed);
}

static void try(uint64_t seed, bool nodes, bool model)
{
	static const sj_node_type type[] = { { .count = NODES, .cores = CORES } };
	static const struct script none = { NULL, 0, false };
	static struct script_result once, again;
	const char *what = nodes ? "nodes" : "pool";
	sj_job job[JOBS];
	double needed = make_jobs(job, seed);
	sj_run_config c = { .cluster = { .procs = NODES * CORES }, .policy = &chaos[nodes],
			    .overrun = SJ_OVERRUN_EXTEND, .seed = seed };

	if (nodes)
		c.cluster = (sj_cluster){ .type_count = 1, .types = type };
	saves = model;
	if (model)
		c.checkpoint = (sj_checkpoint){ .interval_ns = 3 * S, .cost_ns = S / 3,
						.restart_ns = S / 7, .modelled = true };
	script_run(c, &none, job, JOBS, &once);
	look(&once, needed, seed, what);
	script_run(c, &none, job, JOBS, &again);
	CHECK(strcmp(once.stats.digest, again.stats.digest) == 0, "seed %u: two digests",
	      (unsigned)seed);
}

TEST(work_is_conserved)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		try(seed, seed % 2 != 0, seed % 4 >= 2);
}

TESTS(CASE(work_is_conserved))
