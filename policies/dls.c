/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dls - dynamic level scheduling: of all pairs of a task whose predecessors are placed and a
 * node the one with the greatest dynamic level. Sih and Lee, "A compile-time scheduling
 * heuristic for interconnection-constrained heterogeneous processor architectures", IEEE TPDS
 * 4(2), 1993:
 *
 *   DL(i, p) = SL(i) - max(data of i on p, p is free) + D(i, p),  D(i, p) = E(i) - run(i, p)
 *
 * E is the adjusted median of the run times over the nodes (the mean of the two in the
 * middle; when that is infinite the longest finite one), SL(i) the longest way from i to an
 * end by E, without data. A node is free behind all that it was promised to. As the end is
 * that maximum + run(i, p), DL(i, p) = SL(i) + E(i) - end(i, p): the best node of a task is
 * the one where it ends first. (What the paper adds for descendants and for scarce
 * processors is left out, as its later comparisons do.)
 *
 * O(tasks x nodes x log(nodes) + arcs) for the levels of a job. A level only falls while others
 * are placed, so a heap of those last seen finds the greatest: O(nodes x predecessors + cores)
 * for each look at a task, and one look a place when none has lost the node it would have.
 * Without graphs each job is placed where it ends first, in mode=dynamic of those that are
 * ready together the greatest SL + E - end first.
 */
#include <stdio.h>
#include <stdlib.h>

#include "planned.h"

#define LEVEL_MOST (SJ_TIME_MAX / 2)

struct dls {
	struct planned planned;
	sj_time       *run; /* of one task, by node */
};

static int by_time(const void *x, const void *y)
{
	sj_time a = *(const sj_time *)x, b = *(const sj_time *)y;

	return a < b ? -1 : a > b;
}

static sj_time median(const struct dls *s, const sj_listplan *p, const sj_task *t)
{
	uint32_t n = sj_listplan_nodes(p), able = 0;
	sj_time low, high;

	for (uint32_t q = 0; q < n; q++) {
		sj_time run = sj_listplan_run_ns(p, t, q);

		if (run != SJ_NEVER)
			s->run[able++] = run;
	}
	if (able == 0) /* of several ranks: not planned */
		return sj_listplan_length(p, t);
	qsort(s->run, able, sizeof(*s->run), by_time);
	if (n / 2 >= able)
		return s->run[able - 1];
	high = s->run[n / 2];
	low = n % 2 != 0 ? high : s->run[n / 2 - 1];
	return low + (high - low) / 2;
}

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	sj_time *level = sj_scratch(cx, job->count * sizeof(*level));

	for (uint32_t at = job->count; at-- > 0;) {
		uint32_t i = job->order[at];
		sj_time own = median(self, p, job->task[i].task), most = 0;

		for (uint32_t k = job->succ_first[i]; k < job->succ_first[i + 1]; k++)
			if (level[job->succ[k].task] > most)
				most = level[job->succ[k].task];
		level[i] = own < LEVEL_MOST - most ? most + own : LEVEL_MOST;
		job->task[i].priority = (double)level[i] + (double)own;
	}
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const sj_plan_task *t = &job->task[task];
	double own = (double)median(self, p, t->task), end = (double)t->end_ns;

	snprintf(text, size, "dynamic level %.12g s when it was placed (static level %.12g s + "
		 "median run time %.12g s - end %.12g s)", (t->priority - end) / 1e9,
		 (t->priority - own) / 1e9, own / 1e9, end / 1e9);
}

static const sj_plan_rule rule = { .appends = true, .batch = SJ_PLAN_BY_LEVEL, .rank = rank,
				   .explain = explain };

static int dls_init(void *self, sj_ctx *cx)
{
	struct dls *s = self;

	planned_make(&s->planned, cx, &rule);
	s->run = sj_alloc(cx, sj_listplan_nodes(s->planned.plan) * sizeof(*s->run));
	return SJ_OK;
}

static const sj_semantics semantics = {
	.order = "dynamic level, larger first, of those whose predecessors are placed: static "
		 "level - start on its best node + what that is faster than the median node; without graphs twice the "
		 "median run time - end",
	PLANNED_SEMANTICS,
	.placement = "where the level is greatest, which is where it ends first, behind all "
		     "promises",
	.tie = "submit, then number in the job; lower node",
};

const sj_policy_ops sj_policy_dls = {
	SJ_POLICY_HEAD,
	.name = "dls",
	.summary = "task graphs planned by dynamic levels: the best pair of task and node next",
	.cite = "Sih and Lee, A compile-time scheduling heuristic for interconnection-constrained "
		"heterogeneous processor architectures, IEEE TPDS 4(2), 1993",
	.semantics = &semantics,
	.state_size = sizeof(struct dls),
	.params = planned_params,
	.init = dls_init,
	PLANNED_CALLBACKS(SJ_PF_GRAPHS),
};
