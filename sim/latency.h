/* SPDX-License-Identifier: GPL-3.0-or-later */
/* latency.h - how long decisions take: one schedule() call in LATENCY_EVERY is
 * timed by the clock that the program lends (the core has none of its own). */
#ifndef SJ_LATENCY_H
#define SJ_LATENCY_H

#include "quantile.h"

#define LATENCY_EVERY 16u /* a power of two; two clock reads cost some 50 ns */

typedef struct sj_latency {
	uint64_t (*ticks)(void);
	uint64_t    calls;
	sj_quantile ns;
	int64_t     max_ns;
} sj_latency;

static inline bool sj_latency_due(sj_latency *l)
{
	return l->ticks != NULL && (l->calls++ & (LATENCY_EVERY - 1)) == 0;
}

#endif
