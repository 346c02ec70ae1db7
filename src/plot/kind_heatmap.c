/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_heatmap.c - `plot heatmap`: how busy each node or GPU was over time, one panel a
 * policy, all over the same time and on the same scale.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/heat.h"
#include "plot/text.h"

#define ROWS_MAX 96  /* of a panel: less than 4 pixels of 300 an inch */
#define COLS     192 /* of one column */
#define PANEL_IN 1.3
#define TYPES_MAX 8  /* told apart by lines */
#define LINES_MAX 16
#define TICKS_MAX 8

static const char *const metrics[] = { "auto", "cores", "gpus", "memory", NULL };

/* Without --metric: GPUs where there are any. */
static enum heat_what what_of(const char *metric, const struct plot_runs *runs)
{
	struct cluster c = { 0 };
	enum heat_what what = strcmp(metric, "memory") == 0 ? HEAT_MEMORY :
			      strcmp(metric, "gpus") == 0 ? HEAT_GPUS : HEAT_CORES;

	if (strcmp(metric, "auto") != 0 ||
	    cluster_parse(runs->run[runs->series[0].first].facet[FACET_CLUSTER], &c, NULL) != SJ_OK)
		return what;
	for (uint32_t k = 0; k < c.type_count; k++)
		what = c.specs[k].gpus != 0 ? HEAT_GPUS : what;
	cluster_fini(&c);
	return what;
}

static int window_of(const struct heat *h, size_t count, const struct plot_options *o,
		     sj_time *from, sj_time *to, sj_error *err)
{
	*from = o->to > 0 ? o->from : 0;
	*to = 0;
	for (size_t s = 0; s < count; s++)
		*to = h[s].end > *to ? h[s].end : *to;
	if (*from >= *to)
		return sj_fail(err, SJ_EINVAL, "plot heatmap: --window begins after the last "
			       "task has ended (%.6g s after the first submit)", (double)*to / 1e9);
	*to = o->to > 0 && o->to < *to ? o->to : *to;
	return SJ_OK;
}

/* One panel: a line of numbers in percent for each row; -1: down. */
static bool write_cells(struct figure *f, const struct heat *h, const char *label)
{
	bool down = false;

	figure_block(f, label);
	for (uint32_t row = 0; row < h->rows; row++) {
		for (uint32_t col = 0; col < h->cols; col++) {
			double v = heat_value(h, row, col);

			down = down || isnan(v);
			fprintf(f->data, "%s%.4g", col > 0 ? " " : "", isnan(v) ? -1 : 100 * v);
			f->points++;
		}
		fputc('\n', f->data);
	}
	return down;
}

/* Lines where another node begins, when rows are few GPUs; else where another type does. */
static void write_lines(struct figure *f, const struct heat *h, size_t panel)
{
	const struct cluster *c = &h->machine.cluster;
	const bool nodes = h->gpus && c->node_count <= LINES_MAX;
	uint32_t first = 0, lines = 0;
	char name[32];

	snprintf(name, sizeof(name), "BORDER%zu", panel);
	figure_array(f, name, LINES_MAX);
	for (uint32_t k = 0; k < c->type_count; k++) {
		const sj_node_type *t = &c->specs[k];

		for (uint32_t i = 0; i < (nodes ? t->count : 1) && lines < LINES_MAX; i++) {
			uint32_t gpu = h->machine.gpu_first[k] + i * t->gpus;

			figure_array_num(f, name, ++lines, h->gpus ? gpu : first);
		}
		first += t->count;
	}
	figure_array_num(f, "LINES", panel,
			 nodes || c->type_count <= TYPES_MAX ? lines : 0);
}

