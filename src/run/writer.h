/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * writer.h - job rows written to the store by a second thread, while the simulation
 * goes on: inserting a row takes about as long as simulating a job.
 *
 * Between writer_start() and writer_stop() nobody else may use the store.
 */
#ifndef WRITER_H
#define WRITER_H

#include "store/store.h"

struct writer;

/* SJ_OK, SJ_ENOMEM, or SJ_EFAIL when there can be no thread. */
int  writer_start(struct store *st, struct writer **out, sj_error *err);
/* Copies the records; waits while the writer is far behind. Fails with what the
 * store failed with. */
int  writer_jobs(struct writer *w, const sj_job_record *r, uint32_t n, sj_error *err);
/* Waits for all rows, or drops those not yet written. Frees w; NULL is fine. */
int  writer_stop(struct writer *w, bool finish, sj_error *err);

#endif
