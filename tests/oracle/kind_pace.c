/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_pace.c - execution as work at a rate: processors shared in time, speed-up of
 * moldable tasks, gangs paced by their slowest ranks, intervals between checkpoints.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/product.h"
#include "instance.h"
#include "kinds.h"
#include "laws.h"
#include "queue.h"

/* ---- processor sharing --------------------------------------------------------- */

static double weight_of(const json_t *weights, json_int_t id)
{
	const json_t *w = json_object_get(weights, format("%lld", (long long)id));

	return w != NULL ? json_number_value(w) : 1;
}

static const char *write_weighted(struct check *k, struct instance *in)
{
	const json_t *jobs = input_array(k, "jobs_id_arrival_size"), *row;
	const json_t *weights = json_object_get(k->inputs, "weight");
	const char *path = format("%s/jobs.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");
	size_t i;

	in->job = calloc(json_array_size(jobs) + 1, sizeof(*in->job));
	if (f == NULL || in->job == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	json_array_foreach(jobs, i, row) {
		json_int_t id = json_integer_value(json_array_get(row, 0));
		double at = json_number_value(json_array_get(row, 1));

		in->job[in->count++] = (struct swf_job){ .id = id, .submit = (int64_t)at };
		fprintf(f, "{\"id\":%lld,\"submit_ns\":%.0f,\"runtime_ns\":%.0f,\"procs\":1,"
			   "\"weight\":%.12g}\n", (long long)id, at * 1e9,
			json_number_value(json_array_get(row, 2)) * 1e9,
			weight_of(weights, id));
	}
	fclose(f);
	return format("jsonl:%s", path);
}

void show_processor_sharing(struct check *k)
{
	static const struct policy_list gps = { .spec = { "ps:weight=job" }, .count = 1 };
	struct instance in = { .procs = 1, .shuffled = true };
	struct outcome_list out;

	in.workload = write_weighted(k, &in);
	if (k->r->failures > 0 || !instance_run(k, &in, &gps, NULL, &out))
		return;
	expect_numbers(k, "finish", out.end_s, in.count);
	expect_number(k, "mean_response", run_metric(k, out.metrics, "response_mean_s"));
}

/* E[T(x)] is a line through 0 (Kleinrock): responses over sizes, of sizes near x. */
void show_mg1_ps_conditional(struct check *k)
{
	enum { POINTS = 8 };
	const char *law = law_of(json_object_get(k->inputs, "service"));
	double lambda = input_number(k, "lambda"), mean[POINTS + 1], got[POINTS];
	const json_t *x = input_array(k, "x");
	struct shown_as table[POINTS + 2] = { { "mean_slowdown", "metric:slowdown_mean" } };
	struct queue q = { .generator = format("rate=%.12g,service=(%s)", lambda, law),
			   .servers = 1, .policy = "ps", .load = 0.8, .scv = 1 };
	size_t n = json_array_size(x);

	if (law == NULL || n > POINTS) {
		report_skip(k->r, "a law that `gen` does not offer");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		double at = json_number_value(json_array_get(x, i));

		table[1 + i] = (struct shown_as){ "E_T_x", format(
			"sample:SELECT %.12g * (sum(wait_ns + run_ns) * 1.0 / sum(busy_ns)) FROM v_job_ns "
			"WHERE busy_ns BETWEEN %.0f AND %.0f AND (id & 4294967295) >= 100000",
			at, at * 0.8e9, at * 1.25e9) };
	}
	table[1 + n] = (struct shown_as){ NULL, NULL };
	if (!queue_means(k, &q, table, mean))
		return;
	for (size_t i = 0; i < n; i++)
		got[i] = mean[1 + i];
	expect_number(k, "mean_slowdown", mean[0]);
	expect_numbers(k, "E_T_x", got, n);
}

/* ---- speed-up ------------------------------------------------------------------------ */

/* A task of 1000 s on one rank, which equipartition starts on all. */
static double time_on(struct check *k, double serial, int64_t procs)
{
	const char *path = format("%s/jobs.jsonl", k->r->scratch);
	struct instance in = { .procs = procs, .count = 1, .shuffled = true,
			       .workload = format("jsonl:%s", path) };
	static const struct policy_list equi = { .spec = { "equi" }, .count = 1 };
	static const char *const flags[] = { "--overrun=extend", NULL };
	struct outcome_list out;
	FILE *f = fopen(path, "w");

	in.job = calloc(1, sizeof(*in.job));
	if (f == NULL || in.job == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NAN;
	}
	in.job[0] = (struct swf_job){ .id = 1 };
	fprintf(f, "{\"id\":1,\"submit_ns\":0,\"runtime_ns\":1000000000000,\"ranks\":1,"
		   "\"cores\":1,\"ranks_min\":1,\"ranks_max\":%lld,\"moldable\":true,"
		   "\"scaling\":{\"speedup\":\"amdahl\",\"serial\":%.17g}}\n",
		(long long)procs, serial);
	fclose(f);
	return instance_run(k, &in, &equi, flags, &out) ? out.end_s[0] : NAN;
}

void show_speedup_laws(struct check *k)
{
	int64_t p = input_integer(k, "p");
	double n = (double)p, speedup = 1000 / time_on(k, input_number(k, "serial_fraction"), p);

	if (isnan(speedup))
		return;
	expect_number(k, "amdahl", speedup);
	expect_number(k, "amdahl_efficiency", speedup / n);
	expect_number(k, "karp_flatt_of_amdahl", (1 / speedup - 1 / n) / (1 - 1 / n));
}

/* ---- stragglers ------------------------------------------------------------------------- */

/* Steps of 1 s, one after the other, by a gang of which so many are not waited for. */
static const char *gang_steps(struct check *k, int64_t ranks, int64_t spare, int64_t steps)
{
	const char *path = format("%s/gang-%lld.jsonl", k->r->scratch, (long long)spare);
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (int64_t i = 0; i < steps; i++)
		fprintf(f, "{\"submit_ns\":0,\"runtime_ns\":1000000000,\"ranks\":%lld,"
			   "\"cores\":1,\"spare_ranks\":%lld}\n", (long long)ranks,
			(long long)spare);
	fclose(f);
	return format("jsonl:%s", path);
}

/* Mean and variance of the time of a step. */
static bool step_times(struct check *k, const char *workload, int64_t ranks, const char *law,
		       double *mean, double *variance)
{
	const char *db = format("%s/steps.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };
	const json_t *rows;

	args_add(&a, "run");
	args_add(&a, "-w%s", workload);
	args_add(&a, "-cprocs=%lld", (long long)ranks);
	args_add(&a, "-pfifo");
	args_add(&a, "--overrun=extend");
	args_add(&a, "--seed=%llu", (unsigned long long)k->seed);
	args_add(&a, "--stragglers=%s", law);
	args_add(&a, "-o%s", db);
	if (!product_run(k->r, &a, &said))
		return false;
	rows = product_query(k->r, db, "SELECT avg(run_ns / 1e9), variance(run_ns / 1e9) "
			     "FROM job");
	unlink(db);
	*mean = json_number_value(json_array_get(json_array_get(rows, 0), 0));
	*variance = json_number_value(json_array_get(json_array_get(rows, 0), 1));
	return rows != NULL;
}

void show_sync_straggler(struct check *k)
{
	static const struct {
		const char *key, *law;
	} laws[] = {
		{ "exp_mean1_max", "exp:mean=1" },
		{ "uniform01_max", "uniform:low=0,high=1" },
		{ "lognormal_0_0.5_max", "lognormal:mu=0,sigma=0.5" },
		{ "weibull_shape2_scale1_max", "weibull:shape=2,scale=1" },
	};
	int64_t n = input_integer(k, "n");
	const char *workload = gang_steps(k, n, 0, 100000);
	double mean, variance;

	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]) && k->r->failures == 0; i++) {
		if (!step_times(k, workload, n, laws[i].law, &mean, &variance))
			return;
		expect_number(k, laws[i].key, mean);
		if (i == 0)
			expect_number(k, "exp_var_max", variance);
	}
}

