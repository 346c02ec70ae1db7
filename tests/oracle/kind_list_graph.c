/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_list_graph.c - list schedules of task graphs on identical processors (Graham 1966):
 * whenever a processor is free it takes the first task of the list that is ready. Tasks are
 * numbered in the order of the list, and firstfit starts ready tasks by number.
 */
#include <math.h>
#include <stdlib.h>

#include "kinds.h"
#include "task_graph.h"

/* What a case calls its times and processors, and how many of its units are a second. */
struct words {
	const char *times, *procs;
	double      unit;
};

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

/* The slots, in the order of `list` (NULL: as they stand); NULL after a report. */
static struct graph_slot *schedule(struct check *k, const struct words *w, const json_t *list,
				   struct task_graph *g)
{
	const json_t *times = input_array(k, w->times), *pair;
	uint32_t n = (uint32_t)json_array_size(times);
	uint32_t *place = places(k, list, n);
	size_t i;

	if (place == NULL || !graph_begin(k, g, "list"))
		return NULL;
	for (uint32_t at = 0; at < n; at++)
		for (uint32_t t = 1; t <= n; t++)
			if (place[t] == at)
				graph_task(g, json_number_value(json_array_get(times, t - 1)) /
					   w->unit, -1);
	json_array_foreach(input_array(k, "precedence"), i, pair)
		graph_edge(g, place[json_integer_value(json_array_get(pair, 0))],
			   place[json_integer_value(json_array_get(pair, 1))], 0);
	graph_end(g);
	return graph_slots(k, g, format("procs=%lld", (long long)input_integer(k, w->procs)),
			   "firstfit");
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
	static const struct words w = { "times", "m", 1 };
	const json_t *list = input_array(k, "list");
	struct task_graph g;
	struct graph_slot *slot = schedule(k, &w, list, &g);

	expect_number(k, "makespan", makespan(slot, &g));
	compare_rows(k, &w, list, "schedule", slot, g.tasks);
}

/* In simulation; timed waits on threads are another matter. */
void show_real_exec_list(struct check *k)
{
	static const struct words w = { "sleep_ms", "workers", 1000 };
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
	static const struct words w = { "times", "m", 1 };
	const json_t *list = json_object_get(k->expected, "hlfet_list");
	struct task_graph g;
	struct graph_slot *slot = schedule(k, &w, list, &g);

	expect_number(k, "hlfet_makespan", makespan(slot, &g));
	compare_rows(k, &w, list, "hlfet_schedule", slot, g.tasks);
	expect_number(k, "work", g.work);
	expect_number(k, "span", graph_makespan(k, &g, format("procs=%u", g.tasks), "firstfit"));
	expect_at_most(k, "brent_upper_bound", makespan(slot, &g));
	expect_at_least(k, "lower_bound", makespan(slot, &g));
	expect_at_least(k, "optimal_makespan", makespan(slot, &g));
	slot = schedule(k, &w, NULL, &g);
	expect_number(k, "given_order_makespan", makespan(slot, &g));
}
