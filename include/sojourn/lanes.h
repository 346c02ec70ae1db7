/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/lanes.h - waiting tasks by what they ask for, on a machine with nodes.
 *
 * On nodes "narrow enough" does not say "fits": a search by width stops at task after
 * task that has no place. But tasks that ask for the same fit or do not fit together,
 * and what did not fit does not fit until something is given back. So tasks with the
 * same demand wait in a lane of their own, a refusal closes the lane, and a closed lane
 * opens again only if the nodes at which something was given back since have room.
 * A walk merges the heads of the open lanes: it meets the tasks that a walk over the
 * whole queue would have started, in the same order, and few others.
 *
 * A pass costs O(lanes + met x log(lanes)); a task that waits costs the place of an
 * item in a queue (sojourn/queue.h).
 */
#ifndef SJ_LANES_H
#define SJ_LANES_H

#include "sojourn/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_lanes sj_lanes;

/* In the run's memory; NULL in a pool of processors, where width says all. */
sj_lanes *sj_lanes_create(sj_ctx *cx);

/* The item's width must be that of its task; its task must not be here. */
void sj_lanes_add(sj_lanes *l, const sj_queue_item *item);
/* The task must be here. */
void sj_lanes_remove(sj_lanes *l, const sj_task *t);
bool sj_lanes_has(const sj_lanes *l, const sj_task *t);
void sj_lanes_clear(sj_lanes *l);
/* Keys that have changed; see sj_queue_rekey(). Not within a walk. */
void sj_lanes_rekey(sj_lanes *l, sj_queue_key_fn *key, void *arg);

/* sj_start() of t said SJ_EFULL: nobody who asks for the same fits, until something is
 * given back. */
void sj_lanes_refused(sj_lanes *l, const sj_task *t);
/* Is it known that t does not fit? */
bool sj_lanes_hopeless(sj_lanes *l, const sj_task *t);

/*
 * A walk, in the order of (key, seq), behind the given pair: begin(), then next() until
 * NULL. It meets tasks of open lanes with width <= width_max and length <= length_max;
 * longer ones too, unless their lane was told to be of no use for long ones
 * (sj_lanes_short), which holds until sj_lanes_started(). What next() returned may be
 * removed; add nothing within a walk. The limits must not grow within a walk.
 */
void sj_lanes_begin(sj_lanes *l, int64_t key, uint64_t seq);
const sj_queue_item *sj_lanes_next(sj_lanes *l, int64_t width_max, int64_t length_max);
void sj_lanes_short(sj_lanes *l, const sj_task *t);
void sj_lanes_started(sj_lanes *l);

/* Lanes with tasks, for cost reports. */
uint32_t sj_lanes_count(const sj_lanes *l);

#ifdef __cplusplus
}
#endif
#endif
