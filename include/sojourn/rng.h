/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/rng.h - random streams by counter (Philox4x32-10; Salmon, Moraes, Dror,
 * Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011) behind gsl_rng.
 *
 * A stream is named by (seed, purpose, id), never by the order of creation, so
 * an extra draw in one stream cannot shift another: compared policies face the
 * same arrivals, run times and failures (common random numbers).
 */
#ifndef SJ_RNG_H
#define SJ_RNG_H

#include <gsl/gsl_rng.h>

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const gsl_rng_type *const sj_rng_philox;

/* A new stream, e.g. (1, "workload.arrivals", 0). The caller frees it with
 * gsl_rng_free(). NULL when out of memory. */
gsl_rng *sj_rng_create(uint64_t seed, const char *purpose, uint64_t id);

/* Re-keys an existing stream in place, without allocation: one object for many
 * short streams, e.g. one per job. */
void sj_rng_rekey(gsl_rng *rng, uint64_t seed, const char *purpose, uint64_t id);

#ifdef __cplusplus
}
#endif
#endif
