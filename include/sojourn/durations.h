/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/durations.h - how long a task will take, from what tasks of its kind took before: a
 * tool for policies whose users know nothing, or are wrong.
 *
 * Tasks have no names. A kind is what they have in common: the application of the job, the
 * processors that they ask for, and their stage in the graph, or their number in the job,
 * or stage and user. What a task took is its work at rate 1 (sj_task_attained() when it has
 * completed), so that what was seen on a fast node tells of a slow one. Tasks that did not
 * complete teach nothing. Before the first of a kind there is a prior.
 */
#ifndef SJ_DURATIONS_H
#define SJ_DURATIONS_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sj_durations_by {
	SJ_DURATIONS_ESTIMATE,  /* what the user claims; nothing is learned */
	SJ_DURATIONS_LAST,      /* of its kind */
	SJ_DURATIONS_MEAN,      /* of all of its kind so far, rounded up to ns */
	SJ_DURATIONS_PERCENTILE /* of all of its kind so far: exact up to five, by straight lines
	                         * between order statistics; then P2 (Jain and Chlamtac, CACM
	                         * 28(10), 1985), in constant memory */
} sj_durations_by;
extern const char *const sj_durations_names[]; /* choices of a parameter */

typedef enum sj_durations_kind {
	SJ_KIND_STAGE, /* application, processors, stage: longest way from an entry, in tasks */
	SJ_KIND_USER,  /* and user */
	SJ_KIND_TASK   /* application, processors, number in the job: graphs that come again */
} sj_durations_kind;
extern const char *const sj_durations_kind_names[];

typedef struct sj_durations_spec {
	sj_durations_by   by;
	sj_durations_kind kind;
	double            percentile; /* 0 .. 100 */
	sj_time           prior_ns;   /* 0: the task's own estimate */
} sj_durations_spec;

typedef struct sj_durations sj_durations;

/* In the run's memory, which grows with the number of kinds. */
sj_durations *sj_durations_create(sj_ctx *cx, const sj_durations_spec *spec);
/* A task has completed. O(1). */
void sj_durations_see(sj_durations *d, const sj_task *t, uint32_t stage, sj_time work_ns);
/* Expected run time at rate 1. O(1). */
sj_time sj_durations_expect(sj_durations *d, const sj_task *t, uint32_t stage);
/* How many of its kind have completed. */
uint64_t sj_durations_seen(const sj_durations *d, const sj_task *t, uint32_t stage);

#ifdef __cplusplus
}
#endif
#endif
