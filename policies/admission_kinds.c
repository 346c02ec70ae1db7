/* SPDX-License-Identifier: GPL-3.0-or-later */
/* admission_kinds.c - waiting tasks by demand and value; see admission.h. */
#include "admission.h"

#include <string.h>

/* ---- kinds ---------------------------------------------------------------------------- */

static uint32_t hash_of(const struct admission_kind *k)
{
	uint64_t h = 0, bits;

	for (int r = 0; r <= RESOURCES; r++) {
		memcpy(&bits, r < RESOURCES ? &k->demand[r] : &k->value, sizeof(bits));
		h = (h ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return (uint32_t)(h >> 16);
}

static struct admission_kind kind_of(const struct admission *s, const sj_task *t)
{
	struct admission_kind k = { .head = ADMISSION_NONE, .tail = ADMISSION_NONE };

	k.demand[CORES] = t->procs;
	k.demand[MEMORY] = (double)t->ranks * (double)t->mem_bytes / 1e9;
	k.demand[GPUS] = (double)t->ranks * t->gpu_milli / 1000;
	k.value = s->value == VALUE_ONE ? 1 : t->weight;
	k.hash = hash_of(&k);
	return k;
}

static bool same(const struct admission_kind *a, const struct admission_kind *b)
{
	return a->hash == b->hash && a->value == b->value &&
	       memcmp(a->demand, b->demand, sizeof(a->demand)) == 0;
}

static void rehash(struct admission *s, sj_ctx *cx)
{
	uint32_t want = s->buckets != 0 ? 2 * s->buckets : 64;

	s->bucket = sj_grow(cx, NULL, 0, want * sizeof(*s->bucket));
	s->buckets = want;
	for (uint32_t i = 0; i < want; i++)
		s->bucket[i] = ADMISSION_NONE;
	for (uint32_t i = 0; i < s->kinds; i++)
		if (s->kind[i].count > 0) {
			uint32_t *at = &s->bucket[s->kind[i].hash & (want - 1)];

			s->kind[i].chain = *at;
			*at = i;
		}
}

/* The program gets a column for it, or one that nobody uses any more. */
static int add_kind(struct admission *s, sj_ctx *cx, const struct admission_kind *k, uint32_t *out)
{
	static const uint32_t at[RESOURCES] = { CORES, MEMORY, GPUS };
	uint32_t i = s->unused, col;

	if (i != ADMISSION_NONE) {
		s->unused = s->kind[i].chain;
	} else {
		if (s->kinds == s->kind_cap) {
			uint32_t cap = s->kind_cap != 0 ? 2 * s->kind_cap : 32;

			s->kind = sj_grow(cx, s->kind, s->kind_cap * sizeof(*s->kind),
					  cap * sizeof(*s->kind));
			s->kind_cap = cap;
		}
		if (sj_lp_add_cols(s->lp, 1, &col) != SJ_OK)
			return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
		i = s->kinds++;
		if (s->kinds > s->buckets)
			rehash(s, cx);
	}
	s->kind[i] = *k;
	s->kind[i].chain = s->bucket[k->hash & (s->buckets - 1)];
	s->bucket[k->hash & (s->buckets - 1)] = i;
	sj_lp_fill_col(s->lp, i, RESOURCES, at, k->demand);
	sj_lp_set_cost(s->lp, i, k->value);
	sj_lp_set_whole(s->lp, i, s->exact);
	*out = i;
	return SJ_OK;
}

static void drop_kind(struct admission *s, uint32_t i)
{
	uint32_t *at = &s->bucket[s->kind[i].hash & (s->buckets - 1)];

	while (*at != i)
		at = &s->kind[*at].chain;
	*at = s->kind[i].chain;
	s->kind[i].chain = s->unused;
	s->unused = i;
	sj_lp_set_col(s->lp, i, 0, 0);
}

/* ---- waiting tasks ------------------------------------------------------------------------ */

void admission_room(struct admission *s, sj_ctx *cx, uint32_t id)
{
	uint32_t cap = sj_task_bound(cx) > 2 * s->cap ? sj_task_bound(cx) : 2 * s->cap;

	if (id < s->cap)
		return;
	s->next = sj_grow(cx, s->next, s->cap * sizeof(*s->next), cap * sizeof(*s->next));
	s->prev = sj_grow(cx, s->prev, s->cap * sizeof(*s->prev), cap * sizeof(*s->prev));
	s->of = sj_grow(cx, s->of, s->cap * sizeof(*s->of), cap * sizeof(*s->of));
	s->graph = sj_grow(cx, s->graph, s->cap * sizeof(*s->graph), cap * sizeof(*s->graph));
	s->cap = cap;
}

int admission_enter(struct admission *s, sj_ctx *cx, const sj_task *t)
{
	struct admission_kind k = kind_of(s, t);
	uint32_t i = s->buckets != 0 ? s->bucket[k.hash & (s->buckets - 1)] : ADMISSION_NONE;
	int rc = SJ_OK;

	admission_room(s, cx, t->id);
	if (s->of[t->id] != 0)
		return SJ_OK;
	while (i != ADMISSION_NONE && !same(&s->kind[i], &k))
		i = s->kind[i].chain;
	if (i == ADMISSION_NONE)
		rc = add_kind(s, cx, &k, &i);
	if (rc != SJ_OK)
		return rc;
	s->of[t->id] = i + 1;
	s->next[t->id] = ADMISSION_NONE;
	s->prev[t->id] = s->kind[i].tail;
	*(s->kind[i].tail != ADMISSION_NONE ? &s->next[s->kind[i].tail] : &s->kind[i].head) = t->id;
	s->kind[i].tail = t->id;
	s->kind[i].count++;
	s->waiting++;
	return SJ_OK;
}

void admission_leave(struct admission *s, uint32_t id)
{
	uint32_t i;
	struct admission_kind *k;

	if (id >= s->cap || s->of[id] == 0)
		return;
	i = s->of[id] - 1;
	k = &s->kind[i];
	s->of[id] = 0;
	*(s->prev[id] != ADMISSION_NONE ? &s->next[s->prev[id]] : &k->head) = s->next[id];
	*(s->next[id] != ADMISSION_NONE ? &s->prev[s->next[id]] : &k->tail) = s->prev[id];
	s->waiting--;
	if (--k->count == 0)
		drop_kind(s, i);
}

const sj_task *admission_first(struct admission *s, const sj_ctx *cx, uint32_t i)
{
	while (s->kind[i].count > 0) {
		const sj_task *t = sj_task_get(cx, s->kind[i].head);

		if (t->state == SJ_TASK_READY)
			return t;
		admission_leave(s, s->kind[i].head);
	}
	return NULL;
}
