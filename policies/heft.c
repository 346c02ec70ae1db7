/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * heft - heterogeneous earliest finish time: tasks by upward rank, the mean time of the
 * longest way to an end, each on the node where it ends first, gaps included. Topcuoglu,
 * Hariri and Wu, "Performance-effective and low-complexity task scheduling for
 * heterogeneous computing", IEEE TPDS 13(3), 2002.
 *
 * O(tasks x nodes + arcs) for the ranks of a job, and for each place O(nodes x predecessors
 * + cores x log(promises)). A job that is no graph is a task whose rank is its own mean
 * time: it gets the place where it would end first among the promises made before.
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

/* Its own mean time, and what comes behind it on the longest way. */
static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const double unit = 1e9 * sj_listplan_nodes(p);
	const sj_plan_task *t = &job->task[task];
	double own = sj_listplan_run_sum(p, t->task);

	(void)self;
	snprintf(text, size, "upward rank %.12g s (mean run time %.12g s, way behind it %.12g s)",
		 t->priority / unit, own / unit, (t->priority - own) / unit);
}

struct heft {
	struct planned planned;
	bool           insertion;
};

const sj_plan_rule planned_heft_rules[2] = {
	{ .appends = true, .rank = rank, .explain = explain },
	{ .rank = rank, .explain = explain },
};

static int heft_init(void *self, sj_ctx *cx)
{
	struct heft *s = self;

	planned_make(&s->planned, cx, &planned_heft_rules[s->insertion]);
	return SJ_OK;
}

static const sj_param heft_params[] = {
	PLANNED_MODE("static"),
	PLANNED_DURATIONS,
	{ .name = "insertion", .type = SJ_P_BOOL, .offset = offsetof(struct heft, insertion),
	  .def = "yes", .help = "no: a task comes behind all that its core was promised to, "
				"not in a gap." },
	{ .name = NULL },
};

static const sj_semantics semantics = {
	.order = "upward rank, larger first: mean run time + longest (mean transfer + rank) of "
		 "what follows; without graphs that is a job's own mean run time",
	PLANNED_SEMANTICS,
	.placement = "where it ends first: data from its predecessors, gaps between promises",
	.tie = "lower number in the job; lower node",
};

const sj_policy_ops sj_policy_heft = {
	SJ_POLICY_HEAD,
	.name = "heft",
	.summary = "task graphs planned by upward rank and earliest finish time",
	.cite = "Topcuoglu, Hariri and Wu, Performance-effective and low-complexity task "
		"scheduling for heterogeneous computing, IEEE TPDS 13(3), 2002",
	.semantics = &semantics,
	.state_size = sizeof(struct heft),
	.params = heft_params,
	.init = heft_init,
	PLANNED_CALLBACKS(SJ_PF_GRAPHS),
};
