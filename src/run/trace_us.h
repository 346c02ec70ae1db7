/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_us.h - times and processes of trace events, as their files write them. */
#ifndef TRACE_US_H
#define TRACE_US_H

#include <inttypes.h>
#include <stdio.h>

#include "sojourn/types.h"

/* Nanoseconds as the format's microseconds, exactly. */
struct us {
	char text[32];
};

static inline struct us us_of(sj_time ns)
{
	struct us u;

	snprintf(u.text, sizeof(u.text), "%" PRId64 ".%03" PRId64, ns / 1000, ns % 1000);
	return u;
}

/* Processes of the viewer: node n is n + 1, since 0 is its idle process; the machine,
 * which has the counters and the pool, comes behind them, then the network. */
static inline uint32_t pid_of_node(uint32_t node)
{
	return node + 1;
}

#endif
