/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cpop - critical path on a processor: tasks by upward + downward rank; those of one
 * critical path all on the node that runs it fastest, the others where they end first,
 * gaps included. Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity task
 * scheduling for heterogeneous computing", IEEE TPDS 13(3), 2002.
 *
 * Of several critical paths the one through the lowest numbers is taken. If the node of the
 * path cannot be had (it is down), its tasks are placed as the others. O(tasks x nodes +
 * arcs) for a job, and for each place as heft. Without graphs each job is a critical path
 * of one task: it goes to the node that is fastest for it.
 */
#include <stdio.h>

#include "planned.h"

/* Follows the largest priorities from the first entry of the largest priority. */
static void mark_path(sj_plan_job *job)
{
	uint32_t at = UINT32_MAX;

	for (uint32_t i = 0; i < job->count; i++)
		if (job->pred_first[i] == job->pred_first[i + 1] &&
		    (at == UINT32_MAX || job->task[i].priority > job->task[at].priority))
			at = i;
	while (at != UINT32_MAX) {
		uint32_t next = UINT32_MAX;

		job->task[at].marked = true;
		for (uint32_t k = job->succ_first[at]; k < job->succ_first[at + 1]; k++) {
			uint32_t s = job->succ[k].task;

			if (next == UINT32_MAX || job->task[s].priority > job->task[next].priority)
				next = s;
		}
		at = next;
	}
}

/* The node with the least sum of run times of the path, among those that run all of it. */
static void choose_node(const sj_listplan *p, sj_plan_job *job)
{
	double best = 0;

	job->choice = SJ_PLAN_NOWHERE;
	for (uint32_t n = 0; n < sj_listplan_nodes(p); n++) {
		double sum = 0;
		bool able = true;

		for (uint32_t i = 0; i < job->count && able; i++) {
			sj_time run = job->task[i].marked ?
				      sj_listplan_run_ns(p, job->task[i].task, n) : 0;

			able = run != SJ_NEVER;
			sum += (double)run;
		}
		if (able && (job->choice == SJ_PLAN_NOWHERE || sum < best)) {
			job->choice = n;
			best = sum;
		}
	}
}

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	double *up = sj_scratch(cx, job->count * sizeof(*up));
	double *down = sj_scratch(cx, job->count * sizeof(*down));

	(void)self;
	sj_plan_rank_up(p, job, up);
	sj_plan_rank_down(p, job, down);
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = up[i] + down[i];
	mark_path(job);
	choose_node(p, job);
}

static sj_time score(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		     uint32_t node, sj_time end_ns)
{
	(void)self;
	(void)p;
	return job->task[task].marked && node == job->choice ? -1 : end_ns;
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const double unit = 1e9 * sj_listplan_nodes(p);

	(void)self;
	if (job->task[task].marked && job->choice != SJ_PLAN_NOWHERE)
		snprintf(text, size, "on the critical path (%.12g s), which node %u runs fastest",
			 job->task[task].priority / unit, job->choice);
	else
		snprintf(text, size, "upward + downward rank %.12g s",
			 job->task[task].priority / unit);
}

static const sj_plan_rule rule = { .rank = rank, .score = score, .explain = explain };

static int cpop_init(void *self, sj_ctx *cx)
{
	planned_make(self, cx, &rule);
	return SJ_OK;
}

static const sj_semantics semantics = {
	.order = "upward + downward rank, larger first, of those whose predecessors are placed; "
		 "without graphs every job is a critical path of one task",
	PLANNED_SEMANTICS,
	.placement = "the critical path on the node that runs it fastest; others where they end "
		     "first",
	.tie = "lower number in the job; lower node",
};

const sj_policy_ops sj_policy_cpop = {
	SJ_POLICY_HEAD,
	.name = "cpop",
	.summary = "task graphs planned with their critical path on one node",
	.cite = "Topcuoglu, Hariri and Wu, Performance-effective and low-complexity task "
		"scheduling for heterogeneous computing, IEEE TPDS 13(3), 2002",
	.semantics = &semantics,
	.state_size = sizeof(struct planned),
	.params = planned_params,
	.init = cpop_init,
	PLANNED_CALLBACKS(SJ_PF_GRAPHS),
};
