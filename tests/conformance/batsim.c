/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsim.c - Batsim's own workloads, whose profiles say how long they take on its platform
 * of 512 hosts of 1 Gf/s: each with a cable of 1 GB/s and 5 us, and between all of them a
 * backbone of 3 GB/s and 3 us that every transfer crosses. Here the same with six nodes, as
 * many as these workloads need, in both forms of communication.
 *
 * Jobs that are longer than their walltime are killed by it. In SimGrid's model of a
 * parallel task latencies pass before anything else, so that a task that computes longer
 * than it sends takes 13 us more than here.
 */
#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"

#define LATENCY 13e-6
#define CLUSTER "nodes=6,cores=1,topology=star,bw=1GB/s,lat=5us,backbone=3GB/s,backbone_lat=3us"

static const char *archives;
static const char *const files[] = {
	"test_compo_sequence_delay.json", "test_compo_sequence_ptaskcomp.json",
	"test_homo_ptasks.json", "test_ptasks.json" };

/* How long the only job of a workload took; NAN after a report. */
static double execution_time(struct report *r, const char *workload, const char *form)
{
	const char *const argv[] = { product_path(), "run", "-w",
		format("batsim:%s,speed=1e9", workload), "-c", CLUSTER, "-p", "fifo",
		"--collectives", form, "--no-store", "--jobs-csv", "-", NULL };
	struct child_result result = { .status = 0 };
	struct csv c;

	child_run(argv, &result);
	if (result.status == 0 && csv_open(&c, strdup(text_string(&result.out))) && csv_next(&c))
		return strtod(csv_field(&c, "execution_time"), NULL);
	report_fail(r, "exit %d: %s", result.status, child_complaint(&result));
	return NAN;
}

/* A job alone: beside others it would have to share the backbone. */
static void compare(struct report *r, json_t *doc, json_t *job)
{
	static const char *const forms[] = { "alpha-beta", "flow" };
	const json_t *profile = json_object_get(json_object_get(doc, "profiles"),
		json_string_value(json_object_get(job, "profile")));
	double want = fmin(json_number_value(json_object_get(profile, "expected_execution_time")),
			   json_number_value(json_object_get(job, "walltime")));
	const char *path = format("%s/one.json", r->scratch);

	json_object_set_new(doc, "jobs", json_pack("[O]", job));
	if (json_dump_file(doc, path, JSON_REAL_PRECISION(15)) != 0) {
		report_fail(r, "%s cannot be written", path);
		return;
	}
	for (int i = 0; i < 2; i++)
		report_number(r, format("%s, %s", json_string_value(json_object_get(job, "id")),
					forms[i]), execution_time(r, path, forms[i]), want,
			      0, LATENCY + 1e-7);
}

static void show(const void *arg, struct report *r)
{
	const char *archive = log_find(archives, "batsim-workloads.tar.gz"), *folder, *path;
	json_t *doc, *jobs;

	if (archive == NULL) {
		report_skip(r, "the archive is not there");
		return;
	}
	folder = archive_folder(archive, r);
	if (folder == NULL)
		return;
	path = format("%s/workloads/%s", folder, (const char *)arg);
	doc = json_load_file(path, 0, NULL);
	jobs = json_incref(json_object_get(doc, "jobs"));
	if (jobs == NULL)
		report_fail(r, "%s is not there", path);
	for (size_t i = 0; i < json_array_size(jobs); i++)
		compare(r, doc, json_array_get(jobs, i));
	json_decref(jobs);
	json_decref(doc);
}

void batsim_items(struct item_list *l, const struct place *at)
{
	archives = format("%s/batsim", at->traces);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		item_add(l, format("batsim/%s", files[i]), show, files[i]);
}
