/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lanes.c - waiting tasks by demand; see sojourn/lanes.h.
 *
 * The lanes' queues share one index of tasks. A lane that has become empty is kept for
 * the next demand that has none, so memory follows the tasks that wait at once.
 */
#include "sojourn/lanes.h"

#include <string.h>

#include "core.h"

#define NONE UINT32_MAX

struct lane {
	sj_task   demand;    /* a copy of its first task: what it asks for */
	sj_queue *queue;
	uint32_t  hash;
	uint32_t  chain;     /* next lane of the bucket, or of the unused ones */
	uint32_t  slot;      /* in the list of lanes with tasks */
	bool      refused;   /* at this state of the ledger: */
	uint64_t  epoch, gives, given;
	/* within a walk */
	bool      skips;     /* long tasks, since `next` was looked for */
	uint64_t  no_long;   /* 1 + the state in which it was found to be of no use */
	sj_queue_item next;  /* the task it stands at */
};

struct sj_lanes {
	sj_ctx      *cx;
	sj_queue    *family;  /* for its index; never has a task */
	struct lane *lane;
	uint32_t     lane_count, lane_cap;
	uint32_t     unused;  /* head of the list of empty lanes */
	uint32_t    *bucket;  /* lanes by hash */
	uint32_t     buckets; /* a power of two */
	uint32_t    *used;    /* lanes with tasks, in no order that matters */
	uint32_t     used_count;
	uint32_t    *of;      /* lane by task id */
	uint32_t     of_cap;
	/* the walk */
	uint32_t    *heap;    /* open lanes by (key, seq) of where they stand */
	uint32_t     heap_count;
	int64_t      key;     /* of the task that was met last */
	uint64_t     seq;
	uint64_t     state;   /* counts starts */
	sj_queue_item met;
};

/* ---- demands ------------------------------------------------------------------ */

/* May t never fit where u does, or the other way round? Then they are two demands. */
static bool same_demand(const sj_task *t, const sj_task *u)
{
	return t->ranks == u->ranks && t->cores == u->cores &&
	       t->gpu_milli == u->gpu_milli && t->gpu_models == u->gpu_models &&
	       t->mem_bytes == u->mem_bytes && t->node == u->node && t->layout == u->layout;
}

