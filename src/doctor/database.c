/* SPDX-License-Identifier: GPL-3.0-or-later */
/* database.c - is a results file whole, and what does it hold? */
#include <inttypes.h>
#include <string.h>

#include "doctor/doctor.h"
#include "store/store.h"

static void check_integrity(struct doctor *d, struct store *st)
{
	sqlite3_stmt *s = NULL;
	const char *text = NULL;

	if (sqlite3_prepare_v2(store_db(st), "PRAGMA integrity_check(1)", -1, &s, NULL) ==
		    SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(s, 0);
	if (text != NULL && strcmp(text, "ok") == 0)
		doctor_add(d, DOCTOR_OK, "database", "%s: integrity ok", store_path(st));
	else
		doctor_add(d, DOCTOR_FAIL, "database", "%s: damaged: %s", store_path(st),
			   text != NULL ? text : sqlite3_errmsg(store_db(st)));
	sqlite3_finalize(s);
}

static void check_runs(struct doctor *d, struct store *st)
{
	static const char sql[] =
		"SELECT count(*), sum(status = 'complete'), sum(status = 'failed'),"
		" sum(status = 'incomplete') FROM run";
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(store_db(st), sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW) {
		int64_t incomplete = sqlite3_column_int64(s, 3);

		doctor_add(d, incomplete > 0 ? DOCTOR_WARN : DOCTOR_OK, "runs",
			   "%" PRId64 ": %" PRId64 " complete, %" PRId64 " failed, %" PRId64
			   " incomplete%s", (int64_t)sqlite3_column_int64(s, 0),
			   (int64_t)sqlite3_column_int64(s, 1),
			   (int64_t)sqlite3_column_int64(s, 2), incomplete,
			   incomplete > 0 ? " (killed or interrupted, or still being written)"
					  : "");
	} else {
		doctor_add(d, DOCTOR_FAIL, "runs", "%s", sqlite3_errmsg(store_db(st)));
	}
	sqlite3_finalize(s);
}

void doctor_database(struct doctor *d, const char *path)
{
	struct store *st = NULL;
	sj_error err = { 0 };

	if (store_open(path, &st, &err) != SJ_OK) {
		doctor_add(d, DOCTOR_FAIL, "database", "%.500s", err.text);
		return;
	}
	check_integrity(d, st);
	check_runs(d, st);
	store_close(st);
}
