/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * node_set.h - a set of nodes by number, searched in order: bits, with a bit for each word
 * of bits above them, and so on. Everything is O(log nodes) to the base of 64.
 */
#ifndef NODE_SET_H
#define NODE_SET_H

#include "sojourn/policy.h"

#define NODE_NONE UINT32_MAX

enum { NODE_SET_LEVELS = 6 }; /* 64^6 > 2^32 */

struct node_set {
	uint64_t *word[NODE_SET_LEVELS]; /* the last level used is one word */
	uint32_t  levels, bound, count;
};

/* Empty, for numbers below `bound`. */
void node_set_init(struct node_set *s, sj_ctx *cx, uint32_t bound);
void node_set_add(struct node_set *s, uint32_t node);
void node_set_remove(struct node_set *s, uint32_t node);
bool node_set_has(const struct node_set *s, uint32_t node);
/* The first one that is not below `from`; NODE_NONE. */
uint32_t node_set_next(const struct node_set *s, uint32_t from);

#endif
