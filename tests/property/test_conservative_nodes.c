/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_conservative_nodes.c - conservative backfilling on nodes with GPUs and memory
 * against a scheduler that makes the whole plan from nothing in every pass, and what it
 * promises: nobody starves, and with exact estimates no head starts after its promise.
 */
#include "nodes_plain.h"

enum { SEEDS = 600, JOBS = 48, SLOTS = 2 * JOBS + 8 };

/* ---- totals, as a list of what is taken ------------------------------------------- */

struct taken {
	sj_time from, to;
	int64_t need[3];
};

struct totals {
	int64_t      up[3];
	struct taken taken[SLOTS];
	int          count;
};

static void needs(const sj_task *t, int64_t need[3])
{
	need[0] = t->procs;
	need[1] = (int64_t)t->ranks * (t->gpu_milli > 1000 ? (t->gpu_milli + 999) / 1000 * 1000 :
							     t->gpu_milli);
	need[2] = (int64_t)(t->ranks * t->mem_bytes);
}

static void take(struct totals *p, const sj_task *t, sj_time from, sj_time to)
{
	struct taken *a = &p->taken[p->count++];

	a->from = from;
	a->to = to;
	needs(t, a->need);
}

static bool free_at(const struct totals *p, const int64_t need[3], sj_time at)
{
	for (int r = 0; r < 3; r++) {
		int64_t left = p->up[r] - need[r];

		for (int i = 0; i < p->count; i++)
			left -= p->taken[i].from <= at && p->taken[i].to > at ?
				p->taken[i].need[r] : 0;
		if (left < 0 && need[r] > 0)
			return false;
	}
	return true;
}

/* Free on [from, from + length): at its begin, and wherever something begins in it. */
static bool free_on(const struct totals *p, const int64_t need[3], sj_time from, sj_time length)
{
	if (!free_at(p, need, from))
		return false;
	for (int i = 0; i < p->count; i++)
		if (p->taken[i].from > from && p->taken[i].from < from + length &&
		    !free_at(p, need, p->taken[i].from))
			return false;
	return true;
}

static sj_time earliest(const struct totals *p, const sj_task *t, sj_time from, sj_time length)
{
	int64_t need[3];
	sj_time best = SJ_NEVER;

	needs(t, need);
	if (free_on(p, need, from, length))
		return from;
	for (int i = 0; i < p->count; i++)
		if (p->taken[i].to > from && p->taken[i].to < best &&
		    free_on(p, need, p->taken[i].to, length))
			best = p->taken[i].to;
	return best;
}

/* ---- the slow plan -------------------------------------------------------------------- */

static sj_time promised[NODES_JOBS];
static uint32_t bounded; /* heads planned later than the totals say */

static sj_time length_of(const sj_task *t)
{
	return t->estimate_ns > 0 ? t->estimate_ns : S;
}

static void measure(sj_ctx *cx, struct totals *p)
{
	*p = (struct totals){ 0 };
	for (uint32_t i = 0; i < cx->ledger.node_count; i++) {
		const sj_node_type *type = &cx->ledger.types[cx->ledger.node[i].type];

		p->up[0] += type->cores;
		p->up[1] += type->gpus * 1000;
		p->up[2] += (int64_t)type->mem_bytes;
	}
	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (t->start_ns + length_of(t) > sj_now(cx))
			take(p, t, sj_now(cx), t->start_ns + length_of(t));
}

/* Starts t at its slot, which is now; t is not a head that has no place. */
static int begin(sj_ctx *cx, const sj_task *t)
{
	const sj_task *head = sj_ready_first(cx);

	if (!sj_fits(cx, head)) {
		sj_time shadow = shadow_of(cx, head);

		if (t->estimate_ns > shadow - sj_now(cx) && !head_stays(cx, t, head, shadow))
			return SJ_EFULL;
	}
	return sj_start(cx, t, NULL);
}

