/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_span.c - greedy schedules of task graphs without data lie between work and span:
 * max(T1 / P, Tinf) <= makespan <= (T1 - Tinf) / P + Tinf (Graham 1966, Brent 1974).
 * Graphs of a stated work and span are made in four ways; random ones are looked at.
 */
#include <math.h>
#include <stdlib.h>

#include "harness/product.h"
#include "kinds.h"
#include "random_jobs.h"
#include "task_graph.h"

static const char *const greedy[] = { "fifo", "firstfit", "easy", "sjf", "steal:latency=0s",
				      "steal:latency=0s,victim=nearest,seed=first" };
enum { GREEDY = sizeof(greedy) / sizeof(greedy[0]) };

/* ---- graphs of unit tasks with this work and span ----------------------------------------- */

/* A chain as long as the span, and all other work beside it: in front of it in the list,
 * which brings a list schedule near Brent's bound, or behind it. */
static bool beside_chain(struct check *k, uint32_t work, uint32_t span, bool in_front,
			 struct task_graph *g)
{
	uint32_t chain = in_front ? work - span : 0;

	if (!graph_begin(k, g, in_front ? "front" : "behind"))
		return false;
	for (uint32_t i = 0; i < work; i++)
		graph_task(g, 1, -1);
	for (uint32_t i = 1; i < span; i++)
		graph_edge(g, chain + i - 1, chain + i, 0);
	graph_end(g);
	return true;
}

/* Layers of random width, as many as the span; each task waits for one of the layer before. */
static bool random_layers(struct check *k, uint32_t work, uint32_t span, struct task_graph *g)
{
	uint32_t *width = calloc(span, sizeof(*width)), before = 0, first;
	uint64_t state = work + span;

	if (!graph_begin(k, g, "layers"))
		return false;
	for (uint32_t l = 0; l < span; l++)
		width[l] = 1;
	for (uint32_t i = span; i < work; i++)
		width[random_next(&state) % span]++;
	for (uint32_t i = 0; i < work; i++)
		graph_task(g, 1, -1);
	for (uint32_t l = 1; l < span; l++, before = first) {
		first = before + width[l - 1];
		for (uint32_t i = 0; i < width[l]; i++)
			graph_edge(g, before + (uint32_t)(random_next(&state) % width[l - 1]),
				   first + i, 0);
	}
	graph_end(g);
	return true;
}

/* ---- bounds ------------------------------------------------------------------------------------ */

static bool between(struct check *k, const char *workload, const char *policy, int64_t procs,
		    double low, double high)
{
	double makespan = workload_makespan(k, workload, format("procs=%lld", (long long)procs),
					    policy);

	k->r->checked++;
	if (makespan >= low && makespan <= high)
		return true;
	report_fail(k->r, "%s on %lld processors under %s: makespan %.9g is not in %.9g..%.9g",
		    workload, (long long)procs, policy, makespan, low, high);
	return false;
}

/* T1 is the makespan on one processor, Tinf that on as many as there are tasks. */
static void work_and_span(struct check *k, const char *workload)
{
	const double tasks = input_number(k, "T1");
	double t1 = workload_makespan(k, workload, "procs=1", "fifo");
	double tinf = workload_makespan(k, workload, format("procs=%.0f", tasks), "fifo");

	report_number(k->r, format("%s: T1", workload), t1, tasks, 0, 0);
	report_number(k->r, format("%s: Tinf", workload), tinf, input_number(k, "Tinf"), 0, 0);
	report_number(k->r, "parallelism", t1 / tinf, json_number_value(json_object_get(
		      k->expected, "parallelism")), 1e-9, 0);
}

