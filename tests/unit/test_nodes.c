/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_nodes.c - nodes that fail, come back, are drained and join; rounds with a
 * barrier. Every number was worked out by hand; times are in seconds.
 */
#include <math.h>

#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { JOBS = 8, EVENTS = 8, TASKS = 4 };

struct jobs {
	sj_source     base;
	const sj_job *job;
	uint32_t      count, at;
};

static int jobs_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		     sj_error *err)
{
	struct jobs *a = (struct jobs *)self;

	(void)err;
	*count = 0;
	while (*count < cap && a->at < a->count)
		jobs[(*count)++] = a->job[a->at++];
	return *count != 0 ? SJ_OK : SJ_END;
}

static void jobs_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops jobs_ops = { .fill = jobs_fill, .free = jobs_free };

/* What came of a run. */
struct seen {
	int            rc;
	sj_error       err;
	sj_job_record  job[JOBS];
	uint32_t       jobs, changes;
	sj_node_record change[EVENTS];
	sj_metrics     metrics;
	sj_run_stats   stats;
};

static int see_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	for (uint32_t i = 0; i < n && s->jobs < JOBS; i++)
		s->job[s->jobs++] = r[i];
	return SJ_OK;
}

static int see_node(void *self, const sj_node_record *r, sj_error *err)
{
	struct seen *s = self;

	(void)err;
	if (s->changes < EVENTS)
		s->change[s->changes] = *r;
	s->changes++;
	return SJ_OK;
}

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* `config` says what differs from fifo with full checks. */
static struct seen run(sj_run_config config, const sj_job *job, uint32_t count)
{
	struct jobs source = { .base.ops = &jobs_ops, .job = job, .count = count };
	struct seen s = { .rc = SJ_OK };
	sj_sink sink = { .self = &s, .jobs = see_jobs, .node = see_node };
	sj_run *r = NULL;

	config.source = &source.base;
	config.check = true;
	config.overrun = SJ_OVERRUN_EXTEND;
	config.sinks = &sink;
	config.sink_count = 1;
	if (config.policy == NULL)
		config.policy = find("fifo");
	s.rc = sj_run_create(&config, &r, &s.err);
	if (s.rc == SJ_OK)
		s.rc = sj_run_advance(r, 0, &s.err);
	if (r != NULL) {
		sj_run_get_metrics(r, &s.metrics);
		sj_run_get_stats(r, &s.stats);
	}
	sj_run_free(r);
	return s;
}

static sj_job job(int64_t id, int submit_s, uint32_t ranks, uint32_t cores, int run_s)
{
	sj_job j;

	sj_job_clear(&j);
	j.id = id;
	j.submit_ns = submit_s * S;
	j.task.ranks = ranks;
	j.task.cores = cores;
	j.task.work_ns = j.task.estimate_ns = run_s * S;
	return j;
}

static void check_job(const struct seen *s, uint32_t i, int start_s, int finish_s,
		      uint32_t outcome, uint32_t requeues)
{
	const sj_job_record *r = &s->job[i];

	CHECK(s->rc == SJ_OK, "%s", s->err.text);
	CHECK(r->start_ns == start_s * S && r->finish_ns == finish_s * S,
	      "job %u: %.9g to %.9g s, expected %d to %d", i, (double)r->start_ns / 1e9,
	      (double)r->finish_ns / 1e9, start_s, finish_s);
	CHECK(r->outcome == outcome, "job %u: outcome %u, expected %u", i, r->outcome, outcome);
	CHECK(r->requeues == requeues, "job %u: %u requeues, expected %u", i, r->requeues,
	      requeues);
}

static void check_metric(const struct seen *s, sj_metric m, double want)
{
	double got = s->metrics.value[m];

	CHECK(fabs(got - want) <= 1e-12 * fabs(want), "%s: %.17g, expected %.17g",
	      sj_metric_infos[m].name, got, want);
}

/* Two nodes of four cores. */
static const sj_node_type two = { .count = 2, .cores = 4, .idle_w = 100, .busy_w = 300 };

static sj_run_config on_two(const sj_failures *f)
{
	return (sj_run_config){ .cluster = { .type_count = 1, .types = &two }, .seed = 1,
				.failures = f };
}

