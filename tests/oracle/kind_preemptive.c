/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_preemptive.c - preemptive policies on instances small enough for fractions:
 * GPUs as a counter, round robin on one processor, shortest remaining time.
 */
#include <math.h>
#include <stdlib.h>

#include "harness/product.h"
#include "harness/text.h"
#include "instance.h"
#include "kinds.h"

/* Jobs as [id, arrival, (gpus,) duration]. */
static struct instance read_jobs(struct check *k, const char *key, int64_t procs)
{
	const json_t *jobs = input_array(k, key), *row;
	struct instance in = { .procs = procs };
	size_t i;

	in.job = calloc(json_array_size(jobs) + 1, sizeof(*in.job));
	json_array_foreach(jobs, i, row) {
		size_t n = json_array_size(row);
		json_int_t run = json_integer_value(json_array_get(row, n - 1));

		in.job[in.count++] = (struct swf_job){
			.id = json_integer_value(json_array_get(row, 0)),
			.submit = json_integer_value(json_array_get(row, 1)),
			.procs = n == 4 ? json_integer_value(json_array_get(row, 2)) : 1,
			.run = run, .request = run, .wait = -1, .user = 1 };
	}
	return in;
}

/* The bank's list of limits in the notation of las. */
static const char *las_spec(struct check *k)
{
	const json_t *limits = input_array(k, "las_thresholds_gpu_time"), *v;
	struct text spec = { 0 };
	size_t i;

	text_add(&spec, "las:queues=");
	json_array_foreach(limits, i, v)
		text_add(&spec, "%s%.12gs", i > 0 ? "|" : "", json_number_value(v));
	return text_string(&spec);
}

static void compare_gpu(struct check *k, const char *name, const struct instance *in,
			const struct outcome_list *o)
{
	double *jct = calloc(in->count + 1, sizeof(*jct));

	for (size_t i = 0; i < in->count; i++)
		jct[i] = o->end_s[i] - (double)in->job[i].submit;
	expect_numbers(k, format("%s/finish", name), o->end_s, in->count);
	expect_numbers(k, format("%s/jct", name), jct, in->count);
	expect_number(k, format("%s/mean_jct", name),
		      run_metric(k, o->metrics, "response_mean_s"));
	expect_number(k, format("%s/makespan", name), run_metric(k, o->metrics, "makespan_s"));
	expect_number(k, format("%s/preemptions", name),
		      run_metric(k, o->metrics, "preemptions"));
	free(jct);
}

/* The bank's fifo grants greedily and skips what does not fit. */
void show_gpu_preemptive(struct check *k)
{
	static const char *const bank[] = { "fifo", "srtf", "srsf", "las2d" };
	struct policy_list policies = { .spec = { "firstfit", "srtf", "srsf", las_spec(k) },
					.count = 4 };
	struct instance in = read_jobs(k, "jobs_id_arrival_gpus_duration",
				       input_integer(k, "gpus"));
	struct outcome_list out[4];

	if (k->r->failures > 0 || !instance_run(k, &in, &policies, NULL, out))
		return;
	for (size_t i = 0; i < policies.count; i++)
		compare_gpu(k, bank[i], &in, &out[i]);
}

void show_srpt_optimal(struct check *k)
{
	static const struct policy_list srtf = { .spec = { "srtf" }, .count = 1 };
	struct instance in = read_jobs(k, "jobs_id_arrival_size", 1);
	struct outcome_list out;
	double sum = 0;

	if (k->r->failures > 0 || !instance_run(k, &in, &srtf, NULL, &out))
		return;
	for (size_t i = 0; i < in.count; i++)
		sum += out.end_s[i];
	expect_numbers(k, "finish", out.end_s, in.count);
	expect_number(k, "sum_completion", sum);
	expect_number(k, "mean_response", run_metric(k, out.metrics, "response_mean_s"));
	expect_number(k, "preemptions", run_metric(k, out.metrics, "preemptions"));
}

void show_round_robin(struct check *k)
{
	static const char *const flags[] = { "--allocs", NULL };
	double quantum = input_number(k, "quantum");
	struct policy_list rr = { .spec = { format("rr:quantum=%.12gs", quantum) },
				  .count = 1 };
	struct instance in = read_jobs(k, "jobs_id_arrival_size", 1);
	struct outcome_list out;
	double slice[256];

	if (k->r->failures > 0 || !instance_run(k, &in, &rr, flags, &out))
		return;
	expect_numbers(k, "finish", out.end_s, in.count);
	expect_numbers(k, "slices", slice, instance_slices(k, quantum, slice, 256));
}
