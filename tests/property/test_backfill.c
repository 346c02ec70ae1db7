/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_backfill.c - EASY on random instances against a scheduler that does all of
 * it the slow way: every set sorted anew, every task looked at, in every pass.
 *
 * Times and sizes are small, so that ties, zero run times, early ends and, under
 * extend, overruns meet in one instant all the time.
 */
#include "simrun.h"

#define S SJ_NS_PER_S

enum { MANY = 60, SEEDS = 150 };

static uint64_t draw(uint64_t *state, uint64_t n)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return ((*state * UINT64_C(2685821657736338717)) >> 33) % n;
}

/* ---- instances ------------------------------------------------------------------ */

struct instance {
	uint32_t       procs, count;
	struct sim_job job[MANY];
};

static void make_instance(uint64_t seed, bool exact, struct instance *in)
{
	uint64_t rng = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	int submit = 0;

	in->procs = 2 + (uint32_t)draw(&rng, 15);
	in->count = 20 + (uint32_t)draw(&rng, MANY - 20);
	for (uint32_t i = 0; i < in->count; i++) {
		struct sim_job *j = &in->job[i];

		if (draw(&rng, 3) > 0)
			submit += (int)draw(&rng, 7);
		*j = (struct sim_job){ .submit = submit };
		j->estimate = (int)draw(&rng, draw(&rng, 3) == 0 ? 40 : 10);
		j->run = exact ? j->estimate : (int)draw(&rng, (uint64_t)j->estimate + 6);
		j->ranks = 1 + (uint32_t)draw(&rng, draw(&rng, 2) == 0 ? in->procs : 3);
		j->ranks = j->ranks > in->procs ? in->procs : j->ranks;
	}
}

/* ---- the slow scheduler ------------------------------------------------------------ */

enum key { BY_ARRIVAL, SHORTEST, LONGEST, AREA };
enum state { AHEAD, WAITS, RUNS, OVER };

struct slow {
	const struct instance *in;
	enum key   order, candidates;
	bool       weak, extend;
	enum state state[MANY];
	int        start[MANY], end[MANY], number[MANY]; /* number of the start */
	int        starts, free, now;
	int        promised[MANY]; /* least shadow the job had as the head */
};

static long key_of(const struct slow *s, enum key key, int i)
{
	const struct sim_job *j = &s->in->job[i];

	return key == SHORTEST ? j->estimate : key == LONGEST ? -j->estimate :
	       key == AREA ? (long)j->estimate * (long)j->ranks : j->submit;
}

/* Waiting jobs in an order, into list; returns how many. */
static int waiting(const struct slow *s, enum key key, int list[MANY])
{
	int n = 0;

	for (int i = 0; i < (int)s->in->count; i++) {
		int at = n;

		if (s->state[i] != WAITS)
			continue;
		for (; at > 0 && key_of(s, key, list[at - 1]) > key_of(s, key, i); at--)
			list[at] = list[at - 1];
		list[at] = i;
		n++;
	}
	return n;
}

static int expected(const struct slow *s, int i)
{
	return s->start[i] + s->in->job[i].estimate;
}

static void slow_start(struct slow *s, int i)
{
	const struct sim_job *j = &s->in->job[i];
	int run = !s->extend && j->run > j->estimate ? j->estimate : j->run;

	s->state[i] = RUNS;
	s->start[i] = s->now;
	s->end[i] = s->now + run;
	s->number[i] = s->starts++;
	s->free -= (int)j->ranks;
}

/* When will `head` fit, and with how many processors to spare? */
static void slow_shadow(const struct slow *s, int head, int *shadow, int *extra)
{
	int need = (int)s->in->job[head].ranks, have = s->free;
	int left[MANY], n = 0;

	for (int i = 0; i < (int)s->in->count; i++) {
		int at = n;

		if (s->state[i] != RUNS)
			continue;
		for (; at > 0; at--) {
			int l = left[at - 1];

			if (expected(s, l) < expected(s, i) ||
			    (expected(s, l) == expected(s, i) && s->number[l] < s->number[i]))
				break;
			left[at] = l;
		}
		left[at] = i;
		n++;
	}
	*shadow = s->now;
	for (int k = 0; k < n; k++) {
		int end = expected(s, left[k]);

		if (have >= need && (s->weak || end > *shadow))
			break;
		have += (int)s->in->job[left[k]].ranks;
		*shadow = end > *shadow ? end : *shadow;
	}
	*extra = have - need;
}

