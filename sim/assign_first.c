/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assign_first.c - among all optimal assignments the one where row 0 has the lowest column,
 * then row 1, and so on; see sojourn/assign.h.
 *
 * All optima use tight pairs only, those whose cost is the sum of their potentials. So a row
 * can have a column if whoever has it can move on over tight pairs, until somebody takes the
 * column that the row gives up. Sides of different size are made equal in thought: rows
 * beyond the last column are in one heap OUT, columns without a row in another.
 */
#include "assign_parts.h"

#define OUT(s) ((s)->cols) /* the column of rows that have none */

/* The problem as the caller sees it. */
struct sides {
	struct assign *a;
	bool      turned;
	uint32_t  rows, cols;
	uint32_t *col, *row;
	int64_t  *u, *v;
	uint32_t *next;   /* of a column that can be had: where its row would go; NONE: not */
	uint32_t *queue;
	uint32_t  queued;
	uint32_t  loose;  /* the row without a column that would come in; NONE */
};

static bool tight(const struct sides *s, uint32_t r, uint32_t c)
{
	size_t at = s->turned ? (size_t)c * s->a->m + r : (size_t)r * s->a->m + c;

	return s->a->cost[at] == s->u[r] + s->v[c];
}

static void can_be_had(struct sides *s, uint32_t c, uint32_t next)
{
	if (s->next[c] != NONE)
		return;
	s->next[c] = next;
	s->queue[s->queued++] = c;
}

/* Whoever could move to column c, of the rows behind r, gives up another one. */
static void move_to(struct sides *s, uint32_t r, uint32_t c)
{
	for (uint32_t k = r + 1; k < s->rows; k++) {
		uint32_t has = s->col[k] != NONE ? s->col[k] : OUT(s);

		if (s->next[has] != NONE || !(c == OUT(s) ? s->u[k] == 0 : tight(s, k, c)))
			continue;
		if (has == OUT(s))
			s->loose = k;
		can_be_had(s, has, c);
	}
	if (s->cols > s->rows && s->v[c] == 0)
		for (uint32_t free = 0; free < s->cols; free++)
			if (s->row[free] == NONE)
				can_be_had(s, free, c);
}

static void take(struct sides *s, uint32_t r, uint32_t c)
{
	uint32_t old = s->col[r] != NONE ? s->col[r] : OUT(s);

	for (uint32_t k = r; ; ) {
		uint32_t who = c == OUT(s) ? s->loose : s->row[c];

		if (k != NONE)
			s->col[k] = c == OUT(s) ? NONE : c;
		if (c != OUT(s))
			s->row[c] = k;
		if (c == old)
			return;
		k = who;
		c = s->next[c];
	}
}

/* Could r have a lower column at all? Most often not, and that is seen at once. */
static bool might(const struct sides *s, uint32_t r, uint32_t below)
{
	for (uint32_t c = 0; c < below; c++)
		if (tight(s, r, c))
			return true;
	return false;
}

static void settle(struct sides *s, uint32_t r)
{
	uint32_t has = s->col[r] != NONE ? s->col[r] : OUT(s);

	if (!might(s, r, has))
		return;
	for (uint32_t c = 0; c <= s->cols; c++)
		s->next[c] = NONE;
	s->queued = 0;
	can_be_had(s, has, has);
	for (uint32_t i = 0; i < s->queued; i++)
		move_to(s, r, s->queue[i]);
	for (uint32_t c = 0; c < has; c++)
		if (s->next[c] != NONE && tight(s, r, c)) {
			take(s, r, c);
			return;
		}
}

void assign_first(struct assign *a, bool turned)
{
	struct sides s = { .a = a, .turned = turned };

	s.rows = turned ? a->m : a->n;
	s.cols = turned ? a->n : a->m;
	s.col = turned ? a->row : a->col;
	s.row = turned ? a->col : a->row;
	s.u = turned ? a->v : a->u;
	s.v = turned ? a->u : a->v;
	s.next = a->from;
	s.queue = a->list;
	for (uint32_t r = 0; r < s.rows; r++)
		settle(&s, r);
}
