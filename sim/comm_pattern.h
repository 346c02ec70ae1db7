/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm_pattern.h - a phase of communication among so many ranks as rounds of transfers:
 * collectives by some way, halos, lists of pairs. It knows nothing of places.
 */
#ifndef COMM_PATTERN_H
#define COMM_PATTERN_H

#include "collective.h"

struct pattern {
	const sj_comm_phase *phase;
	uint32_t             ranks;
	sj_collective        collective; /* operations that have several ways */
};

/* `group`: ranks of each node when all have the same, else 0. */
void pattern_init(struct pattern *p, const sj_comm_phase *phase, uint32_t ranks,
		  uint32_t group);
/* Has it ways to choose from? If not, its only one is set. */
bool pattern_has_ways(const struct pattern *p);
/* Can it be done so? Then it is set. */
bool pattern_set_way(struct pattern *p, sj_collective_way way);

/* As of collectives: rounds, transfers in one at most, those of one, how many are alike. */
uint32_t pattern_rounds(const struct pattern *p);
uint32_t pattern_width(const struct pattern *p);
uint32_t pattern_round(const struct pattern *p, uint32_t k, sj_transfer *out);
uint32_t pattern_same(const struct pattern *p, uint32_t k);
/* Seconds that combining takes after round k, of which `first` is a transfer. */
double   pattern_combining(const struct pattern *p, uint32_t k, const sj_transfer *first);

/* Bytes that a phase says it sends, wherever its ranks are and by whatever way. */
double   comm_phase_bytes(const sj_comm_phase *phase, uint32_t ranks);

#endif