/* Few rows have their number in their middle; many are a scale. */
static void write_ticks(struct figure *f, const struct heat *h, size_t panel)
{
	const uint32_t every = (h->things + TICKS_MAX - 1) / TICKS_MAX;
	char name[32];

	snprintf(name, sizeof(name), "YTICKS[%zu]", panel);
	if (h->things > LINES_MAX) {
		figure_yticks(f, name, 0, h->things, 5, 1);
		return;
	}
	figure_ticks_begin(f, name);
	for (uint32_t i = 0; i < h->things; i += every)
		fprintf(f->vars, "%s'%u' %g", i > 0 ? ", " : "(", i, i + 0.5);
	fputc(')', f->vars);
	figure_ticks_end(f);
	f->y_chars = f->y_chars > 2 ? f->y_chars : 2;
}

static const char *unit_of(enum heat_what what)
{
	return what == HEAT_CORES ? "busy cores (%)" : what == HEAT_GPUS ? "busy GPUs (%)" :
	       "memory in use (%)";
}

static void write_figure(struct figure *f, const struct plot_runs *runs, size_t count,
			 const struct heat *h, enum heat_what what, sj_time from, sj_time to)
{
	const struct text_unit u = text_time_unit((double)to / 1e9);
	bool down = false;

	f->body_in = PANEL_IN * (double)count + 0.75;
	f->legend = ""; /* panels carry their names */
	figure_time_axis(f, (double)from / (u.seconds * 1e9), (double)to / (u.seconds * 1e9),
			 u.name);
	figure_num(f, "COLS", h[0].cols);
	figure_text(f, "UNIT", unit_of(what));
	figure_array(f, "THINGS", count);
	figure_array(f, "ROWS", count);
	figure_array(f, "GROUP", count);
	figure_array(f, "LINES", count);
	figure_array(f, "YLABEL", count);
	figure_array(f, "YTICKS", count);
	for (size_t s = 0; s < count; s++) {
		figure_array_num(f, "THINGS", s + 1, h[s].things);
		figure_array_num(f, "ROWS", s + 1, h[s].rows);
		figure_array_num(f, "GROUP", s + 1, h[s].group);
		figure_array_text(f, "YLABEL", s + 1, h[s].gpus ? "GPU" : "node");
		write_ticks(f, &h[s], s + 1);
		write_lines(f, &h[s], s + 1);
		down = write_cells(f, &h[s], runs->series[s].label) || down;
	}
	figure_num(f, "DOWN", down);
}

static void say_what_is_missing(const struct plot_runs *runs, size_t count,
				const struct heat *h)
{
	size_t replicated = 0;

	for (size_t s = 0; s < count; s++)
		replicated += runs->series[s].count > 1;
	if (replicated > 0)
		say("plot heatmap: %zu of %zu series have replications; the first of each is "
		    "drawn", replicated, count);
	if (h[0].group > 1)
		say("plot heatmap: each row is the mean of %" PRIu32 " %s", h[0].group,
		    h[0].gpus ? "GPUs" : "nodes");
}

int plot_make_heatmap(struct figure *f, const struct plot_runs *runs, size_t count,
		      const struct plot_options *o, sj_error *err)
{
	struct heat *h = calloc(count, sizeof(*h));
	const char *metric = NULL;
	enum heat_what what = HEAT_CORES;
	sj_time from = 0, to = 0;
	uint32_t cols = f->look->wide ? 2 * COLS : COLS;
	int rc = h == NULL ? SJ_ENOMEM : plot_metric_one(o, f->kind, metrics, &metric, err);

	if (rc == SJ_OK)
		what = what_of(metric, runs);
	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = heat_open(runs, s, what, &h[s], err);
	if (rc == SJ_OK)
		rc = window_of(h, count, o, &from, &to, err);
	if (rc == SJ_OK && f->look->terminal->dumb)
		cols = 60;
	for (size_t s = 0; s < count && rc == SJ_OK; s++)
		rc = heat_read(runs, s, what, from, to, f->look->terminal->dumb ? 8 : ROWS_MAX,
			       cols, &h[s], err);
	if (rc == SJ_OK) {
		say_what_is_missing(runs, count, h);
		write_figure(f, runs, count, h, what, from, to);
	}
	for (size_t s = 0; s < count && h != NULL; s++)
		heat_free(&h[s]);
	free(h);
	return rc;
}