void show_backup_workers(struct check *k)
{
	int64_t n = input_integer(k, "n"), b = input_integer(k, "b");
	double step, all, variance;

	if (!step_times(k, gang_steps(k, n, b, 40000), n, "exp:mean=1", &step, &variance) ||
	    !step_times(k, gang_steps(k, n, 0, 40000), n, "exp:mean=1", &all, &variance))
		return;
	expect_number(k, "E_step", step);
	expect_number(k, "E_step_all", all);
	expect_number(k, "speedup", all / step);
	expect_number(k, "useful_gradient_rate", (double)(n - b) / step);
	expect_number(k, "useful_rate_all", (double)n / all);
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

static const json_t *checkpoint(struct check *k, const char *interval)
{
	struct args a = { 0 };
	json_t *doc;

	args_add(&a, "run");
	args_add(&a, "-wgen:poisson:n=1,rate=1");
	args_add(&a, "-cprocs=1");
	args_add(&a, "-pfifo");
	args_add(&a, "--no-store");
	args_add(&a, "--checkpoint=interval=%s,cost=%.12gs,mtbf=%.12gs", interval,
		 input_number(k, "checkpoint_cost"), input_number(k, "mtbf"));
	doc = product_json(k->r, &a);
	return json_object_get(doc, "checkpoint");
}

void show_checkpoint_interval(struct check *k)
{
	const json_t *young = checkpoint(k, "young"), *daly = checkpoint(k, "daly");

	if (young == NULL || daly == NULL)
		return;
	expect_number(k, "young", json_number_value(json_object_get(young, "interval_s")));
	expect_number(k, "daly", json_number_value(json_object_get(daly, "interval_s")));
	expect_number(k, "waste_young",
		      json_number_value(json_object_get(young, "expected_waste")));
}
