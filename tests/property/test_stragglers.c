/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_stragglers.c - policies that run tasks twice, on random jobs, machines and noise: a
 * task never holds more than two places, both of the same end; never more copies at once
 * than the cap; what was held is what the counted copy took and what was wasted; no copy
 * starts while a task waits. The core checks the rest after every instant, and the same
 * seed gives the same decisions.
 */
#include <math.h>

#include "scripted.h"

extern const sj_policy_ops *const sj_policies[];

enum { SEEDS = 150, JOBS = 16 };

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static uint32_t next(uint64_t *x, uint32_t below)
{
	*x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*x >> 33) % below;
}

static void make_jobs(sj_job *job, uint64_t seed, bool wide)
{
	uint64_t x = seed;
	double at = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		at += next(&x, 8);
		job[i] = script_job(i + 1, at, 1 + next(&x, wide ? 3 : 2), 0);
		job[i].task.work_ns = next(&x, 30) * S + next(&x, 1000000007);
		job[i].task.estimate_ns = job[i].task.work_ns * (1 + next(&x, 3));
		if (next(&x, 8) == 0)
			job[i].task.estimate_ns = 0;
	}
}

/* Places that are not the one that the task began with. */
static bool is_second(const struct script_result *o, const sj_alloc_record *a)
{
	for (uint32_t i = 0; i < o->jobs; i++)
		if (o->job[i].id == a->job)
			return a->from_ns > o->job[i].start_ns;
	return false;
}

/* At the start of an allocation: how many tasks have two? Only copies that began later
 * than their task are told apart, which those of `late` and `naive` do. */
static uint32_t copies_at(const struct script_result *o, sj_time at)
{
	uint32_t jobs = 0;

	for (uint32_t j = 0; j < o->jobs; j++) {
		bool copied = false;

		for (uint32_t i = 0; i < o->allocs; i++)
			copied |= o->alloc[i].job == o->job[j].id && is_second(o, &o->alloc[i]) &&
				  o->alloc[i].from_ns <= at && o->alloc[i].to_ns > at;
		jobs += copied;
	}
	return jobs;
}

static bool somebody_waits(const struct script_result *o, sj_time at)
{
	for (uint32_t j = 0; j < o->jobs; j++)
		if (o->job[j].submit_ns < at && o->job[j].start_ns > at)
			return true;
	return false;
}

static void look(const struct script_result *o, uint32_t cap, const char *what, uint64_t seed)
{
	for (uint32_t i = 0; i < o->allocs; i++) {
		const sj_alloc_record *a = &o->alloc[i];

		for (uint32_t j = 0; j < o->jobs; j++)
			CHECK(o->job[j].id != a->job || o->job[j].finish_ns == a->to_ns,
			      "%s, seed %u: job %d holds a place to another end", what,
			      (unsigned)seed, (int)a->job);
		if (!is_second(o, a))
			continue;
		CHECK(copies_at(o, a->from_ns) <= cap, "%s, seed %u: more than %u copies", what,
		      (unsigned)seed, cap);
		CHECK(!somebody_waits(o, a->from_ns), "%s, seed %u: a copy goes before a task",
		      what, (unsigned)seed);
	}
}

/* A task that was copied wasted what the second place held, or, if that one won, the first. */
static void conserve(const struct script_result *o, const char *what, uint64_t seed)
{
	double waste = o->metrics.value[SJ_M_WASTE], least = 0, most = 0;

	for (uint32_t j = 0; j < o->jobs; j++) {
		const sj_job_record *r = &o->job[j];
		double first = (double)(r->finish_ns - r->start_ns) / 1e9 * r->procs, held = 0;

		for (uint32_t i = 0; i < o->allocs; i++)
			if (o->alloc[i].job == r->id)
				held += (double)(o->alloc[i].to_ns - o->alloc[i].from_ns) / 1e9 *
					o->alloc[i].cores;
		CHECK(held > first - 1e-6 && held < 2 * first + 1e-6,
		      "%s, seed %u: job %d held %g, where its first place took %g", what,
		      (unsigned)seed, (int)r->id, held, first);
		least += held - first;
		most += held > first + 1e-6 ? first : 0;
	}
	CHECK(waste > least - 1e-6 && waste < most + 1e-6, "%s, seed %u: waste %g of %g to %g",
	      what, (unsigned)seed, waste, least, most);
}

