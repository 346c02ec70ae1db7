/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - the table of jobs, which is nearly all of a results file.
 *
 * Rows are appended in rowid order, STORE_ROWS to a statement; what is equal to
 * something else in the row, or unknown, is NULL and takes no space.
 */
#include "run/wall.h"
#include "store/store_priv.h"

#define COLUMNS 9
#define ROW     "(?,?,?,?,?,?,?,?,?)"
#define ROW4    ROW "," ROW "," ROW "," ROW

static const char insert_one[] = "INSERT INTO job VALUES " ROW;
static const char insert_many[] = "INSERT INTO job VALUES " ROW4 "," ROW4 "," ROW4 "," ROW4;

static void bind_or_null(sqlite3_stmt *s, int at, bool known, int64_t value)
{
	if (known)
		sqlite3_bind_int64(s, at, value);
	else
		sqlite3_bind_null(s, at);
}

static int bind_row(struct store *st, sqlite3_stmt *s, int at, const sj_job_record *r,
		    sj_error *err)
{
	bool started = r->start_ns != SJ_NEVER;
	bool ended = started && r->finish_ns != SJ_NEVER;
	int64_t run_ns = ended ? r->finish_ns - r->start_ns : 0;
	bool known = r->user != 0 || r->group != 0 || r->queue != 0;
	int64_t who = 0;
	int rc = known ? who_id(st, r->user, r->group, r->queue, &who, err) : SJ_OK;

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, at, (int64_t)((uint64_t)st->run << 32 | r->seq));
	bind_or_null(s, at + 1, r->id != (int64_t)r->seq + 1, r->id);
	sqlite3_bind_int64(s, at + 2, r->submit_ns);
	bind_or_null(s, at + 3, started, started ? r->start_ns - r->submit_ns : 0);
	bind_or_null(s, at + 4, ended, run_ns);
	bind_or_null(s, at + 5, !ended || r->estimate_ns != run_ns, r->estimate_ns);
	sqlite3_bind_int64(s, at + 6, r->procs);
	bind_or_null(s, at + 7, known, who);
	sqlite3_bind_int64(s, at + 8, r->outcome);
	return SJ_OK;
}

static int insert_busy(struct store *st, const sj_job_record *r, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_BUSY, "INSERT INTO busy VALUES (?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, (int64_t)((uint64_t)st->run << 32 | r->seq));
	sqlite3_bind_int64(s, 2, r->busy_ns);
	sqlite3_bind_int64(s, 3, r->preemptions);
	sqlite3_bind_int64(s, 4, r->requeues);
	return store_step(st, s, err);
}

/* Did it execute less than the time from start to finish? */
static bool has_pauses(const sj_job_record *r)
{
	return r->start_ns != SJ_NEVER && r->finish_ns != SJ_NEVER &&
	       (r->preemptions != 0 || r->requeues != 0 || r->busy_ns != r->finish_ns - r->start_ns);
}

/* Writes the rows from[0..n), n being the number that `sql` takes. */
static int insert(struct store *st, enum store_stmt which, const char *sql,
		  const sj_job_record *from, uint32_t n, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, which, sql, &s, err);

	for (uint32_t i = 0; rc == SJ_OK && i < n; i++)
		rc = bind_row(st, s, (int)i * COLUMNS + 1, &from[i], err);
	return rc != SJ_OK ? rc : store_step(st, s, err);
}

int store_flush(struct store *st, sj_error *err)
{
	uint64_t t0 = wall_ns();
	uint32_t i = 0;
	int rc = SJ_OK;

	for (; rc == SJ_OK && i + STORE_ROWS <= st->batched; i += STORE_ROWS)
		rc = insert(st, STMT_JOBS, insert_many, &st->batch[i], STORE_ROWS, err);
	for (; rc == SJ_OK && i < st->batched; i++)
		rc = insert(st, STMT_JOB, insert_one, &st->batch[i], 1, err);
	for (i = 0; rc == SJ_OK && i < st->batched; i++)
		if (has_pauses(&st->batch[i]))
			rc = insert_busy(st, &st->batch[i], err);
	st->batched = 0;
	st->busy_ns += wall_ns() - t0;
	return rc;
}

int store_jobs(struct store *st, const sj_job_record *r, uint32_t n, sj_error *err)
{
	int rc = SJ_OK;

	if (n > 0 && r[n - 1].seq > UINT32_MAX)
		return sj_fail(err, SJ_ERANGE, "%s: a run of more than 2^32 jobs does not fit "
			       "into the job table; use --no-store", st->path);
	st->jobs += n;
	for (uint32_t i = 0; rc == SJ_OK && i < n; i++) {
		st->batch[st->batched++] = r[i];
		if (st->batched == STORE_BATCH)
			rc = store_flush(st, err);
	}
	return rc;
}
