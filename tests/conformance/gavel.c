/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gavel.c - the simulator of Gavel: completion times of `small_test` (20 jobs, all there
 * at 0 s) on four V100 under fifo, with the throughputs of the artefact.
 */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/product.h"

static const struct {
	const char *type;
	int         steps, gpus;
} jobs[] = {
	{ "Transformer (batch size 128)", 346, 2 },  { "Recommendation (batch size 8192)", 36, 1 },
	{ "Transformer (batch size 256)", 102, 1 },  { "ResNet-18 (batch size 32)", 3948, 2 },
	{ "ResNet-50 (batch size 16)", 170, 1 },     { "LM (batch size 10)", 8601, 1 },
	{ "LM (batch size 5)", 10027, 1 },           { "Transformer (batch size 128)", 346, 1 },
	{ "CycleGAN", 295, 1 },                      { "Transformer (batch size 16)", 770, 1 },
	{ "LM (batch size 5)", 10027, 2 },           { "Transformer (batch size 64)", 574, 1 },
	{ "LM (batch size 40)", 4303, 1 },           { "ResNet-50 (batch size 32)", 595, 1 },
	{ "LM (batch size 10)", 8601, 1 },           { "ResNet-18 (batch size 16)", 1019, 1 },
	{ "Transformer (batch size 16)", 770, 1 },   { "ResNet-18 (batch size 16)", 1019, 1 },
	{ "Recommendation (batch size 8192)", 36, 1 }, { "ResNet-18 (batch size 16)", 1817, 1 },
};

enum { JOBS = sizeof(jobs) / sizeof(jobs[0]) };

/* As published, s. */
static const double completion[] = { 34.362, 12.669, 63.944, 105.833, 78.862 };
static const double mean_s = 281.288, makespan_s = 517.752, tolerance_s = 0.001;

static bool write_trace(const char *path)
{
	FILE *to = fopen(path, "w");
	bool ok = to != NULL;

	for (int i = 0; ok && i < JOBS; i++)
		ok = fprintf(to, "%s\tpython3\t-n\t0\t%d\t0\t%d\n", jobs[i].type, jobs[i].steps,
			     jobs[i].gpus) > 0;
	return to != NULL && fclose(to) == 0 && ok;
}

static void compare(struct report *r, const json_t *metrics, const char *db)
{
	const json_t *row, *rows = product_query(r, db,
		"SELECT j.trace_id, (j.submit_ns + j.wait_ns + j.run_ns) / 1e9 FROM job j "
		"ORDER BY j.id");
	double sum = 0;
	size_t i;

	report_number(r, "makespan", json_number_value(json_object_get(metrics, "makespan_s")),
		      makespan_s, 0, tolerance_s);
	report_number(r, "jobs", (double)json_array_size(rows), JOBS, 0, 0);
	json_array_foreach(rows, i, row) {
		double end = json_number_value(json_array_get(row, 1));

		sum += end;
		if (i < sizeof(completion) / sizeof(completion[0]))
			report_number(r, format("completion of job %zu", i), end, completion[i],
				      0, tolerance_s);
	}
	report_number(r, "mean completion", sum / JOBS, mean_s, 0, tolerance_s);
}

/* `arg`: the machine. */
static void show(const void *arg, struct report *r)
{
	const char *const *item = arg;
	const char *log = format("%s/small_test.trace", r->scratch);
	const char *db = format("%s/gavel.db", r->scratch);
	struct args a = { 0 };
	const json_t *doc;

	if (!write_trace(log)) {
		report_fail(r, "%s cannot be written", log);
		return;
	}
	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "gavel:%s,throughputs=%s", log, item[1]);
	args_add(&a, "-c");
	args_add(&a, "%s", item[0]);
	args_add(&a, "-p");
	args_add(&a, "gavel-fifo");
	args_add(&a, "--check");
	args_add(&a, "-o");
	args_add(&a, "%s", db);
	doc = product_json(r, &a);
	if (doc != NULL)
		compare(r, json_object_get(json_array_get(json_object_get(doc, "runs"), 0),
					   "metrics"), db);
}

void gavel_items(struct item_list *l, const struct place *at)
{
	static const char *const machines[][2] = {
		{ "pool", "procs=4" }, { "node", "nodes=1,cores=4,gpus=4,gpu=v100" },
		{ "nodes", "nodes=2,cores=2,gpus=2,gpu=v100" } };
	char *table = format("%s/gpu/gavel-simulation_throughputs.json.gz", at->traces);

	if (access(table, R_OK) != 0) {
		fprintf(stderr, "conformance: %s: not there\n", table);
		return;
	}
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		const char **item = calloc(2, sizeof(*item));

		item[0] = machines[i][1];
		item[1] = table;
		item_add(l, format("gpu/gavel/%s", machines[i][0]), show, item);
	}
}
