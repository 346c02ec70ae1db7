/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrows.c - see arrows.h. */
#include "run/arrows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/trace_us.h"

void arrows_fini(struct arrows *a)
{
	free(a->arrow);
	free(a->head);
	*a = (struct arrows){ 0 };
}

/* ---- keeping ---------------------------------------------------------------------- */

static int reach(struct arrows *a, uint64_t seq)
{
	uint64_t cap = a->head_cap != 0 ? a->head_cap : 1024;
	uint32_t *grown;

	if (seq < a->head_cap)
		return SJ_OK;
	while (cap <= seq)
		cap *= 2;
	grown = realloc(a->head, cap * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	memset(grown + a->head_cap, 0, (cap - a->head_cap) * sizeof(*grown));
	a->head = grown;
	a->head_cap = cap;
	return SJ_OK;
}

static int slot(struct arrows *a, uint32_t *index)
{
	if (a->free_head != 0) {
		*index = a->free_head - 1;
		a->free_head = a->arrow[*index].next;
		return SJ_OK;
	}
	if (a->used == a->cap) {
		uint32_t cap = a->cap != 0 ? 2 * a->cap : 256;
		struct arrow *grown = realloc(a->arrow, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		a->arrow = grown;
		a->cap = cap;
	}
	*index = a->used++;
	return SJ_OK;
}

int arrows_add(struct arrows *a, const sj_transfer_record *t)
{
	uint32_t i;

	if (reach(a, t->seq) != SJ_OK || slot(a, &i) != SJ_OK)
		return SJ_ENOMEM;
	a->arrow[i] = (struct arrow){ *t, a->head[t->seq] };
	a->head[t->seq] = i + 1;
	return SJ_OK;
}

/* The list of a job in the order of adding. */
static uint32_t reversed(struct arrows *a, uint64_t seq)
{
	uint32_t list = 0;

	for (uint32_t i = a->head[seq], next; i != 0; i = next) {
		next = a->arrow[i - 1].next;
		a->arrow[i - 1].next = list;
		list = i;
	}
	a->head[seq] = 0;
	return list;
}

/* ---- slices of the job ------------------------------------------------------------- */

struct slice {
	uint32_t task, node, track, order;
	sj_time  from, to;
};

static int by_task(const void *x, const void *y)
{
	const struct slice *a = x, *b = y;

	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

struct slices {
	struct slice *slice;
	uint32_t      count;
};

static int read_slices(const struct allocbook *book, const struct allocbook_entry *first,
		       struct slices *out)
{
	const struct allocbook_entry *e;
	uint32_t n = 0;

	for (e = first; e != NULL; e = allocbook_next(book, e))
		n++;
	out->slice = malloc((n + 1u) * sizeof(*out->slice));
	out->count = n;
	if (out->slice == NULL)
		return SJ_ENOMEM;
	n = 0;
	for (e = first; e != NULL; e = allocbook_next(book, e), n++)
		out->slice[n] = (struct slice){ e->alloc.task, e->alloc.node, e->alloc.first, n,
						e->alloc.from_ns, e->alloc.to_ns };
	qsort(out->slice, n, sizeof(*out->slice), by_task);
	return SJ_OK;
}

static uint32_t first_of(const struct slices *s, uint32_t task)
{
	uint32_t low = 0, high = s->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->slice[middle].task < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where the data was made: the latest slice on that node that had ended. */
static const struct slice *maker(const struct slices *s, const sj_transfer_record *t)
{
	const struct slice *found = NULL;

	for (uint32_t i = first_of(s, t->from_task);
	     i < s->count && s->slice[i].task == t->from_task; i++)
		if (s->slice[i].node == t->from && s->slice[i].to <= t->began_ns &&
		    (found == NULL || s->slice[i].to > found->to))
			found = &s->slice[i];
	return found;
}

/* Where it came: the slice that goes on when it has arrived. */
static const struct slice *taker(const struct slices *s, const sj_transfer_record *t)
{
	for (uint32_t i = first_of(s, t->task); i < s->count && s->slice[i].task == t->task; i++)
		if (s->slice[i].node == t->to && s->slice[i].from <= t->ended_ns &&
		    s->slice[i].to >= t->ended_ns)
			return &s->slice[i];
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------ */

/* An end of an arrow is tied to the slice that is open at its time: within it. */
static void put_end(struct outfile *out, const char *how, uint64_t id, const struct slice *s,
		    sj_time at)
{
	sj_time last = s->to > s->from ? s->to - 1 : s->from;

	outfile_printf(out, ",\n{\"ph\":\"%s,\"cat\":\"data\",\"name\":\"data\",\"id\":%" PRIu64
		       ",\"pid\":%u,\"tid\":%u,\"ts\":%s}", how, id, pid_of_node(s->node),
		       s->track, us_of(at < last ? at : last).text);
}

static void put_bar(struct outfile *out, const sj_job_record *r, const sj_transfer_record *t,
		    uint64_t id, uint32_t pid)
{
	char name[80];

	if (t->from_task == UINT32_MAX)
		snprintf(name, sizeof(name), "job %" PRId64 ": to task %u", r->id, t->task);
	else
		snprintf(name, sizeof(name), "job %" PRId64 ": task %u to %u", r->id,
			 t->from_task, t->task);
	outfile_printf(out, ",\n{\"ph\":\"b\",\"cat\":\"transfer\",\"name\":\"%s\",\"id\":%" PRIu64
		       ",\"pid\":%u,\"tid\":0,\"ts\":%s,\"args\":{\"bytes\":%" PRIu64
		       ",\"from_node\":%u,\"to_node\":%u,\"arrived\":%s}}", name, id, pid,
		       us_of(t->began_ns).text, t->bytes, t->from, t->to,
		       t->arrived ? "true" : "false");
	outfile_printf(out, ",\n{\"ph\":\"e\",\"cat\":\"transfer\",\"name\":\"%s\",\"id\":%" PRIu64
		       ",\"pid\":%u,\"tid\":0,\"ts\":%s}", name, id, pid,
		       us_of(t->ended_ns).text);
}

static void put_arrow(struct arrows *a, const sj_job_record *r, const struct slices *s,
		      const sj_transfer_record *t, uint32_t pid, struct outfile *out)
{
	const struct slice *from = t->from_task != UINT32_MAX ? maker(s, t) : NULL;
	const struct slice *to = t->arrived ? taker(s, t) : NULL;
	uint64_t id = ++a->ids;

	put_bar(out, r, t, id, pid);
	if (from == NULL || to == NULL)
		return;
	put_end(out, "s\"", id, from, from->to);
	put_end(out, "f\",\"bp\":\"e\"", id, to, t->ended_ns);
}

int arrows_put(struct arrows *a, const sj_job_record *r, const struct allocbook *book,
	       const struct allocbook_entry *first, uint32_t network_pid, struct outfile *out)
{
	struct slices s = { 0 };
	uint32_t list, next;
	int rc;

	if (r->seq >= a->head_cap || a->head[r->seq] == 0)
		return SJ_OK;
	list = reversed(a, r->seq);
	rc = read_slices(book, first, &s);
	for (uint32_t i = list; i != 0; i = next) {
		if (rc == SJ_OK)
			put_arrow(a, r, &s, &a->arrow[i - 1].transfer, network_pid, out);
		next = a->arrow[i - 1].next;
		a->arrow[i - 1].next = a->free_head;
		a->free_head = i;
	}
	free(s.slice);
	return rc;
}
