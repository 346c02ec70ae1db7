/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scaling.c - speed-up as a function of size: linear, Amdahl 1967, Downey 1997, or
 * straight lines between measured points.
 */
#include "sojourn/scaling.h"

#include "sojourn/law.h"

static double amdahl(double serial, double n)
{
	return 1 / (serial + (1 - serial) / n);
}

static double table(const sj_scaling *s, double n)
{
	sj_speedup_point from = { 0, 0 };

	for (uint32_t i = 0; i < s->point_count; i++) {
		sj_speedup_point to = s->points[i];

		if (n == to.ranks)
			return to.speed; /* a measured value as it was measured */
		if (n < to.ranks)
			return from.speed + (to.speed - from.speed) * (n - from.ranks) /
					    (to.ranks - from.ranks);
		from = to;
	}
	return from.speed;
}

double sj_scaling_speedup(const sj_scaling *s, double ranks)
{
	switch (s->kind) {
	case SJ_SPEEDUP_AMDAHL: return amdahl(s->serial, ranks);
	case SJ_SPEEDUP_DOWNEY: return sj_downey_speedup(s->A, s->sigma, ranks);
	case SJ_SPEEDUP_TABLE:  return table(s, ranks);
	default:                return ranks;
	}
}
