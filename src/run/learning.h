/* SPDX-License-Identifier: GPL-3.0-or-later */
/* learning.h - the trace of a run's learner, kept until it is stored. */
#ifndef LEARNING_H
#define LEARNING_H

#include "run.h"

/* A round with memory of its own for scores and context. */
struct learning {
	sj_learning what;    /* arms 0: nobody learns */
	sj_round   *round;
	uint32_t    count, cap;
};

/* SJ_OK or SJ_ENOMEM. */
int  learning_begin(struct learning *l, const sj_learning *what);
int  learning_add(struct learning *l, const sj_round *r);
void learning_fini(struct learning *l);

#endif
