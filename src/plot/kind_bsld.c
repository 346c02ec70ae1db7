/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_bsld.c - `plot bsld-by-class`: mean bounded slowdown (tau = 10 s) of classes
 * of jobs, width times length, as Srinivasan et al. ("Characterization of
 * backfilling strategies for parallel job scheduling", ICPP Workshops 2002) look at
 * policies: an average over all jobs hides who pays.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/query.h"
#include "plot/text.h"

#define SIDE (CLASSES_MAX + 1) /* classes in one direction */

struct cell {
	double   sum;  /* of bounded slowdowns */
	uint64_t jobs; /* of all replications */
};

/* One series: a cell for each length (row) and width (column). */
struct table {
	struct cell cell[SIDE][SIDE];
};

static size_t class_of_width(const struct plot_options *o, int64_t procs)
{
	size_t k = 0;

	while (k < o->widths && procs > (int64_t)o->width[k])
		k++;
	return k;
}

static size_t class_of_length(const struct plot_options *o, sj_time run)
{
	size_t k = 0;

	while (k < o->lengths && run > o->length[k])
		k++;
	return k;
}

static int read_table(const struct plot_runs *runs, const struct plot_run *run,
		      const struct plot_options *o, struct table *t, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_bsld_by_class_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		size_t w = class_of_width(o, sqlite3_column_int64(q.st, 0));
		size_t l = class_of_length(o, sqlite3_column_int64(q.st, 1));

		t->cell[l][w].sum += sqlite3_column_double(q.st, 2);
		t->cell[l][w].jobs++;
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

/* ---- which classes exist ---------------------------------------------------- */

struct shape {
	size_t length[SIDE], lengths; /* classes with jobs, in order */
	size_t width[SIDE], widths;
};

static bool in_use(const struct table *t, size_t count, size_t k, bool by_length)
{
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < SIDE; i++)
			if ((by_length ? t[s].cell[k][i] : t[s].cell[i][k]).jobs > 0)
				return true;
	return false;
}

static struct shape find_shape(const struct table *t, size_t count)
{
	struct shape sh = { 0 };

	for (size_t k = 0; k < SIDE; k++) {
		if (in_use(t, count, k, true))
			sh.length[sh.lengths++] = k;
		if (in_use(t, count, k, false))
			sh.width[sh.widths++] = k;
	}
	return sh;
}

/* ---- names ------------------------------------------------------------------ */

static void name_width(const struct plot_options *o, size_t k, char *buf, size_t size)
{
	char lo[32], hi[32];

	if (k == o->widths)
		snprintf(buf, size, "> %s", text_thousands(o->width[k - 1], lo));
	else if (k == 0 && o->width[0] == 1)
		snprintf(buf, size, "1");
	else if (k == 0)
		snprintf(buf, size, "\u2264 %s", text_thousands(o->width[0], hi));
	else if (o->width[k - 1] + 1 == o->width[k])
		snprintf(buf, size, "%s", text_thousands(o->width[k], hi));
	else
		snprintf(buf, size, "%s\u2013%s",
			 text_thousands((int64_t)o->width[k - 1] + 1, lo),
			 text_thousands(o->width[k], hi));
}

static void name_length(const struct plot_options *o, size_t k, char *buf, size_t size)
{
	char lo[32], hi[32];

	if (k > 0)
		text_time(o->length[k - 1], lo, sizeof(lo));
	if (k < o->lengths)
		text_time(o->length[k], hi, sizeof(hi));
	if (k == o->lengths)
		snprintf(buf, size, "run > %s", lo);
	else if (k == 0)
		snprintf(buf, size, "run \u2264 %s", hi);
	else
		snprintf(buf, size, "run %s\u2013%s", lo, hi);
}

/* How many jobs are in a class: one number, or a range when series differ. */
static void name_size(const struct plot_runs *runs, const struct table *t, size_t count,
		      size_t l, size_t w, char *buf, size_t size)
{
	int64_t least = INT64_MAX, most = 0;
	char lo[32], hi[32];

	for (size_t s = 0; s < count; s++) {
		int64_t n = (int64_t)(t[s].cell[l][w].jobs / runs->series[s].count);

		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (least == most)
		snprintf(buf, size, "%s", text_thousands(most, hi));
	else
		snprintf(buf, size, "%s\u2013%s", text_thousands(least, lo),
			 text_thousands(most, hi));
}

/* ---- the figure --------------------------------------------------------------- */

static void write_names(struct figure *f, const struct plot_runs *runs,
			const struct table *t, size_t count, const struct shape *sh,
			const struct plot_options *o)
{
	char text[80];

	figure_num(f, "LENGTHS", (double)sh->lengths);
	figure_num(f, "WIDTHS", (double)sh->widths);
	figure_array(f, "LENGTH", sh->lengths);
	figure_array(f, "WIDTH", sh->widths);
	figure_array(f, "JOBS", sh->lengths * sh->widths);
	for (size_t w = 0; w < sh->widths; w++) {
		name_width(o, sh->width[w], text, sizeof(text));
		figure_array_text(f, "WIDTH", w + 1, text);
	}
	for (size_t l = 0; l < sh->lengths; l++) {
		name_length(o, sh->length[l], text, sizeof(text));
		figure_array_text(f, "LENGTH", l + 1, text);
		for (size_t w = 0; w < sh->widths; w++) {
			name_size(runs, t, count, sh->length[l], sh->width[w], text,
				  sizeof(text));
			figure_array_text(f, "JOBS", l * sh->widths + w + 1, text);
		}
	}
}

/* A block a panel and series: position of the group, mean; returns the largest. */
static double write_bars(struct figure *f, const struct plot_runs *runs,
			 const struct table *t, size_t count, const struct shape *sh)
{
	double top = 1;

	for (size_t l = 0; l < sh->lengths; l++)
		for (size_t s = 0; s < count; s++) {
			figure_block(f, runs->series[s].label);
			for (size_t w = 0; w < sh->widths; w++) {
				const struct cell *c = &t[s].cell[sh->length[l]][sh->width[w]];
				double mean = c->jobs > 0 ? c->sum / (double)c->jobs : NAN;

				figure_point(f, (double)w + 1, mean);
				top = mean > top ? mean : top;
			}
		}
	return top;
}

int plot_make_bsld(struct figure *f, const struct plot_runs *runs, size_t count,
		   const struct plot_options *o, sj_error *err)
{
	struct table *t = calloc(count, sizeof(*t));
	struct shape sh = { 0 };
	double top;
	int rc = t == NULL ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK && o->metrics > 0)
		rc = sj_fail(err, SJ_EUSAGE, "plot bsld-by-class takes no --metric; it draws "
			     "the bounded slowdown");
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < runs->series[s].count && rc == SJ_OK; i++)
			rc = read_table(runs, &runs->run[runs->series[s].first + i], o,
					&t[s], err);
	if (rc == SJ_OK) {
		sh = find_shape(t, count);
		if (sh.widths == 0)
			rc = sj_fail(err, SJ_EINVAL, "plot bsld-by-class: no job of the "
				     "chosen runs ended");
	}
	if (rc == SJ_OK) {
		f->body_in = (sh.lengths == 1 ? 1.5 : sh.lengths == 2 ? 1.0 : 0.85) *
			     (double)sh.lengths + 0.45;
		f->legend = "boxes";
		write_names(f, runs, t, count, &sh, o);
		top = fmax(write_bars(f, runs, t, count, &sh), 10);
		figure_num(f, "YHI", top);
		figure_yticks_log(f, "YTICKS", 1, top, 4);
	}
	free(t);
	return rc;
}
