/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound_makespan.c - lower bounds of the time at which the last of all jobs ends.
 *
 * Critical path: earliest beginning + least time + least time after it, of any task.
 *
 * Area: for every t, what cannot be done before t takes (its resource-time) / capacity
 * from t on. Of a task that can begin at r and takes p, at most the first t - r can be
 * done before t, whoever schedules. With tails, Jackson's preemptive schedule of one
 * machine (Carlier 1982; Carlier and Pinson 1989): its length is the largest, over all
 * sets of tasks, of first head + sum of work / capacity + shortest tail. A task is cut into
 * pieces one after the other, each with the head and tail that the others leave it: that
 * is the work that an interval must hold, of Fernandez and Bussell (1973), and energetic
 * reasoning (Erschler, Lopez 1990).
 *
 * Widths: a dual feasible function f has f(w_1) + ... <= f(P) for all widths that fit
 * into P together, so that areas with f(w) for w are bounded too (Fekete and Schepers
 * 2001): two tasks that are wider than half of the machine cannot run together. Only for
 * tasks that have all of their processors, or none.
 *
 * All arithmetic is exact, in nanoseconds x units of capacity, of 128 bits.
 */
#include "bound.h"
#include "bound_heap.h"

#include <stdlib.h>

#define PIECES_MAX  (UINT32_C(1) << 19) /* of all tasks together */
#define PIECES_EACH 32u

typedef unsigned __int128 wide;

/* A dual feasible function. */
struct width {
	const char *name;
	uint32_t k;   /* u(k) */
	uint32_t cut; /* or: what is below 1/cut does not count, above 1 - 1/cut it is all */
};

static const struct width widths[] = {
	{ "", 0, 0 },
	{ ", u(1)", 1, 0 }, { ", u(2)", 2, 0 }, { ", u(3)", 3, 0 }, { ", u(4)", 4, 0 },
	{ ", above 1/3", 0, 3 }, { ", above 1/4", 0, 4 }, { ", above 1/8", 0, 8 },
};
enum { WIDTHS = sizeof(widths) / sizeof(widths[0]) };

static uint64_t width_of(const struct width *f, uint64_t d, uint64_t capacity)
{
	if (f->k != 0)
		return (f->k + 1) * d % capacity == 0 ? f->k * d :
		       (f->k + 1) * d / capacity * capacity;
	if (f->cut != 0 && d * f->cut < capacity)
		return 0;
	if (f->cut != 0 && (capacity - d) * f->cut < capacity)
		return capacity;
	return d;
}

static uint64_t width_capacity(const struct width *f, uint64_t capacity)
{
	return f->k != 0 ? f->k * capacity : capacity;
}

/* ---- critical path ---------------------------------------------------------------------- */

static sj_time least_end(const struct bound *b)
{
	sj_time most = 0;

	for (size_t i = 0; i < b->n; i++) {
		sj_time end = b->release[i] + b->span[i] + (b->tail != NULL ? b->tail[i] : 0);

		if (end > most)
			most = end;
	}
	return most;
}

/* Of any job whose data moves. */
static sj_time end_with_data(const struct bound *b)
{
	sj_time most = 0;

	for (size_t i = 0; i < b->n; i += 1 + (b->more != NULL ? b->more[i] : 0))
		if (b->release[i] + b->with_data[i] > most)
			most = b->release[i] + b->with_data[i];
	return most;
}

/* ---- area without tails --------------------------------------------------------------------- */

/* All tasks by the earliest that they begin, and by the earliest that they end; n each. */
struct sweep {
	struct bound_instant *begin, *end;
};

static int sweep_init(const struct bound *b, struct sweep *s)
{
	s->begin = malloc(2 * b->n * sizeof(*s->begin));
	if (s->begin == NULL)
		return SJ_ENOMEM;
	s->end = s->begin + b->n;
	for (uint32_t i = 0; i < b->n; i++) {
		s->begin[i] = (struct bound_instant){ b->release[i], i };
		s->end[i] = (struct bound_instant){ b->release[i] + b->span[i], i };
	}
	qsort(s->begin, b->n, sizeof(*s->begin), bound_by_instant);
	qsort(s->end, b->n, sizeof(*s->end), bound_by_instant);
	return SJ_OK;
}

static sj_time divide_up(wide x, uint64_t by)
{
	return (sj_time)((x + by - 1) / by);
}

