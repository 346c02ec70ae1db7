/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * records.h - job records in (submit, line) order.
 *
 * Jobs end in any order; sinks want them in order of submission, so that rows go
 * to the end of a table. Records of ended jobs wait here for the older ones:
 * memory follows the spread between oldest and newest live job.
 */
#ifndef SJ_RECORDS_H
#define SJ_RECORDS_H

#include "run.h"

typedef struct sj_records {
	sj_job_record *ring;  /* cap is a power of two; NULL: nobody listens */
	uint8_t       *ended;
	uint64_t       head, tail; /* seq of the oldest kept, of the next new one */
	uint64_t       cap;
	const sj_sink *sinks;
	uint32_t       sink_count;
} sj_records;

/* Keeps nothing when no sink has jobs(). SJ_OK or SJ_ENOMEM. */
int  sj_records_init(sj_records *r, const sj_sink *sinks, uint32_t count);
void sj_records_fini(sj_records *r);
int  sj_records_opened(sj_records *r, uint64_t seq);
int  sj_records_closed(sj_records *r, const sj_job_record *rec, sj_error *err);

/* The next job, by seq = 0, 1, 2 ... SJ_OK or SJ_ENOMEM. */
static inline int sj_records_open(sj_records *r, uint64_t seq)
{
	return r->ring != NULL ? sj_records_opened(r, seq) : SJ_OK;
}

/* The job has ended: hands out every record that is now complete in order. */
static inline int sj_records_close(sj_records *r, const sj_job_record *rec, sj_error *err)
{
	return r->ring != NULL ? sj_records_closed(r, rec, err) : SJ_OK;
}

/* Hands out the rest at the end of the run. */
int  sj_records_flush(sj_records *r, sj_error *err);

#endif
