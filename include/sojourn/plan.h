/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/plan.h - what is free over future time, as totals of the machine: processors,
 * and on nodes GPUs and memory beside them. One profile (sojourn/profile.h) for each
 * resource that the machine has and tasks can run out of.
 *
 * Totals do not say where: a task that fits by them may have no place on the nodes.
 */
#ifndef SJ_PLAN_H
#define SJ_PLAN_H

#include "sojourn/profile.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_plan sj_plan;

/* All that is up now is free from now to the end of time. Run's memory. */
sj_plan *sj_plan_create(sj_ctx *cx);
void sj_plan_reset(sj_plan *p);
void sj_plan_copy(sj_plan *to, const sj_plan *from); /* of one run */

/* t has what it asks for on [from, to); resp. has it no longer. */
void sj_plan_take(sj_plan *p, const sj_task *t, sj_time from, sj_time to);
void sj_plan_give(sj_plan *p, const sj_task *t, sj_time from, sj_time to);
void sj_plan_trim(sj_plan *p, sj_time t);

/* For t, of all resources at once, as sj_profile_find() and sj_profile_find_earlier(). */
sj_time sj_plan_find(const sj_plan *p, const sj_task *t, sj_time length, sj_time from,
		     sj_time limit);
sj_time sj_plan_find_earlier(const sj_plan *p, const sj_task *t, sj_time length,
			     sj_time from, sj_time limit, sj_time held);

/* Of processors alone: what no task can exceed. */
const sj_profile *sj_plan_procs(const sj_plan *p);

#ifdef __cplusplus
}
#endif
#endif
