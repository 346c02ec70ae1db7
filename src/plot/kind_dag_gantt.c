/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_dag_gantt.c - `plot dag-gantt`: the tasks of one job by node and time, hatched while
 * they wait for data, and the transfers between them as lines; one panel a policy.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/dag_chart.h"
#include "plot/timespan.h"

#define LABELS_MAX 400  /* bars, beyond which numbers would be clutter */
#define LINES_MAX  64   /* nodes told apart by lines */
#define TICKS_MAX  8
#define HAIR       1500 /* a bar is at least this part of the axis wide */
#define OUTLINED   150  /* and has an outline if it is this part of the axis */
#define LANE_IN    0.11

static double panel_in(const struct dag_chart *c)
{
	return fmin(2.6, fmax(0.8, LANE_IN * c->lanes));
}

static struct timespan choose_span(const struct dag_chart *c, size_t count,
			       const struct plot_options *o)
{
	struct timespan s = { .from = o->to > 0 ? o->from : 0 };

	for (size_t i = 0; i < count; i++)
		s.to = c[i].end > s.to ? c[i].end : s.to;
	if (o->to > 0 && o->to < s.to)
		s.to = o->to;
	if (s.to <= s.from)
		s.to = s.from + SJ_NS_PER_S;
	return s;
}

static void say_what_is_missing(const struct dag_chart *c, const struct plot_runs *runs,
				size_t count)
{
	size_t replicated = 0;

	for (size_t s = 0; s < count; s++) {
		replicated += runs->series[s].count > 1;
		if (c[s].cut)
			say("plot dag-gantt: the first %d stretches of tasks of %s are drawn",
			    DAG_BARS_MAX, runs->series[s].label);
		if (c[s].moves > DAG_LINES_MAX)
			say("plot dag-gantt: %zu transfers of %s would hide its tasks and are not drawn; "
			    "--window draws up to %d", c[s].moves, runs->series[s].label,
			    DAG_LINES_MAX);
	}
	if (replicated > 0)
		say("plot dag-gantt: %zu of %zu series have replications; the first of each is "
		    "drawn", replicated, count);
}

/* ---- writing ------------------------------------------------------------------------ */

/* Room for the number within [from, to), judged by the size of the type. */
static bool fits_label(const struct figure *f, uint32_t task, sj_time from, sj_time to,
		       const struct timespan *span, const struct dag_chart *c)
{
	const double em = f->look->style->font_pt / 72;
	const double wide = (double)(to - from) / (double)(span->to - span->from) *
			    (plot_look_width(f->look) - 6.5 * em);
	char text[24];
	int n = snprintf(text, sizeof(text), "%u", task);

	return wide > (0.5 * n + 0.3) * em && panel_in(c) / c->lanes > 0.95 * em;
}

/* One that is seen: what of it is in the window. */
static bool write_bar(struct figure *f, const struct dag_chart *c, const struct dag_bar *b,
		      const struct timespan *span)
{
	const sj_time axis = span->to - span->from;
	sj_time from = b->from > span->from ? b->from : span->from;
	sj_time to = b->to < span->to ? b->to : span->to;
	sj_time ready = b->ready < from ? from : b->ready > to ? to : b->ready;
	bool edged = to - from >= axis / OUTLINED && c->lanes <= 128;
	/* The number stands where the task computes, when it has room there. */
	bool there = fits_label(f, b->task, ready, to, span, c);
	bool named = c->bars <= LABELS_MAX &&
		     (there || fits_label(f, b->task, from, to, span, c));
	double middle = ((double)(there ? ready : from) + (double)to) / 2;

	to = to - from < axis / HAIR ? from + axis / HAIR : to;
	fprintf(f->data, "%.9g %.9g %.9g %u %u %d %.9g", (double)from / span->unit_ns,
		(double)ready / span->unit_ns, (double)to / span->unit_ns, b->lane,
		b->task % 8 + 1, edged, middle / span->unit_ns);
	fprintf(f->data, named ? " %u\n" : " \"\" # task %u\n", b->task);
	f->points++;
	return edged;
}

/* From, ready, to, lane, colour, outlined or not, middle and number of the task where it
 * fits. Returns how many have outlines. */
static size_t write_bars(struct figure *f, const struct dag_chart *c, const struct timespan *span,
			 const char *label)
{
	size_t outlined = 0;

	figure_block(f, label);
	for (size_t i = 0; i < c->bars; i++)
		if (c->bar[i].from <= span->to && c->bar[i].to >= span->from)
			outlined += write_bar(f, c, &c->bar[i], span);
	return outlined;
}

