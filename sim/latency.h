/* SPDX-License-Identifier: GPL-3.0-or-later */
/* latency.h - how long decisions take, by the clock that the program lends (the core has none
 * of its own): one round in LATENCY_EVERY is timed, its on_submit() calls and schedule(). The
 * longest is looked for among these and every on_submit() of a graph, where all of a plan
 * may be made. */
#ifndef SJ_LATENCY_H
#define SJ_LATENCY_H

#include "quantile.h"

#define LATENCY_EVERY 16u /* a power of two; two clock reads cost some 50 ns */

typedef struct sj_latency {
	uint64_t (*ticks)(void);
	uint64_t    calls;
	int64_t     submits_ns; /* of the round that is timed */
	sj_quantile ns;
	int64_t     max_ns;
} sj_latency;

/* Is the round that comes next timed? */
static inline bool sj_latency_next(const sj_latency *l)
{
	return l->ticks != NULL && (l->calls & (LATENCY_EVERY - 1)) == 0;
}

static inline bool sj_latency_due(sj_latency *l)
{
	return l->ticks != NULL && (l->calls++ & (LATENCY_EVERY - 1)) == 0;
}

#endif
