/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.c - what `trace info` says about each log that can be read against facts.csv. */
#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"

struct row {
	const char *file, *path, *note;
	const char *otherwise; /* a fact that the table has wrong, or NULL ... */
	const char *instead;   /* ... and what it is */
	const char *total;     /* of "counts": what the table calls the total, or NULL */
	double      per_second; /* the unit of its times */
	bool        swf;
	const char *field[16];
};

/* What notes of the table say, and what `trace info` calls it in "counts": the number ahead
 * of or behind these words. */
static const struct {
	const char *file, *ahead, *behind, *key;
} told[] = {
	{ "cloud/FB-", NULL, "map input=", "map_input_bytes" },
	{ "cloud/FB-", NULL, "shuffle=", "shuffle_bytes" },
	{ "cloud/FB-", NULL, "reduce output=", "reduce_output_bytes" },
	{ "cloud/alibaba2017-", " jobs", NULL, "jobs" },
	{ "cloud/alibaba2017-", " instances", NULL, "instances" },
	{ "cloud/alibaba2017-", NULL, "Failed=", "Failed" },
	{ "cloud/alibaba2017-", NULL, "Running=", "Running" },
	{ "cloud/alibaba2017-", NULL, "Terminated=", "Terminated" },
	{ "cloud/alibaba2017-", NULL, "Waiting=", "Waiting" },
	{ "cloud/alibaba2018like-", " jobs", NULL, "jobs" },
	{ "cloud/alibaba2018like-", " precedence edges", NULL, "dependencies" },
	{ "net/FB2010-", NULL, "mapper-reducer flows ", "flows" },
	{ "dag/opendc-", " workflows", NULL, "workflows" },
	{ "dag/opendc-", NULL, "dependency references ", "dependencies" },
	{ "dag/decima-", NULL, "stages ", "stages" },
	{ "dag/decima-", NULL, "edges ", "edges" },
	{ "dag/decima-", NULL, "task duration samples ", "task_durations" },
	{ "dag/decima-", NULL, "sum of samples ", "task_durations_ms" },
};

/* Columns of facts.csv, which `trace info --json` calls the same. */
static const char *const facts[] = {
	"raw_bytes", "lines", "records", "bad_lines", "first_submit", "last_submit",
	"missing_runtime", "zero_runtime", "missing_procs", "unsorted", "duplicate_ids",
	"max_procs", "machine_size", "total_resource_seconds" };
enum { FACTS = sizeof(facts) / sizeof(facts[0]), MACHINE = 12 /* machine_size */ };

/* Logs in other formats than SWF. */
static const struct {
	const char *begins, *otherwise, *instead, *total;
} others[] = {
	{ "batsim/", NULL, NULL, NULL },
	{ "gpu/tiresias-60", NULL, NULL, NULL },
	{ "gpu/muri-", NULL, NULL, NULL },
	{ "gpu/pollux-", NULL, NULL, NULL },
	{ "gpu/openb_pod_list", NULL, NULL, NULL },
	{ "gpu/gavel-msr-", NULL, NULL, NULL },
	{ "gpu/gavel-physical-", NULL, NULL, NULL },
	{ "gpu/shockwave-", NULL, NULL, NULL },
	{ "google2011/task_events-", NULL, NULL, NULL }, /* its parts, and all as one */
	{ "batchcsv/ubhpc-", NULL, NULL, NULL },
	{ "cloud/FB-20", NULL, NULL, NULL },
	/* 209 rows end before they begin, 208 of them of status Running (`awk -F,
	 * 'NR > 1 && $2 < $1' | wc -l`); the table has 0 in this column, and 209 in words. */
	{ "cloud/alibaba2017-", "missing_runtime", "209", "instance_seconds_terminated" },
	/* The table counts line ends, and says itself that the last line has none. */
	{ "cloud/alibaba2018like-", "lines", "11355", "instance_seconds" },
	{ "net/FB2010-", NULL, NULL, NULL },
	{ "dag/opendc-", NULL, NULL, NULL },
	{ "dag/decima-", NULL, NULL, NULL },
	/* Ten jobs ask for 0 nodes and 0 tasks. The table says that none lacks
	 * processors, and its own words "<= 0 or empty" say ten: it counted what is
	 * empty. (The same ten are its zero_runtime.) */
	{ "batchcsv/mustang-", "missing_procs", "10", NULL },
};

static void compare_scaled(struct report *r, const json_t *doc, const char *name,
			   const char *expected, double scale)
{
	const json_t *v = json_object_get(doc, name);

	if (v == NULL)
		report_fail(r, "`trace info --json` has no \"%s\"", name);
	else
		report_printed(r, name, scale == 1 ? json_number_value(v) :
			       nearbyint(json_number_value(v) * scale), expected);
}

/* The number beside the words, as text; NULL: not there. */
static char *beside(const char *note, const char *ahead, const char *behind)
{
	const char *at = strstr(note, ahead != NULL ? ahead : behind), *from;

	if (at == NULL)
		return NULL;
	from = ahead == NULL ? at + strlen(behind) : at;
	while (ahead != NULL && from > note && strchr("0123456789", from[-1]) != NULL)
		from--;
	return format("%.*s", (int)strspn(from, "0123456789"), from);
}

static void compare(struct report *r, const json_t *doc, const char *name,
		    const char *expected)
{
	compare_scaled(r, doc, name, expected, 1);
}

/* "status:0=7948 1=20541": how many records have each status. */
static void compare_status(struct report *r, const json_t *doc, char *list)
{
	const json_t *counts = json_object_get(doc, "status");
	char *save = NULL;

	for (char *item = strtok_r(list, " ", &save); item != NULL;
	     item = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(item, '=');

		if (equals == NULL)
			continue;
		*equals = '\0';
		compare(r, counts, item, equals + 1);
	}
}

