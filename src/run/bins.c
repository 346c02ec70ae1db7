/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bins.c - a row is a sum of steps. A step up by x at time t adds x to the level of all
 * later bins, and to its own bin the area behind t. Two bins that become one turn a step
 * between them into area of the first, so nothing is ever rounded.
 */
#include "run/bins.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_WIDTH INT64_C(1024) /* ns; a doubling costs little and finds the scale */

struct bins_row {
	__int128 *area;   /* of a bin, beside its level x width; signed on the way */
	int64_t  *change; /* of the level at the begin of a bin; one more than bins */
};

int bins_init(struct bins *b, uint32_t rows, uint32_t count, sj_time zero)
{
	assert(count > 0 && count % 2 == 0);
	*b = (struct bins){ .rows = rows, .count = count, .zero = zero, .width = FIRST_WIDTH,
			    .end = zero };
	b->row = calloc((size_t)rows + 1, sizeof(*b->row));
	return b->row != NULL ? SJ_OK : SJ_ENOMEM;
}

void bins_fini(struct bins *b)
{
	for (uint32_t i = 0; b->row != NULL && i < b->rows; i++)
		free(b->row[i]);
	free(b->row);
	*b = (struct bins){ 0 };
}

static struct bins_row *row_of(struct bins *b, uint32_t i)
{
	size_t areas = b->count * sizeof(__int128), changes = (b->count + 1u) * sizeof(int64_t);
	/* The areas stand where malloc's alignment suits them. */
	size_t head = (sizeof(struct bins_row) + 15) / 16 * 16;
	struct bins_row *r;

	if (b->row[i] != NULL)
		return b->row[i];
	r = calloc(1, head + areas + changes);
	if (r == NULL)
		return NULL;
	r->area = (__int128 *)(void *)((char *)r + head);
	r->change = (int64_t *)(void *)((char *)r + head + areas);
	b->row[i] = r;
	return r;
}

static void double_row(struct bins_row *r, uint32_t count, sj_time width)
{
	for (uint32_t i = 0; i < count / 2; i++) {
		int64_t between = r->change[2 * i + 1];

		r->area[i] = r->area[2 * i] + r->area[2 * i + 1] + (__int128)between * width;
		r->change[i] = r->change[2 * i];
		r->change[2 * i + 2] += between;
	}
	r->change[count / 2] = r->change[count];
	memset(&r->area[count / 2], 0, count / 2 * sizeof(r->area[0]));
	memset(&r->change[count / 2 + 1], 0, count / 2 * sizeof(r->change[0]));
}

void bins_reach(struct bins *b, sj_time at)
{
	while ((at - b->zero - 1) / b->width >= b->count) {
		for (uint32_t i = 0; i < b->rows; i++)
			if (b->row[i] != NULL)
				double_row(b->row[i], b->count, b->width);
		b->width *= 2;
	}
	if (at > b->end)
		b->end = at;
}

static void step(const struct bins *b, struct bins_row *r, sj_time at, int64_t amount)
{
	sj_time off = at - b->zero, rest = off % b->width;
	uint32_t bin = (uint32_t)(off / b->width);

	if (rest != 0) {
		r->area[bin] += (__int128)amount * (b->width - rest);
		bin++;
	}
	r->change[bin] += amount;
}

int bins_add(struct bins *b, uint32_t row, sj_time from, sj_time to, int64_t amount)
{
	struct bins_row *r;

	assert(from >= b->zero);
	if (from >= to || amount == 0)
		return SJ_OK;
	bins_reach(b, to);
	r = row_of(b, row);
	if (r == NULL)
		return SJ_ENOMEM;
	step(b, r, from, amount);
	step(b, r, to, -amount);
	return SJ_OK;
}

uint32_t bins_used(const struct bins *b)
{
	return b->end > b->zero ? (uint32_t)((b->end - b->zero - 1) / b->width) + 1 : 0;
}

sj_time bins_begin(const struct bins *b, uint32_t bin)
{
	return bin < bins_used(b) ? b->zero + (sj_time)bin * b->width : b->end;
}

void bins_areas(const struct bins *b, uint32_t row, __int128 *out)
{
	const struct bins_row *r = b->row[row];
	uint32_t used = bins_used(b);
	int64_t level = 0;

	for (uint32_t i = 0; i < used; i++) {
		level += r != NULL ? r->change[i] : 0;
		out[i] = r != NULL ? r->area[i] + (__int128)level * b->width : 0;
	}
}
