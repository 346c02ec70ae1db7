/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples.c - thinning while the end of the run is not yet known. */
#include "run/samples.h"

#include <string.h>

#define KEPT 7 /* samples of a bucket */
#define FIRST_LENGTH INT64_C(1024) /* ns; a doubling costs little and finds the scale */

/* `last`, a later one, takes the places where it is more; ties stay with the earlier, so
 * that thinning what is left by thinning changes nothing. */
static void keep_extremes(struct samples_bucket *b, const struct samples_bucket *last)
{
	if (last->queue.waiting > b->queue.waiting)
		b->queue = last->queue;
	if (last->least.procs_busy < b->least.procs_busy)
		b->least = last->least;
	if (last->most.procs_busy > b->most.procs_busy)
		b->most = last->most;
	if (last->gpus.gpu_milli_busy > b->gpus.gpu_milli_busy)
		b->gpus = last->gpus;
	if (last->frag.gpu_milli_frag > b->frag.gpu_milli_frag)
		b->frag = last->frag;
}

static void bucket_add(struct samples_bucket *b, const sj_sample *p)
{
	if (!b->used) {
		*b = (struct samples_bucket){ true, *p, *p, *p, *p, *p, *p, *p };
		return;
	}
	b->last = *p;
	if (p->waiting > b->queue.waiting)
		b->queue = *p;
	if (p->procs_busy < b->least.procs_busy)
		b->least = *p;
	if (p->procs_busy > b->most.procs_busy)
		b->most = *p;
	if (p->gpu_milli_busy > b->gpus.gpu_milli_busy)
		b->gpus = *p;
	if (p->gpu_milli_frag > b->frag.gpu_milli_frag)
		b->frag = *p;
}

/* b gets what is in the later bucket too. */
static void bucket_join(struct samples_bucket *b, const struct samples_bucket *later)
{
	if (!later->used)
		return;
	if (!b->used) {
		*b = *later;
		return;
	}
	keep_extremes(b, later);
	b->last = later->last;
}

static void double_length(struct samples *s)
{
	for (uint32_t i = 0; i < SAMPLES_BUCKETS / 2; i++) {
		struct samples_bucket joined = s->bucket[2 * i];

		bucket_join(&joined, &s->bucket[2 * i + 1]);
		s->bucket[i] = joined;
	}
	memset(&s->bucket[SAMPLES_BUCKETS / 2], 0,
	       SAMPLES_BUCKETS / 2 * sizeof(s->bucket[0]));
	s->count = (s->count + 1) / 2;
	s->length *= 2;
}

void samples_add(struct samples *s, const sj_sample *p)
{
	if (s->length == 0) {
		s->zero = p->at_ns;
		s->length = FIRST_LENGTH;
	}
	while ((p->at_ns - s->zero) / s->length >= SAMPLES_BUCKETS)
		double_length(s);
	uint32_t at = (uint32_t)((p->at_ns - s->zero) / s->length);

	if (at >= s->count)
		s->count = at + 1;
	bucket_add(&s->bucket[at], p);
}

int samples_each(const struct samples *s, samples_fn *fn, void *self, sj_error *err)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct samples_bucket *b = &s->bucket[i];
		const sj_sample *kept[KEPT] = { &b->first, &b->queue, &b->least, &b->most,
						&b->gpus, &b->frag, &b->last };

		if (!b->used)
			continue;
		/* At most one sample an instant, so time tells them apart. */
		for (int k = 1; k < KEPT; k++)
			for (int j = k; j > 0 && kept[j]->at_ns < kept[j - 1]->at_ns; j--) {
				const sj_sample *t = kept[j];

				kept[j] = kept[j - 1];
				kept[j - 1] = t;
			}
		for (int k = 0; k < KEPT; k++) {
			int rc = k > 0 && kept[k]->at_ns == kept[k - 1]->at_ns
					 ? SJ_OK
					 : fn(self, kept[k], err);

			if (rc != SJ_OK)
				return rc;
		}
	}
	return SJ_OK;
}
