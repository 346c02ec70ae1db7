/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_scatter.c - `plot scatter`: two metrics of each run against each other, such as a
 * measured makespan and the simulated one. When both have the same unit the axes are the
 * same, and the line on which they agree is drawn with 10 % to either side.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/query.h"
#include "plot/text.h"
#include "stats/describe.h"

#define LOG_RATIO 20    /* beyond which a linear axis crowds its points */
#define BAND      0.1   /* to either side of the line */
#define SIDE      0.92  /* of a square panel, as a share of the page's width */
#define OBLONG_IN 2.2   /* height of any other */

struct point {
	size_t run;  /* of plot_runs.run */
	double x, y;
};

struct cloud {
	const sj_metric_info *x, *y;
	struct point         *point;
	size_t                count, missing;
	bool                  same, log; /* unit; axes */
	double                lo[2], hi[2];
};

/* ---- points ------------------------------------------------------------------------------- */

static int read_metric(const struct plot_runs *runs, size_t at, const sj_metric_info *m,
		       double *out, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, &runs->run[at], plot_metric_sql, &q, err);

	*out = NAN;
	if (rc != SJ_OK)
		return rc;
	plot_query_text(&q, ":metric", m->name);
	rc = plot_query_next(&q, err);
	if (rc == SJ_OK)
		*out = sqlite3_column_double(q.st, 0);
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

/* Of the first `series` series. */
static int read_points(const struct plot_runs *runs, size_t series, struct cloud *c,
		       sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < runs->runs && rc == SJ_OK; i++) {
		struct point p = { .run = i };

		if (runs->run[i].series >= series)
			continue;
		rc = read_metric(runs, i, c->x, &p.x, err);
		if (rc == SJ_OK)
			rc = read_metric(runs, i, c->y, &p.y, err);
		if (rc == SJ_OK && !isnan(p.x) && !isnan(p.y))
			c->point[c->count++] = p;
		else
			c->missing += rc == SJ_OK;
	}
	return rc;
}

static int choose_metrics(const struct plot_options *o, struct cloud *c, sj_error *err)
{
	static const char *const usual[] = { "stated_makespan_s", "makespan_s" };
	const char *const *name = o->metrics == 0 ? usual : o->metric;
	int rc;

	if (o->metrics != 0 && o->metrics != 2)
		return sj_fail(err, SJ_EUSAGE, "plot scatter draws two metrics against each other; "
			       "give --metric twice, for the horizontal axis first");
	rc = plot_metric_find("scatter", name[0], &c->x, err);
	if (rc == SJ_OK)
		rc = plot_metric_find("scatter", name[1], &c->y, err);
	return rc;
}

/* ---- axes --------------------------------------------------------------------------------- */

static void stretch(const struct cloud *c, double *lo, double *hi)
{
	if (c->log) {
		double room = pow(*hi / *lo, 0.06) > 1.2 ? pow(*hi / *lo, 0.06) : 1.2;

		*lo /= room;
		*hi *= room;
	} else {
		double room = 0.06 * (*hi - *lo);

		if (!(room > 0))
			room = *hi != 0 ? 0.5 * fabs(*hi) : 1;
		*lo = *lo >= 0 && *lo < room ? 0 : *lo - room;
		*hi += room;
	}
}

static void choose_axes(struct cloud *c)
{
	double lo[2] = { INFINITY, INFINITY }, hi[2] = { -INFINITY, -INFINITY };

	for (size_t i = 0; i < c->count; i++) {
		lo[0] = fmin(lo[0], c->point[i].x);
		hi[0] = fmax(hi[0], c->point[i].x);
		lo[1] = fmin(lo[1], c->point[i].y);
		hi[1] = fmax(hi[1], c->point[i].y);
	}
	c->same = strcmp(c->x->unit, c->y->unit) == 0;
	if (c->same) {
		lo[0] = lo[1] = fmin(lo[0], lo[1]);
		hi[0] = hi[1] = fmax(hi[0], hi[1]);
	}
	c->log = lo[0] > 0 && lo[1] > 0 &&
		 (hi[0] > LOG_RATIO * lo[0] || hi[1] > LOG_RATIO * lo[1]);
	for (int k = 0; k < 2; k++) {
		stretch(c, &lo[k], &hi[k]);
		c->lo[k] = lo[k];
		c->hi[k] = hi[k];
	}
}

