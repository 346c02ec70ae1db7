/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_graph.c - graphs of tasks without data on identical processors, as one job in
 * the native format under fifo, which starts what is ready first: a list schedule.
 */
#include <stdio.h>

#include "harness/product.h"
#include "kinds.h"

/* {"id":1,"submit_ns":0,"tasks":[...],"edges":[...]} while it is written. */
struct graph {
	FILE       *to;
	const char *path;
	uint32_t    tasks, edges;
	double      work;
};

static bool graph_begin(struct check *k, struct graph *g)
{
	*g = (struct graph){ .path = format("%s/graph.jsonl", k->r->scratch) };
	g->to = fopen(g->path, "w");
	if (g->to == NULL) {
		report_fail(k->r, "%s cannot be written", g->path);
		return false;
	}
	fputs("{\"id\":1,\"submit_ns\":0,\"tasks\":[", g->to);
	return true;
}

static uint32_t graph_task(struct graph *g, double seconds)
{
	fprintf(g->to, "%s{\"runtime_ns\":%.0f}", g->tasks != 0 ? "," : "", seconds * 1e9);
	g->work += seconds;
	return g->tasks++;
}

/* After the last task. */
static void graph_edge(struct graph *g, uint32_t from, uint32_t to)
{
	fprintf(g->to, "%s{\"from\":%u,\"to\":%u}", g->edges++ != 0 ? "," : "],\"edges\":[",
		from, to);
}

/* The makespan on m processors; NAN after a report. */
static double graph_makespan(struct check *k, struct graph *g, int64_t m)
{
	struct args a = { 0 };
	const json_t *runs;
	json_t *doc;

	fputs("]}\n", g->to);
	fclose(g->to);
	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", g->path);
	args_add(&a, "-c");
	args_add(&a, "procs=%lld", (long long)m);
	args_add(&a, "-p");
	args_add(&a, "fifo");
	args_add(&a, "--no-store");
	args_add(&a, "--check");
	doc = product_json(k->r, &a);
	runs = json_object_get(doc, "runs");
	return json_number_value(json_object_get(
		json_object_get(json_array_get(runs, 0), "metrics"), "makespan_s"));
}

/* On m processors, or on as many as tasks: then nothing waits but for predecessors. */
static double fork_join(struct check *k, int64_t m, double *work)
{
	uint32_t n = (uint32_t)input_integer(k, "n"), fork, join;
	struct graph g;

	if (!graph_begin(k, &g))
		return 0;
	fork = graph_task(&g, input_number(k, "fork"));
	for (uint32_t i = 0; i < n; i++)
		graph_task(&g, input_number(k, "task"));
	join = graph_task(&g, input_number(k, "join"));
	for (uint32_t i = 1; i <= n; i++)
		graph_edge(&g, fork, i);
	for (uint32_t i = 1; i <= n; i++)
		graph_edge(&g, i, join);
	*work = g.work;
	return graph_makespan(k, &g, m != 0 ? m : n + 2);
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
	struct graph g;

	if (!graph_begin(k, &g))
		return 0;
	for (uint32_t i = 0; i < layers * width; i++)
		graph_task(&g, input_number(k, "task"));
	for (uint32_t i = width; i < layers * width; i++)
		for (uint32_t p = 0; p < width; p++)
			graph_edge(&g, (i / width - 1) * width + p, i);
	*work = g.work;
	return graph_makespan(k, &g, m != 0 ? m : layers * width);
}

void show_layered_barrier(struct check *k)
{
	double work;

	expect_number(k, "makespan", layered(k, input_integer(k, "m"), &work));
	expect_number(k, "work", work);
	expect_number(k, "span", layered(k, 0, &work));
}
