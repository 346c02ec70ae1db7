/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger.c - counting processors, and cores, GPUs and memory of nodes. */
#include "ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int sj_ledger_init(sj_ledger *l, const sj_cluster *c, bool number_procs, sj_error *err)
{
	uint64_t total = c->procs;

	memset(l, 0, sizeof(*l));
	l->node_count = c->node_count;
	if (c->node_count != 0) {
		total = 0;
		l->spec = calloc(c->node_count, sizeof(*l->spec));
		l->free = calloc(c->node_count, sizeof(*l->free));
		if (l->spec == NULL || l->free == NULL)
			return sj_fail(err, SJ_ENOMEM, "cluster: out of memory for %u nodes",
				       c->node_count);
	}
	for (uint32_t i = 0; i < c->node_count; i++) {
		l->spec[i] = c->nodes[i];
		l->free[i] = (struct node_free){ c->nodes[i].cores, c->nodes[i].gpu_milli,
						 c->nodes[i].mem_bytes };
		total += c->nodes[i].cores;
	}
	if (total == 0 || total > UINT32_MAX)
		return sj_fail(err, SJ_EINVAL,
			       "cluster: %llu processors; expected 1 to 4294967295",
			       (unsigned long long)total);
	l->procs_total = l->procs_free = (uint32_t)total;
	if (number_procs && c->node_count == 0) {
		l->busy_map = calloc((total + 63) / 64, sizeof(*l->busy_map));
		if (l->busy_map == NULL)
			return sj_fail(err, SJ_ENOMEM, "cluster: out of memory");
		if (total % 64 != 0) /* numbers beyond the end are never free */
			l->busy_map[total / 64] = ~UINT64_C(0) << total % 64;
	}
	return SJ_OK;
}

void sj_ledger_fini(sj_ledger *l)
{
	free(l->spec);
	free(l->free);
	free(l->busy_map);
	memset(l, 0, sizeof(*l));
}

/* How many ranks of t the node could take. */
static uint32_t node_room(const sj_node_spec *spec, const struct node_free *f,
			  const sj_task *t)
{
	uint32_t room = UINT32_MAX;

	if (t->gpu_milli != 0 && t->gpu_model != 0 && spec->gpu_model != t->gpu_model)
		return 0;
	if (t->cores != 0 && f->cores / t->cores < room)
		room = f->cores / t->cores;
	if (t->gpu_milli != 0 && f->gpu_milli / t->gpu_milli < room)
		room = f->gpu_milli / t->gpu_milli;
	if (t->mem_bytes != 0 && spec->mem_bytes != 0 &&
	    f->mem_bytes / t->mem_bytes < room)
		room = (uint32_t)(f->mem_bytes / t->mem_bytes);
	return room;
}

static bool nodes_fit(const sj_ledger *l, const sj_task *t, uint32_t ranks, bool empty)
{
	for (uint32_t i = 0; i < l->node_count; i++) {
		const sj_node_spec *s = &l->spec[i];
		struct node_free f = empty ? (struct node_free){ s->cores, s->gpu_milli,
								 s->mem_bytes } :
					     l->free[i];
		uint32_t room = node_room(s, &f, t);

		if (room >= ranks)
			return true;
		ranks -= room;
	}
	return ranks == 0;
}

bool sj_ledger_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	if ((uint64_t)ranks * t->cores > l->procs_free)
		return false;
	return l->node_count == 0 || nodes_fit(l, t, ranks, false);
}

bool sj_ledger_fits_ever(const sj_ledger *l, const sj_task *t)
{
	if ((uint64_t)t->ranks * t->cores > l->procs_total)
		return false;
	return l->node_count == 0 || nodes_fit(l, t, t->ranks, true);
}

static void node_take(sj_ledger *l, const sj_task *t, sj_slot s, bool give)
{
	struct node_free *f = &l->free[s.node];
	uint32_t cores = t->cores * s.ranks, gpu = t->gpu_milli * s.ranks;
	uint64_t mem = l->spec[s.node].mem_bytes != 0 ? t->mem_bytes * s.ranks : 0;

	f->cores = give ? f->cores + cores : f->cores - cores;
	f->gpu_milli = give ? f->gpu_milli + gpu : f->gpu_milli - gpu;
	f->mem_bytes = give ? f->mem_bytes + mem : f->mem_bytes - mem;
	assert(f->cores <= l->spec[s.node].cores);
}

