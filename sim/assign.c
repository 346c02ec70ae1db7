/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assign.c - the assignment problem; see sojourn/assign.h.
 *
 * Most rows get their column by reduction: a row takes the column that is cheapest for it,
 * whose potential falls until the second cheapest is as good, and sends away who had it. The
 * rest are added one by one, each along a shortest path in reduced costs to a free column.
 */
#include <stdlib.h>

#include "assign_parts.h"

/* ---- the problem -------------------------------------------------------------------------- */

/* Costs from 0 on, and what stands for a forbidden pair: more than all other pairs of an
 * optimum together. Bits that could overflow a path of 2 n costs are shifted out. */
static void copy_costs(struct assign *a, uint32_t rows, uint32_t cols, const int64_t *cost)
{
	int64_t least = INT64_MAX, most = INT64_MIN;
	size_t all = (size_t)rows * cols;
	uint64_t range, limit = (UINT64_C(1) << 61) / a->n;
	bool turned = rows > cols, never = false;
	unsigned shift = 0;

	for (size_t i = 0; i < all; i++) {
		if (cost[i] == SJ_ASSIGN_NEVER) {
			never = true;
			continue;
		}
		least = cost[i] < least ? cost[i] : least;
		most = cost[i] > most ? cost[i] : most;
	}
	range = least <= most ? (uint64_t)most - (uint64_t)least + 1 : 1;
	limit = never ? limit / a->n : limit;
	while (range >> shift > limit)
		shift++;
	for (uint32_t r = 0; r < rows; r++)
		for (uint32_t c = 0; c < cols; c++) {
			int64_t from = cost[(size_t)r * cols + c];
			uint64_t to = from == SJ_ASSIGN_NEVER ?
					      ((range >> shift) + 1) * a->n :
					      ((uint64_t)from - (uint64_t)least) >> shift;

			a->cost[turned ? (size_t)c * rows + r : (size_t)r * cols + c] =
				(int64_t)to;
		}
}

static void assign_free(struct assign *a)
{
	free(a->cost);
	free(a->u);
	free(a->col);
}

static int assign_init(struct assign *a, uint32_t rows, uint32_t cols)
{
	size_t n = rows < cols ? rows : cols, m = rows < cols ? cols : rows;
	uint32_t *number = malloc((2 * n + 3 * m + 2) * sizeof(*number));

	*a = (struct assign){ .n = (uint32_t)n, .m = (uint32_t)m, .col = number };
	a->cost = malloc(n * m * sizeof(*a->cost));
	a->u = calloc(n + 2 * m, sizeof(*a->u));
	if (number == NULL || a->cost == NULL || a->u == NULL) {
		assign_free(a);
		return SJ_ENOMEM;
	}
	a->v = a->u + n;
	a->far = a->v + m;
	a->free_row = number + n;
	a->row = a->free_row + n;
	a->from = a->row + m;
	a->list = a->from + m + 1;
	for (size_t i = 0; i < n; i++)
		a->col[i] = NONE;
	for (size_t j = 0; j < m; j++)
		a->row[j] = NONE;
	return SJ_OK;
}

/* ---- reduction ------------------------------------------------------------------------------ */

struct two {
	int64_t  least, next;
	uint32_t j, k; /* columns of these */
};

static struct two cheapest_two(const struct assign *a, uint32_t i)
{
	const int64_t *cost = &a->cost[(size_t)i * a->m];
	struct two t = { INT64_MAX, INT64_MAX, 0, 0 };

	for (uint32_t j = 0; j < a->m; j++) {
		int64_t c = cost[j] - a->v[j];

		if (c >= t.next)
			continue;
		if (c < t.least) {
			t.next = t.least;
			t.k = t.j;
			t.least = c;
			t.j = j;
		} else {
			t.next = c;
			t.k = j;
		}
	}
	return t;
}

/* One turn of all rows without a column, `count` of them; returns how many are left. A row
 * that is sent away for less is next, `budget` times at most. */
static uint32_t reduce_rows(struct assign *a, uint32_t count, uint64_t budget)
{
	uint32_t left = 0;

	for (uint32_t at = 0; at < count;) {
		uint32_t i = a->free_row[at++], gone;
		struct two t = cheapest_two(a, i);
		bool falls = t.least < t.next;

		if (falls)
			a->v[t.j] -= t.next - t.least;
		else if (a->row[t.j] != NONE)
			t.j = t.k;
		gone = a->row[t.j];
		a->row[t.j] = i;
		a->col[i] = t.j;
		if (gone == NONE)
			continue;
		a->col[gone] = NONE;
		if (falls && budget > 0) {
			budget--;
			a->free_row[--at] = gone;
		} else {
			a->free_row[left++] = gone;
		}
	}
	return left;
}

