/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * min-min, max-min, sufferage, met, ect - tasks mapped to unrelated machines, each behind all
 * that was promised on its machine. Braun, Siegel, Beck et al., "A comparison of eleven static
 * heuristics for mapping a class of independent tasks onto heterogeneous distributed
 * computing systems", JPDC 61(6), 2001; sufferage: Maheswaran, Ali, Siegel, Hensgen and
 * Freund, JPDC 59(2), 1999.
 *
 *   min-min    of all that may have a place the one whose best end is earliest, where that is
 *   max-min    the one whose best end is latest, where that is
 *   sufferage  the one that would lose most on its second best node
 *   met        by arrival, where it runs fastest, whatever waits there
 *   ect        by arrival, where it ends first (mct elsewhere)
 *
 * mode=dynamic: what becomes ready at one instant is a batch, and what has a node keeps it.
 * mode=static, hybrid: a job is mapped when it comes, of a graph at each step those whose
 * predecessors are mapped; data counts. A batch of n costs O(n^2 + nodes x n) where few share
 * their best node, and O(nodes x n^2) where all do; min-min O(nodes x looks), which are n to
 * n^2; met and ect O(nodes) a task. In a pool min-min is shortest first, max-min longest
 * first, sufferage by arrival.
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

static void explain_met(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
			char *text, size_t size)
{
	(void)self;
	(void)p;
	snprintf(text, size, "run time %.12g s, the least", (double)job->task[task].score_ns / 1e9);
}

static const sj_param mapping_params[] = { PLANNED_MODE("dynamic"), PLANNED_DURATIONS,
					   { .name = NULL } };

#define MAPPING(id, text_name, rule_batch, rule_score, rule_explain, keys, where, text) \
	static const sj_plan_rule id##_rule = { .appends = true, .batch = rule_batch, \
						.rank = rank, .score = rule_score,   \
						.explain = rule_explain };           \
	static int id##_init(void *self, sj_ctx *cx)                                 \
	{                                                                            \
		planned_make(self, cx, &id##_rule);                                  \
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
		.params = mapping_params, .init = id##_init, PLANNED_CALLBACKS(0)    \
	}

MAPPING(min_min, "min-min", SJ_PLAN_MIN_MIN, NULL, explain, "best end, earliest first",
	"where it ends first", "maps tasks to nodes, the earliest end first");
MAPPING(max_min, "max-min", SJ_PLAN_MAX_MIN, NULL, explain, "best end, latest first",
	"where it ends first", "maps tasks to nodes, the latest of their best ends first");
MAPPING(sufferage, "sufferage", SJ_PLAN_SUFFERAGE, NULL, explain,
	"end on the second best node - end on the best, larger first", "where it ends first",
	"maps tasks to nodes, who would lose most first");
MAPPING(met, "met", SJ_PLAN_BY_PRIORITY, fastest, explain_met, "arrival",
	"where its run time is least", "maps each task to the node that runs it fastest");
MAPPING(ect, "ect", SJ_PLAN_BY_PRIORITY, NULL, explain, "arrival", "where it ends first",
	"maps each task to the node where it ends first");
