/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stealrun.h - jobs that are graphs, run under work stealing, with what became of each task:
 * when it started, which worker had it, and from whom. For tests of policies/steal*.c.
 */
#ifndef STEALRUN_H
#define STEALRUN_H

#include "run.h"
#include "test.h"

#define S SJ_NS_PER_S

struct steal_job {
	sj_task_spec *task;
	sj_edge      *edge;
	uint32_t      tasks, edges, task_cap, edge_cap;
};

struct steal_end {
	sj_time start_ns; /* SJ_NEVER: never */
	int     worker, from; /* from -1: not stolen; worker -1: a gang's */
	char    wait[160], why[600]; /* the last reason to wait, and why it started */
};

struct steal_result {
	int               rc;
	struct steal_end *end; /* of the tasks of the first job, then of the second ... */
	uint32_t         *base;
	uint32_t          started, steals;
	double            makespan_s;
	uint64_t          counts[3]; /* requests, hits, tasks */
	char              digest[33];
	sj_error          err;
};

static inline uint32_t steal_task(struct steal_job *j, sj_time work)
{
	sj_task_spec *t;

	if (j->tasks == j->task_cap) {
		j->task_cap = j->task_cap != 0 ? 2 * j->task_cap : 64;
		j->task = realloc(j->task, j->task_cap * sizeof(*j->task));
	}
	t = &j->task[j->tasks];
	memset(t, 0, sizeof(*t));
	t->ranks = t->cores = 1;
	t->work_ns = t->estimate_ns = work;
	return j->tasks++;
}

static inline void steal_edge(struct steal_job *j, uint32_t from, uint32_t to)
{
	if (j->edges == j->edge_cap) {
		j->edge_cap = j->edge_cap != 0 ? 2 * j->edge_cap : 64;
		j->edge = realloc(j->edge, j->edge_cap * sizeof(*j->edge));
	}
	j->edge[j->edges++] = (sj_edge){ from, to, 0 };
}

static inline void steal_job_free(struct steal_job *j)
{
	free(j->task);
	free(j->edge);
	memset(j, 0, sizeof(*j));
}

static inline void steal_result_free(struct steal_result *r)
{
	free(r->end);
	free(r->base);
	memset(r, 0, sizeof(*r));
}

struct steal_source {
	sj_source               base;
	const struct steal_job *job;
	uint32_t                count, at;
};

static int steal_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct steal_source *s = (struct steal_source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->count; s->at++) {
		const struct steal_job *from = &s->job[s->at];
		sj_job *j = &jobs[(*count)++];

		sj_job_clear(j);
		j->id = s->at;
		j->task_count = from->tasks;
		j->task = from->task[0];
		j->tasks = from->task;
		j->edge_count = from->edges;
		j->edges = from->edge;
	}
	return *count > 0 ? SJ_OK : SJ_END;
}

static int steal_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct steal_source *)self)->at = 0;
	return SJ_OK;
}

static void steal_source_free(sj_source *self)
{
	(void)self;
}

static int steal_decision(void *self, const sj_decision *d, sj_error *err)
{
	struct steal_result *r = self;
	struct steal_end *e = &r->end[r->base[d->job] + d->task];
	const char *w;

	(void)err;
	if (d->kind == SJ_D_WAIT)
		snprintf(e->wait, sizeof(e->wait), "%s", d->reason);
	if (d->kind != SJ_D_START)
		return SJ_OK;
	CHECK(e->start_ns == SJ_NEVER, "job %lld task %u starts twice", (long long)d->job, d->task);
	r->started++;
	e->start_ns = d->at_ns;
	snprintf(e->why, sizeof(e->why), "%s", d->reason);
	w = strstr(d->reason, "worker ");
	e->worker = w != NULL ? atoi(w + 7) : -1;
	w = strstr(d->reason, "from worker ");
	e->from = w != NULL ? atoi(w + 12) : -1;
	r->steals += w != NULL;
	return SJ_OK;
}

static inline const sj_policy_ops *steal_find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* All jobs come at 0. `args`: of the policy. Give the result back. */
static inline void steal_run_as(const char *policy, const char *args, const sj_cluster *cluster,
				const struct steal_job *job, uint32_t count, uint64_t seed,
				struct steal_result *r)
{
	static const sj_source_ops ops = { .fill = steal_fill, .rewind = steal_rewind,
					   .free = steal_source_free };
	struct steal_source source = { .base.ops = &ops, .job = job, .count = count };
	sj_sink sink = { .self = r, .decision = steal_decision };
	sj_run_config config = { .cluster = *cluster, .source = &source.base, .seed = seed,
				 .overrun = SJ_OVERRUN_KILL, .check = true, .explain = true,
				 .policy = steal_find(policy), .policy_args = args,
				 .find_policy = steal_find, .sinks = &sink, .sink_count = 1 };
	sj_run *run = NULL;
	sj_metrics metrics;
	sj_run_stats stats;
	uint32_t n = 0;

	memset(r, 0, sizeof(*r));
	r->base = calloc(count + 1, sizeof(*r->base));
	for (uint32_t j = 0; j < count; n += job[j++].tasks)
		r->base[j] = n;
	r->end = calloc(n + 1, sizeof(*r->end));
	for (uint32_t i = 0; i < n; i++)
		r->end[i].start_ns = SJ_NEVER;
	r->rc = sj_run_create(&config, &run, &r->err);
	if (r->rc == SJ_OK)
		r->rc = sj_run_advance(run, 0, &r->err);
	if (r->rc == SJ_OK) {
		sj_run_get_metrics(run, &metrics);
		sj_run_get_stats(run, &stats);
		for (uint32_t i = 0; i < sj_run_counters(run) && i < 3; i++) {
			sj_count c;

			sj_run_counter(run, i, &c);
			r->counts[i] = c.value;
		}
		r->makespan_s = metrics.value[SJ_M_MAKESPAN];
		memcpy(r->digest, stats.digest, sizeof(r->digest));
		CHECK(r->started == n, "%u of %u tasks started", r->started, n);
	}
	sj_run_free(run);
}

static inline void steal_run(const char *args, const sj_cluster *cluster,
			     const struct steal_job *job, uint32_t count, uint64_t seed,
			     struct steal_result *r)
{
	steal_run_as("steal", args, cluster, job, count, seed, r);
}

#endif
