/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_sets.c - which nodes have so many GPUs and cores free. The states of nodes are
 * few, so a strategy compares states, and takes the lowest node of the best one. A set is
 * a bitmap in pages of one cache line, which come and go with their members: memory
 * follows the number of nodes, whatever states they are in.
 *
 * The number of sets of a type is bounded by the number of its nodes: with few nodes, or
 * with more cores than MAX_BUCKETS, a set holds a range of cores.
 */
#include <stdlib.h>
#include <string.h>

#include "place_index.h"

#define MAX_BUCKETS 1025u /* of cores */
#define MIN_SETS    64u   /* of a type; else at most 4 a node */

static int type_init(struct place_type *k, const sj_node_type *type)
{
	uint64_t limit = 4 * (uint64_t)type->count;
	size_t rows = 2 * (size_t)(type->gpus + 1);

	limit = (limit > MIN_SETS ? limit : MIN_SETS) / (type->gpus + 1);
	limit = limit > MAX_BUCKETS ? MAX_BUCKETS : limit < 1 ? 1 : limit;
	k->gpus = type->gpus;
	while (((uint64_t)type->cores >> k->shift) + 1 > limit)
		k->shift++;
	k->buckets = (type->cores >> k->shift) + 1;
	while (1u << k->row_bits < k->buckets)
		k->row_bits++;
	k->words = (k->buckets + 63) / 64;
	k->pages = (type->count + (1u << PAGE_BITS) - 1) >> PAGE_BITS;
	k->set = calloc(rows << k->row_bits, sizeof(*k->set));
	k->filled = calloc(rows * k->words, sizeof(*k->filled));
	return k->set != NULL && k->filled != NULL ? SJ_OK : SJ_ENOMEM;
}

void sets_fini(struct place_sets *s)
{
	for (uint32_t t = 0; s->type != NULL && t < s->type_count; t++) {
		struct place_type *k = &s->type[t];
		size_t sets = 2 * (size_t)(k->gpus + 1) << k->row_bits;

		for (size_t i = 0; k->set != NULL && i < sets; i++)
			free(k->set[i].summary);
		free(k->set);
		free(k->filled);
	}
	free(s->type);
	free(s->at);
	free(s->pages);
	memset(s, 0, sizeof(*s));
}

int sets_build(struct place_sets *s, const sj_ledger *l)
{
	int rc = SJ_OK;

	memset(s, 0, sizeof(*s));
	s->type_count = l->type_count;
	s->type = calloc(l->type_count, sizeof(*s->type));
	s->at = malloc(l->node_count * sizeof(*s->at));
	if (s->type == NULL || s->at == NULL)
		rc = SJ_ENOMEM;
	for (uint32_t t = 0; t < l->type_count && rc == SJ_OK; t++)
		rc = type_init(&s->type[t], &l->types[t]);
	for (uint32_t i = 0; i < l->node_count && rc == SJ_OK; i++) {
		s->at[i] = PLACE_NONE;
		rc = sets_update(s, l, i);
	}
	if (rc != SJ_OK)
		sets_fini(s);
	return rc;
}

/* ---- pages ------------------------------------------------------------------------ */

/* Number of an empty page, from 1; 0: out of memory. Unused ones are chained. */
static uint32_t page_take(struct place_sets *s)
{
	uint32_t page = s->page_free;

	if (page != 0) {
		s->page_free = (uint32_t)s->pages[page][0];
		s->pages[page][0] = 0;
		return page;
	}
	if (s->page_count + 1 >= s->page_cap) {
		uint32_t cap = s->page_cap != 0 ? 2 * s->page_cap : 64;
		void *grown = realloc(s->pages, cap * sizeof(*s->pages));

		if (grown == NULL)
			return 0;
		s->pages = grown;
		s->page_cap = cap;
	}
	page = ++s->page_count;
	memset(s->pages[page], 0, sizeof(s->pages[page]));
	return page;
}

static void page_give(struct place_sets *s, uint32_t page)
{
	s->pages[page][0] = s->page_free;
	s->page_free = page;
}

static bool page_is_empty(const uint64_t w[PAGE_WORDS])
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < PAGE_WORDS; i++)
		any |= w[i];
	return any == 0;
}

/* ---- members ---------------------------------------------------------------------- */

static int set_prepare(const struct place_type *k, struct place_set *set)
{
	size_t words = (k->pages + 63) / 64;

	set->summary = calloc(1, words * sizeof(*set->summary) +
				 k->pages * sizeof(*set->page));
	if (set->summary == NULL)
		return SJ_ENOMEM;
	set->page = (uint32_t *)(set->summary + words);
	return SJ_OK;
}

