/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_lists.c - the worst that can happen to independent tasks on m equal processors.
 *
 *   list-worst      m (m - 1) tasks of 1 s and then one of m s. By number the long one starts
 *                   last, and all ends at 2m - 1; the shortest schedule takes m: 2 - 1/m
 *                   (Graham 1966).
 *   lpt-worst       two tasks each of 2m - 1, 2m - 2, ..., m + 1 s and three of m s. Longest
 *                   first pairs 2m - 1 with m, ..., and a task of m is left: 4m - 1. The three
 *                   of m together and 2m - 1 with m + 1, ... take 3m: 4/3 - 1/(3m)
 *                   (Graham 1969).
 *   multifit-worst  3 3 2 2 2 2 s on two processors: 14 s of work, 7 = 3 + 2 + 2 on each.
 *                   Packed first-fit by decreasing size into 7, both of 3 share a bin, and one of 2
 *                   is left over; so it takes 8, and 8/7 is the worst for two processors
 *                   (Coffman, Garey and Johnson 1978). Longest first finds 7.
 */
#include "scenario.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

static void build_list(struct scenario_draft *d)
{
	scenario_job(d, 0);
	for (uint32_t i = 0; i < d->m * (d->m - 1); i++)
		scenario_task(d, S(1));
	scenario_task(d, S(d->m));
}

static const sj_scenario_run list_runs[] = {
	{ "m=4", "procs=4", "list", "", "2m - 1", { { "makespan_s", 7 } } },
	{ "m=4", "procs=4", "lpt", "", "m: the long one first", { { "makespan_s", 4 } } },
	{ "m=10", "procs=10", "list", "", "2m - 1", { { "makespan_s", 19 } } },
	{ .policy = NULL },
};

const sj_scenario scenario_list_worst = {
	.name = "list-worst",
	.summary = "Lists at their worst: 2 - 1/m of the shortest, for any m.",
	.cite = "Graham, Bounds for certain multiprocessing anomalies, Bell Syst. Tech. J. 45, 1966",
	.runs = list_runs,
	.build = build_list,
};

static void build_lpt(struct scenario_draft *d)
{
	scenario_job(d, 0);
	for (uint32_t s = 2 * d->m - 1; s > d->m; s--) {
		scenario_task(d, S(s));
		scenario_task(d, S(s));
	}
	for (int i = 0; i < 3; i++)
		scenario_task(d, S(d->m));
}

static const sj_scenario_run lpt_runs[] = {
	{ "m=4", "procs=4", "lpt", "", "4m - 1", { { "makespan_s", 15 } } },
	{ "m=4", "procs=4", "multifit", "", "3m, the shortest", { { "makespan_s", 12 } } },
	{ "m=10", "procs=10", "lpt", "", "4m - 1", { { "makespan_s", 39 } } },
	{ "m=10", "procs=10", "multifit", "", "3m, the shortest", { { "makespan_s", 30 } } },
	{ .policy = NULL },
};

const sj_scenario scenario_lpt_worst = {
	.name = "lpt-worst",
	.summary = "Longest first at its worst: 4/3 - 1/(3m) of the shortest, for any m.",
	.cite = "Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17(2), 1969",
	.runs = lpt_runs,
	.build = build_lpt,
};

static void build_multifit(struct scenario_draft *d)
{
	scenario_job(d, 0);
	for (int i = 0; i < 6; i++)
		scenario_task(d, S(i < 2 ? 3 : 2));
}

static const sj_scenario_run multifit_runs[] = {
	{ "", "procs=2", "multifit", "", "8/7 of the shortest", { { "makespan_s", 8 } } },
	{ "", "procs=2", "lpt", "", "the shortest", { { "makespan_s", 7 } } },
	{ .policy = NULL },
};

const sj_scenario scenario_multifit_worst = {
	.name = "multifit-worst",
	.summary = "Packing at its worst on two processors, where longest first is best.",
	.cite = "Coffman, Garey and Johnson, An application of bin-packing to multiprocessor "
		"scheduling, SIAM J. Comput. 7(1), 1978",
	.runs = multifit_runs,
	.build = build_multifit,
};
