/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_layout.c - see cluster_layout.h. */
#include "plot/cluster_layout.h"

#include <math.h>
#include <stdlib.h>

#define BOXES_MAX  4000  /* then a box is several nodes */
#define RACKS_MAX  400   /* then nodes stand without them */
#define BOX_MOST   0.4   /* inches: few nodes do not fill the page */
#define BOX_LEAST  0.02
#define GAP_SHARE  0.14  /* between boxes, of a box */
#define FRAME      0.04  /* inches between a frame and its boxes */
#define BETWEEN    0.07  /* inches between frames */

/* Nodes of one type that stand in one group. */
struct part {
	uint32_t group, type, nodes;
};

struct plan {
	struct part *part;
	size_t       parts;
	uint32_t    *boxes; /* of each group */
	uint32_t    *rack;  /* of each group, UINT32_MAX: none */
	uint32_t     groups, per_box;
	uint32_t     all, tallest; /* boxes in all, in the largest group */
};

/* Nodes `first` .. of a type that are in rack r of its R: node i is in i * R / count. */
static uint32_t in_rack(const sj_node_type *s, uint32_t r)
{
	uint64_t n = s->count, racks = s->racks;

	return (uint32_t)(((r + 1) * n + racks - 1) / racks - (r * n + racks - 1) / racks);
}

static uint32_t boxes_of(const struct plan *p, uint32_t nodes)
{
	return (nodes + p->per_box - 1) / p->per_box;
}

static void add_part(struct plan *p, uint32_t group, uint32_t type, uint32_t nodes)
{
	p->part[p->parts++] = (struct part){ group, type, nodes };
	p->boxes[group] += boxes_of(p, nodes);
	p->all += boxes_of(p, nodes);
	if (p->boxes[group] > p->tallest)
		p->tallest = p->boxes[group];
}

/* 1, 2, 5, 10 ... nodes a box, so that there are not too many boxes. */
static uint32_t per_box(const struct cluster *c)
{
	uint32_t step = 1;

	for (int i = 0; c->node_count / step > BOXES_MAX; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

static int make_plan(const struct cluster *c, bool racks, struct plan *p)
{
	size_t room = c->type_count;
	uint32_t next = racks ? c->rack_count : 0;

	for (uint32_t i = 0; racks && i < c->type_count; i++)
		room += c->types[i].spec.racks;
	p->per_box = per_box(c);
	p->groups = next + c->type_count;
	p->part = calloc(room, sizeof(*p->part));
	p->boxes = calloc(p->groups, sizeof(*p->boxes));
	p->rack = calloc(p->groups, sizeof(*p->rack));
	if (p->part == NULL || p->boxes == NULL || p->rack == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < p->groups; i++)
		p->rack[i] = i < next ? i : UINT32_MAX;
	for (uint32_t i = 0; i < c->type_count; i++) {
		const sj_node_type *s = &c->types[i].spec;

		for (uint32_t r = 0; racks && r < s->racks; r++)
			add_part(p, s->rack + r, i, in_rack(s, r));
		if (!racks || s->racks == 0)
			add_part(p, next + i, i, s->count);
	}
	return SJ_OK;
}

static void plan_fini(struct plan *p)
{
	free(p->part);
	free(p->boxes);
	free(p->rack);
}

/* ---- placing groups ------------------------------------------------------------------- */

struct grid {
	double   box, step; /* side of a box, and from one to the next */
	uint32_t rows;      /* boxes of a column at most */
	double   label;
};

static uint32_t columns(const struct grid *g, uint32_t boxes)
{
	return (boxes + g->rows - 1) / g->rows;
}

static struct layout_rect group_size(const struct grid *g, uint32_t boxes)
{
	uint32_t cols = columns(g, boxes), rows = boxes < g->rows ? boxes : g->rows;

	return (struct layout_rect){
		.w = cols * g->step - (g->step - g->box) + 2 * FRAME,
		.h = rows * g->step - (g->step - g->box) + 2 * FRAME,
	};
}

/* Groups from left to right, in lines; returns the height, a negative one when a group is
 * wider than the page. `at` may be NULL. */
static double flow(const struct plan *p, const struct grid *g, double width,
		   struct layout_rect *at)
{
	double x = 0, y = 0, line = 0;

	for (uint32_t i = 0; i < p->groups; i++) {
		struct layout_rect r = group_size(g, p->boxes[i]);

		if (p->boxes[i] == 0)
			continue;
		if (r.w > width)
			return -1;
		if (x > 0 && x + r.w > width) {
			x = 0;
			y += line + BETWEEN;
			line = 0;
		}
		if (at != NULL)
			at[i] = (struct layout_rect){ x, y + g->label, r.w, r.h };
		x += r.w + BETWEEN;
		line = fmax(line, r.h + g->label);
	}
	return y + line;
}

/* Places in columns that stay empty. */
static uint64_t holes(const struct plan *p, const struct grid *g)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < p->groups; i++) {
		uint32_t rows = p->boxes[i] < g->rows ? p->boxes[i] : g->rows;

		if (p->boxes[i] > 0)
			n += (uint64_t)columns(g, p->boxes[i]) * rows - p->boxes[i];
	}
	return n;
}

