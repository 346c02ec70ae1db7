/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/comm.h - what the ranks of a task send each other while it runs.
 *
 * The work of a task is `steps` equal steps (iterations). In each of them its phases come
 * one after the other; a phase computes a share of the step's work and communicates by one
 * pattern. Patterns belong to the workload; many tasks share one. What communication takes
 * is for the run to say, from where the ranks are.
 */
#ifndef SJ_COMM_H
#define SJ_COMM_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n is the `bytes` of the phase. */
typedef enum sj_collective_op {
	SJ_ALL_REDUCE,     /* n bytes on every rank are combined on every rank */
	SJ_REDUCE_SCATTER, /* n on every rank, each ends with n / p combined */
	SJ_ALL_GATHER,     /* n / p on every rank, each ends with n */
	SJ_BROADCAST,      /* n bytes from rank 0 */
	SJ_REDUCE,         /* n bytes on every rank are combined on rank 0 */
	SJ_ALL_TO_ALL,     /* n bytes from each rank to each other one */
	SJ_COLLECTIVE_OPS,
	/* What only a phase can be: */
	SJ_COMM_SERVERS = SJ_COLLECTIVE_OPS, /* its last `servers` ranks are parameter servers;
	                    * each other rank sends n to them together, and gets n back */
	SJ_COMM_HALO,      /* n from each rank to each neighbour on a grid */
	SJ_COMM_PAIRS,     /* as a list says, all at once */
	SJ_COMM_NONE,      /* it only computes */
	SJ_COMM_OPS
} sj_collective_op;
extern const char *const sj_comm_op_names[SJ_COMM_OPS];

typedef enum sj_collective_way {
	SJ_WAY_AUTO,     /* the cheapest of those that can be, but direct; ties: first below */
	SJ_WAY_RING,
	SJ_WAY_TREE,     /* binomial; an all-reduce is a reduce and a broadcast */
	SJ_WAY_DOUBLING, /* recursive doubling: p a power of two */
	SJ_WAY_HALVING,  /* Rabenseifner: halving, then doubling; p a power of two */
	SJ_WAY_SCATTER,  /* broadcast: binomial scatter, then a ring all-gather */
	SJ_WAY_PAIRWISE, /* all-to-all, one partner after the other */
	SJ_WAY_HIERARCHY, /* all-reduce: ring within groups, ring between them, ring within */
	SJ_WAY_SERVER,   /* all-reduce: push to servers, pull back */
	SJ_WAY_DIRECT,   /* all-to-all, all at once */
	SJ_COLLECTIVE_WAYS
} sj_collective_way;
extern const char *const sj_collective_way_names[SJ_COLLECTIVE_WAYS];

#define SJ_COMM_GRID 3u /* dimensions of a halo */

/* In the place of a rank, with this bit: a place of job.h, SJ_AT_NAMED + the number of a name
 * or SJ_AT_STORAGE. On a machine without shared storages it is everywhere, and costs nothing. */
#define SJ_COMM_PLACE (UINT32_C(1) << 31)

typedef struct sj_comm_pair {
	uint32_t from, to; /* ranks, or places */
	double   bytes;
} sj_comm_pair;

typedef struct sj_comm_phase {
	uint16_t op;      /* sj_collective_op */
	uint16_t way;     /* sj_collective_way, of an operation that has several */
	uint32_t servers;
	double   share;   /* of the step's work, computed here; those of all phases sum to 1 */
	double   bytes;
	double   overlap; /* 0..1: communication begins when so much of the phase is still to
	                   * be computed; 1: together */
	double   combine_bytes_per_s; /* of reductions; 0: takes no time */
	uint32_t grid[SJ_COMM_GRID];  /* halo: sizes, x fastest; 0 counts as 1 */
	bool     periodic;            /* halo: the ends of a dimension are neighbours */
	uint32_t pair_count;
	const sj_comm_pair *pairs;
} sj_comm_phase;

typedef struct sj_comm {
	uint32_t             phase_count; /* >= 1 */
	const sj_comm_phase *phases;
} sj_comm;

/* Why a task of `ranks` ranks, at least `ranks_min` if that is not 0, cannot communicate so;
 * NULL: it can. */
const char *sj_comm_wrong(const sj_comm *c, uint32_t ranks, uint32_t ranks_min,
			  uint32_t ranks_max);

#ifdef __cplusplus
}
#endif
#endif
