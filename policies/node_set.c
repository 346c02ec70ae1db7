/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_set.c - a set of nodes by number; see node_set.h. */
#include "node_set.h"

void node_set_init(struct node_set *s, sj_ctx *cx, uint32_t bound)
{
	uint32_t words = bound;

	*s = (struct node_set){ .bound = bound };
	do {
		words = words / 64 + (words % 64 != 0);
		s->word[s->levels++] = sj_alloc(cx, words * sizeof(uint64_t));
	} while (words > 1);
}

bool node_set_has(const struct node_set *s, uint32_t node)
{
	return (s->word[0][node / 64] >> node % 64 & 1) != 0;
}

void node_set_add(struct node_set *s, uint32_t node)
{
	if (node_set_has(s, node))
		return;
	s->count++;
	for (uint32_t l = 0; l < s->levels; l++, node /= 64)
		s->word[l][node / 64] |= UINT64_C(1) << node % 64;
}

void node_set_remove(struct node_set *s, uint32_t node)
{
	if (!node_set_has(s, node))
		return;
	s->count--;
	for (uint32_t l = 0; l < s->levels; l++, node /= 64) {
		s->word[l][node / 64] &= ~(UINT64_C(1) << node % 64);
		if (s->word[l][node / 64] != 0)
			break;
	}
}

/* The first bit of the lowest level that is below bit k of level l. */
static uint32_t descend(const struct node_set *s, uint32_t l, uint32_t k)
{
	while (l-- != 0)
		k = k * 64 + (uint32_t)__builtin_ctzll(s->word[l][k]);
	return k;
}

uint32_t node_set_next(const struct node_set *s, uint32_t from)
{
	uint32_t bound = s->bound;

	for (uint32_t l = 0; l < s->levels && from < bound; l++) {
		uint64_t bits = s->word[l][from / 64] & ~UINT64_C(0) << from % 64;

		if (bits != 0)
			return descend(s, l, from / 64 * 64 + (uint32_t)__builtin_ctzll(bits));
		from = from / 64 + 1;
		bound = bound / 64 + (bound % 64 != 0);
	}
	return NODE_NONE;
}
