/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.c - see query.h. */
#include "plot/query.h"

#include "cli/cli.h"

#define ROWS_BETWEEN_LOOKS 65536 /* at the interrupt flag */

int plot_query_open(const struct plot_runs *runs, const struct plot_run *run,
		    const char *sql, struct plot_query *q, sj_error *err)
{
	*q = (struct plot_query){ .db = runs->db[run->db] };
	if (sqlite3_prepare_v2(store_db(q->db), sql, -1, &q->st, NULL) != SQLITE_OK)
		return store_fail(q->db, err);
	plot_query_int(q, ":run", run->id);
	plot_query_int(q, ":first_id", run->id << 32);
	plot_query_int(q, ":last_id", (run->id << 32) | UINT32_MAX);
	return SJ_OK;
}

void plot_query_text(struct plot_query *q, const char *name, const char *value)
{
	int at = sqlite3_bind_parameter_index(q->st, name);

	if (at > 0)
		sqlite3_bind_text(q->st, at, value, -1, SQLITE_TRANSIENT);
}

void plot_query_int(struct plot_query *q, const char *name, int64_t value)
{
	int at = sqlite3_bind_parameter_index(q->st, name);

	if (at > 0)
		sqlite3_bind_int64(q->st, at, value);
}

int plot_query_next(struct plot_query *q, sj_error *err)
{
	int rc;

	if (++q->rows % ROWS_BETWEEN_LOOKS == 0 && interrupted)
		return sj_fail(err, SJ_EINTR, "interrupted; nothing was drawn");
	rc = sqlite3_step(q->st);
	if (rc == SQLITE_ROW)
		return SJ_OK;
	return rc == SQLITE_DONE ? SJ_END : store_fail(q->db, err);
}

void plot_query_close(struct plot_query *q)
{
	sqlite3_finalize(q->st);
	q->st = NULL;
}