static void slow_pass(struct slow *s)
{
	int list[MANY], n = waiting(s, s->order, list), shadow, extra, head, at = 0;

	while (at < n && (int)s->in->job[list[at]].ranks <= s->free)
		slow_start(s, list[at++]);
	if (at == n)
		return;
	head = list[at];
	slow_shadow(s, head, &shadow, &extra);
	if (shadow < s->promised[head])
		s->promised[head] = shadow;
	n = waiting(s, s->candidates, list);
	for (int k = 0; k < n; k++) {
		const struct sim_job *j = &s->in->job[list[k]];
		bool over = s->now + j->estimate > shadow;

		if (list[k] == head || (int)j->ranks > s->free ||
		    (over && (int)j->ranks > extra))
			continue;
		extra -= over ? (int)j->ranks : 0;
		slow_start(s, list[k]);
	}
}

/* The next instant at which something happens; INT32_MAX: never. */
static int slow_next(const struct slow *s)
{
	int next = INT32_MAX;

	for (int i = 0; i < (int)s->in->count; i++) {
		int t = s->state[i] == AHEAD ? s->in->job[i].submit :
			s->state[i] == RUNS ? s->end[i] : INT32_MAX;

		next = t < next ? t : next;
	}
	return next;
}

static void slow_run(struct slow *s)
{
	s->free = (int)s->in->procs;
	for (int i = 0; i < MANY; i++)
		s->promised[i] = INT32_MAX;
	while ((s->now = slow_next(s)) != INT32_MAX) {
		for (int i = 0; i < (int)s->in->count; i++) {
			if (s->state[i] == RUNS && s->end[i] <= s->now) {
				s->state[i] = OVER;
				s->free += (int)s->in->job[i].ranks;
			}
			if (s->state[i] == AHEAD && s->in->job[i].submit <= s->now)
				s->state[i] = WAITS;
		}
		slow_pass(s);
	}
}

/* ---- properties ------------------------------------------------------------------- */

static const struct {
	const char *policy;
	enum key    order, candidates;
	bool        weak;
} variants[] = {
	{ "easy", BY_ARRIVAL, BY_ARRIVAL, false },
	{ "easy:width=weak", BY_ARRIVAL, BY_ARRIVAL, true },
	{ "easy:candidates=sjf", BY_ARRIVAL, SHORTEST, false },
	{ "easy:candidates=ljf", BY_ARRIVAL, LONGEST, false },
	{ "easy:order=sjf", SHORTEST, SHORTEST, false },
	{ "easy:order=saf,candidates=fcfs", AREA, BY_ARRIVAL, false },
	{ "easy:order=saf,candidates=ljf,width=weak", AREA, LONGEST, true },
};
enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

static void compare(uint64_t seed, unsigned v, bool exact, bool extend)
{
	static struct instance in;
	static struct sim_result out;
	struct slow slow = { .in = &in, .order = variants[v].order,
			     .candidates = variants[v].candidates,
			     .weak = variants[v].weak, .extend = extend };
	sj_cluster pool;

	make_instance(seed, exact, &in);
	pool = (sj_cluster){ .procs = in.procs };
	slow_run(&slow);
	sim_run(variants[v].policy, &pool, in.job, in.count, S,
		extend ? SJ_OVERRUN_EXTEND : SJ_OVERRUN_KILL, false, &out);
	for (uint32_t i = 0; i < in.count; i++)
		REQUIRE(out.start_ns[i] == slow.start[i] * S,
			"seed %u, %s, %s: job %u at %g s, not %d", (unsigned)seed,
			variants[v].policy, extend ? "extend" : "kill", i,
			(double)out.start_ns[i] / 1e9, slow.start[i]);
	/* With exact estimates nobody delays a head beyond its first promise. */
	for (uint32_t i = 0; exact && variants[v].order == BY_ARRIVAL && i < in.count; i++)
		REQUIRE(out.start_ns[i] <= slow.promised[i] * S || slow.promised[i] == INT32_MAX,
			"seed %u, %s: job %u was promised %d", (unsigned)seed,
			variants[v].policy, i, slow.promised[i]);
}

