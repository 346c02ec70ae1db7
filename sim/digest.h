/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest.h - XXH3-128 over the decision log: what a run's identity is.
 *
 * A record is four little-endian 64-bit words: time, job (in (submit, line)
 * order), kind * 2^32 + task, argument. The same decisions give the same digest on every
 * machine.
 */
#ifndef SJ_DIGEST_H
#define SJ_DIGEST_H

#include <xxhash.h>

#include "sojourn/types.h"

#define DIGEST_WORDS 4u
#define DIGEST_BATCH 64u

typedef struct sj_digest {
	XXH3_state_t *state;
	uint32_t      fill;
	uint64_t      records;
	uint64_t      buf[DIGEST_WORDS * DIGEST_BATCH];
} sj_digest;

int  sj_digest_init(sj_digest *d); /* SJ_OK or SJ_ENOMEM */
void sj_digest_fini(sj_digest *d);
void sj_digest_flush(sj_digest *d);

static inline void sj_digest_add(sj_digest *d, sj_time at, uint64_t job,
				 uint32_t task, uint32_t kind, uint64_t arg)
{
	uint64_t *w = d->buf + d->fill;

	w[0] = (uint64_t)at;
	w[1] = job;
	w[2] = (uint64_t)kind << 32 | task;
	w[3] = arg;
	d->fill += DIGEST_WORDS;
	d->records++;
	if (d->fill == DIGEST_WORDS * DIGEST_BATCH)
		sj_digest_flush(d);
}

/* 32 hex digits and a NUL. May be called more than once, also while adding. */
void sj_digest_hex(sj_digest *d, char out[33]);

#endif
