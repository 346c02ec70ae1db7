/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_backfill.c - whom backfilling delays. Four processors:
 *
 *   job 1, at 0 s: 2 wide, 10 s      runs 0 to 10
 *   job 2, at 0 s: 3 wide, 10 s      waits for job 1: 10 to 20
 *   job 3, at 0 s: all 4, 1 s        could start at 20
 *   job 4, at 5 s: 1 wide, 25 s      fits beside jobs 1 and 2
 *
 * Under EASY only job 2, the head, has a reservation. Job 4 leaves it alone, starts at 5, and
 * job 3 waits for its end at 30. Under conservative backfilling job 3 has its slot at 20, which
 * job 4 would take away; it starts behind, at 21.
 */
#include "scenario.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

static void build(struct scenario_draft *d)
{
	scenario_rigid(d, 0, 2, S(10));
	scenario_rigid(d, 0, 3, S(10));
	scenario_rigid(d, 0, 4, S(1));
	scenario_rigid(d, S(5), 1, S(25));
}

static const sj_scenario_run runs[] = {
	{ "", "procs=4", "easy", "", "job 3 waits 30 s",
	  { { "wait_max_s", 30 }, { "wait_sum_s", 40 }, { "makespan_s", 31 } } },
	{ "", "procs=4", "conservative", "", "job 3 waits 20 s",
	  { { "wait_max_s", 20 }, { "wait_sum_s", 46 }, { "makespan_s", 46 } } },
	{ .policy = NULL },
};

const sj_scenario scenario_easy_overtakes = {
	.name = "easy-overtakes",
	.summary = "A small job that EASY lets pass delays all but the head of the queue.",
	.cite = "Mu'alem and Feitelson, Utilization, predictability, workloads, and user runtime "
		"estimates in scheduling the IBM SP2 with backfilling, IEEE TPDS 12(6), 2001",
	.runs = runs,
	.figure = "gantt",
	.build = build,
};
