/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_single.c - one machine, all jobs there at time 0: the classical optimal
 * orders, and Moore's rule. Shortest processing time is sjf; weight over time (Smith) and earliest
 * due date are orders on jobs that carry a weight and a deadline.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "instance.h"
#include "kinds.h"

enum { GIVEN, SPT, WSPT, EDD, MOORE, ORDERS };

static double at(const json_t *list, size_t i)
{
	return json_number_value(json_array_get(list, i));
}

/* Jobs as native JSON Lines, which have weights and deadlines (NULL: none). */
static const char *write_lines(struct check *k, const struct instance *in,
			       const json_t *weights, const json_t *dues)
{
	const char *path = format("%s/jobs.jsonl", k->r->scratch);
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	for (size_t i = 0; i < in->count; i++)
		fprintf(f, "{\"id\":%zu,\"submit_ns\":0,\"runtime_ns\":%lld000000000,"
			   "\"procs\":1,\"weight\":%.12g,\"deadline_ns\":%.0f}\n", i + 1,
			(long long)in->job[i].run, at(weights, i),
			dues != NULL ? at(dues, i) * 1e9 : 1e18);
	fclose(f);
	return format("jsonl:%s", path);
}

/* Sum of completion times, weighted when there are weights. */
static double sum_of_ends(const struct instance *in, const struct outcome_list *o,
			  const json_t *weights)
{
	double sum = 0;

	for (size_t i = 0; i < in->count; i++)
		sum += (weights != NULL ? at(weights, i) : 1) * o->end_s[i];
	return sum;
}

static double max_lateness(const struct instance *in, const struct outcome_list *o,
			   const json_t *dues)
{
	double max = -INFINITY;

	for (size_t i = 0; i < in->count; i++)
		max = fmax(max, o->end_s[i] - at(dues, i));
	return max;
}

static double late_jobs(const struct instance *in, const struct outcome_list *o,
			const json_t *dues)
{
	double n = 0;

	for (size_t i = 0; i < in->count; i++)
		n += o->end_s[i] > at(dues, i);
	return n;
}

/* Job numbers by start. */
static void order_of(const struct instance *in, const struct outcome_list *o,
		     double *order)
{
	for (size_t i = 0; i < in->count; i++) {
		size_t before = 0;

		for (size_t j = 0; j < in->count; j++)
			before += o->start_s[j] < o->start_s[i];
		order[before] = (double)i + 1;
	}
}

static bool read_jobs(struct check *k, const json_t *runs, const json_t *weights,
		      const json_t *dues, struct instance *in)
{
	const json_t *v;
	size_t i;

	*in = (struct instance){ .procs = 1 };
	in->job = calloc(json_array_size(runs) + 1, sizeof(*in->job));
	json_array_foreach(runs, i, v)
		in->job[in->count++] = (struct swf_job){
			.id = (int64_t)i + 1, .run = json_integer_value(v) };
	in->workload = k->r->failures == 0 ? write_lines(k, in, weights, dues) : NULL;
	return in->workload != NULL;
}

double *single_machine_order(struct check *k, const json_t *runs, const json_t *weights,
			     const char *policy)
{
	const struct policy_list one = { .spec = { policy }, .count = 1 };
	double *order = calloc(json_array_size(runs) + 1, sizeof(*order));
	struct outcome_list out;
	struct instance in;

	if (read_jobs(k, runs, weights, NULL, &in) && instance_run(k, &in, &one, NULL, &out))
		order_of(&in, &out, order);
	return order;
}

void show_single_machine(struct check *k)
{
	static const struct policy_list orders = {
		.spec = { [GIVEN] = "fifo", [SPT] = "sjf", [EDD] = "edf", [MOORE] = "moore",
			  [WSPT] = "expr:weight/estimate" },
		.count = ORDERS };
	const json_t *p = input_array(k, "p"), *w = input_array(k, "w");
	const json_t *d = input_array(k, "d");
	double *order = calloc(json_array_size(p) + 1, sizeof(*order));
	struct outcome_list out[ORDERS];
	struct instance in;

	if (!read_jobs(k, p, w, d, &in) || !instance_run(k, &in, &orders, NULL, out))
		return;
	expect_number(k, "sum_completion_given_order", sum_of_ends(&in, &out[GIVEN], NULL));
	expect_number(k, "min_sum_completion_spt", sum_of_ends(&in, &out[SPT], NULL));
	expect_number(k, "min_weighted_completion_wspt", sum_of_ends(&in, &out[WSPT], w));
	expect_number(k, "min_max_lateness_edd", max_lateness(&in, &out[EDD], d));
	expect_number(k, "min_late_jobs_moore", late_jobs(&in, &out[MOORE], d));
	order_of(&in, &out[WSPT], order);
	expect_numbers(k, "wspt_order", order, in.count);
	free(order);
}
