/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind_network.c - max-min fair rates and the ends of flows, by `sojourn flows`. */
#include "harness/product.h"
#include "kinds.h"

static json_t *ask(struct check *k, json_t *flows, bool rates)
{
	const char *path = format("%s/flows.json", k->r->scratch);
	json_t *doc = json_pack("{s:O, s:o}", "links", json_object_get(k->inputs, "links"),
				"flows", flows);
	struct args a = { 0 };
	json_t *out;

	if (doc == NULL || json_dump_file(doc, path, 0) != 0) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	json_decref(doc);
	args_add(&a, "flows");
	if (rates)
		args_add(&a, "--rates");
	args_add(&a, "%s", path);
	out = product_json(k->r, &a);
	return out != NULL ? json_object_get(out, "flows") : NULL;
}

static void expect_list(struct check *k, const char *key, const json_t *list,
			const char *member)
{
	double value[64];
	size_t n = json_array_size(list);

	if (list == NULL)
		return;
	if (n > 64) {
		report_skip(k->r, "more than 64 flows");
		return;
	}
	for (size_t i = 0; i < n; i++)
		value[i] = json_number_value(json_object_get(json_array_get(list, i), member));
	expect_numbers(k, key, value, n);
}

void show_max_min_network(struct check *k)
{
	const json_t *paths = input_array(k, "flows"), *path;
	const json_t *caps = json_object_get(k->inputs, "caps");
	json_t *flows = json_array();
	size_t i;

	json_array_foreach(paths, i, path) {
		json_t *flow = json_pack("{s:i, s:O}", "bytes", 1, "path", path);
		json_t *cap = json_array_get(caps, i);

		if (json_is_number(cap))
			json_object_set(flow, "cap", cap);
		json_array_append_new(flows, flow);
	}
	expect_list(k, "rates", ask(k, flows, true), "rate_bytes_per_s");
	json_decref(expected_take(k, "rates_exact")); /* the same as fractions */
}

void show_flow_completion(struct check *k)
{
	const json_t *rows = input_array(k, "flows_id_start_size_path"), *row;
	json_t *flows = json_array();
	size_t i;

	json_array_foreach(rows, i, row)
		json_array_append_new(flows, json_pack("{s:O, s:O, s:O, s:O}", "id",
						       json_array_get(row, 0), "start",
						       json_array_get(row, 1), "bytes",
						       json_array_get(row, 2), "path",
						       json_array_get(row, 3)));
	expect_list(k, "finish", ask(k, flows, false), "finish_s");
}
