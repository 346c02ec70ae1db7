/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/profile.h - free processors as a step function of future time: the
 * availability profile of conservative backfilling (Mu'alem and Feitelson,
 * "Utilization, predictability, workloads, and user runtime estimates in
 * scheduling the IBM SP2 with backfilling", TPDS 2001).
 *
 * Steps live in blocks that carry their least and greatest value, so a search
 * hops over blocks that cannot matter and an update touches O(sqrt n) steps.
 */
#ifndef SJ_PROFILE_H
#define SJ_PROFILE_H

#include "sojourn/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sj_profile sj_profile;

/* `total` processors free from `from` to the end of time. Run's memory. */
sj_profile *sj_profile_create(sj_ctx *cx, uint32_t total, sj_time from);
/* Back to that state, memory kept. */
void sj_profile_reset(sj_profile *p, uint32_t total, sj_time from);

/* Makes `to` equal to `from`; both of one run. */
void sj_profile_copy(sj_profile *to, const sj_profile *from);

/* Free processors change by delta on [from, to); to may be SJ_NEVER. A value may
 * become negative (more promised than there is); find() treats it as 0 free. */
void sj_profile_add(sj_profile *p, sj_time from, sj_time to, int64_t delta);

/* Forgets everything before t; the first step then begins at t. */
void sj_profile_trim(sj_profile *p, sj_time t);

/*
 * The earliest s with from <= s < limit and at least `width` free on
 * [s, s + length); `limit` if there is none. length 0 is treated as 1 ns.
 */
sj_time sj_profile_find(const sj_profile *p, int64_t width, sj_time length,
			sj_time from, sj_time limit);

/*
 * For moving a reservation that begins at `held` to an earlier start, without
 * taking it off the profile first: the earliest s with from <= s < limit and at
 * least `width` free on [s, min(s + length, held)); `limit` if there is none.
 * What lies from `held` on is the reservation's own. limit <= held.
 */
sj_time sj_profile_find_earlier(const sj_profile *p, int64_t width, sj_time length,
				sj_time from, sj_time limit, sj_time held);

int64_t sj_profile_at(const sj_profile *p, sj_time t);
/* Greatest value on [from, to). */
int64_t sj_profile_max(const sj_profile *p, sj_time from, sj_time to);
/* Number of steps, for tests and cost reports. */
size_t sj_profile_steps(const sj_profile *p);

#ifdef __cplusplus
}
#endif
#endif
