/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_graham.c - anomalies of list scheduling: what ought to help makes it worse.
 *
 * Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17(2), 1969:
 * nine tasks of 3 2 2 2 4 4 4 4 9 on three processors end at 12, in the order of their
 * numbers, where 1 comes before 9, and 4 before 5, 6, 7 and 8. A fourth processor, shorter
 * tasks, fewer edges and another order all make it longer.
 *
 * order-sensitivity makes the same of one microsecond. A and B take 4 s on two processors;
 * behind B come S (5 s) and L (10 s), and F (5 s) is free. The list is A B S L F. When A and B
 * end together, S and L start; F follows S, and all ends at 14: no time is idle (28 s of work
 * on two), so nothing is shorter. When A ends 1 us before B, F is all that is ready and takes
 * its processor; S takes B's, and L waits for F: 9 s - 1 us + 10 s.
 */
#include "scenario.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

static const struct {
	uint32_t from, to;
} edges[] = { { 1, 9 }, { 4, 7 }, { 4, 8 }, { 4, 5 }, { 4, 6 } };
enum { TASKS = 9, EDGES = 5, WITHOUT_TWO = 3 };
static const int seconds[TASKS] = { 3, 2, 2, 2, 4, 4, 4, 4, 9 };

/* `list` has the numbers in order; the task at place i of it becomes task i. */
static void build(struct scenario_draft *d, const uint32_t *list, int shorter, uint32_t count)
{
	uint32_t place[TASKS + 1];

	scenario_job(d, 0);
	for (uint32_t i = 0; i < TASKS; i++)
		place[list[i]] = scenario_task(d, S(seconds[list[i] - 1] - shorter));
	for (uint32_t i = 0; i < count; i++)
		scenario_edge(d, place[edges[i].from], place[edges[i].to], 0);
}

static const uint32_t by_number[TASKS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const uint32_t other_order[TASKS] = { 1, 2, 4, 5, 6, 3, 9, 7, 8 };

static void build_as_it_is(struct scenario_draft *d)
{
	build(d, by_number, 0, EDGES);
}

static void build_order(struct scenario_draft *d)
{
	build(d, d->change ? other_order : by_number, 0, EDGES);
}

static void build_relaxed(struct scenario_draft *d)
{
	build(d, by_number, 0, d->change ? WITHOUT_TWO : EDGES);
}

static void build_shorter(struct scenario_draft *d)
{
	build(d, by_number, d->change ? 1 : 0, EDGES);
}

#define CITE "Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17(2), 1969"
#define BEFORE { "change=no", "procs=3", "list", "", "before the change", { { "makespan_s", 12 } } }

#define GRAHAM(id, name_, text, how, ...)                                                       \
	static const sj_scenario_run id##_runs[] = { __VA_ARGS__, { .policy = NULL } };         \
	const sj_scenario scenario_graham_##id = {                                              \
		.name = name_, .summary = text, .cite = CITE, .runs = id##_runs, .build = how }

GRAHAM(processors, "graham-processors", "A fourth processor makes nine tasks take longer.",
       build_as_it_is,
       { "", "procs=3", "list", "", "on three processors", { { "makespan_s", 12 } } },
       { "", "procs=4", "list", "", "on four", { { "makespan_s", 15 } } });
GRAHAM(order, "graham-order", "Another order of the list makes nine tasks take longer.",
       build_order, BEFORE,
       { "", "procs=3", "list", "", "another order", { { "makespan_s", 14 } } });
GRAHAM(relaxed_edges, "graham-relaxed-edges",
       "Two edges less, nothing else, make nine tasks take longer.", build_relaxed, BEFORE,
       { "", "procs=3", "list", "", "without two edges", { { "makespan_s", 16 } } });
GRAHAM(shorter, "graham-shorter",
       "Nine tasks take longer when each of them is one second shorter.", build_shorter, BEFORE,
       { "", "procs=3", "list", "", "each 1 s shorter", { { "makespan_s", 13 } } });

/* ---- one microsecond ------------------------------------------------------------------ */

static void build_sensitive(struct scenario_draft *d)
{
	uint32_t a, b, s, l;

	scenario_job(d, 0);
	a = scenario_task(d, S(4));
	b = scenario_task(d, S(4));
	s = scenario_task(d, S(5));
	l = scenario_task(d, S(10));
	scenario_task(d, S(5));
	scenario_edge(d, b, s, 0);
	scenario_edge(d, b, l, 0);
	if (d->change) {
		scenario_spec(d, a)->work_ns -= 1000;
		scenario_spec(d, a)->estimate_ns -= 1000;
	}
}

static const sj_scenario_run sensitive_runs[] = {
	{ "change=no", "procs=2", "list", "", "the shortest there is", { { "makespan_s", 14 } } },
	{ "", "procs=2", "list", "", "one task 1 us shorter", { { "makespan_s", 18.999999 } } },
	{ .policy = NULL },
};

const sj_scenario scenario_order_sensitivity = {
	.name = "order-sensitivity",
	.summary = "One task is 1 us shorter, and all takes 36 % longer.",
	.runs = sensitive_runs,
	.build = build_sensitive,
};
