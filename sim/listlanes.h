/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * listlanes.h - private to sim/listplan*.c: what each core has been promised to.
 *
 * A lane is a core. Its slots are spans of time that do not overlap, in order, in a treap
 * (Seidel and Aragon, Algorithmica 16, 1996) that knows the widest gap below each vertex:
 * the first gap of a length is found in O(log n), as are changes. Priorities are hashes of
 * the number of the slot, so the same calls make the same trees.
 */
#ifndef LISTLANES_H
#define LISTLANES_H

#include "sojourn/policy.h"

#define NO_SLOT UINT32_MAX

struct slot {
	sj_time  start, end;
	uint64_t seq;    /* order of promises: ties of time */
	uint32_t hash;
	uint32_t left, right;
	uint32_t lane;
	uint32_t task;   /* its id */
	uint32_t chain;  /* next slot of the same task */
	/* Of the subtree. */
	sj_time  first, last, gap;
};

struct lane {
	uint32_t root;
	bool     busy;
	sj_time  busy_until; /* expected, when busy */
};

struct lanes {
	sj_ctx      *cx;
	struct lane *lane;
	uint32_t     count;
	struct slot *slot;
	uint32_t     slots, free;
	uint64_t     seq;
};

void     lanes_init(struct lanes *l, sj_ctx *cx);
/* More lanes, empty ones. */
void     lanes_grow(struct lanes *l, uint32_t count);
/* Earliest time from `from` on at which the lane is free for `length`; `append`: behind
 * all slots. */
sj_time  lanes_gap(const struct lanes *l, uint32_t lane, sj_time from, sj_time length,
		   bool append);
/* A new slot of a task in front of its chain. */
uint32_t lanes_promise(struct lanes *l, uint32_t lane, sj_time start, sj_time end,
		       uint64_t seq, uint32_t task, uint32_t chain);
/* Takes it out of its lane; it keeps its number until it is let go. */
void     lanes_take(struct lanes *l, uint32_t slot);
void     lanes_let_go(struct lanes *l, uint32_t slot);
/* First slot of a lane, or NO_SLOT. */
uint32_t lanes_head(const struct lanes *l, uint32_t lane);

#endif
