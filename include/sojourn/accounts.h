/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/accounts.h - whom a task counts for: users, groups, queues or applications,
 * numbered in the order in which they are first seen, each with its share.
 *
 * For policies that are fair to somebody, or keep somebody's things apart.
 */
#ifndef SJ_ACCOUNTS_H
#define SJ_ACCOUNTS_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sj_account_of {
	SJ_OF_USER,
	SJ_OF_GROUP,
	SJ_OF_QUEUE,
	SJ_OF_APP
} sj_account_of;
/* Their names, in that order, for a parameter of type SJ_P_ENUM; ends with NULL. */
extern const char *const sj_account_names[];
uint32_t sj_account_id(const sj_task *t, sj_account_of of);

typedef struct sj_accounts sj_accounts;

/*
 * Nobody yet. `shares`: "7:3,9:2" gives 7 a share of 3; everybody else has
 * 1. Run's memory; NULL after sj_policy_fail() that begins with `what` ("shares").
 */
sj_accounts *sj_accounts_create(sj_ctx *cx, const char *what, const char *shares);

/* The number of an account, from 0; a new one is counted. O(log accounts). */
uint32_t sj_accounts_number(sj_accounts *a, uint32_t id);
uint32_t sj_accounts_count(const sj_accounts *a);
uint32_t sj_accounts_id(const sj_accounts *a, uint32_t number);
double   sj_accounts_share(const sj_accounts *a, uint32_t number);
/* Those in `shares`, in its order: false behind the last one. */
bool     sj_accounts_named(const sj_accounts *a, uint32_t i, uint32_t *id, double *share);

#ifdef __cplusplus
}
#endif
#endif
