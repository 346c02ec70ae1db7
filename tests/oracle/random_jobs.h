/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random_jobs.h - small random instances for relations that hold for any input. */
#ifndef RANDOM_JOBS_H
#define RANDOM_JOBS_H

#include "instance.h"

struct random_kind {
	bool exact;     /* requests equal run times; else mostly above, a few below */
	bool wide;      /* every job needs more than half the machine */
	bool narrow;    /* every job needs one processor */
	bool distinct;  /* no two submits are equal */
};

/* The same instance for the same seed, everywhere. */
struct instance random_instance(uint64_t seed, const struct random_kind *kind);

/* The next number of a small generator (splitmix64, Steele et al. 2014). */
uint64_t random_next(uint64_t *state);

#endif
