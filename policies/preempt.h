/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * preempt.h - preemptive list scheduling as a part: at a pass all live tasks, the
 * running ones included, are taken in one order, and each that fits into what is
 * left gets its processors, filling from an empty machine; what runs and was not
 * reached is stopped, with its work kept. A policy adds the order.
 *
 * On nodes the fill is one of places. What runs and is reached stays where it is. What
 * waits and is reached is placed beside all that runs, if it fits there; else those that
 * run behind it in the order give way, but, taken in the order, stay as long as it still
 * fits without their places. One whose place is taken when it is reached is started
 * elsewhere, if it fits. Nothing that is reached moves to make room: a task that does
 * not fit for fragmentation alone is skipped. Sizes are those that were asked for;
 * moldable and malleable tasks are taken as rigid.
 *
 * A rule gives a task its place (key, seq), smaller first, seq being the number of
 * its arrival unless the rule says otherwise. The place of a task
 * that waits must not change while it waits (order.h's dynamic orders apart), so
 * that the queue can be an index: in a pool a pass costs a sort of what runs and
 * O(log n) for each start and stop, however many wait. On nodes a search of a place for
 * each that fits beside all; for the others O(running behind them + demands) searches,
 * and O(running behind) for each that is placed.
 */
#ifndef PREEMPT_H
#define PREEMPT_H

#include "sojourn/lanes.h"
#include "sojourn/queue.h"

/* One running task, in the order of the latest pass. */
struct preempt_runner {
	sj_queue_item  item;  /* its place in this pass */
	bool           stop;  /* not reached: to be stopped */
	const sj_task *rival; /* then: the last that was chosen before it, or NULL */
};

/* One to be started by this pass. */
struct preempt_chosen {
	sj_queue_item item;
	sj_placement  where; /* count 0: a pool */
};

struct preempt {
	const struct preempt_rule *rule;
	sj_queue              *waiting; /* item.width: processors */
	sj_lanes              *lanes;   /* the same by demand; NULL in a pool */
	struct preempt_runner *run;
	uint32_t               count, cap;
	struct preempt_chosen *chosen;
	uint32_t               chosen_count, chosen_cap;
	bool                   due;     /* news since the latest pass */
	sj_time                alarm;   /* when the timer rings that counts, or SJ_NEVER */
	uint64_t               token;   /* of that timer */
	sj_time                latest;  /* instant of the latest pass */
	uint64_t               first, last; /* fresh seqs before and behind all others */
};

/* `p` begins the policy's own state. Callbacks are optional but for place(). */
struct preempt_rule {
	/* Sets item->key of a task that is ready or runs; its seq is that of its
	 * arrival, and larger than all before. */
	void (*place)(struct preempt *p, sj_ctx *cx, sj_queue_item *item);
	/* At the begin of a pass: the places of all that run. Default: place(). */
	void (*replace)(struct preempt *p, sj_ctx *cx);
	/* Behind a pass: when the next is due, should there be no news before. */
	sj_time (*alarm)(struct preempt *p, sj_ctx *cx);
	/* A task was started, or stopped or has ended. */
	void (*started)(struct preempt *p, sj_ctx *cx, const sj_task *t);
	void (*halted)(struct preempt *p, sj_ctx *cx, const sj_task *t);
	/* "remaining 12s" for --explain. */
	void (*explain)(struct preempt *p, sj_ctx *cx, const sj_queue_item *item,
			char *buf, size_t size);
};

int preempt_init(struct preempt *p, sj_ctx *cx, const struct preempt_rule *rule);
int preempt_on_ready(void *self, sj_ctx *cx, const sj_task *t);
int preempt_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
int preempt_on_node(void *self, sj_ctx *cx, uint32_t node, bool up);
int preempt_on_timer(void *self, sj_ctx *cx, uint64_t token);
int preempt_schedule(void *self, sj_ctx *cx);

/* The first in the order that waits, or NULL. */
const sj_queue_item *preempt_first_waiting(const struct preempt *p);
/* New keys for all that wait, when what a rule knows has changed. */
void preempt_rekey(struct preempt *p, sj_queue_key_fn *key, void *arg);
/* A rule that starts tasks by itself: t no longer waits; why it is started. */
void preempt_forget(struct preempt *p, const sj_task *t);
void preempt_say(struct preempt *p, sj_ctx *cx, const sj_queue_item *item,
		 const char *what, const sj_queue_item *rival);

/* How much service a task gets per time, in thousandths: of GPUs when it has some, else
 * of processors. Service in ns: exact below 2^63, then saturated. */
enum { PREEMPT_BY_AREA, PREEMPT_BY_TIME };
uint64_t preempt_milli(const sj_task *t);
int64_t  preempt_service(sj_time length, uint64_t milli);
/* How long it takes to get that much, at least 1 ns. */
sj_time  preempt_time_for(int64_t service, uint64_t milli);

#define PREEMPT_CALLBACKS                                                   \
	.on_ready = preempt_on_ready, .on_done = preempt_on_done,           \
	.on_node = preempt_on_node, .on_timer = preempt_on_timer,           \
	.schedule = preempt_schedule

#endif
