/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simrun.h - a few jobs, a machine and a policy through the core: for tests that
 * look at starts. Times are in seconds.
 */
#ifndef SIMRUN_H
#define SIMRUN_H

#include "bound_check.h"
#include "run.h"
#include "test.h"

enum { SIM_JOBS = 128 };

struct sim_job {
	int      submit, run, estimate;
	uint32_t ranks, cores; /* cores 0: 1 */
	int      logged;       /* start in the log; 0 is unknown */
	int      deadline;     /* 0: none */
	uint32_t gpu_milli;    /* per rank */
	uint32_t steps;
	uint32_t user, group;
	double   weight;       /* 0: 1 */
};

struct sim_result {
	int      rc;
	uint32_t count;
	int64_t  start_ns[SIM_JOBS], finish_ns[SIM_JOBS]; /* by number of the job */
	uint32_t preemptions[SIM_JOBS];
	char     reason[SIM_JOBS][160]; /* the last one given to wait, or "" */
	char     digest[33];
	sj_metrics metrics;
	sj_error err;
};

struct sim_source {
	sj_source             base;
	const struct sim_job *job;
	uint32_t              count, at;
	int64_t               unit_ns;
};

static int sim_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		    sj_error *err)
{
	struct sim_source *s = (struct sim_source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->count; s->at++) {
		const struct sim_job *from = &s->job[s->at];
		sj_job *j = &jobs[(*count)++];

		sj_job_clear(j);
		j->id = s->at;
		j->submit_ns = from->submit * s->unit_ns;
		j->task.work_ns = from->run * s->unit_ns;
		j->task.estimate_ns = from->estimate * s->unit_ns;
		j->task.ranks = from->ranks;
		j->task.cores = from->cores > 0 ? from->cores : 1;
		j->task.gpu_milli = from->gpu_milli;
		j->task.steps = from->steps;
		j->user = from->user;
		j->group = from->group;
		if (from->weight > 0)
			j->weight = from->weight;
		if (from->logged > 0)
			j->logged_start_ns = from->logged * s->unit_ns;
		if (from->deadline > 0)
			j->deadline_ns = from->deadline * s->unit_ns;
	}
	return *count > 0 ? SJ_OK : SJ_END;
}

static int sim_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct sim_source *)self)->at = 0;
	return SJ_OK;
}

static void sim_free(sj_source *self)
{
	(void)self;
}

static int sim_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct sim_result *out = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++, out->count++) {
		out->start_ns[r[i].id] = r[i].start_ns;
		out->finish_ns[r[i].id] = r[i].finish_ns;
		out->preemptions[r[i].id] = r[i].preemptions;
	}
	return SJ_OK;
}

static int sim_decision(void *self, const sj_decision *d, sj_error *err)
{
	struct sim_result *out = self;

	(void)err;
	if (d->kind == SJ_D_WAIT && d->reason != NULL)
		snprintf(out->reason[d->job], sizeof(out->reason[0]), "%s", d->reason);
	return SJ_OK;
}

static inline const sj_policy_ops *sim_find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* Runs `spec` with full checks; jobs that never started have start -1 s. */
static inline void sim_run(const char *spec, const sj_cluster *cluster,
			   const struct sim_job *job, uint32_t count, int64_t unit_ns,
			   sj_overrun overrun, bool explain, struct sim_result *out)
{
	static const sj_source_ops ops = { .fill = sim_fill, .rewind = sim_rewind,
					   .free = sim_free };
	struct sim_source source = { .base.ops = &ops, .job = job, .count = count,
				     .unit_ns = unit_ns };
	sj_sink sink = { .self = out, .jobs = sim_jobs,
			 .decision = explain ? sim_decision : NULL };
	sj_run_config config = { .cluster = *cluster, .source = &source.base, .seed = 1,
				 .overrun = overrun, .check = true, .explain = explain,
				 .find_policy = sim_find, .sinks = &sink, .sink_count = 1,
				 .bounds = true };
	sj_run *run = NULL;
	char name[64];

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < SIM_JOBS; i++)
		out->start_ns[i] = out->finish_ns[i] = -1;
	out->rc = sj_spec_split(spec, name, sizeof(name), &config.policy_args, &out->err);
	config.policy = out->rc == SJ_OK ? sim_find(name) : NULL;
	REQUIRE(config.policy != NULL, "no policy for \"%s\"", spec);
	out->rc = sj_run_create(&config, &run, &out->err);
	if (out->rc == SJ_OK)
		out->rc = sj_run_advance(run, 0, &out->err);
	CHECK(out->rc == SJ_OK, "%s: %s", spec, out->err.text);
	if (run != NULL) {
		sj_run_stats stats;

		sj_run_get_stats(run, &stats);
		memcpy(out->digest, stats.digest, sizeof(out->digest));
		sj_run_get_metrics(run, &out->metrics);
		bound_check(run, spec);
	}
	sj_run_free(run);
}

#endif
