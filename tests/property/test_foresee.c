/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_foresee.c - looking ahead against what comes: on random jobs, with exact estimates
 * and after the last arrival, a policy's own future is what is foreseen of it; and what is
 * foreseen of others is what they would have made of it.
 */
#include <math.h>

#include "scripted.h"
#include "sojourn/foresee.h"

enum { SEEDS = 150, JOBS = 14 };

extern const sj_policy_ops *const sj_policies[];

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static const char *looked_for;  /* the policy that is looked ahead with */
static int result;
static sj_error why;
static sj_time look_at;
static sj_foresight seen;
static bool live[JOBS + 1];     /* at that time */

/* fifo, and at one instant a look ahead. */
struct prophet {
	const sj_subpolicy *base;
};

static int prophet_init(void *self, sj_ctx *cx)
{
	struct prophet *s = self;

	s->base = sj_policy_create(cx, "fifo");
	return s->base != NULL ? sj_timer(cx, look_at, 0) : SJ_EUSAGE;
}

static int prophet_timer(void *self, sj_ctx *cx, uint64_t token)
{
	(void)self;
	(void)token;
	memset(live, 0, sizeof(live));
	for (uint32_t i = 0; i < sj_task_bound(cx); i++)
		if (sj_task_get(cx, i) != NULL)
			live[sj_task_get(cx, i)->job] = true;
	result = sj_foresee(cx, looked_for, 0, &seen, &why);
	return SJ_OK;
}

static int prophet_schedule(void *self, sj_ctx *cx)
{
	struct prophet *s = self;

	return s->base->ops->schedule(s->base->self, cx);
}

static const sj_policy_ops prophet = {
	SJ_POLICY_HEAD, .name = "prophet", .state_size = sizeof(struct prophet),
	.flags = SJ_PF_PREEMPTS, .init = prophet_init, .on_timer = prophet_timer,
	.schedule = prophet_schedule,
};

static uint32_t draw_jobs(gsl_rng *r, sj_job *job, uint32_t width)
{
	uint32_t n = 3 + (uint32_t)gsl_rng_uniform_int(r, JOBS - 3);
	double at = 1;

	for (uint32_t i = 0; i < n; i++) {
		double run = 1 + (double)gsl_rng_uniform_int(r, 60);

		at += (double)gsl_rng_uniform_int(r, 8);
		job[i] = script_job((int64_t)i + 1, at,
				    1 + (uint32_t)gsl_rng_uniform_int(r, width), run);
		job[i].task.estimate_ns = job[i].task.work_ns;
	}
	look_at = job[n - 1].submit_ns + S / 2;
	return n;
}

/* Of the jobs that were live: mean response, and end of the last, in seconds. */
static void come_true(const struct script_result *o, sj_foresight *out)
{
	sj_time last = look_at;

	*out = (sj_foresight){ 0 };
	for (uint32_t i = 0; i < o->jobs; i++) {
		const sj_job_record *r = &o->job[i];

		if (!live[r->id])
			continue;
		out->tasks++;
		out->response_s += (double)(r->finish_ns - r->submit_ns) / 1e9;
		if (r->finish_ns > last)
			last = r->finish_ns;
	}
	out->response_s /= out->tasks != 0 ? out->tasks : 1;
	out->end_s = (double)(last - look_at) / 1e9;
}

static bool same(const sj_foresight *a, const sj_foresight *b)
{
	return a->tasks == b->tasks && fabs(a->response_s - b->response_s) < 1e-6 &&
	       fabs(a->end_s - b->end_s) < 1e-6;
}

static const sj_node_type four = { .count = 4, .cores = 3 };

TEST(what_is_foreseen_of_oneself_comes)
{
	static const sj_cluster machine[] = { { .procs = 12 }, { .type_count = 1, .types = &four } };

	for (int seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create((uint64_t)seed, "test.foresee", 0);
		sj_run_config c = { .cluster = machine[seed % 2], .policy = &prophet,
				    .find_policy = find };
		static struct script_result o;
		sj_job job[JOBS];
		sj_foresight came;
		uint32_t n = draw_jobs(r, job, 12);

		looked_for = "fifo";
		script_run(c, NULL, job, n, &o);
		CHECK(o.rc == SJ_OK && result == SJ_OK, "seed %d: %s%s", seed, o.err.text, why.text);
		come_true(&o, &came);
		CHECK(same(&seen, &came), "seed %d: %u tasks, response %.9g s, end in %.9g s; seen %u, "
		      "%.9g and %.9g", seed, came.tasks, came.response_s, came.end_s, seen.tasks,
		      seen.response_s, seen.end_s);
		gsl_rng_free(r);
	}
}