/*
 * max over t of t + A(t) / capacity, A(t) being the area that is left after t if
 * everything begins as early as it can. It is largest where something can begin. From
 * the last end back to the first begin.
 */
static sj_time area_end(const struct bound *b, const struct sweep *s, const uint64_t *demand,
			const struct width *f, uint64_t capacity)
{
	uint64_t all = width_capacity(f, capacity);
	sj_time at = s->end[b->n - 1].at, origin = s->begin[0].at;
	size_t i = b->n, j = b->n;
	wide use = 0, area = 0, most = 0;

	while (i > 0) {
		sj_time next = s->begin[i - 1].at;

		if (j > 0 && s->end[j - 1].at > next)
			next = s->end[j - 1].at;
		area += use * (wide)(at - next);
		at = next;
		for (; j > 0 && s->end[j - 1].at == at; j--)
			use += width_of(f, demand[s->end[j - 1].task], capacity);
		if (s->begin[i - 1].at == at && area + (wide)(at - origin) * all > most)
			most = area + (wide)(at - origin) * all;
		for (; i > 0 && s->begin[i - 1].at == at; i--)
			use -= width_of(f, demand[s->begin[i - 1].task], capacity);
	}
	return origin + divide_up(most, all);
}

/* ---- area with tails: Jackson's preemptive schedule ------------------------------------------ */

struct range {
	size_t from, to; /* tasks */
};

struct piece {
	sj_time head, tail;
	wide    area;
};

static int by_head(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return (x->tail < y->tail) - (x->tail > y->tail);
}

/* Of each task of the range that takes anything; how many there are. */
static size_t cut(const struct bound *b, struct range of, const uint64_t *demand,
		  const struct width *f, uint64_t capacity, uint32_t each,
		  struct piece *out)
{
	size_t n = 0;

	for (size_t i = of.from; i < of.to; i++) {
		uint64_t d = width_of(f, demand[i], capacity);
		sj_time p = b->span[i], tail = b->tail != NULL ? b->tail[i] : 0, from = 0;

		for (uint32_t k = 1; k <= each && d != 0 && p != 0; k++) {
			sj_time to = (sj_time)((wide)p * k / each);

			if (to == from)
				continue;
			out[n++] = (struct piece){ b->release[i] + from, tail + p - to,
						   (wide)d * (wide)(to - from) };
			from = to;
		}
	}
	return n;
}

static bool longer_tail(const void *pieces, uint32_t a, uint32_t b)
{
	const struct piece *p = pieces;

	return p[a].tail > p[b].tail;
}

/* Length of the schedule, from the first head on. Uses the areas up. */
static wide jackson(struct piece *p, size_t n, uint32_t *room, uint64_t capacity)
{
	struct bound_heap h = { .at = room, .before = longer_tail, .who = p };
	wide now = 0, most = 0;
	size_t next = 0;

	while (next < n || h.n > 0) {
		wide head = next < n ? (wide)(p[next].head - p[0].head) * capacity : 0, run;
		struct piece *top;

		if (next < n && (h.n == 0 || head <= now)) {
			now = head > now ? head : now;
			bound_heap_push(&h, (uint32_t)next++);
			continue;
		}
		top = &p[h.at[0]];
		run = next < n && head - now < top->area ? head - now : top->area;
		now += run;
		top->area -= run;
		if (top->area != 0)
			continue;
		if (now + (wide)top->tail * capacity > most)
			most = now + (wide)top->tail * capacity;
		bound_heap_pop(&h);
	}
	return most;
}

static int jackson_end(const struct bound *b, struct range of, const uint64_t *demand,
		       const struct width *f, uint64_t capacity, sj_time *out)
{
	uint64_t all = width_capacity(f, capacity);
	size_t tasks = of.to - of.from;
	uint32_t each = PIECES_MAX / (uint32_t)tasks;
	struct piece *p;
	uint32_t *heap;
	size_t n;
	int rc;

	each = each < 1 ? 1 : each > PIECES_EACH ? PIECES_EACH : each;
	p = malloc(tasks * each * sizeof(*p));
	heap = malloc(tasks * each * sizeof(*heap));
	*out = 0;
	if (p != NULL && heap != NULL) {
		n = cut(b, of, demand, f, capacity, each, p);
		qsort(p, n, sizeof(*p), by_head);
		if (n > 0)
			*out = p[0].head + divide_up(jackson(p, n, heap, all), all);
	}
	rc = p != NULL && heap != NULL ? SJ_OK : SJ_ENOMEM;
	free(p);
	free(heap);
	return rc;
}

