/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_gantt.c - `plot gantt`: jobs as rectangles, processors by time, one panel a
 * policy, all with the same window so that they can be compared.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/chart.h"
#include "plot/text.h"
#include "plot/timespan.h"

#define LABELS_MAX  400  /* jobs, beyond which numbers would be clutter */
#define PANEL_IN    1.15
#define HAIR        1500 /* a rectangle is at least this part of the axis wide */
#define OUTLINED    150  /* and has an outline if it is this part of both axes */

/* ---- the window ----------------------------------------------------------------- */

/* One window for all panels: as asked, or up to where every panel is complete. */
static struct timespan choose_span(const struct chart *c, size_t count,
			       const struct plot_options *o)
{
	struct timespan s = { .from = o->to > 0 ? o->from : 0 };
	bool cut = false;

	for (size_t i = 0; i < count; i++) {
		if (c[i].cut && (!cut || c[i].next < s.to))
			s.to = c[i].next;
		else if (!cut && !c[i].cut && c[i].end > s.to)
			s.to = c[i].end;
		cut = cut || c[i].cut;
	}
	if (o->to > 0 && o->to < s.to)
		s.to = o->to;
	if (s.to <= s.from)
		s.to = s.from + SJ_NS_PER_S;
	return s;
}

static void say_what_is_missing(const struct chart *c, const struct plot_runs *runs,
				size_t count, const struct plot_options *o,
				const struct timespan *span)
{
	size_t packed = 0, replicated = 0;
	bool cut = false;
	char end[32];

	for (size_t s = 0; s < count; s++) {
		cut = cut || c[s].cut;
		packed += c[s].packed;
		replicated += runs->series[s].count > 1;
	}
	if (replicated > 0)
		say("plot gantt: %zu of %zu series have replications; the first of each is "
		    "drawn", replicated, count);
	if (packed > 0)
		say("plot gantt: %zu of %zu runs recorded no processors; their jobs are packed "
		    "on the lowest free ones", packed, count);
	if (cut && (o->to > 0 || o->first > 0)) {
		text_time(span->to, end, sizeof(end));
		say("plot gantt: more than %d rectangles in a panel; drawn up to %s after the "
		    "first submit", PIECES_MAX, end);
	}
}

/* ---- writing -------------------------------------------------------------------- */

/* Room for the number inside its rectangle, judged by the size of the type. */
static bool fits_label(const struct figure *f, const struct piece *p, sj_time from,
		       sj_time to, const struct timespan *span, int64_t procs)
{
	const double em = f->look->style->font_pt / 72;
	const double wide = (double)(to - from) / (double)(span->to - span->from) *
			    (plot_look_width(f->look) - 6.5 * em);
	const double tall = (double)(p->last - p->first + 1) / (double)procs * PANEL_IN;
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, p->name);

	return wide > (0.5 * n + 0.4) * em && tall > 0.95 * em;
}

static void write_chart(struct figure *f, const struct chart *c, const struct timespan *span,
			const char *label)
{
	const sj_time axis = span->to - span->from;

	figure_block(f, label);
	for (size_t i = 0; i < c->count; i++) {
		const struct piece *p = &c->piece[i];
		sj_time from = p->from > span->from ? p->from : span->from;
		sj_time to = p->to < span->to ? p->to : span->to;
		bool named, outlined;

		if (p->from >= span->to || p->to < span->from)
			continue;
		named = p->widest && c->count <= LABELS_MAX &&
			fits_label(f, p, from, to, span, c->procs);
		outlined = to - from >= axis / OUTLINED &&
			   (int64_t)(p->last - p->first + 1) * OUTLINED >= c->procs;
		to = to - from < axis / HAIR ? from + axis / HAIR : to;
		fprintf(f->data, "%.9g %.9g %" PRIu32 " %" PRIu32 " %d %d",
			(double)from / span->unit_ns, (double)to / span->unit_ns,
			p->first, p->last + 1, (int)(p->number % 8 + 1), outlined);
		fprintf(f->data, named ? " %" PRId64 "\n" : " \"\" # job %" PRId64 "\n",
			p->name);
		f->points++;
	}
}

static void write_charts(struct figure *f, const struct chart *c,
			 const struct plot_runs *runs, size_t count, struct timespan *span)
{
	bool packed = false;

	timespan_set_unit(span);
	f->body_in = PANEL_IN * (double)count + 0.5;
	f->legend = ""; /* panels carry their names */
	timespan_axis(f, span);
	figure_array(f, "PROCS", count);
	figure_array(f, "YTICKS", count);
	for (size_t s = 0; s < count; s++) {
		char name[32];

		packed = packed || c[s].packed;
		figure_array_num(f, "PROCS", s + 1, (double)c[s].procs);
		snprintf(name, sizeof(name), "YTICKS[%zu]", s + 1);
		figure_yticks(f, name, 0, (double)c[s].procs, 5, 1);
		write_chart(f, &c[s], span, runs->series[s].label);
	}
	figure_text(f, "NOTE", packed ? "processors by first fit: none were recorded" : "");
}

int plot_make_gantt(struct figure *f, const struct plot_runs *runs, size_t count,
		    const struct plot_options *o, sj_error *err)
{
	struct chart *c = calloc(count, sizeof(*c));
	struct timespan span;
	size_t pieces = 0;
	int rc = c == NULL ? SJ_ENOMEM : SJ_OK;

	if (rc == SJ_OK && o->metrics > 0)
		rc = sj_fail(err, SJ_EUSAGE, "plot gantt takes no --metric");
	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		rc = chart_read(runs, s, &c[s], o, err);
		pieces += c[s].count;
	}
	if (rc == SJ_OK && pieces == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot gantt: no job runs in this window");
	if (rc == SJ_OK) {
		span = choose_span(c, count, o);
		say_what_is_missing(c, runs, count, o, &span);
		write_charts(f, c, runs, count, &span);
	}
	for (size_t s = 0; s < count && c != NULL; s++)
		free(c[s].piece);
	free(c);
	return rc;
}
