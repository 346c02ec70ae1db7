/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scripted.h - a policy that does what a list of steps says, so that a timeline worked
 * out by hand can be compared with what the core makes of it. Times are in seconds; what
 * no step starts is started greedily unless the script says otherwise.
 */
#ifndef SCRIPTED_H
#define SCRIPTED_H

#include "bound_check.h"
#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

enum { SCRIPT_JOBS = 16, SCRIPT_STEPS = 32, SCRIPT_ALLOCS = 64, SCRIPT_SLOTS = 4,
       SCRIPT_COUNTS = 8 };

enum op { OP_NONE, OP_START, OP_STOP, OP_RESIZE, OP_MIGRATE, OP_COPY, OP_SHARE, OP_ATTAINED };

struct step {
	double   at;
	enum op  op;
	int64_t  job;
	uint32_t ranks;      /* start (0: as asked), resize; the mode of a stop */
	double   share;      /* share; what attained is to be */
	uint32_t slots;      /* 0: no placement */
	sj_slot  slot[SCRIPT_SLOTS];
	int      rc;         /* expected */
};

struct script {
	const struct step *step;
	uint32_t           count;
	bool               manual; /* start nothing but by steps */
};

static const struct script *script; /* of the run that goes on */

static const sj_task *script_task(sj_ctx *cx, int64_t job)
{
	for (uint32_t i = 0; i < sj_task_bound(cx); i++) {
		const sj_task *t = sj_task_get(cx, i);

		if (t != NULL && t->job == job)
			return t;
	}
	return NULL;
}

static int script_do(sj_ctx *cx, const struct step *s, const sj_task *t)
{
	const sj_placement where = { s->slots, s->slot }, *to = s->slots != 0 ? &where : NULL;
	double attained;

	switch (s->op) {
	case OP_START:
		return sj_start_sized(cx, t, s->ranks != 0 ? s->ranks : t->ranks, to);
	case OP_STOP:
		return sj_stop(cx, t, (sj_stop_mode)s->ranks);
	case OP_RESIZE:
		return sj_resize(cx, t, s->ranks);
	case OP_MIGRATE:
		return sj_migrate(cx, t, to);
	case OP_COPY:
		return sj_copy(cx, t, to);
	case OP_SHARE:
		return sj_share(cx, t, s->share);
	case OP_ATTAINED:
		attained = (double)sj_task_attained(cx, t) / 1e9;
		CHECK(attained > s->share - 1e-8 && attained < s->share + 1e-8,
		      "job %d has attained %.9g s at %g s", (int)s->job, attained, s->at);
		return SJ_OK;
	default:
		return SJ_OK;
	}
}

static int script_timer(void *self, sj_ctx *cx, uint64_t token)
{
	const struct step *s = &script->step[token];
	const sj_task *t = script_task(cx, s->job);
	int rc;

	(void)self;
	CHECK(t != NULL, "step %u: job %d is not there", (unsigned)token, (int)s->job);
	if (t == NULL)
		return SJ_OK;
	rc = script_do(cx, s, t);
	CHECK(rc == s->rc || rc == SJ_EPOLICY, "step %u: %d, not %d", (unsigned)token, rc, s->rc);
	return rc == SJ_EFULL ? SJ_OK : rc;
}

static int script_init(void *self, sj_ctx *cx)
{
	int rc = SJ_OK;

	(void)self;
	for (uint32_t i = 0; i < script->count && rc == SJ_OK; i++)
		rc = sj_timer(cx, (sj_time)(script->step[i].at * 1e9 + 0.5), i);
	return rc;
}

static int script_schedule(void *self, sj_ctx *cx)
{
	const sj_task *t, *next;

	(void)self;
	for (t = sj_ready_first(cx); t != NULL && !script->manual; t = next) {
		int rc;

		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, NULL);
		if (rc != SJ_OK && rc != SJ_EFULL)
			return rc;
	}
	return SJ_OK;
}

