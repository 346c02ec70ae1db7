/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_drf_lp.c - fair shares of several resources as the programs of drf-lp have them: the
 * number of tasks that each user is due at 0 s, when nothing runs.
 */
#include <math.h>

#include "harness/text.h"
#include "kind_lp.h"
#include "kinds.h"

enum { EACH = 24, FEW = 8 };

static const char *write_users(struct check *k)
{
	const json_t *demand = input_array(k, "demand_per_task"), *d;
	const char *path = format("%s/users.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	int id = 0;
	size_t u;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	json_array_foreach(demand, u, d)
		for (int i = 0; i < EACH; i++)
			fprintf(f, "{\"id\":%d,\"submit_ns\":0,\"runtime_ns\":100000000000,\"user\":%zu,"
				"\"ranks\":1,\"cores\":%lld,\"mem_bytes\":%lld,"
				"\"gpu_milli\":%lld}\n", ++id, u + 1,
				(long long)json_integer_value(json_array_get(d, 0)),
				(long long)json_integer_value(json_array_get(d, 1)) * 1000000000,
				(long long)json_integer_value(json_array_get(d, 2)) * 1000);
	fclose(f);
	return path;
}

/* Tasks due by user; the least share by weight is returned. */
static double due(struct check *k, const char *users, const char *policy, double *tasks)
{
	const json_t *capacity = input_array(k, "capacity"), *rows, *row;
	double least = NAN;
	size_t i;

	rows = lp_starts(k, users, format("nodes=1,cores=%lld,mem=%lldGB,gpus=%lld",
			 (long long)json_integer_value(json_array_get(capacity, 0)),
			 (long long)json_integer_value(json_array_get(capacity, 1)),
			 (long long)json_integer_value(json_array_get(capacity, 2))), policy);
	json_array_foreach(rows, i, row) {
		const char *reason = json_string_value(json_array_get(row, 3));
		size_t u = (size_t)json_integer_value(json_array_get(row, 0)) / EACH;

		if (json_number_value(json_array_get(row, 2)) > 0 || u >= FEW)
			continue;
		tasks[u] = lp_number(reason, "due ");
		least = lp_number(reason, "could be ");
	}
	return least;
}

static double dominant(struct check *k, size_t user, double tasks)
{
	const json_t *d = json_array_get(input_array(k, "demand_per_task"), user), *v;
	double most = 0;
	size_t r;

	json_array_foreach(d, r, v)
		most = fmax(most, tasks * json_number_value(v) /
				  json_number_value(json_array_get(input_array(k, "capacity"), r)));
	return most;
}

void show_drf_and_lp(struct check *k)
{
	const json_t *weight = input_array(k, "weight"), *v;
	size_t n = json_array_size(weight), i;
	struct text spec = { 0 };
	double tasks[FEW] = { 0 }, share[FEW] = { 0 }, least;
	const char *users = write_users(k);

	show_drf(k);
	if (users == NULL || n > FEW)
		return;
	text_add(&spec, "drf-lp:user_shares=(");
	json_array_foreach(weight, i, v)
		text_add(&spec, "%s%zu:%.12g", i > 0 ? "," : "", i + 1, json_number_value(v));
	text_add(&spec, ")");
	least = due(k, users, text_string(&spec), tasks);
	for (i = 0; i < n; i++)
		share[i] = dominant(k, i, tasks[i]);
	expect_numbers(k, "tasks_continuous", tasks, n);
	expect_numbers(k, "dominant_share_continuous", share, n);
	expect_number(k, "min_share_lp", least);
	/* The same as fractions. */
	json_decref(expected_take(k, "tasks_continuous_exact"));
}

void show_drf_alternatives(struct check *k)
{
	size_t n = json_array_size(input_array(k, "demand_per_task"));
	double tasks[FEW] = { 0 };
	const char *users = write_users(k);

	if (users == NULL || n > FEW)
		return;
	due(k, users, "drf-lp", tasks);
	expect_numbers(k, "drf_tasks", tasks, n);
	due(k, users, "drf-lp:share=asset", tasks);
	expect_numbers(k, "asset_fairness_tasks", tasks, n);
}
