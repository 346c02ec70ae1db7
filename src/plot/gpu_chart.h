/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu_chart.h - the rectangles of a Gantt chart of GPUs: a lane for each, full where a
 * task has it to itself, and a strip of a share's height where it is shared.
 */
#ifndef PLOT_GPU_CHART_H
#define PLOT_GPU_CHART_H

#include "plot/kinds.h"
#include "plot/machine.h"

#define GPU_LANES_MAX  64   /* of a panel, when nobody chose nodes */
#define GPU_PIECES_MAX 4000 /* rectangles of a panel */

struct gpu_piece {
	int64_t  number, name; /* of the job in the run; in the trace */
	uint32_t user;
	sj_time  from, to;
	double   low, high;    /* in lanes */
	bool     share;
};

struct gpu_chart {
	struct machine    machine;
	struct gpu_piece *piece;
	size_t            count, room;
	uint32_t          first_node, last_node, lanes;
	bool              nodes_cut, cut; /* more nodes with GPUs; more starts at `next` */
	sj_time           next, end;
};

/*
 * The first run of a series; gpu_chart_free() also after a failure. SJ_EINVAL: no GPUs in
 * its machine or in the nodes chosen, or no allocations stored.
 */
int  gpu_chart_read(const struct plot_runs *runs, size_t series, const struct plot_options *o,
		    struct gpu_chart *out, sj_error *err);
void gpu_chart_free(struct gpu_chart *c);

/* Lane of the first GPU of a node among those drawn. */
uint32_t gpu_chart_lane(const struct gpu_chart *c, uint32_t node);

#endif
