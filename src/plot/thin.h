/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thin.h - fewer points, same picture: what a plotted curve needs and no more.
 *
 * A plotter draws millions of points slowly and no page shows them. Every point
 * that is kept is a point of the full curve; nothing is averaged or smoothed.
 */
#ifndef PLOT_THIN_H
#define PLOT_THIN_H

#include <stddef.h>

#define THIN_MAX 4000 /* points a curve, the project's rule */

struct thin_point {
	double x, y;
};

/*
 * The empirical distribution function of the ascending values v[0..n): points
 * (x, share of values <= x), drawn as steps. With at most `cap` distinct values
 * it is complete; otherwise the least and the greatest value stay, and between
 * two neighbours the function rises by at most 1/(cap - 2) plus the weight of
 * one value. cap >= 3. Returns how many points were written to out[0..cap).
 */
size_t thin_ecdf(const double *v, size_t n, size_t cap, struct thin_point *out);

/*
 * A step curve p[0..n), ascending in x, reduced to the first, the least, the
 * greatest and the last point of each of cap/4 equal columns between the ends.
 * With n <= cap it is copied. cap >= 4. Returns how many points are in out.
 */
size_t thin_steps(const struct thin_point *p, size_t n, size_t cap,
		  struct thin_point *out);

#endif
