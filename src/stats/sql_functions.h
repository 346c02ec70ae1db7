/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sql_functions.h - the statistics of this folder as functions of SQL.
 *
 *     SELECT policy, median(wait_ns) / 1e9, jain(bsld(wait_ns, run_ns)) FROM ...
 *
 * Aggregates skip rows whose value is NULL; what is undefined is NULL; a text that
 * is not a number is an error. docs/QUERY.md has examples of each.
 */
#ifndef SQL_FUNCTIONS_H
#define SQL_FUNCTIONS_H

#include <sqlite3.h>

#include "sojourn/types.h"

struct sql_function_info {
	const char *name, *args; /* "quantile", "(x, q)" */
	const char *summary;
};
/* For help and docs: aggregates, then scalars; ends with a NULL name. */
extern const struct sql_function_info sql_function_infos[];

/* SJ_OK, or SJ_ENOMEM. */
int sql_functions_register(sqlite3 *db, sj_error *err);

#endif
