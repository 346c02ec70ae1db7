/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backfill.c - waiting tasks in an order, running tasks by expected end. */
#include "sojourn/backfill.h"

/* Bits of a seq for the number of a task within its job; 2^40 jobs are left. */
#define INDEX_BITS 24

int sj_waiting_init(sj_waiting *w, sj_ctx *cx, const char *order)
{
	w->order = sj_order_create(cx, order);
	if (w->order == NULL)
		return SJ_EUSAGE;
	w->dynamic = sj_order_dynamic(w->order);
	w->queue = sj_queue_create(cx);
	w->lanes = NULL;
	return SJ_OK;
}

void sj_waiting_by_demand(sj_waiting *w, sj_ctx *cx)
{
	w->lanes = sj_lanes_create(cx);
}

sj_queue_item sj_waiting_item(const sj_waiting *w, sj_ctx *cx, const sj_task *t)
{
	return (sj_queue_item){
		.key = w->dynamic ? 0 : sj_order_key(w->order, cx, t),
		/* Tasks of one job have one seq, and a queue wants no two alike. */
		.seq = t->seq << INDEX_BITS | (t->index & ((1u << INDEX_BITS) - 1)),
		.task = t,
		.length = t->estimate_ns,
		.width = t->procs,
	};
}

void sj_waiting_add(sj_waiting *w, sj_ctx *cx, const sj_task *t)
{
	sj_queue_item item = sj_waiting_item(w, cx, t);

	sj_waiting_put(w, &item);
}

void sj_waiting_put(sj_waiting *w, const sj_queue_item *item)
{
	sj_queue_add(w->queue, item);
	if (w->lanes != NULL)
		sj_lanes_add(w->lanes, item);
}

void sj_waiting_remove(sj_waiting *w, const sj_task *t)
{
	sj_queue_remove(w->queue, t);
	if (w->lanes != NULL)
		sj_lanes_remove(w->lanes, t);
}

void sj_waiting_clear(sj_waiting *w)
{
	sj_queue_clear(w->queue);
	if (w->lanes != NULL)
		sj_lanes_clear(w->lanes);
}

struct keys {
	sj_order *order;
	sj_ctx   *cx;
};

static int64_t key_now(void *arg, const sj_task *t)
{
	struct keys *k = arg;

	return sj_order_key(k->order, k->cx, t);
}

/* What an order says may be dear: the lanes take it from the queue. */
static int64_t key_of_queue(void *arg, const sj_task *t)
{
	const sj_waiting *w = arg;

	return sj_queue_find(w->queue, t)->key;
}

void sj_waiting_sort(sj_waiting *w, sj_ctx *cx)
{
	if (!w->dynamic)
		return;
	sj_queue_rekey(w->queue, key_now, &(struct keys){ w->order, cx });
	if (w->lanes != NULL)
		sj_lanes_rekey(w->lanes, key_of_queue, w);
}

void sj_ends_init(sj_ends *e, sj_ctx *cx)
{
	e->queue = sj_queue_create(cx);
	e->starts = 0;
}

void sj_ends_add(sj_ends *e, const sj_task *t)
{
	sj_queue_add(e->queue, &(sj_queue_item){
		.key = t->start_ns + t->estimate_ns,
		.seq = e->starts++,
		.task = t,
		.length = INT64_MAX, /* nobody asks for it */
		.width = t->procs,
	});
}

int64_t sj_ends_free_by(const sj_ends *e, sj_time t)
{
	return sj_queue_width_through(e->queue, t);
}

sj_shadow sj_ends_shadow(const sj_ends *e, int64_t need, int64_t free, sj_time now,
			 bool all)
{
	int64_t freed;
	const sj_queue_item *last = sj_queue_prefix(e->queue, need - free, &freed);
	sj_shadow s = { SJ_NEVER, free + freed - need };

	if (last == NULL)
		return s;
	s.at = last->key > now ? last->key : now;
	if (all)
		s.extra = free + sj_queue_width_through(e->queue, s.at) - need;
	return s;
}
