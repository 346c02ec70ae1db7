/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lookahead - heft that looks at the children: tasks by upward rank, each on the node from
 * which the latest of its children would end first, if each of them then took the place
 * where it ends first. Bittencourt, Sakellariou and Madeira, "DAG scheduling using a lookahead
 * variant of the heterogeneous earliest finish time algorithm", PDP 2010.
 *
 * The children are tried in the order of their ranks, and hold their places while their
 * siblings are tried; predecessors of a child that have no place yet are passed over. A task
 * without children goes where it ends first. The paper leaves ties open, and there are many,
 * as another predecessor may hold a child up: the earlier end of the task itself decides.
 *
 * Ranks as heft; for each place O(nodes x children) places of heft. Without graphs it is heft.
 */
#include <stdio.h>

#include "planned.h"

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	double *up = sj_scratch(cx, job->count * sizeof(*up));

	(void)self;
	sj_plan_rank_up(p, job, up);
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = up[i];
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const sj_plan_task *t = &job->task[task];
	double unit = 1e9 * sj_listplan_nodes(p);
	int used = snprintf(text, size, "upward rank %.12g s", t->priority / unit);

	(void)self;
	if (job->succ_first[task] == job->succ_first[task + 1])
		snprintf(text + used, size - (size_t)used, "; nothing follows");
	else if (t->second == SJ_PLAN_NOWHERE)
		snprintf(text + used, size - (size_t)used, "; latest child then to %.12g s",
			 (double)t->score_ns / 1e9);
	else
		snprintf(text + used, size - (size_t)used, "; latest child then to %.12g s, from "
			 "the next best node to %.12g s", (double)t->score_ns / 1e9,
			 (double)t->second_score_ns / 1e9);
}

static const sj_plan_rule rule = { .looks_ahead = true, .rank = rank, .explain = explain };

static int lookahead_init(void *self, sj_ctx *cx)
{
	planned_make(self, cx, &rule);
	return SJ_OK;
}

static const sj_semantics semantics = {
	.order = "upward rank, larger first, as heft; without graphs it is heft",
	PLANNED_SEMANTICS,
	.placement = "where the latest of its children could end first, then where it does itself",
	.tie = "lower number in the job; lower node",
};

const sj_policy_ops sj_policy_lookahead = {
	SJ_POLICY_HEAD,
	.name = "lookahead",
	.summary = "heft that tries the places of the children before it chooses one",
	.cite = "Bittencourt, Sakellariou and Madeira, DAG scheduling using a lookahead variant of "
		"the heterogeneous earliest finish time algorithm, PDP 2010",
	.semantics = &semantics,
	.state_size = sizeof(struct planned),
	.params = planned_params,
	.init = lookahead_init,
	PLANNED_CALLBACKS(SJ_PF_GRAPHS),
};
