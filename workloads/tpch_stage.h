/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tpch_stage.h - private to workloads/: the measured durations of the tasks of one stage
 * (see tpch.c), and how long it takes with some number of executors.
 */
#ifndef TPCH_STAGE_H
#define TPCH_STAGE_H

#include <jansson.h>

#include "deck.h"

#define TPCH_COUNTS 9 /* numbers of executors that were tried */
extern const int tpch_count[TPCH_COUNTS];
extern const char *const tpch_count_names[TPCH_COUNTS + 1];
extern const char *const tpch_duration_names[]; /* measured, first, rest, fresh */

struct tpch_stages {
	const char  *name;      /* of the file */
	uint64_t     line;
	int          durations; /* which, of the names above */
	struct deck *deck;      /* counts what there is */
	sj_time     *task_ns;   /* of the stage at hand, by task */
	sj_time     *free_ns;   /* of executors, a heap */
	sj_error    *err;
};

/* SJ_OK or SJ_ENOMEM. */
int  tpch_stages_init(struct tpch_stages *s);
void tpch_stages_fini(struct tpch_stages *s);
/* "FILE:LINE: stage[N]: "KEY": expected ..."; returns SJ_EPARSE. `key` NULL: its lists. */
int  tpch_wrong(const struct tpch_stages *s, size_t stage, const char *key,
		const char *expected);
/* Every number of a stage is a duration; counts them. SJ_OK or SJ_EPARSE. */
int  tpch_check(const struct tpch_stages *s, const json_t *stage, size_t at);
/* Into task_ns with the k-th number of executors; *tasks >= 1. SJ_OK; SJ_END: not measured
 * with so many; SJ_EPARSE. */
int  tpch_durations(const struct tpch_stages *s, const json_t *stage, size_t at, size_t k,
		    uint32_t *tasks);
/* The same, each task on the executor that is free first: how many were of use, and when
 * all is done. */
int  tpch_time(const struct tpch_stages *s, const json_t *stage, size_t at, size_t k,
	       uint32_t *executors, sj_time *ns);

#endif
