/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * min-min, max-min, sufferage, met, ect - tasks mapped to unrelated machines when they are
 * ready, each behind all that was promised on its machine. Braun, Siegel, Beck et al., "A
 * comparison of eleven static heuristics for mapping a class of independent tasks onto
 * heterogeneous distributed computing systems", JPDC 61(6), 2001; sufferage: Maheswaran, Ali,
 * Siegel, Hensgen and Freund, JPDC 59(2), 1999.
 *
 *   min-min    of all that are ready the one whose best end is earliest, where that is
 *   max-min    the one whose best end is latest, where that is
 *   sufferage  the one that would lose most on its second best node
 *   met        by arrival, where it runs fastest, whatever waits there
 *   ect        by arrival, where it ends first (mct elsewhere)
 *
 * What becomes ready at one instant is a batch; what has a node keeps it. A batch of n costs
 * O(n^2 + nodes x n) where few share their best node, and O(nodes x n^2) where all do; met
 * and ect O(nodes) a task. In a graph the tasks that are ready are mapped, and data counts.
 * In a pool min-min is shortest first, max-min longest first, sufferage by arrival.
 */
#include <stdio.h>

#include "planned.h"

static void rank(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	(void)self;
	(void)cx;
	(void)p;
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = 0;
}

static sj_time fastest(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		       uint32_t node, sj_time end_ns)
{
	(void)self;
	(void)end_ns;
	return sj_listplan_run_ns(p, job->task[task].task, node);
}

static void explain(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		    char *text, size_t size)
{
	const sj_plan_task *t = &job->task[task];

	(void)self;
	if (t->second == SJ_PLAN_NOWHERE || sj_listplan_nodes(p) < 2)
		snprintf(text, size, "end %.12g s when it was mapped", (double)t->end_ns / 1e9);
	else
		snprintf(text, size, "end %.12g s when it was mapped, sufferage %.12g s",
			 (double)t->end_ns / 1e9, (double)(t->second_end_ns - t->end_ns) / 1e9);
}

#define MAPPING(id, text_name, rule_batch, rule_score, keys, where, text)            \
	static const sj_plan_rule id##_rule = { .appends = true, .batch = rule_batch, \
						.rank = rank, .score = rule_score,   \
						.explain = explain };                \
	static int id##_init(void *self, sj_ctx *cx)                                 \
	{                                                                            \
		struct planned *s = self;                                            \
		s->plan = sj_listplan_create(cx, &id##_rule, s, SJ_PLAN_DYNAMIC);    \
		return SJ_OK;                                                        \
	}                                                                            \
	static const sj_semantics id##_semantics = {                                 \
		.order = keys,                                                       \
		PLANNED_SEMANTICS,                                                   \
		.placement = where,                                                  \
		.tie = "submit, then number in the job; lower node",                 \
	};                                                                           \
	const sj_policy_ops sj_policy_##id = {                                       \
		SJ_POLICY_HEAD,                                                      \
		.name = text_name, .summary = text,                                  \
		.cite = "Braun et al., A comparison of eleven static heuristics for mapping a " \
			"class of independent tasks onto heterogeneous distributed computing " \
			"systems, JPDC 61(6), 2001",                                 \
		.semantics = &id##_semantics, .state_size = sizeof(struct planned),  \
		.init = id##_init, PLANNED_CALLBACKS                                 \
	}

MAPPING(min_min, "min-min", SJ_PLAN_MIN_MIN, NULL, "best end, earliest first",
	"where it ends first", "maps ready tasks to nodes, the earliest end first");
MAPPING(max_min, "max-min", SJ_PLAN_MAX_MIN, NULL, "best end, latest first",
	"where it ends first", "maps ready tasks to nodes, the latest of their best ends first");
MAPPING(sufferage, "sufferage", SJ_PLAN_SUFFERAGE, NULL,
	"end on the second best node - end on the best, larger first", "where it ends first",
	"maps ready tasks to nodes, who would lose most first");
MAPPING(met, "met", SJ_PLAN_BY_PRIORITY, fastest, "arrival", "where its run time is least",
	"maps each ready task to the node that runs it fastest");
MAPPING(ect, "ect", SJ_PLAN_BY_PRIORITY, NULL, "arrival", "where it ends first",
	"maps each ready task to the node where it ends first");