void show_work_span_bounds(struct check *k)
{
	const uint32_t work = (uint32_t)input_integer(k, "T1");
	const uint32_t span = (uint32_t)input_integer(k, "Tinf");
	const int64_t procs = input_integer(k, "P");
	const double low = json_number_value(expected_take(k, "lower_bound"));
	const double high = json_number_value(expected_take(k, "greedy_upper_bound_brent"));
	/* Large graphs take seconds a run: one policy, and one graph of them measured. */
	const bool large = work > 100000;
	struct task_graph g[3];
	const char *workload[4];

	if (!beside_chain(k, work, span, true, &g[0]) ||
	    !beside_chain(k, work, span, false, &g[1]) || !random_layers(k, work, span, &g[2]))
		return;
	for (size_t i = 0; i < 3; i++)
		workload[i] = g[i].path;
	workload[3] = format("gen:dag:shape=layered,size=%u,layers=%u,degree=3,work=(det:1)", work,
			     span);
	for (size_t w = 0; w < 4 && k->r->failures == 0; w++) {
		if (!large || w == 0)
			work_and_span(k, workload[w]);
		for (size_t p = 0; p < (large ? 1 : GREEDY); p++)
			between(k, workload[w], greedy[p], procs, low, high);
	}
	expected_take(k, "parallelism");
	/* Implied by the lower bound: T1 / makespan is at most P. */
	expect_at_most(k, "speedup_upper", work / low);
}

/* ---- random graphs --------------------------------------------------------------------------- */

/* The first job of a file in the native format, behind the line that states the schema. */
static json_t *second_line(const char *path)
{
	FILE *f = fopen(path, "r");
	json_t *line = f != NULL ? json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL) : NULL;

	json_decref(line);
	line = line != NULL ? json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	if (f != NULL)
		fclose(f);
	return line;
}

/* Work and longest path of a job whose edges go from smaller numbers to larger ones. */
static bool measure(struct check *k, const char *path, double *work, double *span)
{
	json_t *job = second_line(path), *v;
	const json_t *tasks = json_object_get(job, "tasks");
	const json_t *edges = json_object_get(job, "edges");
	size_t n = json_array_size(tasks), i;
	double *end = calloc(n + 1, sizeof(*end));

	*work = *span = 0;
	if (n == 0) {
		report_fail(k->r, "%s: no tasks in what `sojourn gen` wrote", path);
		return false;
	}
	for (size_t t = 0; t < n; t++) {
		double s = json_number_value(json_object_get(json_array_get(tasks, t),
							     "runtime_ns")) / 1e9, start = 0;

		json_array_foreach(edges, i, v)
			if ((size_t)json_integer_value(json_object_get(v, "to")) == t)
				start = fmax(start, end[json_integer_value(
							json_object_get(v, "from"))]);
		end[t] = start + s;
		*work += s;
		*span = fmax(*span, end[t]);
	}
	free(end);
	json_decref(job);
	return true;
}

bool hold_brent(struct check *k, uint64_t seed)
{
	static const char *const shapes[] = {
		"layered,size=70,layers=7,degree=3", "cholesky,size=6", "gauss,size=9",
		"fft,size=16", "montage,size=4", "forkjoin,size=4,width=9", "intree,width=3,layers=4",
	};
	const char *shape = shapes[seed % (sizeof(shapes) / sizeof(shapes[0]))];
	const char *path = format("%s/random-%d.jsonl", k->r->scratch, (int)seed);
	uint64_t state = seed;
	double work, span;
	struct args a = { 0 };
	struct child_result said;

	args_add(&a, "gen");
	args_add(&a, "dag:shape=%s,work=(exponential:mean=40)", shape);
	args_add(&a, "--seed=%d", (int)seed);
	args_add(&a, "-o%s", path);
	if (!product_run(k->r, &a, &said) || !measure(k, path, &work, &span))
		return false;
	for (size_t p = 0; p < GREEDY; p++) {
		int64_t procs = 1 + (int64_t)(random_next(&state) % 12);
		/* Ends are whole nanoseconds; sums of them in seconds are not exact. */
		const double slack = 1e-9 * work;

		if (!between(k, path, greedy[p], procs, fmax(work / (double)procs, span) - slack,
			     (work - span) / (double)procs + span + slack))
			return false;
	}
	return true;
}
