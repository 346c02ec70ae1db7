/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples.h - the state over time in a bounded number of true samples.
 *
 * Time is cut into at most SAMPLES_BUCKETS equal buckets, doubled in length
 * whenever the run outgrows them. Each keeps its first and last sample, and those with the
 * longest queue, the fewest and the most busy processors, the most busy GPUs and the most
 * fragmentation: peaks survive thinning.
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "run.h"

#define SAMPLES_BUCKETS 512u

struct samples_bucket {
	bool      used;
	sj_sample first, last, queue, least, most, gpus, frag;
};

struct samples {
	sj_time  zero;   /* begin of bucket 0 */
	sj_time  length; /* of a bucket, ns; 0: no sample yet */
	uint32_t count;  /* buckets up to the latest */
	struct samples_bucket bucket[SAMPLES_BUCKETS];
};

void samples_add(struct samples *s, const sj_sample *p); /* in order of time */
/* Calls fn with what was kept, in order of time; stops at its first error. */
typedef int samples_fn(void *self, const sj_sample *p, sj_error *err);
int  samples_each(const struct samples *s, samples_fn *fn, void *self, sj_error *err);

#endif
