/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_single.c - one machine, all jobs there at time 0: the classical optimal
 * orders. Shortest processing time is sjf; weight over time (Smith) and earliest
 * due date are orders on jobs that carry a weight and a deadline.
 */
#include <stdlib.h>

#include "instance.h"
#include "kinds.h"

static double sum_of_ends(const struct instance *in, const struct outcome_list *o)
{
	double sum = 0;

	for (size_t i = 0; i < in->count; i++)
		sum += o->end_s[i];
	return sum;
}

void show_single_machine(struct check *k)
{
	static const struct policy_list orders = { .spec = { "fifo", "sjf" }, .count = 2 };
	const json_t *p = input_array(k, "p"), *v;
	struct instance in = { .procs = 1 };
	struct outcome_list out[2];
	size_t i;

	in.job = calloc(json_array_size(p) + 1, sizeof(*in.job));
	json_array_foreach(p, i, v)
		in.job[in.count++] = (struct swf_job){
			.id = (int64_t)i + 1, .procs = 1, .wait = -1, .user = 1,
			.run = json_integer_value(v), .request = json_integer_value(v) };
	if (k->r->failures > 0 || !instance_run(k, &in, &orders, NULL, out))
		return;
	expect_number(k, "sum_completion_given_order", sum_of_ends(&in, &out[0]));
	expect_number(k, "min_sum_completion_spt", sum_of_ends(&in, &out[1]));
}
