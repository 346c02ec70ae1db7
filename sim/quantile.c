/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quantile.c - exact selection, then a logarithmic histogram; see quantile.h. */
#include "quantile.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUB_BITS 10u
#define BUCKETS  ((64u - SUB_BITS + 1) << SUB_BITS)

void sj_quantile_fini(sj_quantile *q)
{
	free(q->value);
	free(q->bucket);
	memset(q, 0, sizeof(*q));
}

/* Values below 2^SUB_BITS have a bucket each; above, SUB_BITS leading bits count. */
static uint32_t bucket_of(uint64_t v)
{
	uint32_t msb, shift;

	if (v < (UINT64_C(1) << SUB_BITS))
		return (uint32_t)v;
	msb = 63u - (uint32_t)__builtin_clzll(v);
	shift = msb - SUB_BITS;
	return ((shift + 1) << SUB_BITS) + (uint32_t)((v >> shift) - (UINT64_C(1) << SUB_BITS));
}

static double bucket_middle(uint32_t b)
{
	uint32_t octave = b >> SUB_BITS;
	uint64_t low, width;

	if (octave == 0)
		return (double)b;
	width = UINT64_C(1) << (octave - 1);
	low = ((UINT64_C(1) << SUB_BITS) + (b & ((1u << SUB_BITS) - 1))) << (octave - 1);
	return (double)low + (double)(width - 1) / 2;
}

void sj_quantile_bucket_add(sj_quantile *q, int64_t v)
{
	q->bucket[bucket_of((uint64_t)v)]++;
	q->count++;
}

static int to_histogram(sj_quantile *q)
{
	uint64_t *bucket = calloc(BUCKETS, sizeof(*bucket));

	if (bucket == NULL)
		return SJ_ENOMEM;
	for (uint64_t i = 0; i < q->count; i++)
		bucket[bucket_of((uint64_t)q->value[i])]++;
	free(q->value);
	q->value = NULL;
	q->bucket = bucket;
	return SJ_OK;
}

int sj_quantile_grow(sj_quantile *q)
{
	uint64_t cap = q->cap != 0 ? q->cap * 2 : 4096;
	double *value;

	if (q->cap >= QUANTILE_EXACT)
		return to_histogram(q);
	value = realloc(q->value, cap * sizeof(*value));
	if (value == NULL)
		return SJ_ENOMEM;
	q->value = value;
	q->cap = cap;
	return SJ_OK;
}

/* The k-th smallest, k = 0, 1, ... */
static double nth(sj_quantile *q, uint64_t k)
{
	uint64_t seen = 0;

	if (q->bucket == NULL)
		return gsl_stats_select(q->value, 1, q->count, k);
	for (uint32_t b = 0; b < BUCKETS; b++) {
		seen += q->bucket[b];
		if (seen > k)
			return bucket_middle(b);
	}
	return NAN;
}

double sj_quantile_get(sj_quantile *q, double p)
{
	double h, low;
	uint64_t k;

	if (q->count == 0)
		return NAN;
	h = (double)(q->count - 1) * p;
	k = (uint64_t)h;
	low = nth(q, k);
	if (h == (double)k || k + 1 >= q->count)
		return low;
	return low + (h - (double)k) * (nth(q, k + 1) - low);
}
