/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * members.h - the tasks of a job of several, before they are tasks of the core and after.
 *
 * A task takes some 400 bytes, but most tasks of a large graph wait for others, or have
 * ended. Until it is ready a task is a member of its job only: run time and estimate, what
 * it waits for, and the rest of its specification, which is shared with its like. Memory
 * and caches hold the tasks that are ready or run, and about 40 bytes for each other one.
 *
 * A policy that asks for whole jobs (on_submit) gets all tasks at once, and so does who
 * sends data ahead to tasks that are not ready.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "core.h"

/* By index; one more behind them, for its `succ`. */
struct member {
	union {
		sj_time work_ns;     /* until it is a task */
		sj_time start_ns;    /* once it has ended: of its last run */
	};
	union {
		sj_time estimate_ns;
		sj_time finish_ns;
	};
	sj_time  path_ns;    /* critical.h; 0 without */
	uint32_t preds_left; /* MEMBER_GONE: it has ended, or never will be ready */
	uint32_t succ;       /* the first of its successors in job_rec.succ */
};

/* A bit, so that predecessors that still end do not make it ready. */
#define MEMBER_GONE (UINT32_C(1) << 31)

static inline bool member_gone(const struct job_rec *jr, uint32_t index)
{
	return (jr->member[index].preds_left & MEMBER_GONE) != 0;
}

/* The job as its members, in the run's list of jobs; NULL: no memory, or the run's error
 * says what is wrong with an edge. */
struct job_rec *job_rec_new(sj_ctx *cx, const sj_job *job, uint64_t seq);
void job_rec_free(sj_ctx *cx, struct job_rec *jr);
/* It takes so many bytes more, until it is freed. */
void job_rec_count(sj_ctx *cx, struct job_rec *jr, uint64_t bytes);

/* What member `index` asks for, its times included; valid until the next call. */
const sj_task_spec *member_spec(struct job_rec *jr, uint32_t index);

#endif
