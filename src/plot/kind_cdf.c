/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_cdf.c - `plot cdf`: the empirical distribution of a per-job quantity.
 *
 * The axis is logarithmic, as waits reach over seven decades; many waits are 0,
 * so zeros have a place of their own to the left of a break in the axis. The curves
 * are of use to others (cdf_curves.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/cdf_curves.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "plot/thin.h"
#include "stats/describe.h"

#define MARKS       7    /* point marks a curve */
#define DECADES_MAX 9.0  /* what one column can show */
#define DECADE_IN   0.5  /* of page width that each needs to carry every label */
#define BREAK       0.09 /* of the axis, between zero and the first decade */

static const char *const metrics[] = { "wait", "response", "bsld", "slowdown", NULL };

struct axis {
	double lo, hi;  /* ends of the logarithmic part */
	double zero;    /* where smaller values are drawn; 0: there are none */
	double left;    /* end of the axis */
	bool   only_zeros; /* nothing else is drawn at `zero` */
};

static struct axis choose_axis(const struct values *v, size_t count)
{
	struct axis a = { .lo = INFINITY, .only_zeros = true };
	bool below = false;
	double span;

	for (size_t s = 0; s < count; s++) {
		const struct values *w = &v[s];
		size_t i = 0;

		while (i < w->count && w->v[i] <= 0)
			i++;
		below = below || i > 0;
		if (i < w->count)
			a.lo = fmin(a.lo, w->v[i]);
		if (w->count > 0)
			a.hi = fmax(a.hi, w->v[w->count - 1]);
	}
	a.lo = a.hi > 0 ? pow(10, floor(log10(a.lo) + 1e-9)) : 1;
	a.hi = fmax(a.hi * 1.25, a.lo * 10);
	if (log10(a.hi / a.lo) > DECADES_MAX) {
		a.lo = pow(10, ceil(log10(a.hi) - DECADES_MAX));
		a.only_zeros = false;
		below = true;
	}
	span = log10(a.hi / a.lo);
	a.left = a.lo;
	if (below) {
		a.zero = a.lo * pow(10, -BREAK * span);
		a.left = a.lo * pow(10, -1.6 * BREAK * span);
	}
	return a;
}

static void write_curve(struct figure *f, const struct values *v, const struct axis *a,
			struct thin_point *p)
{
	size_t n = thin_ecdf(v->v, v->count, THIN_MAX - 2, p);

	for (size_t i = 0; i < n; i++) {
		double x = p[i].x < a->lo ? a->zero : p[i].x;

		if (i == 0)
			figure_point(f, x, 0);
		figure_point(f, x, 100 * p[i].y);
	}
	figure_point(f, a->hi, 100);
}

/* Marks at even steps of the axis, those of each series a little further on. */
static void write_marks(struct figure *f, const struct values *v, const struct axis *a,
			size_t s, size_t count)
{
	double span = log10(a->hi / a->left);
	size_t written = f->points;

	for (int k = 0; k < MARKS; k++) {
		double at = (k + ((double)s + 0.5) / (double)count) / MARKS;
		double x = a->left * pow(10, at * span), y;

		y = stat_share_upto_sorted(v->v, v->count, x < a->lo && a->zero > 0 ?
					   nextafter(a->lo, 0) : x);
		/* Not on the flat ends, where curves meet; but one there must be. */
		if (x < (a->zero > 0 ? a->zero : a->left) || y <= 0 ||
		    (y >= 1 && written < f->points))
			continue;
		figure_point(f, x, 100 * y);
	}
}

static void write_axis(struct figure *f, const struct axis *a, const struct cdf_curves *c)
{
	char label[64];

	figure_num(f, "XLEFT", a->left);
	figure_num(f, "XLO", a->lo);
	figure_num(f, "XHI", a->hi);
	figure_num(f, "XZERO", a->zero);
	snprintf(label, sizeof(label), a->only_zeros ? "0" : "< %g%s", a->lo,
		 c->time ? " s" : "");
	figure_text(f, "ZEROLABEL", label);
	figure_ticks_begin(f, "XTICKS");
	if (c->time)
		text_ticks_log_time(a->lo, a->hi, plot_look_width(f->look) <
				    DECADE_IN * log10(a->hi / a->lo), f->vars);
	else
		text_ticks_log(a->lo, a->hi, 7, f->vars);
	figure_ticks_end(f);
	figure_text(f, "XLABEL", c->xlabel);
	snprintf(label, sizeof(label), "%s (%%)", c->what);
	figure_text(f, "YNAME", label);
}

int cdf_curves_write(struct figure *f, const struct cdf_curves *c)
{
	struct thin_point *p = malloc(THIN_MAX * sizeof(*p));
	struct axis a;

	if (p == NULL)
		return SJ_ENOMEM;
	for (size_t s = 0; s < c->count; s++)
		stat_sort(c->values[s].v, c->values[s].count);
	a = choose_axis(c->values, c->count);
	f->body_in = 2.0;
	write_axis(f, &a, c);
	figure_yticks(f, "YTICKS", 0, 100, 6, 0);
	for (size_t s = 0; s < c->count; s++) {
		figure_block(f, c->label[s]);
		if (c->values[s].count > 0)
			write_curve(f, &c->values[s], &a, p);
		figure_block(f, "marks");
		if (c->values[s].count > 0)
			write_marks(f, &c->values[s], &a, s, c->count);
	}
	free(p);
	return SJ_OK;
}

/* ---- of the jobs of runs ----------------------------------------------------------------- */

static const char *axis_label(const char *metric)
{
	return strcmp(metric, "wait") == 0 ? "wait (time, log scale)" :
	       strcmp(metric, "response") == 0 ? "response (time, log scale)" :
	       strcmp(metric, "bsld") == 0 ?
	       "bounded slowdown (\u03c4 = 10 s; ratio, log scale)" :
	       "slowdown (ratio, log scale)";
}

static int write_jobs(struct figure *f, const struct plot_runs *runs, struct values *v,
		      size_t count, const char *metric)
{
	struct cdf_curves c = {
		.values = v, .count = count, .what = "jobs", .xlabel = axis_label(metric),
		.time = strcmp(metric, "wait") == 0 || strcmp(metric, "response") == 0,
	};
	const char **label = malloc(count * sizeof(*label));
	int rc;

	if (label == NULL)
		return SJ_ENOMEM;
	for (size_t s = 0; s < count; s++)
		label[s] = runs->series[s].label;
	c.label = label;
	rc = cdf_curves_write(f, &c);
	free(label);
	return rc;
}

int plot_make_cdf(struct figure *f, const struct plot_runs *runs, size_t count,
		  const struct plot_options *o, sj_error *err)
{
	struct values *v = calloc(count, sizeof(*v));
	const char *metric;
	size_t jobs = 0;
	int rc = v == NULL ? SJ_ENOMEM : plot_metric_one(o, "cdf", metrics, &metric, err);

	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		rc = values_read_series(runs, s, plot_cdf_sql, metric, &v[s], err);
		jobs += v[s].count;
	}
	if (rc == SJ_OK && jobs == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot cdf: no job of the chosen runs ended, "
			     "so there is no %s to draw", metric);
	if (rc == SJ_OK)
		rc = write_jobs(f, runs, v, count, metric);
	for (size_t s = 0; s < count && v != NULL; s++)
		values_free(&v[s]);
	free(v);
	return rc;
}