/* ---- all of them --------------------------------------------------------------------------------- */

void bound_put_end(sj_bound_list *out, const char *name, const char *of, sj_time end,
		   sj_time origin)
{
	bound_put(out, name, of, end > origin ? (wide)(end - origin) : 0, 1);
}

static uint64_t widest(const struct bound *b, struct range of, int r)
{
	uint64_t most = 0;

	for (size_t i = of.from; i < of.to; i++)
		most = b->demand[r][i] > most ? b->demand[r][i] : most;
	return most;
}

/* Can it tell more than the demands themselves, of which this is the largest? */
static bool width_helps(const struct bound *b, int r, const struct width *f, uint64_t most)
{
	bool speed = r == BOUND_PROC_SPEED || r == BOUND_GPU_SPEED;

	if (f->k == 0 && f->cut == 0)
		return true;
	if (speed || b->sized || b->shared)
		return false;
	return f->k != 0 ? (f->k + 1) * most >= b->capacity[r] :
	       (b->capacity[r] - most) * f->cut < b->capacity[r];
}

static bool is_bounded(const struct bound *b, int r)
{
	return b->demand[r] != NULL && (r != BOUND_NODES || !b->shared);
}

static int areas(const struct bound *b, const struct sweep *s, int r, sj_time origin,
		 sj_bound_list *out)
{
	const struct range all = { 0, b->n };
	sj_time most = 0, end = 0;
	uint64_t wide_one;
	int rc = SJ_OK;

	if (!is_bounded(b, r))
		return SJ_OK;
	wide_one = widest(b, all, r);
	for (int f = 0; f < WIDTHS && rc == SJ_OK; f++) {
		char of[SJ_BOUND_NAME];

		if (!width_helps(b, r, &widths[f], wide_one))
			continue;
		if (b->tail == NULL)
			end = area_end(b, s, b->demand[r], &widths[f], b->capacity[r]);
		else
			rc = jackson_end(b, all, b->demand[r], &widths[f], b->capacity[r],
					 &end);
		if (f != 0 && end <= most)
			continue;
		most = end;
		snprintf(of, sizeof(of), "%s%s", bound_resource_names[r], widths[f].name);
		bound_put_end(out, b->tail == NULL ? "area of" : "area with heads and tails of", of,
			end, origin);
	}
	return rc;
}

int bound_alone(const struct bound *b, size_t job, sj_time *out)
{
	const struct range of = { job, job + 1 + (b->more != NULL ? b->more[job] : 0) };
	sj_time most = b->release[job], end;
	int rc = SJ_OK;

	for (size_t i = of.from; i < of.to; i++) {
		end = b->release[i] + b->span[i] + (b->tail != NULL ? b->tail[i] : 0);
		most = end > most ? end : most;
	}
	for (int r = 0; r < BOUND_RESOURCES && of.to - of.from > 1; r++) {
		uint64_t wide_one = is_bounded(b, r) ? widest(b, of, r) : 0;

		for (int f = 0; wide_one != 0 && f < WIDTHS && rc == SJ_OK; f++) {
			if (!width_helps(b, r, &widths[f], wide_one))
				continue;
			rc = jackson_end(b, of, b->demand[r], &widths[f], b->capacity[r], &end);
			most = end > most ? end : most;
		}
	}
	*out = most - b->release[job];
	if (b->with_data != NULL && !b->moved && b->with_data[job] > *out)
		*out = b->with_data[job];
	return rc;
}

int bound_makespan(const struct bound *b, sj_time origin, sj_bound_list *out)
{
	struct sweep s = { 0 };
	int rc = SJ_OK;

	if (b->n == 0)
		return SJ_OK;
	bound_put_end(out, "critical path", "", least_end(b), origin);
	if (b->with_data != NULL && !b->moved)
		bound_put_end(out, "graphs with data", "", end_with_data(b), origin);
	if (b->tail == NULL)
		rc = sweep_init(b, &s);
	for (int r = 0; r < BOUND_RESOURCES && rc == SJ_OK; r++)
		rc = areas(b, &s, r, origin, out);
	free(s.begin);
	return rc != SJ_OK ? rc : bound_lp(b, origin, least_end(b), out);
}