/* Of the heights of columns that fit the one with the fewest holes, the tallest of
 * those; 0: none fits. */
static uint32_t choose_rows(const struct plan *p, struct grid g, double width, double height)
{
	uint32_t most = (uint32_t)(height / g.step) + 1, best = 0;
	uint64_t least = UINT64_MAX;

	for (g.rows = p->tallest < most ? p->tallest : most; g.rows > 0; g.rows--) {
		double h = flow(p, &g, width, NULL);

		if (h < 0 || h > height || holes(p, &g) >= least)
			continue;
		best = g.rows;
		least = holes(p, &g);
	}
	return best;
}

/* The largest boxes that fit. */
static struct grid choose(const struct plan *p, double width, double height, double label)
{
	struct grid g = { .label = label };

	for (g.box = BOX_MOST; g.box > BOX_LEAST; g.box *= 0.95) {
		g.step = g.box * (1 + GAP_SHARE);
		g.rows = choose_rows(p, g, width, height);
		if (g.rows > 0)
			return g;
	}
	/* Beyond the height, but whole. */
	g.box = BOX_LEAST;
	g.step = g.box * (1 + GAP_SHARE);
	g.rows = p->tallest;
	while (g.rows > 1 && flow(p, &g, width, NULL) > height)
		g.rows--;
	while (flow(p, &g, width, NULL) < 0)
		g.rows++;
	return g;
}

/* ---- boxes ---------------------------------------------------------------------------- */

static void put_boxes(const struct plan *p, const struct grid *g,
		      const struct layout_rect *at, struct cluster_layout *out, uint32_t *used)
{
	for (size_t i = 0; i < p->parts; i++) {
		const struct part *part = &p->part[i];
		const struct layout_rect *frame = &at[part->group];

		for (uint32_t k = boxes_of(p, part->nodes); k > 0; k--) {
			uint32_t n = used[part->group]++;

			out->box[out->boxes++] = (struct layout_box){
				.at = { frame->x + FRAME + n / g->rows * g->step,
					frame->y + FRAME + n % g->rows * g->step, g->box, g->box },
				.type = part->type,
			};
		}
	}
}

static int fill(const struct plan *p, const struct grid *g, double width,
		struct cluster_layout *out)
{
	struct layout_rect *at = calloc(p->groups, sizeof(*at));
	uint32_t *used = calloc(p->groups, sizeof(*used));

	out->box = calloc((size_t)p->all + 1, sizeof(*out->box));
	out->group = calloc(p->groups, sizeof(*out->group));
	if (at == NULL || used == NULL || out->box == NULL || out->group == NULL) {
		free(at);
		free(used);
		return SJ_ENOMEM;
	}
	out->height = flow(p, g, width, at);
	for (uint32_t i = 0; i < p->groups; i++)
		out->width = fmax(out->width, at[i].x + at[i].w);
	put_boxes(p, g, at, out, used);
	for (uint32_t i = 0; i < p->groups; i++)
		if (p->boxes[i] > 0)
			out->group[out->groups++] = (struct layout_group){ at[i], p->rack[i] };
	free(at);
	free(used);
	return SJ_OK;
}

int cluster_layout_make(const struct cluster *c, double width, double height_most,
			double label, struct cluster_layout *out)
{
	struct plan p = { .parts = 0 };
	struct grid g;
	int rc;

	*out = (struct cluster_layout){ .racks_dropped = c->rack_count > RACKS_MAX };
	rc = make_plan(c, !out->racks_dropped, &p);
	if (rc == SJ_OK) {
		out->nodes_per_box = p.per_box;
		g = choose(&p, width, height_most,
			   c->rack_count > 0 && !out->racks_dropped ? label : 0);
		rc = fill(&p, &g, width, out);
	}
	plan_fini(&p);
	if (rc != SJ_OK)
		cluster_layout_fini(out);
	return rc;
}

void cluster_layout_fini(struct cluster_layout *l)
{
	free(l->box);
	free(l->group);
	*l = (struct cluster_layout){ 0 };
}
