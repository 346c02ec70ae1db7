/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_durations.c - what is expected of a task after a sequence of others, by hand: one
 * processor, jobs one after the other, and after each end what the tool says of each kind.
 */
#include "scripted.h"
#include "sojourn/durations.h"

enum { SEQUENCE = 21 };

struct learner {
	sj_durations *d;
};

static sj_durations_spec spec;          /* of the run that goes on */
static sj_time           said[SEQUENCE]; /* before each start */
static uint64_t          seen[SEQUENCE];
static uint32_t          stage_of_7;    /* the stage that job 7 is said to have */

static int init(void *self, sj_ctx *cx)
{
	((struct learner *)self)->d = sj_durations_create(cx, &spec);
	return SJ_OK;
}

static uint32_t stage_of(const sj_task *t)
{
	return t->job == 7 ? stage_of_7 : 0;
}

static int on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	if (how == SJ_COMPLETED)
		sj_durations_see(((struct learner *)self)->d, t, stage_of(t),
				 sj_task_attained(cx, t));
	return SJ_OK;
}

static int schedule(void *self, sj_ctx *cx)
{
	struct learner *s = self;
	const sj_task *t = sj_ready_first(cx);
	int rc;

	if (t == NULL || sj_running_count(cx) != 0)
		return SJ_OK;
	said[t->job] = sj_durations_expect(s->d, t, stage_of(t));
	seen[t->job] = sj_durations_seen(s->d, t, stage_of(t));
	rc = sj_start(cx, t, NULL);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static const sj_policy_ops learner = {
	SJ_POLICY_HEAD, .name = "learner", .state_size = sizeof(struct learner), .init = init,
	.on_done = on_done, .schedule = schedule,
};

static void run(sj_durations_spec with, const sj_job *job, uint32_t count)
{
	static const struct script none = { .manual = true };
	static struct script_result out;
	sj_run_config c = { .cluster = { .procs = 4 }, .policy = &learner };

	spec = with;
	memset(said, 0, sizeof(said));
	script_run(c, &none, job, count, &out);
	CHECK(out.rc == SJ_OK, "%s", out.err.text);
}

static void sequence(sj_job *job, const double *runs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		job[i] = script_job(i, 0, 1, runs[i]);
}

/* Runs of 4, 10, 1, 3 and 12 s, estimates of 1000 s. */
TEST(by_hand)
{
	static const double runs[] = { 4, 10, 1, 3, 12, 0 };
	static const struct {
		sj_durations_spec spec;
		double            say[6];
	} cases[] = {
		{ { .by = SJ_DURATIONS_ESTIMATE }, { 1000, 1000, 1000, 1000, 1000, 1000 } },
		{ { .by = SJ_DURATIONS_LAST }, { 1000, 4, 10, 1, 3, 12 } },
		{ { .by = SJ_DURATIONS_LAST, .prior_ns = 7 * S }, { 7, 4, 10, 1, 3, 12 } },
		{ { .by = SJ_DURATIONS_MEAN }, { 1000, 4, 7, 5, 4.5, 6 } },
		{ { .by = SJ_DURATIONS_PERCENTILE, .percentile = 50 },
		  { 1000, 4, 7, 4, 3.5, 4 } },
		{ { .by = SJ_DURATIONS_PERCENTILE, .percentile = 75 },
		  { 1000, 4, 8.5, 7, 5.5, 10 } },
		{ { .by = SJ_DURATIONS_PERCENTILE, .percentile = 100 },
		  { 1000, 4, 10, 10, 10, 12 } },
	};
	sj_job job[6];

	sequence(job, runs, 6);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		run(cases[k].spec, job, 6);
		for (int i = 0; i < 6; i++)
			CHECK(said[i] == (sj_time)(cases[k].say[i] * 1e9 + 0.5) &&
			      seen[i] == (unsigned)i, "case %zu, job %d: %.9g s, not %.9g s", k, i,
			      (double)said[i] / 1e9, cases[k].say[i]);
	}
}

/* A mean is rounded up to ns. */
TEST(means_are_whole)
{
	static const double runs[] = { 1e-9, 2e-9, 2e-9, 1 };
	sj_job job[4];

	sequence(job, runs, 4);
	run((sj_durations_spec){ .by = SJ_DURATIONS_MEAN }, job, 4);
	CHECK(said[1] == 1 && said[2] == 2 && said[3] == 2, "%d %d %d ns", (int)said[1],
	      (int)said[2], (int)said[3]);
}

/* The example of Jain and Chlamtac 1985: after 20 observations its median is estimated as 4.44
 * (the exact one is 2.43: P2 needs more of them). */
TEST(percentiles_in_constant_memory)
{
	static const double runs[SEQUENCE] = {
		0.02, 0.15, 0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92, 34.60, 10.28, 1.47,
		0.40, 0.05, 11.39, 0.27, 0.42, 0.09, 11.37, 0 };
	sj_job job[SEQUENCE];
	double got;

	sequence(job, runs, SEQUENCE);
	run((sj_durations_spec){ .by = SJ_DURATIONS_PERCENTILE, .percentile = 50 }, job, SEQUENCE);
	got = (double)said[SEQUENCE - 1] / 1e9;
	CHECK(seen[SEQUENCE - 1] == 20 && got >= 4.435 && got < 4.445, "%.9g s", got);
}

/* Two jobs differ in one thing only: whose time is told by the other's? */
TEST(kinds)
{
	static const struct {
		const char *what;
		bool        apart[3]; /* by kind: stage, user, task */
	} cases[] = { { "nothing", { false, false, false } }, { "app", { true, true, true } },
		      { "procs", { true, true, true } }, { "user", { false, true, false } },
		      { "stage", { true, true, false } } };

	for (int what = 0; what < 5; what++)
		for (int kind = 0; kind < 3; kind++) {
			sj_job job[2] = { script_job(0, 0, 1, 5), script_job(7, 1, 1, 6) };

			stage_of_7 = what == 4;
			job[1].app = what == 1;
			job[1].task.ranks = what == 2 ? 2 : 1;
			job[1].user = what == 3;
			run((sj_durations_spec){ .by = SJ_DURATIONS_LAST,
						 .kind = (sj_durations_kind)kind }, job, 2);
			CHECK((said[7] == 1000 * S) == cases[what].apart[kind] &&
			      (said[7] == 5 * S) != cases[what].apart[kind],
			      "%s, kind %d: %.9g s", cases[what].what, kind,
			      (double)said[7] / 1e9);
		}
	stage_of_7 = 0;
}

/* Killed at its estimate: nothing is known of its run time but that it is longer. */
TEST(what_did_not_complete_teaches_nothing)
{
	sj_job job[2] = { script_job(0, 0, 1, 50), script_job(1, 1, 1, 6) };

	job[0].task.estimate_ns = 20 * S;
	run((sj_durations_spec){ .by = SJ_DURATIONS_LAST }, job, 2);
	CHECK(said[1] == 1000 * S && seen[1] == 0, "%.9g s", (double)said[1] / 1e9);
}

TESTS(CASE(by_hand), CASE(means_are_whole), CASE(percentiles_in_constant_memory), CASE(kinds),
      CASE(what_did_not_complete_teaches_nothing))
