/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * capacity.h - what a machine has in all, and how much of it a workload asks for: offered
 * load of each resource, work / (capacity x time between first and last submit). Work is
 * run time on the reference; speeds of nodes are left out, as in the utilization.
 */
#ifndef CAPACITY_H
#define CAPACITY_H

#include "config/cluster.h"

struct capacity { /* 0: none, or not modelled */
	double cores, gpus, mem_bytes;
};

/* `cluster` NULL: a pool of `procs`, 0 if unknown. Memory counts when all nodes have it. */
struct capacity capacity_of(const struct cluster *cluster, uint32_t procs);

enum { LOAD_CORES, LOAD_GPUS, LOAD_MEMORY, LOADS };
extern const char *const load_names[LOADS]; /* "cores", "gpus", "memory" */

struct loads {
	double of[LOADS]; /* NAN: the machine's share or the span is unknown */
};

/* Cores, GPUs and bytes times seconds, offered in `span_s`. */
struct loads loads_of(double core_s, double gpu_s, double mem_byte_s, double span_s,
		      const struct capacity *c);

/* "gpus 1.31, memory 0.20", of those that are known from `first` on; "" when none is.
 * `above`: those above 1 only. */
void loads_text(const struct loads *l, int first, bool above, char *buf, size_t size);

#endif
