/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.c - see pairs.h. */
#include "pairs.h"

#include <math.h>

void pair_at(pair_place *p, const sj_task *t, uint32_t node)
{
	p->slot = (sj_slot){ node, t->ranks };
	p->where = (sj_placement){ 1, &p->slot };
}

double pair_rate(const sj_ctx *cx, const sj_task *t, uint32_t node)
{
	pair_place p;

	if (t->layout == SJ_LAYOUT_SPREAD && t->ranks > 1)
		return 0;
	pair_at(&p, t, node);
	return sj_rate(cx, t, t->ranks, &p.where);
}

/* Whole numbers that a division has missed by rounding are whole. */
static double up(double ns)
{
	double near = nearbyint(ns);

	return fabs(ns - near) <= ns * 0x1p-48 ? near : ceil(ns);
}

sj_time pair_ns(const sj_ctx *cx, const sj_task *t, uint32_t node)
{
	double rate = pair_rate(cx, t, node), ns;

	if (!(rate > 0))
		return SJ_NEVER;
	ns = rate == 1 ? (double)t->estimate_ns : up((double)t->estimate_ns / rate);
	if (sj_has_network(cx))
		ns += up(sj_data_seconds(cx, t, node, false) * 1e9);
	return ns < (double)SJ_TIME_MAX ? (sj_time)ns : SJ_TIME_MAX;
}

bool pair_wide(const sj_ctx *cx, const sj_task *t)
{
	for (uint32_t n = 0; n < sj_node_count(cx); n++)
		if (pair_rate(cx, t, n) > 0)
			return false;
	return true;
}
