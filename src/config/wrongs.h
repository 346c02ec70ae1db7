/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wrongs.h - everything that is wrong with a text, each with line and column. */
#ifndef WRONGS_H
#define WRONGS_H

#include <stdarg.h>

#include "sojourn/types.h"

enum { WRONGS_MAX = 100 /* kept; the rest is counted */ };

/* Counted from 1, columns in characters. Line 0: nowhere, that is, not given. */
struct text_mark {
	uint32_t line, col;
};

struct wrongs;

/* `name` of the text begins every sentence. NULL: no memory. */
struct wrongs *wrongs_create(const char *name);
void           wrongs_free(struct wrongs *w); /* accepts NULL */

void   wrongs_add(struct wrongs *w, struct text_mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void   wrongs_addv(struct wrongs *w, struct text_mark at, const char *fmt, va_list args);
/* Further ones are only counted: no use in looking for suggestions. */
bool   wrongs_full(const struct wrongs *w);
/* How many were found, also beyond those kept. */
size_t wrongs_count(const struct wrongs *w);
/* Sorts by position. NULL: out of memory or none; else `*kept` sentences
 * "name:line:col: what", which live as long as `w`. */
const char *const *wrongs_sentences(struct wrongs *w, size_t *kept);
/* The first one and how many more there are, as an error: SJ_EPARSE, or SJ_ENOMEM. */
int    wrongs_error(struct wrongs *w, sj_error *err);

#endif
