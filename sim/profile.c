/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.c - free processors over future time, in blocks of at most BLOCK steps.
 *
 * A directory entry per block holds what searches look at first: when the block
 * begins, its least and greatest value, and an amount still to be added to all
 * of its steps. So adding to a long interval touches the directory and at most
 * two blocks, and a search hops over blocks that cannot begin or end a hole.
 * Neighbouring steps always differ in value: the profile stays as short as it
 * can be.
 */
#include "sojourn/profile.h"

#include <assert.h>
#include <string.h>

#define BLOCK 64u
#define JOIN  (BLOCK / 2) /* two neighbours that fit in this become one */

struct block {
	sj_time       at[BLOCK];
	int64_t       value[BLOCK]; /* without the entry's `lazy` */
	struct block *next;         /* in the list of unused blocks */
};

struct entry {
	sj_time       first;     /* at[0] of the block */
	int64_t       lazy;      /* to be added to every value of the block */
	int64_t       min, max;  /* of the values, lazy included */
	uint32_t      count;     /* >= 1 */
	struct block *b;
};

struct sj_profile {
	sj_ctx       *cx;
	struct entry *dir;
	size_t        count, cap; /* entries */
	struct block *unused;
};

/* A step: entry and index in its block. */
struct step {
	size_t   x;
	uint32_t i;
};

/* ---- blocks ----------------------------------------------------------------- */

static struct block *block_take(sj_profile *p)
{
	struct block *b = p->unused;

	if (b == NULL)
		return sj_alloc(p->cx, sizeof(*b));
	p->unused = b->next;
	return b;
}

static void block_give(sj_profile *p, struct block *b)
{
	b->next = p->unused;
	p->unused = b;
}

static void entry_bounds(struct entry *e)
{
	const int64_t *v = e->b->value;
	int64_t lo = v[0], hi = v[0];

	for (uint32_t i = 1; i < e->count; i++) {
		lo = v[i] < lo ? v[i] : lo;
		hi = v[i] > hi ? v[i] : hi;
	}
	e->min = lo + e->lazy;
	e->max = hi + e->lazy;
}

/* Room for one more entry, at x. */
static struct entry *dir_open(sj_profile *p, size_t x)
{
	if (p->count == p->cap) {
		size_t cap = p->cap * 2;

		p->dir = sj_grow(p->cx, p->dir, p->cap * sizeof(*p->dir), cap * sizeof(*p->dir));
		p->cap = cap;
	}
	memmove(p->dir + x + 1, p->dir + x, (p->count - x) * sizeof(*p->dir));
	p->count++;
	return &p->dir[x];
}

static void dir_close(sj_profile *p, size_t x)
{
	block_give(p, p->dir[x].b);
	memmove(p->dir + x, p->dir + x + 1, (p->count - x - 1) * sizeof(*p->dir));
	p->count--;
}

static void block_split(sj_profile *p, size_t x)
{
	struct entry *upper = dir_open(p, x + 1), *lower = &p->dir[x];
	const uint32_t half = BLOCK / 2;

	*upper = (struct entry){ .first = lower->b->at[half], .lazy = lower->lazy,
				 .count = BLOCK - half, .b = block_take(p) };
	memcpy(upper->b->at, lower->b->at + half, (BLOCK - half) * sizeof(sj_time));
	memcpy(upper->b->value, lower->b->value + half, (BLOCK - half) * sizeof(int64_t));
	lower->count = half;
	entry_bounds(lower);
	entry_bounds(upper);
}

/* Appends the block of x + 1 to that of x when both are small. */
static void block_join(sj_profile *p, size_t x)
{
	struct entry *a = &p->dir[x], *b = a + 1;

	if (x + 1 >= p->count || a->count + b->count > JOIN)
		return;
	for (uint32_t i = 0; i < b->count; i++) {
		a->b->at[a->count + i] = b->b->at[i];
		a->b->value[a->count + i] = b->b->value[i] + b->lazy - a->lazy;
	}
	a->count += b->count;
	a->min = b->min < a->min ? b->min : a->min;
	a->max = b->max > a->max ? b->max : a->max;
	dir_close(p, x + 1);
}

/* ---- steps ---------------------------------------------------------------------- */

/* The entry that covers t; the first one for a t before everything. */
static size_t entry_find(const sj_profile *p, sj_time t)
{
	size_t lo = 0, n = p->count;

	while (n > 1) {
		size_t half = n / 2;

		lo = p->dir[lo + half].first <= t ? lo + half : lo;
		n -= half;
	}
	return lo;
}

/* The step that covers t. */
static struct step step_find(const sj_profile *p, sj_time t)
{
	size_t x = entry_find(p, t);
	const sj_time *at = p->dir[x].b->at;
	uint32_t lo = 0, n = p->dir[x].count;

