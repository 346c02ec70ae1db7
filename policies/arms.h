/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arms.h - several policies, all of which hear the news, and one of which decides: what
 * `bandit` and `rotate` share.
 *
 * An arm that did not decide finds tasks started, and stopped, by others when its turn
 * comes; so an arm must take its picture of the run from the core, not from its own books.
 * Several arms may therefore not choose nodes by books of their own, share processors in
 * time, make second copies or drop jobs, and they have to agree on when passes are made.
 *
 * An arm that breaks its contract is retired: a warning names it, and another decides in
 * its place, within the same pass. The run ends when none is left.
 */
#ifndef ARMS_H
#define ARMS_H

#include "sojourn/arms.h"

struct arm {
	const char         *spec;
	const sj_subpolicy *part;
	bool                retired;
	uint32_t            timed; /* as of a hearer */
	bool                plain; /* a pass is all: no timers, nobody stops tasks */
};

/* Arms that have some callback, one after the other: news comes often. */
struct hearer {
	const sj_policy_ops *ops;
	void                *self;
	uint32_t             arm;
	uint32_t             timed; /* its number as a part, when it sets timers; else 0 */
};
struct hearers {
	struct hearer *of; /* ends with NULL ops */
	uint32_t       count;
	bool           timed; /* some of them */
	bool           alone; /* one, of the only arm: its errors are the policy's */
};

struct arms {
	const char *list;    /* the parameter: specs between bars */
	const char *who;     /* the outer policy */
	struct arm *arm;
	uint32_t    count, living;
	bool        stops;   /* some arm may stop tasks */
	struct hearers submit, ready, done, node;
	int         failed_with; /* the last error of an arm that was retired */
};

#define ARMS_MAX 64u
#define ARMS_DEFAULT "easy|easy:order=sjf|easy:order=saf"
#define ARMS_PARAM(object, member)                                                         \
	{ .name = "arms", .type = SJ_P_STRING, .offset = offsetof(object, member.list),    \
	  .def = ARMS_DEFAULT, .unit = "SPEC|SPEC|...",                                    \
	  .help = "The policies, between bars; in parentheses when a spec has a colon." }

/* SJ_OK, or an error of sj_policy_fail(). */
int arms_init(struct arms *a, sj_ctx *cx, const char *who);

/* News, for all of them. */
int arms_submit(struct arms *a, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		const sj_job *graph);
int arms_ready(struct arms *a, sj_ctx *cx, const sj_task *t);
int arms_done(struct arms *a, sj_ctx *cx, const sj_task *t, sj_outcome how);
int arms_timer(struct arms *a, sj_ctx *cx, uint64_t token);
int arms_node(struct arms *a, sj_ctx *cx, uint32_t node, bool up);

/* The same for policies whose state begins with their arms. */
int arms_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
		   const sj_job *graph);
int arms_on_ready(void *self, sj_ctx *cx, const sj_task *t);
int arms_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
int arms_on_timer(void *self, sj_ctx *cx, uint64_t token);
int arms_on_node(void *self, sj_ctx *cx, uint32_t node, bool up);

/* The arm that decides for `arm`: itself, or the next that is not retired. */
uint32_t arms_acting(const struct arms *a, uint32_t arm);
/* From now on reasons begin with the arm that decides for `arm`, and why it does. */
void arms_because(const struct arms *a, sj_ctx *cx, uint32_t arm, const char *why);
/* A pass of that arm; of the next one, if it breaks its contract in it. `stopped` (or NULL)
 * is told of tasks that the arm has stopped. */
typedef void arms_stopped_fn(void *self, sj_ctx *cx, const sj_task *t);
int arms_schedule_more(struct arms *a, sj_ctx *cx, uint32_t arm, arms_stopped_fn *stopped,
		       void *self);
int arms_schedule_failed(struct arms *a, sj_ctx *cx, uint32_t arm, int rc,
			 arms_stopped_fn *stopped, void *self);
static inline int arms_schedule(struct arms *a, sj_ctx *cx, uint32_t arm,
				arms_stopped_fn *stopped, void *self)
{
	const struct arm *acting = &a->arm[arm];
	int rc;

	if (!acting->plain)
		return arms_schedule_more(a, cx, arm, stopped, self);
	rc = acting->part->ops->schedule(acting->part->self, cx);
	return rc == SJ_OK || rc == SJ_EFULL ? SJ_OK :
		arms_schedule_failed(a, cx, arm, rc, stopped, self);
}

#endif
