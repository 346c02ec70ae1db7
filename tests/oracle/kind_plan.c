/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_plan.c - HEFT, CPOP and PEFT on unrelated machines. What is compared is the
 * simulation: where and when each task ran, in which order the tasks were given their
 * places (the order in which their data was sent for), and the terms that the reasons of
 * the starts name.
 */
#include "kind_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"
#include "kind_lp.h"
#include "kinds.h"
#include "task_graph.h"

static const json_t *run(struct check *k, const char *path, const char *policy, const char *db)
{
	struct args a = { 0 };
	static const char *const rules[] = { "--estimates", "exact", "--overrun", "extend",
					     "--staging", "prefetch", "--check" };

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s%s", strncmp(path, "hetdag:", 7) == 0 ? "" : "hetdag:", path);
	args_add(&a, "-p");
	args_add(&a, "%s", policy);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		args_add(&a, "%s", rules[i]);
	if (db == NULL) {
		args_add(&a, "--no-store");
	} else {
		args_add(&a, "--allocs");
		args_add(&a, "--explain");
		args_add(&a, "-o");
		args_add(&a, "%s", db);
	}
	return product_json(k->r, &a);
}

static double makespan_of(const json_t *doc)
{
	const json_t *first = json_array_get(json_object_get(doc, "runs"), 0);
	const json_t *v = json_object_get(json_object_get(first, "metrics"), "makespan_s");

	return json_is_number(v) ? json_number_value(v) : NAN;
}

double plan_makespan(struct check *k, const char *path, const char *policy)
{
	return makespan_of(run(k, path, policy, NULL));
}

/* A run kept in a database, and the reasons of its starts by task. */
struct plan {
	const char  *path, *db;
	const json_t *reasons; /* rows of task, reason, by task */
	size_t       tasks;
};

static void compare_schedule(struct check *k, const struct plan *p)
{
	const json_t *rows = product_query(k->r, p->db, "SELECT task + 1, node + 1, from_ns / 1e9, "
					   "to_ns / 1e9 FROM alloc ORDER BY task");
	json_t *want = expected_take(k, "schedule"), *row;
	static const char *const what[] = { "number", "processor", "start", "end" };
	size_t i;

	if (json_array_size(rows) != json_array_size(want))
		report_fail(k->r, "%zu tasks ran, %zu are expected", json_array_size(rows),
			    json_array_size(want));
	json_array_foreach(want, i, row)
		for (size_t c = 0; c < 4; c++)
			report_number(k->r, format("%s of task %zu", what[c], i + 1),
				      json_number_value(json_array_get(json_array_get(rows, i), c)),
				      json_number_value(json_array_get(row, c)), 1e-9, 0);
	json_decref(want);
}

static void compare_order(struct check *k, const struct plan *p)
{
	const json_t *rows = product_query(k->r, p->db, "SELECT task + 1 FROM decision WHERE "
					   "kind = 'stage' ORDER BY rowid");
	double *got = calloc(p->tasks + 1, sizeof(*got));

	for (size_t i = 0; i < json_array_size(rows) && i < p->tasks; i++)
		got[i] = json_number_value(json_array_get(json_array_get(rows, i), 0));
	expect_numbers(k, "order", got, json_array_size(rows));
	free(got);
}

/* The run by a policy; false after a report. */
static bool plan_run(struct check *k, const char *policy, struct plan *p)
{
	size_t machines;
	const json_t *doc;

	p->path = graph_machines(k, &machines);
	p->db = format("%s/%s.db", k->r->scratch, policy);
	doc = p->path != NULL ? run(k, p->path, policy, p->db) : NULL;
	if (doc == NULL)
		return false;
	expect_number(k, "makespan", makespan_of(doc));
	p->reasons = product_query(k->r, p->db, "SELECT task, reason FROM decision WHERE "
				   "kind = 'start' ORDER BY task");
	p->tasks = json_array_size(input_array(k, "w"));
	if (json_array_size(p->reasons) != p->tasks) {
		report_fail(k->r, "%zu reasons of %zu tasks", json_array_size(p->reasons), p->tasks);
		return false;
	}
	compare_schedule(k, p);
	compare_order(k, p);
	return true;
}

static const char *reason(const struct plan *p, size_t task)
{
	return json_string_value(json_array_get(json_array_get(p->reasons, task), 1));
}

/* The number behind `text` in the reason, which %.9g has rounded; NAN: it is not there. */
static double number_behind(const struct plan *p, size_t task, const char *text)
{
	const char *at = strstr(reason(p, task), text);

	return at != NULL ? strtod(at + strlen(text), NULL) : NAN;
}

