/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_classes.c - stations with classes of jobs: priorities with and without
 * preemption, and jobs of two widths that saturate two processors under strict FCFS.
 */
#include <stdlib.h>

#include "harness/product.h"
#include "instance.h"
#include "kinds.h"
#include "laws.h"
#include "queue.h"

/* `classes` of gen:poisson, most urgent first; NULL: a case without classes. */
struct classes {
	struct text spec;
	size_t      count;
};

static void class_add(struct classes *c, double rate, const char *law)
{
	text_add(&c->spec, "%s(rate=%.12g,service=(%s))", c->count++ > 0 ? "|" : "",
		 rate, law);
}

/* One mean of a column (wait, response) a class, and that of all under `mean_key`. */
static void compare_classes(struct check *k, const struct queue *q,
			    const struct classes *c, const char *column,
			    const char *key, const char *mean_key)
{
	struct shown_as table[16] = { { NULL, NULL } };
	double mean[16];
	size_t n = 0;

	for (; n < c->count && n < 14; n++)
		table[n] = (struct shown_as){
			key, format("avg(CASE WHEN class = %zu THEN %s END)", n + 1,
				    column) };
	table[n] = (struct shown_as){ mean_key, format("avg(%s)", column) };
	if (!queue_means(k, q, table, mean))
		return;
	expect_numbers(k, key, mean, n);
	expect_number(k, mean_key, mean[n]);
}

void show_mg1_priority(struct check *k)
{
	const json_t *list = input_array(k, "classes"), *one;
	struct queue q = { .servers = 1, .policy = "priority", .scv = 1,
			   .classes = true };
	struct classes c = { 0 };
	size_t i;

	json_array_foreach(list, i, one) {
		double rate = json_number_value(json_object_get(one, "lambda"));
		double mean = json_number_value(json_object_get(one, "ES"));

		q.load += rate * mean;
		class_add(&c, rate, law_of_moments(mean,
			json_number_value(json_object_get(one, "ES2"))));
	}
	q.generator = format("classes=(%s)", text_string(&c.spec));
	compare_classes(k, &q, &c, "wait", "Wq_nonpreemptive", "Wq_mean");
	q.policy = "preempt:order=priority";
	compare_classes(k, &q, &c, "response", "W_preemptive_resume", "W_mean");
}

void show_mmc_priority(struct check *k)
{
	const json_t *rates = input_array(k, "lambdas"), *rate;
	double mean = 1 / input_number(k, "mu");
	struct queue q = { .servers = input_integer(k, "c"), .scv = 1,
			   .policy = "priority", .classes = true };
	struct classes c = { 0 };
	size_t i;

	json_array_foreach(rates, i, rate) {
		q.load += json_number_value(rate) * mean / (double)q.servers;
		class_add(&c, json_number_value(rate), format("exp:mean=%.12g", mean));
	}
	q.generator = format("classes=(%s)", text_string(&c.spec));
	compare_classes(k, &q, &c, "wait", "Wq_by_class", "Wq_mean");
}

/* All jobs are there at time 0; throughput is jobs over makespan. */
void show_msj_saturation(struct check *k)
{
	static const struct shown_as fcfs[] = {
		{ "max_lambda_fcfs", "metric:throughput_per_s" },
		{ "max_utilization_fcfs", "metric:utilization" }, { NULL, NULL } };
	static const struct shown_as work[] = {
		{ "work_bound_lambda", "metric:throughput_per_s" }, { NULL, NULL } };
	double p = input_number(k, "p"), fifo[2], backfilled[1];
	int64_t jobs = (int64_t)json_number_value(json_object_get(
		json_object_get(k->doc, "tolerance"), "min_jobs"));
	struct queue q = {
		.generator = format(
			"procs=%lld,batch=%lld,rate=1,"
			"classes=((rate=%.12g,service=(exp:mean=%.12g),width=(det:value=1))|"
			"(rate=%.12g,service=(exp:mean=%.12g),width=(det:value=2)))",
			(long long)input_integer(k, "processors"), (long long)jobs,
			p, 1 / input_number(k, "mu1"),
			1 - p, 1 / input_number(k, "mu2")),
		.servers = input_integer(k, "processors"), .policy = "fifo" };

	if (!queue_means(k, &q, fcfs, fifo))
		return;
	q.policy = "easy";
	if (!queue_means(k, &q, work, backfilled))
		return;
	expect_number(k, "max_lambda_fcfs", fifo[0]);
	expect_number(k, "max_utilization_fcfs", fifo[1]);
	/* Backfilling exceeds strict FCFS and never the bound of the work. */
	k->r->checked++;
	if (!(backfilled[0] > fifo[0]))
		report_fail(k->r, "easy serves %.10g jobs a second, fifo %.10g",
			    backfilled[0], fifo[0]);
	expect_at_most(k, "work_bound_lambda", backfilled[0]);
}