/* All jobs are there at once, and the look comes before anything has started: what is
 * foreseen of any policy is what it makes of these jobs alone. */
TEST(what_is_foreseen_of_others_is_what_they_do)
{
	static const char *const others[] = { "sjf", "easy", "firstfit", "conservative", "ljf",
					      "narrow" };

	for (int seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create((uint64_t)seed, "test.foresee", 1);
		sj_run_config c = { .cluster = { .procs = 12 }, .find_policy = find };
		static struct script_result o;
		sj_job job[JOBS + 1];
		sj_foresight came;
		uint32_t n = draw_jobs(r, job + 1, 12);

		/* One job holds the machine until all are there. */
		job[0] = script_job(0, 0, 12, (double)look_at / 1e9 + 1);
		job[0].task.estimate_ns = job[0].task.work_ns;
		looked_for = others[seed % 6];
		c.policy = &prophet;
		script_run(c, NULL, job, n + 1, &o);
		CHECK(o.rc == SJ_OK && result == SJ_OK, "seed %d: %s%s", seed, o.err.text, why.text);
		c.policy = find(looked_for);
		script_run(c, NULL, job, n + 1, &o);
		come_true(&o, &came);
		CHECK(same(&seen, &came), "seed %d, %s: %u tasks, response %.9g s, end in %.9g s; seen "
		      "%u, %.9g and %.9g", seed, looked_for, came.tasks, came.response_s,
		      came.end_s, seen.tasks, seen.response_s, seen.end_s);
		gsl_rng_free(r);
	}
}

/* All jobs are there at the one look, so that the best arm decides about all of them. */
TEST(the_best_arm_decides)
{
	static const char *const arms[] = { "fifo", "sjf", "firstfit" };

	for (int seed = 0; seed < SEEDS; seed++) {
		gsl_rng *r = sj_rng_create((uint64_t)seed, "test.foresee", 2);
		sj_run_config c = { .cluster = { .procs = 12 }, .find_policy = find };
		static struct script_result o;
		sj_job job[JOBS];
		uint32_t n = draw_jobs(r, job, 12);
		double best = INFINITY, got;

		for (uint32_t i = 0; i < n; i++)
			job[i].submit_ns = 0;
		for (int a = 0; a < 3; a++) {
			c.policy = find(arms[a]);
			script_run(c, NULL, job, n, &o);
			best = fmin(best, o.metrics.value[SJ_M_RESPONSE_MEAN]);
		}
		c.policy = find("foresight");
		c.policy_args = "arms=(fifo|sjf|firstfit),by=response,every=1000000s";
		script_run(c, NULL, job, n, &o);
		got = o.metrics.value[SJ_M_RESPONSE_MEAN];
		CHECK(o.rc == SJ_OK && fabs(got - best) < 1e-6, "seed %d: %.9g s, the best arm %.9g s%s",
		      seed, got, best, o.err.text);
		gsl_rng_free(r);
	}
}

TEST(what_cannot_be)
{
	sj_run_config c = { .cluster = { .procs = 2 }, .policy = &prophet, .find_policy = find };
	const sj_job job[] = { script_job(1, 0, 1, 9) };
	static struct script_result o;
	static const struct {
		const char *spec, *words;
	} wrong[] = {
		{ "fifo:nothing=1", "no parameter \"nothing\"" },
		{ "none", "no policy \"none\" to look ahead with" },
		{ "(fifo", "parenthes" },
	};

	look_at = S;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		looked_for = wrong[i].spec;
		script_run(c, NULL, job, 1, &o);
		CHECK(o.rc == SJ_OK, "the run goes on: %s", o.err.text);
		CHECK(result == SJ_EUSAGE && strstr(why.text, wrong[i].words) != NULL, "%s: %d, %s",
		      wrong[i].spec, result, why.text);
	}
}

TESTS(CASE(what_is_foreseen_of_oneself_comes), CASE(what_is_foreseen_of_others_is_what_they_do),
      CASE(the_best_arm_decides), CASE(what_cannot_be))
