/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.c - opening and closing results.db, and its errors in words.
 *
 * WAL lets somebody read earlier runs while one is written; before closing, the
 * file goes back to a rollback journal so that one plain file remains, readable
 * from a read-only directory.
 */
#include "store/store_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS      5000
#define BUSY_STEP_MS 10

/* ---- errors ------------------------------------------------------------------ */

static int fail_io(struct store *st, sj_error *err)
{
	int os = sqlite3_system_errno(st->db);

	if (os == ENOSPC || os == EDQUOT)
		return sj_fail(err, SJ_EIO, "%s: no space left on the device; this run is "
			       "not stored", st->path);
	return sj_fail(err, SJ_EIO, "%s: %s%s%s", st->path, sqlite3_errmsg(st->db),
		       os != 0 ? ": " : "", os != 0 ? strerror(os) : "");
}

int store_fail(struct store *st, sj_error *err)
{
	st->failed = true;
	switch (sqlite3_errcode(st->db)) {
	case SQLITE_FULL:
		return sj_fail(err, SJ_EIO, "%s: no space left on the device; this run is "
			       "not stored", st->path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sj_fail(err, SJ_EIO, "%s: another program is writing to it; wait for "
			       "its end or choose another file with -o", st->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return sj_fail(err, SJ_EIO, "%s: cannot be written: the file or its directory "
			       "is read-only", st->path);
	case SQLITE_NOTADB:
		return sj_fail(err, SJ_EINVAL, "%s: not a Sojourn database (not an SQLite "
			       "file)", st->path);
	case SQLITE_CORRUPT:
		return sj_fail(err, SJ_EINVAL, "%s: damaged (%s); `sojourn doctor %s` tells "
			       "more", st->path, sqlite3_errmsg(st->db), st->path);
	case SQLITE_NOMEM:
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", st->path);
	default:
		return fail_io(st, err);
	}
}

int store_exec(struct store *st, const char *sql, sj_error *err)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(st, err);
	return SJ_OK;
}

int store_stmt(struct store *st, enum store_stmt which, const char *sql,
	       sqlite3_stmt **out, sj_error *err)
{
	if (st->stmt[which] == NULL &&
	    sqlite3_prepare_v3(st->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &st->stmt[which], NULL) != SQLITE_OK)
		return store_fail(st, err);
	*out = st->stmt[which];
	return SJ_OK;
}

int store_step(struct store *st, sqlite3_stmt *s, sj_error *err)
{
	int rc = sqlite3_step(s) == SQLITE_DONE ? SJ_OK : store_fail(st, err);

	sqlite3_reset(s);
	return rc;
}

/* ---- is it ours? --------------------------------------------------------------- */

static int query_int(struct store *st, const char *sql, int64_t *out, sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int rc = SJ_OK;

	if (sqlite3_prepare_v2(st->db, sql, -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_ROW)
		rc = store_fail(st, err);
	else
		*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return rc;
}

static int check_ours(struct store *st, int64_t *version, sj_error *err)
{
	int64_t id = 0;
	int rc = query_int(st, "PRAGMA application_id", &id, err);

	if (rc == SJ_OK)
		rc = query_int(st, "PRAGMA user_version", version, err);
	if (rc != SJ_OK)
		return rc;
	if (id != STORE_APPLICATION_ID)
		return sj_fail(err, SJ_EINVAL, "%s: not a Sojourn database (an SQLite file of "
			       "another program)", st->path);
	if (*version > STORE_VERSION)
		return sj_fail(err, SJ_EINVAL, "%s: written by a newer Sojourn (schema %lld, "
			       "this program knows %d)", st->path, (long long)*version,
			       STORE_VERSION);
	return SJ_OK;
}

/* An error for a directory that is not there, or where the file cannot be made:
 * SQLite calls both "unable to open", and the second "no such file". */
static int check_directory(const char *path, bool there, sj_error *err)
{
	const char *slash = strrchr(path, '/');
	struct stat sb;
	char *dir;
	int rc = SJ_OK;

	if (slash == NULL)
		dir = strdup(".");
	else
		dir = slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	if (dir == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", path);
	if (stat(dir, &sb) != 0)
		rc = sj_fail(err, SJ_ENOENT, "%s: the directory \"%s\" does not exist", path, dir);
	else if (!S_ISDIR(sb.st_mode))
		rc = sj_fail(err, SJ_ENOENT, "%s: \"%s\" is not a directory", path, dir);
	else if (!there && access(dir, W_OK) != 0)
		rc = sj_fail(err, SJ_EIO, "%s: cannot be made in \"%s\": %s", path, dir,
			     strerror(errno));
	free(dir);
	return rc;
}

/* ---- open, create ----------------------------------------------------------------- */

static int open_db(struct store *st, int flags, sj_error *err)
{
	/* One thread at a time uses a store, so SQLite's own locks are only a cost. */
	flags |= SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(st->path, &st->db, flags, NULL) != SQLITE_OK) {
		int os = st->db != NULL ? sqlite3_system_errno(st->db) : 0;

		if (st->db == NULL || sqlite3_errcode(st->db) == SQLITE_NOMEM)
			return sj_fail(err, SJ_ENOMEM, "%s: out of memory", st->path);
		return sj_fail(err, SJ_EIO, "%s: cannot be opened: %s", st->path,
			       os != 0 ? strerror(os) : sqlite3_errmsg(st->db));
	}
	sqlite3_extended_result_codes(st->db, 0);
	sqlite3_busy_timeout(st->db, BUSY_MS);
	return SJ_OK;
}

/* Another program may make the same file at this moment: whoever gets the lock
 * first makes the schema, and the file is his to remove when his run fails. */
static int make_schema(struct store *st, sj_error *err)
{
	int rc = store_exec(st, "PRAGMA page_size = 16384; BEGIN IMMEDIATE", err);
	int64_t id = 0, version;

	if (rc == SJ_OK)
		rc = query_int(st, "PRAGMA application_id", &id, err);
	if (rc == SJ_OK && id == STORE_APPLICATION_ID) {
		st->created = false;
		rc = check_ours(st, &version, err);
	} else if (rc == SJ_OK) {
		rc = store_exec(st, sj_sql_schema, err);
	}
	if (rc == SJ_OK)
		rc = store_exec(st, "COMMIT", err);
	return rc;
}

/* A file that is there: ours, and of this version when this returns. Whoever else opens
 * it meanwhile waits for the lock and finds nothing left to do. */
static int make_current(struct store *st, sj_error *err)
{
	int64_t version = STORE_VERSION;
	int rc = check_ours(st, &version, err);

	if (rc != SJ_OK || version == STORE_VERSION)
		return rc;
	rc = store_exec(st, "BEGIN IMMEDIATE", err);
	if (rc == SJ_OK)
		rc = query_int(st, "PRAGMA user_version", &version, err);
	if (rc == SJ_OK)
		rc = store_grow(st, version, err);
	if (rc == SJ_OK)
		return store_exec(st, "COMMIT", err);
	sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Changing the journal needs the file alone for a moment, and SQLite does not wait
 * for that: another program that has just opened the file may be changing it too. */
static int write_ahead(struct store *st, sj_error *err)
{
	int rc = SQLITE_BUSY;

	for (int waited = 0; rc == SQLITE_BUSY && waited < BUSY_MS; waited += BUSY_STEP_MS) {
		rc = sqlite3_exec(st->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if (rc == SQLITE_BUSY)
			sqlite3_sleep(BUSY_STEP_MS);
	}
	return rc == SQLITE_OK ? SJ_OK : store_fail(st, err);
}

static int prepare_writing(struct store *st, bool fresh, sj_error *err)
{
	int rc;

	if (sqlite3_db_readonly(st->db, "main") == 1)
		return sj_fail(err, SJ_EIO, "%s: the file is read-only", st->path);
	rc = fresh ? make_schema(st, err) : make_current(st, err);
	st->writing = rc == SJ_OK; /* from here on its journal mode is ours to change */
	/* Rows are appended, so a large cache would only hold what is never read again. */
	if (rc == SJ_OK)
		rc = write_ahead(st, err);
	if (rc == SJ_OK)
		rc = store_exec(st, "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192", err);
	return rc;
}

static struct store *store_new(const char *path)
{
	struct store *st = calloc(1, sizeof(*st));

	if (st == NULL)
		return NULL;
	st->path = strdup(path);
	if (st->path == NULL) {
		free(st);
		return NULL;
	}
	return st;
}

int store_create(const char *path, struct store **out, sj_error *err)
{
	struct store *st = store_new(path);
	struct stat sb;
	bool there, fresh;
	int rc;

	if (st == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", path);
	there = stat(path, &sb) == 0;
	rc = check_directory(path, there, err);
	if (rc != SJ_OK)
		goto fail;
	fresh = !there || sb.st_size == 0;
	rc = open_db(st, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (rc != SJ_OK)
		goto fail;
	st->created = !there;
	rc = prepare_writing(st, fresh, err);
	if (rc != SJ_OK) {
		st->failed = true;
		goto fail;
	}
	*out = st;
	return SJ_OK;
fail:
	store_close(st);
	return rc;
}

int store_open(const char *path, struct store **out, sj_error *err)
{
	struct store *st = store_new(path);
	struct stat sb;
	int64_t version = 0;
	int rc;

	if (st == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: out of memory", path);
	if (stat(path, &sb) != 0)
		rc = sj_fail(err, SJ_ENOENT, "%s: %s", path, strerror(errno));
	else if (S_ISDIR(sb.st_mode))
		rc = sj_fail(err, SJ_EINVAL, "%s: is a directory; a results file (.db) was "
			     "expected", path);
	else
		rc = open_db(st, SQLITE_OPEN_READONLY, err);
	if (rc == SJ_OK)
		rc = check_ours(st, &version, err);
	if (rc == SJ_OK)
		rc = store_read_old(st, version, err);
	if (rc != SJ_OK) {
		store_close(st);
		return rc;
	}
	*out = st;
	return SJ_OK;
}

/* ---- close --------------------------------------------------------------------------- */

static void remove_failed(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char *name = malloc(strlen(path) + 16);

	if (name == NULL)
		return;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		strcpy(name, path);
		strcat(name, tails[i]);
		unlink(name);
	}
	free(name);
}

/* A file made by this program in which nothing was completed is removed again,
 * unless it has runs of another program. */
static bool to_be_removed(struct store *st)
{
	int64_t runs = 0;

	if (!st->created || st->finished != 0 || (!st->failed && st->begun != 0))
		return false;
	return st->db == NULL ||
	       query_int(st, "SELECT count(*) FROM run", &runs, NULL) != SJ_OK ||
	       runs <= (int64_t)st->begun;
}

void store_close(struct store *st)
{
	bool remove;

	if (st == NULL)
		return;
	store_run_abandon(st);
	remove = to_be_removed(st);
	for (int i = 0; i < STMT_COUNT; i++)
		sqlite3_finalize(st->stmt[i]);
	/* Fails while somebody else reads: then the last reader folds the log in. */
	if (st->writing && st->db != NULL)
		sqlite3_exec(st->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	sqlite3_close(st->db);
	if (remove)
		remove_failed(st->path);
	who_fini(&st->who);
	free(st->path);
	free(st);
}

sqlite3 *store_db(struct store *st)
{
	return st->db;
}

const char *store_path(const struct store *st)
{
	return st->path;
}

uint64_t store_busy_ns(const struct store *st)
{
	return st->busy_ns;
}
