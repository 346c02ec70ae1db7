/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sets.c - what `trace info` says about each member of the archives of task graphs, and
 * of Batsim's workloads, against facts_sets.csv.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"

struct member {
	const char *archive, *path; /* archive NULL: not there */
	const char *raw_bytes, *tasks, *edges, *procs, *work, *length, *makespan, *note;
};

/* Archives of which each member is a workload; the rest are platforms and tables. */
static const char *const archives[] = {
	"dag/stg-", "dag/optimal-gxl", "dag/heterogeneous-dag", "workflow/", "batsim/" };

/* One Pegasus workflow has 57 jobs whose run time is below 0, from -1.64 to -0.03, drawn by
 * its generator from a normal law; the table added them up as they are, -21.96 in all. No
 * time is below 0: the reader counts them and takes 0, and the work of the others is
 * 3854790.77. (They lie on no longest path.) */
static const struct {
	const char *member, *work;
} otherwise[] = { { "Epigenomics_997.xml", "3854790.77" } };

/* The member's path once its archive is unpacked; NULL after a report. */
static const char *extract(const struct member *m, struct report *r)
{
	const char *folder = archive_folder(m->archive, r);

	return folder != NULL ? format("%s/%s", folder, m->path) : NULL;
}

/* ---- comparing ------------------------------------------------------------------------- */

static void compare(struct report *r, const json_t *o, const char *name, const char *expected)
{
	if (expected[0] != '\0')
		report_printed(r, name, json_number_value(json_object_get(o, name)), expected);
}

/* "files 288, bytes 20130744925": the number behind a word. */
static const char *behind(const char *note, const char *word)
{
	const char *at = strstr(note, word);

	if (at == NULL)
		return "";
	at += strlen(word);
	return format("%.*s", (int)strspn(at, "0123456789."), at);
}

static void compare_note(struct report *r, const json_t *graphs, const json_t *counts,
			 const char *note)
{
	const char *cost = behind(note, "sum of edge costs ");

	if (cost[0] == '\0')
		cost = behind(note, "sum of edge weights ");
	if (cost[0] != '\0') /* 1 of cost is 10^9 bytes */
		report_printed(r, "bytes / 10^9",
			       json_number_value(json_object_get(graphs, "bytes")) / 1e9, cost);
	compare(r, counts, "machines", behind(note, "machines "));
	compare(r, counts, "files", behind(note, "files "));
	compare(r, counts, "file_bytes", behind(note, ", bytes "));
	compare(r, graphs, "critical_path_s", behind(note, "file footer CP "));
	if (strstr(note, "schedule valid") != NULL)
		report_number(r, "schedule_valid",
			      json_number_value(json_object_get(counts, "schedule_valid")), 1,
			      0, 0);
}

/* The schedule of a GXL document, run: each task on its processor, not before its start,
 * on a network without contention where data moves as soon as it is made. What is
 * published is what comes out, and nobody waits for data longer than the schedule says. */
static void replay_schedule(const struct member *m, const char *path, struct report *r)
{
	const json_t *metrics;
	struct args a = { 0 };
	json_t *doc;

	args_add(&a, "run");
	args_add(&a, "--no-store");
	args_add(&a, "--check");
	args_add(&a, "--staging=prefetch");
	args_add(&a, "-p");
	args_add(&a, "replay");
	args_add(&a, "-w");
	args_add(&a, "%s,schedule=yes", path);
	doc = product_json(r, &a);
	if (doc == NULL)
		return;
	metrics = json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
	compare(r, metrics, "makespan_s", m->makespan);
	report_number(r, "staging_s", json_number_value(json_object_get(metrics, "staging_s")), 0,
		      0, 0);
}

static void show_graph(const void *arg, struct report *r)
{
	const struct member *m = arg;
	const char *path = m->archive == NULL ? NULL : extract(m, r);
	const json_t *graphs, *counts;
	struct args a = { 0 };
	json_t *doc;

	if (path == NULL) {
		report_skip(r, "the archive is not there");
		return;
	}
	args_add(&a, "trace");
	args_add(&a, "info");
	args_add(&a, "%s", path);
	doc = product_json(r, &a);
	if (doc == NULL)
		return;
	graphs = json_object_get(doc, "graphs");
	counts = json_object_get(doc, "counts");
	compare(r, doc, "raw_bytes", m->raw_bytes);
	compare(r, doc, "machine_size", m->procs);
	compare(r, graphs, "tasks", m->tasks);
	compare(r, graphs, "edges", m->edges);
	compare(r, graphs, "work_s", m->work);
	compare(r, graphs, "critical_path_s", m->length);
	compare(r, graphs, "stated_makespan_s", m->makespan);
	compare_note(r, graphs, counts, m->note);
	if (strstr(m->note, "schedule valid") != NULL)
		replay_schedule(m, path, r);
}

/* Batsim's own workloads, for its platform of 1 Gf/s: all are read, but one whose times and
 * one whose walltimes are beyond those that can be simulated. */
static void show_batsim(const void *arg, struct report *r)
{
	const struct member *m = arg;
	const char *path = m->archive == NULL ? NULL : extract(m, r);
	const char *const argv[] = { product_path(), "trace", "info", "--json",
				     format("batsim:%s,speed=1e9", path != NULL ? path : ""), NULL };
	struct child_result result = { .status = 0 };
	json_t *doc;

	if (path == NULL) {
		report_skip(r, "the archive is not there");
		return;
	}
	child_run(argv, &result);
	if (strstr(path, "test_long_workload") != NULL || strstr(path, "test_smpi_mapping") != NULL) {
		report_number(r, "status", result.status, 3, 0, 0);
		if (strstr(child_complaint(&result), "expected a number of seconds from 0 to") == NULL)
			report_fail(r, "said %s", child_complaint(&result));
		return;
	}
	doc = json_loads(text_string(&result.out), 0, NULL);
	if (result.status != 0 || doc == NULL) {
		report_fail(r, "exit %d: %s", result.status, child_complaint(&result));
		return;
	}
	compare(r, doc, "raw_bytes", m->raw_bytes);
	compare(r, doc, "machine_size", m->procs);
	compare(r, doc, "records", m->tasks);
}

/* ---- items -------------------------------------------------------------------------------- */

static bool is_read(const char *set, const char *tasks)
{
	for (size_t i = 0; i < sizeof(archives) / sizeof(archives[0]); i++)
		if (strncmp(set, archives[i], strlen(archives[i])) == 0)
			return tasks[0] != '\0';
	return false;
}

void sets_items(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->traces, "facts_sets.csv");
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c)) {
		const char *set = csv_field(&c, "set"), *file = csv_field(&c, "member");
		struct member *m;

		if (!is_read(set, csv_field(&c, "tasks")))
			continue;
		m = calloc(1, sizeof(*m));
		*m = (struct member){
			log_find(at->traces, set), file, csv_field(&c, "raw_bytes"),
			csv_field(&c, "tasks"), csv_field(&c, "edges"),
			csv_field(&c, "procs"), csv_field(&c, "total_work"),
			csv_field(&c, "critical_path"), csv_field(&c, "published_makespan"),
			csv_field(&c, "note") };
		for (size_t i = 0; i < sizeof(otherwise) / sizeof(otherwise[0]); i++)
			if (strstr(file, otherwise[i].member) != NULL)
				m->work = otherwise[i].work;
		item_add(l, format("sets/%.*s/%s", (int)strcspn(set, "."), set,
				   strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file),
			 strncmp(set, "batsim/", 7) == 0 ? show_batsim : show_graph, m);
	}
}
