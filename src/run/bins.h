/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bins.h - amounts over time in a bounded number of equal bins, while the end is not
 * yet known: the bins double in length whenever time outgrows them.
 *
 * Exact: the areas of a row's bins add up to the areas of all that was put into it,
 * however often they doubled. An addition costs the same however long it lasts.
 */
#ifndef BINS_H
#define BINS_H

#include "sojourn/types.h"

struct bins_row; /* of one thing, in memory once something was added */

struct bins {
	uint32_t          rows;
	uint32_t          count; /* of bins; even */
	sj_time           zero;  /* begin of the first bin */
	sj_time           width; /* of a bin, ns */
	sj_time           end;   /* latest that was added or reached */
	struct bins_row **row;
};

int  bins_init(struct bins *b, uint32_t rows, uint32_t count, sj_time zero); /* or SJ_ENOMEM */
void bins_fini(struct bins *b); /* zero-filled is fine */

/* `amount` of `row` in [from, to), from not before zero. SJ_OK or SJ_ENOMEM. */
int  bins_add(struct bins *b, uint32_t row, sj_time from, sj_time to, int64_t amount);
/* Time goes on to `at` at least, whether or not anything happens. */
void bins_reach(struct bins *b, sj_time at);

/* Bins up to `end`, and where each begins (and the last one ends). */
uint32_t bins_used(const struct bins *b);
sj_time  bins_begin(const struct bins *b, uint32_t bin);
/* Amount x ns in each used bin of a row. */
void     bins_areas(const struct bins *b, uint32_t row, __int128 *out);

#endif
