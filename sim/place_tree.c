/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_tree.c - the largest amount of each resource over groups of 8, 64, 512 ... nodes.
 * A group whose maxima do not cover a demand holds no node for it; one whose maxima do
 * may hold none either, as they can come from different nodes. So a walk to the next node
 * that fits is exact at the node, and short in practice.
 */
#include <stdlib.h>
#include <string.h>

#include "place_index.h"

static struct place_max max_of_node(const sj_ledger *l, uint32_t i)
{
	const sj_node *n = &l->node[i];
	const sj_node_type *type = &l->types[n->type];
	struct place_max m = { .cores = n->cores, .gpu_milli = n->gpu_milli,
			       .gpus = (uint16_t)__builtin_popcountll(n->gpus) };

	if (n->state != SJ_NODE_UP)
		return (struct place_max){ 0 };
	m.mem_bytes = type->mem_bytes != 0 ? n->mem_bytes : UINT64_MAX;
	m.rest = m.gpus != 0 ? SJ_GPU_WHOLE : 0;
	for (uint32_t g = 0; m.gpus == 0 && n->shared != 0 && g < type->gpus; g++)
		if (l->gpu_left[n->gpu_base + g] > m.rest)
			m.rest = l->gpu_left[n->gpu_base + g];
	return m;
}

static void join(struct place_max *a, const struct place_max *b)
{
	a->mem_bytes = b->mem_bytes > a->mem_bytes ? b->mem_bytes : a->mem_bytes;
	a->cores = b->cores > a->cores ? b->cores : a->cores;
	a->gpu_milli = b->gpu_milli > a->gpu_milli ? b->gpu_milli : a->gpu_milli;
	a->gpus = b->gpus > a->gpus ? b->gpus : a->gpus;
	a->rest = b->rest > a->rest ? b->rest : a->rest;
}

static bool same(const struct place_max *a, const struct place_max *b)
{
	return a->mem_bytes == b->mem_bytes && a->cores == b->cores &&
	       a->gpu_milli == b->gpu_milli && a->gpus == b->gpus && a->rest == b->rest;
}

/* Of entry i of a level above 0. */
static struct place_max max_below(const struct place_tree *t, uint32_t level, uint32_t i)
{
	uint32_t first = i << TREE_FAN_BITS, end = first + TREE_FAN;
	const struct place_max *below = t->level[level - 1];
	struct place_max m = below[first];

	if (end > t->count[level - 1])
		end = t->count[level - 1];
	for (uint32_t k = first + 1; k < end; k++)
		join(&m, &below[k]);
	return m;
}

int tree_build(struct place_tree *t, const sj_ledger *l)
{
	uint32_t n = l->node_count, levels = 0;

	memset(t, 0, sizeof(*t));
	do {
		t->count[levels] = n;
		t->level[levels] = calloc(n, sizeof(*t->level[levels]));
		if (t->level[levels] == NULL) {
			tree_fini(t);
			return SJ_ENOMEM;
		}
		for (uint32_t i = 0; i < n; i++)
			t->level[levels][i] = levels == 0 ? max_of_node(l, i) :
							    max_below(t, levels, i);
		levels++;
		n = (n + TREE_FAN - 1) >> TREE_FAN_BITS;
	} while (t->count[levels - 1] > 1);
	t->levels = levels;
	return SJ_OK;
}

void tree_fini(struct place_tree *t)
{
	for (uint32_t k = 0; k < TREE_LEVELS; k++)
		free(t->level[k]);
	memset(t, 0, sizeof(*t));
}

void tree_update(struct place_tree *t, const sj_ledger *l, uint32_t node)
{
	struct place_max m = max_of_node(l, node);

	for (uint32_t level = 0, i = node; !same(&m, &t->level[level][i]);) {
		t->level[level][i] = m;
		if (++level == t->levels)
			return;
		i >>= TREE_FAN_BITS;
		m = max_below(t, level, i);
	}
}

struct place_max tree_need(const sj_node_type *type, const sj_task *t, uint32_t ranks)
{
	uint32_t whole = sj_gpu_whole(t);
	uint64_t cores = (uint64_t)t->cores * ranks, gpus = (uint64_t)whole * ranks;

	return (struct place_max){
		.mem_bytes = t->mem_bytes * ranks,
		.cores = cores < UINT32_MAX ? (uint32_t)cores : UINT32_MAX,
		.gpus = gpus < UINT16_MAX ? (uint16_t)gpus : UINT16_MAX,
		.rest = (uint16_t)(whole != 0 ? SJ_GPU_WHOLE : sj_gpu_share(type, t)),
	};
}

uint32_t tree_next(const struct place_tree *t, const struct place_max *need, uint32_t from,
		   uint32_t end)
{
	uint32_t level = 0, i = from;

	while ((uint64_t)i << (level * TREE_FAN_BITS) < end) {
		if (tree_covers(&t->level[level][i], need)) {
			if (level == 0)
				return i;
			level--;
			i <<= TREE_FAN_BITS;
			continue;
		}
		i++;
		while (level + 1 < t->levels && i % TREE_FAN == 0) {
			i >>= TREE_FAN_BITS;
			level++;
		}
	}
	return PLACE_NONE;
}

bool tree_sound(const struct place_tree *t, const sj_ledger *l)
{
	for (uint32_t level = 0; level < t->levels; level++)
		for (uint32_t i = 0; i < t->count[level]; i++) {
			struct place_max m = level == 0 ? max_of_node(l, i) :
							  max_below(t, level, i);

			if (!same(&m, &t->level[level][i]))
				return false;
		}
	return true;
}
