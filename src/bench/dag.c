/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag.c - graphs of tasks whose edges carry data, on 10,000 nodes with a network: tasks per
 * second and bytes a task at three sizes, and how time and memory grow, as an exponent.
 *
 * Each run has a process of its own: the system knows the processor time and the peak of
 * memory of a process. Both include the generator.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "config/cluster.h"
#include "input/workload.h"

#define NODES "nodes=10000,cores=1,bw=10Gbit/s,lat=2us,topology=star"

enum { SIZES = 3 };
static const uint32_t sizes[SIZES] = { 10000, 100000, 1000000 }; /* tasks */

/* A mean of 70 % of the processors is busy where jobs keep coming. */
static const struct graphs {
	const char *name, *what;
	uint32_t    job;  /* tasks of each job; 0: one job */
	const char *spec; /* of the number of jobs, or of tasks */
} graphs[] = {
	{ "jobs", "jobs of 1,000 tasks in 10 layers", 1000,
	  "gen:dag:shape=layered,size=1000,n=%u,ccr=0.1,gap=(exponential:mean=14),procs=10000" },
	{ "one", "one job in 100 layers", 0,
	  "gen:dag:shape=layered,size=%u,layers=100,n=1,ccr=0.1,procs=10000" },
	{ "mapreduce", "jobs of 90 maps and 10 reduces", 100,
	  "gen:dag:shape=mapreduce,size=90,width=10,n=%u,ccr=0.1,gap=(exponential:mean=1.4),"
	  "procs=10000" },
};

struct cost {
	double seconds, bytes;
};

static int simulate(const char *spec, const struct cluster *machine, sj_error *err)
{
	static const struct bench_config once = { .reps = 1 };
	sj_run_config config = { .cluster = machine->model, .network = machine->network };
	struct workload *w = NULL;
	sj_run_stats stats;
	uint64_t ns;
	int rc = workload_open(spec, NULL, 1, &w, err);

	if (rc == SJ_OK) {
		config.source = w->source;
		rc = bench_simulate_config(&once, "fifo", &config, &stats, &ns, err);
	}
	workload_free(w);
	return rc;
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static int measure_once(const char *spec, const struct cluster *machine, struct cost *cost,
			sj_error *err)
{
	struct rusage used;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int rc = simulate(spec, machine, err);

		if (rc != SJ_OK)
			fprintf(stderr, "%s\n", err->text);
		_exit(rc != SJ_OK);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return sj_fail(err, SJ_EIO, "bench: no process for a run: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return sj_fail(err, SJ_EIO, "bench: the run of %s failed", spec);
	*cost = (struct cost){ seconds_of(used.ru_utime) + seconds_of(used.ru_stime),
			       (double)used.ru_maxrss * 1024 };
	return SJ_OK;
}

static int measure(const struct bench_config *c, const struct graphs *g, uint32_t tasks,
		   const struct cluster *machine, struct cost *least, sj_error *err)
{
	/* The largest takes half a minute; once is enough. */
	unsigned reps = tasks < sizes[SIZES - 1] ? c->reps : 1;
	char spec[200];
	int rc = SJ_OK;

	snprintf(spec, sizeof(spec), g->spec, g->job != 0 ? tasks / g->job : tasks);
	*least = (struct cost){ INFINITY, INFINITY };
	for (unsigned i = 0; i < reps && rc == SJ_OK; i++) {
		struct cost cost = { INFINITY, INFINITY };

		rc = measure_once(spec, machine, &cost, err);
		least->seconds = fmin(least->seconds, cost.seconds);
		least->bytes = fmin(least->bytes, cost.bytes);
	}
	return rc;
}

/* cost ~ n^x between the last two sizes: x */
static int add_growth(struct bench_rows *rows, const struct graphs *g, const char *of, double low,
		      double high)
{
	char name[40], what[64];

	snprintf(name, sizeof(name), "dag-%s-%s", g->name, of);
	snprintf(what, sizeof(what), "%s as a power of tasks, %u to %u", of, sizes[SIZES - 2],
		 sizes[SIZES - 1]);
	return bench_add(rows, name, what, "exponent", log(high / low) /
			 log((double)sizes[SIZES - 1] / sizes[SIZES - 2])) != NULL ?
	       SJ_OK : SJ_ENOMEM;
}

static int rows_of(const struct bench_config *c, struct bench_rows *rows, const struct graphs *g,
		   const struct cluster *machine, sj_error *err)
{
	struct cost cost[SIZES];
	char name[40];
	int rc = SJ_OK;

	for (int i = 0; i < SIZES && rc == SJ_OK; i++) {
		rc = measure(c, g, sizes[i], machine, &cost[i], err);
		snprintf(name, sizeof(name), "dag-%s-%u", g->name, sizes[i]);
		if (rc == SJ_OK && bench_add(rows, name, g->what, "tasks/s",
					     sizes[i] / cost[i].seconds) == NULL)
			rc = sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	}
	if (rc != SJ_OK)
		return rc;
	snprintf(name, sizeof(name), "dag-%s-bytes", g->name);
	if (bench_add(rows, name, "peak of memory a task, 1,000,000 tasks", "B/task",
		      cost[SIZES - 1].bytes / sizes[SIZES - 1]) == NULL)
		rc = SJ_ENOMEM;
	if (rc == SJ_OK)
		rc = add_growth(rows, g, "time", cost[SIZES - 2].seconds,
				cost[SIZES - 1].seconds);
	if (rc == SJ_OK)
		rc = add_growth(rows, g, "memory", cost[SIZES - 2].bytes, cost[SIZES - 1].bytes);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "bench: out of memory");
}

int bench_dag(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	struct cluster machine;
	int rc = cluster_parse(NODES, &machine, err);

	if (rc != SJ_OK)
		return rc;
	for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]) && rc == SJ_OK; i++)
		rc = rows_of(c, rows, &graphs[i], &machine, err);
	cluster_fini(&machine);
	return rc;
}
