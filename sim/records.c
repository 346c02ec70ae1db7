/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.c - a ring of job records that leaves in order; see records.h. */
#include "records.h"

#include <stdlib.h>
#include <string.h>

#define HAND_OUT 256u /* at once: sinks are called rarely, with many */

int sj_records_init(sj_records *r, const sj_sink *sinks, uint32_t count)
{
	bool wanted = false;

	memset(r, 0, sizeof(*r));
	r->sinks = sinks;
	r->sink_count = count;
	for (uint32_t i = 0; i < count; i++)
		wanted |= sinks[i].jobs != NULL;
	if (!wanted)
		return SJ_OK;
	r->cap = 4 * HAND_OUT;
	r->ring = malloc(r->cap * sizeof(*r->ring));
	r->ended = calloc(r->cap, 1);
	return r->ring != NULL && r->ended != NULL ? SJ_OK : SJ_ENOMEM;
}

void sj_records_fini(sj_records *r)
{
	free(r->ring);
	free(r->ended);
	memset(r, 0, sizeof(*r));
}

static int grow(sj_records *r)
{
	uint64_t cap = r->cap * 2;
	sj_job_record *ring = malloc(cap * sizeof(*ring));
	uint8_t *ended = calloc(cap, 1);

	if (ring == NULL || ended == NULL) {
		free(ring);
		free(ended);
		return SJ_ENOMEM;
	}
	for (uint64_t s = r->head; s < r->tail; s++) {
		ring[s & (cap - 1)] = r->ring[s & (r->cap - 1)];
		ended[s & (cap - 1)] = r->ended[s & (r->cap - 1)];
	}
	free(r->ring);
	free(r->ended);
	r->ring = ring;
	r->ended = ended;
	r->cap = cap;
	return SJ_OK;
}

int sj_records_opened(sj_records *r, uint64_t seq)
{
	if (r->tail - r->head == r->cap) {
		int rc = grow(r);

		if (rc != SJ_OK)
			return rc;
	}
	r->ended[seq & (r->cap - 1)] = 0;
	r->tail = seq + 1;
	return SJ_OK;
}

/* The complete prefix, in runs that do not wrap around the ring. */
static int hand_out(sj_records *r, sj_error *err)
{
	while (r->head < r->tail && r->ended[r->head & (r->cap - 1)]) {
		uint64_t at = r->head & (r->cap - 1);
		uint32_t n = 0;

		while (at + n < r->cap && r->head + n < r->tail && r->ended[at + n])
			n++;
		for (uint32_t i = 0; i < r->sink_count; i++) {
			int rc;

			if (r->sinks[i].jobs == NULL)
				continue;
			rc = r->sinks[i].jobs(r->sinks[i].self, r->ring + at, n, err);
			if (rc != SJ_OK)
				return rc;
		}
		r->head += n;
	}
	return SJ_OK;
}

int sj_records_closed(sj_records *r, const sj_job_record *rec, sj_error *err)
{
	r->ring[rec->seq & (r->cap - 1)] = *rec;
	r->ended[rec->seq & (r->cap - 1)] = 1;
	/* Waiting for a batch costs little: most heads are young. */
	if (rec->seq >= r->head + HAND_OUT || r->tail - r->head == r->cap)
		return hand_out(r, err);
	return SJ_OK;
}

int sj_records_flush(sj_records *r, sj_error *err)
{
	return r->ring != NULL ? hand_out(r, err) : SJ_OK;
}