/* "missing_wait=0; last_end(submit+max(wait,0)+run)=29364870; ...": what the
 * program calls by the same name is compared. */
static void compare_note(struct report *r, const json_t *doc, const char *note)
{
	char *text = format("%s", note), *save = NULL;

	for (char *item = strtok_r(text, ";", &save); item != NULL;
	     item = strtok_r(NULL, ";", &save)) {
		char *value = strrchr(item, '=');

		item += strspn(item, " ");
		if (strncmp(item, "status:", 7) == 0) {
			compare_status(r, doc, item + 7);
			continue;
		}
		if (value == NULL)
			continue;
		item[strcspn(item, "(=")] = '\0';
		compare(r, doc, item, value + 1);
	}
}

/* A fact of the table: a number, where words stand in some rows. */
static void compare_fact(struct report *r, const json_t *doc, const struct row *row, int i)
{
	const char *name = facts[i], *expected = row->field[i];
	bool is_time = strcmp(name, "first_submit") == 0 || strcmp(name, "last_submit") == 0;

	if (expected[strspn(expected, "-.0123456789")] != '\0')
		return;
	if (row->total != NULL && strcmp(name, "total_resource_seconds") == 0)
		compare(r, json_object_get(doc, "counts"), row->total, expected);
	else if (row->otherwise != NULL && strcmp(name, row->otherwise) == 0)
		compare(r, doc, name, row->instead);
	else
		compare_scaled(r, doc, name, expected, is_time ? row->per_second : 1);
}

/* "1523 nodes, 6212 GPUs, 125514 CPU cores", and the largest node's GPUs. */
static void show_machine(const void *arg, struct report *r)
{
	static const struct { const char *key, *word; } totals[] = {
		{ "nodes", "nodes" }, { "gpus", "GPUs" }, { "procs", "CPU cores" } };
	const struct row *row = arg;
	char *text = format("%s", row->field[MACHINE]), *save = NULL;
	struct args a = { 0 };
	json_t *doc;

	if (row->path == NULL) {
		report_skip(r, "the list is not there");
		return;
	}
	args_add(&a, "cluster");
	args_add(&a, "show");
	args_add(&a, "%s", row->path);
	doc = product_json(r, &a);
	for (char *item = strtok_r(text, ",", &save); doc != NULL && item != NULL;
	     item = strtok_r(NULL, ",", &save)) {
		char *word;

		item += strspn(item, " ");
		word = item + strcspn(item, " ");
		for (size_t k = 0; k < 3; k++)
			if (*word != '\0' && strcmp(word + 1, totals[k].word) == 0) {
				*word = '\0';
				compare(r, doc, totals[k].key, item);
				break;
			}
	}
}

static void compare_told(struct report *r, const json_t *doc, const struct row *row)
{
	const json_t *counts = json_object_get(doc, "counts");

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		char *expected;

		if (strncmp(row->file, told[i].file, strlen(told[i].file)) != 0)
			continue;
		expected = beside(row->note, told[i].ahead, told[i].behind);
		if (expected == NULL)
			report_fail(r, "the table does not say \"%s%s\"",
				    told[i].behind != NULL ? told[i].behind : "",
				    told[i].ahead != NULL ? told[i].ahead : "");
		else
			compare(r, counts, told[i].key, expected);
	}
}

static void show(const void *arg, struct report *r)
{
	const struct row *row = arg;
	struct args a = { 0 };
	json_t *doc;

	if (row->path == NULL) {
		report_skip(r, "the log is not there");
		return;
	}
	args_add(&a, "trace");
	args_add(&a, "info");
	args_add(&a, "%s", row->path);
	doc = product_json(r, &a);
	if (doc == NULL)
		return;
	for (int i = 0; i < FACTS; i++)
		if (row->field[i][0] != '\0')
			compare_fact(r, doc, row, i);
	if (row->swf)
		compare_note(r, doc, row->note);
	compare_told(r, doc, row);
}

static bool is_machine(const char *file)
{
	return strncmp(file, "gpu/openb_node_list", 19) == 0 ||
	       strncmp(file, "gpu/alibaba-spot2026-node", 25) == 0;
}

/* False: no reader for it. */
static bool is_read(struct row *row, const char *file, const char *format_name)
{
	row->swf = strcmp(format_name, "SWF") == 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(file, others[i].begins, strlen(others[i].begins)) == 0 &&
		    strstr(file, ".tar") == NULL) {
			row->otherwise = others[i].otherwise;
			row->instead = others[i].instead;
			row->total = others[i].total;
			return true;
		}
	return row->swf;
}

void facts_items(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->traces, "facts.csv");
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c)) {
		const char *file = csv_field(&c, "file"), *unit = csv_field(&c, "time_unit");
		struct row *row = calloc(1, sizeof(*row));

		if (!is_read(row, file, csv_field(&c, "format")) && !is_machine(file)) {
			free(row);
			continue;
		}
		row->per_second = strcmp(unit, "ms") == 0 ? 1e3 :
				  strcmp(unit, "us") == 0 ? 1e6 : 1;
		row->path = file[strlen(file) - 1] != '*' ? log_find(at->traces, file) :
			    format("%s/%s.gz", at->traces, file);
		row->file = file;
		row->note = csv_field(&c, "note");
		for (int i = 0; i < FACTS; i++)
			row->field[i] = csv_field(&c, facts[i]);
		item_add(l, format("facts/%s", file), is_machine(file) ? show_machine : show, row);
	}
}
