/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_packing.c - items in bins as tasks on nodes: all start at 0 s, one after the other,
 * and the nodes that are in use are counted.
 */
#include <math.h>

#include "harness/product.h"
#include "harness/text.h"
#include "kind_lp.h"
#include "kinds.h"

static double nodes_used(struct check *k, const char *items, const char *cluster,
			 const char *policy)
{
	const json_t *rows = lp_starts(k, items, cluster, policy), *row;
	bool used[4096] = { false };
	double n = 0;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_int_t node = json_integer_value(json_array_get(row, 1));

		if (json_number_value(json_array_get(row, 2)) > 0)
			report_fail(k->r, "%s: item %zu waits", policy, i + 1);
		n += node < 4096 && !used[node];
		used[node < 4096 ? node : 0] = true;
	}
	return n;
}

void show_bin_packing(struct check *k)
{
	static const char *const rules[][2] = {
		{ "ff_bins", "firstfit" },
		{ "ffd_bins", "firstfit:order=wide" },
		{ "bf_bins", "firstfit:place=best" },
		{ "bfd_bins", "firstfit:order=wide,place=best" } };
	const json_t *sizes = input_array(k, "sizes"), *v;
	const char *path = format("%s/items.jsonl", k->r->scratch);
	const char *cluster = format("nodes=%zu,cores=%lld", json_array_size(sizes),
				     (long long)input_integer(k, "capacity"));
	double least = json_number_value(json_object_get(k->expected, "optimal_bins"));
	FILE *f = fopen(path, "w");
	size_t i;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return;
	}
	json_array_foreach(sizes, i, v)
		fprintf(f, "{\"id\":%zu,\"submit_ns\":0,\"ranks\":1,\"cores\":%lld,"
			"\"runtime_ns\":1000000000}\n", i + 1, (long long)json_integer_value(v));
	fclose(f);
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		double got = nodes_used(k, path, cluster, rules[i][1]);

		expect_number(k, rules[i][0], got);
		k->r->checked++;
		if (!(got >= least && (i != 1 || got <= 11.0 / 9 * least + 6.0 / 9)))
			report_fail(k->r, "%s: %g bins, %g are best", rules[i][1], got, least);
	}
	/* Nobody needs fewer, and FFD at most 11/9 of them and 6/9: all that runs can show. */
	json_decref(expected_take(k, "optimal_bins"));
	json_decref(expected_take(k, "ffd_guarantee"));
}
