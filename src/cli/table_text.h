/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table_text.h - tables for the eye: a box of lines, columns as wide as needed.
 *
 *     struct table_text *t = table_text_create();
 *     table_text_row(t, "policy", "mean wait [s]", NULL);
 *     table_text_rule(t);
 *     table_text_row(t, "fifo", "388,123", NULL);
 *     rc = table_text_print(t, stdout, table_text_unicode(stdout));
 *     table_text_free(t);
 *
 * The first row is the header. A column whose body cells all look like numbers
 * ("1,204.5", "-3 %", "0.93 [0.91, 0.95]", "-") is set to the right. Cells are UTF-8;
 * text is copied. Out of memory is remembered and told by table_text_print().
 */
#ifndef TABLE_TEXT_H
#define TABLE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct table_text;

/* NULL when out of memory; the other functions accept NULL. */
struct table_text *table_text_create(void);
void table_text_free(struct table_text *t);

/* A whole row; ends with NULL. Missing cells at its end are empty. */
void table_text_row(struct table_text *t, ...) __attribute__((sentinel));
/* The same row cell by cell. NULL is an empty cell. */
void table_text_cell(struct table_text *t, const char *text);
void table_text_cellf(struct table_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void table_text_end_row(struct table_text *t);
/* A line between what came before and what comes next. */
void table_text_rule(struct table_text *t);
/* Sets column `column` to 'l' or 'r' whatever its cells look like. */
void table_text_align(struct table_text *t, unsigned column, char side);

/* Whether lines may be drawn with Unicode: `to` is a terminal that reads UTF-8. */
bool table_text_unicode(FILE *to);
/* SJ_OK, SJ_ENOMEM or SJ_EIO. With `unicode` false: -, | and +. */
int  table_text_print(const struct table_text *t, FILE *to, bool unicode);

/* Display columns of a UTF-8 string; combining marks count 0, wide signs 2. */
unsigned table_text_width(const char *s);

#endif
