/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * staging_ways.h - private to staging: transfers under way, who waits for each, and how
 * they begin. staging.c decides when.
 */
#ifndef STAGING_WAYS_H
#define STAGING_WAYS_H

#include "data.h"
#include "staging.h"

#define NO_WAIT UINT32_MAX

/* A transfer that goes on, by its number, and who waits for it. */
struct way {
	uint32_t     from, to;
	uint32_t     maker; /* task of the job that made it; NOWHERE */
	uint64_t     bytes;
	struct file *file;  /* NULL: bytes of an edge */
	uint32_t     first; /* wait; NO_WAIT: the number is not in use */
	bool         write; /* to a storage */
	double       weight; /* 0: 1 */
	double       sent;  /* with --check: rate x time */
};

/* A task that waits for a transfer; chained by task and by transfer. */
struct wait {
	uint32_t task, transfer;
	uint32_t prev, next;
	uint32_t prev_same, next_same;
};

struct staging {
	struct way  *way;
	uint32_t     ways;
	struct wait *wait;
	uint32_t     waits, free_wait;
	bool         drops; /* nodes keep no copies */
	/* Bytes of all transfers. */
	uint64_t     asked, arrived, given_up;
	sj_time      summed; /* with --check: `sent` is up to date at this time */
	const char  *unsound;
};

/* ---- staging_ways.c: who waits for what, and whether bytes that are sent arrive --------- */

/* Room for a transfer of this number. SJ_OK or SJ_ENOMEM. */
int  staging_ways_reserve(struct staging *s, uint32_t transfer);
/* t waits for it too. SJ_OK or SJ_ENOMEM. */
int  staging_wait_add(struct staging *s, struct task *t, uint32_t transfer);
void staging_wait_remove(struct staging *s, struct task *t, uint32_t wait);
/* With --check, of a transfer that has arrived. */
void staging_check_sent(const sj_ctx *cx, struct staging *s, uint32_t transfer);

/* ---- staging_fetch.c: what a task reads becomes transfers ------------------------------- */

/* Begins `what` at `at` for t, which waits for it; *transfer may be NULL. SJ_OK or
 * SJ_ENOMEM, as below. */
int  staging_send(sj_ctx *cx, struct task *t, const struct way *what, sj_time at,
		  uint32_t *transfer);
/* The bytes of one edge of t's job, to node `to`; nothing when they are there. */
int  staging_fetch_edge(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t edge,
			uint32_t to, sj_time at);
/* A file of t's job from its nearest copy. Also SJ_EINVAL: there is none. */
int  staging_fetch_file(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t file,
			uint32_t to, sj_time at);
/* All that t reads. */
int  staging_fetch_all(sj_ctx *cx, struct task *t, struct job_rec *jr, uint32_t to, sj_time at);
/* What t waits for is cancelled, unless another waits for it as well. */
void staging_give_up(sj_ctx *cx, struct task *t);

#endif
