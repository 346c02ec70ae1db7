/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sql_open.c - any SQLite database, or an empty one, for reading with our functions. */
#include "stats/sql_open.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stats/sql_functions.h"

enum { BUSY_MS = 5000 }; /* a run may be writing */

/* What SQLite would say ("unable to open database file") helps nobody. */
static int check_file(const char *path, sj_error *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return sj_fail(err, errno == ENOENT ? SJ_ENOENT : SJ_EIO, "%s: %s", path,
			       errno == ENOENT ? "no such file" : strerror(errno));
	if (S_ISDIR(st.st_mode))
		return sj_fail(err, SJ_EIO, "%s: is a directory; expected a database such "
			       "as results.db", path);
	if (access(path, R_OK) != 0)
		return sj_fail(err, SJ_EIO, "%s: %s", path, strerror(errno));
	return SJ_OK;
}

/* The first read tells whether it is a database at all. */
static int check_database(sqlite3 *db, const char *path, sj_error *err)
{
	int rc = sqlite3_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);

	if (rc == SQLITE_NOTADB)
		return sj_fail(err, SJ_EPARSE, "%s: not a SQLite database", path);
	if (rc != SQLITE_OK)
		return sj_fail(err, SJ_EIO, "%s: %s", path, sqlite3_errmsg(db));
	return SJ_OK;
}

int sql_open(const char *path, sqlite3 **out, sj_error *err)
{
	const char *name = path == NULL ? ":memory:" : path;
	int flags = path == NULL ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY :
				   SQLITE_OPEN_READONLY;
	sqlite3 *db = NULL;
	int rc = path == NULL ? SJ_OK : check_file(path, err);

	if (rc != SJ_OK)
		return rc;
	if (sqlite3_open_v2(name, &db, flags, NULL) != SQLITE_OK) {
		rc = sj_fail(err, db == NULL ? SJ_ENOMEM : SJ_EIO, "%s: %s", name,
			     db == NULL ? "out of memory" : sqlite3_errmsg(db));
	} else {
		sqlite3_busy_timeout(db, BUSY_MS);
		rc = check_database(db, name, err);
	}
	if (rc == SJ_OK)
		rc = sql_functions_register(db, err);
	if (rc != SJ_OK) {
		sqlite3_close(db);
		return rc;
	}
	*out = db;
	return SJ_OK;
}
