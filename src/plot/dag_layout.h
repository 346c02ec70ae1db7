/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_layout.h - where the tasks of a graph stand in its picture: in layers, so that every
 * edge leads down (Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11(2), 1981).
 *
 * A task's layer is the most tasks of any chain before it. An edge over several layers has
 * a bend in each between. Within a layer the order comes from sweeps by barycentre, of
 * which the one with fewest crossings is kept; places are the nearest to the means of the
 * neighbours that keep the order and the distances.
 */
#ifndef PLOT_DAG_LAYOUT_H
#define PLOT_DAG_LAYOUT_H

#include "sojourn/job.h"

#define DAG_VERTICES_MAX 400000u /* tasks and bends: more are no picture */

struct dag_layout {
	uint32_t  tasks, vertices; /* vertices: tasks, then bends */
	uint32_t  layers;
	uint32_t *layer;           /* by vertex */
	double   *x;               /* by vertex, from 0; tasks of a layer are >= 1 apart */
	double    width;           /* largest x */
	uint32_t *bend_first;      /* by edge, one more: its bends, from its source on, are the
				    * vertices bend_first[e] .. bend_first[e + 1] */
	uint64_t  crossings, crossings_first; /* of edges: as drawn, and in the order given */
	uint32_t *critical;        /* by task: its place, from 1, on the longest chain of run
				    * times; 0: it is not on it */
	sj_time   path_ns;         /* of that chain */
};

/* SJ_OK; SJ_EINVAL: more than can be drawn, or tasks wait for each other in a circle;
 * SJ_ENOMEM. dag_layout_fini() also after a failure. */
int  dag_layout_make(const sj_job *job, struct dag_layout *out, sj_error *err);
void dag_layout_fini(struct dag_layout *l);

#endif
