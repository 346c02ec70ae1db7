/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dag.h - private to workloads/: a task graph while it is being made, and the shapes
 * that generators know. Work and bytes are relative; who uses the graph scales them.
 */
#ifndef DAG_H
#define DAG_H

#include "sojourn/rng.h"
#include "sojourn/types.h"

struct dag_edge {
	uint32_t from, to;
	double   size; /* relative */
};

struct dag {
	uint32_t         tasks, task_cap;
	double          *work; /* relative, by task */
	uint32_t         edges, edge_cap;
	struct dag_edge *edge;
	bool             failed; /* no memory; the rest was ignored */
};

/* A new task; its number. */
uint32_t dag_task(struct dag *d, double work);
void     dag_edge(struct dag *d, uint32_t from, uint32_t to, double size);
void     dag_clear(struct dag *d); /* keeps its memory */
void     dag_fini(struct dag *d);

/* What a shape is made from; each uses some. */
struct dag_size {
	uint32_t size;   /* tiles, points, images, items, stages of a fork-join ... */
	uint32_t width;  /* parallel tasks of a level, children, reducers, stages */
	uint32_t layers;
	double   degree; /* mean predecessors of a task; of random: successors */
	double   alpha;  /* width over the square root of the tasks */
};

struct dag_shape {
	const char *name, *help;
	/* Refuses sizes it cannot make: a sentence, or NULL. */
	const char *(*check)(const struct dag_size *s);
	void (*make)(struct dag *d, const struct dag_size *s, gsl_rng *rng);
};
extern const struct dag_shape dag_shapes[];
extern const char *const dag_shape_names[]; /* in the same order; ends with NULL */

/* dag_random.c */
void        dag_layered(struct dag *d, const struct dag_size *s, gsl_rng *rng);
const char *dag_check_layered(const struct dag_size *s);
void        dag_random(struct dag *d, const struct dag_size *s, gsl_rng *rng);
const char *dag_check_random(const struct dag_size *s);

#endif
