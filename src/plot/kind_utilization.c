/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_utilization.c - `plot utilization`: share of processors that are busy, as
 * the exact mean over equal bins of time.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "plot/timeline.h"

#define BINS_ALONE 240 /* of one curve in one column */
#define BINS_AMONG 72  /* of several: each must be seen where they cross */
#define MARKS      8
#define OVERLAID   4   /* curves in one panel; more get a panel each */
#define PANEL_IN   0.5

/* The length of a bin: as asked, or a round one that gives about as many. */
static sj_time choose_width(const struct figure *f, const struct plot_options *o,
			    size_t count, const struct timespan *s)
{
	static const double round_s[] = {
		1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 1, 2, 5, 10, 30,
		60, 120, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200,
		86400, 172800, 259200, 604800, 1209600, 2592000, 7776000, 31536000
	};
	const sj_time span = s->to - s->from;
	const int bins = (count == 1 || count > OVERLAID ? BINS_ALONE : BINS_AMONG) * (f->look->wide ? 2 : 1);
	const double least = (double)span / 1e9 / bins;

	if (o->bins > 0)
		return (span - 1) / (sj_time)o->bins + 1;
	for (size_t i = 0; i < sizeof(round_s) / sizeof(round_s[0]); i++)
		if (round_s[i] >= least)
			return (sj_time)(round_s[i] * 1e9);
	return (sj_time)(least * 1e9) + 1;
}

static double bin_x(const struct timespan *s, size_t b, sj_time width)
{
	sj_time at = s->from + (sj_time)b * width;

	return (double)(at < s->to ? at : s->to) / s->unit_ns;
}

static void write_series(struct figure *f, const struct timespan *s, const double *mean,
			 sj_time width, size_t at, size_t count)
{
	const size_t bins = steps_bins(s->from, s->to, width);

	for (size_t b = 0; b <= bins; b++)
		figure_point(f, bin_x(s, b, width), mean[b < bins ? b : bins - 1]);
	figure_block(f, "marks");
	for (size_t k = 0; k < MARKS; k++) {
		size_t b = bins * (2 * k * count + 2 * at + 1) / (2 * MARKS * count);

		figure_point(f, (bin_x(s, b, width) + bin_x(s, b + 1, width)) / 2, mean[b]);
	}
}

/* Job rows know when a job started and how long it ran, not when it was paused. */
static void warn_of_pauses(const struct plot_runs *runs, size_t count)
{
	for (size_t s = 0; s < count; s++) {
		const struct plot_run *r = &runs->run[runs->series[s].first];

		if (r->preemptions > 0)
			say("plot utilization: %s was stopped %" PRId64 " times; jobs are "
			    "drawn as if each had run in one piece",
			    runs->series[s].label, r->preemptions);
	}
}

static int draw(struct figure *f, const struct plot_runs *runs, size_t count,
		const struct timeline *t, const struct timespan *span, sj_time width)
{
	const size_t bins = steps_bins(span->from, span->to, width);
	double *mean = malloc(bins * sizeof(*mean)), top = 0;

	if (mean == NULL)
		return SJ_ENOMEM;
	for (size_t s = 0; s < count; s++) {
		double procs = (double)runs->run[runs->series[s].first].procs;

		steps_mean(&t[s].steps, span->from, span->to, width, mean);
		for (size_t b = 0; b < bins; b++) {
			mean[b] *= 100 / (procs * (double)t[s].runs);
			top = mean[b] > top ? mean[b] : top;
		}
		figure_block(f, runs->series[s].label);
		write_series(f, span, mean, width, s, count);
	}
	free(mean);
	/* A machine that is nearly idle would be a line on the floor of 0..100. */
	top = top > 50 ? 100 : top > 20 ? 50 : top > 10 ? 20 : top > 0 ? 10 : 100;
	figure_num(f, "YHI", top);
	figure_yticks(f, "YTICKS", 0, top, count <= OVERLAID ? 6 : 3, 0);
	return SJ_OK;
}

int plot_make_utilization(struct figure *f, const struct plot_runs *runs, size_t count,
			  const struct plot_options *o, sj_error *err)
{
	struct timeline *t = calloc(count, sizeof(*t));
	struct timespan span;
	sj_time width;
	char label[64];
	int rc = t == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = timeline_read(runs, s, plot_utilization_sql, &t[s], err);
	if (rc == SJ_OK)
		rc = timespan_choose(t, count, f->kind, o, &span, err);
	if (rc == SJ_OK) {
		warn_of_pauses(runs, count);
		f->legend = count <= OVERLAID ? "lines" : "";
		f->body_in = count <= OVERLAID ? 1.7 : PANEL_IN * (double)count + 0.4;
		figure_num(f, "PANELS", count <= OVERLAID ? 1 : (double)count);
		timespan_axis(f, &span);
		width = choose_width(f, o, count, &span);
		text_time(width, label, sizeof(label));
		figure_text(f, "BIN", label);
		rc = draw(f, runs, count, t, &span, width);
	}
	for (size_t s = 0; s < count && t != NULL; s++)
		timeline_free(&t[s]);
	free(t);
	return rc;
}
