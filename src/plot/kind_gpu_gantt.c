/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_gpu_gantt.c - `plot gpu-gantt`: which job had which GPU when, one panel a policy,
 * all with the same window and the same nodes.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/gpu_chart.h"
#include "plot/text.h"
#include "plot/timespan.h"

#define LABELS_MAX 400  /* rectangles, beyond which numbers would be clutter */
#define LINES_MAX  64   /* nodes told apart by lines */
#define TICKS_MAX  8
#define HAIR       1500 /* a rectangle is at least this part of the axis wide */
#define OUTLINED   150  /* and has an outline if it is this part of the axis */

static const char *const metrics[] = { "job", "user", NULL };

static struct timespan choose_span(const struct gpu_chart *c, size_t count,
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

static void say_what_is_missing(const struct gpu_chart *c, const struct plot_runs *runs,
				size_t count, const struct timespan *span)
{
	size_t replicated = 0;
	bool cut = false;
	char end[32];

	for (size_t s = 0; s < count; s++) {
		cut = cut || c[s].cut;
		replicated += runs->series[s].count > 1;
	}
	if (replicated > 0)
		say("plot gpu-gantt: %zu of %zu series have replications; the first of each is "
		    "drawn", replicated, count);
	if (c[0].nodes_cut)
		say("plot gpu-gantt: nodes %u to %u are drawn, as more than %d lanes cannot be told "
		    "apart; choose with --nodes", c[0].first_node, c[0].last_node, GPU_LANES_MAX);
	if (cut) {
		text_time(span->to, end, sizeof(end));
		say("plot gpu-gantt: more than %d rectangles in a panel; drawn up to %s after the "
		    "first submit", GPU_PIECES_MAX, end);
	}
}

/* ---- writing ------------------------------------------------------------------------ */

static double panel_in(const struct gpu_chart *c)
{
	double tall = 0.085 * c->lanes;

	return tall < 0.9 ? 0.9 : tall > 2.4 ? 2.4 : tall;
}

/* Room for the number inside its rectangle, judged by the size of the type. */
static bool fits_label(const struct figure *f, const struct gpu_piece *p, sj_time from,
		       sj_time to, const struct timespan *span, const struct gpu_chart *c)
{
	const double em = f->look->style->font_pt / 72;
	const double wide = (double)(to - from) / (double)(span->to - span->from) *
			    (plot_look_width(f->look) - 6.5 * em);
	const double tall = (p->high - p->low) / c->lanes * panel_in(c);
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, p->name);

	return wide > (0.5 * n + 0.4) * em && tall > 0.95 * em;
}

struct written {
	size_t pieces, outlined;
};

/* Block 2 (s - 1) is of whole GPUs, the next one of shares: from, to, low, high, colour,
 * outlined or not, number of the job where it fits. */
static struct written write_pieces(struct figure *f, const struct gpu_chart *c,
				   const struct timespan *span, bool share, bool by_user,
				   const char *label)
{
	const sj_time axis = span->to - span->from;
	struct written w = { 0 };

	figure_block(f, label);
	for (size_t i = 0; i < c->count; i++) {
		const struct gpu_piece *p = &c->piece[i];
		sj_time from = p->from > span->from ? p->from : span->from;
		sj_time to = p->to < span->to ? p->to : span->to;
		int color = (int)((by_user ? (int64_t)p->user : p->number) % 8 + 1);
		bool named, outlined;

		if (p->share != share || p->from >= span->to || p->to <= span->from)
			continue;
		named = c->count <= LABELS_MAX && fits_label(f, p, from, to, span, c);
		outlined = to - from >= axis / OUTLINED && c->lanes <= 2 * GPU_LANES_MAX;
		to = to - from < axis / HAIR ? from + axis / HAIR : to;
		fprintf(f->data, "%.9g %.9g %.6g %.6g %d %d", (double)from / span->unit_ns,
			(double)to / span->unit_ns, p->low, p->high, color, outlined);
		fprintf(f->data, named ? " %" PRId64 "\n" : " \"\" # job %" PRId64 "\n", p->name);
		f->points++;
		w.pieces++;
		w.outlined += outlined;
	}
	/* Blocks are counted, and an empty one would not be. */
	if (w.pieces == 0)
		fputs("NaN NaN NaN NaN 1 0 \"\"\n", f->data);
	return w;
}

