/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sizes.h - allocation to tasks of variable size as a part: who may run, within which
 * bounds, and how new sizes come about. A policy says how the machine is divided.
 *
 * Malleable tasks are resized, moldable ones have their size from their start on, rigid
 * ones have what they ask for. Whoever is first in the queue starts as soon as the least
 * that all who run can do with leaves room for the least that it can do with. On nodes what
 * is free need not fit; then a task has fewer ranks.
 */
#ifndef SIZES_H
#define SIZES_H

#include "sojourn/policy.h"

struct sized {
	const sj_task *task;
	bool           runs;
	uint32_t       least, most; /* ranks that it may have now */
	uint32_t       next;        /* that it is to have */
};

/* What there is, and what a rank takes. */
struct sizes_room {
	uint64_t procs, gpu_milli;
};

/* Begins the policy's own state. */
struct sizes {
	int64_t       limit;  /* parameters: SIZES_PARAMS */
	bool          resize;
	sj_time       every;
	struct sized *live;   /* in order of arrival */
	uint32_t      count, cap;
	bool          due;
	sj_time       open;   /* no pass before */
	bool          alarm;  /* a timer is set for then */
	struct sizes_room all; /* of the machine, at this pass */
	uint64_t     *resizes; /* a count of the policy's own */
	/* Sets `next` of the first n of `live`, between their bounds. The least sizes of all
	 * fit into s->all. */
	void        (*divide)(struct sizes *s, sj_ctx *cx, uint32_t n);
	/* Why this size: begins a reason. */
	void        (*explain)(struct sizes *s, sj_ctx *cx, const struct sized *m, uint32_t ranks,
			       char *buf, size_t size);
};

struct sizes_room sizes_of_rank(const sj_task *t);

int sizes_on_ready(void *self, sj_ctx *cx, const sj_task *t);
int sizes_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
int sizes_on_node(void *self, sj_ctx *cx, uint32_t node, bool up);
int sizes_on_timer(void *self, sj_ctx *cx, uint64_t token);
int sizes_schedule(void *self, sj_ctx *cx);

#define SIZES_CALLBACKS                                                                     \
	.on_ready = sizes_on_ready, .on_done = sizes_on_done, .on_node = sizes_on_node,     \
	.on_timer = sizes_on_timer, .schedule = sizes_schedule

#define SIZES_PARAMS(object, interval)                                                      \
	{ .name = "limit", .type = SJ_P_INT, .offset = offsetof(object, sizes.limit),       \
	  .def = "0", .min = 0, .max = 4e9, .unit = "tasks",                                \
	  .live = true, .help = "Most tasks that run at once; 0: as many as fit." },        \
	{ .name = "resize", .type = SJ_P_BOOL, .offset = offsetof(object, sizes.resize),    \
	  .def = "yes",                                                                     \
	  .help = "Resize malleable tasks while they run; no: sizes are chosen at starts." }, \
	{ .name = "every", .type = SJ_P_TIME, .offset = offsetof(object, sizes.every),      \
	  .def = interval, .min = 0, .max = 1e9, .unit = "s",                               \
	  .help = "Least time between two divisions; starts wait for the next one." }

#define SIZES_SEMANTICS                                                                     \
	.order = "arrival",                                                                 \
	.blocking = "the head blocks until the least sizes of all leave room for its least", \
	.reservation = "none",                                                              \
	.preemption = "none: malleable tasks give and take processors as they run",         \
	.placement = "first fit",                                                           \
	.instants = "arrivals, ends and changes of nodes, `every` apart"

#endif
