/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu.c - dialects of GPU-cluster simulators, GPUs being a counter: every start,
 * end and number of preemptions of a small trace, and published mean completion
 * times of a second one. Both are written as SWF, GPUs as processors; the small one also
 * as a table of GPU jobs, for a node that has the GPUs.
 */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"
#include "harness/swf.h"

enum { JOBS_MAX = 256, GPUS = 8 };

/* One policy on one trace. */
struct gpu_case {
	const char    *spec;
	struct swf_job job[JOBS_MAX];
	double         start[JOBS_MAX], end[JOBS_MAX], stops[JOBS_MAX]; /* expected */
	size_t         count;
	const char    *mean; /* expected instead, as printed; or NULL */
	bool           node; /* on a node with GPUs, not a pool */
};

static int64_t whole(const struct csv *c, const char *column)
{
	return strtoll(csv_field(c, column), NULL, 10);
}

static struct swf_job gpu_job(int64_t id, int64_t submit, int64_t gpus, int64_t run)
{
	return (struct swf_job){ .id = id, .submit = submit, .procs = gpus, .run = run,
				 .request = run, .wait = -1, .user = 1 };
}

/* ---- showing ------------------------------------------------------------------- */

static bool write_table(const char *path, const struct swf_job *job, size_t n)
{
	FILE *to = fopen(path, "w");
	bool ok = to != NULL && fputs("job_id,num_gpu,submit_time,duration,model_name\n", to) >= 0;

	for (size_t i = 0; ok && i < n; i++)
		ok = fprintf(to, "%lld,%lld,%lld,%lld,any\n", (long long)job[i].id,
			     (long long)job[i].procs, (long long)job[i].submit,
			     (long long)job[i].run) > 0;
	return to != NULL && fclose(to) == 0 && ok;
}

static json_t *simulate(struct report *r, const struct gpu_case *g, const char *db)
{
	const char *log = format("%s/gpu", r->scratch);
	struct swf_job *sorted = malloc(sizeof(g->job));
	struct args a = { 0 };
	bool ok;

	memcpy(sorted, g->job, sizeof(g->job));
	swf_sort(sorted, g->count);
	ok = g->node ? write_table(log, sorted, g->count) : swf_write(log, sorted, g->count);
	free(sorted);
	if (!ok) {
		report_fail(r, "%s cannot be written", log);
		return NULL;
	}
	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s:%s", g->node ? "tiresias" : "swf", log);
	args_add(&a, "-c");
	if (g->node)
		args_add(&a, "nodes=1,cores=%d,gpus=%d", GPUS, GPUS);
	else
		args_add(&a, "procs=%d", GPUS);
	args_add(&a, "-p");
	args_add(&a, "%s", g->spec);
	args_add(&a, "--check");
	args_add(&a, "--allocs");
	args_add(&a, "-o");
	args_add(&a, "%s", db);
	return product_json(r, &a);
}

/* A job that was stopped n times held processors in n + 1 periods. */
static void compare_jobs(struct report *r, const struct gpu_case *g, const char *db)
{
	const json_t *row, *rows = product_query(r, db,
		"SELECT coalesce(j.trace_id, (j.id & 4294967295) + 1) AS id, "
		"(j.submit_ns + j.wait_ns) / 1e9, (j.submit_ns + j.wait_ns + j.run_ns) / 1e9, "
		"(SELECT count(DISTINCT a.from_ns) - 1 FROM alloc a WHERE a.run = j.id >> 32 "
		"AND a.job = j.id & 4294967295) FROM job j ORDER BY 1");
	size_t i;

	if (rows == NULL)
		return;
	report_number(r, "jobs", (double)json_array_size(rows), (double)g->count, 0, 0);
	json_array_foreach(rows, i, row) {
		size_t j = 0;

		while (j < g->count && g->job[j].id != json_integer_value(json_array_get(row, 0)))
			j++;
		if (j == g->count)
			continue;
		report_number(r, format("start of job %zu", j),
			      json_number_value(json_array_get(row, 1)), g->start[j], 0, 0);
		report_number(r, format("end of job %zu", j),
			      json_number_value(json_array_get(row, 2)), g->end[j], 0, 0);
		report_number(r, format("preemptions of job %zu", j),
			      json_number_value(json_array_get(row, 3)), g->stops[j], 0, 0);
	}
}

