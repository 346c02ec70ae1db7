/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comm_run.h - one job that communicates, alone on a star, through `sojourn run`. */
#ifndef COMM_RUN_H
#define COMM_RUN_H

#include "check.h"

struct comm_run {
	const char *form;      /* of --collectives */
	const char *op, *way;  /* way NULL: the operation has one only */
	uint32_t    ranks, servers; /* servers: of the ranks; 0: none */
	double      bytes, compute; /* of a step; seconds */
	uint64_t    steps;
	double      alpha, beta, gamma;
	double      overlap;
};

/* Seconds of a step; NAN after a report. */
double comm_run_step(struct check *k, const struct comm_run *c);

#endif