TEST(fail_and_repair)
{
	const sj_node_event e[] = { { 30 * S, 1, SJ_CHANGE_FAIL }, { 50 * S, 1, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 2, 4, 100) };
	struct seen s = run(on_two(&f), j, 1);

	/* The gang loses both nodes, waits for the second, and begins anew. */
	check_job(&s, 0, 0, 150, SJ_COMPLETED, 1);
	CHECK(s.job[0].busy_ns == 130 * S, "executed %.9g s", (double)s.job[0].busy_ns / 1e9);
	CHECK(s.changes == 2 && s.change[0].killed == 1 && s.change[1].killed == 0,
	      "%u changes, %u and %u killed", s.changes, s.change[0].killed,
	      s.change[1].killed);
	check_metric(&s, SJ_M_NODE_FAILURES, 1);
	check_metric(&s, SJ_M_REQUEUES, 1);
	check_metric(&s, SJ_M_LOST, 8 * 30);
	/* Usable: 8 cores for 130 s, 4 for 20 s. */
	check_metric(&s, SJ_M_UTILIZATION, 8.0 * 130 / (8 * 130 + 4 * 20));
	check_metric(&s, SJ_M_GOODPUT, 8.0 * 100 / (8 * 130 + 4 * 20));
	check_metric(&s, SJ_M_AVAILABILITY, 1 - 4.0 * 20 / (8 * 150));
	/* Two busy nodes for 130 s, one idle one for 20 s. */
	check_metric(&s, SJ_M_ENERGY, 2 * 300 * 130 + 100 * 20);
	check_metric(&s, SJ_M_POWER, (2 * 300 * 130 + 100 * 20) / 150.0);
}

TEST(drain)
{
	const sj_node_event e[] = { { 10 * S, 0, SJ_CHANGE_DRAIN },
				    { 110 * S, 0, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 1, 4, 100), job(2, 0, 1, 4, 20), job(3, 5, 1, 4, 100),
			     job(4, 6, 1, 4, 10) };
	struct seen s = run(on_two(&f), j, 4);

	check_job(&s, 0, 0, 100, SJ_COMPLETED, 0); /* what runs there goes on */
	check_job(&s, 1, 0, 20, SJ_COMPLETED, 0);
	check_job(&s, 2, 20, 120, SJ_COMPLETED, 0);
	check_job(&s, 3, 110, 120, SJ_COMPLETED, 0); /* not on the node emptied at 100 */
	/* Usable: both nodes but the drained one from 100 to 110. */
	check_metric(&s, SJ_M_UTILIZATION, 4.0 * 230 / (8 * 120 - 4 * 10));
	check_metric(&s, SJ_M_AVAILABILITY, 1);
	check_metric(&s, SJ_M_NODE_FAILURES, 0);
}

TEST(fail_while_draining)
{
	const sj_node_event e[] = {
		{ 10 * S, 0, SJ_CHANGE_DRAIN }, { 20 * S, 0, SJ_CHANGE_FAIL },
		{ 25 * S, 0, SJ_CHANGE_DRAIN }, { 30 * S, 0, SJ_CHANGE_UP },
		{ 31 * S, 0, SJ_CHANGE_UP },
	};
	const sj_failures f = { e, 5, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 1, 4, 100), job(2, 0, 1, 4, 15) };
	struct seen s = run(on_two(&f), j, 2);

	check_job(&s, 0, 0, 120, SJ_COMPLETED, 1); /* on node 1 from 20 */
	CHECK(s.changes == 3, "%u changes that change something, expected 3", s.changes);
}

TEST(join)
{
	const sj_node_event e[] = { { 40 * S, 1, SJ_CHANGE_JOIN } };
	const sj_failures f = { e, 1, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 2, 4, 10) };
	struct seen s = run(on_two(&f), j, 1);

	check_job(&s, 0, 40, 50, SJ_COMPLETED, 0);
	check_metric(&s, SJ_M_AVAILABILITY, 1); /* what is not there is not down */
	check_metric(&s, SJ_M_UTILIZATION, 80.0 / (4 * 40 + 8 * 10));
	check_metric(&s, SJ_M_NODE_FAILURES, 0);
}

/* Ends, changes of nodes, arrivals. */
TEST(one_instant)
{
	const sj_node_event e[] = { { 30 * S, 0, SJ_CHANGE_FAIL }, { 60 * S, 0, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 1, 4, 30), job(2, 0, 1, 4, 40), job(3, 30, 1, 4, 5) };
	struct seen s = run(on_two(&f), j, 3);

	check_job(&s, 0, 0, 30, SJ_COMPLETED, 0);
	check_job(&s, 1, 0, 40, SJ_COMPLETED, 0);
	check_job(&s, 2, 40, 45, SJ_COMPLETED, 0);
}

