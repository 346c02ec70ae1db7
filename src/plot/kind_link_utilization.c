/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_link_utilization.c - `plot link-utilization`: how busy links are over time. A heat
 * map has a row for each of the busiest links of a run; curves show the few links that are
 * busiest over all series, the same in every panel.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/link_lines.h"
#include "plot/timespan.h"

#define CURVES   4    /* links that stay tellable */
#define ROWS     28   /* of all panels together, named */
#define NAMES    44   /* that fit a page, when --first asks for more rows */
#define ROW_IN   0.115
#define COLS     160
#define PANEL_IN 1.15 /* of curves */

static const char *const metrics[] = { "auto", "curves", "heat", NULL };

static int window_of(const struct link_lines *l, size_t count, const struct plot_options *o,
		     struct timespan *w, sj_error *err)
{
	w->from = o->to > 0 ? o->from : 0;
	w->to = 0;
	for (size_t s = 0; s < count; s++)
		w->to = l[s].end > w->to ? l[s].end : w->to;
	if (w->from >= w->to)
		return sj_fail(err, SJ_EINVAL, "plot link-utilization: --window begins after the "
			       "last transfer has ended (%.6g s after the first submit)",
			       (double)w->to / 1e9);
	w->to = o->to > 0 && o->to < w->to ? o->to : w->to;
	return SJ_OK;
}

/* ---- heat --------------------------------------------------------------------------- */

/* Seconds at full speed in each column, of what was carried. */
static void spread(const struct link_lines *l, const struct link_line *line,
		   const struct timespan *w, uint32_t cols, double *cell)
{
	const double wide = (double)(w->to - w->from) / cols;

	for (size_t i = line->first; i < line->first + line->count; i++) {
		const struct link_piece *p = &l->piece[i];
		double left = fmax((double)p->from, (double)w->from);
		double right = fmin((double)p->to, (double)w->to);
		double rate = p->bytes / line->bytes_per_s / (double)(p->to - p->from);
		uint32_t col = left < right ? (uint32_t)((left - (double)w->from) / wide) : cols;

		for (; col < cols && (double)w->from + col * wide < right; col++)
			cell[col] += rate *
				     fmax(0, fmin(right, (double)w->from + (col + 1) * wide) -
					     fmax(left, (double)w->from + col * wide));
	}
}

static int write_heat_panel(struct figure *f, const struct link_lines *l, size_t rows,
			    const struct timespan *w, uint32_t cols, const char *label)
{
	const double wide = (double)(w->to - w->from) / cols;
	double *cell = malloc(cols * sizeof(*cell));

	if (cell == NULL)
		return SJ_ENOMEM;
	figure_block(f, label);
	for (size_t row = 0; row < rows; row++)
		fprintf(f->data, "# line %zu: %s\n", row + 1, l->line[row].name);
	for (size_t row = 0; row < rows; row++) {
		for (uint32_t col = 0; col < cols; col++)
			cell[col] = 0;
		spread(l, &l->line[row], w, cols, cell);
		for (uint32_t col = 0; col < cols; col++)
			fprintf(f->data, "%s%.4g", col > 0 ? " " : "",
				fmin(100, 1e11 * cell[col] / wide));
		fputc('\n', f->data);
		f->points += cols;
	}
	free(cell);
	return SJ_OK;
}

/* The names of the rows, from the top; of `every`-th ones where they are many. */
static void write_rows(struct figure *f, const struct link_lines *l, size_t rows, size_t every,
		       size_t panel)
{
	char name[32], text[LINK_SHORT];

	snprintf(name, sizeof(name), "YTICKS[%zu]", panel);
	figure_ticks_begin(f, name);
	for (size_t i = 0; i < rows; i += every) {
		size_t chars = strlen(link_short_name(l->line[i].name, text));

		/* The type is smaller than that of other axes. */
		chars = (chars * 9 + 9) / 10;
		f->y_chars = chars > f->y_chars ? chars : f->y_chars;
		fprintf(f->vars, "%s'%s' %g", i > 0 ? ", " : "(", text, (double)i + 0.5);
	}
	fputc(')', f->vars);
	figure_ticks_end(f);
}

static int write_heat(struct figure *f, struct link_lines *l, const struct plot_runs *runs,
		      size_t count, const struct plot_options *o, const struct timespan *w)
{
	const bool dumb = f->look->terminal->dumb;
	const uint32_t cols = dumb ? 60 : f->look->wide ? 2 * COLS : COLS;
	size_t most = o->first != 0 ? (size_t)o->first : ROWS / count, all = 0, left_out = 0;
	size_t every;
	int rc = SJ_OK;

	for (size_t s = 0; s < count; s++)
		all += l[s].lines < most ? l[s].lines : most;
	every = (all + NAMES - 1) / NAMES;

	figure_num(f, "HEAT", 1);
	figure_num(f, "CURVES", 0);
	figure_num(f, "COLS", cols);
	figure_array(f, "ROWS", count);
	figure_array(f, "YTICKS", count);
	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		size_t rows = l[s].lines < most ? l[s].lines : most;

		left_out += l[s].lines - rows;
		figure_array_num(f, "ROWS", s + 1, (double)rows);
		write_rows(f, &l[s], rows, every, s + 1);
		rc = write_heat_panel(f, &l[s], rows, w, cols, runs->series[s].label);
	}
	figure_num(f, "ALLROWS", (double)all);
	if (left_out != 0)
		say("plot link-utilization: the busiest links are drawn, %zu that carried "
		    "something are not; --first N draws N of each run", left_out);
	f->body_in = ROW_IN * (double)all / (double)every + 0.16 * (double)count + 0.75;
	return rc;
}

