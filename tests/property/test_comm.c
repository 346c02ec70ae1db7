/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_comm.c - tasks that communicate, at random: skipping equal steps changes nothing
 * (jobs that share links or do not, come and go, are preempted, lose their nodes, slow each
 * other down), and a task that is alone takes the same time in both forms wherever its ranks
 * are.
 */
#include <math.h>

#include "network.h"
#include "scripted.h"
#include "sojourn/rng.h"

enum { JOBS = SCRIPT_JOBS, COMMS = 6, EVENTS = 6 };

static const sj_policy_ops *policy(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static uint32_t draw(gsl_rng *g, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(g, n);
}

struct trial {
	sj_fabric_spec  fabric;
	sj_node_type    type;
	sj_comm         comm[COMMS];
	sj_comm_phase   phase[COMMS][2];
	sj_comm_pair    pair[COMMS][3];
	sj_job          job[JOBS];
	sj_node_event   event[EVENTS];
	sj_failures     failures;
	double          slowdown[1];
	sj_interference interference;
	sj_source       source;
	sj_run_config   config;
};

/* Patterns for two to six ranks. */
static void draw_phase(gsl_rng *g, sj_comm_phase *h, sj_comm_pair *pair, double share)
{
	static const uint16_t ops[] = { SJ_ALL_REDUCE, SJ_ALL_GATHER, SJ_BROADCAST, SJ_ALL_TO_ALL,
					SJ_COMM_SERVERS, SJ_COMM_PAIRS, SJ_COMM_NONE };

	*h = (sj_comm_phase){ .op = ops[draw(g, 7)], .share = share, .servers = 1,
			      .bytes = 1 + draw(g, 20000000), .overlap = draw(g, 3) / 2.0 };
	h->combine_bytes_per_s = draw(g, 3) == 0 ? 3e8 : 0;
	for (uint32_t i = 0; i < 3; i++)
		pair[i] = (sj_comm_pair){ draw(g, 2), draw(g, 2), draw(g, 20000000) };
	if (h->op == SJ_COMM_PAIRS) {
		h->pairs = pair;
		h->pair_count = 3;
	}
}

static void draw_comms(gsl_rng *g, struct trial *t)
{
	for (uint32_t i = 0; i < COMMS; i++) {
		t->comm[i] = (sj_comm){ 1 + draw(g, 2), t->phase[i] };
		for (uint32_t k = 0; k < t->comm[i].phase_count; k++)
			draw_phase(g, &t->phase[i][k], t->pair[i],
				   k == 0 ? (t->comm[i].phase_count == 1 ? 1 : 0.25) : 0.75);
	}
	t->source.comms = t->comm;
	t->source.comm_count = COMMS;
}

static void draw_machine(gsl_rng *g, struct trial *t)
{
	static const sj_topology_spec kinds[] = {
		{ .kind = SJ_TOPOLOGY_STAR },
		{ .kind = SJ_TOPOLOGY_STAR, .half_duplex = true },
		{ .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 2, 4 }, .oversubscription = 4 },
		{ .kind = SJ_TOPOLOGY_TORUS, .levels = 2, .size = { 4, 2 }, .bytes_per_s = 5e8,
		  .latency_ns = 700 },
	};

	t->fabric = (sj_fabric_spec){ .topology = kinds[draw(g, 4)] };
	t->type = (sj_node_type){ .count = 8, .cores = 1 + draw(g, 3), .speed = 1,
				  .nic_bytes_per_s = 1000000000 + draw(g, 1000),
				  .nic_latency_ns = draw(g, 20000) };
}

static void draw_jobs(gsl_rng *g, struct trial *t)
{
	for (uint32_t i = 0; i < JOBS; i++) {
		sj_job *j = &t->job[i];

		*j = script_job(i, 0, 2 + draw(g, 3), (draw(g, 60000) + 1) / 1000.0);
		j->submit_ns = i == 0 ? 0 : j[-1].submit_ns + draw(g, 8) * (S / 2);
		j->task.comm = draw(g, COMMS + 1);
		j->task.steps = 1 + draw(g, draw(g, 2) == 0 ? 5 : 400);
		j->task.estimate_ns = draw(g, 3) == 0 ? j->task.work_ns :
				      (sj_time)(1 + draw(g, 90)) * S;
		j->app = 1;
	}
}

static void draw_failures(gsl_rng *g, struct trial *t)
{
	sj_time at = 0;

	for (uint32_t i = 0; i < EVENTS; i++) {
		at += draw(g, 40) * (S / 3);
		t->event[i] = (sj_node_event){ at, i / 2,
					       i % 2 == 0 ? SJ_CHANGE_FAIL : SJ_CHANGE_UP };
	}
	t->failures = (sj_failures){ t->event, EVENTS, 3 };
}

