/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario.h - private to workloads/: a canned scenario while it is being made, job by job.
 *
 * A scenario is made like this; running out of memory is remembered and told at the end.
 *
 *     scenario_job(d, 0);
 *     a = scenario_task(d, 3 * SJ_NS_PER_S);
 *     b = scenario_task(d, 2 * SJ_NS_PER_S);
 *     scenario_edge(d, a, b, 0);
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "deck.h"
#include "file_list.h"
#include "sojourn/scenario.h"

struct scenario_draft {
	/* Parameters. */
	bool     change;  /* with what the scenario is about; without: what it is compared to */
	uint32_t m;       /* processors, of scenarios for any number */
	/* The job that is being made; its id counts from 1. */
	sj_job        job;
	sj_task_spec *task;
	sj_edge      *edge;
	uint32_t      tasks, task_cap, edges, edge_cap;
	struct file_list files;
	bool          open;
	struct deck  *deck;
	int           rc;
	sj_error     *err;
};

/* Ends the job before, and begins another; `job` may be changed until the next begins. */
void          scenario_job(struct scenario_draft *d, sj_time submit_ns);
/* A task of one core, whose estimate is its run time; its number in the job. */
uint32_t      scenario_task(struct scenario_draft *d, sj_time work_ns);
/* That task, to be changed before the next is made. */
sj_task_spec *scenario_spec(struct scenario_draft *d, uint32_t task);
void          scenario_edge(struct scenario_draft *d, uint32_t from, uint32_t to, uint64_t bytes);
/* A job of one rigid task. */
void          scenario_rigid(struct scenario_draft *d, sj_time submit_ns, uint32_t procs,
			     sj_time work_ns);
/* Ends the last job. The first thing that went wrong, or SJ_OK. */
int           scenario_end(struct scenario_draft *d);
void          scenario_fini(struct scenario_draft *d);

/* scenario_graham.c */
extern const sj_scenario scenario_graham_processors, scenario_graham_order,
	scenario_graham_relaxed_edges, scenario_graham_shorter, scenario_order_sensitivity;
/* scenario_lists.c */
extern const sj_scenario scenario_list_worst, scenario_lpt_worst, scenario_multifit_worst;
/* scenario_backfill.c */
extern const sj_scenario scenario_easy_overtakes;
/* scenario_dask.c */
extern const sj_scenario scenario_dask_unknown_durations, scenario_dask_elastic_workers,
	scenario_dask_one_worker, scenario_dask_opportunity_cost;
/* scenario_locality.c */
extern const sj_scenario scenario_delay_starvation;

#endif
