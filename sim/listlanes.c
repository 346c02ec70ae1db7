/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listlanes.c - see listlanes.h. */
#include "listlanes.h"

static inline sj_time later(sj_time a, sj_time b)
{
	return a > b ? a : b;
}

void lanes_init(struct lanes *l, sj_ctx *cx)
{
	*l = (struct lanes){ .cx = cx, .free = NO_SLOT };
}

void lanes_grow(struct lanes *l, uint32_t count)
{
	if (count <= l->count)
		return;
	l->lane = sj_grow(l->cx, l->lane, l->count * sizeof(*l->lane),
			  count * sizeof(*l->lane));
	for (uint32_t i = l->count; i < count; i++)
		l->lane[i] = (struct lane){ .root = NO_SLOT };
	l->count = count;
}

/* ---- the tree ---------------------------------------------------------------------------- */

static bool before(const struct slot *a, const struct slot *b)
{
	if (a->start != b->start)
		return a->start < b->start;
	if (a->end != b->end)
		return a->end < b->end;
	return a->seq < b->seq;
}

static void pull(struct lanes *l, uint32_t v)
{
	struct slot *s = &l->slot[v];

	s->first = s->start;
	s->last = s->end;
	s->gap = 0;
	if (s->left != NO_SLOT) {
		const struct slot *a = &l->slot[s->left];

		s->first = a->first;
		s->gap = later(a->gap, s->start - a->last);
	}
	if (s->right != NO_SLOT) {
		const struct slot *b = &l->slot[s->right];

		s->last = b->last;
		s->gap = later(s->gap, later(b->gap, b->first - s->end));
	}
}

/* Slots before `at` and the others. */
static void split(struct lanes *l, uint32_t v, const struct slot *at, uint32_t *low,
		  uint32_t *high)
{
	if (v == NO_SLOT) {
		*low = *high = NO_SLOT;
	} else if (before(&l->slot[v], at)) {
		split(l, l->slot[v].right, at, &l->slot[v].right, high);
		*low = v;
		pull(l, v);
	} else {
		split(l, l->slot[v].left, at, low, &l->slot[v].left);
		*high = v;
		pull(l, v);
	}
}

static uint32_t merge(struct lanes *l, uint32_t a, uint32_t b)
{
	if (a == NO_SLOT || b == NO_SLOT)
		return a == NO_SLOT ? b : a;
	if (l->slot[a].hash > l->slot[b].hash) {
		l->slot[a].right = merge(l, l->slot[a].right, b);
		pull(l, a);
		return a;
	}
	l->slot[b].left = merge(l, a, l->slot[b].left);
	pull(l, b);
	return b;
}

static void insert(struct lanes *l, uint32_t *at, uint32_t v)
{
	struct slot *s = &l->slot[v];

	if (*at == NO_SLOT || s->hash > l->slot[*at].hash) {
		split(l, *at, s, &s->left, &s->right);
		*at = v;
	} else {
		insert(l, before(s, &l->slot[*at]) ? &l->slot[*at].left : &l->slot[*at].right, v);
	}
	pull(l, *at);
}

static void take_out(struct lanes *l, uint32_t *at, uint32_t v)
{
	if (*at == v) {
		*at = merge(l, l->slot[v].left, l->slot[v].right);
		return;
	}
	take_out(l, before(&l->slot[v], &l->slot[*at]) ? &l->slot[*at].left : &l->slot[*at].right,
		 v);
	pull(l, *at);
}

/* ---- gaps -------------------------------------------------------------------------------- */

/* Walks the subtree; *from is the earliest time behind what was walked over. */
static bool find_gap(const struct lanes *l, uint32_t v, sj_time length, sj_time *from)
{
	const struct slot *s = v != NO_SLOT ? &l->slot[v] : NULL;

	if (s == NULL || (s->last <= *from && s->first < *from))
		return false;
	if (s->first - *from >= length)
		return true;
	if (s->first >= *from && s->gap < length) {
		*from = s->last;
		return false;
	}
	if (find_gap(l, s->left, length, from))
		return true;
	if (s->start - *from >= length)
		return true;
	*from = later(*from, s->end);
	return find_gap(l, s->right, length, from);
}

sj_time lanes_gap(const struct lanes *l, uint32_t lane, sj_time from, sj_time length, bool append)
{
	const struct lane *x = &l->lane[lane];

	if (x->busy)
		from = later(from, x->busy_until);
	if (x->root == NO_SLOT)
		return from;
	if (append || l->slot[x->root].last <= from)
		return later(from, l->slot[x->root].last);
	find_gap(l, x->root, length, &from);
	return from;
}

/* ---- slots ------------------------------------------------------------------------------- */

static uint32_t hash_of(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(x >> 32);
}

static void more_slots(struct lanes *l)
{
	uint32_t count = l->slots != 0 ? 2 * l->slots : 64;

	l->slot = sj_grow(l->cx, l->slot, l->slots * sizeof(*l->slot), count * sizeof(*l->slot));
	for (uint32_t i = count; i-- != l->slots;) {
		l->slot[i].chain = l->free;
		l->free = i;
	}
	l->slots = count;
}

uint32_t lanes_promise(struct lanes *l, uint32_t lane, sj_time start, sj_time end, uint64_t seq,
		       uint32_t task, uint32_t chain)
{
	uint32_t v;

	if (l->free == NO_SLOT)
		more_slots(l);
	v = l->free;
	l->free = l->slot[v].chain;
	l->slot[v] = (struct slot){ .start = start, .end = end, .seq = seq, .lane = lane,
				    .hash = hash_of(++l->seq), .task = task, .chain = chain,
				    .left = NO_SLOT, .right = NO_SLOT };
	insert(l, &l->lane[lane].root, v);
	return v;
}

void lanes_take(struct lanes *l, uint32_t slot)
{
	take_out(l, &l->lane[l->slot[slot].lane].root, slot);
}

void lanes_let_go(struct lanes *l, uint32_t slot)
{
	l->slot[slot].chain = l->free;
	l->free = slot;
}

uint32_t lanes_head(const struct lanes *l, uint32_t lane)
{
	uint32_t v = l->lane[lane].root;

	while (v != NO_SLOT && l->slot[v].left != NO_SLOT)
		v = l->slot[v].left;
	return v;
}
