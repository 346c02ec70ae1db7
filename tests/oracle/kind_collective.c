/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_collective.c - the alpha-beta cost of collectives, by `sojourn collective` and through
 * runs in both forms, each rank on a node of its own.
 */
#include <math.h>
#include <string.h>

#include "comm_run.h"
#include "harness/product.h"
#include "kinds.h"

/* Seconds of one way of an operation; NAN after a report. */
static double ask(struct check *k, const char *operation, const char *way, const char *ranks,
		  uint32_t servers, double beta)
{
	struct args a = { 0 };
	const json_t *ways, *row;
	json_t *doc;
	size_t i;

	args_add(&a, "collective");
	args_add(&a, "%s", operation);
	args_add(&a, "--ranks");
	args_add(&a, "%lld", (long long)input_integer(k, ranks));
	args_add(&a, "--bytes");
	args_add(&a, "%.0fB", input_number(k, "n_bytes"));
	args_add(&a, "--alpha");
	args_add(&a, "%.0fns", input_number(k, "alpha") * 1e9);
	args_add(&a, "--beta");
	args_add(&a, "%.17g", beta);
	if (input_has(k, "gamma")) {
		args_add(&a, "--gamma");
		args_add(&a, "%.17g", input_number(k, "gamma"));
	}
	if (servers != 0) {
		args_add(&a, "--servers");
		args_add(&a, "%u", servers);
	}
	doc = product_json(k->r, &a);
	ways = json_object_get(doc, "ways");
	json_array_foreach(ways, i, row)
		if (strcmp(json_string_value(json_object_get(row, "way")), way) == 0)
			return json_number_value(json_object_get(row, "seconds"));
	report_fail(k->r, "%s has no way \"%s\"", operation, way);
	return NAN;
}

#define ROUNDS_MAX 200 /* each ends at a whole nanosecond */

/* The same through runs of a job that does nothing else. */
static void run_too(struct check *k, const char *key, struct comm_run c, double want)
{
	static const char *const forms[] = { "alpha-beta", "flow" };

	for (int i = 0; i < 2; i++) {
		c.form = forms[i];
		report_number(k->r, format("%s by %s", key, forms[i]), comm_run_step(k, &c), want,
			      1e-9, i == 0 ? 1e-9 : ROUNDS_MAX * 1e-9);
	}
}

void show_collectives(struct check *k)
{
	static const struct {
		const char *key, *operation, *way;
		uint32_t    servers;
	} rows[] = {
		{ "ring_allreduce", "all-reduce", "ring", 0 },
		{ "ring_reduce_scatter", "reduce-scatter", "ring", 0 },
		{ "ring_allgather", "all-gather", "ring", 0 },
		{ "binomial_bcast", "broadcast", "tree", 0 },
		{ "binomial_reduce", "reduce", "tree", 0 },
		{ "tree_allreduce_reduce_bcast", "all-reduce", "tree", 0 },
		{ "scatter_allgather_bcast", "broadcast", "scatter", 0 },
		{ "parameter_server_1", "all-reduce", "server", 1 },
		{ "alltoall_pairwise", "all-to-all", "pairwise", 0 },
		{ "recursive_doubling_allreduce", "all-reduce", "doubling", 0 },
		{ "rabenseifner_allreduce", "all-reduce", "halving", 0 },
		{ "recursive_doubling_allgather", "all-gather", "doubling", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (expects(k, rows[i].key)) {
			double seconds = ask(k, rows[i].operation, rows[i].way, "p",
					     rows[i].servers, input_number(k, "beta"));
			struct comm_run c = {
				.op = rows[i].servers != 0 ? "servers" : rows[i].operation,
				.way = rows[i].servers != 0 ? NULL : rows[i].way,
				.ranks = (uint32_t)input_integer(k, "p") + rows[i].servers,
				.servers = rows[i].servers, .bytes = input_number(k, "n_bytes"),
				.steps = 1, .alpha = input_number(k, "alpha"),
				.beta = input_number(k, "beta"), .gamma = input_number(k, "gamma"),
			};

			expect_number(k, rows[i].key, seconds);
			run_too(k, rows[i].key, c, seconds);
		}
}

/* Pushing and pulling take the same time. */
void show_sharded_ps(struct check *k)
{
	double both = ask(k, "all-reduce", "server", "workers",
			  (uint32_t)input_integer(k, "shards"),
			  1 / input_number(k, "bandwidth"));

	uint32_t servers = (uint32_t)input_integer(k, "shards");
	const struct comm_run c = {
		.op = "servers", .servers = servers,
		.ranks = (uint32_t)input_integer(k, "workers") + servers,
		.bytes = input_number(k, "n_bytes"), .steps = 1, .alpha = input_number(k, "alpha"),
		.beta = 1 / input_number(k, "bandwidth"),
	};

	expect_number(k, "push_pull_time", both);
	run_too(k, "push_pull_time", c, both);
	expect_number(k, "push_time", both / 2);
}
