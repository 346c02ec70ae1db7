/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_transport.c - transport problems as groups of like tasks and nodes with slots: all
 * tasks start at 0 s, at the total time that the reasons tell and that they then take.
 */
#include <math.h>

#include "harness/text.h"
#include "kind_lp.h"
#include "kinds.h"

/* cost[s][d] seconds for a task of group d on node s. */
static const char *write_groups(struct check *k)
{
	const json_t *cost = input_array(k, "cost"), *tasks = input_array(k, "demand_tasks");
	const char *path = format("%s/groups.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	int id = 0;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (size_t d = 0; d < json_array_size(tasks); d++) {
		struct text rates = { 0 };

		for (size_t s = 0; s < json_array_size(cost); s++)
			text_add(&rates, "%s%.17g", s > 0 ? "," : "",
				 1 / json_number_value(json_array_get(json_array_get(cost, s), d)));
		for (json_int_t i = 0; i < json_integer_value(json_array_get(tasks, d)); i++)
			fprintf(f, "{\"id\":%d,\"submit_ns\":0,\"runtime_ns\":1000000000,\"scaling\":"
				"{\"speedup\":\"linear\",\"node_rate\":[%s]}}\n", ++id,
				text_string(&rates));
	}
	fclose(f);
	return path;
}

void show_transport(struct check *k)
{
	const json_t *slots = input_array(k, "supply_slots"), *v, *rows, *row;
	const json_t *tasks = input_array(k, "demand_tasks"), *cost = input_array(k, "cost");
	const char *groups = write_groups(k), *reason = NULL;
	struct text machine = { 0 };
	double sum = 0;
	size_t i, group = 0, wanted = 0, started = 0;
	size_t of[256];

	json_array_foreach(slots, i, v)
		text_add(&machine, "%s{type: t%zu, count: 1, cores: %lld}",
			 i > 0 ? ", " : "{nodes: [", i, (long long)json_integer_value(v));
	text_add(&machine, "]}");
	json_array_foreach(tasks, group, v)
		for (json_int_t n = json_integer_value(v); n > 0 && wanted < 256; n--)
			of[wanted++] = group;
	rows = groups != NULL ? lp_starts(k, groups, text_string(&machine), "transport") : NULL;
	json_array_foreach(rows, i, row) {
		size_t task = (size_t)json_integer_value(json_array_get(row, 0));
		size_t node = (size_t)json_integer_value(json_array_get(row, 1));

		reason = json_string_value(json_array_get(row, 3));
		started += json_number_value(json_array_get(row, 2)) == 0;
		sum += json_number_value(json_array_get(json_array_get(cost, node), of[task]));
	}
	report_number(k->r, "tasks started at once", (double)started, (double)wanted, 0, 0);
	report_number(k->r, "the total that is told", lp_number(reason, "at a total of "), sum, 1e-9,
		      0);
	expect_number(k, "min_cost", sum);
}
