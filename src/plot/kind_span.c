/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_span.c - `plot span`: makespans of graphs on P processors against what the theory of
 * greedy schedules and of work stealing says, T1 / P + c Tinf, with T1 the work, Tinf the
 * longest path; and how many tasks were stolen. One run a point: a job a run.
 *
 * c is fitted to each seed by least squares of the relative error, as Blumofe, Joerg,
 * Kuszmaul, Leiserson, Randall and Zhou fit theirs ("Cilk", PPoPP 1995), with the factor of
 * T1 / P held at 1; its mean over seeds has an interval by Student's t.
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
#include "stats/interval.h"

#define TOP_IN    2.1
#define BOTTOM_IN 1.15
#define LEVEL     0.95

struct point {
	size_t  run; /* of plot_runs.run */
	int64_t seed;
	double  makespan, work, span, procs;
	double  requests, hits, way; /* NAN: not counted; seconds of all messages */
};

struct fit {
	size_t seeds;
	double c, half; /* of the interval; NAN: none */
	double most;    /* of any run */
};

struct graphs {
	struct point *point; /* by series */
	size_t        count, missing;
	bool          counted;
};

/* ---- points ------------------------------------------------------------------------------- */

static double column(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL ? NAN : sqlite3_column_double(st, i);
}

static int read_point(const struct plot_runs *runs, size_t at, struct graphs *g, sj_error *err)
{
	const struct plot_run *r = &runs->run[at];
	struct plot_query q;
	int rc = plot_query_open(runs, r, plot_span_sql, &q, err);

	if (rc == SJ_OK)
		rc = plot_query_next(&q, err);
	if (rc == SJ_OK) {
		struct point *p = &g->point[g->count++];

		*p = (struct point){ .run = at, .seed = r->seed, .procs = (double)r->procs,
				     .makespan = column(q.st, 0), .work = column(q.st, 1),
				     .span = column(q.st, 2), .requests = column(q.st, 3),
				     .hits = column(q.st, 4), .way = column(q.st, 5) };
		g->counted = g->counted || p->way > 0;
	}
	g->missing += rc == SJ_END;
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int read_points(const struct plot_runs *runs, size_t series, struct graphs *g,
		       sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < runs->runs && rc == SJ_OK; i++)
		if (runs->run[i].series < series)
			rc = read_point(runs, i, g, err);
	if (rc == SJ_OK && g->count == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot span: no chosen run is of a single job of several "
			     "tasks, all of which ran");
	if (rc == SJ_OK && g->missing > 0)
		say("plot span: %zu run%s left out, not of a single job of several tasks",
		    g->missing, g->missing == 1 ? "" : "s");
	return rc;
}

/* In units of the span. */
static double parallelism(const struct point *p)
{
	return p->work / p->procs / p->span;
}

/* So many for each worker and span, with the time of a mean attempt as the unit of time: what
 * the theory bounds by a constant. NAN: none, which has no logarithm. */
static double per_span(const struct point *p, double count)
{
	return count > 0 && p->way > 0 ?
	       count * (p->way / p->requests) / p->procs / p->span : NAN;
}

/* ---- the fit ------------------------------------------------------------------------------- */

static int by_seed(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	if (p->seed != q->seed)
		return p->seed < q->seed ? -1 : 1;
	return p->run < q->run ? -1 : p->run > q->run;
}

/* c of least sum((T - T1 / P - c Tinf)^2 / T^2). */
static double fit_one(const struct point *p, size_t n)
{
	double above = 0, below = 0;

	for (size_t i = 0; i < n; i++) {
		double span = p[i].span / p[i].makespan;

		above += span * (1 - p[i].work / p[i].procs / p[i].makespan);
		below += span * span;
	}
	return above / below;
}

/* Of the points of a series, which it sorts by seed. */
static int fit_series(struct point *p, size_t n, struct fit *out)
{
	double *c = malloc((n + 1) * sizeof(*c));

	if (c == NULL)
		return SJ_ENOMEM;
	*out = (struct fit){ .most = -INFINITY };
	qsort(p, n, sizeof(*p), by_seed);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && p[k].seed == p[i].seed; k++)
			out->most = fmax(out->most, p[k].makespan / p[k].span - parallelism(&p[k]));
		c[out->seeds++] = fit_one(&p[i], k - i);
	}
	out->c = stat_mean(c, out->seeds);
	out->half = stat_t_half_width(c, out->seeds, LEVEL);
	free(c);
	return SJ_OK;
}

