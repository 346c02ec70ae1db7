/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * openb.c - how much of a GPU cluster placement can give away: pods of Alibaba's openb
 * trace, drawn with replacement until they ask for 130 % of the GPUs of its 1,523 nodes,
 * arrive and stay. What is allocated when the last has arrived, as mean over ten draws,
 * beside what was published for the same experiment (Weng et al., "Beware of
 * fragmentation", USENIX ATC 2023: Random 87.47, BestFit 93.08, FGD 95.39 %).
 *
 * The published runs drew other samples, count CPUs in thousandths, where cores are whole
 * here, break ties by names, and their best fit weighs all resources, where ours compares
 * GPUs first. So agreement is asked to 1.5 points, and in the order of the three.
 */
#include <stdlib.h>

#include "conformance.h"
#include "harness/product.h"

enum { SEEDS = 10, GPUS = 6212 };

struct openb {
	const char *pods, *nodes;
};

/* Percent of the GPUs that are allocated when the last pod has come; -1 after a report. */
static double allocated(struct report *r, const struct openb *o, const char *log, const char *place,
			int seed)
{
	const char *db = format("%s/%s-%d.db", r->scratch, place, seed);
	struct child_result done;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", log);
	args_add(&a, "-c%s", o->nodes);
	args_add(&a, "-pfirstfit:place=%s", place);
	args_add(&a, "--seed=%d", seed);
	args_add(&a, "--all-samples");
	args_add(&a, "-o%s", db);
	if (!product_run(r, &a, &done))
		return -1;
	/* Nobody leaves within the first 1,000 days. */
	rows = product_query(r, db, "SELECT max(gpu_milli_busy), max(gpu_milli_up) FROM sample "
				    "WHERE at_ns < 86400000000000000");
	if (rows == NULL)
		return -1;
	rows = json_array_get(rows, 0);
	report_number(r, "GPU thousandths", json_number_value(json_array_get(rows, 1)),
		      GPUS * 1000.0, 0, 0);
	return json_number_value(json_array_get(rows, 0)) / (GPUS * 10.0);
}

static void show(const void *arg, struct report *r)
{
	static const struct { const char *place; double published; } kind[] = {
		{ "random", 87.47 }, { "best", 93.08 }, { "frag", 95.39 } };
	const struct openb *o = arg;
	double sum[3] = { 0 };

	for (int seed = 1; seed <= SEEDS; seed++) {
		const char *log = format("%s/pods-%d.jsonl", r->scratch, seed);
		struct child_result done;
		struct args a = { 0 };

		args_add(&a, "trace");
		args_add(&a, "resample");
		args_add(&a, "--gpus=%.1f", 1.3 * GPUS);
		args_add(&a, "--run=10000d");
		args_add(&a, "--seed=%d", seed);
		args_add(&a, "-o%s", log);
		args_add(&a, "openb:%s", o->pods);
		if (!product_run(r, &a, &done))
			return;
		for (size_t k = 0; k < 3; k++) {
			double part = allocated(r, o, log, kind[k].place, seed);

			if (part < 0)
				return;
			sum[k] += part;
		}
	}
	for (size_t k = 0; k < 3; k++)
		report_number(r, format("mean allocation in %% with place=%s", kind[k].place),
			      sum[k] / SEEDS, kind[k].published, 0, 1.5);
	if (!(sum[0] < sum[1] && sum[1] < sum[2]))
		report_fail(r, "means %.2f, %.2f, %.2f are not in the published order",
			    sum[0] / SEEDS, sum[1] / SEEDS, sum[2] / SEEDS);
}

void openb_items(struct item_list *l, const struct place *at)
{
	const char *folder = format("%s/gpu", at->traces);
	struct openb o = { log_find(folder, "openb_pod_list_default.csv"),
			   log_find(folder, "openb_node_list_all_node.csv") };
	struct openb *kept;

	if (o.pods == NULL || o.nodes == NULL)
		return;
	kept = malloc(sizeof(*kept));
	*kept = o;
	item_add(l, "openb-allocation", show, kept);
}
