/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal_rule.c - may this task be stolen; see steal.h.
 *
 * rule=dask is that of the distributed scheduler of Dask: with d the estimate of the task,
 *
 *     occupancy of the thief + (1 + ratio) d <= occupancy of the victim - d / 2,
 *
 * where an occupancy is the sum of the estimates of what waits in a worker's deque and of
 * what it runs, and ratio is the time to move the task's data to the thief over d, rounded
 * to a power of 2 from 2^-5 to 2^8. Beyond that a task is never stolen; without data to move
 * the ratio is 0. Both sides are multiplied by 64, so that all terms are whole numbers.
 */
#include "steal.h"

#include <math.h>

enum { RATIO_LEAST = -5, RATIO_MOST = 8 };

/* The whole number nearest to log2(x), x > 0. */
static int nearest_log2(double x)
{
	int e;
	double m = frexp(x, &e);

	return m < 0.70710678118654752440 ? e - 1 : e;
}

/* 64 (1 + ratio); 0: too dear at any price. */
static int64_t price(sj_ctx *cx, const struct worker *thief, const sj_task *t)
{
	double seconds = 0;
	int e;

	if (sj_node_count(cx) != 0 && sj_has_network(cx))
		seconds = sj_data_seconds(cx, t, thief->node, false);
	if (seconds <= 0)
		return 64;
	if (t->estimate_ns == 0 || !isfinite(seconds))
		return 0;
	e = nearest_log2(seconds * 1e9 / (double)t->estimate_ns);
	if (e > RATIO_MOST)
		return 0;
	return 64 + (INT64_C(1) << (6 + (e < RATIO_LEAST ? RATIO_LEAST : e)));
}

bool steal_allowed(const struct steal *s, sj_ctx *cx, uint32_t thief, uint32_t v,
		   const sj_task *t)
{
	const struct worker *to = &s->worker[thief], *from = &s->worker[v];
	int64_t per64;
	bool yes;

	if (s->rule == RULE_ALWAYS)
		return true;
	per64 = price(cx, to, t);
	yes = per64 != 0 && 64 * to->occupancy + (__int128)per64 * t->estimate_ns <=
			    64 * from->occupancy - (__int128)32 * t->estimate_ns;
	if (!yes && sj_explaining(cx))
		sj_because(cx, t, "worker %u may not steal it from worker %u: occupancy %.9g s + "
			   "%.9g x %.9g s against %.9g s - half of it", thief, v,
			   (double)to->occupancy / 1e9,
			   per64 != 0 ? (double)per64 / 64 : INFINITY,
			   (double)t->estimate_ns / 1e9, (double)from->occupancy / 1e9);
	return yes;
}