static void write_fit(struct figure *f, size_t series, const char *label, const struct fit *t)
{
	char text[80];

	if (isnan(t->half))
		snprintf(text, sizeof(text), "c = %.3g", t->c);
	else
		snprintf(text, sizeof(text), "c = %.3g ± %.1g", t->c, t->half);
	figure_array_text(f, "FIT", series + 1, text);
	figure_array_num(f, "C", series + 1, t->c);
	if (isnan(t->half))
		say("%s: c = %.4f (one seed), at most %.4f in a run", label, t->c, t->most);
	else
		say("%s: c = %.4f, 95 %% interval %.4f to %.4f over %zu seeds, at most %.4f in a "
		    "run", label, t->c, t->c - t->half, t->c + t->half, t->seeds, t->most);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void write_axis(struct figure *f, int panel, const char *label, double lo, double hi)
{
	char name[16];

	figure_array_text(f, "YLABEL", (size_t)panel, label);
	figure_array_num(f, "YLO", (size_t)panel, lo);
	figure_array_num(f, "YHI", (size_t)panel, hi);
	snprintf(name, sizeof(name), "YTICKS[%d]", panel);
	figure_yticks_log(f, name, lo, hi, panel == 1 ? 7 : 5);
}

static void write_axes(struct figure *f, const struct graphs *g)
{
	double lo[4] = { INFINITY, 1, INFINITY, INFINITY }, hi[4] = { 0, 1, 0, 0 };

	for (size_t i = 0; i < g->count; i++) {
		const struct point *p = &g->point[i];
		const double v[4] = { parallelism(p), p->makespan / p->span,
				      per_span(p, p->requests), per_span(p, p->hits) };

		for (int k = 0; k < 4; k++) {
			lo[k] = fmin(lo[k], v[k]);
			hi[k] = fmax(hi[k], v[k]);
		}
	}
	figure_num(f, "PANELS", g->counted && hi[2] > 0 ? 2 : 1);
	figure_num(f, "XLO", lo[0] / 1.3);
	figure_num(f, "XHI", hi[0] * 1.3);
	figure_ticks_begin(f, "XTICKS");
	text_ticks_log(lo[0] / 1.3, hi[0] * 1.3, 7, f->vars);
	figure_ticks_end(f);
	figure_text(f, "XLABEL", "work / (P × span): parallelism per worker");
	figure_array(f, "YLABEL", 2);
	figure_array(f, "YLO", 2);
	figure_array(f, "YHI", 2);
	figure_array(f, "YTICKS", 2);
	write_axis(f, 1, "makespan / span", 0.8, hi[1] * 1.3);
	if (g->counted && hi[2] > 0)
		write_axis(f, 2, "attempts, steals", fmin(lo[2], lo[3]) / 1.5, hi[2] * 1.5);
	f->legend = "points";
	f->body_in = TOP_IN + 0.6 + (g->counted && hi[2] > 0 ? BOTTOM_IN : 0);
}

static int write_points(struct figure *f, const struct plot_runs *runs, size_t count,
			struct graphs *g)
{
	int rc = SJ_OK;

	figure_array(f, "FIT", count);
	figure_array(f, "C", count);
	for (size_t s = 0, i = 0, n; s < count && rc == SJ_OK; s++, i += n) {
		struct fit t = { .c = NAN, .half = NAN, .most = NAN };

		for (n = 0; i + n < g->count && runs->run[g->point[i + n].run].series == s;)
			n++;
		if (n > 0)
			rc = fit_series(&g->point[i], n, &t);
		figure_block(f, runs->series[s].label);
		fprintf(f->data, "# c = %.6g, half of its interval %.6g, %zu seeds, at most %.6g\n",
			t.c, t.half, t.seeds, t.most);
		fputs("# T1/(P Tinf), T/Tinf, attempts and steals / (P Tinf); P, seed, T (s), T1 (s), "
		      "Tinf (s), attempts, steals, of an attempt (s)\n", f->data);
		for (size_t k = i; k < i + n; k++, f->points++) {
			const struct point *p = &g->point[k];

			fprintf(f->data, "%.9g %.9g %.9g %.9g  %.9g %lld %.9g %.9g %.9g %.9g %.9g "
				"%.9g\n", parallelism(p), p->makespan / p->span,
				per_span(p, p->requests), per_span(p, p->hits), p->procs,
				(long long)p->seed, p->makespan, p->work, p->span, p->requests,
				p->hits, p->way / p->requests);
		}
		if (n == 0) /* gnuplot passes over a block without a line */
			fputs("NaN NaN NaN NaN\n", f->data);
		write_fit(f, s, runs->series[s].label, &t);
	}
	return rc;
}

int plot_make_span(struct figure *f, const struct plot_runs *runs, size_t count,
		   const struct plot_options *o, sj_error *err)
{
	struct graphs g = { .point = calloc(runs->runs + 1, sizeof(*g.point)) };
	int rc = g.point == NULL ? SJ_ENOMEM : read_points(runs, count, &g, err);

	(void)o;
	if (rc == SJ_OK) {
		write_axes(f, &g);
		rc = write_points(f, runs, count, &g);
	}
	free(g.point);
	return rc;
}
