/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_levels.c - levels of ends, where something changed; coflow_fair.c says what they are. */
#include <math.h>

#include "coflow_fair.h"

#define SAME       1e-12 /* relative: levels that close are the same */
#define SWEEPS_MAX 1000u
#define ROUNDS_MAX 1000  /* never seen: they end by themselves */

void sj_fair_touch(struct fair *s, uint32_t e, sj_time now)
{
	struct end *n = &s->end[e];

	if (n->since_ns != now && s->level[e] < INFINITY)
		n->clock += s->level[e] * ((double)(now - n->since_ns) * 1e-9);
	n->since_ns = now;
	if (n->touched)
		return;
	n->touched = true;
	s->touched[s->touched_count++] = e;
	/* Small numbers keep their digits. */
	if (n->heap.count == 0)
		n->clock = 0;
}

void sj_fair_mark(struct fair *s, uint32_t e, sj_time now)
{
	sj_fair_touch(s, e, now);
	s->dirty += !s->is_dirty[e];
	s->is_dirty[e] = true;
}

struct terms {
	double below, open;      /* sums: flows x lesser levels; flows with others */
	double highest, lowest;  /* level on each side */
};

/* Without branches: half of them would be predicted wrong. */
static inline struct terms split(const struct beside *b, uint32_t pairs, const double *level,
				 double limit)
{
	double below = 0, open = 0, highest = 0, lowest = INFINITY;

	for (uint32_t i = 0; i < pairs; i++) {
		double at = level[b[i].other], flows = b[i].flows, all = at * flows;
		bool lesser = at < limit;
		double low = lesser ? at : 0, high = lesser ? INFINITY : at;

		below += lesser ? all : 0;
		open += lesser ? 0 : flows;
		highest = low > highest ? low : highest;
		lowest = high < lowest ? high : lowest;
	}
	return (struct terms){ below, open, highest, lowest };
}

/* The root of the head comment's equation. The sum is concave in x, so that Newton's method
 * comes from below after one step, and ends when no term changes its branch. */
static double level_of(const struct fair *s, uint32_t e)
{
	const struct end *n = &s->end[e];
	double x = s->level[e], least;

	if (n->pairs == 0)
		return INFINITY;
	least = n->cap / n->flows;
	if (s->shares)
		return least;
	if (!(x < INFINITY))
		x = least;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct terms t = split(n->beside, n->pairs, s->level, x * (1 - SAME));

		if (t.open == 0 && t.below <= n->cap)
			return INFINITY;
		x = t.open > 0 ? (n->cap - t.below) / t.open : 0;
		if (t.open > 0 && t.highest < x * (1 - SAME) && t.lowest >= x * (1 - SAME))
			break;
		/* Too high a start: once more from below. */
		if (x < least)
			x = least;
	}
	return x;
}

static void change_level(struct fair *s, uint32_t e, double level, sj_time now)
{
	struct end *n = &s->end[e];
	double least = (s->level[e] < level ? s->level[e] : level) * (1 - SAME);

	sj_fair_touch(s, e, now);
	s->level[e] = level;
	n->changed = true;
	if (s->shares)
		return;
	for (uint32_t i = 0; i < n->pairs; i++)
		if (s->level[n->beside[i].other] > least)
			sj_fair_mark(s, n->beside[i].other, now);
}

static bool same(double a, double b)
{
	return a == b || (isfinite(a) && isfinite(b) && fabs(a - b) <= SAME * a);
}

static void sort_levels(struct fair *s)
{
	for (uint32_t i = 1; i < s->ends; i++) {
		uint32_t e = s->rising[i], k = i;

		for (; k > 0 && s->level[s->rising[k - 1]] > s->level[e]; k--)
			s->rising[k] = s->rising[k - 1];
		s->rising[k] = e;
	}
}

/* Ends in rising order, again until nothing changes. */
bool sj_fair_levels(struct fair *s, sj_time now)
{
	for (uint32_t sweep = 0; s->dirty != 0; sweep++) {
		if (sweep == SWEEPS_MAX)
			return false;
		for (uint32_t i = 0; i < s->ends && s->dirty != 0; i++) {
			uint32_t e = s->rising[i];
			double level;

			if (!s->is_dirty[e])
				continue;
			s->is_dirty[e] = false;
			s->dirty--;
			level = level_of(s, e);
			if (!same(level, s->level[e]))
				change_level(s, e, level, now);
		}
	}
	sort_levels(s);
	return true;
}
