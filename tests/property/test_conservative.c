/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_conservative.c - conservative backfilling against a naive version that
 * keeps one number per second and plans everything, on random instances: with
 * overestimates, underestimates, ties, and jobs of no length.
 */
#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { JOBS_MAX = 40, HORIZON = 8000, INSTANCES = 250 };

extern const sj_policy_ops sj_policy_conservative;

static uint64_t below(uint64_t *state, uint64_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % n;
}

/* ---- instances ------------------------------------------------------------------ */

struct job {
	int submit, procs, run, estimate;
};

struct instance {
	int        machine, count;
	struct job job[JOBS_MAX]; /* by submit */
};

/* Runs of every kind: exact, overestimated, underestimated, none at all. */
static void draw_run(struct job *j, uint64_t *state)
{
	j->run = (int)below(state, 30);
	switch (below(state, 6)) {
	case 0:  j->estimate = j->run; break;
	case 1:  j->estimate = j->run / 2; break;
	case 2:  j->estimate = 0; break;
	default: j->estimate = j->run + (int)below(state, 40);
	}
}

static void draw_instance(struct instance *in, uint64_t seed)
{
	uint64_t state = seed * 7919;
	int now = 0, gap = 1 + (int)below(&state, 12);

	in->machine = 2 + (int)below(&state, 14);
	in->count = 5 + (int)below(&state, JOBS_MAX - 4);
	for (int i = 0; i < in->count; i++) {
		now += below(&state, 3) == 0 ? 0 : (int)below(&state, (uint64_t)gap);
		in->job[i].submit = now;
		in->job[i].procs = 1 + (int)below(&state, (uint64_t)in->machine);
		draw_run(&in->job[i], &state);
	}
}

struct rules {
	const char *args;
	bool        compress, shortest_first, extend;
	int         depth;
};

/* ---- the naive version ------------------------------------------------------------ */

enum { FUTURE, QUEUED, RUNNING, ENDED };

struct naive {
	const struct instance *in;
	const struct rules    *rules;
	int now, state[JOBS_MAX], start[JOBS_MAX], end[JOBS_MAX], slot[JOBS_MAX];
	int first_slot[JOBS_MAX]; /* its first reservation ever */
	int queue[JOBS_MAX], queued;
	int room[HORIZON];        /* from now on */
	bool early;
};

static int length_of(const struct naive *n, int j)
{
	return n->in->job[j].estimate > 0 ? n->in->job[j].estimate : 1;
}

static void occupy(struct naive *n, int from, int j, int sign)
{
	for (int t = from > n->now ? from : n->now; t < from + length_of(n, j); t++)
		n->room[t] -= sign * n->in->job[j].procs;
}

static void only_running(struct naive *n)
{
	for (int t = n->now; t < HORIZON; t++)
		n->room[t] = n->in->machine;
	for (int j = 0; j < n->in->count; j++)
		if (n->state[j] == RUNNING)
			occupy(n, n->start[j], j, 1);
}

static int earliest(const struct naive *n, int j)
{
	int s = n->now;

	for (int t = s; t < s + length_of(n, j); t++)
		if (n->room[t] < n->in->job[j].procs)
			s = t + 1;
	return s;
}

static int idle(const struct naive *n)
{
	int busy = 0;

	for (int j = 0; j < n->in->count; j++)
		busy += n->state[j] == RUNNING ? n->in->job[j].procs : 0;
	return n->in->machine - busy;
}

static bool try_start(struct naive *n, int j)
{
	const struct job *job = &n->in->job[j];
	bool killed = !n->rules->extend && job->run > job->estimate;

	if (idle(n) < job->procs)
		return false;
	n->state[j] = RUNNING;
	n->start[j] = n->now;
	n->end[j] = n->now + (killed ? job->estimate : job->run);
	return true;
}

static void sort_queue(struct naive *n)
{
	n->queued = 0;
	for (int j = 0; j < n->in->count; j++) {
		int i;

		if (n->state[j] != QUEUED)
			continue;
		for (i = n->queued++; i > 0 && n->rules->shortest_first &&
		     n->in->job[n->queue[i - 1]].estimate > n->in->job[j].estimate; i--)
			n->queue[i] = n->queue[i - 1];
		n->queue[i] = j;
	}
}

static void rebuild(struct naive *n)
{
	int waiting = 0;

	only_running(n);
	for (int q = 0; q < n->queued && (n->rules->depth == 0 || waiting < n->rules->depth); q++) {
		int j = n->queue[q], s = earliest(n, j);

		occupy(n, s, j, 1);
		waiting += s > n->now || !try_start(n, j);
	}
}

