/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learner.h - learners as they stand in a results file: what they are is what they saw. */
#ifndef STORE_LEARNER_H
#define STORE_LEARNER_H

#include "run/learning.h"
#include "sojourn/bandit.h"
#include "store/store.h"

/* Arms from 1; `known`: 1, 2, ... in the order in which rewards became known. */
int store_learning(struct store *st, const sj_learning *l, sj_error *err);
int store_round(struct store *st, const sj_round *r, uint32_t known, sj_error *err);

/* All complete runs of a file that learned something. */
struct saved_learners {
	sj_saved_learning *saved; /* for sj_run_config; borrows from `of` */
	struct learning   *of;
	uint32_t           count;
};
/* SJ_OK; what store_open() returns; SJ_EINVAL: there are none, or a row is wrong. */
int  saved_learners_read(const char *path, struct saved_learners *out, sj_error *err);
void saved_learners_fini(struct saved_learners *s);
/* SHA-256 of what a learner is made from. */
void saved_learning_digest(const sj_saved_learning *s, char hex[65]);

#endif
