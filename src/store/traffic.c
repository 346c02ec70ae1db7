/* SPDX-License-Identifier: GPL-3.0-or-later */
/* traffic.c - what is stored of a network, only on request: transfers and links. */
#include "store/store_priv.h"

int store_transfer(struct store *st, const sj_transfer_record *t, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_TRANSFER,
			    "INSERT INTO transfer VALUES (?,?,?,?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, (int64_t)t->seq);
	sqlite3_bind_int64(s, 3, t->task);
	if (t->from_task == UINT32_MAX)
		sqlite3_bind_null(s, 4);
	else
		sqlite3_bind_int64(s, 4, t->from_task);
	sqlite3_bind_int64(s, 5, t->from);
	sqlite3_bind_int64(s, 6, t->to);
	sqlite3_bind_int64(s, 7, (int64_t)t->bytes);
	sqlite3_bind_int64(s, 8, t->began_ns);
	if (t->flowing_ns == SJ_NEVER)
		sqlite3_bind_null(s, 9);
	else
		sqlite3_bind_int64(s, 9, t->flowing_ns);
	sqlite3_bind_int64(s, 10, t->ended_ns);
	sqlite3_bind_int64(s, 11, t->arrived);
	return store_step(st, s, err);
}

int store_link(struct store *st, const struct link_total *l, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_LINK, "INSERT INTO link VALUES (?,?,?,?,?,?,?,?)", &s, err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, l->link);
	sqlite3_bind_text(s, 3, l->info.name, -1, SQLITE_TRANSIENT);
	sqlite3_bind_double(s, 4, l->info.bytes_per_s);
	sqlite3_bind_int64(s, 5, l->info.latency_ns);
	sqlite3_bind_int64(s, 6, (int64_t)l->bytes);
	sqlite3_bind_int64(s, 7, l->busy_ns);
	sqlite3_bind_double(s, 8, l->peak_bytes_per_s);
	return store_step(st, s, err);
}

int store_sample_link(struct store *st, const struct link_stretch *l, sj_error *err)
{
	sqlite3_stmt *s;
	int rc = store_stmt(st, STMT_SAMPLE_LINK, "INSERT INTO sample_link VALUES (?,?,?,?,?)", &s,
			    err);

	if (rc != SJ_OK)
		return rc;
	sqlite3_bind_int64(s, 1, st->run);
	sqlite3_bind_int64(s, 2, l->link);
	sqlite3_bind_int64(s, 3, l->from_ns);
	sqlite3_bind_int64(s, 4, l->to_ns);
	sqlite3_bind_int64(s, 5, (int64_t)l->bytes);
	return store_step(st, s, err);
}
