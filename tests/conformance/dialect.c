/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dialect.c - the per-event dialects on whole logs: sums, extremes and averages,
 * one row of policy_oracle.csv each.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"

struct row {
	const char *log, *policy, *procs;
	const char *kept, *dropped, *sum_wait, *max_wait, *zero_wait, *last_end;
	const char *bsld, *utilization;
};

static double dropped_jobs(const json_t *doc)
{
	const json_t *counts = json_object_get(json_object_get(doc, "workload"), "dropped");
	const json_t *run = json_array_get(json_object_get(doc, "runs"), 0);
	const char *key;
	json_t *v;
	double sum = 0;

	json_object_foreach((json_t *)counts, key, v)
		sum += json_number_value(v);
	json_object_foreach(json_object_get(run, "dropped"), key, v)
		sum += json_number_value(v);
	return sum;
}

static void compare_jobs(struct report *r, const struct row *row,
			 const struct schedule *s)
{
	double sum = 0, max = 0, zero = 0, last = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct job_row *j = &s->row[i];
		double wait = (double)(j->start_ns - j->submit_ns) / 1e9;
		double end = (double)j->finish_ns / 1e9;

		sum += wait;
		zero += wait == 0;
		max = wait > max ? wait : max;
		last = end > last ? end : last;
	}
	report_printed(r, "jobs kept", (double)s->count, row->kept);
	report_printed(r, "sum of waits", sum, row->sum_wait);
	report_printed(r, "greatest wait", max, row->max_wait);
	report_printed(r, "jobs without wait", zero, row->zero_wait);
	report_printed(r, "last end", last, row->last_end);
}

static void show(const void *arg, struct report *r)
{
	const struct row *row = arg;
	struct log_run what = { .log = row->log, .procs = row->procs,
		.policy = strcmp(row->policy, "EASY") == 0 ? "pyss-easy" : "pyss-fcfs" };
	struct schedule jobs;
	json_t *doc, *m;

	if (what.log == NULL) {
		report_skip(r, "the log is not there");
		return;
	}
	if (!log_simulate(r, &what, &doc, &jobs))
		return;
	compare_jobs(r, row, &jobs);
	report_printed(r, "jobs dropped", dropped_jobs(doc), row->dropped);
	m = json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
	report_printed(r, "bsld_10s_mean",
		       json_number_value(json_object_get(m, "bsld_10s_mean")), row->bsld);
	report_printed(r, "utilization",
		       json_number_value(json_object_get(m, "utilization")),
		       row->utilization);
}

void dialect_items(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->traces, "policy_oracle.csv");
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c)) {
		struct row *row = calloc(1, sizeof(*row));
		const char *trace = csv_field(&c, "trace");

		*row = (struct row){
			.log = log_find(format("%s/swf", at->traces), trace),
			.policy = csv_field(&c, "policy"), .procs = csv_field(&c, "procs"),
			.kept = csv_field(&c, "jobs_kept"),
			.dropped = csv_field(&c, "jobs_dropped"),
			.sum_wait = csv_field(&c, "sum_wait_s"),
			.max_wait = csv_field(&c, "max_wait_s"),
			.zero_wait = csv_field(&c, "jobs_with_zero_wait"),
			.last_end = csv_field(&c, "last_end_s"),
			.bsld = csv_field(&c, "mean_bounded_slowdown_tau10"),
			.utilization = csv_field(&c, "utilization") };
		item_add(l, format("dialect/%s/%s/%s", trace, row->procs, row->policy),
			 show, row);
	}
}