/* "stated_makespan_s" is "stated makespan (s, log scale)". */
static void write_label(struct figure *f, const char *name, const sj_metric_info *m, bool log)
{
	size_t n = strlen(m->name), unit = strlen(m->unit);
	char text[120];

	if (unit > 0 && n > unit + 1 && strcmp(m->name + n - unit, m->unit) == 0 &&
	    m->name[n - unit - 1] == '_')
		n -= unit + 1;
	snprintf(text, sizeof(text), "%.*s%s%s%s%s", (int)n, m->name,
		 unit > 0 || log ? " (" : "", m->unit,
		 unit > 0 && log ? ", log scale" : log ? "log scale" : "",
		 unit > 0 || log ? ")" : "");
	for (char *p = text; *p != '\0' && *p != '('; p++)
		*p = *p == '_' ? ' ' : *p;
	figure_text(f, name, text);
}

static void write_axes(struct figure *f, const struct cloud *c)
{
	figure_num(f, "LOG", c->log);
	figure_num(f, "DIAGONAL", c->same);
	figure_num(f, "XLO", c->lo[0]);
	figure_num(f, "XHI", c->hi[0]);
	figure_num(f, "YLO", c->lo[1]);
	figure_num(f, "YHI", c->hi[1]);
	write_label(f, "XLABEL", c->x, c->log);
	write_label(f, "YLABEL", c->y, c->log);
	figure_ticks_begin(f, "XTICKS");
	if (c->log)
		text_ticks_log(c->lo[0], c->hi[0], 7, f->vars);
	else
		text_ticks_linear(c->lo[0], c->hi[0], 6, 0, f->vars);
	figure_ticks_end(f);
	if (c->log)
		figure_yticks_log(f, "YTICKS", c->lo[1], c->hi[1], 7);
	else
		figure_yticks(f, "YTICKS", c->lo[1], c->hi[1], 6, 0);
	f->legend = "points";
	f->body_in = c->same ? SIDE * plot_look_width(f->look) : OBLONG_IN;
}

/* ---- what it comes to ----------------------------------------------------------------------- */

static int write_note(struct figure *f, const struct cloud *c)
{
	double *ratio = malloc((c->count + 1) * sizeof(*ratio));
	size_t n = 0, near = 0;
	char text[120] = "";

	if (ratio == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; c->same && i < c->count; i++) {
		const struct point *p = &c->point[i];

		if (!(p->x > 0))
			continue;
		ratio[n] = p->y / p->x;
		near += fabs(ratio[n] - 1) <= BAND;
		n++;
	}
	stat_sort(ratio, n);
	if (n > 0)
		snprintf(text, sizeof(text), "median ratio %.2g; %zu of %zu within 10 %%",
			 stat_quantile_sorted(ratio, n, 0.5), near, n);
	figure_text(f, "NOTE", text);
	free(ratio);
	return SJ_OK;
}

static void write_points(struct figure *f, const struct plot_runs *runs, size_t count,
			 const struct cloud *c)
{
	for (size_t s = 0, i = 0; s < count; s++) {
		figure_block(f, runs->series[s].label);
		for (; i < c->count && runs->run[c->point[i].run].series == s; i++) {
			const struct plot_run *r = &runs->run[c->point[i].run];

			fprintf(f->data, "%.9g %.9g # %s, %s\n", c->point[i].x, c->point[i].y,
				r->facet[FACET_WORKLOAD], r->facet[FACET_POLICY]);
			f->points++;
		}
		/* gnuplot passes over a block without a line. */
		if (runs->series[s].count == 0 || i == 0 ||
		    runs->run[c->point[i - 1].run].series != s)
			fputs("NaN NaN\n", f->data);
	}
}

int plot_make_scatter(struct figure *f, const struct plot_runs *runs, size_t count,
		      const struct plot_options *o, sj_error *err)
{
	struct cloud c = { .point = calloc(runs->runs + 1, sizeof(*c.point)) };
	int rc = c.point == NULL ? SJ_ENOMEM : choose_metrics(o, &c, err);

	if (rc == SJ_OK)
		rc = read_points(runs, count, &c, err);
	if (rc == SJ_OK && c.count == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot scatter: no chosen run has both %s and %s",
			     c.x->name, c.y->name);
	if (rc == SJ_OK && c.missing > 0)
		say("plot scatter: %zu run%s left out, without %s or %s", c.missing,
		    c.missing == 1 ? "" : "s", c.x->name, c.y->name);
	if (rc == SJ_OK) {
		choose_axes(&c);
		rc = write_note(f, &c);
	}
	if (rc == SJ_OK) {
		write_axes(f, &c);
		write_points(f, runs, count, &c);
	}
	free(c.point);
	return rc;
}
