/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quantile.h - quantiles of a stream of non-negative integers in bounded memory.
 *
 * Exact (type 7 of Hyndman and Fan, American Statistician 50(4), 1996) up to
 * QUANTILE_EXACT values; beyond that a histogram of 1024 steps per octave, whose
 * answers are within 0.05 % of a value that was seen.
 */
#ifndef SJ_QUANTILE_H
#define SJ_QUANTILE_H

#include "sojourn/types.h"

#define QUANTILE_EXACT (UINT64_C(1) << 22)

typedef struct sj_quantile {
	double   *value;   /* exact phase */
	uint64_t *bucket;  /* histogram phase */
	uint64_t  count, cap;
} sj_quantile;

void   sj_quantile_fini(sj_quantile *q); /* zero-filled is empty and ready */
int    sj_quantile_grow(sj_quantile *q); /* internal; SJ_OK or SJ_ENOMEM */
void   sj_quantile_bucket_add(sj_quantile *q, int64_t v);

/* v >= 0. SJ_OK or SJ_ENOMEM. */
static inline int sj_quantile_add(sj_quantile *q, int64_t v)
{
	if (q->bucket == NULL && q->count == q->cap) {
		int rc = sj_quantile_grow(q);

		if (rc != SJ_OK)
			return rc;
	}
	if (q->bucket != NULL)
		sj_quantile_bucket_add(q, v);
	else
		q->value[q->count++] = (double)v;
	return SJ_OK;
}

/* p in [0, 1]; NAN when empty. Reorders the values, so not const. */
double sj_quantile_get(sj_quantile *q, double p);

#endif