static void reserve(struct naive *n, int j)
{
	n->slot[j] = earliest(n, j);
	occupy(n, n->slot[j], j, 1);
	if (n->first_slot[j] < 0)
		n->first_slot[j] = n->slot[j];
}

static void compress(struct naive *n)
{
	bool missed = false;
	int depth = n->rules->depth > 0 ? n->rules->depth : n->queued;

	only_running(n);
	for (int q = 0; q < n->queued; q++)
		missed = missed || (n->slot[n->queue[q]] >= 0 && n->slot[n->queue[q]] < n->now);
	for (int q = 0; q < n->queued; q++) {
		if (missed)
			n->slot[n->queue[q]] = -1;
		else if (n->slot[n->queue[q]] >= 0)
			occupy(n, n->slot[n->queue[q]], n->queue[q], 1);
	}
	for (int q = 0; q < n->queued && q < depth && n->early; q++) {
		int j = n->queue[q];

		if (n->slot[j] >= 0) {
			occupy(n, n->slot[j], j, -1);
			reserve(n, j);
		}
	}
	for (int q = 0; q < n->queued; q++)
		if (n->slot[n->queue[q]] < 0)
			reserve(n, n->queue[q]);
	for (int j = 0; j < n->in->count; j++)
		if (n->state[j] == QUEUED && n->slot[j] == n->now)
			try_start(n, j);
}

static void one_round(struct naive *n)
{
	n->early = false;
	for (int j = 0; j < n->in->count; j++) {
		if (n->state[j] == RUNNING && n->end[j] == n->now) {
			n->state[j] = ENDED;
			n->early = n->early || n->now < n->start[j] + length_of(n, j);
		}
		if (n->state[j] == FUTURE && n->in->job[j].submit == n->now)
			n->state[j] = QUEUED;
	}
	sort_queue(n);
	if (n->rules->compress)
		compress(n);
	else
		rebuild(n);
}

/* The next instant at which something happens; -1 when all is done. */
static int next_instant(const struct naive *n)
{
	int next = -1;

	for (int j = 0; j < n->in->count; j++) {
		int at = n->state[j] == FUTURE ? n->in->job[j].submit :
			 n->state[j] == RUNNING ? n->end[j] :
			 n->state[j] == QUEUED && n->rules->compress && n->slot[j] > n->now ? n->slot[j] : -1;

		if (at >= 0 && (next < 0 || at < next))
			next = at;
	}
	return next;
}

static void simulate_naive(struct naive *n, const struct instance *in, const struct rules *rules)
{
	int next;

	memset(n, 0, sizeof(*n));
	n->in = in;
	n->rules = rules;
	n->now = -1;
	for (int j = 0; j < in->count; j++)
		n->slot[j] = n->first_slot[j] = n->start[j] = -1;
	while ((next = next_instant(n)) >= 0) {
		n->now = next;
		one_round(n);
	}
}

/* ---- the policy -------------------------------------------------------------------- */

struct list_source {
	sj_source base;
	const struct instance *in;
	int       at;
};

static int list_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct list_source *l = (struct list_source *)self;

	(void)err;
	for (*count = 0; *count < cap && l->at < l->in->count; ++*count, l->at++) {
		const struct job *from = &l->in->job[l->at];
		sj_job *to = &jobs[*count];

		sj_job_clear(to);
		to->id = l->at + 1;
		to->submit_ns = from->submit * S;
		to->task.ranks = (uint32_t)from->procs;
		to->task.work_ns = from->run * S;
		to->task.estimate_ns = from->estimate * S;
	}
	return *count > 0 ? SJ_OK : SJ_END;
}

static int list_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct list_source *)self)->at = 0;
	return SJ_OK;
}

static void list_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops list_ops = { .fill = list_fill, .rewind = list_rewind, .free = list_free };

struct result {
	int      jobs;
	sj_time  start[JOBS_MAX];
	sj_error err;
};

static int note_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct result *res = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++)
		res->start[r[i].seq] = r[i].start_ns;
	res->jobs += (int)n;
	return SJ_OK;
}

static int note_decision(void *self, const sj_decision *d, sj_error *err)
{
	(void)self;
	(void)err;
	CHECK(d->reason == NULL || strlen(d->reason) > 10, "a reason is a sentence");
	return SJ_OK;
}

