/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thin.c - see thin.h. */
#include "plot/thin.h"

#include <string.h>

static size_t count_distinct(const double *v, size_t n)
{
	size_t k = n > 0;

	for (size_t i = 1; i < n; i++)
		k += v[i] != v[i - 1];
	return k;
}

size_t thin_ecdf(const double *v, size_t n, size_t cap, struct thin_point *out)
{
	size_t kept = 0, target = 0;
	const size_t slots = cap - 2; /* two are set aside for the ends */
	const int all = count_distinct(v, n) <= cap;

	for (size_t i = 0; i < n; i++) {
		size_t upto = i + 1; /* values <= v[i], if it is the last of its kind */

		if (upto < n && v[upto] == v[i])
			continue;
		/* Each slot stands for n/slots values; keep the one that fills it. */
		if (!all && kept > 0 && upto < n &&
		    (unsigned __int128)upto * slots < (unsigned __int128)target * n)
			continue;
		out[kept].x = v[i];
		out[kept].y = upto == n ? 1.0 : (double)upto / (double)n;
		kept++;
		target = (size_t)((unsigned __int128)upto * slots / n) + 1;
	}
	return kept;
}

static size_t column_of(double x, double from, double to, size_t columns)
{
	double c = (x - from) / (to - from) * (double)columns;

	return c >= (double)columns ? columns - 1 : (size_t)c;
}

/* p[from..to] of one column: first, least, greatest, last, in order, once each. */
static size_t keep_column(const struct thin_point *p, size_t from, size_t to,
			  struct thin_point *out)
{
	size_t lo = from, hi = from, pick[4], kept = 0;

	for (size_t i = from + 1; i <= to; i++) {
		if (p[i].y < p[lo].y)
			lo = i;
		if (p[i].y > p[hi].y)
			hi = i;
	}
	pick[0] = from;
	pick[1] = lo < hi ? lo : hi;
	pick[2] = lo < hi ? hi : lo;
	pick[3] = to;
	for (int k = 0; k < 4; k++)
		if (k == 0 || pick[k] != pick[k - 1])
			out[kept++] = p[pick[k]];
	return kept;
}

size_t thin_steps(const struct thin_point *p, size_t n, size_t cap,
		  struct thin_point *out)
{
	const size_t columns = cap / 4;
	size_t kept = 0;

	if (n <= cap) {
		if (n > 0)
			memcpy(out, p, n * sizeof(*p));
		return n;
	}
	for (size_t i = 0, end; i < n; i = end + 1) {
		size_t c = column_of(p[i].x, p[0].x, p[n - 1].x, columns);

		end = i;
		while (end + 1 < n &&
		       column_of(p[end + 1].x, p[0].x, p[n - 1].x, columns) == c)
			end++;
		kept += keep_column(p, i, end, out + kept);
	}
	return kept;
}
