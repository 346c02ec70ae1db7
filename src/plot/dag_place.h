/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dag_place.h - private to the layout of graphs: vertices in layers, and their places. */
#ifndef PLOT_DAG_PLACE_H
#define PLOT_DAG_PLACE_H

#include "plot/dag_layout.h"

struct dag_wish {
	double   at;
	uint32_t place, vertex;
};

/* Every edge is cut into segments from a layer to the next one. */
struct dag_order {
	uint32_t  vertices, layers, segments;
	uint32_t *layer_first; /* one more: into `order` */
	uint32_t *order, *best; /* vertices by layer, and within it as they stand */
	uint32_t *place;       /* of a vertex in its layer */
	uint32_t *up_first, *up, *down_first, *down; /* neighbours above and below */
	uint32_t *count;       /* scratch of dag_crossings(): by place, and one more */
	uint32_t *below;       /* likewise: by segment of a layer */
	struct dag_wish *wish; /* scratch, of a layer */
};

/* In the order of numbers. SJ_OK or SJ_ENOMEM. */
int      dag_order_make(const struct dag_layout *l, const sj_job *job, struct dag_order *o);
void     dag_order_free(struct dag_order *o);
/* Pairs of segments that cross. */
uint64_t dag_crossings(struct dag_order *o);
/* l->x and l->width. SJ_OK or SJ_ENOMEM. */
int      dag_place(struct dag_layout *l, const struct dag_order *o);

#endif
