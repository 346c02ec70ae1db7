/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list, hlfet, hu, lpt - list scheduling: whenever there is room, the first ready task of a
 * list takes it. They differ by what sorts the list.
 *
 *   list   by number in the job, jobs by arrival: Graham, "Bounds on multiprocessing timing
 *          anomalies", SIAM J. Appl. Math. 17(2), 1969
 *   hlfet  longest way to an end first, run times only: Adam, Chandy and Dickson, "A
 *          comparison of list schedules for parallel processing systems", CACM 17(12), 1974
 *   hu     most tasks on a way to an end first: Hu, "Parallel sequencing and assembly line
 *          problems", Operations Research 9(6), 1961; best for in-trees of equal tasks
 *   lpt    longest run time first: Graham 1969
 *
 * mode=dynamic is that definition, O(log n) a start in a pool; static and hybrid plan the
 * list when a job comes (sojourn/listplan.h), each task behind all that a core was promised
 * to. Run times are means over the nodes. Tasks of one core each make lpt what ljf is; wider
 * ones are passed over here while they do not fit, where ljf blocks. Without graphs, hlfet
 * is lpt, and list and hu are firstfit.
 */
#include <stdio.h>

#include "planned.h"

static void take(sj_plan_job *job, const double *priority)
{
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = priority[i];
}

static void rank_list(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	(void)self;
	(void)cx;
	(void)p;
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = 0;
}

static void rank_hlfet(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	double *level = sj_scratch(cx, job->count * sizeof(*level));

	(void)self;
	sj_plan_level(p, job, level);
	take(job, level);
}

static void rank_hu(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	double *depth = sj_scratch(cx, job->count * sizeof(*depth));

	(void)self;
	(void)p;
	sj_plan_depth(job, depth);
	take(job, depth);
}

static void rank_lpt(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job)
{
	(void)self;
	(void)cx;
	for (uint32_t i = 0; i < job->count; i++)
		job->task[i].priority = sj_listplan_run_sum(p, job->task[i].task);
}

static void explain_list(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
			 char *text, size_t size)
{
	(void)self;
	(void)p;
	(void)job;
	snprintf(text, size, "number %u of its job's list", task);
}

static void explain_hlfet(void *self, const sj_listplan *p, const sj_plan_job *job,
			  uint32_t task, char *text, size_t size)
{
	(void)self;
	snprintf(text, size, "b-level %.12g s",
		 job->task[task].priority / 1e9 / sj_listplan_nodes(p));
}

static void explain_hu(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
		       char *text, size_t size)
{
	(void)self;
	(void)p;
	snprintf(text, size, "level %.0f", job->task[task].priority);
}

static void explain_lpt(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
			char *text, size_t size)
{
	(void)self;
	snprintf(text, size, "run time %.12g s",
		 job->task[task].priority / 1e9 / sj_listplan_nodes(p));
}

static const sj_param list_params[] = {
	{ .name = "mode", .type = SJ_P_ENUM, .offset = offsetof(struct planned, mode),
	  .def = "dynamic", .choices = sj_plan_mode_names,
	  .help = "dynamic: whenever there is room; static: planned when a job comes; hybrid: "
		  "planned, and anew when tasks end at another time than planned." },
	PLANNED_DURATIONS,
	{ .name = NULL },
};

#define LIST(id, for_graphs, keys, text, source)                                     \
	static const sj_plan_rule id##_rule = { .appends = true, .greedy = true,     \
						.rank = rank_##id, .explain = explain_##id }; \
	static int id##_init(void *self, sj_ctx *cx)                                 \
	{                                                                            \
		planned_make(self, cx, &id##_rule);                                  \
		return SJ_OK;                                                        \
	}                                                                            \
	static const sj_semantics id##_semantics = {                                 \
		.order = keys,                                                       \
		.blocking = "skip: the first ready task that fits is started (dynamic); a core " \
			    "serves its promises in order (static, hybrid)",         \
		.reservation = "none (dynamic); cores and spans of time (static, hybrid)", \
		.preemption = "none",                                                \
		.placement = "the first that fits (dynamic); where it ends first, behind all " \
			     "promises (static, hybrid)",                            \
		.tie = "submit, then number in the job; lower node",                 \
		.instants = "once per instant of news",                              \
	};                                                                           \
	const sj_policy_ops sj_policy_##id = {                                       \
		SJ_POLICY_HEAD,                                                      \
		.name = #id, .summary = text, .cite = source,                        \
		.semantics = &id##_semantics, .state_size = sizeof(struct planned),  \
		.params = list_params, .init = id##_init,                           \
		PLANNED_CALLBACKS(for_graphs)                                        \
	}

LIST(list, 0, "number in the job, jobs by arrival: without graphs that of firstfit",
     "list scheduling: the first ready task by number takes what is free",
     "Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17(2), 1969");
LIST(hlfet, SJ_PF_GRAPHS,
     "longest way to an end by run times, longer first: without graphs the run time",
     "list scheduling by the longest way to an end",
     "Adam, Chandy and Dickson, A comparison of list schedules for parallel processing "
     "systems, CACM 17(12), 1974");
LIST(hu, SJ_PF_GRAPHS,
     "tasks on the longest way to an end, more first: without graphs by arrival",
     "list scheduling by levels: best for in-trees of equal tasks",
     "Hu, Parallel sequencing and assembly line problems, Operations Research 9(6), 1961");
LIST(lpt, 0, "run time, longer first",
     "list scheduling, longest run time first",
     "Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17(2), 1969");
