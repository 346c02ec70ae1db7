/* SPDX-License-Identifier: GPL-3.0-or-later */
/* balance_queues.c - queues at the nodes; see balance_queues.h. */
#include "balance_queues.h"

#include <string.h>

void balance_queues_init(struct balance_queues *q, sj_ctx *cx)
{
	uint32_t nodes = sj_node_count(cx);

	q->nodes = nodes != 0 ? nodes : 1;
	q->node = sj_alloc(cx, q->nodes * sizeof(*q->node));
	q->dirty = sj_alloc(cx, q->nodes * sizeof(*q->dirty));
	for (uint32_t k = 0; k < q->nodes; k++)
		q->node[k].cores = nodes != 0 ? sj_node_cores_free(cx, k) : sj_procs_total(cx);
}

struct balance_task *balance_task(struct balance_queues *q, const sj_task *t)
{
	return t->id < q->task_cap ? &q->task[t->id] : NULL;
}

struct balance_task *balance_enter(struct balance_queues *q, sj_ctx *cx, const sj_task *t)
{
	q->task = sj_grow_to(cx, q->task, &q->task_cap, t->id, sizeof(*q->task));
	q->task[t->id] = (struct balance_task){ .stamp = ++q->stamps,
						.node = BALANCE_NOWHERE };
	return &q->task[t->id];
}

static unsigned __int128 work_of(const sj_task *t)
{
	return (unsigned __int128)(uint64_t)t->estimate_ns * t->procs;
}

void balance_touch(struct balance_queues *q, uint32_t node)
{
	if (!q->node[node].dirty)
		q->dirty[q->dirty_count++] = node;
	q->node[node].dirty = true;
}

static void append(sj_ctx *cx, struct balance_node *n, struct balance_entry e)
{
	if (n->count == n->cap) { /* the ring is laid out anew */
		uint32_t cap = n->cap != 0 ? 2 * n->cap : 4;

		n->entry = sj_grow(cx, n->entry, n->cap * sizeof(*n->entry),
				   cap * sizeof(*n->entry));
		memcpy(n->entry + n->cap, n->entry, n->first * sizeof(*n->entry));
		n->cap = cap;
	}
	n->entry[(n->first + n->count++) & (n->cap - 1)] = e;
	n->length++;
}

void balance_add(struct balance_queues *q, sj_ctx *cx, uint32_t node, const sj_task *t)
{
	struct balance_task *info = &q->task[t->id];

	append(cx, &q->node[node], (struct balance_entry){ t, info->stamp, t->id });
	if (!q->late)
		q->node[node].work += work_of(t);
	info->node = node;
	info->probes++;
	balance_touch(q, node);
}

/* ---- batches -------------------------------------------------------------------- */

static uint32_t new_batch(struct balance_queues *q, sj_ctx *cx)
{
	if (q->spares != 0)
		return q->spare[--q->spares];
	if (q->batches == q->batch_cap) {
		uint32_t cap = q->batch_cap != 0 ? 2 * q->batch_cap : 16;

		q->batch = sj_grow(cx, q->batch, q->batch_cap * sizeof(*q->batch),
				   cap * sizeof(*q->batch));
		q->spare = sj_grow(cx, q->spare, q->batch_cap * sizeof(*q->spare),
				   cap * sizeof(*q->spare));
		q->batch_cap = cap;
	}
	return q->batches++;
}

uint32_t balance_batch_make(struct balance_queues *q, sj_ctx *cx, const sj_task *const *tasks,
			    uint32_t n)
{
	uint32_t number = new_batch(q, cx);
	struct balance_batch *b = &q->batch[number];

	if (b->cap < n) {
		b->task = sj_grow(cx, b->task, b->cap * sizeof(*b->task), n * sizeof(*b->task));
		b->cap = n;
	}
	b->stamp = ++q->stamps;
	b->first = b->probes = b->sent = 0;
	b->count = b->waiting = n;
	for (uint32_t i = 0; i < n; i++) {
		struct balance_task *info = &q->task[tasks[i]->id];

		b->task[i] = tasks[i];
		info->batch = number + 1;
		info->place = i;
	}
	return number;
}

void balance_probe(struct balance_queues *q, sj_ctx *cx, uint32_t node, uint32_t batch)
{
	struct balance_batch *b = &q->batch[batch];

	append(cx, &q->node[node], (struct balance_entry){ NULL, b->stamp, batch });
	b->probes++;
	b->sent++;
	balance_touch(q, node);
}

