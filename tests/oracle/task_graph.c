/* SPDX-License-Identifier: GPL-3.0-or-later */
/* task_graph.c - see task_graph.h. */
#include "task_graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"

bool graph_begin(struct check *k, struct task_graph *g, const char *name)
{
	*g = (struct task_graph){ .path = format("%s/%s.jsonl", k->r->scratch, name),
				  .name = name };
	g->to = fopen(g->path, "w");
	if (g->to == NULL) {
		report_fail(k->r, "%s cannot be written", g->path);
		return false;
	}
	fputs("{\"id\":1,\"submit_ns\":0,\"tasks\":[", g->to);
	return true;
}

uint32_t graph_task(struct task_graph *g, double seconds, int node)
{
	fprintf(g->to, "%s{\"runtime_ns\":%.0f", g->tasks != 0 ? "," : "", seconds * 1e9);
	if (node >= 0)
		fprintf(g->to, ",\"node\":%d", node + 1);
	fputc('}', g->to);
	g->work += seconds;
	return g->tasks++;
}

void graph_edge(struct task_graph *g, uint32_t from, uint32_t to, double bytes)
{
	fprintf(g->to, "%s{\"from\":%u,\"to\":%u", g->edges++ != 0 ? "," : "],\"edges\":[",
		from, to);
	if (bytes > 0)
		fprintf(g->to, ",\"bytes\":%.0f", bytes);
	fputc('}', g->to);
}

void graph_end(struct task_graph *g)
{
	fputs("]}\n", g->to);
	fclose(g->to);
}

static json_t *run(struct check *k, const char *workload, const char *cluster,
		   const char *policy, bool check, const char *db)
{
	struct args a = { 0 };

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", workload);
	args_add(&a, "-c");
	args_add(&a, "%s", cluster);
	args_add(&a, "-p");
	args_add(&a, "%s", policy);
	if (check)
		args_add(&a, "--check");
	if (db == NULL) {
		args_add(&a, "--no-store");
	} else {
		args_add(&a, "--allocs");
		args_add(&a, "-o");
		args_add(&a, "%s", db);
	}
	return product_json(k->r, &a);
}

static double makespan(struct check *k, const char *workload, const char *cluster,
		       const char *policy, bool check)
{
	const json_t *doc = run(k, workload, cluster, policy, check, NULL);
	const json_t *first = json_array_get(json_object_get(doc, "runs"), 0);
	const json_t *v = json_object_get(json_object_get(first, "metrics"), "makespan_s");

	return json_is_number(v) ? json_number_value(v) : NAN;
}

double graph_makespan(struct check *k, const struct task_graph *g, const char *cluster,
		      const char *policy)
{
	return makespan(k, g->path, cluster, policy, true);
}

double workload_makespan(struct check *k, const char *workload, const char *cluster,
			 const char *policy)
{
	return makespan(k, workload, cluster, policy, false);
}

struct graph_slot *graph_slots(struct check *k, const struct task_graph *g,
			       const char *cluster, const char *policy)
{
	static unsigned serial; /* databases get a number */
	const char *db = format("%s/%s-%u.db", k->r->scratch, g->name, ++serial);
	struct graph_slot *slot = calloc(g->tasks + 1, sizeof(*slot));
	const json_t *rows = NULL, *row;
	size_t i;

	if (run(k, g->path, cluster, policy, true, db) != NULL)
		rows = product_query(k->r, db, "SELECT task, coalesce(node, first), from_ns, "
				     "to_ns FROM alloc ORDER BY task");
	if (rows == NULL)
		return NULL;
	if (json_array_size(rows) != g->tasks) {
		report_fail(k->r, "%zu allocations of %u tasks", json_array_size(rows), g->tasks);
		return NULL;
	}
	json_array_foreach(rows, i, row) {
		slot[i].place = (int)json_integer_value(json_array_get(row, 1));
		slot[i].from_s = (double)json_integer_value(json_array_get(row, 2)) / 1e9;
		slot[i].to_s = (double)json_integer_value(json_array_get(row, 3)) / 1e9;
	}
	return slot;
}

void graph_levels(struct check *k, const struct task_graph *g, const char *policy,
		  const char *behind, const json_t *want)
{
	const char *db = format("%s/%s-levels.db", k->r->scratch, g->name);
	struct args a = { 0 };
	const json_t *rows, *row;
	size_t i;

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", g->path);
	args_add(&a, "-c");
	args_add(&a, "procs=%u", g->tasks);
	args_add(&a, "-p");
	args_add(&a, "%s", policy);
	args_add(&a, "--explain");
	args_add(&a, "-o");
	args_add(&a, "%s", db);
	if (product_json(k->r, &a) == NULL)
		return;
	rows = product_query(k->r, db, "SELECT task, reason FROM decision WHERE kind = 'start' "
			     "ORDER BY task");
	if (json_array_size(rows) != json_array_size(want))
		report_fail(k->r, "%zu reasons of %zu tasks", json_array_size(rows),
			    json_array_size(want));
	json_array_foreach(rows, i, row) {
		const char *text = json_string_value(json_array_get(row, 1));
		const char *at = text != NULL ? strstr(text, behind) : NULL;

		report_number(k->r, format("%sof task %zu", behind, i + 1),
			      at != NULL ? strtod(at + strlen(behind), NULL) : NAN,
			      json_number_value(json_array_get(want, i)), 1e-9, 0);
	}
}

const char *graph_machines(struct check *k, size_t *machines)
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
