/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * task_graph.h - one job that is a graph of tasks, written in the native format and run
 * through the command line.
 */
#ifndef TASK_GRAPH_H
#define TASK_GRAPH_H

#include <stdio.h>

#include "check.h"

/* {"id":1,"submit_ns":0,"tasks":[...],"edges":[...]} while it is written. */
struct task_graph {
	FILE       *to;
	const char *path, *name; /* the file; of the results database, without its suffix */
	uint32_t    tasks, edges;
	double      work;
};

/* `name` is the file's, without suffix. False after a report. */
bool     graph_begin(struct check *k, struct task_graph *g, const char *name);
/* A task of one core; `node` < 0: on any. All tasks come before the first edge. */
uint32_t graph_task(struct task_graph *g, double seconds, int node);
void     graph_edge(struct task_graph *g, uint32_t from, uint32_t to, double bytes);
/* Behind the last task or edge. */
void     graph_end(struct task_graph *g);

/* The makespan of a finished graph, with --check; NAN after a report. */
double graph_makespan(struct check *k, const struct task_graph *g, const char *cluster,
		      const char *policy);
/* Of any workload, without. */
double workload_makespan(struct check *k, const char *workload, const char *cluster,
			 const char *policy);

/* Where and when the tasks of a run were, by task. */
struct graph_slot {
	int    place; /* processor or node, from 0 */
	double from_s, to_s;
};
/* Runs it and reads them back, `g->tasks` of them; NULL after a report. */
struct graph_slot *graph_slots(struct check *k, const struct task_graph *g,
			       const char *cluster, const char *policy);

/* Under a policy whose reasons say `behind` and then the number: is it that of `want`, an
 * array by task? */
void graph_levels(struct check *k, const struct task_graph *g, const char *policy,
		  const char *behind, const json_t *want);

/* Times "w" and "edges" of the case as a file (hetdag) with a time on each machine; an edge
 * takes its cost in seconds at 1 GB/s. NULL after a report. */
const char *graph_machines(struct check *k, size_t *machines);

#endif
