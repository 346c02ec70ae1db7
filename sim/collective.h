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

#include "sojourn/comm.h"

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
/* So many rounds from k on, k included, have the same transfers. */
uint32_t sj_collective_same(const sj_collective *c, uint32_t k);
/* Is what arrives in round k combined with what is there? */
bool     sj_collective_combines(const sj_collective *c, uint32_t k);

#endif
