/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * runrow.c - a run from 'incomplete' to 'complete': its row, what it was made
 * from, its metrics, and the one transaction around all of it.
 */
#include <math.h>
#include <string.h>

#include "config/version.h"
#include "run/wall.h"
#include "store/store_priv.h"

static int prepare(struct store *st, const char *sql, sqlite3_stmt **s, sj_error *err)
{
	if (sqlite3_prepare_v2(st->db, sql, -1, s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	return SJ_OK;
}

/* Runs a statement once and frees it. */
static int finish(struct store *st, sqlite3_stmt *s, sj_error *err)
{
	int rc = sqlite3_step(s) == SQLITE_DONE ? SJ_OK : store_fail(st, err);

	sqlite3_finalize(s);
	return rc;
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void bind_count(sqlite3_stmt *s, int at, uint64_t n)
{
	sqlite3_bind_int64(s, at, (int64_t)n);
}

/* ---- begin -------------------------------------------------------------------- */

static int insert_run(struct store *st, const struct store_run *r, sj_error *err)
{
	static const char sql[] =
		"INSERT INTO run (status, workload, cluster, policy, seed, clock, overrun,"
		" estimates, job_limit, clairvoyant, procs, started_utc, version, commit_id,"
		" compiler, cflags, command)"
		" VALUES ('incomplete',?,?,?,?,?,?,?,?,?,?,strftime('%Y-%m-%dT%H:%M:%SZ','now'),"
		"?,?,?,?,?)";
	const char *const program[] = { version_number, version_commit, version_compiler,
					version_cflags, r->command };
	sqlite3_stmt *s;
	int rc = prepare(st, sql, &s, err);

	if (rc != SJ_OK)
		return rc;
	bind_text(s, 1, r->workload);
	bind_text(s, 2, r->cluster);
	bind_text(s, 3, r->policy);
	bind_count(s, 4, r->seed);
	bind_text(s, 5, r->clock);
	bind_text(s, 6, r->overrun);
	bind_text(s, 7, r->estimates);
	bind_count(s, 8, r->job_limit);
	sqlite3_bind_int(s, 9, r->clairvoyant);
	sqlite3_bind_int64(s, 10, r->procs);
	for (int i = 0; i < 5; i++)
		bind_text(s, 11 + i, program[i]);
	return finish(st, s, err);
}

int store_params(struct store *st, const struct store_param *p, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = prepare(st, "INSERT INTO param VALUES (?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	for (; rc == SJ_OK && p != NULL && p->key != NULL; p++) {
		sqlite3_bind_int64(s, 1, st->run);
		bind_text(s, 2, p->key);
		bind_text(s, 3, p->value);
		rc = store_step(st, s, err);
	}
	sqlite3_finalize(s);
	return rc;
}

int store_run_begin(struct store *st, const struct store_run *r, uint32_t *run,
		    sj_error *err)
{
	int rc = store_exec(st, "BEGIN IMMEDIATE", err);

	if (rc != SJ_OK)
		return rc;
	st->jobs = 0;
	st->busy_ns = 0;
	st->batched = 0;
	rc = insert_run(st, r, err);
	st->run = (uint32_t)sqlite3_last_insert_rowid(st->db);
	if (rc == SJ_OK)
		rc = store_params(st, r->param, err);
	if (rc == SJ_OK)
		rc = store_exec(st, "COMMIT; BEGIN IMMEDIATE", err);
	/* Only now is it settled who is in the file: another program may have added
	 * some, and those of a run that failed went with it. */
	if (rc == SJ_OK)
		rc = who_load(st, err);
	if (rc != SJ_OK) {
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
		return rc;
	}
	st->open_run = true;
	st->begun++;
	*run = st->run;
	return SJ_OK;
}

/* ---- what it was made from -------------------------------------------------------- */

int store_input(struct store *st, const struct store_input *in, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = prepare(st, "INSERT INTO input VALUES (?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	bind_text(s, 2, in->role);
	bind_text(s, 3, in->path);
	bind_text(s, 4, in->format);
	bind_count(s, 5, in->bytes);
	bind_text(s, 6, in->sha256);
	bind_count(s, 7, in->jobs);
	bind_text(s, 8, in->dropped);
	return finish(st, s, err);
}

int store_warning(struct store *st, const char *text, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = prepare(st, "INSERT INTO warning VALUES (?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	bind_text(s, 2, text);
	return finish(st, s, err);
}

/* ---- end ----------------------------------------------------------------------------- */

static int insert_metrics(struct store *st, const sj_metrics *m, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = prepare(st, "INSERT INTO metric VALUES (?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	for (int i = 0; rc == SJ_OK && i < SJ_METRIC_COUNT; i++) {
		sqlite3_bind_int64(s, 1, st->run);
		bind_text(s, 2, sj_metric_infos[i].name);
		if (isnan(m->value[i]))
			sqlite3_bind_null(s, 3);
		else
			sqlite3_bind_double(s, 3, m->value[i]);
		rc = store_step(st, s, err);
	}
	sqlite3_finalize(s);
	return rc;
}

/* Their names have a full stop, those of metrics have none. */
static int insert_counts(struct store *st, const sj_count *counts, uint32_t n, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = prepare(st, "INSERT INTO metric VALUES (?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	for (uint32_t i = 0; rc == SJ_OK && i < n; i++) {
		sqlite3_bind_int64(s, 1, st->run);
		bind_text(s, 2, counts[i].name);
		sqlite3_bind_double(s, 3, (double)counts[i].value);
		rc = store_step(st, s, err);
	}
	sqlite3_finalize(s);
	return rc;
}

static int update_run(struct store *st, const struct store_result *r,
		      uint64_t before, uint64_t t0, sj_error *err)
{
	static const char sql[] =
		"UPDATE run SET status=?1, error=?2, jobs=?3, events=?4, digest=?5, wall_ns=?6,"
		" parse_ns=?7, store_ns=?8, peak_rss_bytes=?9, decision_p50_ns=?10,"
		" decision_p99_ns=?11, decision_max_ns=?12 WHERE id=?13";
	const sj_run_stats *stats = r->stats;
	sqlite3_stmt *s;
	int rc = prepare(st, sql, &s, err);

	if (rc != SJ_OK)
		return rc;
	bind_text(s, 1, r->status);
	bind_text(s, 2, r->error);
	bind_count(s, 3, st->jobs);
	bind_count(s, 4, stats->events);
	bind_text(s, 5, stats->digest);
	bind_count(s, 6, r->wall_ns);
	bind_count(s, 7, r->parse_ns);
	bind_count(s, 8, before + (wall_ns() - t0));
	bind_count(s, 9, r->peak_rss_bytes);
	if (stats->decision_samples > 0) {
		sqlite3_bind_int64(s, 10, llround(stats->decision_p50_ns));
		sqlite3_bind_int64(s, 11, llround(stats->decision_p99_ns));
		sqlite3_bind_int64(s, 12, llround(stats->decision_max_ns));
	} else {
		for (int i = 10; i <= 12; i++)
			sqlite3_bind_int64(s, i, 0);
	}
	sqlite3_bind_int64(s, 13, st->run);
	return finish(st, s, err);
}

int store_run_end(struct store *st, const struct store_result *r, sj_error *err)
{
	uint64_t t0 = wall_ns(), before = st->busy_ns;
	int rc = store_flush(st, err);

	if (rc == SJ_OK)
		rc = insert_metrics(st, r->metrics, err);
	if (rc == SJ_OK)
		rc = insert_counts(st, r->counts, r->count_count, err);
	if (rc == SJ_OK)
		rc = update_run(st, r, before, t0, err);
	if (rc == SJ_OK)
		rc = store_exec(st, "COMMIT", err);
	if (rc != SJ_OK)
		return rc;
	st->open_run = false;
	st->finished++;
	st->busy_ns = before + (wall_ns() - t0);
	return SJ_OK;
}

void store_run_abandon(struct store *st)
{
	if (!st->open_run)
		return;
	st->open_run = false;
	st->batched = 0;
	for (int i = 0; i < STMT_COUNT; i++)
		sqlite3_reset(st->stmt[i]);
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
}
