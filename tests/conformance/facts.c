/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.c - what `trace info` says about each SWF log against facts.csv. */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"

struct row {
	const char *path;
	const char *field[12];
};

/* Column of facts.csv, name in `trace info --json`. */
static const char *const facts[][2] = {
	{ "raw_bytes", "bytes" }, { "lines", "lines" }, { "records", "records" },
	{ "bad_lines", "bad_lines" }, { "first_submit", "first_submit" },
	{ "last_submit", "last_submit" }, { "missing_runtime", "missing_runtime" },
	{ "zero_runtime", "zero_runtime" }, { "missing_procs", "missing_procs" },
	{ "unsorted", "unsorted" }, { "max_procs", "max_procs" },
	{ "total_resource_seconds", "total_resource_seconds" },
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

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
	for (int i = 0; i < FACTS; i++) {
		const json_t *v = json_object_get(doc, facts[i][1]);

		if (row->field[i][0] == '\0')
			continue;
		if (v == NULL)
			report_fail(r, "`trace info --json` has no \"%s\"", facts[i][1]);
		else
			report_printed(r, facts[i][0], json_number_value(v), row->field[i]);
	}
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
		for (int i = 0; i < FACTS; i++)
			row->field[i] = csv_field(&c, facts[i][0]);
		item_add(l, format("facts/%s", file), show, row);
	}
}