/* Only a pool is shared. */
static const sj_policy_ops script_policies[] = {
	{ SJ_POLICY_HEAD, .name = "script",
	  .flags = SJ_PF_PREEMPTS | SJ_PF_RESIZES | SJ_PF_SHARES, .init = script_init,
	  .on_timer = script_timer, .schedule = script_schedule },
	{ SJ_POLICY_HEAD, .name = "script", .flags = SJ_PF_PREEMPTS | SJ_PF_RESIZES,
	  .init = script_init, .on_timer = script_timer, .schedule = script_schedule },
};

/* ---- jobs ------------------------------------------------------------------------ */

struct script_source {
	sj_source     base;
	const sj_job *job;
	uint32_t      count, at;
};

static int script_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct script_source *a = (struct script_source *)self;

	(void)err;
	*count = 0;
	while (*count < cap && a->at < a->count)
		jobs[(*count)++] = a->job[a->at++];
	return *count != 0 ? SJ_OK : SJ_END;
}

static void script_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops script_ops = { .fill = script_fill, .free = script_free };

static inline sj_job script_job(int64_t id, double submit, uint32_t ranks, double run)
{
	sj_job j;

	sj_job_clear(&j);
	j.id = id;
	j.submit_ns = (sj_time)(submit * 1e9 + 0.5);
	j.task.ranks = ranks;
	j.task.work_ns = (sj_time)(run * 1e9 + 0.5);
	j.task.estimate_ns = 1000 * S;
	return j;
}

static inline sj_job script_malleable(sj_job j, uint32_t least, uint32_t most)
{
	j.flags = SJ_JOB_MALLEABLE | SJ_JOB_MOLDABLE;
	j.task.ranks_min = least;
	j.task.ranks_max = most;
	return j;
}

/* ---- a run ------------------------------------------------------------------------- */

struct script_result {
	int             rc;
	sj_error        err;
	sj_job_record   job[SCRIPT_JOBS];
	uint32_t        jobs;
	sj_alloc_record alloc[SCRIPT_ALLOCS];
	uint32_t        allocs;
	sj_metrics      metrics;
	sj_run_stats    stats;
	sj_count        count[SCRIPT_COUNTS]; /* of the policy */
	uint32_t        counts;
};

static int script_see_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct script_result *o = self;

	(void)err;
	for (uint32_t i = 0; i < n && o->jobs < SCRIPT_JOBS; i++)
		o->job[o->jobs++] = r[i];
	return SJ_OK;
}

static int script_see_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct script_result *o = self;

	(void)err;
	if (o->allocs < SCRIPT_ALLOCS)
		o->alloc[o->allocs++] = *a;
	return SJ_OK;
}

/* With all checks, under the script or the policy of `c`, which may have a source with scalings; its jobs are replaced. */
static inline void script_run(sj_run_config c, const struct script *steps, const sj_job *jobs,
		       uint32_t n, struct script_result *out)
{
	struct script_source src = { .base = { .ops = &script_ops }, .job = jobs, .count = n };
	sj_sink sink = { .self = out, .jobs = script_see_jobs, .alloc = script_see_alloc };
	sj_run *run;

	memset(out, 0, sizeof(*out));
	if (c.source != NULL) {
		src.base.scalings = c.source->scalings;
		src.base.scaling_count = c.source->scaling_count;
		src.base.info = c.source->info;
		src.base.comms = c.source->comms;
		src.base.comm_count = c.source->comm_count;
	}
	script = steps;
	c.source = &src.base;
	if (c.policy == NULL)
		c.policy = &script_policies[c.cluster.type_count != 0];
	c.sinks = &sink;
	c.sink_count = 1;
	c.check = c.bounds = true;
	if (c.seed == 0)
		c.seed = 1;
	out->rc = sj_run_create(&c, &run, &out->err);
	if (out->rc != SJ_OK)
		return;
	do
		out->rc = sj_run_advance(run, 1, &out->err);
	while (out->rc == SJ_AGAIN);
	sj_run_get_stats(run, &out->stats);
	sj_run_get_metrics(run, &out->metrics);
	for (uint32_t i = 0; i < sj_run_counters(run) && i < SCRIPT_COUNTS; i++)
		sj_run_counter(run, out->counts++, &out->count[i]);
	bound_check(run, "script");
	sj_run_free(run);
}

#endif