static void try(sj_run_config c, const char *name, const char *args, uint32_t cap, uint64_t seed)
{
	static const struct script nothing = { NULL, 0, true };
	static struct script_result o, again;
	sj_job jobs[JOBS];

	make_jobs(jobs, seed, c.cluster.type_count == 0);
	c.policy = find(name);
	c.policy_args = args;
	c.find_policy = find;
	c.seed = seed;
	script_run(c, &nothing, jobs, JOBS, &o);
	REQUIRE(o.rc == SJ_OK && o.jobs == JOBS, "%s:%s, seed %u: %s", name, args,
		(unsigned)seed, o.err.text);
	if (c.cluster.type_count != 0) { /* a pool numbers no places */
		if (strcmp(name, "replicate") != 0)
			look(&o, cap, args, seed);
		conserve(&o, args, seed);
	}
	script_run(c, &nothing, jobs, JOBS, &again);
	CHECK(memcmp(o.stats.digest, again.stats.digest, sizeof(o.stats.digest)) == 0);
}

TEST(copies)
{
	static const sj_node_type types[] = { { .count = 2, .cores = 2, .speed = 0.3 },
					      { .count = 4, .cores = 2, .speed = 1 } };
	static const struct {
		const char *name, *args;
		uint32_t    cap;
	} cases[] = {
		{ "speculate", "among=all,min_run=1s,every=1s,cap=2,slow_task=0.5", 2 },
		{ "speculate", "among=all,min_run=1s,every=2s,cap=10%,slow_node=0.5", 1 },
		{ "speculate", "among=all,how=naive,min_run=1s,every=1s,gap=0.05", JOBS },
		{ "speculate", "among=all,how=naive,min_run=1s,every=1s,gap=0.1,cap=1,base=easy", 1 },
		{ "speculate", "how=wqr,cap=3", JOBS },
		{ "speculate", "how=wqr,base=conservative", JOBS },
		{ "speculate", "how=wqr,base=(firstfit:order=sjf)", JOBS },
		{ "replicate", "", JOBS },
	};
	sj_run_config c = { .overrun = SJ_OVERRUN_EXTEND };
	sj_law *law = NULL;
	sj_error err;

	REQUIRE(sj_law_create("stragglers", "lognormal:mu=0,sigma=0.8", &law, &err) == SJ_OK,
		"%s", err.text);
	c.stragglers = law;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			c.cluster = (sj_cluster){ .types = types, .type_count = 2 };
			try(c, cases[i].name, cases[i].args, cases[i].cap, seed);
			c.cluster = (sj_cluster){ .procs = 5 };
			try(c, cases[i].name, cases[i].args, cases[i].cap, seed);
		}
	sj_law_free(law);
}

/* Nodes that fail take a task with its copy, or the copy alone. */
TEST(copies_on_nodes_that_fail)
{
	static const sj_node_type types[] = { { .count = 2, .cores = 2, .speed = 0.3 },
					      { .count = 4, .cores = 2, .speed = 1 } };
	static const char *const args[] = {
		"among=all,min_run=1s,every=1s,cap=4,slow_task=0.5", "how=wqr",
		"how=naive,among=all,min_run=1s,every=1s,gap=0.05,base=easy",
	};
	static sj_node_event events[60];
	sj_failures failures = { .events = events, .event_count = 60,
				 .retries = SJ_RETRIES_UNLIMITED };
	sj_run_config c = { .cluster = { .types = types, .type_count = 2 },
			    .overrun = SJ_OVERRUN_EXTEND, .failures = &failures };
	static const struct script nothing = { NULL, 0, true };
	static struct script_result o;
	sj_job jobs[JOBS];

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		uint64_t x = seed + 1000;

		for (uint32_t i = 0; i < 30; i++) { /* down for 2 s of every 5 */
			uint32_t node = next(&x, 6);

			events[2 * i] = (sj_node_event){ (5 * i + 2) * S, node, SJ_CHANGE_FAIL };
			events[2 * i + 1] = (sj_node_event){ (5 * i + 4) * S, node, SJ_CHANGE_UP };
		}
		make_jobs(jobs, seed, false);
		c.seed = seed;
		c.find_policy = find;
		for (size_t i = 0; i <= sizeof(args) / sizeof(args[0]); i++) {
			bool last = i == sizeof(args) / sizeof(args[0]);

			c.policy = find(last ? "replicate" : "speculate");
			c.policy_args = last ? "" : args[i];
			script_run(c, &nothing, jobs, JOBS, &o);
			CHECK(o.rc == SJ_OK && o.jobs == JOBS, "%s, seed %u: %s",
			      last ? "replicate" : args[i], (unsigned)seed, o.err.text);
		}
	}
}

TESTS(CASE(copies), CASE(copies_on_nodes_that_fail))
