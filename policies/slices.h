/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slices.h - turns of one quantum as a part: whoever runs keeps its place until its slice
 * is over; whose turn it is then is decided by a key, smaller first, among those who wait
 * and those whose slice is over. What is left over after the first goes to the next,
 * greedily (preempt.h). While nobody waits slices follow each other without a pass. A slice
 * begins when its task has its place: one whose data takes longer to come than a slice may
 * lose its place again and again.
 */
#ifndef SLICES_H
#define SLICES_H

#include "preempt.h"

struct slice {
	sj_time end;
	bool    served; /* it runs */
};

struct slices_rule;

/* Begins the policy's own state. */
struct slices {
	struct preempt            p;
	const struct slices_rule *rule;
	sj_time                   quantum; /* a parameter of the policy: SLICES_QUANTUM */
	struct slice             *slice;   /* by task id */
	uint32_t                  cap;
};

/* Callbacks are optional but for key(). */
struct slices_rule {
	int64_t (*key)(struct slices *s, sj_ctx *cx, const sj_task *t);
	/* Keys of those who wait hold no longer than a turn: all are asked anew. */
	bool fleeting;
	/* So many slices of t are over. */
	void (*paid)(struct slices *s, const sj_task *t, sj_time slices);
	/* t runs from now on, or does not any more. */
	void (*serve)(struct slices *s, sj_ctx *cx, const sj_task *t, bool yes);
	/* What its place is made of, for --explain. */
	void (*explain)(struct slices *s, sj_ctx *cx, const sj_task *t, char *buf, size_t size);
};

#define SLICES_QUANTUM(object, value)                                                      \
	{ .name = "quantum", .type = SJ_P_TIME, .offset = offsetof(object, slices.quantum), \
	  .def = value, .min = 1e-9, .max = 1e9, .unit = "s",                               \
	  .help = "How long a turn is when others wait." }

int slices_init(struct slices *s, sj_ctx *cx, const struct slices_rule *rule);
int slices_on_ready(void *self, sj_ctx *cx, const sj_task *t);

#define SLICES_SEMANTICS                                                                    \
	.blocking = "skip: greedy fill behind those whose slice goes on",                   \
	.reservation = "none; wide tasks may starve",                                       \
	.preemption = "free, work is kept: at the end of a slice, if the turn is another's", \
	.placement = "place= (first); what goes on stays where it is",                      \
	.instants = "arrivals, ends, and ends of slices while somebody waits"

#endif
