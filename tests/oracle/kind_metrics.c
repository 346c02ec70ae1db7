/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_metrics.c - every metric of a finished schedule: the jobs are written with
 * their waits as a log, replayed (`-p replay` starts each job when the log says)
 * and asked for through `run --json` and `query`.
 */
#include <stdlib.h>

#include "harness/product.h"
#include "instance.h"
#include "kinds.h"
#include "values.h"

/* Rows [id, submit, start, end, procs]. */
static struct instance read_schedule(struct check *k)
{
	const json_t *rows = input_array(k, "jobs_id_submit_start_end_procs"), *row;
	struct instance in = { .procs = input_integer(k, "m") };
	size_t i;

	in.job = calloc(json_array_size(rows) + 1, sizeof(*in.job));
	json_array_foreach(rows, i, row) {
		json_int_t v[5];

		for (size_t c = 0; c < 5; c++)
			v[c] = json_integer_value(json_array_get(row, c));
		in.job[in.count++] = (struct swf_job){
			.id = v[0], .submit = v[1], .wait = v[2] - v[1],
			.run = v[3] - v[2], .procs = v[4], .request = v[3] - v[2],
			.user = 1 };
	}
	return in;
}

static const json_t *replay(struct check *k, const struct instance *in, const char *db)
{
	const char *swf = format("%s/schedule.swf", k->r->scratch);
	struct args a = { 0 };
	const json_t *doc;

	if (!swf_write(swf, in->job, in->count)) {
		report_fail(k->r, "%s cannot be written", swf);
		return NULL;
	}
	args_add(&a, "run");
	args_add(&a, "-wswf:%s", swf);
	args_add(&a, "-cprocs=%lld", (long long)in->procs);
	args_add(&a, "-preplay");
	args_add(&a, "-o%s", db);
	doc = product_json(k->r, &a);
	return json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "metrics");
}

/* What `run --json` says, all definitions but those with a tau of their own. */
static void compare_run(struct check *k, const json_t *metrics)
{
	static const char *const table[][2] = {
		{ "mean_wait", "wait_mean_s" }, { "mean_response", "response_mean_s" },
		{ "max_wait", "wait_max_s" }, { "median_wait_type7", "wait_p50_s" },
		{ "p95_wait_type7", "wait_p95_s" }, { "makespan", "makespan_s" },
		{ "utilization", "utilization" }, { "throughput", "throughput_per_s" },
		{ "mean_queue_length", "queue_length_mean" },
		{ "mean_jobs_in_system", "jobs_in_system_mean" },
		{ "area_weighted_response", "area_weighted_response_s" },
		{ "area_weighted_wait", "area_weighted_wait_s" },
		{ "loss_of_capacity", "loss_of_capacity" } };
	static const char *const with_tau_10[][2] = {
		{ "mean_bounded_slowdown", "bsld_10s_mean" },
		{ "mean_pp_bounded_slowdown", "pp_bsld_10s_mean" },
		{ "jain_of_bounded_slowdown", "jain" } };
	size_t n = sizeof(table) / sizeof(table[0]);

	for (size_t i = 0; i < n; i++)
		if (expects(k, table[i][0]))
			expect_number(k, table[i][0], run_metric(k, metrics, table[i][1]));
	if (input_number(k, "tau") != 10)
		return;
	for (size_t i = 0; i < sizeof(with_tau_10) / sizeof(with_tau_10[0]); i++)
		if (expects(k, with_tau_10[i][0]))
			expect_number(k, with_tau_10[i][0],
				      run_metric(k, metrics, with_tau_10[i][1]));
}

/* What the stored jobs give through the functions of `query`. */
static void compare_stored(struct check *k, const char *db)
{
	double tau = input_number(k, "tau");
	const char *bsld = format("bsld_s(waiting_time, execution_time, %.17g)", tau);
	const char *pp = format("pp_bsld_s(waiting_time, execution_time, "
				"requested_number_of_resources, %.17g)", tau);
	const struct shown_as table[] = {
		{ "wait", "json_group_array(waiting_time)" },
		{ "response", "json_group_array(turnaround_time)" },
		{ "slowdown", "json_group_array(stretch)" },
		{ "bounded_slowdown", format("json_group_array(%s)", bsld) },
		{ "per_processor_bounded_slowdown", format("json_group_array(%s)", pp) },
		{ "p95_wait_nearest_rank", "nearest_rank(waiting_time, 0.95)" },
		{ "mean_bounded_slowdown", format("avg(%s)", bsld) },
		{ "mean_pp_bounded_slowdown", format("avg(%s)", pp) },
		{ "jain_of_bounded_slowdown", format("jain(%s)", bsld) },
		{ NULL, NULL } };

	values_compare(k, db, "(SELECT * FROM v_jobs ORDER BY job_id)", table);
}

void show_job_metrics(struct check *k)
{
	struct instance in = read_schedule(k);
	const char *db = format("%s/replay.db", k->r->scratch);
	const json_t *metrics = k->r->failures == 0 ? replay(k, &in, db) : NULL;

	if (metrics == NULL)
		return;
	compare_run(k, metrics);
	compare_stored(k, db);
}
