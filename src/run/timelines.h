/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timelines.h - what each node and each GPU did over time, in bounded memory: busy
 * cores, GPU shares, memory and failures, as exact means over equal bins.
 *
 * At most TIMELINES_CELLS bins of all nodes and GPUs together, and at most
 * TIMELINES_BINS of each. Where fewer than TIMELINES_LEAST would be left, GPUs are not
 * told apart; where that does not help, neighbouring nodes are summed up.
 */
#ifndef TIMELINES_H
#define TIMELINES_H

#include "run.h"

#define TIMELINES_CELLS (1u << 20)
#define TIMELINES_BINS  512u
#define TIMELINES_LEAST 64u

struct timelines;

/* A stretch of time in which nothing changed, as far as the bins show it. */
struct timelines_node {
	uint32_t node, nodes; /* the first, and how many are summed up */
	sj_time  from_ns, to_ns;
	int64_t  core_ns, gpu_milli_ns, down_ns; /* amounts x time */
	uint64_t mem_bytes;   /* mean */
};
struct timelines_gpu {
	uint32_t node, gpu;
	sj_time  from_ns, to_ns;
	int64_t  milli_ns;
};

/* `cluster` has nodes and is borrowed. SJ_OK or SJ_ENOMEM. */
int     timelines_create(const sj_cluster *cluster, struct timelines **out);
void    timelines_free(struct timelines *t); /* accepts NULL */
/* The members that it has: sample, alloc and node. */
sj_sink timelines_sink(struct timelines *t);
/* What is not told apart, in one sentence; "" when all is. `size` >= 160. */
void    timelines_limits(const struct timelines *t, char *text, size_t size);

/* When the run has ended: rows by node, then time; by node, GPU and time. What was not
 * used has none. Stops at the first error. */
typedef int timelines_node_fn(void *self, const struct timelines_node *n, sj_error *err);
typedef int timelines_gpu_fn(void *self, const struct timelines_gpu *g, sj_error *err);
int     timelines_each(struct timelines *t, timelines_node_fn *node, timelines_gpu_fn *gpu,
		       void *self, sj_error *err);

#endif