static int member_add(struct place_sets *s, struct place_type *k, uint32_t at, uint32_t number)
{
	struct place_set *set = &k->set[at];
	uint32_t slot = number >> PAGE_BITS, row = at >> k->row_bits;
	uint32_t bucket = at & ((1u << k->row_bits) - 1);

	if (set->page == NULL && set_prepare(k, set) != SJ_OK)
		return SJ_ENOMEM;
	if (set->page[slot] == 0) {
		set->page[slot] = page_take(s);
		if (set->page[slot] == 0)
			return SJ_ENOMEM;
		set->summary[slot / 64] |= UINT64_C(1) << slot % 64;
	}
	s->pages[set->page[slot]][number / 64 % PAGE_WORDS] |= UINT64_C(1) << number % 64;
	if (number < set->low || set->count == 0)
		set->low = number;
	if (set->count++ == 0)
		k->filled[(size_t)row * k->words + bucket / 64] |= UINT64_C(1) << bucket % 64;
	k->members[row > k->gpus]++;
	return SJ_OK;
}

static void member_remove(struct place_sets *s, struct place_type *k, uint32_t at,
			  uint32_t number)
{
	struct place_set *set = &k->set[at];
	uint32_t slot = number >> PAGE_BITS, row = at >> k->row_bits;
	uint32_t bucket = at & ((1u << k->row_bits) - 1);
	uint64_t *w = s->pages[set->page[slot]];

	w[number / 64 % PAGE_WORDS] &= ~(UINT64_C(1) << number % 64);
	if (page_is_empty(w)) {
		page_give(s, set->page[slot]);
		set->page[slot] = 0;
		set->summary[slot / 64] &= ~(UINT64_C(1) << slot % 64);
	}
	if (number == set->low)
		set->low++;
	if (--set->count == 0)
		k->filled[(size_t)row * k->words + bucket / 64] &= ~(UINT64_C(1) << bucket % 64);
	k->members[row > k->gpus]--;
}

static uint32_t set_of_node(const struct place_sets *s, const sj_ledger *l, uint32_t node)
{
	const sj_node *n = &l->node[node];
	const struct place_type *k = &s->type[n->type];

	if (n->state != SJ_NODE_UP)
		return PLACE_NONE;
	return sets_row(k, n->shared != 0, (uint32_t)__builtin_popcountll(n->gpus))
		       << k->row_bits | n->cores >> k->shift;
}

int sets_update(struct place_sets *s, const sj_ledger *l, uint32_t node)
{
	uint32_t type = l->node[node].type, at = set_of_node(s, l, node);
	uint32_t number = node - l->type_first[type];

	if (at == s->at[node])
		return SJ_OK;
	if (s->at[node] != PLACE_NONE)
		member_remove(s, &s->type[type], s->at[node], number);
	s->at[node] = PLACE_NONE;
	if (at != PLACE_NONE && member_add(s, &s->type[type], at, number) != SJ_OK)
		return SJ_ENOMEM;
	s->at[node] = at;
	return SJ_OK;
}

uint32_t sets_next(const struct place_sets *s, const struct place_type *k,
		   const struct place_set *set, uint32_t from)
{
	uint32_t slot = from >> PAGE_BITS, words = (k->pages + 63) / 64;

	if (slot >= k->pages)
		return PLACE_NONE;
	if (set->page[slot] != 0) {
		const uint64_t *w = s->pages[set->page[slot]];

		for (uint32_t i = from / 64 % PAGE_WORDS; i < PAGE_WORDS; i++) {
			uint64_t x = i == from / 64 % PAGE_WORDS ?
				     w[i] & ~UINT64_C(0) << from % 64 : w[i];

			if (x != 0)
				return (slot << PAGE_BITS) + i * 64 +
				       (uint32_t)__builtin_ctzll(x);
		}
	}
	slot++;
	for (uint32_t i = slot / 64; i < words; i++) {
		uint64_t x = set->summary[i];

		if (i == slot / 64)
			x &= ~UINT64_C(0) << slot % 64;
		if (x != 0) /* a page that is there has a member */
			return sets_next(s, k, set, (i * 64 + (uint32_t)__builtin_ctzll(x))
						    << PAGE_BITS);
	}
	return PLACE_NONE;
}

/* ---- soundness --------------------------------------------------------------------- */

static uint64_t count_members(const struct place_sets *s, const struct place_type *k,
			      uint32_t at)
{
	const struct place_set *set = &k->set[at];
	uint64_t n = 0;

	if (set->page == NULL)
		return 0;
	for (uint32_t i = 0; (i = sets_next(s, k, set, i)) != PLACE_NONE; i++)
		n++;
	return n == set->count && (n == 0 || sets_next(s, k, set, 0) >= set->low) ?
		       n : UINT64_MAX / 2;
}

bool sets_sound(const struct place_sets *s, const sj_ledger *l)
{
	uint64_t members = 0, in_sets = 0;

	for (uint32_t i = 0; i < l->node_count; i++) {
		if (s->at[i] != set_of_node(s, l, i))
			return false;
		members += s->at[i] != PLACE_NONE;
	}
	for (uint32_t t = 0; t < s->type_count; t++) {
		const struct place_type *k = &s->type[t];

		for (uint32_t at = 0; at < 2 * (k->gpus + 1) << k->row_bits; at++)
			in_sets += count_members(s, k, at);
	}
	return members == in_sets;
}
