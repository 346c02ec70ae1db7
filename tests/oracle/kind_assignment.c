/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_assignment.c - assignment problems as tasks and nodes: a cost is the time of a task
 * on a node, or, where the most is wanted, its rate there. What is compared is who started
 * where at 0 s, and the total that the reasons tell.
 */
#include <math.h>
#include <string.h>

#include "harness/product.h"
#include "kind_lp.h"
#include "kinds.h"

/* The database of a run; NULL after a report. */
static const char *run(struct check *k, const char *workload, const char *cluster,
		       const char *policy)
{
	static unsigned serial;
	const char *db = format("%s/lp-%u.db", k->r->scratch, ++serial);
	static const char *const rules[] = { "--estimates", "exact", "--overrun", "extend",
					     "--check", "--explain", "--allocs", "-o" };
	struct args a = { 0 };

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", workload);
	if (cluster != NULL) {
		args_add(&a, "-c");
		args_add(&a, "%s", cluster);
	}
	args_add(&a, "-p");
	args_add(&a, "%s", policy);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		args_add(&a, "%s", rules[i]);
	args_add(&a, "%s", db);
	return product_json(k->r, &a) != NULL ? db : NULL;
}

const json_t *lp_starts(struct check *k, const char *workload, const char *cluster,
			const char *policy)
{
	const char *db = run(k, workload, cluster, policy);

	return db == NULL ? NULL :
	       product_query(k->r, db, "SELECT a.job + a.task, a.node, d.at_ns / 1e9, d.reason "
			     "FROM decision d JOIN alloc a ON a.run = d.run AND a.job = d.job AND "
			     "a.task = d.task AND a.from_ns = d.at_ns WHERE d.kind = 'start' "
			     "ORDER BY d.rowid");
}

const char *lp_first_wait(struct check *k, const char *workload, const char *cluster,
			  const char *policy)
{
	const char *db = run(k, workload, cluster, policy);
	const json_t *rows = db == NULL ? NULL :
			     product_query(k->r, db, "SELECT reason FROM decision WHERE kind = "
					   "'wait' ORDER BY rowid LIMIT 1");

	return json_string_value(json_array_get(json_array_get(rows, 0), 0));
}

double lp_number(const char *reason, const char *text)
{
	const char *at = reason != NULL ? strstr(reason, text) : NULL;

	return at != NULL ? strtod(at + strlen(text), NULL) : NAN;
}

const char *lp_times(struct check *k, const char *name, const json_t *times, double more)
{
	const char *path = format("%s/%s.dag", k->r->scratch, name);
	FILE *f = fopen(path, "w");
	const json_t *row, *v;
	size_t i, m;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	fputs("#tasks\n", f);
	json_array_foreach(times, i, row) {
		fprintf(f, "%zu:", i);
		json_array_foreach(row, m, v)
			fprintf(f, "%s %.9g", m > 0 ? "," : "", json_number_value(v) + more);
		fputc('\n', f);
	}
	fputs("#edges\n#end\n", f);
	fclose(f);
	return format("hetdag:%s", path);
}

/* Jobs of one core whose rate on node m is rate[i][m]. */
static const char *write_rates(struct check *k, const json_t *rates)
{
	const char *path = format("%s/rates.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	const json_t *row;
	size_t i;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	json_array_foreach(rates, i, row) {
		char *list = json_dumps(row, 0);

		fprintf(f, "{\"id\":%zu,\"submit_ns\":0,\"runtime_ns\":1000000000000,\"scaling\":"
			"{\"speedup\":\"linear\",\"node_rate\":%s}}\n", i + 1, list);
		free(list);
	}
	fclose(f);
	return path;
}

/* Times are a second longer than costs: a cost may be 0, and all assignments have as many
 * pairs. */
void show_assignment(struct check *k)
{
	double more = 1;
	const json_t *cost = input_array(k, "cost"), *rows, *row;
	bool most = strcmp(input_string(k, "sense"), "max") == 0;
	size_t nodes = json_array_size(json_array_get(cost, 0)), pairs = 0, i;
	double column[64], total = NAN, sum = 0;
	json_t *want;

	rows = most ? lp_starts(k, write_rates(k, cost), format("nodes=%zu,cores=1", nodes),
				"hungarian:by=rate") :
		      lp_starts(k, lp_times(k, "costs", cost, more), NULL, "hungarian");
	if (rows == NULL || json_array_size(cost) > 64)
		return;
	for (i = 0; i < 64; i++)
		column[i] = NAN;
	json_array_foreach(rows, i, row) {
		size_t task = (size_t)json_integer_value(json_array_get(row, 0));
		size_t node = (size_t)json_integer_value(json_array_get(row, 1));
		const char *reason = json_string_value(json_array_get(row, 3));

		if (json_number_value(json_array_get(row, 2)) > 0)
			continue; /* of a later matching */
		column[task] = (double)node + 1;
		sum += json_number_value(json_array_get(json_array_get(cost, task), node));
		total = lp_number(reason, most ? "there, " : "s there, ");
		pairs++;
	}
	report_number(k->r, "the total that is told", most ? total : total - more * (double)pairs,
		      sum, 1e-9, 0);
	expect_number(k, "objective", sum);
	want = expected_take(k, "assignment_row_col_1based");
	json_array_foreach(want, i, row)
		if (json_is_true(json_object_get(k->expected, "unique"))) {
			double r = json_number_value(json_array_get(row, 0));

			report_number(k->r, format("column of row %g", r), column[(size_t)r - 1],
				      json_number_value(json_array_get(row, 1)), 0, 0);
		}
	json_decref(want);
	json_decref(expected_take(k, "unique"));
}
