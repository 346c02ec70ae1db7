/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * textbook.c - whole logs under the default rules: SHA-256 of the exact schedule
 * and the summary, one row of swf_textbook.csv each.
 */
#include "conformance.h"

#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"

struct row {
	const char *log, *procs, *limit, *policy, *overrun;
	const char *jobs, *sha256;
	const char *metric[5]; /* as printed */
};

static const char *const metric_columns[5] = {
	"wait_mean_s", "wait_max_s", "bsld_10s_mean", "utilization_pct", "makespan_s" };
static const char *const metric_names[5] = {
	"wait_mean_s", "wait_max_s", "bsld_10s_mean", "utilization", "makespan_s" };

static void show(const void *arg, struct report *r)
{
	const struct row *row = arg;
	struct log_run what = { .log = row->log, .procs = row->procs,
				.policy = row->policy, .overrun = row->overrun,
				.limit = strcmp(row->limit, "0") == 0 ? NULL : row->limit };
	struct schedule jobs;
	json_t *doc, *metrics;

	if (what.log == NULL) {
		report_skip(r, "the log is not there");
		return;
	}
	if (!log_simulate(r, &what, &doc, &jobs))
		return;
	report_text(r, "SHA-256 of the schedule", schedule_digest_rows(&jobs), row->sha256);
	report_printed(r, "jobs", (double)jobs.count, row->jobs);
	metrics = json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
	for (int i = 0; i < 5; i++) {
		double got = json_number_value(json_object_get(metrics, metric_names[i]));

		report_printed(r, metric_columns[i],
			       i == 3 ? got * 100 : got, row->metric[i]);
	}
}

void textbook_items(struct item_list *l, const struct place *at)
{
	char *text = expected_file(l, at->oracles, "swf_textbook.csv");
	struct csv c;

	if (text == NULL || !csv_open(&c, text))
		return;
	while (csv_next(&c)) {
		struct row *row = calloc(1, sizeof(*row));
		const char *trace = csv_field(&c, "trace");

		*row = (struct row){
			.log = log_find(format("%s/swf", at->traces), trace),
			.procs = csv_field(&c, "procs"), .limit = csv_field(&c, "limit"),
			.policy = csv_field(&c, "policy"),
			.overrun = csv_field(&c, "overrun"),
			.jobs = csv_field(&c, "jobs"), .sha256 = csv_field(&c, "sha256") };
		for (int i = 0; i < 5; i++)
			row->metric[i] = csv_field(&c, metric_columns[i]);
		item_add(l, format("textbook/%s/%s/%s/%s/%s", trace, row->procs,
				   row->limit, row->policy, row->overrun), show, row);
	}
}
