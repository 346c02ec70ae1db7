/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_preempt_nodes.c - preemption on nodes with GPUs, shares of GPUs, memory and gangs,
 * over hundreds of random machines: nobody waits who would fit if those behind him were
 * gone, a machine without fragmentation is a pool, a supposition leaves no trace, and
 * every policy keeps the invariants of the core.
 */
#include <stdlib.h>

#include "nodes_sim.h"
#include "sojourn/order.h"
#include "sojourn/suppose.h"

enum { SEEDS = 100 };

static const char *const preemptive[][2] = {
	{ "srtf", "" },          { "srsf", "" },         { "srtf-est", "" },
	{ "preempt", "order=fcfs" }, { "preempt", "order=wide" }, { "preempt", "order=wfp3" },
	{ "las", "queues=5s|..." },  { "las", "queues=4s|20s,by=time" },
	{ "gittins", "" },       { "gittins", "sizes=(h2:p1=0.8,m1=2,m2=20)" },
	{ "edf", "preempt=yes" },    { "llf", "preempt=yes,quantum=2s" },
	{ "tiresias-shortest", "" }, { "tiresias-shortest-gpu", "" },
	{ "tiresias-dlas", "" },     { "tiresias-dlas-gpu", "" },
	{ "rr", "quantum=3s" },      { "gavel-fifo", "round=5s,reset=20s" },
};

enum { PREEMPTIVE = sizeof(preemptive) / sizeof(preemptive[0]) };

/* Every third job has a deadline, which is not always possible. */
static void add_deadlines(struct nodes_case *in)
{
	for (uint32_t i = 0; i < in->count; i += 3)
		in->job[i].deadline_ns = in->job[i].submit_ns +
					 (1 + i % 4) * in->job[i].task.estimate_ns;
}

TEST(every_policy_on_random_machines)
{
	static struct nodes_case in;
	static struct nodes_result once, again;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		nodes_make(seed, seed % 4 == 0, &in);
		add_deadlines(&in);
		for (size_t p = 0; p < PREEMPTIVE; p++) {
			const sj_policy_ops *ops = nodes_policy(preemptive[p][0]);

			nodes_run(ops, preemptive[p][1], &in, &once);
			if (seed % 8 != 0)
				continue;
			nodes_run(ops, preemptive[p][1], &in, &again);
			CHECK(strcmp(once.digest, again.digest) == 0, "seed %u, %s:%s",
			      (unsigned)seed, preemptive[p][0], preemptive[p][1]);
		}
	}
}

/* ---- nobody waits who would fit if those behind him were gone ---------------------- */

struct watch {
	const sj_subpolicy *sub;
	sj_order *order;
};

static int watch_init(void *self, sj_ctx *cx)
{
	struct watch *w = self;

	w->sub = sj_policy_create(cx, "preempt:order=saf");
	w->order = sj_order_create(cx, "saf");
	return w->sub != NULL && w->order != NULL ? SJ_OK : SJ_EUSAGE;
}

static int watch_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	struct watch *w = self;

	return w->sub->ops->on_ready(w->sub->self, cx, t);
}

static int watch_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	struct watch *w = self;

	return w->sub->ops->on_done(w->sub->self, cx, t, how);
}

static bool goes_before(struct watch *w, sj_ctx *cx, const sj_task *a, const sj_task *b)
{
	int64_t x = sj_order_key(w->order, cx, a), y = sj_order_key(w->order, cx, b);

	return x < y || (x == y && a->seq < b->seq);
}

/* Nodes, GPUs and sums, byte by byte; what only counts events is left out. */
static uint64_t ledger_print(const sj_ledger *l)
{
	uint64_t h = l->procs_free * UINT64_C(31) + l->gpu_milli_free;
	uint32_t gpus = 0;

	for (uint32_t i = 0; i < l->node_count; i++) {
		const sj_node *n = &l->node[i];

		h = h * 1000003 + n->cores;
		h = h * 1000003 + n->mem_bytes;
		h = h * 1000003 + n->gpus;
		h = h * 1000003 + n->gpu_milli * 64 + n->shared;
		gpus = n->gpu_base + l->types[n->type].gpus;
	}
	for (uint32_t g = 0; g < gpus; g++)
		h = h * 1000003 + l->gpu_left[g];
	return h;
}

