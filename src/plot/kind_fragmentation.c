/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_fragmentation.c - `plot fragmentation`: which part of the GPUs is allocated, and
 * which part is expected to be of no use to the next task (Weng et al. 2023), over time.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/query.h"
#include "plot/thin.h"
#include "plot/timespan.h"

#define MARKS    8
#define PANEL_IN 1.15

static const char *const metrics[] = { "both", "allocated", "fragmented", NULL };

enum quantity { ALLOCATED, FRAGMENTED, QUANTITIES };

/* Percent of the GPUs that there are. */
struct sample {
	sj_time at;
	double  share[QUANTITIES];
};

struct samples_of {
	struct sample *sample;
	size_t         count, room;
	bool           has[QUANTITIES];
};

/* ---- reading ----------------------------------------------------------------------- */

static int add(struct samples_of *s, sqlite3_stmt *st)
{
	double up = sqlite3_column_double(st, 2);

	if (s->count == s->room) {
		size_t room = s->room * 2 + 256;
		struct sample *grown = realloc(s->sample, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		s->sample = grown;
		s->room = room;
	}
	s->has[ALLOCATED] = s->has[ALLOCATED] || up > 0;
	s->has[FRAGMENTED] = s->has[FRAGMENTED] || sqlite3_column_type(st, 3) != SQLITE_NULL;
	s->sample[s->count++] = (struct sample){
		sqlite3_column_int64(st, 0),
		{ up > 0 ? 100 * sqlite3_column_double(st, 1) / up : 0,
		  up > 0 ? 100 * sqlite3_column_double(st, 3) / up : 0 },
	};
	return SJ_OK;
}

static int read_samples(const struct plot_runs *runs, size_t series, const bool want[QUANTITIES],
			struct samples_of *s, sj_error *err)
{
	const struct plot_run *run = &runs->run[runs->series[series].first];
	const char *label = runs->series[series].label;
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_fragmentation_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		rc = add(s, q.st);
	plot_query_close(&q);
	if (rc != SJ_END)
		return rc;
	if (!s->has[ALLOCATED])
		return sj_fail(err, SJ_EINVAL, "plot fragmentation: the machine of %s has no GPUs, or "
			       "an older program wrote the run", label);
	if (want[FRAGMENTED] && !s->has[FRAGMENTED])
		return sj_fail(err, SJ_EINVAL, "plot fragmentation: run %" PRId64 " (%s) kept no "
			       "fragmentation; run it again with --timelines, or give -m allocated",
			       run->id, label);
	return SJ_OK;
}

/* ---- drawing ------------------------------------------------------------------------ */

static int window_of(const struct samples_of *s, size_t count, const struct plot_options *o,
		     struct timespan *w, sj_error *err)
{
	*w = (struct timespan){ .from = o->to > 0 ? o->from : 0 };
	for (size_t i = 0; i < count; i++)
		if (s[i].sample[s[i].count - 1].at > w->to)
			w->to = s[i].sample[s[i].count - 1].at;
	if (w->from >= w->to)
		return sj_fail(err, SJ_EINVAL, "plot fragmentation: nothing happens in this window "
			       "(the last end is %.6g s after the first submit)", (double)w->to / 1e9);
	w->to = o->to > 0 && o->to < w->to ? o->to : w->to;
	return SJ_OK;
}

/* The points within the window, the value at its left end first. */
static size_t cut(const struct samples_of *s, enum quantity q, const struct timespan *w,
		  struct thin_point *p)
{
	struct thin_point left = { (double)w->from / w->unit_ns, 0 };
	size_t n = 1;

	for (size_t i = 0; i < s->count && s->sample[i].at <= w->to; i++) {
		if (s->sample[i].at <= w->from)
			left.y = s->sample[i].share[q];
		else
			p[n++] = (struct thin_point){ (double)s->sample[i].at / w->unit_ns,
						      s->sample[i].share[q] };
	}
	p[0] = left;
	return n;
}

static void write_marks(struct figure *f, const struct thin_point *p, size_t n,
			const struct timespan *w, size_t at, size_t count)
{
	const double from = (double)w->from / w->unit_ns, to = (double)w->to / w->unit_ns;
	size_t i = 0;

	figure_block(f, "marks");
	for (size_t k = 0; k < MARKS; k++) {
		double x = from + (to - from) *
			   ((double)k + ((double)at + 0.5) / (double)count) / MARKS;

		while (i + 1 < n && p[i + 1].x <= x)
			i++;
		figure_point(f, x, p[i].y);
	}
}

static int draw_curve(struct figure *f, const char *label, const struct samples_of *s,
		      enum quantity q, const struct timespan *w, size_t at, size_t count,
		      double *peak)
{
	struct thin_point *p = malloc((s->count + 1) * sizeof(*p));
	struct thin_point *thin = malloc(THIN_MAX * sizeof(*thin));
	size_t n, kept;

	if (p == NULL || thin == NULL) {
		free(p);
		free(thin);
		return SJ_ENOMEM;
	}
	n = cut(s, q, w, p);
	kept = thin_steps(p, n, THIN_MAX - 1, thin);
	figure_block(f, label);
	for (size_t i = 0; i < kept; i++) {
		figure_point(f, thin[i].x, thin[i].y);
		*peak = thin[i].y > *peak ? thin[i].y : *peak;
	}
	figure_point(f, (double)w->to / w->unit_ns, thin[kept - 1].y);
	write_marks(f, p, n, w, at, count);
	free(p);
	free(thin);
	return SJ_OK;
}

static int draw(struct figure *f, const struct plot_runs *runs, size_t count,
		const struct samples_of *s, const struct timespan *w, const bool want[QUANTITIES])
{
	static const char *const label[QUANTITIES] = { "allocated GPUs (%)",
						       "fragmented (%)" };
	size_t panels = 0;
	int rc = SJ_OK;

	timespan_axis(f, w);
	figure_array(f, "YLABEL", QUANTITIES);
	figure_array(f, "YHI", QUANTITIES);
	figure_array(f, "YTICKS", QUANTITIES);
	for (int q = 0; q < QUANTITIES; q++) {
		double peak = 0, top;
		char name[32];

		for (size_t i = 0; i < count && want[q] && rc == SJ_OK; i++)
			rc = draw_curve(f, runs->series[i].label, &s[i], q, w, i, count, &peak);
		if (!want[q])
			continue;
		top = peak > 50 ? 100 : peak > 20 ? 50 : peak > 10 ? 20 : peak > 5 ? 10 :
		      peak > 2 ? 5 : peak > 1 ? 2 : 1;
		figure_array_text(f, "YLABEL", ++panels, label[q]);
		figure_array_num(f, "YHI", panels, top);
		snprintf(name, sizeof(name), "YTICKS[%zu]", panels);
		figure_yticks(f, name, 0, top, 6, 0);
	}
	figure_num(f, "PANELS", (double)panels);
	f->body_in = PANEL_IN * (double)panels + 0.55;
	return rc;
}

static void say_of_replications(const struct plot_runs *runs, size_t count)
{
	size_t replicated = 0;

	for (size_t s = 0; s < count; s++)
		replicated += runs->series[s].count > 1;
	if (replicated > 0)
		say("plot fragmentation: %zu of %zu series have replications; the first of each is "
		    "drawn", replicated, count);
}

int plot_make_fragmentation(struct figure *f, const struct plot_runs *runs, size_t count,
			    const struct plot_options *o, sj_error *err)
{
	struct samples_of *s = calloc(count, sizeof(*s));
	const char *metric = metrics[0];
	bool want[QUANTITIES];
	struct timespan w = { 0 };
	int rc = s == NULL ? SJ_ENOMEM : plot_metric_one(o, f->kind, metrics, &metric, err);

	want[ALLOCATED] = strcmp(metric, "fragmented") != 0;
	want[FRAGMENTED] = strcmp(metric, "allocated") != 0;
	for (size_t i = 0; i < count && rc == SJ_OK; i++)
		rc = read_samples(runs, i, want, &s[i], err);
	if (rc == SJ_OK)
		rc = window_of(s, count, o, &w, err);
	if (rc == SJ_OK) {
		say_of_replications(runs, count);
		timespan_set_unit(&w);
		rc = draw(f, runs, count, s, &w, want);
	}
	for (size_t i = 0; i < count && s != NULL; i++)
		free(s[i].sample);
	free(s);
	return rc;
}
