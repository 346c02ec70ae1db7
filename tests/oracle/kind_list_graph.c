/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_list_graph.c - list schedules of task graphs on identical processors (Graham 1966):
 * whenever a processor is free it takes the first task of the list that is ready. Tasks are
 * numbered in the order of the list.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "task_graph.h"

/* What a case calls its times and processors, and how many of its units are a second. */
struct words {
	const char   *times, *procs;
	double        unit;
	const json_t *from; /* where times and precedence stand; NULL: the inputs */
};

static const json_t *array_of(struct check *k, const struct words *w, const char *key)
{
	return w->from != NULL ? json_object_get(w->from, key) : input_array(k, key);
}

/* Where each task, from 1, is in the list; NULL after a report. */
static uint32_t *places(struct check *k, const json_t *list, size_t n)
{
	uint32_t *place = calloc(n + 1, sizeof(*place));

	for (size_t i = 0; i < n; i++) {
		json_int_t task = list != NULL ? json_integer_value(json_array_get(list, i)) :
						 (json_int_t)i + 1;

		if (task < 1 || task > (json_int_t)n) {
			report_fail(k->r, "item %zu of the list is no task", i + 1);
			return NULL;
		}
		place[task] = (uint32_t)i;
	}
	return place;
}

/* The graph with its tasks in the order of `list` (NULL: as they stand). */
static bool write_graph(struct check *k, const struct words *w, const json_t *list,
			struct task_graph *g)
{
	const json_t *times = array_of(k, w, w->times), *pair;
	uint32_t n = (uint32_t)json_array_size(times);
	uint32_t *place = places(k, list, n);
	size_t i;

	if (place == NULL || !graph_begin(k, g, "list"))
		return false;
	for (uint32_t at = 0; at < n; at++)
		for (uint32_t t = 1; t <= n; t++)
			if (place[t] == at)
				graph_task(g, json_number_value(json_array_get(times, t - 1)) /
					   w->unit, -1);
	json_array_foreach(array_of(k, w, "precedence"), i, pair)
		graph_edge(g, place[json_integer_value(json_array_get(pair, 0))],
			   place[json_integer_value(json_array_get(pair, 1))], 0);
	graph_end(g);
	return true;
}

/* Its slots; NULL after a report. */
static struct graph_slot *schedule_by(struct check *k, const struct words *w,
				      const json_t *list, const char *policy,
				      struct task_graph *g)
{
	return write_graph(k, w, list, g) ?
	       graph_slots(k, g, format("procs=%lld", (long long)input_integer(k, w->procs)),
			   policy) : NULL;
}

static struct graph_slot *schedule(struct check *k, const struct words *w, const json_t *list,
				   struct task_graph *g)
{
	return schedule_by(k, w, list, "list", g);
}

static double makespan(const struct graph_slot *slot, const struct task_graph *g)
{
	double last = 0;

	for (uint32_t t = 0; slot != NULL && t < g->tasks; t++)
		last = fmax(last, slot[t].to_s);
	return slot != NULL ? last : NAN;
}

/* Rows of task, processor (both from 1), start and end. */
static void compare_rows(struct check *k, const struct words *w, const json_t *list,
			 const char *key, const struct graph_slot *slot, uint32_t n)
{
	uint32_t *place = places(k, list, n);
	json_t *rows = expected_take(k, key), *row;
	size_t i;

	if (place == NULL || slot == NULL)
		return;
	json_array_foreach(rows, i, row) {
		json_int_t task = json_integer_value(json_array_get(row, 0));
		const struct graph_slot *s = &slot[place[task]];
		const double got[] = { s->place + 1, s->from_s * w->unit, s->to_s * w->unit };
		static const char *const what[] = { "processor", "start", "end" };

		for (size_t c = 0; c < 3; c++)
			report_number(k->r, format("%s of task %lld", what[c], (long long)task),
				      got[c], json_number_value(json_array_get(row, c + 1)), 1e-9,
				      0);
	}
	json_decref(rows);
}

void show_graham_list(struct check *k)
{
	static const struct words w = { "times", "m", 1, NULL };
	const json_t *list = input_array(k, "list");
	struct task_graph g;
	struct graph_slot *slot = schedule(k, &w, list, &g);

	expect_number(k, "makespan", makespan(slot, &g));
	expect_at_least(k, "optimal_makespan", makespan(slot, &g));
	compare_rows(k, &w, list, "schedule", slot, g.tasks);
}

/* In simulation; timed waits on threads are another matter. */
void show_real_exec_list(struct check *k)
{
	static const struct words w = { "sleep_ms", "workers", 1000, NULL };
	const json_t *list = input_array(k, "list");
	struct task_graph g;
	struct graph_slot *slot = schedule(k, &w, list, &g);

	/* Its tolerance is for real runs. */
	report_number(k->r, "predicted_makespan_ms", makespan(slot, &g) * w.unit,
		      json_number_value(expected_take(k, "predicted_makespan_ms")), 1e-9, 0);
	compare_rows(k, &w, list, "schedule_task_worker_start_finish_ms", slot, g.tasks);
	report_note(k->r, "in simulation");
}

