/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/scaling.h - how fast a task runs for what it gets.
 *
 * A task's work is stated as its run time on the ranks it asked for, together, on
 * reference nodes: rate 1. A scaling tells the rate elsewhere: on fewer or more
 * ranks, on another GPU model or node, spread over more nodes than it needs. Scalings
 * belong to the workload; many tasks share one.
 */
#ifndef SJ_SCALING_H
#define SJ_SCALING_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sj_speedup {
	SJ_SPEEDUP_LINEAR, /* S(n) = n */
	SJ_SPEEDUP_AMDAHL, /* S(n) = 1 / (serial + (1 - serial) / n); Amdahl 1967 */
	SJ_SPEEDUP_DOWNEY, /* average parallelism A, its variation sigma; Downey 1997 */
	SJ_SPEEDUP_TABLE   /* measured: straight lines between points, constant beyond
	                    * the last, through (0, 0) before the first */
} sj_speedup;

typedef struct sj_speedup_point {
	double ranks; /* > 0, ascending */
	double speed; /* >= 0, relative to one rank */
} sj_speedup_point;

typedef struct sj_scaling {
	sj_speedup kind;
	double     serial;         /* Amdahl: 0..1 */
	double     A, sigma;       /* Downey: >= 1, >= 0 */
	uint32_t   point_count;    /* table */
	const sj_speedup_point *points;
	/* Rate on GPU model m (the workload's own number, see sj_workload_info) is
	 * model_rate[m - 1]; 0: does not run there. Without a table, or beyond it: 1. */
	uint32_t   model_count;
	const double *model_rate;
	double     apart;          /* rate when on more nodes than needed; 0 counts as 1 */
	/* Rate on node n is node_rate[n] > 0, times the speed of its type: unrelated
	 * machines. Without a table, or beyond it: 1. */
	uint32_t   node_count;
	const double *node_rate;
} sj_scaling;

/* S(n), relative to one rank; n > 0. */
double sj_scaling_speedup(const sj_scaling *s, double ranks);

#ifdef __cplusplus
}
#endif
#endif