/* Numbers of nodes in the middle of their lanes, as many as fit; lines between them. */
static void write_nodes(struct figure *f, const struct gpu_chart *c, size_t panel)
{
	uint32_t with = 0, lines = 0, told = 0, every;
	char name[32], text[16];

	for (uint32_t n = c->first_node; n <= c->last_node; n++) {
		uint32_t gpu;

		with += machine_node(&c->machine, n, &gpu)->gpus != 0;
	}
	every = (with + TICKS_MAX - 1) / TICKS_MAX;
	snprintf(name, sizeof(name), "YTICKS[%zu]", panel);
	figure_ticks_begin(f, name);
	for (uint32_t n = c->first_node, i = 0; n <= c->last_node; n++) {
		uint32_t gpu, gpus = machine_node(&c->machine, n, &gpu)->gpus;
		size_t chars = (size_t)snprintf(text, sizeof(text), "%u", n);

		if (gpus == 0 || i++ % every != 0)
			continue;
		f->y_chars = chars > f->y_chars ? chars : f->y_chars;
		fprintf(f->vars, "%s'%s' %.6g", told++ > 0 ? ", " : "(", text,
			gpu_chart_lane(c, n) + gpus / 2.0);
	}
	fputc(')', f->vars);
	figure_ticks_end(f);
	snprintf(name, sizeof(name), "BORDER%zu", panel);
	figure_array(f, name, LINES_MAX);
	for (uint32_t n = c->first_node + 1; n <= c->last_node && with <= LINES_MAX; n++)
		if (gpu_chart_lane(c, n) != gpu_chart_lane(c, n - 1))
			figure_array_num(f, name, ++lines, gpu_chart_lane(c, n));
	figure_array_num(f, "LINES", panel, lines);
}

static void write_charts(struct figure *f, const struct gpu_chart *c,
			 const struct plot_runs *runs, size_t count, struct timespan *span,
			 bool by_user)
{
	bool shares = false;

	timespan_set_unit(span);
	f->body_in = 0.7;
	f->legend = ""; /* panels carry their names */
	timespan_axis(f, span);
	figure_array(f, "LANES", count);
	figure_array(f, "LINES", count);
	figure_array(f, "WHOLE", count);
	figure_array(f, "SHARED", count);
	figure_array(f, "OUTLINES", count);
	figure_array(f, "YTICKS", count);
	for (size_t s = 0; s < count; s++) {
		struct written whole, shared;

		f->body_in += panel_in(&c[s]);
		figure_array_num(f, "LANES", s + 1, c[s].lanes);
		write_nodes(f, &c[s], s + 1);
		whole = write_pieces(f, &c[s], span, false, by_user, runs->series[s].label);
		shared = write_pieces(f, &c[s], span, true, by_user, "shares");
		figure_array_num(f, "WHOLE", s + 1, (double)whole.pieces);
		figure_array_num(f, "SHARED", s + 1, (double)shared.pieces);
		figure_array_num(f, "OUTLINES", s + 1, (double)(whole.outlined + shared.outlined));
		shares = shares || shared.pieces > 0;
	}
	figure_num(f, "SHARES", shares);
	figure_text(f, "NOTE", by_user ? "colour: user" : "colour: job");
}

int plot_make_gpu_gantt(struct figure *f, const struct plot_runs *runs, size_t count,
			const struct plot_options *o, sj_error *err)
{
	struct gpu_chart *c = calloc(count, sizeof(*c));
	const char *metric = NULL;
	struct timespan span;
	size_t pieces = 0;
	int rc = c == NULL ? SJ_ENOMEM : plot_metric_one(o, f->kind, metrics, &metric, err);

	for (size_t s = 0; s < count && rc == SJ_OK; s++) {
		rc = gpu_chart_read(runs, s, o, &c[s], err);
		pieces += c[s].count;
	}
	if (rc == SJ_OK && pieces == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot gpu-gantt: no GPU is used in this window, or the "
			     "run kept no allocations; --allocs keeps them");
	if (rc == SJ_OK) {
		span = choose_span(c, count, o);
		say_what_is_missing(c, runs, count, &span);
		write_charts(f, c, runs, count, &span, strcmp(metric, "user") == 0);
	}
	for (size_t s = 0; s < count && c != NULL; s++)
		gpu_chart_free(&c[s]);
	free(c);
	return rc;
}
