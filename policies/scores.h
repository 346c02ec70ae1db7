/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scores.h - how far running tasks are, as one who watches them can know: the score is
 * attained service over estimate, at most 1. A task without an estimate has no score.
 *
 * Tasks are compared within their stage: those of one job with equally many levels of
 * predecessors above them (the maps of a job, then its reduces), or all tasks together.
 */
#ifndef SCORES_H
#define SCORES_H

#include "sojourn/policy.h"

struct scores {
	bool             by_stage;
	struct seen     *seen;   /* by id of the task */
	uint32_t         seen_cap;
	struct stage    *stage;
	uint32_t         stages, stage_cap;
	uint32_t        *spare;  /* numbers of stages that are over */
	uint32_t         spares, spare_cap;
	uint32_t         newest; /* id of the latest start that was noted */
	struct node_seen {
		double done;  /* tasks that have ended there */
		bool   tried; /* it has had a task */
	} *on;                   /* by node */
};

struct measured {
	const sj_task *task;
	uint32_t       stage;
	sj_time        ran;   /* since its start */
	double         score; /* 0 .. 1 */
	double         rate;  /* score per second; 0 when it has not run */
	double         left;  /* seconds until score 1 at that rate; infinity */
};

void scores_init(struct scores *p, sj_ctx *cx, bool by_stage);
void scores_submit(struct scores *p, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		     const sj_job *graph);
void scores_done(struct scores *p, const sj_task *t, sj_outcome how);
/* Notes what was started since the last call: O(that). */
void scores_started(struct scores *p, sj_ctx *cx);
/* t got a copy on `node` (SCORES_SOMEWHERE: not told): it is not known which of the two will
 * end it, so its end counts for no node. */
#define SCORES_SOMEWHERE (UINT32_MAX - 1)
#define SCORES_NOWHERE   UINT32_MAX
void scores_copied(struct scores *p, const sj_task *t, uint32_t node);
/* Where the latest copy of t is, or was; SCORES_NOWHERE: it has had none since its start. */
uint32_t scores_copy_node(const struct scores *p, const sj_task *t);

/* Running tasks with a score, in start order, until the callback returns. O(running). */
struct measured *scores_measure(struct scores *p, sj_ctx *cx, uint32_t *count);
/* Tasks of t's stage that have not ended, and all of them; of a task alone 1 of 1. Only when
 * stages are compared. */
void scores_left(const struct scores *p, const sj_task *t, uint32_t *left, uint32_t *all);
/* Tasks of the stage that have ended; 0 when all tasks are compared together. */
uint32_t scores_ended(const struct scores *p, uint32_t stage);
/*
 * By node: is it among the slowest `part` of the nodes that are up and have had a task?
 * Measured by the tasks that have ended there and the scores of those that run there (on
 * the first node of their place); of equals all or none. NULL: part is 0, or a pool.
 * O(nodes log nodes).
 */
bool *scores_slow_nodes(struct scores *p, sj_ctx *cx, const struct measured *m,
			  uint32_t count, double part);

#endif
