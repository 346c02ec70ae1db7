/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario_locality.c - where waiting for data costs more than it saves.
 *
 * delay-starvation (SPARK-18886): 500 tasks of 5 s read a byte that is on node 0 of ten, under
 * delay scheduling with waits of 6 s. Worked out by hand:
 *
 * Spark before 3.1 begins the wait anew at each launch. Node 0 launches every 5 s, so the wait
 * is never over, and nine nodes are idle: 500 x 5 = 2,500 s. A wait of 4 s is over once; then
 * launches on all nodes follow each other faster than that and none of them is at a lower
 * level: ten tasks every 5 s, the last at 4 + 250 s, with 1 ns for the first bytes to come.
 *
 * Spark since 3.1 begins it anew when a pass leaves no slot empty. From 6 s on nodes 1 to 9
 * work in step; at 10 s node 0 launches on a full machine, so that they, free at 11 s, wait
 * until 16 s, and so on: 495 tasks have begun by 446 s, node 0 begins two at 450 and 455 s, and
 * the last three begin at 456 s.
 *
 * With copies on all ten nodes (change=no), or without a wait, 500 x 5 / 10 = 250 s.
 */
#include "scenario.h"

enum { TASKS = 500, NODES = 10, LENGTH_S = 5 };

static void build_starvation(struct scenario_draft *d)
{
	const sj_file f = { .bytes = 1, .to = SJ_FILE_STAYS };

	scenario_job(d, 0);
	if (d->rc == SJ_OK)
		d->rc = file_list_add(&d->files, f, d->err);
	for (uint32_t k = 0; k < (d->change ? 1 : NODES) && d->rc == SJ_OK; k++)
		d->rc = file_list_at(&d->files, k, d->err);
	for (uint32_t i = 0; i < TASKS; i++) {
		uint32_t t = scenario_task(d, LENGTH_S * SJ_NS_PER_S);

		if (d->rc == SJ_OK)
			d->rc = file_list_read(&d->files, t, 0, d->err);
	}
}

#define TEN "nodes=10,cores=1,bw=10GB/s,lat=0s,topology=star"

static const sj_scenario_run starvation_runs[] = {
	{ "", TEN, "delay:wait=6s,reset=launch", "", "nine nodes wait for ever",
	  { { "makespan_s", 2500 } } },
	{ "", TEN, "delay:wait=6s,reset=full", "", "as Spark has it now",
	  { { "makespan_s", 461 } } },
	{ "", TEN, "delay:wait=4s,reset=launch", "", "a wait that is shorter than a task",
	  { { "makespan_s", 254.000000001 } } },
	{ "", TEN, "delay:wait=0s", "", "nobody waits",
	  { { "makespan_s", 250.000000001 } } },
	{ "change=no", TEN, "delay:wait=6s,reset=launch", "", "copies on all nodes",
	  { { "makespan_s", 250 } } },
	{ 0 },
};

const sj_scenario scenario_delay_starvation = {
	.name = "delay-starvation",
	.summary = "delay scheduling that begins its wait anew at each launch leaves all nodes but one idle",
	.cite = "SPARK-18886; Apache Spark, TaskSchedulerImpl.resetOnPreviousOffer since 3.1",
	.runs = starvation_runs,
	.build = build_starvation,
};
