/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_figure.c - see dag_figure.h. Lengths are inches from the top left corner of the
 * drawing. The area of a circle is the run time of its task; edges are in classes of
 * width, as gnuplot has no width by line.
 */
#include "plot/dag_figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "plot/dag_layout.h"
#include "plot/embedded.h"
#include "plot/emit.h"
#include "plot/text.h"
#include "trace/neighbours.h"

#define HEIGHT_MOST 6.5   /* inches, of all layers */
#define LAYER_MOST  0.5   /* from one to the next */
#define RADIUS_MOST 0.16
#define RADIUS_LEAST 0.004
#define RADIUS_SEEN  0.01 /* of any task, where there is room */
#define SHARE       0.44  /* of the way to a neighbour, at most */
#define WIDTHS      4     /* classes of edges with bytes; class 0 has none */
#define CHAR_EM     0.56

struct drawing {
	const sj_job     *job;
	struct figure     figure;
	struct dag_layout layout;
	double   em, across, down; /* inches of a unit of x, of a layer */
	double   left, radius;     /* of the drawing; of the longest task */
	sj_time  longest;
	uint64_t most;             /* bytes of an edge */
	uint32_t labels;
};

static double margin(const struct drawing *d)
{
	return d->radius + 0.04;
}

/* ---- sizes ------------------------------------------------------------------------------ */

static void measure(struct drawing *d)
{
	const struct dag_layout *l = &d->layout;
	const sj_task_spec *t = job_tasks(d->job);
	double room = plot_look_width(d->figure.look) - 2.4 * d->em;

	for (uint32_t i = 0; i < d->job->task_count; i++)
		d->longest = t[i].work_ns > d->longest ? t[i].work_ns : d->longest;
	for (uint32_t i = 0; i < d->job->edge_count; i++)
		d->most = d->job->edges[i].bytes > d->most ? d->job->edges[i].bytes : d->most;
	d->across = fmin(room / (l->width + 0.8), 0.5);
	d->down = fmin(HEIGHT_MOST / l->layers, LAYER_MOST);
	d->radius = fmin(RADIUS_MOST, SHARE * fmin(d->across, d->down));
	d->radius = fmax(d->radius, RADIUS_LEAST);
	d->left = (plot_look_width(d->figure.look) - l->width * d->across) / 2;
	d->figure.body_in = (l->layers - 1) * d->down + 2 * margin(d) + 3.1 * d->em;
}

static double x_of(const struct drawing *d, uint32_t vertex)
{
	return d->left + d->layout.x[vertex] * d->across;
}

static double y_of(const struct drawing *d, uint32_t vertex)
{
	return margin(d) + d->layout.layer[vertex] * d->down;
}

/* Short ones are larger than that: they have to be seen. */
static double radius_of(const struct drawing *d, uint32_t task)
{
	sj_time work = job_tasks(d->job)[task].work_ns;
	double least = fmax(0.2 * d->radius, fmin(RADIUS_SEEN, d->radius));

	return d->longest == 0 ? d->radius / 2 :
	       fmax(d->radius * sqrt((double)work / (double)d->longest), least);
}

/* ---- edges ------------------------------------------------------------------------------ */

static uint32_t width_of(const struct drawing *d, const sj_edge *e)
{
	double share;

	if (e->bytes == 0)
		return 0;
	share = sqrt((double)e->bytes / (double)d->most);
	return 1 + (uint32_t)fmin(WIDTHS - 1, share * WIDTHS);
}

/* From circle to circle, by way of the bends. */
static void put_edge(struct drawing *d, uint32_t edge)
{
	const struct dag_layout *l = &d->layout;
	const sj_edge *e = &d->job->edges[edge];
	FILE *to = d->figure.data;

	fprintf(to, "%.5g %.5g\n", x_of(d, e->from), y_of(d, e->from));
	for (uint32_t v = l->bend_first[edge]; v < l->bend_first[edge + 1]; v++)
		fprintf(to, "%.5g %.5g\n", x_of(d, v), y_of(d, v));
	fprintf(to, "%.5g %.5g\n\n", x_of(d, e->to), y_of(d, e->to));
	d->figure.points++;
}

static bool is_critical(const struct drawing *d, const sj_edge *e)
{
	return d->layout.critical[e->from] != 0 &&
	       d->layout.critical[e->to] == d->layout.critical[e->from] + 1;
}