	while (n > 1) {
		uint32_t half = n / 2;

		lo = at[lo + half] <= t ? lo + half : lo;
		n -= half;
	}
	return (struct step){ x, lo };
}

/*
 * Makes a step begin at t, which is not before the origin; *made tells that it
 * is new. A new step leaves the bounds of its block as they are.
 */
static struct step step_cut(sj_profile *p, sj_time t, bool *made)
{
	struct step s = step_find(p, t);
	struct entry *e = &p->dir[s.x];
	struct block *b = e->b;

	*made = b->at[s.i] != t;
	if (!*made)
		return s;
	if (e->count == BLOCK) {
		block_split(p, s.x);
		if (s.i >= BLOCK / 2) {
			s.x++;
			s.i -= BLOCK / 2;
		}
		e = &p->dir[s.x];
		b = e->b;
	}
	s.i++;
	memmove(b->at + s.i + 1, b->at + s.i, (e->count - s.i) * sizeof(sj_time));
	memmove(b->value + s.i + 1, b->value + s.i, (e->count - s.i) * sizeof(int64_t));
	b->at[s.i] = t;
	b->value[s.i] = b->value[s.i - 1];
	e->count++;
	return s;
}

static void step_drop(sj_profile *p, struct step s)
{
	struct entry *e = &p->dir[s.x];
	struct block *b = e->b;

	e->count--;
	if (e->count == 0) {
		dir_close(p, s.x);
		return;
	}
	memmove(b->at + s.i, b->at + s.i + 1, (e->count - s.i) * sizeof(sj_time));
	memmove(b->value + s.i, b->value + s.i + 1, (e->count - s.i) * sizeof(int64_t));
	e->first = b->at[0];
	entry_bounds(e);
	block_join(p, s.x);
	if (s.x > 0)
		block_join(p, s.x - 1);
}

/* Drops the step that begins at t if its left neighbour has the same value. */
static void step_merge(sj_profile *p, sj_time t)
{
	struct step s = step_find(p, t);
	const struct entry *e = &p->dir[s.x], *l = s.i > 0 ? e : e - 1;

	assert(e->b->at[s.i] == t);
	if (s.i == 0 && s.x == 0)
		return;
	if (l->b->value[s.i > 0 ? s.i - 1 : l->count - 1] + l->lazy == e->b->value[s.i] + e->lazy)
		step_drop(p, s);
}

/* ---- changing -------------------------------------------------------------------- */

sj_profile *sj_profile_create(sj_ctx *cx, uint32_t total, sj_time from)
{
	sj_profile *p = sj_alloc(cx, sizeof(*p));

	p->cx = cx;
	p->cap = 16;
	p->dir = sj_alloc(cx, p->cap * sizeof(*p->dir));
	p->dir[0].b = block_take(p);
	p->count = 1;
	sj_profile_reset(p, total, from);
	return p;
}

void sj_profile_reset(sj_profile *p, uint32_t total, sj_time from)
{
	struct entry *e = &p->dir[0];

	while (p->count > 1)
		block_give(p, p->dir[--p->count].b);
	*e = (struct entry){ .first = from, .min = total, .max = total, .count = 1, .b = e->b };
	e->b->at[0] = from;
	e->b->value[0] = total;
}

void sj_profile_copy(sj_profile *to, const sj_profile *from)
{
	while (to->count > from->count)
		block_give(to, to->dir[--to->count].b);
	while (to->count < from->count)
		dir_open(to, to->count)->b = block_take(to);
	for (size_t x = 0; x < from->count; x++) {
		struct block *b = to->dir[x].b;

		to->dir[x] = from->dir[x];
		to->dir[x].b = b;
		memcpy(b->at, from->dir[x].b->at, from->dir[x].count * sizeof(sj_time));
		memcpy(b->value, from->dir[x].b->value, from->dir[x].count * sizeof(int64_t));
	}
}

/* Adds to steps [i, end) of one block. */
static void entry_add(struct entry *e, uint32_t i, uint32_t end, int64_t delta)
{
	int64_t *v = e->b->value;

	if (i == 0 && end == e->count) {
		e->lazy += delta;
		e->min += delta;
		e->max += delta;
		return;
	}
	for (; i < end; i++)
		v[i] += delta;
	entry_bounds(e);
}