static void compare_numbers(struct check *k, const char *key, const double *got, size_t n)
{
	json_t *want = expected_take(k, key);

	for (size_t i = 0; i < n; i++)
		report_number(k->r, format("%s of task %zu", key, i + 1), got[i],
			      json_number_value(json_array_get(want, i)), 1e-9, 0);
	json_decref(want);
}

void show_heft(struct check *k)
{
	struct plan p;
	double *rank;

	if (!plan_run(k, "heft", &p))
		return;
	rank = calloc(p.tasks, sizeof(*rank));
	for (size_t i = 0; i < p.tasks; i++)
		rank[i] = number_behind(&p, i, "upward rank ");
	compare_numbers(k, "rank_u", rank, p.tasks);
	expect_number(k, "makespan_no_insertion", plan_makespan(k, p.path, "heft:insertion=no"));
	free(rank);
}

void show_cpop(struct check *k)
{
	static const char on_path[] = "on the critical path (";
	struct plan p;
	double *priority, *path, node = NAN;
	size_t length = 0;

	if (!plan_run(k, "cpop", &p))
		return;
	priority = calloc(2 * p.tasks, sizeof(*priority));
	path = priority + p.tasks;
	for (size_t i = 0; i < p.tasks; i++) {
		priority[i] = number_behind(&p, i, on_path);
		if (isnan(priority[i])) {
			priority[i] = number_behind(&p, i, "upward + downward rank ");
			continue;
		}
		path[length++] = (double)i + 1;
		node = number_behind(&p, i, "which node ") + 1;
	}
	compare_numbers(k, "priority", priority, p.tasks);
	expect_numbers(k, "critical_path", path, length);
	expect_number(k, "cp_processor", node);
	free(priority);
}

void show_peft(struct check *k)
{
	struct plan p;
	double *rank;
	json_t *table, *row, *v;
	size_t i, n;

	if (!plan_run(k, "peft", &p))
		return;
	rank = calloc(p.tasks, sizeof(*rank));
	for (i = 0; i < p.tasks; i++)
		rank[i] = number_behind(&p, i, "mean optimistic cost ");
	compare_numbers(k, "rank_oct", rank, p.tasks);
	free(rank);
	table = expected_take(k, "oct");
	json_array_foreach(table, i, row) {
		const char *at = strstr(reason(&p, i), "by node:");
		char *rest = (char *)(at != NULL ? at + strlen("by node:") : "");

		json_array_foreach(row, n, v)
			report_number(k->r, format("cost of task %zu on %zu", i + 1, n + 1),
				      strtod(rest, &rest), json_number_value(v), 1e-9, 0);
	}
	json_decref(table);
}

/* What the reasons of lst tell of its program, and what its rounding gives. */
static void compare_lst(struct check *k, const char *workload)
{
	const char *reason = lp_first_wait(k, workload, NULL, "lst");
	double makespan = plan_makespan(k, workload, "lst"), told;
	double best = json_number_value(json_object_get(k->expected, "optimal_makespan"));

	told = lp_number(reason, "makespan ");
	report_number(k->r, "makespan of lst, told and simulated", told, makespan, 1e-9, 0);
	expect_number(k, "lp_relaxation", lp_number(reason, "relaxation "));
	/* The least whole limit. */
	expect_number(k, "lst_threshold_T_star", ceil(lp_number(reason, "T* ") - 1e-9));
	expect_at_most(k, "lst_guarantee_upper", makespan);
	k->r->checked++;
	if (!(makespan >= best))
		report_fail(k->r, "lst: makespan %g is below the optimum", makespan);
}

/* Jobs on unrelated machines, mapped in the order in which they stand. */
void show_r_cmax(struct check *k)
{
	static const char *const rules[][2] = { { "ect_greedy_given_order", "ect" },
						{ "met", "met" }, { "min_min", "min-min" },
						{ "max_min", "max-min" } };
	const char *workload = lp_times(k, "jobs", input_array(k, "p_job_by_machine"), 0);
	double best = input_has(k, "p_job_by_machine") ?
			      json_number_value(json_object_get(k->expected, "optimal_makespan")) : 0;

	if (workload == NULL)
		return;
	compare_lst(k, workload);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		double got = plan_makespan(k, workload, rules[i][1]);

		expect_number(k, rules[i][0], got);
		k->r->checked++;
		if (!(got >= best))
			report_fail(k->r, "%s: makespan %g is below the optimum", rules[i][1], got);
	}
	/* Nobody is below it, which is all that a run can show. */
	json_decref(expected_take(k, "optimal_makespan"));
}
