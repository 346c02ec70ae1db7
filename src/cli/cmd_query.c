/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmd_query.c - one SELECT on a results database, with statistics as functions.
 *
 * Reading only: the file is opened read-only, a statement that writes is refused,
 * and so is what reaches other files (ATTACH, VACUUM INTO).
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/outstream.h"
#include "cli/query_out.h"
#include "sojourn/param.h"
#include "stats/sql_functions.h"
#include "stats/sql_open.h"

/*
 * What could reach beyond the database is refused here; what would write into it
 * by sqlite3_stmt_readonly(). (Refusing all that is not a read would also refuse
 * json_each(), whose table SQLite declares on first use.)
 */
static int reads_only(void *unused, int action, const char *a, const char *b,
		      const char *c, const char *d)
{
	(void)unused, (void)c, (void)d;
	switch (action) {
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return SQLITE_DENY;
	case SQLITE_PRAGMA: /* table_info(job) may be asked, journal_mode=x not set */
		return b == NULL || strstr(a, "_info") != NULL || strstr(a, "_list") != NULL ?
			SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_OK;
	}
}

/* ---- messages --------------------------------------------------------------------------- */

/* The line of the SQL that the error is in (of a long one, the part around it), with
 * a caret under the place. */
static void point_at(const char *sql, int offset)
{
	enum { BEFORE = 60, SHOWN = 100 };
	const char *start = sql, *end;

	if (offset < 0)
		return;
	for (const char *p = sql; p < sql + offset; p++)
		if (*p == '\n')
			start = p + 1;
	if (sql + offset - start > BEFORE)
		start = sql + offset - BEFORE;
	end = start + strcspn(start, "\n");
	if (end - start > SHOWN)
		end = start + SHOWN;
	fprintf(stderr, "  %.*s\n  ", (int)(end - start), start);
	for (const char *p = start; p < sql + offset; p++)
		fputc(*p == '\t' ? '\t' : ' ', stderr);
	fputs("^\n", stderr);
}

/* "medain" behind "no such function: " may have been meant as "median". */
static const char *near_function(const char *message)
{
	static const char intro[] = "no such function: ";
	const char *names[64];
	size_t n = 0;

	if (strncmp(message, intro, sizeof(intro) - 1) != 0)
		return NULL;
	for (; sql_function_infos[n].name != NULL && n < 64; n++)
		names[n] = sql_function_infos[n].name;
	return sj_nearest(message + sizeof(intro) - 1, names, n);
}

/* Likewise "jobs" as "job"; otherwise "; there are run, param, ...". "" if that is not
 * what is wrong, or if there is no table. */
static void hint_at_tables(sqlite3 *db, const char *message, char *hint, size_t size)
{
	static const char intro[] = "no such table: ";
	char name[32][32];
	const char *names[32], *near;
	sqlite3_stmt *s;
	size_t n = 0, at;

	hint[0] = '\0';
	if (strncmp(message, intro, sizeof(intro) - 1) != 0 ||
	    sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type IN ('table', "
			       "'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid", -1, &s,
			       NULL) != SQLITE_OK)
		return;
	for (; n < 32 && sqlite3_step(s) == SQLITE_ROW; n++) {
		snprintf(name[n], sizeof(name[n]), "%s",
			 (const char *)sqlite3_column_text(s, 0));
		names[n] = name[n];
	}
	sqlite3_finalize(s);
	near = sj_nearest(message + sizeof(intro) - 1, names, n);
	if (near != NULL) {
		snprintf(hint, size, "; did you mean \"%s\"?", near);
		return;
	}
	at = n == 0 ? 0 : (size_t)snprintf(hint, size, "; there are");
	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(hint + at, size - at, "%s %s", i > 0 ? "," : "", name[i]);
}

static int sql_error(sqlite3 *db, const char *sql)
{
	char message[300], hint[400];
	const char *near;
	int offset = sqlite3_error_offset(db), code = sqlite3_errcode(db);

	/* Copied, as the search for a hint asks the same database. */
	snprintf(message, sizeof(message), "%s", sqlite3_errmsg(db));
	near = near_function(message);
	hint_at_tables(db, message, hint, sizeof(hint));
	if (code == SQLITE_AUTH)
		say("SQL: query only reads; this statement would do more");
	else if (near != NULL)
		say("SQL: %s; did you mean \"%s\"?", message, near);
	else
		say("SQL: %s%s", message, hint);
	point_at(sql, offset);
	return sj_err_exit_status(SJ_EUSAGE);
}

/* ---- running ------------------------------------------------------------------------------ */

static int on_progress(void *unused)
{
	(void)unused;
	return interrupted != 0;
}

