/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/suppose.h - what if: running tasks gone, others started, nothing decided.
 *
 * A preemptive policy must know who would find a place before it stops anybody.
 * Between sj_suppose_begin() and sj_suppose_end() the queries about room (sj_fits,
 * sj_procs_free, sj_node_*_free, lanes) answer for the machine as supposed; actions
 * are policy faults. At the end everything is as it was: what ran holds the same
 * cores, GPUs and memory, and nobody has heard of it.
 *
 * Each call costs what giving back or taking costs.
 */
#ifndef SJ_SUPPOSE_H
#define SJ_SUPPOSE_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

void sj_suppose_begin(sj_ctx *cx);

/* A running task gives back what it has; nothing when it is gone already. */
void sj_suppose_gone(sj_ctx *cx, const sj_task *t);
/* One that is gone comes back to where it was; false: something else is there. */
bool sj_suppose_back(sj_ctx *cx, const sj_task *t);

/*
 * A task that is ready, or that is gone, starts where sj_start() would put it. *where
 * gets the place, to start it there later: in the memory of sj_scratch(), count 0 in a
 * pool. SJ_OK; SJ_EFULL: it does not fit, nothing changed.
 */
int sj_suppose_start(sj_ctx *cx, const sj_task *t, sj_placement *where);

void sj_suppose_end(sj_ctx *cx);

#ifdef __cplusplus
}
#endif
#endif
