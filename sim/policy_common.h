/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_common.h - parameters that every policy has beside its own: which nodes its tasks
 * get, unless it chooses nodes itself (SJ_PF_PLACES).
 */
#ifndef SJ_POLICY_COMMON_H
#define SJ_POLICY_COMMON_H

#include "sojourn/policy.h"

/* A table that ends with a NULL name, as all are; empty for policies that place. */
const sj_param *sj_policy_common_params(const sj_policy_ops *ops);

/*
 * Typical demands of place=frag out of "CORES/GPUS[*WEIGHT],...", as in "12/2,4/0.5*3":
 * at most `cap` of them into `out`. SJ_OK, or SJ_EUSAGE with a sentence.
 */
struct sj_typical;
int sj_typical_parse(const char *who, const char *text, struct sj_typical *out, uint32_t cap,
		     uint32_t *count, sj_error *err);

#endif
