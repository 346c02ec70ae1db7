/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_stragglers.c - which running tasks LATE copies. A task of progress p after e seconds
 * is a job that came e before the test and needs e / p in all. What the policy gives as its
 * reasons is compared; all times left are seen when every task may be copied.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/product.h"
#include "harness/text.h"
#include "kinds.h"

struct watched {
	size_t number; /* in the case, from 1 */
	double progress, elapsed;
};

struct tasks {
	struct watched *list;
	size_t          count;
	double          at; /* the test */
};

static int earliest_first(const void *a, const void *b)
{
	const struct watched *x = a, *y = b;

	if (x->elapsed != y->elapsed)
		return x->elapsed > y->elapsed ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static struct tasks read_tasks(struct check *k)
{
	const json_t *rows = input_array(k, "tasks_progress_elapsed"), *row;
	struct tasks t = { .count = json_array_size(rows) };
	size_t i;

	t.list = calloc(t.count + 1, sizeof(*t.list));
	json_array_foreach(rows, i, row) {
		t.list[i] = (struct watched){
			i + 1, json_number_value(json_array_get(row, 0)),
			json_number_value(json_array_get(row, 1)) };
		t.at = fmax(t.at, t.list[i].elapsed + 1);
	}
	qsort(t.list, t.count, sizeof(*t.list), earliest_first);
	return t;
}

static const char *write_jobs(struct check *k, const struct tasks *t)
{
	const char *path = format("%s/watched.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct watched *w = &t->list[i];
		double needs = w->elapsed / w->progress * 1e9;

		fprintf(f, "{\"id\":%zu,\"submit_ns\":%.0f,\"runtime_ns\":%.0f,"
			   "\"estimate_ns\":%.0f,\"procs\":1}\n", w->number,
			(t->at - w->elapsed) * 1e9, needs, needs);
	}
	fclose(f);
	return format("jsonl:%s", path);
}

/* Copies made at the test, in order: [job, reason]. */
static const json_t *copies(struct check *k, const struct tasks *t, double part, double cap)
{
	const char *path = write_jobs(k, t), *db = format("%s/late.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", path != NULL ? path : "");
	args_add(&a, "-cprocs=%zu", 2 * t->count);
	args_add(&a, "-pspeculate:among=all,min_run=0s,every=%.12gs,slow_task=%.12g,cap=%.12g",
		 t->at, part, cap);
	args_add(&a, "--explain");
	args_add(&a, "--check");
	args_add(&a, "-o%s", db);
	if (path == NULL || !product_run(k->r, &a, &said))
		return NULL;
	rows = product_query(k->r, db, format("SELECT coalesce(j.trace_id, d.job + 1), d.reason "
			     "FROM decision d JOIN job j ON j.id = (d.run << 32) + d.job "
			     "WHERE d.kind = 'copy' AND d.at_ns = %.0f ORDER BY d.rowid",
			     t->at * 1e9));
	unlink(db);
	return rows;
}

/* "late: score S after E s, rate R/s is at most LIMIT/s of N tasks; LEFT s left, ...". */
static bool read_reason(struct check *k, const json_t *row, double *limit, double *left)
{
	const char *reason = json_string_value(json_array_get(row, 1));

	if (reason != NULL && sscanf(reason, "late: score %*f after %*f s, rate %*f/s is at most "
				     "%lf/s of %*u tasks; %lf s left", limit, left) == 2)
		return true;
	report_fail(k->r, "a copy without the reason of late: %s", reason != NULL ? reason : "");
	return false;
}

void show_late_speculation(struct check *k)
{
	double part = input_number(k, "slow_task_percentile"), limit = NAN, none;
	double cap = input_number(k, "speculative_cap") - input_number(k, "already_speculating");
	struct tasks t = read_tasks(k);
	double *left = calloc(t.count + 1, sizeof(*left)), *chosen = calloc(t.count + 1, sizeof(*left));
	const json_t *rows, *row;
	size_t i, n = 0;

	rows = k->r->failures > 0 ? NULL : copies(k, &t, part, cap);
	json_array_foreach(rows, i, row)
		if (n < t.count && read_reason(k, row, &limit, &none))
			chosen[n++] = json_number_value(json_array_get(row, 0));
	expect_number(k, "rate_threshold", limit);
	expect_numbers(k, "speculate_task_in_order", chosen, n);
	rows = k->r->failures > 0 ? NULL : copies(k, &t, 1, (double)t.count);
	json_array_foreach(rows, i, row) {
		size_t number = (size_t)json_number_value(json_array_get(row, 0));

		if (number >= 1 && number <= t.count)
			read_reason(k, row, &none, &left[number - 1]);
	}
	expect_numbers(k, "estimated_time_left", left, t.count);
	free(left);
	free(chosen);
	free(t.list);
}
