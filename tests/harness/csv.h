/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv.h - reads comma-separated text with a header, by name of column. Quoted
 * fields may hold commas and doubled quotes; a field may not hold a line end.
 */
#ifndef HARNESS_CSV_H
#define HARNESS_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum { CSV_COLUMNS = 32 };

struct csv {
	char       *at;      /* the rest of the text, cut up while reading */
	const char *name[CSV_COLUMNS];
	const char *field[CSV_COLUMNS]; /* of the current row */
	int         columns;
};

/* `text` is changed and must outlive the reader. False: no header. */
bool csv_open(struct csv *c, char *text);
/* False at the end. Missing fields of a short row are "". */
bool csv_next(struct csv *c);
/* Number of the column, or -1. */
int  csv_column(const struct csv *c, const char *name);
/* A field of the current row by name; "" when there is no such column. */
const char *csv_field(const struct csv *c, const char *name);

/* A whole file, unpacked when it is gzip, with a 0 behind; NULL: cannot read. */
char *file_read(const char *path, size_t *size);

#endif
