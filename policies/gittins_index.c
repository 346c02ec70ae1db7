/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gittins_index.c - see gittins_index.h. */
#include "gittins_index.h"

#include <math.h>

#define LARGEST ((int64_t)1 << 59) /* ns; sizes beyond are not looked for */
#define TAIL    1e-9               /* of the probability is left out */
#define PIECE   0.02               /* share of what is left of P(S > t) that ends in one */

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

/* ---- points -------------------------------------------------------------------- */

static void add_point(struct gittins_curve *c, sj_ctx *cx, int64_t t, double x, double f)
{
	if (c->count == c->cap) {
		size_t old = c->cap, cap = old != 0 ? 2 * old : 64;

		c->t = sj_grow(cx, c->t, old * sizeof(*c->t), cap * sizeof(*c->t));
		c->x = sj_grow(cx, c->x, old * sizeof(*c->x), cap * sizeof(*c->x));
		c->f = sj_grow(cx, c->f, old * sizeof(*c->f), cap * sizeof(*c->f));
		c->next = sj_grow(cx, c->next, old * sizeof(*c->next),
				  cap * sizeof(*c->next));
		c->cap = (uint32_t)cap;
	}
	c->t[c->count] = t;
	c->x[c->count] = x;
	c->f[c->count++] = f;
}

static double slope(double x, double f, const struct gittins_curve *c, uint32_t to)
{
	return c->x[to] > x ? (c->f[to] - f) / (c->x[to] - x) : 0;
}

/* Where the steepest chord from (x, f), which lies before point `from`, ends; of
 * equal ones the longest. */
static uint32_t steepest(const struct gittins_curve *c, double x, double f, uint32_t from)
{
	uint32_t j = from;

	while (j + 1 < c->count && slope(x, f, c, c->next[j]) >= slope(x, f, c, j))
		j = c->next[j];
	return j;
}

/* Nothing ends behind the first point that all but TAIL have reached. */
static void cut_tail(struct gittins_curve *c)
{
	uint32_t n = 1;

	while (n < c->count && c->f[n - 1] < 1 - TAIL)
		n++;
	c->count = n;
}

/* From the back, each chord found among those behind it: O(n) in total. */
static void link_hull(struct gittins_curve *c)
{
	for (uint32_t i = c->count - 1; i-- != 0;)
		c->next[i] = steepest(c, c->x[i], c->f[i], i + 1);
}

/* ---- from a law ------------------------------------------------------------------ */

/* Adds the points of (lo, hi]. Halved until few end in a piece, or until it is 1 ns
 * wide: then the law has that size itself. */
static void add_piece(struct gittins_curve *c, sj_ctx *cx, const sj_law *law, int64_t lo,
		      int64_t hi)
{
	double begin = c->f[c->count - 1], x = c->x[c->count - 1];
	double end = sj_law_cdf(law, seconds(hi));
	int64_t middle = lo + (hi - lo) / 2;

	if (end - begin <= 1e-12 || hi - lo == 1) {
		add_point(c, cx, hi, x + seconds(hi - lo) * (1 - begin), end);
	} else if (end - begin <= PIECE * (1 - begin) && hi - lo < 4 * (lo + 1)) {
		double halfway = sj_law_cdf(law, seconds(middle));

		/* Simpson's rule; a lump inside is still seen as one. */
		if (halfway - begin < 0.9 * (end - begin) &&
		    end - halfway < 0.9 * (end - begin)) {
			add_point(c, cx, hi, x + seconds(hi - lo) *
				  (1 - (begin + 4 * halfway + end) / 6), end);
		} else {
			add_piece(c, cx, law, lo, middle);
			add_piece(c, cx, law, middle, hi);
		}
	} else {
		add_piece(c, cx, law, lo, middle);
		add_piece(c, cx, law, middle, hi);
	}
}

void gittins_from_law(struct gittins_curve *c, sj_ctx *cx, const sj_law *law)
{
	int64_t end = 2;

	while (end < LARGEST && sj_law_cdf(law, seconds(end)) < 1 - TAIL)
		end *= 2;
	c->count = 0;
	add_point(c, cx, 0, 0, sj_law_cdf(law, 0));
	add_piece(c, cx, law, 0, end);
	cut_tail(c);
	link_hull(c);
}

void gittins_from_sizes(struct gittins_curve *c, sj_ctx *cx, const int64_t *size, uint32_t n)
{
	int64_t at = 0;
	double x = 0, f = 0;

	c->count = 0;
	add_point(c, cx, 0, 0, 0);
	for (uint32_t i = 0; i < n; i++) {
		if (i + 1 < n && size[i + 1] == size[i])
			continue;
		x += seconds(size[i] - at) * (1 - f);
		if (size[i] - 1 > at)
			add_point(c, cx, size[i] - 1, x - 1e-9 * (1 - f), f);
		at = size[i];
		f = (double)(i + 1) / n;
		add_point(c, cx, at, x, f);
	}
	link_hull(c);
}

/* ---- the index -------------------------------------------------------------------- */

/* The last point that is not behind `t`. */
static uint32_t point_at(const struct gittins_curve *c, int64_t t)
{
	uint32_t lo = 0, hi = c->count;

	while (hi - lo > 1) {
		uint32_t middle = lo + (hi - lo) / 2;

		if (c->t[middle] <= t)
			lo = middle;
		else
			hi = middle;
	}
	return lo;
}

/* To ten digits, so that the sums behind them decide nothing. */
static double rounded(double x)
{
	int exponent;
	double m = frexp(x, &exponent);

	return ldexp(nearbyint(ldexp(m, 34)), exponent - 34);
}

struct gittins_index gittins_index(const struct gittins_curve *c, int64_t attained)
{
	uint32_t i = c->count != 0 ? point_at(c, attained) : 0, j;
	double x, f, part;

	if (c->count == 0 || i + 1 == c->count)
		return (struct gittins_index){ 0, INT64_MAX };
	part = (double)(attained - c->t[i]) / (double)(c->t[i + 1] - c->t[i]);
	x = c->x[i] + part * (c->x[i + 1] - c->x[i]);
	f = c->f[i] + part * (c->f[i + 1] - c->f[i]);
	j = steepest(c, x, f, i + 1);
	return (struct gittins_index){ rounded(slope(x, f, c, j)), c->t[j] };
}