/* ---- shortest paths --------------------------------------------------------------------------- */

struct reach {
	uint32_t done, near, end; /* list[0 .. done): scanned; .. near): at distance `least` */
	int64_t  least;
};

/* The columns that are nearest now to the front; true when one of them is free. */
static bool find_nearest(struct assign *a, struct reach *r)
{
	r->near = r->done;
	r->least = INT64_MAX;
	for (uint32_t k = r->done; k < a->m; k++) {
		uint32_t j = a->list[k];

		if (a->far[j] > r->least)
			continue;
		if (a->far[j] < r->least) {
			r->near = r->done;
			r->least = a->far[j];
		}
		a->list[k] = a->list[r->near];
		a->list[r->near++] = j;
	}
	for (uint32_t k = r->done; k < r->near; k++)
		if (a->row[a->list[k]] == NONE) {
			r->end = a->list[k];
			return true;
		}
	return false;
}

/* Over the row of one of them to all others; true when a free column is as near. */
static bool scan_one(struct assign *a, struct reach *r)
{
	uint32_t j = a->list[r->done++], i = a->row[j];
	const int64_t *cost = &a->cost[(size_t)i * a->m];
	int64_t base = r->least - (cost[j] - a->v[j]);

	for (uint32_t k = r->near; k < a->m; k++) {
		uint32_t to = a->list[k];
		int64_t far = base + cost[to] - a->v[to];

		if (far >= a->far[to])
			continue;
		a->far[to] = far;
		a->from[to] = i;
		if (far > r->least)
			continue;
		if (a->row[to] == NONE) {
			r->end = to;
			return true;
		}
		a->list[k] = a->list[r->near];
		a->list[r->near++] = to;
	}
	return false;
}

static void add_row(struct assign *a, uint32_t i)
{
	struct reach r = { 0 };
	uint32_t j, was;

	for (j = 0; j < a->m; j++) {
		a->list[j] = j;
		a->from[j] = i;
		a->far[j] = a->cost[(size_t)i * a->m + j] - a->v[j];
	}
	for (bool found = false; !found;)
		found = r.done == r.near ? find_nearest(a, &r) : scan_one(a, &r);
	for (uint32_t k = 0; k < r.done; k++)
		a->v[a->list[k]] += a->far[a->list[k]] - r.least;
	for (j = r.end;; j = was) {
		uint32_t k = a->from[j];

		was = a->col[k];
		a->row[j] = k;
		a->col[k] = j;
		if (k == i)
			return;
	}
}

/* ---- all ------------------------------------------------------------------------------------------ */

static void solve(struct assign *a)
{
	uint32_t left = a->n;

	for (uint32_t i = 0; i < a->n; i++)
		a->free_row[i] = i;
	if (a->m > 1)
		for (int turn = 0; turn < 2; turn++)
			left = reduce_rows(a, left, 4 * (uint64_t)a->n);
	for (uint32_t i = 0; i < left; i++)
		add_row(a, a->free_row[i]);
	for (uint32_t i = 0; i < a->n; i++)
		a->u[i] = a->cost[(size_t)i * a->m + a->col[i]] - a->v[a->col[i]];
}

int sj_assign(uint32_t rows, uint32_t cols, const int64_t *cost, uint32_t *column,
	      int64_t *total)
{
	bool turned = rows > cols;
	struct assign a;
	int64_t sum = 0;
	int rc;

	if (rows == 0 || cols == 0) {
		for (uint32_t r = 0; r < rows; r++)
			column[r] = NONE;
		if (total != NULL)
			*total = 0;
		return SJ_OK;
	}
	rc = assign_init(&a, rows, cols);
	if (rc != SJ_OK)
		return rc;
	copy_costs(&a, rows, cols, cost);
	solve(&a);
	assign_first(&a, turned);
	for (uint32_t r = 0; r < rows; r++) {
		uint32_t c = turned ? a.row[r] : a.col[r];

		if (c != NONE && cost[(size_t)r * cols + c] == SJ_ASSIGN_NEVER)
			c = NONE;
		column[r] = c;
		sum += c != NONE ? cost[(size_t)r * cols + c] : 0;
	}
	if (total != NULL)
		*total = sum;
	assign_free(&a);
	return SJ_OK;
}
