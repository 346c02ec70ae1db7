/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c - job rows into a database: rows a second and bytes a row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "run/wall.h"
#include "sojourn/rng.h"
#include "store/store.h"

#define ROWS  1000000u
#define BATCH 256u

/* Rows as a log gives them: whole seconds, many without a wait. */
static void draw(sj_job_record *r, uint64_t seq, sj_time *clock, gsl_rng *rng)
{
	double wait = gsl_rng_uniform(rng), run = gsl_rng_uniform(rng);

	*clock += (sj_time)(gsl_rng_uniform(rng) * 60) * SJ_NS_PER_S;
	*r = (sj_job_record){ .seq = seq, .id = (int64_t)seq + 1, .submit_ns = *clock,
			      .deadline_ns = SJ_NEVER };
	r->start_ns = *clock + (wait < 0.4 ? 0 : (sj_time)(wait * 50000) * SJ_NS_PER_S);
	r->finish_ns = r->start_ns + (sj_time)(run * run * 40000) * SJ_NS_PER_S;
	r->work_ns = r->busy_ns = r->finish_ns - r->start_ns;
	r->estimate_ns = r->work_ns / (3600 * SJ_NS_PER_S) * 3600 * SJ_NS_PER_S + 3600 * SJ_NS_PER_S;
	r->procs = 1u << gsl_rng_uniform_int(rng, 9);
	r->user = 1 + (uint32_t)gsl_rng_uniform_int(rng, 200);
	r->group = 1;
	r->queue = 1 + r->user % 3;
}

static int fill(struct store *st, uint64_t *ns, sj_error *err)
{
	static const struct store_param none[] = { { NULL, NULL } };
	const struct store_run run = {
		.workload = "bench", .cluster = "procs=256", .policy = "fifo", .clock = "event",
		.overrun = "kill", .estimates = "request", .command = "sojourn bench",
		.seed = 1, .procs = 256, .param = none,
	};
	sj_job_record rec[BATCH];
	sj_run_stats stats = { .digest = "" };
	sj_metrics metrics = { { 0 } };
	const struct store_result result = { .status = "complete", .error = "",
					     .stats = &stats, .metrics = &metrics };
	gsl_rng *rng = sj_rng_create(1, "bench.rows", 0);
	uint64_t begin;
	sj_time clock = 0;
	uint32_t number;
	int rc;

	if (rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	*ns = 0;
	rc = store_run_begin(st, &run, &number, err);
	for (uint64_t i = 0; i < ROWS && rc == SJ_OK; i += BATCH) {
		uint32_t n = ROWS - i < BATCH ? (uint32_t)(ROWS - i) : BATCH;

		for (uint32_t k = 0; k < n; k++)
			draw(&rec[k], i + k, &clock, rng);
		begin = wall_ns();
		rc = store_jobs(st, rec, n, err);
		*ns += wall_ns() - begin;
	}
	begin = wall_ns();
	if (rc == SJ_OK)
		rc = store_run_end(st, &result, err);
	*ns += wall_ns() - begin;
	gsl_rng_free(rng);
	return rc;
}

int bench_store(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	uint64_t ns = 0, best = UINT64_MAX;
	struct bench_row *r;
	struct stat sb = { 0 };
	char path[512], command[600];
	int rc = SJ_OK;

	snprintf(path, sizeof(path), "%s/rows.db", c->dir);
	for (unsigned i = 0; i < c->reps && rc == SJ_OK; i++) {
		struct store *st = NULL;

		unlink(path);
		rc = store_create(path, &st, err);
		if (rc == SJ_OK)
			rc = fill(st, &ns, err);
		store_close(st);
		if (rc == SJ_OK && ns < best)
			best = ns;
	}
	stat(path, &sb);
	unlink(path);
	if (rc != SJ_OK)
		return rc;
	r = bench_add(rows, "store-rows", "job rows into results.db, committed", "rows/s",
		      ROWS * 1e9 / (double)best);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	snprintf(command, sizeof(command), "sqlins '%s/yard.db' %u", c->dir, ROWS);
	r->yardstick = bench_yardstick(c, command, "16 rows/stmt", "full", false);
	r->at_least = 1.2e6;
	r = bench_add(rows, "store-bytes", "results.db a job", "B/job", (double)sb.st_size / ROWS);
	if (r == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	r->at_least = 45;
	return SJ_OK;
}
