/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_admission.c - knapsacks of processors and memory as tasks that wait for one node at
 * 0 s. What is compared is the optimum and the worth of one unit more that the reasons tell,
 * and what the tasks that were started are worth together.
 */
#include <math.h>
#include <string.h>

#include "kind_lp.h"
#include "kinds.h"

static const char *write_tasks(struct check *k, int *of, size_t most, size_t *count)
{
	const json_t *demand = input_array(k, "task_demand"), *value = input_array(k, "value");
	const json_t *copies = input_array(k, "max_copies"), *row;
	const char *path = format("%s/tasks.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	size_t i;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	*count = 0;
	json_array_foreach(demand, i, row)
		for (json_int_t c = 0; c < json_integer_value(json_array_get(copies, i)) &&
		     *count < most; c++) {
			of[*count] = (int)i;
			fprintf(f, "{\"id\":%zu,\"submit_ns\":0,\"ranks\":1,\"cores\":%lld,"
				"\"mem_bytes\":%lld000000000,\"weight\":%.12g,"
				"\"runtime_ns\":1000000000}\n", ++*count,
				(long long)json_integer_value(json_array_get(row, 0)),
				(long long)json_integer_value(json_array_get(row, 1)),
				json_number_value(json_array_get(value, i)));
		}
	fclose(f);
	return path;
}

/* A price that is not told is 0. */
static double price(const char *reason, const char *text)
{
	double x = lp_number(reason, text);

	return isnan(x) ? 0 : x;
}

static void compare_prices(struct check *k, const char *reason)
{
	static const char *const text[] = { "processors: one more is worth ",
					    "memory: a GB more is worth " };
	json_t *right = expected_take(k, "dual_right_derivative");
	json_t *left = expected_take(k, "dual_left_derivative");

	for (size_t r = 0; r < 2; r++) {
		double got = price(reason, text[r]), slack = 1e-5;
		double from = json_number_value(json_array_get(right, r));
		double to = json_number_value(json_array_get(left, r));

		k->r->checked++;
		if (!(got >= from - slack && got <= to + slack))
			report_fail(k->r, "%s%.9g, not between %.9g and %.9g", text[r], got, from,
				    to);
	}
	json_decref(right);
	json_decref(left);
}

void show_admission(struct check *k)
{
	static const char *const policy[] = { "lp-admission:value=weight",
					      "mip-admission:value=weight" };
	const json_t *capacity = input_array(k, "capacity"), *value = input_array(k, "value");
	const char *cluster = format("nodes=1,cores=%lld,mem=%lldGB",
				     (long long)json_integer_value(json_array_get(capacity, 0)),
				     (long long)json_integer_value(json_array_get(capacity, 1)));
	int of[64];
	size_t count, i;
	const char *path = write_tasks(k, of, 64, &count);

	for (int exact = 0; exact < 2 && path != NULL; exact++) {
		const json_t *rows = lp_starts(k, path, cluster, policy[exact]), *row;
		const char *reason = NULL;
		double worth = 0, told;

		json_array_foreach(rows, i, row) {
			if (json_number_value(json_array_get(row, 2)) > 0)
				continue;
			reason = json_string_value(json_array_get(row, 3));
			worth += json_number_value(json_array_get(value,
				(size_t)of[json_integer_value(json_array_get(row, 0))]));
		}
		told = lp_number(reason, "optimum ");
		expect_number(k, exact ? "mip_optimum" : "lp_optimum", told);
		if (!exact) {
			compare_prices(k, reason);
			k->r->checked++;
			if (!(worth <= told + 1e-9))
				report_fail(k->r, "rounded to %g, above %g", worth, told);
			continue;
		}
		report_number(k->r, "worth of what was started", worth, told, 1e-9, 0);
	}
}
