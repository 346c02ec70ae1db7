/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_figure.c - see cluster_figure.h. */
#include "plot/cluster_figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/topology_text.h"
#include "plot/cluster_layout.h"
#include "plot/embedded.h"
#include "plot/emit.h"

enum { COLOURS = 8, OTHERS = 9 /* the grey one */ };

#define HEIGHT_SHARE 0.75  /* of the width, at most */
#define MARGIN       0.03  /* inches, for the strokes of frames */
#define GPU_LEAST    0.006 /* inches: a square that can still be seen */
#define GPU_SHARE    0.66  /* of a square, of the way to the next */
#define CHAR_EM      0.5   /* width of a sign of a label, about */

struct class;

struct drawing {
	const struct cluster *c;
	struct figure         figure;
	struct cluster_layout layout;
	struct class         *class;
	uint32_t              classes;
	uint32_t              others; /* classes that share the grey */
	bool                  one_square; /* for all GPUs of a box */
};

/* ---- colours --------------------------------------------------------------------------- */

/* What has a colour: a type, or, where there are many types, the GPU model of a node. */
struct class {
	uint32_t type; /* the first of them */
	uint32_t colour;
	uint64_t nodes, gpus;
};

/* Eight can be told apart. */
static bool by_model(const struct cluster *c)
{
	return c->type_count > COLOURS && c->gpu_count > 0;
}

static uint32_t class_of(const struct cluster *c, uint32_t type)
{
	const sj_node_type *s = &c->types[type].spec;

	if (!by_model(c))
		return type;
	return s->gpus == 0 ? 0 : s->gpu_model + 1;
}

static int more_nodes_first(const void *x, const void *y)
{
	const struct class *a = *(const struct class *const *)x;
	const struct class *b = *(const struct class *const *)y;

	return a->nodes != b->nodes ? (a->nodes > b->nodes ? -1 : 1) :
	       a->type < b->type ? -1 : a->type > b->type;
}

/* Sums over classes, and colours in the order of classes to those with most nodes. */
static int make_classes(struct drawing *d)
{
	const struct cluster *c = d->c;
	uint32_t n = by_model(c) ? c->gpu_count + 2 : c->type_count, used = 0, own, next = 1;
	struct class **order = calloc(n, sizeof(struct class *));

	d->class = calloc(n, sizeof(*d->class));
	d->classes = n;
	if (order == NULL || d->class == NULL) {
		free(order);
		return SJ_ENOMEM;
	}
	for (uint32_t i = c->type_count; i-- > 0;) {
		struct class *k = &d->class[class_of(c, i)];

		k->type = i;
		k->nodes += c->types[i].spec.count;
		k->gpus += (uint64_t)c->types[i].spec.count * c->types[i].spec.gpus;
	}
	for (uint32_t i = 0; i < n; i++)
		if (d->class[i].nodes > 0)
			order[used++] = &d->class[i];
	own = used <= COLOURS ? used : COLOURS - 1;
	qsort(order, used, sizeof(struct class *), more_nodes_first);
	for (uint32_t i = 0; i < used; i++)
		order[i]->colour = i < own ? 1 : OTHERS;
	for (uint32_t i = 0; i < n; i++)
		if (d->class[i].colour == 1)
			d->class[i].colour = next++;
	d->others = used - own;
	free(order);
	return SJ_OK;
}

/* ---- the legend --------------------------------------------------------------------------- */

static char *type_label(const struct cluster *c, const struct node_type *k)
{
	const sj_node_type *s = &k->spec;
	const char *model = s->gpu_model != 0 ? c->gpu_names[s->gpu_model - 1] : "GPU";
	char *text = NULL;
	int n;

	if (s->gpus > 0)
		n = asprintf(&text, "%.24s: %u × %u cores, %u %.16s%s", k->name, s->count, s->cores,
			     s->gpus, model, s->gpu_model == 0 && s->gpus > 1 ? "s" : "");
	else
		n = asprintf(&text, "%.24s: %u × %u %s", k->name, s->count, s->cores,
			     s->cores == 1 ? "core" : "cores");
	return n >= 0 ? text : NULL;
}

static char *model_label(const struct cluster *c, const struct class *k)
{
	uint32_t model = c->types[k->type].spec.gpu_model;
	const char *name = model != 0 ? c->gpu_names[model - 1] : "other GPUs";
	char *text = NULL;
	int n;

	if (k->gpus > 0)
		n = asprintf(&text, "%.24s: %" PRIu64 " on %" PRIu64 " nodes", name, k->gpus, k->nodes);
	else
		n = asprintf(&text, "%" PRIu64 " nodes without GPUs", k->nodes);
	return n >= 0 ? text : NULL;
}