static int simulate(struct result *res, const struct instance *in, const struct rules *rules,
		    sj_cluster cluster, bool explain)
{
	struct list_source src = { .base = { .ops = &list_ops }, .in = in };
	sj_sink sink = { .self = res, .jobs = note_jobs, .decision = explain ? note_decision : NULL };
	sj_run_config c = {
		.cluster = cluster, .source = &src.base, .policy = &sj_policy_conservative,
		.policy_args = rules->args, .seed = 1, .check = true, .explain = explain,
		.overrun = rules->extend ? SJ_OVERRUN_EXTEND : SJ_OVERRUN_KILL,
		.sinks = &sink, .sink_count = 1,
	};
	sj_run *run;
	int rc;

	memset(res, 0, sizeof(*res));
	rc = sj_run_create(&c, &run, &res->err);
	if (rc != SJ_OK)
		return rc;
	rc = sj_run_advance(run, 0, &res->err);
	sj_run_free(run);
	return rc;
}

/* ---- comparison ----------------------------------------------------------------------- */

static void compare(const struct rules *rules)
{
	static struct naive n;
	static struct instance in;
	struct result res;

	for (uint64_t seed = 1; seed <= INSTANCES && test_failures == 0; seed++) {
		sj_cluster pool;

		draw_instance(&in, seed);
		simulate_naive(&n, &in, rules);
		pool = (sj_cluster){ .procs = (uint32_t)in.machine };
		/* While it explains, the policy plans everything. */
		REQUIRE(simulate(&res, &in, rules, pool, seed % 8 == 0) == SJ_OK, "%s seed %llu: %s",
			rules->args, (unsigned long long)seed, res.err.text);
		for (int j = 0; j < in.count && test_failures == 0; j++) {
			CHECK(res.start[j] == n.start[j] * S, "%s%s seed %llu: job %d starts at %lld s, not %d",
			      rules->args, rules->extend ? ", extend" : "", (unsigned long long)seed, j + 1,
			      (long long)(res.start[j] / S), n.start[j]);
			CHECK(!rules->compress || rules->extend || res.start[j] <= n.first_slot[j] * S,
			      "%s seed %llu: job %d starts at %lld s, after its first reservation at %d",
			      rules->args, (unsigned long long)seed, j + 1,
			      (long long)(res.start[j] / S), n.first_slot[j]);
		}
	}
}

static void compare_both(const char *args, bool compresses, bool sjf, int depth)
{
	for (int extend = 0; extend < 2; extend++) {
		const struct rules rules = { args, compresses, sjf, extend != 0, depth };

		compare(&rules);
	}
}

TEST(rebuild_equals_naive)
{
	compare_both("plan=rebuild", false, false, 0);
}

TEST(rebuild_in_another_order)
{
	compare_both("plan=rebuild,order=sjf", false, true, 0);
}

TEST(rebuild_to_a_depth)
{
	compare_both("plan=rebuild,depth=1", false, false, 1);
	compare_both("plan=rebuild,depth=3", false, false, 3);
	compare_both("plan=rebuild,order=sjf,depth=2", false, true, 2);
}

TEST(compress_equals_naive)
{
	compare_both("plan=compress", true, false, 0);
}

TEST(compress_in_another_order)
{
	compare_both("plan=compress,order=sjf", true, true, 0);
}

TEST(compress_to_a_depth)
{
	compare_both("plan=compress,depth=1", true, false, 1);
	compare_both("plan=compress,depth=4", true, false, 4);
}

/* A formula that changes with time but never the order is arrival order. */
TEST(dynamic_orders)
{
	compare_both("plan=rebuild,order=(expr:wait)", false, false, 0);
	compare_both("plan=compress,order=(expr:now-submit)", true, false, 0);
}

/* With node boundaries processors may lie wrong: no stall, nothing left over. */
TEST(nodes)
{
	sj_node_type node[4] = { { .count = 1, .cores = 4, .speed = 1 }, { .count = 1, .cores = 4, .speed = 1 },
				 { .count = 1, .cores = 4, .speed = 1 }, { .count = 1, .cores = 4, .speed = 1 } };
	const sj_cluster cluster = { .procs = 16, .type_count = 4, .types = node };
	static struct instance in;
	struct result res;

	for (uint64_t seed = 1; seed <= INSTANCES && test_failures == 0; seed++) {
		const struct rules rules = { seed % 2 ? "plan=rebuild" : "plan=compress",
					     seed % 2 == 0, false, seed % 3 == 0, 0 };

		draw_instance(&in, seed);
		CHECK(simulate(&res, &in, &rules, cluster, false) == SJ_OK && res.jobs == in.count,
		      "%s seed %llu: %s", rules.args, (unsigned long long)seed, res.err.text);
	}
}

TESTS(CASE(rebuild_equals_naive), CASE(rebuild_in_another_order), CASE(rebuild_to_a_depth),
      CASE(compress_equals_naive), CASE(compress_in_another_order), CASE(compress_to_a_depth),
      CASE(dynamic_orders), CASE(nodes))