void show_p_prec_cmax(struct check *k)
{
	static const struct words w = { "times", "m", 1, NULL };
	const json_t *list = json_object_get(k->expected, "hlfet_list");
	struct task_graph g;
	struct graph_slot *slot = schedule_by(k, &w, NULL, "hlfet", &g);
	json_t *levels;

	expect_number(k, "hlfet_makespan", makespan(slot, &g));
	compare_rows(k, &w, NULL, "hlfet_schedule", slot, g.tasks);
	levels = expected_take(k, "b_level");
	graph_levels(k, &g, "hlfet", "b-level ", levels);
	json_decref(levels);
	/* The list itself gives the same. */
	slot = schedule(k, &w, list, &g);
	report_number(k->r, "makespan by hlfet_list", makespan(slot, &g),
		      json_number_value(json_object_get(k->expected, "hlfet_makespan")), 1e-9, 0);
	json_decref(expected_take(k, "hlfet_list"));
	expect_number(k, "work", g.work);
	expect_number(k, "span", graph_makespan(k, &g, format("procs=%u", g.tasks), "firstfit"));
	expect_at_most(k, "brent_upper_bound", makespan(slot, &g));
	expect_at_least(k, "lower_bound", makespan(slot, &g));
	expect_at_least(k, "optimal_makespan", makespan(slot, &g));
	slot = schedule(k, &w, NULL, &g);
	expect_number(k, "given_order_makespan", makespan(slot, &g));
}

/* ---- the Standard Task Graph Set ------------------------------------------------------------- */

/* No list is below the optimum, and none above 2 - 1/m times it (Graham 1966). */
static void between_optimum_and_bound(struct check *k, const struct task_graph *g,
				      const json_t *result)
{
	static const char *const policies[] = { "list", "hlfet", "hu", "lpt", "fifo", "sjf",
		"hlfet:mode=static" };
	double m = json_number_value(json_object_get(result, "m"));
	double best = json_number_value(json_object_get(result, "optimal_makespan"));

	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		double got = graph_makespan(k, g, format("procs=%.0f", m), policies[i]);

		if (strcmp(policies[i], "hlfet") == 0)
			report_number(k->r, format("hlfet_makespan on %.0f", m), got,
				      json_number_value(json_object_get(result, "hlfet_makespan")),
				      1e-9, 0);
		k->r->checked++;
		if (!(got >= best && got <= (2 - 1 / m) * best))
			report_fail(k->r, "%s on %.0f processors: makespan %g is not in %g..%g",
				    policies[i], m, got, best, (2 - 1 / m) * best);
	}
}

void show_stg(struct check *k)
{
	const char *path = format("%s/%s", k->folder, input_string(k, "graph_file"));
	const struct words w = { "times", NULL, 1, json_load_file(path, 0, NULL) };
	json_t *results = expected_take(k, "results"), *result;
	struct task_graph g;
	size_t i;

	if (w.from == NULL) {
		report_skip(k->r, "%s is not there", path);
	} else if (write_graph(k, &w, NULL, &g)) {
		expect_number(k, "work", graph_makespan(k, &g, "procs=1", "firstfit"));
		expect_number(k, "critical_path",
			      graph_makespan(k, &g, format("procs=%u", g.tasks), "firstfit"));
		json_array_foreach(results, i, result)
			between_optimum_and_bound(k, &g, result);
	}
	json_decref(results);
}

/* ---- Hu's trees ------------------------------------------------------------------------------- */

/* Tasks of 1 s; each waits for its children: parent[i] follows task i + 1, 0 is none. */
void show_hu_intree(struct check *k)
{
	const json_t *parent = input_array(k, "parent"), *v;
	uint32_t n = (uint32_t)json_array_size(parent);
	json_t *want = expected_take(k, "levels");
	struct task_graph g;
	size_t i;

	if (!graph_begin(k, &g, "tree"))
		return;
	for (i = 0; i < n; i++)
		graph_task(&g, 1, -1);
	json_array_foreach(parent, i, v)
		if (json_integer_value(v) != 0)
			graph_edge(&g, (uint32_t)i, (uint32_t)json_integer_value(v) - 1, 0);
	graph_end(&g);
	expect_number(k, "makespan",
		      graph_makespan(k, &g, format("procs=%lld",
						   (long long)input_integer(k, "m")), "hu"));
	expect_at_least(k, "optimal_makespan",
			graph_makespan(k, &g, format("procs=%lld",
						     (long long)input_integer(k, "m")), "hu"));
	graph_levels(k, &g, "hu", "level ", want);
	json_decref(want);
}

/* ---- two stages -------------------------------------------------------------------------------- */

/* A node for each stage; jobs pass the first in the order of `list` (NULL: as they stand). */
static double flow_shop(struct check *k, const json_t *list)
{
	const json_t *first = input_array(k, "stage1"), *second = input_array(k, "stage2");
	uint32_t n = (uint32_t)json_array_size(first);
	uint32_t *place = places(k, list, n);
	struct task_graph g;

	if (place == NULL || !graph_begin(k, &g, "shop"))
		return NAN;
	for (uint32_t at = 0; at < 2 * n; at++)
		for (uint32_t job = 1; job <= n; job++)
			if (place[job] == at % n)
				graph_task(&g, json_number_value(json_array_get(
					   at < n ? first : second, job - 1)), at < n ? 0 : 1);
	for (uint32_t at = 0; at < n; at++)
		graph_edge(&g, at, n + at, 0);
	graph_end(&g);
	return graph_makespan(k, &g, "nodes=2,cores=1", "firstfit");
}

/*
 * Johnson's rule is an order of jobs on the first machine that knows the time on the second,
 * here as the weight: those with less on the first by that time, the others behind them by
 * the time on the second, longest first.
 */
void show_johnson_flowshop(struct check *k)
{
	const json_t *first = input_array(k, "stage1"), *second = input_array(k, "stage2");
	size_t n = json_array_size(first);
	double *order = single_machine_order(k, first, second,
					     "expr:if(estimate<weight,-estimate,weight-1e12)");
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)order[i]));
	expect_numbers(k, "order", order, n);
	expect_number(k, "makespan_given_order", flow_shop(k, NULL));
	expect_number(k, "makespan", flow_shop(k, list));
	json_decref(list);
	free(order);
}