static void show(const void *arg, struct report *r)
{
	const struct gpu_case *g = arg;
	const char *db = format("%s/gpu.db", r->scratch);
	const json_t *doc = simulate(r, g, db), *m;

	if (doc == NULL)
		return;
	m = json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
	if (g->mean != NULL)
		report_printed(r, "mean completion time",
			       json_number_value(json_object_get(m, "response_mean_s")),
			       g->mean);
	else
		compare_jobs(r, g, db);
}

/* ---- the small trace: jobs under eight policies ----------------------------------- */

static const struct {
	const char *column, *spec; /* as the file says, as we say */
} rules[] = {
	{ "fifo", "tiresias-fifo" }, { "firstfit", "tiresias-fjf" },
	{ "sjf-hol", "helios-sjf" }, { "sjf-skip", "pai-sjf" },
	{ "srtf", "tiresias-shortest" }, { "srsf", "tiresias-shortest-gpu" },
	{ "las", "tiresias-dlas" }, { "las-gpu", "tiresias-dlas-gpu" },
	/* Without ties, the general policies are the dialects. */
	{ "srtf", "srtf" }, { "srsf", "srsf" },
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static void add_row(struct gpu_case *g, const struct csv *c)
{
	size_t n = g->count;

	if (n == JOBS_MAX)
		return;
	/* Ids of SWF begin with 1. */
	g->job[n] = gpu_job(whole(c, "job") + 1, whole(c, "submit"), whole(c, "gpus"),
			    whole(c, "duration"));
	g->start[n] = (double)whole(c, "start");
	g->end[n] = (double)whole(c, "end");
	g->stops[n] = (double)whole(c, "preemptions");
	g->count++;
}

static void small_trace(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->oracles, "data/s24_gpu_8.csv");
	struct gpu_case *g = calloc(2 * RULES, sizeof(*g));
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c))
		for (size_t i = 0; i < RULES; i++)
			if (strcmp(csv_field(&c, "policy"), rules[i].column) == 0)
				add_row(&g[i], &c);
	for (size_t i = 0; i < RULES; i++) {
		g[i].spec = rules[i].spec;
		g[RULES + i] = g[i];
		g[RULES + i].node = true;
		item_add(l, format("gpu/s24/%s", rules[i].spec), show, &g[i]);
		item_add(l, format("gpu/s24/node/%s", rules[i].spec), show, &g[RULES + i]);
	}
}

/* ---- 60 jobs of the Tiresias repository: what the simulators print ------------------- */

/* Of the published averages one is left out: 1455.75 for most GPUs first. Preemptive, with
 * ties by arrival, that is 1484.88, and none of 3264 rules tried (twelve keys, ties by
 * eight quantities either way, preemptive or not, blocking or not, arrivals in front or
 * behind, preemption at arrivals only) gives it; ties by remaining time give 1458.35. */
static const struct {
	const char *spec, *mean;
} means[] = {
	{ "tiresias-fifo", "1556.48" },     { "tiresias-fjf", "715.27" },
	{ "tiresias-shortest", "519.87" },  { "tiresias-shortest-gpu", "563.38" },
	{ "tiresias-dlas", "715.27" },      { "tiresias-dlas-gpu", "715.27" },
	{ "preempt:order=narrow", "725.70" },
	{ "helios-fifo", "1556.48" },       { "helios-sjf", "1043.47" },
	{ "pai-fifo", "715.27" },           { "pai-sjf", "693.9833" },
};

static void sixty_jobs(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->traces, "gpu/tiresias-60_job.csv.gz");
	struct gpu_case *all = calloc(1, sizeof(*all));
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c) && all->count < JOBS_MAX)
		all->job[all->count++] = gpu_job(whole(&c, "job_id") + 1,
						 whole(&c, "submit_time"),
						 whole(&c, "num_gpu"), whole(&c, "duration"));
	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
		struct gpu_case *g = malloc(sizeof(*g));

		*g = *all;
		g->spec = means[i].spec;
		g->mean = means[i].mean;
		item_add(l, format("gpu/60/%s", g->spec), show, g);
	}
}

void gpu_items(struct item_list *l, const struct place *at)
{
	small_trace(l, at);
	sixty_jobs(l, at);
}
