/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.h - what a task on one node would take: for policies that choose pairs of them. */
#ifndef PAIRS_H
#define PAIRS_H

#include "sojourn/policy.h"

/* The ranks of t, all on this node. */
typedef struct pair_place {
	sj_slot slot;
	sj_placement where;
} pair_place;
void pair_at(pair_place *p, const sj_task *t, uint32_t node);

/* Rate of t there; 0: the node could not hold it even if empty, or must not. */
double pair_rate(const sj_ctx *cx, const sj_task *t, uint32_t node);
/* Its run time there by its estimate, and the time that its data takes to get there; SJ_NEVER
 * where the rate is 0. */
sj_time pair_ns(const sj_ctx *cx, const sj_task *t, uint32_t node);
/* No single node can hold it. O(nodes). */
bool pair_wide(const sj_ctx *cx, const sj_task *t);

#endif
