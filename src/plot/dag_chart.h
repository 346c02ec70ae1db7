/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag_chart.h - the Gantt chart of one job: a bar for each task on each node that it had,
 * in as many lanes of the node as ran at once, and the transfers between them.
 */
#ifndef PLOT_DAG_CHART_H
#define PLOT_DAG_CHART_H

#include "plot/kinds.h"

#define DAG_BARS_MAX  20000 /* of a panel */
#define DAG_LINES_MAX 250   /* transfers of a panel; of more, none: they would hide it */

struct dag_bar {
	uint32_t task, node;
	uint32_t lane;            /* of all lanes */
	sj_time  from, ready, to; /* its data is there at `ready`; since the job's submit */
};

struct dag_line {
	sj_time  from, to;
	uint32_t lane, lane_to;
	double   bytes;
};

struct dag_node {
	uint32_t node, first, lanes; /* its lanes are first .. first + lanes - 1 */
};

struct dag_chart {
	int64_t          number, name; /* of the job: in the run, and the trace's own */
	uint64_t         tasks;
	struct dag_bar  *bar; /* by start */
	size_t           bars, bar_room;
	struct dag_line *line;
	size_t           lines;    /* no more than DAG_LINES_MAX */
	size_t           moves;    /* that there would be, in the window asked for */
	double           most;     /* bytes */
	struct dag_node *node; /* by number: those that were used */
	size_t           nodes;
	uint32_t         lanes;
	sj_time          end;
	bool             cut; /* more bars */
	bool             pool; /* of processors: there are no nodes */
};

/*
 * The first run of a series; dag_chart_free() also after a failure. SJ_EUSAGE: --job is no
 * number; SJ_EINVAL: no such job, or the run kept no allocations.
 */
int  dag_chart_read(const struct plot_runs *runs, size_t series, const struct plot_options *o,
		    struct dag_chart *out, sj_error *err);
void dag_chart_free(struct dag_chart *c);

#endif