TEST(retries)
{
	const sj_node_event e[] = {
		{ 10 * S, 0, SJ_CHANGE_FAIL }, { 20 * S, 0, SJ_CHANGE_UP },
		{ 30 * S, 0, SJ_CHANGE_FAIL }, { 40 * S, 0, SJ_CHANGE_UP },
	};
	const sj_job j[] = { job(1, 0, 2, 4, 50), job(2, 0, 1, 4, 5) };
	const struct {
		uint32_t retries;
		int      finish_s;
		uint32_t outcome, requeues;
		int      next_s;
	} c[] = { { 0, 10, SJ_FAILED, 1, 10 },
		  { 1, 30, SJ_FAILED, 2, 10 },
		  { 2, 90, SJ_COMPLETED, 2, 10 },
		  { SJ_RETRIES_UNLIMITED, 90, SJ_COMPLETED, 2, 10 } };

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const sj_failures f = { e, 4, c[i].retries };
		struct seen s = run(on_two(&f), j, 2);

		check_job(&s, 0, 0, c[i].finish_s, c[i].outcome, c[i].requeues);
		check_job(&s, 1, c[i].next_s, c[i].next_s + 5, SJ_COMPLETED, 0);
		check_metric(&s, SJ_M_FAILED, c[i].outcome == SJ_FAILED);
	}
}

/* 0 -> 1 -> 3, 0 -> 2; task 1 fails for good: 3 never runs, 2 does. */
TEST(failed_task_of_several)
{
	const sj_node_event e[] = { { 15 * S, 0, SJ_CHANGE_FAIL } };
	const sj_failures f = { e, 1, 0 };
	sj_job j[] = { job(7, 0, 1, 4, 10) };
	sj_task_spec t[TASKS];
	sj_edge edges[] = { { .from = 0, .to = 1 }, { .from = 0, .to = 2 }, { .from = 1, .to = 3 } };
	struct seen s;

	for (int i = 0; i < TASKS; i++)
		t[i] = j[0].task;
	j[0].task_count = TASKS;
	j[0].tasks = t;
	j[0].edge_count = 3;
	j[0].edges = edges;
	s = run(on_two(&f), j, 1);
	check_job(&s, 0, 0, 20, SJ_FAILED, 1);
	CHECK(s.stats.live_tasks == 0, "%llu tasks are left",
	      (unsigned long long)s.stats.live_tasks);
}

TEST(bad_events)
{
	const sj_node_event none[] = { { 0, 2, SJ_CHANGE_FAIL } };
	const sj_node_event order[] = { { 9 * S, 0, SJ_CHANGE_FAIL }, { 8 * S, 0, SJ_CHANGE_UP } };
	const sj_node_event late[] = { { 1 * S, 0, SJ_CHANGE_FAIL }, { 8 * S, 0, SJ_CHANGE_JOIN } };
	const struct {
		const sj_node_event *e;
		uint32_t             n;
		const char          *text;
	} c[] = { { none, 1, "nodes 0 to 1" }, { order, 2, "out of order" },
		  { late, 2, "lets node 0 join" } };
	const sj_job j[] = { job(1, 0, 1, 4, 1) };

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const sj_failures f = { c[i].e, c[i].n, 0 };
		struct seen s = run(on_two(&f), j, 1);

		CHECK(s.rc == SJ_EINVAL && strstr(s.err.text, c[i].text) != NULL, "%d: %s", s.rc,
		      s.err.text);
		if (i == 0) {
			sj_run_config pool = on_two(&f);

			pool.cluster = (sj_cluster){ .procs = 8 };
			s = run(pool, j, 1);
			CHECK(s.rc == SJ_EINVAL && strstr(s.err.text, "pool") != NULL, "%d: %s",
			      s.rc, s.err.text);
		}
	}
}

static sj_law *law(const char *spec)
{
	sj_error err = { 0 };
	sj_law *l = NULL;

	CHECK(sj_law_create("law", spec, &l, &err) == SJ_OK, "%s", err.text);
	return l;
}

/* Node 0 never comes back and node 1 fails for ever: a wide job can never start. */
TEST(stalls)
{
	sj_law *up = law("exponential:mean=100"), *down = law("exponential:mean=1");
	const sj_node_event e[] = { { 5 * S, 0, SJ_CHANGE_FAIL } };
	const sj_failures f = { e, 1, 0 };
	const sj_node_type types[] = { { .count = 1, .cores = 4 },
				       { .count = 1, .cores = 4, .mtbf = up, .mttr = down } };
	const sj_job j[] = { job(1, 10, 2, 4, 1) };
	sj_run_config config = on_two(&f);
	struct seen s = run(config, j, 1);

	CHECK(s.rc == SJ_ESTALL, "%d: %s", s.rc, s.err.text);
	config.cluster = (sj_cluster){ .type_count = 2, .types = types };
	s = run(config, j, 1);
	CHECK(s.rc == SJ_ESTALL && s.stats.events < 1100000, "%d after %llu events: %s", s.rc,
	      (unsigned long long)s.stats.events, s.err.text);
	config.failures = NULL; /* it waits for both to be up at once */
	s = run(config, j, 1);
	CHECK(s.rc == SJ_OK && s.job[0].outcome == SJ_COMPLETED, "%d: %s", s.rc, s.err.text);
	sj_law_free(up);
	sj_law_free(down);
}