static uint32_t hash_demand(const sj_task *t)
{
	uint64_t h = t->ranks;

	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->cores;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->gpu_milli;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->gpu_models;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->mem_bytes;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->node;
	h = h * UINT64_C(0x9e3779b97f4a7c15) + t->layout;
	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

static uint32_t find_lane(const sj_lanes *l, const sj_task *t, uint32_t hash)
{
	uint32_t i = l->buckets != 0 ? l->bucket[hash & (l->buckets - 1)] : NONE;

	while (i != NONE && (l->lane[i].hash != hash || !same_demand(&l->lane[i].demand, t)))
		i = l->lane[i].chain;
	return i;
}

static void chain_lane(sj_lanes *l, uint32_t i)
{
	uint32_t *head = &l->bucket[l->lane[i].hash & (l->buckets - 1)];

	l->lane[i].chain = *head;
	*head = i;
}

/* Room for twice as many lanes. */
static void grow(sj_lanes *l)
{
	uint32_t old = l->lane_cap, cap = old != 0 ? old * 2 : 16;

	l->lane = sj_grow(l->cx, l->lane, old * sizeof(*l->lane), cap * sizeof(*l->lane));
	l->used = sj_grow(l->cx, l->used, old * sizeof(*l->used), cap * sizeof(*l->used));
	l->heap = sj_grow(l->cx, l->heap, old * sizeof(*l->heap), cap * sizeof(*l->heap));
	l->bucket = sj_grow(l->cx, l->bucket, l->buckets * sizeof(*l->bucket),
			    2 * (size_t)cap * sizeof(*l->bucket));
	l->lane_cap = cap;
	l->buckets = 2 * cap;
	memset(l->bucket, 0xff, l->buckets * sizeof(*l->bucket));
	for (uint32_t k = 0; k < l->used_count; k++)
		chain_lane(l, l->used[k]);
}

static uint32_t open_lane(sj_lanes *l, const sj_task *t, uint32_t hash)
{
	uint32_t i = l->unused;
	struct lane *a;

	if (i == NONE) {
		if (l->lane_count == l->lane_cap)
			grow(l);
		i = l->lane_count++;
		l->lane[i].queue = sj_queue_create_beside(l->family);
	} else {
		l->unused = l->lane[i].chain;
	}
	a = &l->lane[i];
	a->demand = *t;
	a->hash = hash;
	a->refused = false;
	a->no_long = 0;
	a->slot = l->used_count;
	l->used[l->used_count++] = i;
	chain_lane(l, i);
	return i;
}

static void close_lane(sj_lanes *l, uint32_t i)
{
	struct lane *a = &l->lane[i];
	uint32_t *at = &l->bucket[a->hash & (l->buckets - 1)];
	uint32_t last = l->used[--l->used_count];

	while (*at != i)
		at = &l->lane[*at].chain;
	*at = a->chain;
	l->used[a->slot] = last;
	l->lane[last].slot = a->slot;
	a->chain = l->unused;
	l->unused = i;
}

/* ---- tasks ---------------------------------------------------------------------- */

sj_lanes *sj_lanes_create(sj_ctx *cx)
{
	sj_lanes *l;

	if (sj_node_count(cx) == 0)
		return NULL;
	l = sj_alloc(cx, sizeof(*l));
	l->cx = cx;
	l->family = sj_queue_create(cx);
	l->unused = NONE;
	return l;
}

void sj_lanes_add(sj_lanes *l, const sj_queue_item *item)
{
	const sj_task *t = item->task;
	uint32_t hash = hash_demand(t), i = find_lane(l, t, hash);

	if (i == NONE)
		i = open_lane(l, t, hash);
	if (t->id >= l->of_cap) {
		uint32_t cap = l->of_cap != 0 ? l->of_cap : 64;

		while (cap <= t->id)
			cap = cap > UINT32_MAX / 2 ? UINT32_MAX : cap * 2;
		l->of = sj_grow(l->cx, l->of, l->of_cap * sizeof(*l->of),
				cap * sizeof(*l->of));
		l->of_cap = cap;
	}
	l->of[t->id] = i;
	sj_queue_add(l->lane[i].queue, item);
}

void sj_lanes_remove(sj_lanes *l, const sj_task *t)
{
	uint32_t i = l->of[t->id];

	sj_queue_remove(l->lane[i].queue, t);
	if (sj_queue_count(l->lane[i].queue) == 0)
		close_lane(l, i);
}

bool sj_lanes_has(const sj_lanes *l, const sj_task *t)
{
	return sj_queue_has(l->family, t);
}

void sj_lanes_clear(sj_lanes *l)
{
	while (l->used_count > 0) {
		uint32_t i = l->used[l->used_count - 1];

		sj_queue_clear(l->lane[i].queue);
		close_lane(l, i);
	}
}

void sj_lanes_rekey(sj_lanes *l, sj_queue_key_fn *key, void *arg)
{
	for (uint32_t k = 0; k < l->used_count; k++)
		sj_queue_rekey(l->lane[l->used[k]].queue, key, arg);
}

uint32_t sj_lanes_count(const sj_lanes *l)
{
	return l->used_count;
}

/* ---- who fits -------------------------------------------------------------------- */

static void refuse(sj_lanes *l, struct lane *a)
{
	const sj_ledger *led = &l->cx->ledger;

	a->refused = true;
	a->epoch = led->epoch;
	a->gives = led->gives;
	a->given = led->given_count;
}

/* Has a node at which something was given back since room for a task of one rank? */
static bool room_given(const sj_ledger *led, const struct lane *a)
{
	for (uint64_t k = a->given; k < led->given_count; k++) {
		uint32_t node = led->given[k % SJ_GIVEN_RING];

		if ((a->demand.node == 0 || a->demand.node == node + 1) &&
		    sj_ledger_room(led, node, &a->demand) != 0)
			return true;
	}
	return false;
}

/* May its tasks fit now? A refused lane is looked at again when the ledger says that
 * something was given back; what is found holds until the next time. */
static bool is_open(sj_lanes *l, struct lane *a)
{
	const sj_ledger *led = &l->cx->ledger;
	const sj_task *t = &a->demand;

	if (!a->refused)
		return true;
	if (t->procs > led->procs_free ||
	    (uint64_t)t->ranks * t->gpu_milli > led->gpu_milli_free)
		return false;
	if (a->epoch == led->epoch)
		return false;
	if (t->ranks == 1 && led->epoch - a->epoch == led->gives - a->gives &&
	    led->given_count - a->given <= SJ_GIVEN_RING)
		a->refused = !room_given(led, a);
	else
		a->refused = !sj_ledger_fits(led, t, t->ranks);
	if (a->refused)
		refuse(l, a);
	return !a->refused;
}

void sj_lanes_refused(sj_lanes *l, const sj_task *t)
{
	uint32_t i = find_lane(l, t, hash_demand(t));

	if (i != NONE)
		refuse(l, &l->lane[i]);
}

bool sj_lanes_hopeless(sj_lanes *l, const sj_task *t)
{
	uint32_t i = find_lane(l, t, hash_demand(t));

	return i != NONE && !is_open(l, &l->lane[i]);
}

/* ---- the walk ---------------------------------------------------------------------- */

static bool stands_before(const sj_lanes *l, uint32_t i, uint32_t j)
{
	const sj_queue_item *a = &l->lane[i].next, *b = &l->lane[j].next;

	return a->key < b->key || (a->key == b->key && a->seq < b->seq);
}

static void sift_down(sj_lanes *l, uint32_t at)
{
	uint32_t moving = l->heap[at];

	for (uint32_t kid; (kid = 2 * at + 1) < l->heap_count; at = kid) {
		if (kid + 1 < l->heap_count &&
		    stands_before(l, l->heap[kid + 1], l->heap[kid]))
			kid++;
		if (!stands_before(l, l->heap[kid], moving))
			break;
		l->heap[at] = l->heap[kid];
	}
	l->heap[at] = moving;
}

static void drop_top(sj_lanes *l)
{
	l->heap[0] = l->heap[--l->heap_count];
	if (l->heap_count != 0)
		sift_down(l, 0);
}

/* Puts the lane at its first task behind the pair that the walk may meet. */
static bool stand(const sj_lanes *l, struct lane *a, int64_t key, uint64_t seq,
		  int64_t length_max)
{
	const sj_queue_item *it;

	a->skips = a->no_long == l->state + 1;
	it = sj_queue_next_fit(a->queue, key, seq, INT64_MAX, length_max,
			       a->skips ? -1 : INT64_MAX);
	if (it != NULL)
		a->next = *it;
	return it != NULL;
}

void sj_lanes_begin(sj_lanes *l, int64_t key, uint64_t seq)
{
	l->key = key;
	l->seq = seq;
	l->state++;
	l->heap_count = 0;
	for (uint32_t k = 0; k < l->used_count; k++) {
		struct lane *a = &l->lane[l->used[k]];

		a->skips = false;
		if (is_open(l, a) && stand(l, a, key, seq, INT64_MAX))
			l->heap[l->heap_count++] = l->used[k];
	}
	for (uint32_t at = l->heap_count / 2; at-- != 0;)
		sift_down(l, at);
}

const sj_queue_item *sj_lanes_next(sj_lanes *l, int64_t width_max, int64_t length_max)
{
	while (l->heap_count != 0) {
		struct lane *a = &l->lane[l->heap[0]];
		const sj_task *t = &a->demand;
		bool meets = a->next.length <= length_max || a->no_long != l->state + 1;

		if (a->refused || t->procs > width_max) {
			drop_top(l);
			continue;
		}
		if (meets) {
			l->met = a->next;
			l->key = l->met.key;
			l->seq = l->met.seq;
		}
		if (stand(l, a, a->next.key, a->next.seq, length_max))
			sift_down(l, 0);
		else
			drop_top(l);
		if (meets)
			return &l->met;
	}
	return NULL;
}

void sj_lanes_short(sj_lanes *l, const sj_task *t)
{
	uint32_t i = find_lane(l, t, hash_demand(t));

	if (i != NONE)
		l->lane[i].no_long = l->state + 1;
}

/* Lanes that passed over long tasks look again from where the walk is. */
void sj_lanes_started(sj_lanes *l)
{
	bool moved = false;

	l->state++;
	for (uint32_t k = 0; k < l->used_count; k++)
		moved = moved || l->lane[l->used[k]].skips;
	if (!moved)
		return;
	l->heap_count = 0;
	for (uint32_t k = 0; k < l->used_count; k++) {
		struct lane *a = &l->lane[l->used[k]];

		if (!a->refused && stand(l, a, l->key, l->seq, INT64_MAX))
			l->heap[l->heap_count++] = l->used[k];
	}
	for (uint32_t at = l->heap_count / 2; at-- != 0;)
		sift_down(l, at);
}