static void nobody_waits_in_vain(struct watch *w, sj_ctx *cx)
{
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t)) {
		uint64_t print = ledger_print(&cx->ledger);
		sj_placement where;

		sj_suppose_begin(cx);
		for (const sj_task *r = sj_running_first(cx); r != NULL;
		     r = sj_running_next(cx, r))
			if (goes_before(w, cx, t, r))
				sj_suppose_gone(cx, r);
		REQUIRE(sj_suppose_start(cx, t, &where) == SJ_EFULL,
			"job %lld waits at %.9g s", (long long)t->job, (double)cx->now / 1e9);
		sj_suppose_end(cx);
		CHECK(ledger_print(&cx->ledger) == print, "a supposition leaves a trace");
	}
}

/* Random suppositions, taken back or not. */
static void suppose_anything(sj_ctx *cx)
{
	uint64_t print = ledger_print(&cx->ledger), rng = cx->events;
	sj_placement where;

	sj_suppose_begin(cx);
	for (const sj_task *r = sj_running_first(cx); r != NULL; r = sj_running_next(cx, r))
		if (nodes_draw(&rng, 2) != 0)
			sj_suppose_gone(cx, r);
	for (const sj_task *t = sj_ready_first(cx); t != NULL; t = sj_ready_next(cx, t))
		sj_suppose_start(cx, t, &where);
	for (const sj_task *r = sj_running_first(cx); r != NULL; r = sj_running_next(cx, r))
		if (nodes_draw(&rng, 2) != 0)
			sj_suppose_back(cx, r);
	sj_suppose_end(cx);
	CHECK(ledger_print(&cx->ledger) == print, "a supposition leaves a trace");
}

static int watch_schedule(void *self, sj_ctx *cx)
{
	struct watch *w = self;
	int rc = w->sub->ops->schedule(w->sub->self, cx);

	nobody_waits_in_vain(w, cx);
	suppose_anything(cx);
	return rc;
}

static const sj_policy_ops watch_ops = {
	SJ_POLICY_HEAD, .name = "watch", .flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct watch), .init = watch_init, .on_ready = watch_ready,
	.on_done = watch_done, .schedule = watch_schedule,
};

TEST(nobody_waits_who_would_fit)
{
	static struct nodes_case in;
	static struct nodes_result out;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		nodes_make(seed, true, &in);
		for (uint32_t i = 0; i < in.count; i++) /* shares may lie otherwise */
			if (in.job[i].task.gpu_milli < SJ_GPU_WHOLE)
				in.job[i].task.gpu_milli = 0;
		nodes_run(&watch_ops, "", &in, &out);
	}
}

/* ---- a machine that cannot fragment is a pool ---------------------------------------- */

/* kind 0: nodes of one core; 1: one node; 2: one node with GPUs, which the jobs ask for. */
static void make_pool_like(uint64_t seed, uint32_t kind, struct nodes_case *in)
{
	uint32_t procs = 4 + (uint32_t)seed % 20;

	nodes_make(seed, false, in);
	add_deadlines(in);
	in->cluster.type_count = 1;
	in->type[0] = (sj_node_type){ .count = kind == 0 ? procs : 1,
				      .cores = kind == 0 ? 1 : procs,
				      .gpus = kind == 2 ? procs : 0 };
	for (uint32_t i = 0; i < in->count; i++) {
		sj_task_spec *t = &in->job[i].task;

		*t = (sj_task_spec){ .ranks = 1 + i * 7 % procs, .cores = 1,
				     .gpu_milli = kind == 2 ? SJ_GPU_WHOLE : 0,
				     .estimate_ns = t->estimate_ns, .work_ns = t->work_ns };
	}
}

TEST(without_fragmentation_nodes_are_a_pool)
{
	static struct nodes_case in;
	static struct nodes_result nodes, pool;

	for (uint64_t seed = 1; seed <= 20 && test_failures == 0; seed++)
		for (size_t p = 0; p < 3 * PREEMPTIVE; p++) {
			const char *const *spec = preemptive[p / 3];

			make_pool_like(seed, (uint32_t)p % 3, &in);
			nodes_run(nodes_policy(spec[0]), spec[1], &in, &nodes);
			in.cluster = (sj_cluster){ .procs = in.type[0].count * in.type[0].cores };
			for (uint32_t i = 0; i < in.count; i++)
				in.job[i].task.gpu_milli = 0;
			nodes_run(nodes_policy(spec[0]), spec[1], &in, &pool);
			CHECK(memcmp(nodes.start_ns, pool.start_ns, sizeof(pool.start_ns)) == 0,
			      "seed %u, %s:%s, kind %u", (unsigned)seed, spec[0], spec[1],
			      (unsigned)(p % 3));
		}
}

TESTS(CASE(every_policy_on_random_machines), CASE(nobody_waits_who_would_fit),
      CASE(without_fragmentation_nodes_are_a_pool))
