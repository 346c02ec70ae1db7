/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpus.c - GPU jobs and gangs on 10,000 nodes: jobs per second at three sizes, and how
 * time and memory grow with the number of jobs, as an exponent.
 */
#include <math.h>
#include <stdio.h>

#include "bench/bench.h"
#include "input/workload.h"

/* Half of the jobs have up to four GPUs; a fifth are gangs over several nodes. */
#define GPU_JOBS                                                              \
	"gen:poisson:n=%u,load=0.95,all_gpus=80000,gang=8,gpu_cores=12,"      \
	"gpus=(list:values=1|2|4|8|16|32|64|128|256,weights=30|10|10|20|10|8|6|4|2)," \
	"service=(lognormal:mu=7,sigma=1),estimate=users"

enum { SIZES = 3 };
static const uint32_t sizes[SIZES] = { 10000, 100000, 1000000 };

struct cost {
	double ns, bytes;
};

static int measure(const struct bench_config *c, const char *policy, uint32_t jobs,
		   struct cost *cost, sj_error *err)
{
	static const sj_node_type node = { .count = 10000, .cores = 96, .gpus = 8 };
	static const sj_cluster cluster = { .type_count = 1, .types = &node };
	/* The longest takes half a minute; once is enough. */
	struct bench_config some = *c;
	struct workload *w = NULL;
	sj_run_stats stats;
	char spec[320];
	uint64_t ns;
	int rc;

	some.reps = jobs < sizes[SIZES - 1] ? c->reps : 1;
	snprintf(spec, sizeof(spec), GPU_JOBS, jobs);
	rc = workload_open(spec, NULL, 1, &w, err);
	if (rc == SJ_OK)
		rc = bench_simulate_on(&some, policy, &cluster, w->source, &stats, &ns, err);
	workload_free(w);
	if (rc == SJ_OK)
		*cost = (struct cost){ (double)ns, (double)stats.peak_bytes };
	return rc;
}

/* cost ~ n^x between two sizes: x */
static double exponent(double low, double high, uint32_t n_low, uint32_t n_high)
{
	return log(high / low) / log((double)n_high / n_low);
}

static int add_growth(struct bench_rows *rows, const char *policy, const char *of, double x)
{
	char name[40], what[64];

	snprintf(name, sizeof(name), "gpus-%s-%s", policy, of);
	snprintf(what, sizeof(what), "%s as a power of jobs, %u to %u", of, sizes[SIZES - 2],
		 sizes[SIZES - 1]);
	return bench_add(rows, name, what, "exponent", x) != NULL ? SJ_OK : SJ_ENOMEM;
}

static int policy_rows(const struct bench_config *c, struct bench_rows *rows,
		       const char *policy, sj_error *err)
{
	struct cost cost[SIZES];
	int rc = SJ_OK;

	for (int i = 0; i < SIZES && rc == SJ_OK; i++) {
		char name[40], what[64];

		rc = measure(c, policy, sizes[i], &cost[i], err);
		snprintf(name, sizeof(name), "gpus-%s-%u", policy, sizes[i]);
		snprintf(what, sizeof(what), "%s, GPU jobs on 10,000 nodes of 8", policy);
		if (rc == SJ_OK && bench_add(rows, name, what, "jobs/s",
					     sizes[i] * 1e9 / cost[i].ns) == NULL)
			rc = sj_fail(err, SJ_ENOMEM, "bench: out of memory");
	}
	if (rc != SJ_OK)
		return rc;
	rc = add_growth(rows, policy, "time", exponent(cost[SIZES - 2].ns, cost[SIZES - 1].ns,
						       sizes[SIZES - 2], sizes[SIZES - 1]));
	if (rc == SJ_OK)
		rc = add_growth(rows, policy, "memory",
				exponent(cost[SIZES - 2].bytes, cost[SIZES - 1].bytes,
					 sizes[SIZES - 2], sizes[SIZES - 1]));
	return rc == SJ_OK ? rc : sj_fail(err, rc, "bench: out of memory");
}

int bench_gpus(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	int rc = policy_rows(c, rows, "firstfit", err);

	return rc != SJ_OK ? rc : policy_rows(c, rows, "easy", err);
}
