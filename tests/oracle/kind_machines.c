/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_machines.c - task graphs on unrelated machines, whose best schedule was proven: none
 * that is simulated may be shorter. An edge takes its cost in seconds between two nodes, more
 * when transfers share a cable, so whatever happens is possible where the optimum was proven.
 * HEFT runs where transfers share nothing, as it assumes.
 */
#include <math.h>

#include "kind_plan.h"
#include "kinds.h"
#include "task_graph.h"

void show_dag_optimum(struct check *k)
{
	static const char *const policies[] = {
		"fifo", "firstfit", "firstfit:place=spread", "firstfit:place=best", "sjf", "ljf",
		"easy", "conservative" };
	const double best = json_number_value(json_object_get(k->expected, "optimal_makespan"));
	size_t machines = 0;
	const char *path = graph_machines(k, &machines);
	double least = INFINITY;

	for (size_t i = 0; path != NULL && i < sizeof(policies) / sizeof(policies[0]); i++) {
		double got = workload_makespan(k, format("hetdag:%s", path),
			format("nodes=%zu,cores=1,bw=1GB/s,lat=0s,topology=star", machines),
			policies[i]);

		k->r->checked++;
		if (!(got >= best))
			report_fail(k->r, "%s: makespan %g is below the optimum %g", policies[i], got,
				    best);
		least = fmin(least, got);
	}
	json_decref(expected_take(k, "optimal_makespan"));
	if (path != NULL)
		expect_number(k, "heft_ratio", plan_makespan(k, path, "heft") / best);
	report_note(k->r, "the best of eight policies is %.3f of the optimum", least / best);
}
