/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core.c - the pending-event set and whole simulations, without files. */
#include <math.h>
#include <stdio.h>

#include "bench/bench.h"
#include "pes.h"
#include "plugin/plugin.h"
#include "run/wall.h"
#include "sojourn/rng.h"

#define PROCS     16384u
#define FIFO_JOBS 1000000u
#define EASY_JOBS 300000u

static double hold_ns(uint32_t pending, uint64_t operations)
{
	sj_pes p = { 0 };
	gsl_rng *rng = sj_rng_create(1, "bench.pes", pending);
	enum { STEPS = 4096 };
	sj_time step[STEPS];
	uint64_t begin;

	if (rng == NULL || sj_pes_reserve(&p, pending) != SJ_OK) {
		gsl_rng_free(rng);
		return NAN;
	}
	for (int i = 0; i < STEPS; i++)
		step[i] = (sj_time)(-log(1 - gsl_rng_uniform(rng)) * 1e9);
	for (uint32_t i = 0; i < pending; i++)
		sj_pes_add(&p, i, step[i % STEPS]);
	begin = wall_ns();
	for (uint64_t i = 0; i < operations; i++) {
		sj_time now = sj_pes_time(&p);
		uint32_t id = sj_pes_pop(&p);

		sj_pes_add(&p, id, now + step[i % STEPS]);
	}
	begin = wall_ns() - begin;
	sj_pes_fini(&p);
	gsl_rng_free(rng);
	return (double)begin / (double)operations;
}

int bench_pes(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const uint32_t pending[] = { 100, 1000, 10000, 100000 };

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++) {
		struct bench_row *r;
		char name[40], command[64], line[40];
		double best = NAN;

		for (unsigned k = 0; k < c->reps; k++) {
			double ns = hold_ns(pending[i], 1000000);

			best = isnan(best) || ns < best ? ns : best;
		}
		snprintf(name, sizeof(name), "pes-%u", pending[i]);
		r = bench_add(rows, name, "hold: one pop and one push", "ns/hold", best);
		if (r == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
		snprintf(command, sizeof(command), "pes 4ary-t %u 500000", pending[i]);
		snprintf(line, sizeof(line), "N=%-8u expo", pending[i]);
		r->yardstick = bench_yardstick(c, command, line, "expo", true);
		r->target = 1 / 1.5;
	}
	return SJ_OK;
}

static int simulate_once(const sj_run_config *config, uint64_t *ns, sj_run_stats *stats,
			 sj_error *err)
{
	sj_run *run;
	int rc = config->source->ops->rewind(config->source, err);
	uint64_t begin;

	if (rc == SJ_OK)
		rc = sj_run_create(config, &run, err);
	if (rc != SJ_OK)
		return rc;
	begin = wall_ns();
	rc = sj_run_advance(run, 0, err);
	*ns = wall_ns() - begin;
	sj_run_get_stats(run, stats);
	sj_run_free(run);
	return rc;
}

int bench_simulate(const struct bench_config *c, const char *policy, uint32_t procs,
		   sj_source *source, sj_run_stats *stats, uint64_t *ns, sj_error *err)
{
	const sj_cluster pool = { .procs = procs };

	return bench_simulate_on(c, policy, &pool, source, stats, ns, err);
}

int bench_simulate_on(const struct bench_config *c, const char *policy,
		      const sj_cluster *cluster, sj_source *source, sj_run_stats *stats,
		      uint64_t *ns, sj_error *err)
{
	sj_run_config config = { .cluster = *cluster, .source = source };

	return bench_simulate_config(c, policy, &config, stats, ns, err);
}

int bench_simulate_config(const struct bench_config *c, const char *policy,
			  sj_run_config *config, sj_run_stats *stats, uint64_t *ns,
			  sj_error *err)
{
	struct policy_choice choice = { 0 };
	int rc = policy_resolve(policy, &choice, err);

	*ns = UINT64_MAX;
	config->find_policy = policy_find;
	config->seed = 1;
	config->policy = choice.ops;
	config->policy_args = choice.args;
	for (unsigned i = 0; i < c->reps && rc == SJ_OK; i++) {
		uint64_t once = 0;

		rc = simulate_once(config, &once, stats, err);
		if (once < *ns)
			*ns = once;
	}
	policy_choice_fini(&choice);
	return rc;
}

/* One row: a policy on the closed loop beside `sim YARD closed`. */
static int closed_row(const struct bench_config *c, struct bench_rows *rows,
		      const char *policy, const char *yard, uint32_t jobs, uint32_t depth,
		      sj_error *err)
{
	struct closed *closed = closed_create(PROCS, jobs, depth);
	char name[40], what[64], command[96];
	struct bench_row *r = NULL;
	sj_run_stats stats;
	uint64_t ns;
	int rc;

	if (closed == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	rc = bench_simulate(c, policy, PROCS, closed_source(closed), &stats, &ns, err);
	closed_free(closed);
	if (rc != SJ_OK)
		return rc;
	snprintf(name, sizeof(name), "%s-%u", policy, depth);
	snprintf(what, sizeof(what), "%s, %u processors, %u waiting", policy, PROCS, depth);
	r = bench_add(rows, name, what, "jobs/s", (double)jobs * 1e9 / (double)ns);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	snprintf(command, sizeof(command), "sim %s closed %u %u %u", yard, PROCS, jobs, depth);
	r->yardstick = bench_yardstick(c, command, "", "jobs/s=", false);
	r->target = 1.0 / 3;
	return SJ_OK;
}

int bench_fifo(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	return closed_row(c, rows, "fifo", "fcfs", FIFO_JOBS, 1000, err);
}

int bench_easy(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const uint32_t depth[] = { 10, 100, 1000, 10000 };
	double first_ns = NAN;
	int rc = SJ_OK;

	for (size_t i = 0; i < sizeof(depth) / sizeof(depth[0]) && rc == SJ_OK; i++) {
		rc = closed_row(c, rows, "easy", "easy-seg", EASY_JOBS, depth[i], err);
		if (rc == SJ_OK && depth[i] == 100)
			first_ns = 1e9 / rows->row[rows->count - 1].value;
	}
	if (rc == SJ_OK) {
		double last_ns = 1e9 / rows->row[rows->count - 1].value;
		struct bench_row *r = bench_add(rows, "easy-growth",
						"time an event at depth 10,000 / at 100",
						"ns/ns", last_ns / first_ns);

		if (r == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
		r->at_least = 2.0;
	}
	return rc;
}
