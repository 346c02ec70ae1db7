/* SPDX-License-Identifier: GPL-3.0-or-later */
/* balance_choose.c - which node's queue a task joins. */
#include <stdlib.h>

#include "balance.h"

enum { TRIES = 64 }; /* draws of a node that will not do before all are looked at */
enum { FEW = 32 };   /* nodes to draw one after another */

/* ---- loads ---------------------------------------------------------------------- */

/* Does a have less to do than b? */
static bool less(const struct balance *s, sj_ctx *cx, uint32_t a, uint32_t b)
{
	const struct balance_node *x = &s->q.node[a], *y = &s->q.node[b];

	if (s->load == LOAD_QUEUE)
		return x->length < y->length;
	return balance_work(&s->q, cx, a) * y->cores < balance_work(&s->q, cx, b) * x->cores;
}

void balance_play(struct balance *s, uint32_t node)
{
	const struct balance_node *n = s->q.node;

	if (s->least == NULL)
		return;
	for (uint32_t i = (s->leaves + node) / 2; i >= 1; i /= 2) {
		uint32_t a = s->least[2 * i], b = s->least[2 * i + 1];

		s->least[i] = b == BALANCE_NOWHERE || n[a].length <= n[b].length ? a : b;
	}
}

void balance_choose_init(struct balance *s, sj_ctx *cx)
{
	s->drawn = sj_alloc(cx, s->q.nodes * sizeof(*s->drawn));
	if (s->to != TO_LEAST || s->load != LOAD_QUEUE)
		return;
	for (s->leaves = 2; s->leaves < s->q.nodes;)
		s->leaves *= 2;
	s->least = sj_alloc(cx, 2 * (size_t)s->leaves * sizeof(*s->least));
	for (uint32_t i = 0; i < 2 * s->leaves; i++)
		s->least[i] = BALANCE_NOWHERE;
	for (uint32_t k = 0; k < s->q.nodes; k++)
		s->least[s->leaves + k] = k;
	for (uint32_t i = s->leaves - 1; i >= 1; i--)
		s->least[i] = s->least[2 * i]; /* all are empty: the lowest number */
}

/* ---- whereto -------------------------------------------------------------------- */

/* Could the empty node hold it? A pool can. */
static bool holds(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	sj_slot slot = { node, t->ranks };
	sj_placement where = { 1, &slot };

	return sj_node_count(cx) == 0 || sj_rate(cx, t, t->ranks, &where) > 0;
}

bool balance_is_narrow(const struct balance *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (holds(cx, t, k))
			return true;
	return false;
}

static bool usable(sj_ctx *cx, const sj_task *t, uint32_t node)
{
	return (sj_node_count(cx) == 0 || sj_node_get_state(cx, node) == SJ_NODE_UP) &&
	       holds(cx, t, node);
}

static bool is_drawn(const struct balance *s, uint32_t node)
{
	for (uint32_t i = 0; i < s->drawn_count; i++)
		if (s->drawn[i] == node)
			return true;
	return false;
}

/* From all that will do and are not drawn yet. */
static void draw_from_all(struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t want)
{
	uint32_t *all = sj_scratch(cx, s->q.nodes * sizeof(*all)), n = 0;

	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (usable(cx, t, k) && !is_drawn(s, k))
			all[n++] = k;
	for (; s->drawn_count < want && n != 0; n--) {
		uint32_t i = (uint32_t)gsl_rng_uniform_int(s->rng, n);

		s->drawn[s->drawn_count++] = all[i];
		all[i] = all[n - 1];
	}
}

void balance_draw(struct balance *s, sj_ctx *cx, const sj_task *t, uint32_t want)
{
	s->drawn_count = 0;
	if (t->node != 0) { /* pinned */
		if (usable(cx, t, t->node - 1))
			s->drawn[s->drawn_count++] = t->node - 1;
		return;
	}
	for (int i = 0; i < TRIES && s->drawn_count < want && want < s->q.nodes &&
	     (want < FEW || !s->batch); i++) {
		uint32_t k = (uint32_t)gsl_rng_uniform_int(s->rng, s->q.nodes);

		if (!is_drawn(s, k) && usable(cx, t, k))
			s->drawn[s->drawn_count++] = k;
	}
	if (s->drawn_count < want)
		draw_from_all(s, cx, t, want);
}

static uint32_t next_turn(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	for (uint32_t i = 0; i < s->q.nodes; i++) {
		uint32_t k = (s->turn + i) % s->q.nodes;

		if (usable(cx, t, k)) {
			s->turn = (k + 1) % s->q.nodes;
			return k;
		}
	}
	return BALANCE_NOWHERE;
}

static uint32_t least_of_all(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	uint32_t best = BALANCE_NOWHERE;

	if (s->least != NULL && usable(cx, t, s->least[1]))
		return s->least[1];
	for (uint32_t k = 0; k < s->q.nodes; k++)
		if (usable(cx, t, k) && (best == BALANCE_NOWHERE || less(s, cx, k, best)))
			best = k;
	return best;
}

static uint32_t least_of_drawn(struct balance *s, sj_ctx *cx)
{
	uint32_t best = s->drawn_count != 0 ? s->drawn[0] : BALANCE_NOWHERE;

	for (uint32_t i = 1; i < s->drawn_count; i++)
		if (less(s, cx, s->drawn[i], best))
			best = s->drawn[i];
	return best;
}

uint32_t balance_choose(struct balance *s, sj_ctx *cx, const sj_task *t)
{
	switch (s->to) {
	case TO_ROUNDROBIN:
		return next_turn(s, cx, t);
	case TO_LEAST:
		return least_of_all(s, cx, t);
	default:
		balance_draw(s, cx, t, s->to == TO_JSQ ? (uint32_t)s->d : 1);
		return least_of_drawn(s, cx);
	}
}

/* ---- several at once ------------------------------------------------------------ */

struct drawn {
	double   load;
	uint32_t place; /* in the order of drawing */
	uint32_t node;
};

static int by_load(const void *a, const void *b)
{
	const struct drawn *x = a, *y = b;

	if (x->load != y->load)
		return x->load < y->load ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

void balance_sort_drawn(struct balance *s, sj_ctx *cx)
{
	struct drawn *list = sj_scratch(cx, (s->drawn_count + 1) * sizeof(*list));

	for (uint32_t i = 0; i < s->drawn_count; i++) {
		const struct balance_node *n = &s->q.node[s->drawn[i]];

		list[i] = (struct drawn){ .place = i, .node = s->drawn[i], .load = n->length };
		if (s->load == LOAD_WORK)
			list[i].load = (double)balance_work(&s->q, cx, s->drawn[i]) / n->cores;
	}
	qsort(list, s->drawn_count, sizeof(*list), by_load);
	for (uint32_t i = 0; i < s->drawn_count; i++)
		s->drawn[i] = list[i].node;
}