/* First fit by node number into held->slots. The caller knows that it fits. */
static int place_first_fit(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held)
{
	uint32_t cap = ranks < l->node_count ? ranks : l->node_count;

	held->slots = malloc(cap * sizeof(*held->slots));
	if (held->slots == NULL)
		return SJ_ENOMEM;
	held->count = 0;
	for (uint32_t i = 0; ranks != 0; i++) {
		uint32_t room = node_room(&l->spec[i], &l->free[i], t);

		if (room > ranks)
			room = ranks;
		if (room == 0)
			continue;
		held->slots[held->count++] = (sj_slot){ i, room };
		ranks -= room;
	}
	return SJ_OK;
}

static int place_given(const sj_ledger *l, const sj_task *t, uint32_t ranks,
		       const sj_placement *where, sj_held *held)
{
	uint64_t sum = 0;

	if (where->count == 0 || where->count > l->node_count)
		return SJ_EINVAL;
	for (uint32_t i = 0; i < where->count; i++) {
		const sj_slot *s = &where->slots[i];

		if (s->node >= l->node_count || s->ranks == 0 ||
		    (i != 0 && s->node <= where->slots[i - 1].node))
			return SJ_EINVAL;
		if (node_room(&l->spec[s->node], &l->free[s->node], t) < s->ranks)
			return SJ_EFULL;
		sum += s->ranks;
	}
	if (sum != ranks)
		return SJ_EINVAL;
	held->slots = malloc(where->count * sizeof(*held->slots));
	if (held->slots == NULL)
		return SJ_ENOMEM;
	memcpy(held->slots, where->slots, where->count * sizeof(*held->slots));
	held->count = where->count;
	return SJ_OK;
}

static int number_take(sj_ledger *l, uint32_t procs, sj_held *held)
{
	uint32_t left = procs, p = 0, cap = 0;

	held->intervals = 0;
	held->interval = NULL;
	while (left != 0) {
		uint64_t word = ~l->busy_map[p / 64] >> p % 64;

		if (word == 0) {
			p = (p / 64 + 1) * 64;
			continue;
		}
		p += (uint32_t)__builtin_ctzll(word);
		if (held->intervals == 0 || held->interval[held->intervals - 1][1] + 1 != p) {
			if (held->intervals == cap) {
				void *grown;

				cap = cap != 0 ? cap * 2 : 4;
				grown = realloc(held->interval, cap * sizeof(*held->interval));
				if (grown == NULL)
					return SJ_ENOMEM;
				held->interval = grown;
			}
			held->interval[held->intervals++][0] = p;
		}
		held->interval[held->intervals - 1][1] = p;
		l->busy_map[p / 64] |= UINT64_C(1) << p % 64;
		p++;
		left--;
	}
	return SJ_OK;
}

int sj_ledger_take_placed(sj_ledger *l, const sj_task *t, uint32_t ranks,
			  const sj_placement *where, sj_held *held)
{
	uint64_t procs = (uint64_t)ranks * t->cores;
	int rc = SJ_OK;

	if (l->node_count != 0) {
		if (where != NULL)
			rc = place_given(l, t, ranks, where, held);
		else if (!nodes_fit(l, t, ranks, false))
			rc = SJ_EFULL;
		else
			rc = place_first_fit(l, t, ranks, held);
		if (rc != SJ_OK)
			return rc;
		for (uint32_t i = 0; i < held->count; i++)
			node_take(l, t, held->slots[i], false);
	} else if (where != NULL) {
		return SJ_EINVAL; /* a pool has no nodes to name */
	} else if (l->busy_map != NULL) {
		rc = number_take(l, (uint32_t)procs, held);
		if (rc != SJ_OK)
			return rc;
	}
	l->procs_free -= (uint32_t)procs;
	return SJ_OK;
}

void sj_ledger_give_placed(sj_ledger *l, const sj_task *t, uint32_t procs, sj_held *held)
{
	l->procs_free += procs;
	assert(l->procs_free <= l->procs_total);
	if (held->count != 0) {
		for (uint32_t i = 0; i < held->count; i++)
			node_take(l, t, held->slots[i], true);
		free(held->slots);
		held->slots = NULL;
		held->count = 0;
	}
	if (held->intervals != 0) {
		for (uint32_t i = 0; i < held->intervals; i++)
			for (uint32_t p = held->interval[i][0]; p <= held->interval[i][1]; p++)
				l->busy_map[p / 64] &= ~(UINT64_C(1) << p % 64);
		free(held->interval);
		held->interval = NULL;
		held->intervals = 0;
	}
}