/* The same with and without steps that are skipped. */
static void compare(uint64_t seed, sj_run_config c, struct trial *t, uint64_t *saved)
{
	static struct script_result a, b;

	script_run(c, NULL, t->job, JOBS, &a);
	c.step_by_step = true;
	script_run(c, NULL, t->job, JOBS, &b);
	REQUIRE(a.rc == SJ_OK && b.rc == SJ_OK, "seed %d: %s%s", (int)seed, a.err.text,
		b.err.text);
	for (uint32_t i = 0; i < JOBS; i++) {
		if (a.job[i].start_ns == b.job[i].start_ns &&
		    a.job[i].finish_ns == b.job[i].finish_ns)
			continue;
		CHECK(false, "seed %d, job %d: %lld, not %lld", (int)seed, (int)i,
		      (long long)a.job[i].finish_ns, (long long)b.job[i].finish_ns);
		return;
	}
	CHECK(strcmp(a.stats.digest, b.stats.digest) == 0, "seed %d", (int)seed);
	for (int m = 0; m < SJ_METRIC_COUNT; m++)
		CHECK(a.metrics.value[m] == b.metrics.value[m] ||
		      (isnan(a.metrics.value[m]) && isnan(b.metrics.value[m])),
		      "seed %d: %s is %.17g, not %.17g", (int)seed, sj_metric_infos[m].name,
		      a.metrics.value[m], b.metrics.value[m]);
	CHECK(a.stats.events <= b.stats.events);
	*saved += b.stats.events - a.stats.events;
}

TEST(skipping_changes_nothing)
{
	static const char *const names[] = { "fifo", "easy", "srtf", "las" };
	static struct trial t;
	uint64_t saved = 0;

	for (uint64_t seed = 1; seed <= 400; seed++) {
		gsl_rng *g = sj_rng_create(seed, "comm", 0);

		draw_machine(g, &t);
		draw_comms(g, &t);
		draw_jobs(g, &t);
		draw_failures(g, &t);
		t.slowdown[0] = 1.25;
		t.interference = (sj_interference){ 1, t.slowdown, false };
		t.config = (sj_run_config){
			.cluster = { .type_count = 1, .types = &t.type }, .network = &t.fabric,
			.collectives = SJ_COLLECTIVES_FLOW, .policy = policy(names[draw(g, 4)]),
			.seed = seed, .source = &t.source,
			.overrun = draw(g, 2) == 0 ? SJ_OVERRUN_KILL : SJ_OVERRUN_EXTEND,
			.failures = draw(g, 2) == 0 ? &t.failures : NULL,
			.interference = draw(g, 2) == 0 ? &t.interference : NULL,
			.checkpoint = { .restart_ns = draw(g, 2) * S / 7,
					.interval_ns = draw(g, 4) == 0 ? 5 * S : 0,
					.cost_ns = S / 100, .modelled = draw(g, 2) == 0 },
			.clock = (sj_clock_mode)draw(g, 3), .clock_step_ns = S,
		};
		if (!t.config.checkpoint.modelled)
			t.config.checkpoint = (sj_checkpoint){ 0 };
		compare(seed, t.config, &t, &saved);
		gsl_rng_free(g);
	}
	CHECK(saved > 1000000, "%llu events saved", (unsigned long long)saved);
}

/* On a star all routes between nodes have one latency. */
TEST(alone_both_forms_agree)
{
	static struct trial t;
	static struct script_result a, b;

	for (uint64_t seed = 1; seed <= 200; seed++) {
		gsl_rng *g = sj_rng_create(seed, "comm", 1);
		uint32_t rounds = 400;

		draw_machine(g, &t);
		draw_comms(g, &t);
		draw_jobs(g, &t);
		t.fabric.topology = (sj_topology_spec){ .kind = SJ_TOPOLOGY_STAR,
							.half_duplex = draw(g, 2) == 0 };
		t.job[0].task.comm = 1;
		t.job[0].task.layout = (uint16_t)(draw(g, 2) == 0 ? SJ_LAYOUT_ANY :
								    SJ_LAYOUT_SPREAD);
		t.config = (sj_run_config){
			.cluster = { .type_count = 1, .types = &t.type }, .network = &t.fabric,
			.collectives = SJ_COLLECTIVES_FLOW, .policy = policy("fifo"),
			.source = &t.source, .overrun = SJ_OVERRUN_EXTEND };
		script_run(t.config, NULL, t.job, 1, &a);
		t.config.collectives = SJ_COLLECTIVES_ALPHA_BETA;
		script_run(t.config, NULL, t.job, 1, &b);
		CHECK(a.rc == SJ_OK && b.rc == SJ_OK, "%s%s", a.err.text, b.err.text);
		CHECK(llabs(a.job[0].finish_ns - b.job[0].finish_ns) <=
		      (long long)(rounds * t.job[0].task.steps / 20), "seed %d: %lld and %lld",
		      (int)seed, (long long)a.job[0].finish_ns, (long long)b.job[0].finish_ns);
		gsl_rng_free(g);
	}
}

TESTS(CASE(skipping_changes_nothing), CASE(alone_both_forms_agree))
