/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.h - the rows of one run, by a query of plots/. */
#ifndef PLOT_QUERY_H
#define PLOT_QUERY_H

#include <sqlite3.h>

#include "plot/runs.h"

struct plot_query {
	sqlite3_stmt *st;
	struct store *db;
	uint64_t      rows;
};

/* Prepares `sql` for one run; :run, :first_id and :last_id (of its job rows) are
 * bound where the text has them. */
int  plot_query_open(const struct plot_runs *runs, const struct plot_run *run,
		     const char *sql, struct plot_query *q, sj_error *err);
void plot_query_text(struct plot_query *q, const char *name, const char *value);
void plot_query_int(struct plot_query *q, const char *name, int64_t value);
/* SJ_OK: a row is there, read it with sqlite3_column_*(q->st). SJ_END, an
 * SQLite failure, or SJ_EINTR. */
int  plot_query_next(struct plot_query *q, sj_error *err);
void plot_query_close(struct plot_query *q);

#endif