void sj_profile_add(sj_profile *p, sj_time from, sj_time to, int64_t delta)
{
	bool made_from, made_to = true;
	struct step a, z;

	from = from > p->dir[0].first ? from : p->dir[0].first;
	if (from >= to || delta == 0)
		return;
	/* The later cut first: it does not move the earlier one's step. */
	z = (struct step){ p->count, 0 };
	if (to != SJ_NEVER) {
		size_t blocks = p->count;

		z = step_cut(p, to, &made_to);
		a = step_cut(p, from, &made_from);
		if (p->count != blocks || a.x == z.x)
			z = step_find(p, to);
	} else {
		a = step_cut(p, from, &made_from);
		z.x = p->count;
	}
	for (size_t x = a.x; x <= z.x && x < p->count; x++) {
		uint32_t end = x == z.x ? z.i : p->dir[x].count;

		entry_add(&p->dir[x], x == a.x ? a.i : 0, end, delta);
	}
	/* A step that is new differs from its neighbour by delta. */
	if (!made_to)
		step_merge(p, to);
	if (!made_from)
		step_merge(p, from);
}

void sj_profile_trim(sj_profile *p, sj_time t)
{
	struct step s = step_find(p, t);
	struct entry *e;

	if (t <= p->dir[0].first)
		return;
	for (size_t x = 0; x < s.x; x++)
		block_give(p, p->dir[x].b);
	memmove(p->dir, p->dir + s.x, (p->count - s.x) * sizeof(*p->dir));
	p->count -= s.x;
	e = &p->dir[0];
	if (s.i > 0) {
		e->count -= s.i;
		memmove(e->b->at, e->b->at + s.i, e->count * sizeof(sj_time));
		memmove(e->b->value, e->b->value + s.i, e->count * sizeof(int64_t));
		entry_bounds(e);
	}
	e->b->at[0] = t;
	e->first = t;
	block_join(p, 0);
}

/* ---- asking ------------------------------------------------------------------------ */

/*
 * The earliest s in [from, limit) with `width` free until min(s + length, cap).
 * Alternates between two searches: for a step that is high enough, then for one
 * that is not.
 */
static sj_time find(const sj_profile *p, int64_t width, sj_time length, sj_time from,
		    sj_time limit, sj_time cap)
{
	struct step at = step_find(p, from);
	bool inside = false; /* a run of steps that are high enough, from s on */
	sj_time s = limit, until = cap;

	for (size_t x = at.x; x < p->count; x++) {
		const struct entry *e = &p->dir[x];
		const sj_time *t = e->b->at;
		const int64_t *v = e->b->value, need = width - e->lazy;
		uint32_t i = x == at.x ? at.i : 0, n = e->count;

		if (e->first >= (inside ? until : limit))
			return s;
		if (inside ? e->min >= width : e->max < width)
			continue;
		for (;;) {
			if (inside) {
				while (i < n && v[i] >= need)
					i++;
				if (i == n)
					break;
				if (t[i] >= until)
					return s;
				inside = false;
				s = limit;
			}
			while (i < n && v[i] < need)
				i++;
			if (i == n)
				break;
			s = t[i] > from ? t[i] : from;
			if (s >= limit)
				return limit;
			inside = true;
			until = cap - s > length ? s + length : cap;
		}
	}
	return s;
}

sj_time sj_profile_find(const sj_profile *p, int64_t width, sj_time length, sj_time from,
			sj_time limit)
{
	from = from > p->dir[0].first ? from : p->dir[0].first;
	if (width <= 0 || from >= limit)
		return from < limit ? from : limit;
	return find(p, width, length > 0 ? length : 1, from, limit, SJ_NEVER);
}

sj_time sj_profile_find_earlier(const sj_profile *p, int64_t width, sj_time length,
				sj_time from, sj_time limit, sj_time held)
{
	from = from > p->dir[0].first ? from : p->dir[0].first;
	if (width <= 0 || from >= limit)
		return from < limit ? from : limit;
	return find(p, width, length > 0 ? length : 1, from, limit, held);
}

int64_t sj_profile_at(const sj_profile *p, sj_time t)
{
	struct step s = step_find(p, t);

	return p->dir[s.x].b->value[s.i] + p->dir[s.x].lazy;
}

int64_t sj_profile_max(const sj_profile *p, sj_time from, sj_time to)
{
	struct step s = step_find(p, from);
	int64_t max = sj_profile_at(p, from);

	for (size_t x = s.x; x < p->count && p->dir[x].first < to; x++) {
		const struct entry *e = &p->dir[x];
		bool whole = x + 1 < p->count && p->dir[x + 1].first <= to;

		if (e->max <= max)
			continue;
		if (whole && x > s.x) {
			max = e->max;
			continue;
		}
		for (uint32_t i = x == s.x ? s.i : 0; i < e->count && e->b->at[i] < to; i++)
			if (e->b->value[i] + e->lazy > max)
				max = e->b->value[i] + e->lazy;
	}
	return max;
}

size_t sj_profile_steps(const sj_profile *p)
{
	size_t n = 0;

	for (size_t x = 0; x < p->count; x++)
		n += p->dir[x].count;
	return n;
}
