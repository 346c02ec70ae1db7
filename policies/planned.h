/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * planned.h - what the policies that plan task graphs by lists have in common: their
 * parameter and the callbacks that pass news on to the planner (sojourn/listplan.h).
 */
#ifndef PLANNED_H
#define PLANNED_H

#include "sojourn/listplan.h"

/* Begins the state of each of them. */
struct planned {
	int          mode;
	int          durations, kind;
	double       percentile;
	sj_time      prior;
	sj_listplan *plan;
};

extern const sj_param planned_params[];
/* In a longer table. */
#define PLANNED_MODE(def_mode)                                                   \
	{ .name = "mode", .type = SJ_P_ENUM, .offset = offsetof(struct planned, mode), \
	  .def = def_mode, .choices = sj_plan_mode_names,                        \
	  .help = "static: planned when a job comes; dynamic: each task when it is ready; " \
		  "hybrid: as static, and what has not started is planned anew when tasks " \
		  "end at another time than planned." }

/* The rules of heft: without gaps, and with. They need no state. */
extern const sj_plan_rule planned_heft_rules[2];

#define PLANNED_DURATIONS                                                        \
	{ .name = "durations", .type = SJ_P_ENUM,                                \
	  .offset = offsetof(struct planned, durations), .def = "estimate",      \
	  .choices = sj_durations_names,                                         \
	  .help = "Run times that are planned with: what the user claims, or what completed " \
		  "tasks of the same kind took, the last of them, their mean or a percentile; " \
		  "ranks by what is known when a job comes, places when they are given." },  \
	{ .name = "percentile", .type = SJ_P_DOUBLE,                             \
	  .offset = offsetof(struct planned, percentile), .def = "75", .min = 0, .max = 100, \
	  .help = "durations=percentile: which." },                              \
	{ .name = "kind", .type = SJ_P_ENUM, .offset = offsetof(struct planned, kind), \
	  .def = "stage", .choices = sj_durations_kind_names,                    \
	  .help = "Tasks are of one kind with the same application, processors and stage of " \
		  "the graph; and user; or application, processors and number in the job." }, \
	{ .name = "prior", .type = SJ_P_TIME, .offset = offsetof(struct planned, prior), \
	  .def = "0s", .min = 0, .max = 1e9,                                     \
	  .help = "Run time before the first of a kind has completed; 0s: the estimate." }

/* In init(): the planner, by the parameters. The rule gets the policy's state. */
void planned_make(struct planned *s, sj_ctx *cx, const sj_plan_rule *rule);

int planned_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		      const sj_job *graph);
int planned_on_ready(void *self, sj_ctx *cx, const sj_task *t);
int planned_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
int planned_on_node(void *self, sj_ctx *cx, uint32_t node, bool up);
/* Nothing: whenever a task ends, all that found no room are tried again. */
int planned_on_room(void *self, sj_ctx *cx, uint32_t node);
int planned_on_timer(void *self, sj_ctx *cx, uint64_t token);
int planned_schedule(void *self, sj_ctx *cx);

#define PLANNED_CALLBACKS(more_flags)                                            \
	.flags = SJ_PF_PLACES | (more_flags),                                    \
	.on_submit = planned_on_submit, .on_ready = planned_on_ready,            \
	.on_done = planned_on_done, .on_node = planned_on_node,                  \
	.on_timer = planned_on_timer, .on_room = planned_on_room,                \
	.schedule = planned_schedule

#define PLANNED_SEMANTICS                                                        \
	.blocking = "a core serves what it was promised to in the order of the plan; a "  \
		    "task of several ranks on nodes is not planned, starts by arrival, "  \
		    "and holds everybody up until it has",                        \
	.reservation = "every planned task has its cores and its span of time",   \
	.preemption = "none",                                                     \
	.instants = "planned when a job comes, around what earlier jobs were promised "    \
		    "(mode=static, hybrid), or a task is ready, of all jobs together in the "  \
		    "order above (dynamic); anew, jobs by arrival, when a node fails or comes " \
		    "back, and in hybrid when tasks (of n that wait, n / 32) have ended at "   \
		    "another time than planned"

#endif
