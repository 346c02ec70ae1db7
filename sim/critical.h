/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * critical.h - the critical path of each job of several tasks, and the slack of its tasks.
 *
 * Critical path: the longest way through the graph, each task taking as long as on the
 * fastest nodes that serve it, at its best size, for itself; once with data costing
 * nothing, once with each transfer that was made taking as long as it would alone. A job's
 * response is never shorter (without stragglers and neighbours, which may speed a task up).
 *
 * Slack, as realised: how much later a task could have ended with every task after it
 * taking as long as it took, and the job ending when it did: the total float of Kelley and
 * Walker, "Critical-path planning and scheduling", 1959, on the schedule that was. What
 * shared machines with other tasks does not bind.
 */
#ifndef CRITICAL_H
#define CRITICAL_H

#include "core.h"

/* For a job of several tasks; its data is known. SJ_OK or SJ_ENOMEM. */
int  critical_create(sj_ctx *cx, struct job_rec *jr);
void critical_free(struct job_rec *jr);

/* Data that `maker` made (UINT32_MAX: none of the job's tasks) is on its way to a task, and
 * takes so long alone. */
void critical_fetch(struct job_rec *jr, uint32_t task, uint32_t maker, sj_time alone_ns);
/* All of it is fetched anew. */
void critical_refetch(struct job_rec *jr, uint32_t task);

/* A task has ended for good, or all of them: the job's figures go into the metrics. */
void critical_ended(sj_ctx *cx, struct job_rec *jr, const struct task *t);
void critical_job(sj_ctx *cx, struct job_rec *jr);

#endif
