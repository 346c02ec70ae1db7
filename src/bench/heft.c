/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * heft.c - planning by lists: HEFT on 100 unrelated machines at three sizes of one graph, and
 * how its time grows; list scheduling without a plan at three numbers of waiting jobs, where a
 * decision should cost O(log n). Times are of whole runs.
 */
#include <math.h>
#include <stdio.h>

#include "bench/bench.h"
#include "config/cluster.h"
#include "input/workload.h"

#define MACHINES "nodes=100,cores=1,bw=1GB/s,topology=star"
#define GRAPH    "gen:dag:shape=random,size=%u,alpha=1,degree=3,ccr=0.5,ccr_of=edge,machines=100," \
		 "beta=1,n=1"

enum { SIZES = 3, LIST_JOBS = 300000, PROCS = 16384 };
static const uint32_t tasks[SIZES] = { 1000, 10000, 100000 };
static const uint32_t waiting[SIZES] = { 1000, 10000, 100000 };

static int plan(const struct bench_config *c, const struct cluster *machine, uint32_t size,
		double *seconds, sj_error *err)
{
	sj_run_config config = { .cluster = machine->model, .network = machine->network };
	struct workload *w = NULL;
	char spec[160];
	sj_run_stats stats;
	uint64_t ns;
	int rc;

	snprintf(spec, sizeof(spec), GRAPH, size);
	rc = workload_open(spec, NULL, 1, &w, err);
	if (rc == SJ_OK) {
		config.source = w->source;
		rc = bench_simulate_config(c, "heft", &config, &stats, &ns, err);
		*seconds = (double)ns / 1e9;
	}
	workload_free(w);
	return rc;
}

static int list(const struct bench_config *c, uint32_t depth, double *ns_a_job, sj_error *err)
{
	struct closed *closed = closed_create(PROCS, LIST_JOBS, depth);
	sj_run_stats stats;
	uint64_t ns;
	int rc;

	if (closed == NULL)
		return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	rc = bench_simulate(c, "hlfet", PROCS, closed_source(closed), &stats, &ns, err);
	closed_free(closed);
	*ns_a_job = (double)ns / LIST_JOBS;
	return rc;
}

/* cost ~ n^x between the first and the last size: x */
static int add_growth(struct bench_rows *rows, const char *name, const char *what, double low,
		      double high, const uint32_t *size)
{
	double x = log(high / low) / log((double)size[SIZES - 1] / size[0]);

	return bench_add(rows, name, what, "exponent", x) != NULL ? SJ_OK : SJ_ENOMEM;
}

static int heft_rows(const struct bench_config *c, struct bench_rows *rows,
		     const struct cluster *machine, sj_error *err)
{
	double seconds[SIZES];
	int rc = SJ_OK;

	for (int i = 0; i < SIZES && rc == SJ_OK; i++) {
		char name[40], what[64];
		struct bench_row *r;

		rc = plan(c, machine, tasks[i], &seconds[i], err);
		if (rc != SJ_OK)
			return rc;
		snprintf(name, sizeof(name), "heft-%u", tasks[i]);
		snprintf(what, sizeof(what), "HEFT, %u tasks, 100 machines, planned and run", tasks[i]);
		r = bench_add(rows, name, what, "s", seconds[i]);
		if (r == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
		if (tasks[i] == 10000)
			r->at_least = 1;
	}
	rc = add_growth(rows, "heft-growth", "time as a power of tasks, 1,000 to 100,000",
			seconds[0], seconds[SIZES - 1], tasks);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "bench: out of memory");
}

static int list_rows(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	double ns[SIZES];
	int rc = SJ_OK;

	for (int i = 0; i < SIZES && rc == SJ_OK; i++) {
		char name[40], what[64];

		rc = list(c, waiting[i], &ns[i], err);
		if (rc != SJ_OK)
			return rc;
		snprintf(name, sizeof(name), "hlfet-%u", waiting[i]);
		snprintf(what, sizeof(what), "hlfet, %u processors, %u waiting", (unsigned)PROCS,
			 waiting[i]);
		if (bench_add(rows, name, what, "ns/job", ns[i]) == NULL)
			return sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	}
	rc = add_growth(rows, "hlfet-growth", "time a job as a power of those that wait", ns[0],
			ns[SIZES - 1], waiting);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "bench: out of memory");
}

int bench_heft(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	struct cluster machine;
	int rc = cluster_parse(MACHINES, &machine, err);

	if (rc != SJ_OK)
		return rc;
	rc = heft_rows(c, rows, &machine, err);
	cluster_fini(&machine);
	return rc == SJ_OK ? list_rows(c, rows, err) : rc;
}