/* Series in the order of colours; malloc'd labels. */
static int make_legend(const struct drawing *d, struct plot_runs *runs)
{
	const struct cluster *c = d->c;

	runs->series = calloc(COLOURS + 1, sizeof(*runs->series));
	if (runs->series == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < d->classes; i++) {
		const struct class *k = &d->class[i];

		if (k->nodes == 0 || k->colour == OTHERS)
			continue;
		runs->series[runs->count].label = by_model(c) ? model_label(c, k) :
						  type_label(c, &c->types[k->type]);
		if (runs->series[runs->count++].label == NULL)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

static void free_legend(struct plot_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->series[i].label);
	free(runs->series);
}

/* ---- data --------------------------------------------------------------------------------- */

static void put_rect(struct figure *f, double x, double y, double w, double h)
{
	fprintf(f->data, "%.5g %.5g %.5g %.5g", x, x + w, y, y + h);
}

static size_t put_frames(struct drawing *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->layout.groups; i++) {
		const struct layout_group *g = &d->layout.group[i];

		if (g->rack == UINT32_MAX)
			continue;
		if (n++ == 0)
			figure_block(&d->figure, "frames of racks: left, right, top, bottom");
		put_rect(&d->figure, g->at.x, g->at.y, g->at.w, g->at.h);
		fputc('\n', d->figure.data);
	}
	return n;
}

static void put_nodes(struct drawing *d)
{
	figure_block(&d->figure, "nodes: left, right, top, bottom in inches, colour");
	for (size_t i = 0; i < d->layout.boxes; i++) {
		const struct layout_box *b = &d->layout.box[i];

		put_rect(&d->figure, b->at.x, b->at.y, b->at.w, b->at.h);
		fprintf(d->figure.data, " %u\n", d->class[class_of(d->c, b->type)].colour);
	}
}

static uint32_t gpu_columns(uint32_t gpus)
{
	return (uint32_t)ceil(sqrt((double)gpus));
}

static double gpu_pitch(const struct layout_box *b, uint32_t cols)
{
	return 0.84 * b->at.w / (cols < 2 ? 2 : cols);
}

/* One square for all GPUs of a box, when they would be too small, or it is several
 * nodes. The same for all boxes, so that they can be compared. */
static bool one_square(const struct drawing *d)
{
	for (size_t i = 0; i < d->layout.boxes; i++) {
		const struct layout_box *b = &d->layout.box[i];
		uint32_t gpus = d->c->types[b->type].spec.gpus;

		if (gpus > 1 && GPU_SHARE * gpu_pitch(b, gpu_columns(gpus)) < GPU_LEAST)
			return true;
	}
	return d->layout.nodes_per_box > 1;
}

/* The GPUs of one node as a square of squares. */
static size_t put_gpus_of(struct drawing *d, const struct layout_box *b)
{
	uint32_t gpus = d->c->types[b->type].spec.gpus, cols, rows;
	double pitch, side;

	if (gpus == 0)
		return 0;
	if (d->one_square)
		gpus = 1;
	cols = gpu_columns(gpus);
	pitch = gpu_pitch(b, cols);
	side = GPU_SHARE * pitch;
	rows = (gpus + cols - 1) / cols;
	for (uint32_t i = 0; i < gpus; i++) {
		uint32_t row = i / cols, in_row = row + 1 < rows ? cols : gpus - row * cols;
		double x = b->at.x + (b->at.w - in_row * pitch) / 2 + i % cols * pitch;
		double y = b->at.y + (b->at.h - rows * pitch) / 2 + row * pitch;

		put_rect(&d->figure, x + (pitch - side) / 2, y + (pitch - side) / 2, side, side);
		fputc('\n', d->figure.data);
	}
	return gpus;
}

static size_t put_gpus(struct drawing *d)
{
	size_t n = 0;

	d->one_square = one_square(d);
	for (size_t i = 0; i < d->layout.boxes; i++) {
		const struct layout_box *b = &d->layout.box[i];

		if (n == 0 && d->c->types[b->type].spec.gpus > 0)
			figure_block(&d->figure, "GPUs: left, right, top, bottom");
		n += put_gpus_of(d, b);
	}
	return n;
}

/* ---- texts -------------------------------------------------------------------------------- */

static void rack_text(const struct cluster *c, uint32_t rack, char *buf, size_t size)
{
	if (c->rack_names[rack] != NULL)
		snprintf(buf, size, "%s", c->rack_names[rack]);
	else
		snprintf(buf, size, "%u", rack);
}

