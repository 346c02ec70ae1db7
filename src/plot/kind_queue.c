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

#define MARKS 8

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
		if (p[i].y > 0)
			figure_point(f, x, p[i].y);
	}
}

static int draw_panel(struct figure *f, const struct plot_runs *runs, size_t count,
		      const struct timeline *t, const struct timespan *span, bool jobs,
		      double *top)
{
	struct thin_point *thin = malloc(THIN_MAX * sizeof(*thin));
	int rc = thin == NULL ? SJ_ENOMEM : SJ_OK;

	*top = 0;
	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		struct thin_point *p = malloc((t[s].steps.count + 1) * sizeof(*p));
		size_t n, kept;

		if (p == NULL) {
			rc = SJ_ENOMEM;
			break;
		}
		n = cut(&t[s], span, jobs, p);
		kept = thin_steps(p, n, THIN_MAX - 1, thin);
		figure_block(f, runs->series[s].label);
		for (size_t i = 0; i < kept; i++) {
			figure_point(f, thin[i].x, thin[i].y);
			*top = thin[i].y > *top ? thin[i].y : *top;
		}
		figure_point(f, (double)span->to / span->unit_ns, thin[kept - 1].y);
		figure_block(f, "marks");
		write_marks(f, p, n, span, s, count);
		free(p);
	}
	free(thin);
	return rc;
}

static int draw(struct figure *f, const struct plot_runs *runs, size_t count,
		const struct timeline *t, const struct timespan *span, const char *metric)
{
	const bool want[2] = { strcmp(metric, "procs") != 0, strcmp(metric, "jobs") != 0 };
	size_t panels = 0;
	int rc = SJ_OK;

	figure_array(f, "YLABEL", 2);
	figure_array(f, "YHI", 2);
	figure_array(f, "YTICKS", 2);
	for (int k = 0; k < 2 && rc == SJ_OK; k++) {
		double top;

		if (!want[k])
			continue;
		panels++;
		rc = draw_panel(f, runs, count, t, span, k == 0, &top);
		top = top > 0 ? top * 1.04 : 1;
		figure_array_text(f, "YLABEL", panels, k == 0 ? "waiting (jobs)" :
				  "wanted (processors)");
		figure_array_num(f, "YHI", panels, top);
		figure_ticks_begin(f, panels == 1 ? "YTICKS[1]" : "YTICKS[2]");
		text_ticks_linear(0, top, 5, f->vars);
		figure_ticks_end(f);
	}
	figure_num(f, "PANELS", (double)panels);
	f->body_in = panels == 2 ? 2.7 : 1.7;
	return rc;
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
	if (rc == SJ_OK) {
		timespan_axis(f, &span);
		rc = draw(f, runs, count, t, &span, metric);
	}
	for (size_t s = 0; s < count && t != NULL; s++)
		timeline_free(&t[s]);
	free(t);
	return rc;
}
