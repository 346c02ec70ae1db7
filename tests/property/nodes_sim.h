/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nodes_sim.h - random machines of nodes with GPUs and memory, random jobs for them, and
 * a run of any policy table on both: for tests that compare two ways to decide the same.
 */
#ifndef NODES_SIM_H
#define NODES_SIM_H

#include "bound_check.h"
#include "core.h"
#include "test.h"

#define S   SJ_NS_PER_S
#define GIB (UINT64_C(1) << 30)

enum { NODES_JOBS = 96, NODES_TYPES = 3 };

struct nodes_case {
	sj_node_type type[NODES_TYPES];
	sj_cluster   cluster;
	sj_job       job[NODES_JOBS];
	uint32_t     count;
	sj_overrun   overrun;
};

struct nodes_result {
	int      rc;
	int64_t  start_ns[NODES_JOBS];
	char     digest[33];
	sj_error err;
};

static inline uint32_t nodes_draw(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*state >> 33) % below);
}

static inline void nodes_machine(uint64_t *rng, struct nodes_case *c)
{
	c->cluster = (sj_cluster){ .type_count = 1 + nodes_draw(rng, NODES_TYPES),
				   .types = c->type };
	for (uint32_t k = 0; k < c->cluster.type_count; k++)
		c->type[k] = (sj_node_type){
			.count = 1 + nodes_draw(rng, 4), .cores = 2 + nodes_draw(rng, 7),
			.gpus = k == 0 || nodes_draw(rng, 2) ? 1 + nodes_draw(rng, 4) : 0,
			.gpu_model = k + 1, .mem_bytes = (8 + 8 * nodes_draw(rng, 3)) * GIB,
		};
}

/* Few demands and many jobs of each, so that order within a demand matters as well. */
static inline void nodes_demand(uint64_t *rng, sj_task_spec *t)
{
	static const uint32_t gpus[] = { 0, 0, 250, 500, 1000, 1000, 2000, 3000 };
	uint32_t kind = nodes_draw(rng, 12);
	uint64_t own = kind * 77 + 1;

	t->ranks = 1 + (nodes_draw(&own, 3) == 0 ? nodes_draw(&own, 6) : 0);
	t->cores = 1 + nodes_draw(&own, 3);
	t->gpu_milli = gpus[nodes_draw(&own, 8)];
	t->gpu_model = t->gpu_milli != 0 && nodes_draw(&own, 3) == 0 ? 1 : 0;
	t->mem_bytes = nodes_draw(&own, 2) ? (1 + nodes_draw(&own, 6)) * GIB : 0;
	t->layout = (uint16_t)(nodes_draw(&own, 3) == 0 ? nodes_draw(&own, 3) : SJ_LAYOUT_ANY);
	t->node = nodes_draw(&own, 8) == 0 ? 1 : 0;
}

/* exact: estimates are the run times. */
static inline void nodes_make(uint64_t seed, bool exact, struct nodes_case *c)
{
	uint64_t rng = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	int submit = 0;

	*c = (struct nodes_case){ .count = 40 + nodes_draw(&rng, NODES_JOBS - 40),
				  .overrun = seed % 2 ? SJ_OVERRUN_KILL : SJ_OVERRUN_EXTEND };
	nodes_machine(&rng, c);
	for (uint32_t i = 0; i < c->count; i++) {
		sj_job *j = &c->job[i];
		uint32_t estimate = nodes_draw(&rng, nodes_draw(&rng, 3) == 0 ? 40 : 10);

		sj_job_clear(j);
		submit += nodes_draw(&rng, 3) == 0 ? (int)nodes_draw(&rng, 6) : 0;
		j->id = i;
		j->submit_ns = submit * S;
		nodes_demand(&rng, &j->task);
		j->task.estimate_ns = estimate * S;
		j->task.work_ns = exact ? j->task.estimate_ns :
				  nodes_draw(&rng, estimate + 6) * S;
	}
}

/* ---- running ------------------------------------------------------------------ */

struct nodes_source {
	sj_source base;
	const struct nodes_case *in;
	uint32_t  at;
};

static int nodes_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct nodes_source *s = (struct nodes_source *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->in->count;)
		jobs[(*count)++] = s->in->job[s->at++];
	return *count > 0 ? SJ_OK : SJ_END;
}

static int nodes_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct nodes_source *)self)->at = 0;
	return SJ_OK;
}

static void nodes_free(sj_source *self)
{
	(void)self;
}

static int nodes_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct nodes_result *out = self;

	(void)err;
	for (uint32_t i = 0; i < n; i++)
		out->start_ns[r[i].id] = r[i].start_ns;
	return SJ_OK;
}

static inline const sj_policy_ops *nodes_policy(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

static inline void nodes_run(const sj_policy_ops *policy, const char *args,
			     const struct nodes_case *in, struct nodes_result *out)
{
	static const sj_source_ops ops = { .fill = nodes_fill, .rewind = nodes_rewind,
					   .free = nodes_free };
	struct nodes_source source = { .base.ops = &ops, .in = in };
	sj_sink sink = { .self = out, .jobs = nodes_jobs };
	sj_run_config config = { .cluster = in->cluster, .source = &source.base, .seed = 1,
				 .policy = policy, .policy_args = args, .check = true,
				 .find_policy = nodes_policy,
				 .overrun = in->overrun, .sinks = &sink, .sink_count = 1,
				 .bounds = true };
	sj_run *run = NULL;

	memset(out, 0, sizeof(*out));
	out->rc = sj_run_create(&config, &run, &out->err);
	if (out->rc == SJ_OK)
		out->rc = sj_run_advance(run, 0, &out->err);
	REQUIRE(out->rc == SJ_OK, "%s:%s: %s", policy->name, args, out->err.text);
	if (run != NULL) {
		sj_run_stats stats;

		sj_run_get_stats(run, &stats);
		memcpy(out->digest, stats.digest, sizeof(out->digest));
		bound_check(run, policy->name);
	}
	sj_run_free(run);
}

#endif