/* All of them, or none when one would touch its neighbour. */
static void put_rack_labels(struct drawing *d, double em)
{
	struct figure *f = &d->figure;
	size_t n = 0, racks = 0;
	bool fit = true;
	char text[80];

	for (size_t i = 0; i < d->layout.groups; i++) {
		const struct layout_group *g = &d->layout.group[i];

		if (g->rack == UINT32_MAX)
			continue;
		rack_text(d->c, g->rack, text, sizeof(text));
		fit = fit && (double)strlen(text) * CHAR_EM * em <= g->at.w;
		racks++;
	}
	racks = fit ? racks : 0;
	figure_num(f, "RACKS", (double)racks);
	if (racks == 0)
		return;
	figure_array(f, "RACK", racks);
	figure_array(f, "RX", racks);
	figure_array(f, "RY", racks);
	for (size_t i = 0; i < d->layout.groups; i++) {
		const struct layout_group *g = &d->layout.group[i];

		if (g->rack == UINT32_MAX)
			continue;
		rack_text(d->c, g->rack, text, sizeof(text));
		figure_array_text(f, "RACK", ++n, text);
		figure_array_num(f, "RX", n, g->at.x + g->at.w / 2);
		figure_array_num(f, "RY", n, g->at.y - 0.55 * em);
	}
}

/* What a picture of boxes cannot show. */
static void put_network(const struct cluster *c, FILE *to)
{
	char topology[TOPOLOGY_TEXT_MAX];

	if (c->network == NULL)
		return;
	topology_format(&c->network->topology, topology);
	fprintf(to, "; network: %s", topology);
	if (c->network->wan_count > 0)
		fprintf(to, ", %u WAN links", c->network->wan_count);
	if (c->network->storage_count > 0)
		fprintf(to, ", %u storage%s", c->network->storage_count,
			c->network->storage_count > 1 ? "s" : "");
}

static void put_note(struct drawing *d, size_t gpus)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return;
	if (d->layout.nodes_per_box > 1)
		fprintf(to, "a box: up to %u nodes", d->layout.nodes_per_box);
	else
		fputs("a box: a node", to);
	if (gpus > 0)
		fputs(d->one_square ? "; white: with GPUs" : "; white: its GPUs", to);
	if (d->c->rack_count > 0)
		fputs(d->layout.racks_dropped ? "; racks not drawn" : "; a frame: a rack", to);
	put_network(d->c, to);
	if (d->others > 0)
		fprintf(to, "; grey: %u more %s", d->others,
			by_model(d->c) ? "models" : "types");
	if (fclose(to) == 0)
		figure_text(&d->figure, "NOTE", text);
	free(text);
}

/* ---- the figure --------------------------------------------------------------------------- */

static int make(struct drawing *d, double em)
{
	struct figure *f = &d->figure;
	double width = plot_look_width(f->look);
	int rc = cluster_layout_make(d->c, width - 2 * MARGIN, HEIGHT_SHARE * width, 1.2 * em,
				     &d->layout);
	size_t gpus, frames;

	if (rc != SJ_OK)
		return rc;
	put_nodes(d);
	gpus = put_gpus(d);
	frames = put_frames(d);
	figure_num(f, "GPUS", gpus > 0 ? 1 : 0);
	figure_num(f, "FRAMES", frames == 0 ? 0 : gpus > 0 ? 2 : 1);
	figure_num(f, "SHIFT", (width - d->layout.width) / 2);
	put_rack_labels(d, em);
	put_note(d, gpus);
	f->legend = "boxes";
	f->body_in = d->layout.height + 1.8 * em;
	f->points = d->layout.boxes;
	return SJ_OK;
}

int cluster_figure(const struct cluster *c, const struct plot_look *look, const char *path,
		   sj_error *err)
{
	struct drawing d = { .c = c };
	struct plot_runs runs = { .count = 0 };
	int rc = figure_init(&d.figure, look, "cluster", plot_cluster_gp);

	if (rc == SJ_OK)
		rc = make_classes(&d);
	if (rc == SJ_OK)
		rc = make_legend(&d, &runs);
	if (rc == SJ_OK) {
		figure_series(&d.figure, &runs, runs.count);
		rc = make(&d, look->style->font_pt / 72);
	}
	if (rc == SJ_OK)
		rc = figure_emit(&d.figure, &runs, runs.count, path, err);
	else
		sj_fail(err, rc, "no memory for a picture");
	free_legend(&runs);
	figure_fini(&d.figure);
	cluster_layout_fini(&d.layout);
	free(d.class);
	return rc;
}
