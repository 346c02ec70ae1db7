/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * staging.h - data of jobs on the network: what a task reads comes to it before it
 * computes, and what it writes to a storage is there before it ends.
 *
 * hold: when a task starts, each edge with bytes becomes a transfer from the node where the
 * predecessor ended to the first node of the task, and each file one from its nearest copy
 * (data.h). The task holds what it was given meanwhile, and computes when the last transfer
 * is done. That time is no work and is not counted against the estimate. Data that is on
 * the node already takes no time. A task that starts again with work done brings its state
 * with it, and fetches nothing.
 *
 * prefetch: the same, but for a task whose node is known before it starts (it is pinned, or
 * the policy has said so by sj_stage()) each transfer begins as soon as node and data are
 * there, and what has arrived before the start costs nothing at the start. A task that
 * starts elsewhere gives up what is under way and fetches anew. The first start uses the
 * plan up.
 *
 * A node keeps the copy of a file that it has fetched, unless told otherwise; a second task
 * that wants it while it comes waits for the same transfer.
 */
#ifndef STAGING_H
#define STAGING_H

#include "core.h"

/* After transfers_init(). SJ_OK or SJ_ENOMEM. */
int  staging_init(sj_ctx *cx);
void staging_fini(sj_ctx *cx);

/* The tasks of a job have been made: what is pinned and in place begins to move. SJ_OK or
 * SJ_ENOMEM. Only with jr->data. */
int  staging_submitted(sj_ctx *cx, struct job_rec *jr);
/* t, or a second copy of it, gives its nodes back: what it made is on the first one. */
void staging_left(const struct task *t);
/* Task `index` has ended for good: what it made is there, and is sent to where it is known
 * to be needed. SJ_OK or SJ_ENOMEM. Only with jr->data. */
int  staging_made(sj_ctx *cx, struct job_rec *jr, uint32_t index);

/* t, or a second copy of it, has its nodes: begins its transfers. With any, it has a pace
 * and no end until they are done. SJ_OK or SJ_ENOMEM. */
int  staging_begin(sj_ctx *cx, struct task *t, const struct task *original);
/* t waited for data (staging_cancel() was called) and has other nodes: it fetches, or writes,
 * anew. SJ_OK or SJ_ENOMEM. */
int  staging_moved(sj_ctx *cx, struct task *t);
/* t, or a second copy of it, has computed. True: it writes to a storage first, and will end
 * when that is done. Without memory the run's error is set. */
bool staging_writes(sj_ctx *cx, struct task *t);
/* t gives its nodes back, its span closed, or will never run: what was still coming is given
 * up. */
void staging_cancel(sj_ctx *cx, struct task *t);

/* A transfer that was begun here is done. SJ_OK or SJ_ENOMEM. */
int  staging_arrived(sj_ctx *cx, uint32_t transfer);

/* What t waits for to come to `node`: bytes, and the longest of the times that they would
 * take alone. */
void staging_coming(const sj_ctx *cx, const struct task *t, uint64_t *bytes, double *alone_s);

/* With --check: what has been sent until now. Before anything changes a rate. */
void staging_sum(sj_ctx *cx);
/* Bytes asked for are bytes that arrived, were given up or are under way. For --check;
 * NULL, or a sentence on what is wrong. */
const char *staging_unsound(const sj_ctx *cx, bool at_end);

/* The first task that waits for a transfer; NULL: none. */
const struct task *staging_waits_for(const sj_ctx *cx, uint32_t transfer);

#endif
