/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * migrate.c - files that an older program wrote.
 *
 * The schema only grows: by columns at the end of a table, and by tables. So an old
 * file that gets another run is brought up to date by grow_N.sql, and one that is
 * only read stays as it is: read_N.sql, N being its version, puts what it lacks
 * beside it. Both are to say what schema.sql says; a test compares them.
 */
#include "store/store_priv.h"

extern const char sj_sql_grow_2[], sj_sql_grow_3[], sj_sql_grow_4[], sj_sql_read_1[],
	sj_sql_read_2[], sj_sql_read_3[];

static const struct {
	int64_t     version; /* of the file */
	const char *grow;    /* to the next version */
	const char *read;    /* as the latest */
} steps[] = {
	{ 1, sj_sql_grow_2, sj_sql_read_1 },
	{ 2, sj_sql_grow_3, sj_sql_read_2 },
	{ 3, sj_sql_grow_4, sj_sql_read_3 },
};

int store_grow(struct store *st, int64_t version, sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == SJ_OK; i++)
		if (steps[i].version >= version)
			rc = store_exec(st, steps[i].grow, err);
	return rc;
}

int store_read_old(struct store *st, int64_t version, sj_error *err)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].version == version)
			return store_exec(st, steps[i].read, err);
	return SJ_OK;
}
