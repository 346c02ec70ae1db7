/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_arms.c - `plot arms`: which arms a learner played over time, as shares of the time
 * that it played at all, in equal bins of whole rounds.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/learner_label.h"
#include "plot/rounds.h"
#include "plot/text.h"
#include "plot/timespan.h"

#define BINS     52
#define PANEL_IN 0.85

/* All runs of one series, added up, each from its own first round. */
struct shares {
	double *time; /* by bin, then arm: s of playing */
	bool    any;
};

struct arms_figure {
	const struct plot_runs *runs;
	size_t          count;
	struct rounds  *of;     /* by run */
	struct timespan span;
	sj_time         bin;
	size_t          bins, arms;
	const struct rounds *names;
	char          (*label)[LEARNER_LABEL_SIZE];
};

static int read_run(struct arms_figure *a, size_t i, sj_error *err)
{
	const struct plot_run *run = &a->runs->run[i];
	struct rounds *r = &a->of[i];
	int rc = rounds_read_arms(a->runs, run, r, err);

	if (rc == SJ_OK && r->arms > 1)
		rc = rounds_read_played(a->runs, run, r, err);
	if (rc != SJ_OK || r->count == 0)
		return rc;
	if (r->arms > ROUND_ARMS)
		return sj_fail(err, SJ_EINVAL, "plot arms: %s has %zu arms; at most %d can be told "
			       "apart", run->facet[FACET_POLICY], r->arms, ROUND_ARMS);
	for (size_t k = 0; a->names != NULL && k < r->arms; k++)
		if (r->arms != a->arms || strcmp(r->arm[k], a->names->arm[k]) != 0)
			return sj_fail(err, SJ_EINVAL, "plot arms: %s has other arms than %s; choose "
				       "runs with the same by --policy or --run",
				       run->facet[FACET_POLICY], a->runs->run[0].facet[FACET_POLICY]);
	a->names = r;
	a->arms = r->arms;
	return SJ_OK;
}

/* The span of all, and bins of as many rounds as it takes. */
static int choose_bins(struct arms_figure *a, const struct plot_options *o, sj_error *err)
{
	sj_time round = SJ_NEVER, to = 0;

	for (size_t i = 0; i < a->runs->runs; i++) {
		const struct rounds *r = &a->of[i];

		for (size_t k = 0; k < r->count; k++)
			if (r->round[k].to - r->round[k].from < round)
				round = r->round[k].to - r->round[k].from;
		if (r->count != 0 && r->round[r->count - 1].to - r->round[0].from > to)
			to = r->round[r->count - 1].to - r->round[0].from;
	}
	if (to == 0)
		return sj_fail(err, SJ_EINVAL, "plot arms: no chosen run has a learner with several "
			       "arms that has played");
	a->span = (struct timespan){ .from = o->to != 0 ? o->from : 0,
				     .to = o->to != 0 && o->to < to ? o->to : to };
	if (a->span.from >= a->span.to)
		return sj_fail(err, SJ_EINVAL, "plot arms: the window begins after all rounds");
	to = a->span.to - a->span.from;
	a->bin = (sj_time)ceil((double)to / BINS / (double)round) * round;
	a->bins = (size_t)((to + a->bin - 1) / a->bin);
	timespan_set_unit(&a->span);
	return SJ_OK;
}

static void add_round(const struct arms_figure *a, const struct played *p, sj_time zero,
		      struct shares *s)
{
	sj_time from = p->from - zero - a->span.from, to = p->to - zero - a->span.from;

	for (sj_time b = from > 0 ? from / a->bin : 0; b * a->bin < to && (size_t)b < a->bins; b++) {
		sj_time lo = from > b * a->bin ? from : b * a->bin,
			hi = to < (b + 1) * a->bin ? to : (b + 1) * a->bin;

		s->time[(size_t)b * a->arms + p->arm] += hi > lo ? (double)(hi - lo) : 0;
		s->any = true;
	}
}

/* Sums of shares from the first arm on; a bin without a round goes on as the last one. */
static void write_bins(struct figure *f, const struct arms_figure *a, const struct shares *s)
{
	double sum[ROUND_ARMS + 1] = { 0 };

	for (size_t b = 0; b <= a->bins; b++) {
		const double *t = &s->time[b * a->arms];
		double all = 0, so_far = 0;

		for (size_t k = 0; k < a->arms && b < a->bins; k++)
			all += t[k];
		for (size_t k = 0; k < a->arms && all > 0; k++) {
			so_far += t[k];
			sum[k] = 100 * so_far / all;
		}
		fprintf(f->data, "%.9g", fmin((double)(a->span.from + (sj_time)b * a->bin),
					      (double)a->span.to) / a->span.unit_ns);
		for (size_t k = 0; k < a->arms; k++)
			fprintf(f->data, " %.6g", sum[k]);
		fputc('\n', f->data);
		f->points++;
	}
}

static int draw_series(struct figure *f, const struct arms_figure *a, size_t series,
		       size_t *panels)
{
	const struct plot_series *of = &a->runs->series[series];
	struct shares s = { calloc((a->bins + 1) * a->arms, sizeof(double)), false };

	if (s.time == NULL)
		return SJ_ENOMEM;
	for (size_t i = of->first; i < of->first + of->count; i++)
		for (size_t k = 0; k < a->of[i].count; k++)
			add_round(a, &a->of[i].round[k], a->of[i].round[0].from, &s);
	if (s.any) {
		figure_array_text(f, "LABEL", ++*panels, a->label[series]);
		figure_block(f, of->label);
		write_bins(f, a, &s);
	}
	free(s.time);
	return SJ_OK;
}

static int draw(struct figure *f, const struct arms_figure *a)
{
	char bin[64];
	size_t panels = 0;
	int rc = SJ_OK;

	timespan_axis(f, &a->span);
	text_time(a->bin, bin, sizeof(bin));
	figure_text(f, "BIN", bin);
	for (size_t s = 0; s < a->count && rc == SJ_OK; s++)
		rc = draw_series(f, a, s, &panels);
	if (panels < a->count)
		say("plot arms: %zu series have no learner with several arms and are left out",
		    a->count - panels);
	figure_num(f, "PANELS", (double)panels);
	figure_yticks(f, "YTICKS", 0, 100, 3, 0);
	f->body_in = PANEL_IN * (double)panels + 0.45;
	figure_num(f, "ARMS", (double)a->arms);
	own_legend(f, (const char *const *)a->names->arm, a->arms);
	return rc;
}

int plot_make_arms(struct figure *f, const struct plot_runs *runs, size_t count,
		   const struct plot_options *o, sj_error *err)
{
	struct arms_figure a = { .runs = runs, .count = count,
				 .of = calloc(runs->runs + 1, sizeof(*a.of)),
				 .label = calloc(count + 1, sizeof(*a.label)) };
	int rc = a.of == NULL || a.label == NULL ? SJ_ENOMEM : SJ_OK;

	for (size_t i = 0; i < runs->runs && rc == SJ_OK; i++)
		if (runs->run[i].series < count)
			rc = read_run(&a, i, err);
	if (rc == SJ_OK)
		rc = choose_bins(&a, o, err);
	if (rc == SJ_OK)
		learner_labels(runs, count, a.of, a.label);
	if (rc == SJ_OK)
		rc = draw(f, &a);
	for (size_t i = 0; i < runs->runs && a.of != NULL; i++)
		rounds_free(&a.of[i]);
	free(a.of);
	free(a.label);
	return rc;
}
