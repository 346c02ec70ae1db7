/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * staging.h - data of task graphs on the network: what a task needs from its
 * predecessors comes to it before it computes.
 *
 * When a task starts, each edge with bytes becomes a transfer from the node where the
 * predecessor ended to the first node of the task; it holds what it was given meanwhile,
 * and computes when the last transfer is done. Time spent so is no work and is not
 * counted against the estimate. Data that is on the node already takes no time. A task
 * that starts again with work done brings its state with it, and fetches nothing.
 */
#ifndef STAGING_H
#define STAGING_H

#include "core.h"

/* After transfers_init(). SJ_OK or SJ_ENOMEM. */
int  staging_init(sj_ctx *cx);
void staging_fini(sj_ctx *cx);

/* A job of several tasks has come: remembers the bytes of its edges. SJ_OK or SJ_ENOMEM. */
int  staging_job(sj_ctx *cx, struct job_rec *jr, const sj_job *job);
void staging_forget(struct job_rec *jr);
/* t, or a second copy of it, gives its nodes back: what it made is on the first one. */
void staging_left(const struct task *t);

/* t, or a second copy of it, has its nodes: begins its transfers. With any, it has a pace
 * and no end until they are done. SJ_OK or SJ_ENOMEM. */
int  staging_begin(sj_ctx *cx, struct task *t, const struct task *original);
/* t gives its nodes back; what was still coming is given up. */
void staging_cancel(sj_ctx *cx, struct task *t);

/* A transfer that was begun here is done. */
void staging_arrived(sj_ctx *cx, uint32_t transfer);

#endif