/* Begin, lane, end - begin, lane - lane, width. The largest last, on top. */
static void write_lines(struct figure *f, const struct dag_chart *c, const struct timespan *span)
{
	size_t n = 0;

	figure_block(f, "transfers");
	for (size_t i = c->lines; i-- > 0;) {
		const struct dag_line *l = &c->line[i];

		if (l->to < span->from || l->from > span->to)
			continue;
		fprintf(f->data, "%.9g %.3f %.9g %.3f %.3g\n", (double)l->from / span->unit_ns,
			l->lane + 0.5, (double)(l->to - l->from) / span->unit_ns,
			(double)l->lane_to - l->lane, sqrt(l->bytes / c->most));
		f->points++;
		n++;
	}
	/* Blocks are counted, and an empty one would not be. */
	if (n == 0)
		fputs("NaN NaN NaN NaN 1\n", f->data);
}

/* Numbers of nodes in the middle of their lanes, as many as fit; lines between them. */
static void write_nodes(struct figure *f, const struct dag_chart *c, size_t panel)
{
	const size_t every = (c->nodes + TICKS_MAX - 1) / TICKS_MAX;
	size_t lines = 0, told = 0;
	char name[32], text[16];

	figure_array_text(f, "YNAME", panel, c->pool ? "processors" : "node");
	snprintf(name, sizeof(name), "YTICKS[%zu]", panel);
	figure_ticks_begin(f, name);
	for (size_t i = 0; i < c->nodes && !c->pool; i += every) {
		size_t chars = (size_t)snprintf(text, sizeof(text), "%u", c->node[i].node);

		f->y_chars = chars > f->y_chars ? chars : f->y_chars;
		fprintf(f->vars, "%s'%s' %.6g", told++ > 0 ? ", " : "(", text,
			c->node[i].first + c->node[i].lanes / 2.0);
	}
	fputs(told > 0 ? ")" : "('' 0)", f->vars);
	figure_ticks_end(f);
	snprintf(name, sizeof(name), "BORDER%zu", panel);
	figure_array(f, name, LINES_MAX);
	for (size_t i = 1; i < c->nodes && c->nodes <= LINES_MAX; i++)
		figure_array_num(f, name, ++lines, c->node[i].first);
	figure_array_num(f, "LINES", panel, (double)lines);
}

static void write_charts(struct figure *f, const struct dag_chart *c,
			 const struct plot_runs *runs, size_t count, struct timespan *span)
{
	bool waits = false, moves = false;
	char note[80];

	timespan_set_unit(span);
	f->body_in = 0.85;
	f->legend = ""; /* panels carry their names */
	timespan_axis(f, span);
	figure_array(f, "LANES", count);
	figure_array(f, "LINES", count);
	figure_array(f, "OUTLINES", count);
	figure_array(f, "TALL", count);
	figure_array(f, "YNAME", count);
	figure_array(f, "YTICKS", count);
	for (size_t s = 0; s < count; s++) {
		f->body_in += panel_in(&c[s]);
		figure_array_num(f, "LANES", s + 1, c[s].lanes);
		figure_array_num(f, "TALL", s + 1, panel_in(&c[s]));
		write_nodes(f, &c[s], s + 1);
		figure_array_num(f, "OUTLINES", s + 1,
				 (double)write_bars(f, &c[s], span, runs->series[s].label));
		write_lines(f, &c[s], span);
		moves = moves || c[s].lines > 0;
		for (size_t i = 0; i < c[s].bars; i++)
			waits = waits || c[s].bar[i].ready > c[s].bar[i].from;
	}
	figure_num(f, "WAITS", waits);
	figure_num(f, "MOVES", moves);
	snprintf(note, sizeof(note), "time since submit of job %" PRId64 " (%s)", c[0].name, span->unit);
	figure_text(f, "XLABEL", note);
}

int plot_make_dag_gantt(struct figure *f, const struct plot_runs *runs, size_t count,
			const struct plot_options *o, sj_error *err)
{
	struct dag_chart *c = calloc(count, sizeof(*c));
	struct timespan span;
	int rc = c == NULL ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK && o->metrics > 0)
		rc = sj_fail(err, SJ_EUSAGE, "plot dag-gantt takes no --metric");
	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = dag_chart_read(runs, s, o, &c[s], err);
	if (rc == SJ_OK) {
		span = choose_span(c, count, o);
		say_what_is_missing(c, runs, count);
		write_charts(f, c, runs, count, &span);
	}
	for (size_t s = 0; s < count && c != NULL; s++)
		dag_chart_free(&c[s]);
	free(c);
	return rc;
}
