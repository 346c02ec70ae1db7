/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sql_open.h - any SQLite database, or an empty one, for reading with our functions. */
#ifndef SQL_OPEN_H
#define SQL_OPEN_H

#include <sqlite3.h>

#include "sojourn/types.h"

/*
 * `path` NULL: an empty database in memory. The caller closes *out with
 * sqlite3_close(). Through it a file cannot be changed.
 *
 * SJ_OK
 * SJ_ENOENT  no such file
 * SJ_EIO     a directory, no permission
 * SJ_EPARSE  not a SQLite database
 */
int sql_open(const char *path, sqlite3 **out, sj_error *err);

#endif
