/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fairshare.h - how much of the machine an account has used lately, and what
 * that is worth: 2^(-(U/S)/d), the classic fair-share factor.
 *
 * U is the account's part of all decayed usage, S its part of all shares, d a
 * damping. Usage is processor-seconds with an exponential half-life and grows
 * continuously while tasks run (closed form, no ticks).
 */
#ifndef SJ_FAIRSHARE_H
#define SJ_FAIRSHARE_H

#include "sojourn/policy.h"

/* Usage after `elapsed_s` without any use; half_life_s 0: no decay. */
double sj_usage_decay(double usage, double half_life_s, double elapsed_s);
/* 2^(-(usage_norm/share_norm)/damping). */
double sj_fairshare_factor(double usage_norm, double share_norm, double damping);

typedef struct sj_fairshare sj_fairshare;

/*
 * `shares` is "id:shares,..." (accounts not in it have 1 share); NULL or "" for
 * equal shares. NULL after sj_policy_fail(). Run's memory.
 */
sj_fairshare *sj_fairshare_create(sj_ctx *cx, double half_life_s, double damping,
				  const char *shares);
/* An account exists from its first task on: it then counts in S. */
void   sj_fairshare_begin(sj_fairshare *fs, uint32_t account, uint32_t procs, sj_time now);
void   sj_fairshare_end(sj_fairshare *fs, uint32_t account, uint32_t procs, sj_time now);
double sj_fairshare_at(sj_fairshare *fs, uint32_t account, sj_time now);
/* Decayed processor-seconds of an account. */
double sj_fairshare_usage(sj_fairshare *fs, uint32_t account, sj_time now);

#endif