/* ---- curves ------------------------------------------------------------------------ */

static const struct link_line *find(const struct link_lines *l, const char *name)
{
	for (size_t i = 0; i < l->lines; i++)
		if (strcmp(l->line[i].name, name) == 0)
			return &l->line[i];
	return NULL;
}

/* Names of the links that are busiest over all series, of those that lead in one. */
static size_t choose(const struct link_lines *l, size_t count, size_t most,
		     const char **name)
{
	double load[CURVES];
	size_t n = 0;

	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < l[s].lines && i < most; i++) {
			const char *own = l[s].line[i].name;
			double sum = 0;
			size_t k;

			for (k = 0; k < n && strcmp(name[k], own) != 0; k++)
				;
			if (k < n)
				continue;
			for (size_t t = 0; t < count; t++)
				sum += find(&l[t], own) != NULL ?
				       link_line_load(find(&l[t], own)) : 0;
			for (k = n; k > 0 && load[k - 1] < sum; k--)
				if (k < most) {
					load[k] = load[k - 1];
					name[k] = name[k - 1];
				}
			if (k < most) {
				load[k] = sum;
				name[k] = own;
				n += n < most;
			}
		}
	return n;
}

static void put_point(struct figure *f, const struct timespan *w, sj_time at, double percent)
{
	figure_point(f, (double)at / w->unit_ns, percent);
}

static void write_curve(struct figure *f, const struct link_lines *l,
			const struct link_line *line, const struct timespan *w, const char *name)
{
	sj_time end = 0;

	figure_block(f, name);
	put_point(f, w, 0, 0);
	for (size_t i = line != NULL ? line->first : 0;
	     line != NULL && i < line->first + line->count; i++) {
		const struct link_piece *p = &l->piece[i];
		double percent = 1e11 * p->bytes / line->bytes_per_s / (double)(p->to - p->from);

		if (p->from > end) {
			put_point(f, w, end, 0);
			put_point(f, w, p->from, 0);
		}
		put_point(f, w, p->from, fmin(100, percent));
		put_point(f, w, p->to, fmin(100, percent));
		end = p->to;
	}
	put_point(f, w, end, 0);
	put_point(f, w, w->to, 0);
}

static void write_curves(struct figure *f, const struct link_lines *l,
			 const struct plot_runs *runs, size_t count,
			 const struct plot_options *o, const struct timespan *w)
{
	size_t most = o->first != 0 && o->first < CURVES ? (size_t)o->first : CURVES;
	const char *name[CURVES];
	size_t n = choose(l, count, most, name);

	figure_num(f, "HEAT", 0);
	figure_num(f, "CURVES", (double)n);
	figure_num(f, "COLS", 1);
	figure_num(f, "ALLROWS", (double)count);
	figure_array(f, "ROWS", count);
	figure_array(f, "LINK", n);
	figure_array(f, "YTICKS", count);
	for (size_t i = 0; i < n; i++) {
		char text[LINK_SHORT];

		figure_array_text(f, "LINK", i + 1, link_short_name(name[i], text));
	}
	for (size_t s = 0; s < count; s++) {
		char ticks[32], block[160];

		figure_array_num(f, "ROWS", s + 1, 1);
		snprintf(ticks, sizeof(ticks), "YTICKS[%zu]", s + 1);
		figure_yticks(f, ticks, 0, 100, 4, 1);
		for (size_t i = 0; i < n; i++) {
			snprintf(block, sizeof(block), "%s: %s", runs->series[s].label, name[i]);
			write_curve(f, &l[s], find(&l[s], name[i]), w, block);
		}
	}
	f->body_in = PANEL_IN * (double)count + 0.5 + 0.16 * (double)((n + 1) / 2);
}

/* ---- the figure ---------------------------------------------------------------------- */

static int write_figure(struct figure *f, struct link_lines *l, const struct plot_runs *runs,
			size_t count, const struct plot_options *o, const char *metric,
			struct timespan *w)
{
	bool heat = strcmp(metric, "heat") == 0;

	timespan_set_unit(w);
	f->legend = ""; /* panels carry their names */
	timespan_axis(f, w);
	for (size_t s = 0; s < count; s++) {
		link_lines_rank(&l[s]);
		heat = heat || (strcmp(metric, "auto") == 0 && l[s].lines > CURVES);
	}
	if (heat)
		return write_heat(f, l, runs, count, o, w);
	write_curves(f, l, runs, count, o, w);
	return SJ_OK;
}

static void say_what_is_missing(const struct plot_runs *runs, size_t count)
{
	size_t replicated = 0;

	for (size_t s = 0; s < count; s++)
		replicated += runs->series[s].count > 1;
	if (replicated > 0)
		say("plot link-utilization: %zu of %zu series have replications; the first of each "
		    "is drawn", replicated, count);
}

int plot_make_link_utilization(struct figure *f, const struct plot_runs *runs, size_t count,
			       const struct plot_options *o, sj_error *err)
{
	struct link_lines *l = calloc(count, sizeof(*l));
	const char *metric = NULL;
	struct timespan w;
	int rc = l == NULL ? SJ_ENOMEM : plot_metric_one(o, f->kind, metrics, &metric, err);

	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = link_lines_read(runs, s, &l[s], err);
	if (rc == SJ_OK)
		rc = window_of(l, count, o, &w, err);
	if (rc == SJ_OK) {
		say_what_is_missing(runs, count);
		rc = write_figure(f, l, runs, count, o, metric, &w);
	}
	for (size_t s = 0; s < count && l != NULL; s++)
		link_lines_free(&l[s]);
	free(l);
	return rc;
}
