/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster_layout.h - where the racks and nodes of a machine stand in a picture.
 *
 * Racks are columns of boxes, as many beside each other as fit; nodes without racks are
 * blocks of boxes, one a type. A box is one node as long as boxes stay visible, else it is
 * 2, 5, 10 ... of them.
 */
#ifndef PLOT_CLUSTER_LAYOUT_H
#define PLOT_CLUSTER_LAYOUT_H

#include "config/cluster.h"

/* From the top left corner, in inches. */
struct layout_rect {
	double x, y, w, h;
};

struct layout_box {
	struct layout_rect at;
	uint32_t           type;
};

struct layout_group {
	struct layout_rect at;    /* a frame around its boxes */
	uint32_t           rack;  /* UINT32_MAX: nodes without racks */
};

struct cluster_layout {
	struct layout_box   *box;
	struct layout_group *group;
	size_t               boxes, groups;
	uint32_t             nodes_per_box; /* 1: a box is a node */
	bool                 racks_dropped; /* too many to be drawn */
	double               width, height; /* of all */
};

/* SJ_OK, and cluster_layout_fini() frees it; SJ_ENOMEM. `label` is the room above each
 * rack. */
int  cluster_layout_make(const struct cluster *c, double width, double height_most,
			 double label, struct cluster_layout *out);
void cluster_layout_fini(struct cluster_layout *l);

#endif
