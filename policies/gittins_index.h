/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gittins_index.h - the Gittins index of a law of sizes.
 *
 * A task that has had service a is worth G(a) = max over D of
 *     P(S - a <= D | S > a) / E[min(S - a, D) | S > a],
 * what it brings to its end per service spent on it, spent as long as is best
 * (Gittins 1989; Aalto, Ayesta and Righter 2009). With X(t) = E[min(S, t)] and
 * F(t) = P(S <= t) that is the steepest chord from (X(a), F(a)) to a later point of
 * the curve (X(t), F(t)): its ends are vertices of an upper hull.
 */
#ifndef GITTINS_INDEX_H
#define GITTINS_INDEX_H

#include "sojourn/law.h"
#include "sojourn/policy.h"

/* A curve of straight pieces. A size that many have is a piece of 1 ns. */
struct gittins_curve {
	uint32_t  count, cap;
	int64_t  *t;    /* ns of service, ascending from 0 */
	double   *x;    /* s */
	double   *f;
	uint32_t *next; /* where the steepest chord from each point ends */
};

struct gittins_index {
	double  per_s; /* 0: nothing so large is known */
	int64_t until; /* service up to which it is best spent; INT64_MAX: no limit known */
};

/* Memory is the run's; a curve can be made anew in place. */
void gittins_from_law(struct gittins_curve *c, sj_ctx *cx, const sj_law *law);
/* `n` sizes > 0, ascending, each as likely. */
void gittins_from_sizes(struct gittins_curve *c, sj_ctx *cx, const int64_t *size, uint32_t n);

/* Of a task that has had `attained`. O(log n) and the hull's next vertices. */
struct gittins_index gittins_index(const struct gittins_curve *c, int64_t attained);

#endif
