/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_training.c - data-parallel training, each rank on a node of its own: iterations
 * that compute and then reduce their gradients, through runs in both forms of communication.
 */
#include <math.h>

#include "comm_run.h"
#include "kinds.h"

static bool overlapped(const struct check *k)
{
	return json_is_true(json_object_get(k->inputs, "overlap"));
}

/* What another form gives for a value that was taken off the list. */
static void again(struct check *k, const char *key, double got)
{
	report_number(k->r, format("%s by flow", key), got,
		      json_number_value(json_object_get(k->expected, key)), k->rel, k->abs);
}

void show_data_parallel(struct check *k)
{
	static const char *const forms[] = { "alpha-beta", "flow" };
	double compute = input_number(k, "compute"), p = input_number(k, "p");

	for (int i = 0; i < 2; i++) {
		struct comm_run c = {
			.form = forms[i], .op = "all-reduce", .way = "ring", .steps = 100,
			.ranks = (uint32_t)p, .bytes = input_number(k, "n_bytes"),
			.compute = compute, .alpha = input_number(k, "alpha"),
			.beta = input_number(k, "beta"), .overlap = overlapped(k) ? 1 : 0,
		};
		double iteration = comm_run_step(k, &c);

		if (i == 1) {
			again(k, "iteration", iteration);
			c.compute = 0;
			again(k, "comm", comm_run_step(k, &c));
			return;
		}
		expect_number(k, "iteration", iteration);
		expect_number(k, "throughput_relative", p * compute / iteration);
		expect_number(k, "efficiency", compute / iteration);
		c.compute = 0;
		expect_number(k, "comm", comm_run_step(k, &c));
	}
}
