/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * changes.c - what it costs to stop a task and start it again, and to resize it: a
 * hundred tasks that fill a machine, and a timer for each change.
 */
#include "bench/bench.h"
#include "run/wall.h"

enum { TASKS = 100, RANKS = 4, CHANGES = 1000000 };

struct tasks {
	sj_source base;
	uint32_t  at;
};

static int tasks_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct tasks *s = (struct tasks *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < TASKS; s->at++) {
		sj_job *j = &jobs[(*count)++];

		sj_job_clear(j);
		j->id = s->at + 1;
		j->flags = SJ_JOB_MALLEABLE;
		j->task.ranks = j->task.ranks_max = RANKS;
		j->task.ranks_min = RANKS / 2;
		j->task.work_ns = j->task.estimate_ns = 10 * (sj_time)CHANGES * SJ_NS_PER_S;
	}
	return *count != 0 ? SJ_OK : SJ_END;
}

static int tasks_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct tasks *)self)->at = 0;
	return SJ_OK;
}

static void tasks_free(sj_source *self)
{
	(void)self;
}

static const sj_source_ops tasks_ops = { .fill = tasks_fill, .rewind = tasks_rewind,
					 .free = tasks_free };

struct changer {
	uint32_t done;
	bool     on;
};

static int changer_schedule(void *self, sj_ctx *cx)
{
	struct changer *s = self;
	const sj_task *t, *next;
	int rc = SJ_OK;

	for (t = sj_ready_first(cx); t != NULL && rc == SJ_OK; t = next) {
		next = sj_ready_next(cx, t);
		rc = sj_start(cx, t, NULL);
	}
	if (rc == SJ_OK && !s->on) {
		s->on = true;
		rc = sj_timer(cx, sj_now(cx) + SJ_NS_PER_S, 0);
	}
	return rc;
}

static int again(struct changer *s, sj_ctx *cx, int rc)
{
	if (rc == SJ_OK && ++s->done < CHANGES)
		rc = sj_timer(cx, sj_now(cx) + SJ_NS_PER_S, 0);
	return rc;
}

/* The pass that follows starts it again. */
static int stop_one(void *self, sj_ctx *cx, uint64_t token)
{
	(void)token;
	return again(self, cx, sj_stop(cx, sj_running_first(cx), SJ_STOP_KEEP));
}

/* All in turn become smaller, then larger. */
static int resize_one(void *self, sj_ctx *cx, uint64_t token)
{
	struct changer *s = self;
	const sj_task *t = sj_task_get(cx, s->done % TASKS);

	(void)token;
	return again(s, cx, sj_resize(cx, t, s->done / TASKS % 2 == 0 ? RANKS / 2 : RANKS));
}

static const sj_policy_ops stopper = {
	SJ_POLICY_HEAD, .name = "stopper", .flags = SJ_PF_PREEMPTS,
	.state_size = sizeof(struct changer), .on_timer = stop_one,
	.schedule = changer_schedule,
};
static const sj_policy_ops resizer = {
	SJ_POLICY_HEAD, .name = "resizer", .flags = SJ_PF_RESIZES,
	.state_size = sizeof(struct changer), .on_timer = resize_one,
	.schedule = changer_schedule,
};

static int measure(const struct bench_config *c, const sj_policy_ops *policy, bool nodes,
		   double *ns, sj_error *err)
{
	static const sj_node_type type = { .count = TASKS, .cores = RANKS };
	struct tasks tasks = { .base = { .ops = &tasks_ops } };
	sj_run_config config = { .cluster = { .procs = TASKS * RANKS }, .source = &tasks.base,
				 .policy = policy, .seed = 1 };
	int rc = SJ_OK;

	if (nodes)
		config.cluster = (sj_cluster){ .type_count = 1, .types = &type };
	for (unsigned i = 0; i < c->reps && rc == SJ_OK; i++) {
		sj_run *run = NULL;
		uint64_t t0, took;

		tasks.at = 0;
		rc = sj_run_create(&config, &run, err);
		t0 = wall_ns();
		if (rc == SJ_OK)
			rc = sj_run_advance(run, 0, err);
		took = wall_ns() - t0;
		if (i == 0 || (double)took / CHANGES < *ns)
			*ns = (double)took / CHANGES;
		sj_run_free(run);
	}
	return rc;
}

int bench_changes(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const struct {
		const char          *name, *what;
		const sj_policy_ops *policy;
		bool                 nodes;
	} cases[] = {
		{ "preempt-pool", "stop and start, 100 tasks, a pool", &stopper, false },
		{ "preempt-nodes", "stop and start, 100 tasks on 100 nodes", &stopper, true },
		{ "resize-pool", "resize, 100 tasks, a pool", &resizer, false },
		{ "resize-nodes", "resize, 100 tasks on 100 nodes", &resizer, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double ns = 0;
		int rc = measure(c, cases[i].policy, cases[i].nodes, &ns, err);

		if (rc != SJ_OK)
			return rc;
		if (bench_add(rows, cases[i].name, cases[i].what, "ns/change", ns) == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	}
	return SJ_OK;
}