/* Up for 10 s, down for 2 s, by laws without chance; the trace adds a drain. */
TEST(laws_and_trace)
{
	sj_law *up = law("constant:value=10"), *down = law("constant:value=2");
	const sj_node_event e[] = { { 13 * S, 0, SJ_CHANGE_DRAIN }, { 14 * S, 0, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_node_type type = { .count = 1, .cores = 4, .mtbf = up, .mttr = down };
	const sj_job j[] = { job(1, 0, 1, 4, 4), job(2, 1, 1, 4, 8), job(3, 12, 1, 4, 1) };
	sj_run_config config = on_two(&f);
	struct seen s;

	config.cluster = (sj_cluster){ .type_count = 1, .types = &type };
	s = run(config, j, 3);
	check_job(&s, 0, 0, 4, SJ_COMPLETED, 0);
	/* From 4, killed at 10, again at 12: 20, on a node that drains at 13. */
	check_job(&s, 1, 4, 20, SJ_COMPLETED, 1);
	check_job(&s, 2, 20, 21, SJ_COMPLETED, 0);
	check_metric(&s, SJ_M_NODE_FAILURES, 1);
	sj_law_free(up);
	sj_law_free(down);
}

/* Rounds of 10 s. Without a barrier decisions come at multiples only. */
TEST(barrier)
{
	const sj_job j[] = { job(1, 3, 1, 4, 4), job(2, 3, 2, 4, 12), job(3, 4, 1, 4, 1),
			     job(4, 31, 1, 4, 3) };
	sj_run_config config = { .cluster = { .procs = 8 }, .seed = 1, .clock = SJ_CLOCK_ROUND,
				 .clock_step_ns = 10 * S };
	struct seen s = run(config, j, 4);

	check_job(&s, 0, 10, 14, SJ_COMPLETED, 0);
	check_job(&s, 1, 20, 32, SJ_COMPLETED, 0);
	check_job(&s, 2, 40, 41, SJ_COMPLETED, 0);
	check_job(&s, 3, 40, 43, SJ_COMPLETED, 0);
	config.clock_barrier = true;
	s = run(config, j, 4);
	/* The first news opens a round; it ends with its job at 7; the next goes on past
	 * 17 and ends at 19; jobs 3 and 4 have a round each. */
	check_job(&s, 0, 3, 7, SJ_COMPLETED, 0);
	check_job(&s, 1, 7, 19, SJ_COMPLETED, 0);
	check_job(&s, 2, 19, 20, SJ_COMPLETED, 0);
	check_job(&s, 3, 31, 34, SJ_COMPLETED, 0);
	config.clock = SJ_CLOCK_EVENT;
	s = run(config, j, 4);
	CHECK(s.rc == SJ_EINVAL, "a barrier without rounds: %d", s.rc);
}

/* All that ran in the round died: the next begins at once, with what is up. */
TEST(barrier_and_failure)
{
	const sj_node_event e[] = { { 2 * S, 0, SJ_CHANGE_FAIL }, { 50 * S, 0, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 1, 4, 4), job(2, 3, 2, 4, 5) };
	sj_run_config config = on_two(&f);
	struct seen s;

	config.clock = SJ_CLOCK_ROUND;
	config.clock_step_ns = 10 * S;
	config.clock_barrier = true;
	s = run(config, j, 2);
	check_job(&s, 0, 0, 6, SJ_COMPLETED, 1); /* on node 1 from 2 */
	check_job(&s, 1, 50, 55, SJ_COMPLETED, 0);
}

/* Failed between two ticks: noticed at the tick. */
TEST(tick)
{
	const sj_node_event e[] = { { 12 * S, 0, SJ_CHANGE_FAIL }, { 13 * S, 0, SJ_CHANGE_UP } };
	const sj_failures f = { e, 2, SJ_RETRIES_DEFAULT };
	const sj_job j[] = { job(1, 0, 2, 4, 25) };
	sj_run_config config = on_two(&f);
	struct seen s;

	config.clock = SJ_CLOCK_TICK;
	config.clock_step_ns = 10 * S;
	s = run(config, j, 1);
	check_job(&s, 0, 0, 50, SJ_COMPLETED, 1); /* again from 20 */
}

/* ---- against theory ------------------------------------------------------------ */

/* Fifty nodes that are up for 30 h and down for 2 h on average, beside one that never
 * fails and runs for 20,000 h. The variance of an alternating renewal process of
 * exponential times: 2 l m / (l + m)^3 / T for the part of time, and T s^2 / u^3 for the
 * number of failures, u and s^2 being mean and variance of a cycle. */
TEST(availability_of_a_law)
{
	const double T = 20000, l = 1 / 30.0, m = 1 / 2.0, n = 50, cycle = 32;
	const double part = (n * 30 / 32 + 1) / (n + 1);
	const double sd = sqrt(2 * l * m / pow(l + m, 3) / T / n) * n / (n + 1);
	const double sd_failures = sqrt(n * T * (30 * 30 + 2 * 2) / pow(cycle, 3));
	sj_law *up = law("exponential:mean=108000"), *down = law("exponential:mean=7200");
	const sj_node_type types[] = { { .count = 1, .cores = 4 },
				       { .count = 50, .cores = 4, .mtbf = up, .mttr = down } };
	const sj_job j[] = { job(1, 0, 1, 4, 20000 * 3600) };
	sj_run_config config = { .cluster = { .type_count = 2, .types = types }, .seed = 42 };
	struct seen s = run(config, j, 1);

	CHECK(s.rc == SJ_OK, "%s", s.err.text);
	CHECK(fabs(s.metrics.value[SJ_M_AVAILABILITY] - part) < 4 * sd,
	      "availability %.6f, expected %.6f +- %.6f", s.metrics.value[SJ_M_AVAILABILITY],
	      part, sd);
	CHECK(fabs(s.metrics.value[SJ_M_NODE_FAILURES] - n * T / cycle) < 4 * sd_failures,
	      "%.0f failures, expected %.0f +- %.0f", s.metrics.value[SJ_M_NODE_FAILURES],
	      n * T / cycle, sd_failures);
	sj_law_free(up);
	sj_law_free(down);
}

/*
 * Ten hours of work, saved every hour in 2 min, on a node that fails every 3 h, is back
 * after 10 min and then takes 1 min to restart. A segment of length a takes
 * (M + D) e^(R / M) (e^(a / M) - 1) on average (Daly 2006); the last one is not saved.
 */
TEST(makespan_under_exponential_failures)
{
	enum { SEEDS = 40, TRAIN = 100 };
	const double M = 180, D = 10, R = 1;
	const double want = (M + D) * exp(R / M) *
			    (9 * (exp(62 / M) - 1) + exp(60 / M) - 1) * 60;
	static sj_job j[TRAIN];
	sj_law *up = law("exponential:mean=10800"), *down = law("deterministic:value=600");
	const sj_node_type type = { .count = 1, .cores = 4, .mtbf = up, .mttr = down };
	const sj_failures f = { .retries = SJ_RETRIES_UNLIMITED };
	sj_run_config config = on_two(&f);
	double sum = 0, squares = 0, mean, error;

	for (int i = 0; i < TRAIN; i++)
		j[i] = job(i, 0, 1, 4, 36000);
	config.cluster = (sj_cluster){ .type_count = 1, .types = &type };
	config.checkpoint = (sj_checkpoint){ 3600 * S, 120 * S, 60 * S, true };
	for (config.seed = 1; config.seed <= SEEDS; config.seed++) {
		struct seen s = run(config, j, TRAIN);
		double each = s.metrics.value[SJ_M_MAKESPAN] / TRAIN;

		REQUIRE(s.rc == SJ_OK, "%s", s.err.text);
		sum += each;
		squares += each * each;
	}
	mean = sum / SEEDS;
	error = sqrt((squares / SEEDS - mean * mean) / (SEEDS - 1));
	CHECK(fabs(mean - want) < 4 * error && error < 0.01 * want,
	      "a task takes %.0f s on average, expected %.0f +- %.0f", mean, want, error);
	sj_law_free(up);
	sj_law_free(down);
}

TESTS(CASE(fail_and_repair), CASE(drain), CASE(fail_while_draining), CASE(join),
      CASE(one_instant), CASE(retries), CASE(failed_task_of_several), CASE(bad_events),
      CASE(stalls), CASE(laws_and_trace), CASE(barrier), CASE(barrier_and_failure),
      CASE(tick),
      CASE(availability_of_a_law), CASE(makespan_under_exponential_failures))
