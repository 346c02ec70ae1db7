/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conservative.h - what the two plans of conservative backfilling share: which
 * slot each task has, and the profile of free processors that follows from it.
 */
#ifndef CONSERVATIVE_H
#define CONSERVATIVE_H

#include "sojourn/backfill.h"
#include "sojourn/forecast.h"
#include "sojourn/plan.h"

enum conservative_plan { PLAN_REBUILD, PLAN_COMPRESS };

/* Where a task stands in the plan; by task id. */
struct slot {
	sj_time from; /* reserved or actual start; SJ_NEVER: none */
	sj_time to;   /* its expected end */
	bool    running;
};

/* A planned task that waits; plan=rebuild keeps them in the order of the queue. */
struct planned {
	const sj_task *task;
	sj_time        from;
};

/* News since the last pass is kept apart: most instants bring one task. */
enum { FRESH_MAX = 8 };

struct conservative {
	/* parameters */
	const char *order;
	int         plan; /* enum conservative_plan */
	int64_t     depth;
	/* state of both */
	sj_waiting  wait;
	sj_plan    *profile;  /* running tasks and reservations */
	sj_forecast *forecast; /* on nodes, for the head; else NULL */
	sj_ends     ends;     /* likewise: running tasks */
	struct slot *slot;
	uint32_t    slot_cap;
	uint32_t    running;  /* tasks with a running slot */
	bool        stale;    /* the reservations are void: plan everything anew */
	bool        news;     /* since the last pass */
	bool        crowd;    /* more tasks arrived since the last pass than fit here */
	uint32_t    fresh_count;
	sj_queue_item fresh[FRESH_MAX]; /* arrived since, in the order of the queue */
	/* of plan=rebuild */
	sj_plan    *base;     /* running tasks alone */
	uint64_t    head_seq; /* 1 + that of the head of the last pass; on nodes */
	struct planned *planned;
	uint32_t    planned_count, planned_cap;
	int64_t     edge_key; /* the last task that was planned: all before it */
	uint64_t    edge_seq; /* are planned, none behind it is */
	sj_time     due;      /* earliest planned start, SJ_NEVER: none */
	bool        settled;  /* of the tasks seen by the last pass none can start */
	/* of plan=compress */
	sj_queue   *reserved; /* by reserved start */
	sj_time     gained;   /* ends before it gave processors back; 0: none */
	sj_time     vacated;  /* moves left room before it, after some had passed */
	sj_time     timer;    /* the earliest one that is pending */
};

/* What a task is planned to last: an estimate of 0 counts as 1 s. */
sj_time conservative_length(const sj_task *t);
struct slot *conservative_slot(struct conservative *s, sj_ctx *cx, const sj_task *t);
/* The profile of running tasks alone, as they are expected to end. */
void conservative_running(struct conservative *s, sj_ctx *cx, sj_plan *p);
/* Not before this may t be planned: now, but on nodes a head that has no place waits for
 * the first time at which it has one. */
sj_time conservative_from(struct conservative *s, sj_ctx *cx, const sj_task *t);
/*
 * Starts t, whose slot begins now. SJ_OK: it has left the queue. SJ_EFULL: some
 * processors are still held by a task past its expected end, or lie wrong, or the head
 * would lose its place.
 */
int  conservative_start(struct conservative *s, sj_ctx *cx, const sj_task *t);
void conservative_say_wait(struct conservative *s, sj_ctx *cx, const sj_task *t);

/* conservative_rebuild.c */
void rebuild_init(struct conservative *s, sj_ctx *cx);
void rebuild_ready(struct conservative *s, sj_ctx *cx, const sj_queue_item *it);
void rebuild_done(struct conservative *s, sj_ctx *cx, const sj_task *t, sj_time expected);
int  rebuild_pass(struct conservative *s, sj_ctx *cx);

/* conservative_compress.c */
void compress_init(struct conservative *s, sj_ctx *cx);
void compress_done(struct conservative *s, sj_ctx *cx, const sj_task *t, sj_time expected);
int  compress_pass(struct conservative *s, sj_ctx *cx);

#endif
