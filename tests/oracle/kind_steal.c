/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_steal.c - unit tasks that are all at one worker: the makespan of work stealing against
 * simulations of the synchronous model (Tchiboukdjian, Gast and Trystram 2013).
 *
 * One step of that model is 1 s here: a request reaches its victim in the middle of a step,
 * when what the victim runs is no more in its deque, and the answer is back at its end. One
 * thief a step is served: the deque is locked for longer than half a step, less than a whole.
 */
#include "harness/product.h"
#include "kinds.h"

enum { INSTANCES = 600 };

static double mean_makespan(struct check *k, int64_t tasks, int64_t procs)
{
	const json_t *doc, *run;
	struct args a = { 0 };

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "gen:dag:shape=layered,layers=1,size=%lld,n=%d,gap=(det:%lld),work=(det:1)",
		 (long long)tasks, INSTANCES, (long long)tasks);
	args_add(&a, "-c");
	args_add(&a, "procs=%lld", (long long)procs);
	args_add(&a, "-p");
	args_add(&a, "steal:seed=first,amount=half,latency=500ms,lock=900ms");
	args_add(&a, "--seed=%llu", (unsigned long long)(k->seed != 0 ? k->seed : 1));
	args_add(&a, "--no-store");
	doc = product_json(k->r, &a);
	run = json_array_get(json_object_get(doc, "runs"), 0);
	return json_number_value(json_object_get(json_object_get(run, "metrics"),
						 "response_mean_s"));
}

void show_work_stealing(struct check *k)
{
	double mean = mean_makespan(k, input_integer(k, "W"), input_integer(k, "p"));

	expect_number(k, "mean_makespan", mean);
	expect_at_least(k, "lower_bound", mean);
	expect_at_most(k, "literature_upper_bound_mean", mean);
	/* Of the simulations that the mean is compared with. */
	expected_take(k, "ci95");
	expected_take(k, "sd");
}
