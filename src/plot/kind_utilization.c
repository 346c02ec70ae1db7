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

#define BINS_COLUMN 240 /* of one curve in one column; fewer when curves overlap */
#define MARKS       8

static size_t choose_bins(const struct figure *f, const struct plot_options *o,
			  size_t count)
{
	if (o->bins > 0)
		return o->bins;
	return (f->look->wide ? 2 : 1) * 2 * BINS_COLUMN / (count + 1);
}

static double bin_x(const struct timespan *s, size_t b, size_t bins)
{
	double share = (double)b / (double)bins;

	return ((double)s->from + (double)(s->to - s->from) * share) / s->unit_ns;
}

static void write_series(struct figure *f, const struct timespan *s, const double *mean,
			 size_t bins, size_t at, size_t count)
{
	for (size_t b = 0; b <= bins; b++)
		figure_point(f, bin_x(s, b, bins), mean[b < bins ? b : bins - 1]);
	figure_block(f, "marks");
	for (size_t k = 0; k < MARKS; k++) {
		size_t b = bins * (k * count + at) / (MARKS * count);

		figure_point(f, (bin_x(s, b, bins) + bin_x(s, b + 1, bins)) / 2, mean[b]);
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
		const struct timeline *t, const struct timespan *span, size_t bins)
{
	double *mean = malloc(bins * sizeof(*mean)), top = 0;

	if (mean == NULL)
		return SJ_ENOMEM;
	for (size_t s = 0; s < count; s++) {
		double procs = (double)runs->run[runs->series[s].first].procs;

		steps_mean(&t[s].steps, span->from, span->to, bins, mean);
		for (size_t b = 0; b < bins; b++) {
			mean[b] *= 100 / (procs * (double)t[s].runs);
			top = mean[b] > top ? mean[b] : top;
		}
		figure_block(f, runs->series[s].label);
		write_series(f, span, mean, bins, s, count);
	}
	free(mean);
	/* A machine that is nearly idle would be a line on the floor of 0..100. */
	top = top > 50 ? 100 : top > 20 ? 50 : top > 10 ? 20 : top > 0 ? 10 : 100;
	figure_num(f, "YHI", top);
	return SJ_OK;
}

int plot_make_utilization(struct figure *f, const struct plot_runs *runs, size_t count,
			  const struct plot_options *o, sj_error *err)
{
	struct timeline *t = calloc(count, sizeof(*t));
	struct timespan span;
	size_t bins = choose_bins(f, o, count);
	char label[64];
	int rc = t == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = timeline_read(runs, s, plot_utilization_sql, &t[s], err);
	if (rc == SJ_OK)
		rc = timespan_choose(t, count, f->kind, o, &span, err);
	if (rc == SJ_OK) {
		warn_of_pauses(runs, count);
		f->body_in = 1.7;
		timespan_axis(f, &span);
		snprintf(label, sizeof(label), "%.3g",
			 (double)(span.to - span.from) / (double)bins / span.unit_ns);
		figure_text(f, "BIN", label);
		figure_text(f, "UNIT", span.unit);
		rc = draw(f, runs, count, t, &span, bins);
	}
	for (size_t s = 0; s < count && t != NULL; s++)
		timeline_free(&t[s]);
	free(t);
	return rc;
}
