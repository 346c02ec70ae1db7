/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multifactor.h - priority as a weighted sum of factors, after the multifactor
 * priority plugin of Slurm: age, size, fair-share, the job's own priority, queue.
 */
#ifndef SJ_MULTIFACTOR_H
#define SJ_MULTIFACTOR_H

#include "sojourn/order.h"

typedef struct sj_multifactor sj_multifactor;

/* `args` is the spec behind "multifactor:". NULL after sj_policy_fail(). */
sj_multifactor *sj_multifactor_create(sj_ctx *cx, const char *args);
/* Larger goes first. */
double sj_multifactor_value(sj_multifactor *m, sj_ctx *cx, const sj_task *t);
void   sj_multifactor_started(sj_multifactor *m, sj_ctx *cx, const sj_task *t);
void   sj_multifactor_ended(sj_multifactor *m, sj_ctx *cx, const sj_task *t);
void   sj_multifactor_explain(sj_multifactor *m, sj_ctx *cx, const sj_task *t, char *buf,
			      size_t size);

#endif
