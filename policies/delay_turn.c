/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay_turn.c - whose turn it is: pools by their claim (Spark's FairSchedulingAlgorithm),
 * then by the arrival of their first job; the jobs of a pool by arrival. With pool=none all
 * jobs are one pool, with pool=job each is one. O(log n) a change.
 */
#include "delay.h"

static uint32_t number_of(const struct delay *s, const struct delay_set *j)
{
	return (uint32_t)(j - s->s.set);
}

void delay_turn_init(struct delay *s, sj_ctx *cx)
{
	s->turn = sj_heap_create(cx);
	s->family = sj_heap_create(cx);
}

/* ---- pools -------------------------------------------------------------------------- */

static uint32_t make_pool(struct delay *s, sj_ctx *cx, uint32_t key, double weight)
{
	struct delay_pool *p;
	uint32_t k;

	if (s->unused.count != 0) {
		k = s->unused.at[--s->unused.count];
	} else {
		if (s->pool_count == s->pool_cap) {
			uint32_t cap = s->pool_cap != 0 ? 2 * s->pool_cap : 16;

			s->pools = sj_grow(cx, s->pools, s->pool_cap * sizeof(*s->pools),
					   cap * sizeof(*s->pools));
			s->pool_cap = cap;
		}
		k = s->pool_count++;
		s->pools[k].sets = sj_heap_create_beside(s->family);
	}
	p = &s->pools[k];
	p->key = key;
	p->running = 0;
	p->weight = weight;
	return k;
}

static uint32_t find_pool(struct delay *s, sj_ctx *cx, uint32_t key)
{
	for (uint32_t i = 0; i < s->pool_count; i++)
		if (s->pools[i].key == key)
			return i;
	return make_pool(s, cx, key, 1);
}

void delay_turn_join(struct delay *s, sj_ctx *cx, struct delay_set *j, const sj_task *first)
{
	if (s->pool == DELAY_POOL_JOB)
		j->pool = make_pool(s, cx, 0, j->weight);
	else
		j->pool = find_pool(s, cx, s->pool == DELAY_POOL_USER ? first->user :
				    s->pool == DELAY_POOL_QUEUE ? first->queue : 0);
}

void delay_turn_leave(struct delay *s, sj_ctx *cx, struct delay_set *j)
{
	delay_turn_drop(s, j);
	if (s->pool == DELAY_POOL_JOB)
		delay_number_add(cx, &s->unused, j->pool);
}

/* ---- turns -------------------------------------------------------------------------- */

/* A weight of 0 is behind all that have one. */
static sj_heap_key claim_of(const struct delay *s, const struct delay_pool *p)
{
	sj_heap_key key = { .seq = sj_heap_first_key(p->sets).seq };

	if (s->pool == DELAY_POOL_NONE)
		return key;
	if (p->running < s->minshare) {
		key.minor = p->running / (double)s->minshare;
		return key;
	}
	key.major = p->weight > 0 ? 1 : 2;
	key.minor = p->weight > 0 ? p->running / p->weight : p->running;
	return key;
}

/* Its first job, or its claim, has changed. */
static void place(struct delay *s, uint32_t pool)
{
	if (sj_heap_count(s->pools[pool].sets) != 0)
		sj_heap_put(s->turn, pool, claim_of(s, &s->pools[pool]));
	else
		sj_heap_remove(s->turn, pool);
}

void delay_turn_put(struct delay *s, struct delay_set *j)
{
	sj_heap_put(s->pools[j->pool].sets, number_of(s, j), (sj_heap_key){ 0, 0, j->seq });
	place(s, j->pool);
}

void delay_turn_drop(struct delay *s, struct delay_set *j)
{
	if (j->news == s->pass) {
		j->news = 0;
		s->news--;
	}
	sj_heap_remove(s->pools[j->pool].sets, number_of(s, j));
	place(s, j->pool);
}

struct delay_set *delay_turn_first(const struct delay *s)
{
	if (sj_heap_count(s->turn) == 0)
		return NULL;
	return &s->s.set[sj_heap_first(s->pools[sj_heap_first(s->turn)].sets)];
}

void delay_turn_count(struct delay *s, struct delay_set *j, bool starts)
{
	s->pools[j->pool].running += starts ? 1 : -1u;
	place(s, j->pool);
}
