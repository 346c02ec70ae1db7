/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_machines.c - task graphs on unrelated machines, whose best schedule was proven: none
 * that is simulated may be shorter. An edge takes its cost in seconds between two nodes, more
 * when transfers share a cable, so whatever happens is possible where the optimum was proven.
 */
#include <math.h>
#include <stdio.h>

#include "kinds.h"
#include "task_graph.h"

/* Times and edges of the case as a file with a time on each machine. NULL after a report. */
static const char *write_machines(struct check *k, size_t *machines)
{
	const json_t *times = input_array(k, "w"), *edges = input_array(k, "edges"), *row, *v;
	const char *path = format("%s/graph.dag", k->r->scratch);
	FILE *f = fopen(path, "w");
	size_t i, m;

	if (f == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	fputs("#tasks\n", f);
	json_array_foreach(times, i, row) {
		fprintf(f, "%zu:", i);
		json_array_foreach(row, m, v)
			fprintf(f, "%s %.9g", m > 0 ? "," : "", json_number_value(v));
		fputc('\n', f);
		*machines = json_array_size(row);
	}
	fputs("#edges\n", f);
	json_array_foreach(edges, i, row)
		fprintf(f, "%zu: %lld, %lld, %.9g\n", i,
			(long long)json_integer_value(json_array_get(row, 0)) - 1,
			(long long)json_integer_value(json_array_get(row, 1)) - 1,
			json_number_value(json_array_get(row, 2)));
	fputs("#end\n", f);
	fclose(f);
	return path;
}

void show_dag_optimum(struct check *k)
{
	static const char *const policies[] = {
		"fifo", "firstfit", "firstfit:place=spread", "firstfit:place=best", "sjf", "ljf",
		"easy", "conservative" };
	const double best = json_number_value(json_object_get(k->expected, "optimal_makespan"));
	size_t machines = 0;
	const char *path = write_machines(k, &machines);
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
	report_note(k->r, "the best of eight policies is %.3f of the optimum", least / best);
}