TEST(easy_is_the_slow_easy)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		for (unsigned v = 0; v < VARIANTS; v++)
			compare(seed, v, false, seed % 2 == 0);
}

TEST(exact_estimates_keep_promises)
{
	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++)
		for (unsigned v = 0; v < VARIANTS; v++)
			compare(seed, v, true, false);
}

/* Processors in use never exceed the machine; looked at when each job starts. */
static void check_capacity(const struct instance *in, const struct sim_result *out,
			   const char *policy, uint64_t seed)
{
	for (uint32_t i = 0; i < in->count; i++) {
		uint32_t used = 0;

		for (uint32_t j = 0; j < in->count; j++)
			if (out->start_ns[j] <= out->start_ns[i] &&
			    out->finish_ns[j] > out->start_ns[i])
				used += in->job[j].ranks;
		REQUIRE(used <= in->procs && out->start_ns[i] >= in->job[i].submit * S,
			"seed %u, %s: %u of %u processors in use", (unsigned)seed, policy,
			used, in->procs);
	}
}

/* Decisions hang on ratios of times, so a slower clock moves nothing. */
TEST(times_x10_give_starts_x10)
{
	static const char *const policies[] = {
		"fifo", "sjf", "saf", "narrow", "wide", "wfp3", "firstfit", "easy",
		"easy:order=wfp3", "easy:pass=event", "easy:width=weak", "cqsim-easy",
		"accasim-easy", "batsched-easy-fast", "expr:wait/(estimate*procs)"
	};
	static struct instance in;
	static struct sim_result once, ten;

	for (uint64_t seed = 1; seed <= 40 && test_failures == 0; seed++)
		for (size_t p = 0; p < sizeof(policies) / sizeof(policies[0]); p++) {
			sj_cluster pool;

			make_instance(seed, false, &in);
			pool = (sj_cluster){ .procs = in.procs };
			for (uint32_t i = 0; i < in.count; i++)
				in.job[i].estimate++; /* no division by 0 */
			sim_run(policies[p], &pool, in.job, in.count, S,
				SJ_OVERRUN_KILL, false, &once);
			sim_run(policies[p], &pool, in.job, in.count, 10 * S,
				SJ_OVERRUN_KILL, false, &ten);
			check_capacity(&in, &once, policies[p], seed);
			for (uint32_t i = 0; i < in.count; i++)
				CHECK(ten.start_ns[i] == 10 * once.start_ns[i],
				      "seed %u, %s, job %u", (unsigned)seed, policies[p], i);
		}
}

/* In whole seconds pyss' rules per event, and fcfs, lead to the same starts. */
TEST(pyss_fcfs_is_fifo)
{
	static struct instance in;
	static struct sim_result a, b;

	for (uint64_t seed = 1; seed <= SEEDS && test_failures == 0; seed++) {
		sj_cluster pool;

		make_instance(seed, false, &in);
		pool = (sj_cluster){ .procs = in.procs };
		for (uint32_t i = 0; i < in.count; i++) { /* it drops run time 0 */
			in.job[i].run++;
			in.job[i].estimate++;
		}
		sim_run("fifo", &pool, in.job, in.count, S, SJ_OVERRUN_KILL, false, &a);
		sim_run("pyss-fcfs", &pool, in.job, in.count, S, SJ_OVERRUN_KILL, false, &b);
		CHECK(memcmp(a.start_ns, b.start_ns, sizeof(a.start_ns)) == 0, "seed %u",
		      (unsigned)seed);
	}
}

TESTS(CASE(easy_is_the_slow_easy), CASE(exact_estimates_keep_promises),
      CASE(times_x10_give_starts_x10), CASE(pyss_fcfs_is_fifo))