static void batch_over(struct balance_queues *q, uint32_t batch)
{
	struct balance_batch *b = &q->batch[batch];

	if (b->probes != 0 || b->waiting != 0 || b->stamp == 0)
		return;
	b->stamp = 0;
	q->spare[q->spares++] = batch;
}

/* ---- heads ---------------------------------------------------------------------- */

bool balance_lives(const struct balance_queues *q, const struct balance_entry *e)
{
	if (e->task == NULL)
		return q->batch[e->id].stamp == e->stamp && q->batch[e->id].waiting != 0;
	return q->task[e->id].stamp == e->stamp;
}

const sj_task *balance_of(struct balance_queues *q, const struct balance_entry *e)
{
	struct balance_batch *b;

	if (e->task != NULL)
		return e->task;
	b = &q->batch[e->id];
	while (b->task[b->first] == NULL)
		b->first++;
	return b->task[b->first];
}

/* A probe counts until it is reached, a bound task until it is taken. */
static void drop_head(struct balance_queues *q, struct balance_node *n)
{
	const struct balance_entry *e = &n->entry[n->first];

	if (e->task == NULL && q->batch[e->id].stamp == e->stamp) {
		q->batch[e->id].probes--;
		batch_over(q, e->id);
	}
	n->first = (n->first + 1) & (n->cap - 1);
	n->count--;
	if (q->late)
		n->length--;
}

const struct balance_entry *balance_head(struct balance_queues *q, uint32_t node)
{
	struct balance_node *n = &q->node[node];

	while (n->count != 0 && !balance_lives(q, &n->entry[n->first]))
		drop_head(q, n);
	return n->count != 0 ? &n->entry[n->first] : NULL;
}

/* Of all its entries at once. */
static void forget_entries(struct balance_queues *q, const sj_task *t)
{
	struct balance_task *info = &q->task[t->id];

	info->stamp = 0;
	if (!q->late && info->probes != 0) {
		q->node[info->node].length--;
		q->node[info->node].work -= work_of(t);
	}
	info->probes = 0;
	if (info->batch != 0) {
		struct balance_batch *b = &q->batch[info->batch - 1];

		b->task[info->place] = NULL;
		b->waiting--;
		batch_over(q, info->batch - 1);
		info->batch = 0;
	}
}

const sj_task *balance_leave(struct balance_queues *q, uint32_t node)
{
	struct balance_node *n = &q->node[node];
	struct balance_entry e = n->entry[n->first];
	const sj_task *t = balance_of(q, &e);
	const struct balance_batch *b = e.task == NULL ? &q->batch[e.id] : NULL;
	struct balance_task *info = &q->task[t->id];

	drop_head(q, n);
	if (b != NULL && b->probes >= b->waiting)
		return NULL;
	if (b == NULL && info->probes > 1) {
		info->probes--;
		return NULL;
	}
	forget_entries(q, t);
	return t;
}

void balance_taken(struct balance_queues *q, sj_ctx *cx, uint32_t node, const sj_task *t)
{
	struct balance_node *n = &q->node[node];

	drop_head(q, n);
	forget_entries(q, t);
	if (n->running == n->run_cap) {
		uint32_t cap = n->run_cap != 0 ? 2 * n->run_cap : 4;

		n->run = sj_grow(cx, n->run, n->run_cap * sizeof(*n->run),
				 cap * sizeof(*n->run));
		n->run_cap = cap;
	}
	n->run[n->running++] = t;
	n->length++;
	q->task[t->id].node = node;
}

void balance_gone(struct balance_queues *q, const sj_task *t)
{
	struct balance_task *info = balance_task(q, t);
	struct balance_node *n;

	if (info == NULL)
		return;
	if (info->stamp != 0) {
		forget_entries(q, t);
	} else if (info->node != BALANCE_NOWHERE) {
		n = &q->node[info->node];
		for (uint32_t i = 0; i < n->running; i++)
			if (n->run[i] == t) {
				n->run[i] = n->run[--n->running];
				n->length--;
				balance_touch(q, info->node);
				break;
			}
	}
	info->node = BALANCE_NOWHERE;
}

unsigned __int128 balance_work(const struct balance_queues *q, sj_ctx *cx, uint32_t node)
{
	const struct balance_node *n = &q->node[node];
	unsigned __int128 sum = n->work;

	for (uint32_t i = 0; i < n->running; i++) {
		const sj_task *t = n->run[i];
		sj_time had = sj_now(cx) > t->start_ns ? sj_now(cx) - t->start_ns : 0;

		if (t->estimate_ns > had)
			sum += (unsigned __int128)(uint64_t)(t->estimate_ns - had) * t->procs;
	}
	return sum;
}
