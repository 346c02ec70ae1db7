/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query_out.h - the rows of a SELECT as a box, CSV, Markdown or JSON, as they come. */
#ifndef QUERY_OUT_H
#define QUERY_OUT_H

#include <sqlite3.h>
#include <stdio.h>

/* "box", "csv", "md", "json"; ends with NULL. */
extern const char *const query_formats[];

struct query_writer;
/* `format` is an index of query_formats. NULL when out of memory. */
struct query_writer *query_writer_create(int format, FILE *to);
void query_writer_free(struct query_writer *w);
/* Column names of `stmt`, before its first row. */
void query_writer_begin(struct query_writer *w, sqlite3_stmt *stmt);
void query_writer_row(struct query_writer *w, sqlite3_stmt *stmt);
/* SJ_OK, SJ_ENOMEM or SJ_EIO. */
int  query_writer_end(struct query_writer *w);

#endif
