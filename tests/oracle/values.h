/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.h - lets `sojourn query` compute on the numbers of a case. */
#ifndef VALUES_H
#define VALUES_H

#include "check.h"

/* One expected value and the SQL expression that must give it. */
struct shown_as {
	const char *key, *sql;
};

/*
 * A results database to ask: of a run of one job, since `query` wants one and
 * none of these questions is about its content. NULL after a report.
 */
const char *values_db(struct check *k);

/* "(VALUES (i, x), ...)" of the inputs' array `key`; one column more per key. */
char *values_of(struct check *k, const char *const *keys, int count);

/*
 * Compares one row, `SELECT table[0].sql, ... FROM from`, with what the case
 * expects. A text that is a JSON array is compared as such. The table ends with a
 * NULL key.
 */
void values_compare(struct check *k, const char *db, const char *from,
		    const struct shown_as *table);

#endif
