/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_graph.c - graphs of tasks of regular shapes without data, under fifo, which starts
 * what is ready first: a list schedule.
 */
#include <math.h>
#include <stdlib.h>

#include "kinds.h"
#include "task_graph.h"

static double on_pool(struct check *k, const struct task_graph *g, int64_t m,
		      const char *policy)
{
	return graph_makespan(k, g, format("procs=%lld", (long long)m), policy);
}

/* On m processors, or on as many as tasks: then nothing waits but for predecessors. */
static double fork_join(struct check *k, int64_t m, double *work)
{
	uint32_t n = (uint32_t)input_integer(k, "n"), fork, join;
	struct task_graph g;

	if (!graph_begin(k, &g, "graph"))
		return 0;
	fork = graph_task(&g, input_number(k, "fork"), -1);
	for (uint32_t i = 0; i < n; i++)
		graph_task(&g, input_number(k, "task"), -1);
	join = graph_task(&g, input_number(k, "join"), -1);
	for (uint32_t i = 1; i <= n; i++)
		graph_edge(&g, fork, i, 0);
	for (uint32_t i = 1; i <= n; i++)
		graph_edge(&g, i, join, 0);
	graph_end(&g);
	*work = g.work;
	return on_pool(k, &g, m != 0 ? m : n + 2, "fifo");
}

void show_fork_join(struct check *k)
{
	double work, makespan = fork_join(k, input_integer(k, "m"), &work);

	expect_number(k, "makespan_any_list", makespan);
	expect_number(k, "speedup", work / makespan);
	expect_number(k, "work", work);
	expect_number(k, "span", fork_join(k, 0, &work));
}

static double layered(struct check *k, int64_t m, double *work)
{
	uint32_t layers = (uint32_t)input_integer(k, "layers");
	uint32_t width = (uint32_t)input_integer(k, "tasks_per_layer");
	struct task_graph g;

	if (!graph_begin(k, &g, "graph"))
		return 0;
	for (uint32_t i = 0; i < layers * width; i++)
		graph_task(&g, input_number(k, "task"), -1);
	for (uint32_t i = width; i < layers * width; i++)
		for (uint32_t p = 0; p < width; p++)
			graph_edge(&g, (i / width - 1) * width + p, i, 0);
	graph_end(&g);
	*work = g.work;
	return on_pool(k, &g, m != 0 ? m : layers * width, "fifo");
}

void show_layered_barrier(struct check *k)
{
	double work;

	expect_number(k, "makespan", layered(k, input_integer(k, "m"), &work));
	expect_number(k, "work", work);
	expect_number(k, "span", layered(k, 0, &work));
}

/* ---- a pipeline: a node of one core for each stage, tasks pinned to it ------------------- */

/* Item i passes stage j after stage j - 1, and after item i - 1. NULL after a report. */
static struct graph_slot *pipeline(struct check *k, const json_t *times, uint32_t items,
				   struct task_graph *g)
{
	uint32_t stages = (uint32_t)json_array_size(times);

	if (!graph_begin(k, g, format("pipeline-%u", items)))
		return NULL;
	for (uint32_t i = 0; i < items * stages; i++)
		graph_task(g, json_number_value(json_array_get(times, i % stages)),
			   (int)(i % stages));
	for (uint32_t i = 0; i < items * stages; i++) {
		if (i % stages != 0)
			graph_edge(g, i - 1, i, 0);
		if (i >= stages)
			graph_edge(g, i - stages, i, 0);
	}
	graph_end(g);
	return graph_slots(k, g, format("nodes=%u,cores=1", stages), "firstfit");
}

static double last_end(const struct graph_slot *slot, uint32_t tasks)
{
	double last = 0;

	for (uint32_t t = 0; t < tasks; t++)
		last = fmax(last, slot[t].to_s);
	return last;
}

/* The stage, from 1, whose node works longest; the first of equals. */
static uint32_t busiest(const struct graph_slot *slot, uint32_t tasks, uint32_t stages)
{
	double *busy = calloc(stages, sizeof(*busy));
	uint32_t most = 0;

	for (uint32_t t = 0; t < tasks; t++)
		busy[slot[t].place] += slot[t].to_s - slot[t].from_s;
	for (uint32_t s = 1; s < stages; s++)
		if (busy[s] > busy[most])
			most = s;
	return most + 1;
}

/* Twice as many items take so much longer: that is the rate in the long run. */
void show_pipeline(struct check *k)
{
	const json_t *times = input_array(k, "stage_times");
	uint32_t items = (uint32_t)input_integer(k, "items");
	struct task_graph g, twice;
	struct graph_slot *slot = pipeline(k, times, items, &g);
	struct graph_slot *longer = pipeline(k, times, 2 * items, &twice);
	double makespan;

	if (slot == NULL || longer == NULL)
		return;
	makespan = last_end(slot, g.tasks);
	expect_number(k, "makespan", makespan);
	expect_number(k, "speedup", g.work / makespan);
	expect_number(k, "throughput_limit",
		      items / (last_end(longer, twice.tasks) - makespan));
	expect_number(k, "bottleneck_stage",
		      busiest(slot, g.tasks, (uint32_t)json_array_size(times)));
}
