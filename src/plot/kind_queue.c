/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_queue.c - `plot queue`: how many jobs wait, and how many processors they
 * want, at every instant. Peaks are what one looks for, so they are kept.
 */
#include <stdlib.h>
#include <string.h>

#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "plot/thin.h"
#include "plot/timeline.h"

#define MARKS     8
#define OVERLAID  4   /* curves in one panel; more get a panel each */
#define RATIO_MAX 20  /* of their peaks; beyond it the low ones would be hidden, too */

static const char *const metrics[] = { "both", "jobs", "procs", NULL };

/* The curve of one quantity within the span, value at its left end included. */
static size_t cut(const struct timeline *t, const struct timespan *span, bool jobs,
		  struct thin_point *p)
{
	struct thin_point left = { (double)span->from / span->unit_ns, 0 };
	size_t n = 1;

	for (size_t i = 0; i < t->steps.count && t->steps.step[i].at <= span->to; i++) {
		const struct step *s = &t->steps.step[i];
		double y = (double)(jobs ? s->jobs : s->procs) / (double)t->runs;

		if (s->at <= span->from)
			left.y = y;
		else
			p[n++] = (struct thin_point){ (double)s->at / span->unit_ns, y };
	}
	p[0] = left;
	return n;
}

/* Marks at even times, on the curve. */
static void write_marks(struct figure *f, const struct thin_point *p, size_t n,
			const struct timespan *span, size_t at, size_t count)
{
	const double from = (double)span->from / span->unit_ns;
	const double width = (double)(span->to - span->from) / span->unit_ns;
	size_t i = 0;

	for (size_t k = 0; k < MARKS; k++) {
		double x = from + width * ((double)k + ((double)at + 0.5) / (double)count) /
			   MARKS;

		while (i + 1 < n && p[i + 1].x <= x)
			i++;
		figure_point(f, x, p[i].y);
	}
}

/* One curve and its marks; returns its peak. */
static int draw_curve(struct figure *f, const char *label, const struct timeline *t,
		      const struct timespan *span, bool jobs, size_t at, size_t count,
		      double *peak)
{
	struct thin_point *p = malloc((t->steps.count + 1) * sizeof(*p));
	struct thin_point *thin = malloc(THIN_MAX * sizeof(*thin));
	size_t n, kept;

	if (p == NULL || thin == NULL) {
		free(p);
		free(thin);
		return SJ_ENOMEM;
	}
	n = cut(t, span, jobs, p);
	kept = thin_steps(p, n, THIN_MAX - 1, thin);
	figure_block(f, label);
	*peak = 0;
	for (size_t i = 0; i < kept; i++) {
		figure_point(f, thin[i].x, thin[i].y);
		*peak = thin[i].y > *peak ? thin[i].y : *peak;
	}
	figure_point(f, (double)span->to / span->unit_ns, thin[kept - 1].y);
	figure_block(f, "marks");
	write_marks(f, p, n, span, at, count);
	free(p);
	free(thin);
	return SJ_OK;
}

static void write_axis(struct figure *f, size_t panel, const char *label, double peak,
		       unsigned ticks)
{
	double top = peak > 0 ? peak * 1.04 : 1;
	char name[32];

	figure_array_text(f, "YLABEL", panel, label);
	figure_array_num(f, "YHI", panel, top);
	snprintf(name, sizeof(name), "YTICKS[%zu]", panel);
	figure_yticks(f, name, 0, top, ticks, 1);
}

static const char *name_of(bool jobs)
{
	return jobs ? "waiting (jobs)" : "wanted (processors)";
}

static double peak_of(const struct timeline *t)
{
	int64_t peak = 0;

	for (size_t i = 0; i < t->steps.count; i++)
		peak = t->steps.step[i].jobs > peak ? t->steps.step[i].jobs : peak;
	return (double)peak / (double)t->runs;
}

/* Whether all curves can be seen on one axis. */
static bool can_overlay(const struct timeline *t, size_t count)
{
	double least = 0, most = 0;

	for (size_t s = 0; s < count; s++) {
		double peak = peak_of(&t[s]);

		least = peak > 0 && (least == 0 || peak < least) ? peak : least;
		most = peak > most ? peak : most;
	}
	return count <= OVERLAID && most <= RATIO_MAX * least;
}

/* A panel for jobs, one for processors, all series in each. */
static int draw_overlaid(struct figure *f, const struct plot_runs *runs, size_t count,
			 const struct timeline *t, const struct timespan *span,
			 const bool want[2])
{
	size_t panels = 0;
	int rc = SJ_OK;

	for (int k = 0; k < 2; k++) {
		double top = 0, peak = 0;

		for (size_t s = 0; s < count && want[k] && rc == SJ_OK; s++) {
			rc = draw_curve(f, runs->series[s].label, &t[s], span, k == 0, s,
					count, &peak);
			top = peak > top ? peak : top;
		}
		if (want[k])
			write_axis(f, ++panels, name_of(k == 0), top, 5);
	}
	figure_num(f, "PANELS", (double)panels);
	figure_num(f, "EACH", 0);
	f->body_in = panels == 2 ? 2.7 : 1.7;
	return rc;
}

/* A panel a series, each with its own axis. */
static int draw_apart(struct figure *f, const struct plot_runs *runs, size_t count,
		      const struct timeline *t, const struct timespan *span, bool jobs)
{
	int rc = SJ_OK;

	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		double peak = 0;

		rc = draw_curve(f, runs->series[s].label, &t[s], span, jobs, s, count, &peak);
		write_axis(f, s + 1, name_of(jobs), peak, 3);
	}
	figure_num(f, "PANELS", (double)count);
	figure_num(f, "EACH", 1);
	f->legend = "";
	f->body_in = 0.5 * (double)count + 0.4;
	return rc;
}

static int draw(struct figure *f, const struct plot_runs *runs, size_t count,
		const struct timeline *t, const struct timespan *span, const char *metric)
{
	const bool want[2] = { strcmp(metric, "procs") != 0, strcmp(metric, "jobs") != 0 };
	const size_t panels = count > 2 ? count : 2;

	figure_array(f, "YLABEL", panels);
	figure_array(f, "YHI", panels);
	figure_array(f, "YTICKS", panels);
	timespan_axis(f, span);
	return can_overlay(t, count) ? draw_overlaid(f, runs, count, t, span, want) :
	       draw_apart(f, runs, count, t, span, want[0]);
}

int plot_make_queue(struct figure *f, const struct plot_runs *runs, size_t count,
		    const struct plot_options *o, sj_error *err)
{
	struct timeline *t = calloc(count, sizeof(*t));
	struct timespan span;
	const char *metric;
	int rc = t == NULL ? SJ_ENOMEM : plot_metric_one(o, f->kind, metrics, &metric, err);

	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = timeline_read(runs, s, plot_queue_sql, &t[s], err);
	if (rc == SJ_OK)
		rc = timespan_choose(t, count, f->kind, o, &span, err);
	if (rc == SJ_OK)
		rc = draw(f, runs, count, t, &span, metric);
	for (size_t s = 0; s < count && t != NULL; s++)
		timeline_free(&t[s]);
	free(t);
	return rc;
}
