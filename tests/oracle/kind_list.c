/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_list.c - independent sequential tasks on identical processors, all there
 * at time 0, each a job: list scheduling in the given order is fifo, SPT is sjf.
 */
#include <math.h>
#include <stdlib.h>

#include "instance.h"
#include "kinds.h"
#include "task_graph.h"

enum { LIST, LPT, SPT, RULES };

static bool run_rules(struct check *k, struct instance *in, struct outcome_list *out)
{
	static const struct policy_list rules = {
		.spec = { [LIST] = "fifo", [LPT] = "lpt", [SPT] = "sjf" },
		.count = RULES };
	const json_t *times = input_array(k, "times"), *v;
	size_t i;

	*in = (struct instance){ .procs = input_integer(k, "m") };
	in->job = calloc(json_array_size(times) + 1, sizeof(*in->job));
	json_array_foreach(times, i, v) {
		in->job[in->count++] = (struct swf_job){
			.id = (int64_t)i + 1, .procs = 1, .wait = -1, .user = 1,
			.run = json_integer_value(v), .request = json_integer_value(v) };
		if (!json_is_integer(v)) {
			report_skip(k->r, "times that are not whole seconds");
			return false;
		}
	}
	return k->r->failures == 0 && instance_run(k, in, &rules, NULL, out);
}

static double makespan(struct check *k, const struct outcome_list *o)
{
	return run_metric(k, o->metrics, "makespan_s");
}

static double sum_of_ends(const struct instance *in, const struct outcome_list *o)
{
	double sum = 0;

	for (size_t i = 0; i < in->count; i++)
		sum += o->end_s[i];
	return sum;
}

void show_lpt(struct check *k)
{
	struct outcome_list out[RULES];
	struct instance in;

	if (run_rules(k, &in, out))
		expect_number(k, "makespan_lpt", makespan(k, &out[LPT]));
}

void show_graham_bound(struct check *k)
{
	struct outcome_list out[RULES];
	struct instance in;

	if (run_rules(k, &in, out))
		expect_number(k, "makespan_list", makespan(k, &out[LIST]));
}

/* It packs the tasks of a job: here they are one. */
static double multifit(struct check *k, const struct instance *in)
{
	struct task_graph g;

	if (!graph_begin(k, &g, "multifit"))
		return NAN;
	for (size_t i = 0; i < in->count; i++)
		graph_task(&g, (double)in->job[i].run, -1);
	graph_end(&g);
	return graph_makespan(k, &g, format("procs=%lld", (long long)in->procs), "multifit");
}

void show_p_cmax(struct check *k)
{
	struct outcome_list out[RULES];
	struct instance in;

	if (!run_rules(k, &in, out))
		return;
	expect_number(k, "makespan_list_given_order", makespan(k, &out[LIST]));
	expect_number(k, "makespan_lpt", makespan(k, &out[LPT]));
	expect_number(k, "makespan_multifit20", multifit(k, &in));
	expect_number(k, "sum_completion_spt", sum_of_ends(&in, &out[SPT]));
}
