/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balance.h - what the parts of `balance` share.
 */
#ifndef BALANCE_H
#define BALANCE_H

#include <gsl/gsl_rng.h>

#include "balance_queues.h"
#include "sojourn/queue.h"

enum balance_to { TO_RANDOM, TO_ROUNDROBIN, TO_LEAST, TO_JSQ };
enum balance_load { LOAD_QUEUE, LOAD_WORK };

struct balance {
	int                   to, load;
	int64_t               d;
	bool                  late, batch;
	struct balance_queues q;
	gsl_rng              *rng;
	uint32_t              turn;    /* of round robin */
	uint32_t             *least;   /* tournament over lengths: node numbers; leaves behind */
	uint32_t              leaves;
	uint32_t             *drawn;   /* at most as many as there are nodes */
	uint32_t              drawn_count;
	sj_queue             *wide;    /* tasks of several nodes, by stamp */
	sj_queue             *parked;  /* tasks whose nodes are all down, by stamp */
	const sj_task       **fresh;   /* batch=yes: ready since the last pass */
	uint32_t              fresh_count, fresh_cap;
};

/* ---- whereto: balance_choose.c ---- */

void balance_choose_init(struct balance *s, sj_ctx *cx);
/* The node's length has changed. */
void balance_play(struct balance *s, uint32_t node);
/* Could some node hold it, if it were up? */
bool balance_is_narrow(const struct balance *s, sj_ctx *cx, const sj_task *t);
/* The node that to= says; those drawn for it are s->drawn. BALANCE_NOWHERE: none is up. */
uint32_t balance_choose(struct balance *s, sj_ctx *cx, const sj_task *t);
/* Different nodes that can hold t, all alike, into s->drawn: `want`, or as many as there are. */
void balance_draw(struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t want);
/* Those drawn, by load; of equals the one drawn first. */
void balance_sort_drawn(struct balance *s, sj_ctx *cx);

/* ---- binding: balance_bind.c ---- */

void balance_bind(struct balance *s, sj_ctx *cx, const sj_task *t);
/* What has become ready since the last pass, batch by batch. */
void balance_bind_fresh(struct balance *s, sj_ctx *cx);

#endif
