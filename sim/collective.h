/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collective.h - collective operations of p ranks: their cost in the alpha-beta model,
 * and the rounds of transfers they are made of.
 *
 * The two forms say the same on an uncontended network: a round costs alpha + (largest
 * transfer) x beta, plus gamma a byte that is combined. The rounds can also be sent
 * through a network of flows, where they contend.
 *
 * Sources: Thakur, Rabenseifner and Gropp 2005 (binomial trees, recursive doubling,
 * Rabenseifner's halving and doubling, pairwise exchange); Patarasuk and Yuan 2009
 * (ring); Chan, Heimlich, Purkayastha and van de Geijn 2007 (scatter and all-gather);
 * Li et al. 2014 (parameter server).
 */
#ifndef SJ_COLLECTIVE_H
#define SJ_COLLECTIVE_H

#include "sojourn/types.h"

typedef enum sj_collective_op {
	SJ_ALL_REDUCE,     /* n bytes on every rank are combined on every rank */
	SJ_REDUCE_SCATTER, /* n on every rank, each ends with n / p combined */
	SJ_ALL_GATHER,     /* n / p on every rank, each ends with n */
	SJ_BROADCAST,      /* n bytes from rank 0 */
	SJ_REDUCE,         /* n bytes on every rank are combined on rank 0 */
	SJ_ALL_TO_ALL,     /* n bytes from each rank to each other one */
	SJ_COLLECTIVE_OPS
} sj_collective_op;

typedef enum sj_collective_way {
	SJ_WAY_AUTO,     /* the cheapest in the alpha-beta model; ties: first below */
	SJ_WAY_RING,
	SJ_WAY_TREE,     /* binomial; an all-reduce is a reduce and a broadcast */
	SJ_WAY_DOUBLING, /* recursive doubling: p a power of two */
	SJ_WAY_HALVING,  /* Rabenseifner: halving, then doubling; p a power of two */
	SJ_WAY_SCATTER,  /* broadcast: binomial scatter, then a ring all-gather */
	SJ_WAY_PAIRWISE, /* all-to-all */
	SJ_WAY_HIERARCHY, /* all-reduce: ring within groups, ring between them, ring within */
	SJ_WAY_SERVER,   /* all-reduce: push to servers, pull back */
	SJ_COLLECTIVE_WAYS
} sj_collective_way;

extern const char *const sj_collective_op_names[SJ_COLLECTIVE_OPS];
extern const char *const sj_collective_way_names[SJ_COLLECTIVE_WAYS];

typedef struct sj_collective {
	sj_collective_op  op;
	sj_collective_way way;
	uint32_t          ranks;   /* workers; servers are ranks behind them */
	double            bytes;   /* n */
	uint32_t          group;   /* hierarchy: ranks of a group, a divisor of `ranks` */
	uint32_t          servers; /* server: at least 1 */
} sj_collective;

/* Seconds to start a transfer, seconds a byte, seconds a byte to combine. */
typedef struct sj_alpha_beta {
	double alpha, beta, gamma;
} sj_alpha_beta;

typedef struct sj_transfer {
	uint32_t from, to;
	double   bytes;
	bool     inner; /* hierarchy: within a group */
} sj_transfer;

/* Can this way do that operation among so many ranks? */
bool   sj_collective_possible(const sj_collective *c);
/*
 * Seconds of `c`, which must be possible; with one rank 0. `inner` is for what stays
 * within a group of the hierarchy, NULL: as `net`. The server's links carry all that
 * its workers send, one after the other.
 */
double sj_collective_seconds(const sj_collective *c, const sj_alpha_beta *net,
			     const sj_alpha_beta *inner);
/* The cheapest way for (op, ranks, bytes); hierarchy only with a group, server only with
 * servers. */
sj_collective_way sj_collective_choose(const sj_collective *c, const sj_alpha_beta *net,
				       const sj_alpha_beta *inner);

/* Rounds, one after the other; the transfers of a round go at once. */
uint32_t sj_collective_rounds(const sj_collective *c);
/* Upper bound of transfers in one round. */
uint32_t sj_collective_width(const sj_collective *c);
/* Writes the transfers of round k and returns how many. */
uint32_t sj_collective_round(const sj_collective *c, uint32_t k, sj_transfer *out);

#endif
