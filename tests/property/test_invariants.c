/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_invariants.c - what holds for every policy, over hundreds of seeds: capacity
 * is never exceeded, nothing starts before its submission, every job is accounted
 * for and lasts as long as it must, and the same seed gives the same decisions.
 * Looked at from outside, in what the jobs did; the core checks itself as well.
 */
#include "simrun.h"

#define S SJ_NS_PER_S

enum { SEEDS = 200 };

struct instance {
	struct sim_job job[64];
	uint32_t       count;
	sj_cluster     cluster;
	sj_node_type   nodes[6];
	sj_overrun     overrun;
};

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

/* Every third on nodes of three or four cores; bursts, jobs of no length, jobs that
 * overrun their estimates, and jobs as wide as the machine. */
static void make_instance(uint64_t seed, struct instance *in)
{
	uint64_t state = seed * 2 + 1;
	uint32_t procs = 4 + draw(&state, 13), at = 1;

	*in = (struct instance){ .count = 8 + draw(&state, 56), .cluster.procs = procs,
				 .overrun = seed % 2 ? SJ_OVERRUN_KILL : SJ_OVERRUN_EXTEND };
	if (seed % 3 == 0) {
		uint32_t n = 1 + procs / 4;

		for (uint32_t i = 0; i < n; i++)
			in->nodes[i] = (sj_node_type){ .count = 1, .cores = 3 + i % 2, .speed = 1 };
		in->cluster = (sj_cluster){ .type_count = n, .types = in->nodes };
		procs = n * 3;
	}
	for (uint32_t i = 0; i < in->count; i++) {
		struct sim_job *j = &in->job[i];

		at += draw(&state, 3) != 0 ? draw(&state, 25) : 0;
		j->submit = (int)at;
		j->run = (int)(draw(&state, 8) != 0 ? draw(&state, 60) : 0);
		j->estimate = j->run + (int)draw(&state, 30) - (j->run > 20 ? 10 : 0);
		j->ranks = draw(&state, 6) != 0 ? 1 + draw(&state, (procs + 1) / 2) : procs;
	}
}

/* The log's own start, for the policy that replays it: a schedule that is possible. */
static void log_starts(struct instance *in)
{
	static struct sim_result fifo;

	sim_run("fifo", &in->cluster, in->job, in->count, S, in->overrun, false, &fifo);
	for (uint32_t i = 0; i < in->count; i++)
		in->job[i].logged = (int)(fifo.start_ns[i] / S);
}

static uint32_t capacity(const struct instance *in)
{
	uint32_t procs = in->cluster.procs;

	for (uint32_t i = 0; i < in->cluster.type_count; i++)
		procs += in->nodes[i].cores;
	return procs;
}

/* Preempted jobs are left out: when they paused is not in their record. The core's own
 * check counts them. */
static uint32_t in_use(const struct instance *in, const struct sim_result *out, int64_t at)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < in->count; i++)
		if (out->start_ns[i] >= 0 && out->start_ns[i] <= at && out->finish_ns[i] > at &&
		    out->preemptions[i] == 0)
			used += in->job[i].ranks;
	return used;
}

static void look(const struct instance *in, const struct sim_result *out, const char *spec,
		 uint32_t flags, uint64_t seed)
{
	uint32_t kept = 0, procs = capacity(in);
	bool shares = (flags & SJ_PF_SHARES) != 0; /* then an end may come later */

	for (uint32_t i = 0; i < in->count; i++) {
		const struct sim_job *j = &in->job[i];
		bool killed = in->overrun == SJ_OVERRUN_KILL && j->run > j->estimate;
		int64_t length = (killed ? j->estimate : j->run) * S;

		if ((flags & SJ_PF_DROPS_ZERO) && j->run == 0) {
			CHECK(out->start_ns[i] < 0, "seed %u, %s, job %u", (unsigned)seed, spec, i);
			continue;
		}
		kept++;
		REQUIRE(out->start_ns[i] >= j->submit * S, "seed %u, %s, job %u started at %lld ns",
			(unsigned)seed, spec, i, (long long)out->start_ns[i]);
		REQUIRE(out->preemptions[i] == 0 || (flags & SJ_PF_PREEMPTS),
			"seed %u, %s, job %u was preempted", (unsigned)seed, spec, i);
		REQUIRE(out->preemptions[i] == 0 && !shares ?
				out->finish_ns[i] == out->start_ns[i] + length :
				out->finish_ns[i] >= out->start_ns[i] + length,
			"seed %u, %s, job %u", (unsigned)seed, spec, i);
		REQUIRE(shares || in_use(in, out, out->start_ns[i]) <= procs,
			"seed %u, %s: more than %u processors when job %u starts",
			(unsigned)seed, spec, procs, i);
	}
	REQUIRE(out->count == kept, "seed %u, %s: %u of %u jobs", (unsigned)seed, spec, out->count,
		kept);
}

static void try_policy(const struct instance *in, const char *spec, uint32_t flags,
		       uint64_t seed)
{
	static struct sim_result once, again;

	if ((flags & SJ_PF_SHARES) != 0 && in->cluster.type_count != 0)
		return; /* a pool is shared, nodes are not */

	sim_run(spec, &in->cluster, in->job, in->count, S, in->overrun, false, &once);
	look(in, &once, spec, flags, seed);
	/* Asking for reasons must not change a decision either. */
	sim_run(spec, &in->cluster, in->job, in->count, S, in->overrun, true, &again);
	CHECK(strcmp(once.digest, again.digest) == 0, "seed %u, %s: two digests",
	      (unsigned)seed, spec);
}

TEST(every_policy_keeps_the_rules)
{
	static const char *const more[] = {
		"easy:order=sjf", "easy:candidates=saf", "easy:width=weak", "easy:pass=event",
		"conservative:plan=compress", "conservative:order=wfp3", "firstfit:order=multifactor",
		"easy:order=(expr:(wait/estimate)^3*procs)",
	};
	static struct instance in;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		make_instance(seed, &in);
		log_starts(&in);
		for (size_t p = 0; sj_policies[p] != NULL; p++) {
			const char *name = sj_policies[p]->name;
			bool formula = strcmp(name, "expr") == 0;

			try_policy(&in, formula ? "expr:formula=wait-procs" : name,
				   sj_policies[p]->flags, seed);
		}
		for (size_t p = 0; p < sizeof(more) / sizeof(more[0]); p++)
			try_policy(&in, more[p], 0, seed);
	}
}

TESTS(CASE(every_policy_keeps_the_rules))