/* The only statement of `sql`; NULL after saying what is wrong. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL, *more = NULL;
	const char *tail;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, &tail) != SQLITE_OK) {
		sql_error(db, sql);
		return NULL;
	}
	if (stmt == NULL) {
		say_usage("SQL: there is no statement");
		return NULL;
	}
	if (sqlite3_prepare_v2(db, tail, -1, &more, NULL) != SQLITE_OK || more != NULL) {
		say_usage("SQL: one statement at a time; a second one begins at \"%.40s\"",
			  tail + strspn(tail, " \t\r\n;"));
	} else if (sqlite3_stmt_readonly(stmt) && sqlite3_column_count(stmt) > 0) {
		return stmt;
	} else {
		say_usage("SQL: query only reads; this statement returns no rows");
	}
	sqlite3_finalize(more);
	sqlite3_finalize(stmt);
	return NULL;
}

static int write_rows(sqlite3 *db, sqlite3_stmt *stmt, int format, FILE *to, sj_error *err)
{
	struct query_writer *w = query_writer_create(format, to);
	int step, rc = SJ_ENOMEM;

	if (w == NULL)
		return rc;
	query_writer_begin(w, stmt);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
		query_writer_row(w, stmt);
	if (step == SQLITE_DONE)
		rc = query_writer_end(w);
	else if (step == SQLITE_INTERRUPT)
		rc = sj_fail(err, SJ_EINTR, "interrupted");
	else
		rc = sj_fail(err, step == SQLITE_NOMEM ? SJ_ENOMEM : SJ_EINVAL, "SQL: %s",
			     sqlite3_errmsg(db));
	query_writer_free(w);
	return rc;
}

static int run_query(sqlite3 *db, const char *sql, int format, const char *path)
{
	sqlite3_stmt *stmt;
	struct outstream out;
	sj_error err = { 0 };
	int rc;

	sqlite3_set_authorizer(db, reads_only, NULL);
	sqlite3_progress_handler(db, 100000, on_progress, NULL);
	stmt = prepare(db, sql);
	if (stmt == NULL)
		return sj_err_exit_status(SJ_EUSAGE);
	rc = outstream_open(&out, path, &err);
	if (rc == SJ_OK) {
		rc = write_rows(db, stmt, format, out.to, &err);
		rc = outstream_close(&out, rc, &err);
	}
	sqlite3_finalize(stmt);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

/* ---- arguments ----------------------------------------------------------------------------- */

static char *read_stdin(void)
{
	char *text = NULL;
	size_t size = 0;

	if (getdelim(&text, &size, '\0', stdin) < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int format_index(const char *name, bool json)
{
	int count = 0;

	if (json)
		name = "json";
	if (name == NULL)
		return 0;
	for (; query_formats[count] != NULL; count++)
		if (strcmp(query_formats[count], name) == 0)
			return count;
	say_usage("query: -T: no format \"%s\"; there are box, csv, md and json", name);
	return -1;
}

static char *about_text(void)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	fputs("Runs one SELECT on a results database (or on none: then the data stand in the "
	      "SQL, for example in json_each). Nothing can be written. SQL \"-\" is read from "
	      "standard input. Tables and views are described in results/README.md; on top of "
	      "SQLite's own functions there are:\n", f);
	for (const struct sql_function_info *i = sql_function_infos; i->name != NULL; i++)
		fprintf(f, "\n  %s%s: %s", i->name, i->args, i->summary);
	return fclose(f) == 0 ? text : NULL;
}

static int open_and_run(const char *sql, const char *db_path, int format, const char *out)
{
	sj_error err = { 0 };
	sqlite3 *db;
	int rc = sql_open(db_path, &db, &err);

	if (rc != SJ_OK)
		return say_error(rc, &err);
	rc = run_query(db, sql, format, out);
	sqlite3_close(db);
	return rc;
}

int cmd_query(int argc, char **argv)
{
	const char *format_name = NULL, *out = NULL;
	bool json = false;
	const struct opt opts[] = {
		{ 'T', "format", OPT_STRING, &format_name, "FORMAT",
		  "box (the default), csv, md or json" },
		{ 'o', "output", OPT_STRING, &out, "FILE", "Write there instead of stdout." },
		{ 0, "json", OPT_FLAG, &json, NULL, "The same as -T json." },
		{ .name = NULL },
	};
	char *about = about_text(), *sql;
	int first, format, rc;

	rc = opts_parse(argc, argv, opts, "query [flags] SQL [DB]",
			about == NULL ? "" : about, &first);
	free(about);
	if (rc != 0)
		return rc > 0 ? 0 : sj_err_exit_status(SJ_EUSAGE);
	if (argc - first < 1 || argc - first > 2)
		return say_usage("query: expected SQL and at most one database, for example "
				 "sojourn query 'SELECT * FROM run' results.db");
	format = format_index(format_name, json);
	if (format < 0)
		return sj_err_exit_status(SJ_EUSAGE);
	sql = strcmp(argv[first], "-") == 0 ? read_stdin() : strdup(argv[first]);
	if (sql == NULL)
		return say_usage("query: standard input has no SQL");
	rc = open_and_run(sql, argc - first == 2 ? argv[first + 1] : NULL, format, out);
	free(sql);
	return rc;
}