/* A block for each width, and after these the critical path. */
static void put_edges(struct drawing *d)
{
	struct figure *f = &d->figure;
	uint32_t count[WIDTHS + 2] = { 0 };

	figure_array(f, "EDGES", WIDTHS + 2);
	for (uint32_t class = 0; class < WIDTHS + 2; class++) {
		figure_block(f, class == 0 ? "edges without bytes: x, y in inches" :
				class <= WIDTHS ? "edges with bytes" : "edges of the critical path");
		for (uint32_t i = 0; i < d->job->edge_count; i++) {
			const sj_edge *e = &d->job->edges[i];

			if (class <= WIDTHS ? width_of(d, e) != class : !is_critical(d, e))
				continue;
			put_edge(d, i);
			count[class]++;
		}
		/* Blocks are counted, and an empty one would not be. */
		if (count[class] == 0)
			fputs("NaN NaN\n", f->data);
		figure_array_num(f, "EDGES", class + 1, count[class]);
	}
}

/* ---- tasks ------------------------------------------------------------------------------- */

static bool fits_label(const struct drawing *d, uint32_t task)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", task);

	return 2 * d->radius > fmax(n * CHAR_EM, 1.1) * d->em;
}

static void put_tasks(struct drawing *d)
{
	struct figure *f = &d->figure;

	figure_block(f, "tasks: x, y, radius in inches, on the critical path or not, number");
	for (uint32_t i = 0; i < d->job->task_count; i++) {
		bool named = fits_label(d, d->job->task_count - 1);

		fprintf(f->data, named ? "%.5g %.5g %.4g %d %u\n" : "%.5g %.5g %.4g %d \"\" # %u\n",
			x_of(d, i), y_of(d, i), radius_of(d, i), d->layout.critical[i] != 0, i);
		d->labels += named;
		f->points++;
	}
}

/* ---- words ------------------------------------------------------------------------------- */

static void bytes_text(uint64_t bytes, char *buf, size_t size)
{
	static const char *const unit[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	double v = (double)bytes;
	int k = 0;

	for (; v >= 999.5 && k < 6; k++)
		v /= 1000;
	snprintf(buf, size, "%.3g %s", v, unit[k]);
}

static void put_notes(struct drawing *d)
{
	char time[32], path[32], bytes[32], line[160];

	text_time(d->longest, time, sizeof(time));
	text_time(d->layout.path_ns, path, sizeof(path));
	bytes_text(d->most, bytes, sizeof(bytes));
	if (d->most != 0)
		snprintf(line, sizeof(line), "area: run time, to %s; width: bytes, to %s", time, bytes);
	else
		snprintf(line, sizeof(line), "area: run time, to %s; no bytes", time);
	figure_text(&d->figure, "NOTE", line);
	snprintf(line, sizeof(line), "%u tasks, %u edges (down); critical path: %s",
		 d->job->task_count, d->job->edge_count, path);
	figure_text(&d->figure, "NOTE2", line);
}

/* ---- the figure ---------------------------------------------------------------------------- */

static void make(struct drawing *d)
{
	d->figure.legend = "";
	measure(d);
	put_edges(d);
	put_tasks(d);
	put_notes(d);
	figure_num(&d->figure, "TASKS", d->job->task_count);
	figure_num(&d->figure, "RADIUS", d->radius);
	figure_num(&d->figure, "LABELS", d->labels);
	/* Where many lines cross, each has less ink. */
	figure_num(&d->figure, "INK", d->job->edge_count < 100 ? 1 : d->job->edge_count < 1000 ? 0.5 :
		   0.2);
}

int dag_figure(const sj_job *job, const struct plot_look *look, const char *path,
	       struct dag_drawn *drawn, sj_error *err)
{
	struct drawing d = { .job = job, .em = look->style->font_pt / 72 };
	char name[] = "tasks";
	struct plot_series one = { .label = name };
	struct plot_runs runs = { .series = &one, .count = 1 };
	int rc = figure_init(&d.figure, look, "dag", plot_dag_gp);

	if (rc == SJ_OK)
		rc = dag_layout_make(job, &d.layout, err);
	if (rc == SJ_OK) {
		figure_series(&d.figure, &runs, runs.count);
		make(&d);
		rc = figure_emit(&d.figure, &runs, runs.count, path, err);
	}
	*drawn = (struct dag_drawn){ job->task_count, job->edge_count, d.layout.layers,
				     d.layout.crossings };
	dag_layout_fini(&d.layout);
	figure_fini(&d.figure);
	return rc;
}