static int slow_schedule(void *self, sj_ctx *cx)
{
	struct totals plan;
	const sj_task *next;

	(void)self;
	measure(cx, &plan);
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = next) {
		bool blocked = t == sj_ready_first(cx) && !sj_fits(cx, t);
		sj_time from = blocked ? shadow_of(cx, t) : sj_now(cx), at = from;
		int rc = SJ_EFULL;

		next = sj_ready_next(cx, t);
		bounded += blocked && from > earliest(&plan, t, sj_now(cx), length_of(t));
		at = earliest(&plan, t, from, length_of(t));
		if (t == sj_ready_first(cx) && promised[t->job] == 0)
			promised[t->job] = at + 1;
		take(&plan, t, at, at + length_of(t));
		if (at == sj_now(cx))
			rc = begin(cx, t);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

static const sj_policy_ops slow_conservative = {
	SJ_POLICY_HEAD, .name = "slow-conservative", .schedule = slow_schedule,
};

/* ---- properties ------------------------------------------------------------------------- */

static void compare(uint64_t seed, bool exact)
{
	static struct nodes_case in;
	static struct nodes_result slow, fast;

	nodes_make(seed, exact, &in);
	in.count = in.count > JOBS ? JOBS : in.count;
	memset(promised, 0, sizeof(promised));
	nodes_run(&slow_conservative, "", &in, &slow);
	nodes_run(nodes_policy("conservative"), "", &in, &fast);
	for (uint32_t i = 0; i < in.count; i++)
		REQUIRE(fast.start_ns[i] == slow.start_ns[i],
			"seed %u: job %u starts at %.9g s, not %.9g s", (unsigned)seed, i,
			(double)fast.start_ns[i] / 1e9, (double)slow.start_ns[i] / 1e9);
	CHECK(strcmp(slow.digest, fast.digest) == 0, "seed %u: two digests", (unsigned)seed);
	for (uint32_t i = 0; exact && i < in.count; i++)
		REQUIRE(promised[i] == 0 || fast.start_ns[i] < promised[i],
			"seed %u: job %u was promised %.9g s and starts at %.9g s",
			(unsigned)seed, i, (double)(promised[i] - 1) / 1e9,
			(double)fast.start_ns[i] / 1e9);
}

TEST(rebuild_is_the_slow_plan)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		compare(seed, false);
	CHECK(bounded > 100, "too tame: %u heads", bounded);
}

TEST(exact_estimates_keep_promises)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		compare(seed, true);
}

/* One GPU job after the other, each on a node of its own, would keep a head that wants
 * all GPUs of a node waiting as long as they come; totals alone say it could start. */
TEST(nobody_starves)
{
	static const char *const args[] = { "plan=rebuild", "plan=compress" };
	static const char *const policies[] = { "conservative", "easy" };
	static struct nodes_case in;
	static struct nodes_result out;

	in = (struct nodes_case){ .type[0] = { .count = 2, .cores = 8, .gpus = 4 },
				  .cluster = { .type_count = 1, .types = in.type }, .count = 80 };
	for (uint32_t i = 0; i < in.count; i++) {
		sj_task_spec *t = &in.job[i].task;
		uint32_t k = i > 3 ? i - 1 : i;

		sj_job_clear(&in.job[i]);
		in.job[i].id = i;
		in.job[i].submit_ns = i == 3 ? 12 * S : k * 5 * S;
		t->cores = 1;
		t->gpu_milli = i == 3 ? 4000 : 1000;
		t->node = i == 3 ? 0 : 1 + k % 2; /* they keep to their nodes */
		t->work_ns = t->estimate_ns = 12 * S;
	}
	for (size_t p = 0; p < 3; p++) {
		nodes_run(nodes_policy(policies[p / 2]), p < 2 ? args[p] : "", &in, &out);
		CHECK(out.start_ns[3] == 17 * S, "%s %s: at %.9g s", policies[p / 2],
		      p < 2 ? args[p] : "", (double)out.start_ns[3] / 1e9);
	}
}

TESTS(CASE(rebuild_is_the_slow_plan), CASE(exact_estimates_keep_promises),
      CASE(nobody_starves))
