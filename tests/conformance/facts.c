/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.c - what `trace info` says about each SWF log against facts.csv. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"

struct row {
	const char *path, *note;
	const char *field[16];
};

/* Columns of facts.csv, which `trace info --json` calls the same. */
static const char *const facts[] = {
	"raw_bytes", "lines", "records", "bad_lines", "first_submit", "last_submit",
	"missing_runtime", "zero_runtime", "missing_procs", "unsorted", "duplicate_ids",
	"max_procs", "machine_size", "total_resource_seconds" };
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

static void compare(struct report *r, const json_t *doc, const char *name,
		    const char *expected)
{
	const json_t *v = json_object_get(doc, name);

	if (v == NULL)
		report_fail(r, "`trace info --json` has no \"%s\"", name);
	else
		report_printed(r, name, json_number_value(v), expected);
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
			compare(r, doc, facts[i], row->field[i]);
	compare_note(r, doc, row->note);
}

void facts_items(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->traces, "facts.csv");
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c)) {
		struct row *row;
		const char *file = csv_field(&c, "file");

		if (strcmp(csv_field(&c, "format"), "SWF") != 0)
			continue;
		row = calloc(1, sizeof(*row));
		row->path = log_find(at->traces, file);
		row->note = csv_field(&c, "note");
		for (int i = 0; i < FACTS; i++)
			row->field[i] = csv_field(&c, facts[i]);
		item_add(l, format("facts/%s", file), show, row);
	}
}
