/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_fair_init.c - pairs of ports that have flows at all, and the memory of what is kept. */
#include <math.h>
#include <stdlib.h>

#include "coflow_fair.h"

void sj_fair_fini(struct fair *s)
{
	free(s->end);
	free(s->level);
	free(s->is_dirty);
	free(s->holds);
	free(s->pair);
	free(s->pair_of);
	free(s->coflow_of);
	free(s->alive);
	free(s->rising);
	free(s->touched);
	free(s->rate);
	free(s->besides);
	free(s->keys);
	free(s->places);
	sj_pes_fini(&s->events);
}

struct route {
	uint32_t src, dst, flow;
};

static int by_route(const void *a, const void *b)
{
	const struct route *x = a, *y = b;

	if (x->src != y->src)
		return x->src < y->src ? -1 : 1;
	if (x->dst != y->dst)
		return x->dst < y->dst ? -1 : 1;
	return x->flow < y->flow ? -1 : x->flow > y->flow;
}

/* Numbers the pairs of ports that have flows at all, in order of ports. */
static int number_pairs(struct fair *s)
{
	const sj_coflow_case *c = s->c;
	struct route *r = malloc((c->flows + 1) * sizeof(*r));

	s->pair = malloc((c->flows + 1) * sizeof(*s->pair));
	if (r == NULL || s->pair == NULL) {
		free(r);
		return SJ_ENOMEM;
	}
	for (uint32_t f = 0; f < c->flows; f++)
		r[f] = (struct route){ c->flow[f].src, c->flow[f].dst, f };
	qsort(r, c->flows, sizeof(*r), by_route);
	for (uint32_t i = 0; i < c->flows; i++) {
		if (i == 0 || r[i].src != r[i - 1].src || r[i].dst != r[i - 1].dst)
			s->pair[s->pairs++] = (struct pair){
				.end = { r[i].src, c->ports + r[i].dst },
			};
		s->pair_of[r[i].flow] = s->pairs - 1;
		s->pair[s->pairs - 1].heap.cap++;
	}
	free(r);
	return SJ_OK;
}

/* Every heap and list has its place in one array. */
static int lay_out(struct fair *s)
{
	struct coflow_key *key;
	struct beside *b;

	s->besides = malloc((2 * (size_t)s->pairs + 1) * sizeof(*s->besides));
	s->holds = malloc((2 * (size_t)s->pairs + 1) * sizeof(*s->holds));
	s->keys = malloc(((size_t)s->c->flows + 2 * (size_t)s->pairs + 1) * sizeof(*s->keys));
	s->places = malloc((s->pairs + 1) * sizeof(*s->places));
	if (s->besides == NULL || s->holds == NULL || s->keys == NULL || s->places == NULL)
		return SJ_ENOMEM;
	key = s->keys;
	for (uint32_t p = 0; p < s->pairs; p++) {
		s->pair[p].heap.key = key;
		key += s->pair[p].heap.cap;
		for (int side = 0; side < 2; side++)
			s->end[s->pair[p].end[side]].heap.cap++;
	}
	b = s->besides;
	for (uint32_t e = 0; e < s->ends; e++) {
		s->end[e].heap.key = key;
		s->end[e].heap.place = s->places; /* a pair is at one end at a time */
		s->end[e].beside = b;
		s->end[e].holds = s->holds + (b - s->besides);
		key += s->end[e].heap.cap;
		b += s->end[e].heap.cap;
	}
	return SJ_OK;
}

int sj_fair_init(struct fair *s, const sj_coflow_case *c, bool shares, bool watched)
{
	size_t flows = c->flows + 1;

	*s = (struct fair){ .c = c, .shares = shares, .ends = 2 * c->ports };
	s->end = calloc(s->ends, sizeof(*s->end));
	s->level = malloc(s->ends * sizeof(*s->level));
	s->is_dirty = calloc(s->ends, sizeof(*s->is_dirty));
	s->pair_of = malloc(flows * sizeof(*s->pair_of));
	s->coflow_of = malloc(flows * sizeof(*s->coflow_of));
	s->alive = calloc(c->count + 1, sizeof(*s->alive));
	s->rising = malloc(s->ends * sizeof(*s->rising));
	s->touched = malloc(s->ends * sizeof(*s->touched));
	s->rate = watched ? calloc(flows, sizeof(*s->rate)) : NULL;
	if (s->end == NULL || s->level == NULL || s->is_dirty == NULL || s->pair_of == NULL ||
	    s->coflow_of == NULL || s->alive == NULL || s->rising == NULL || s->touched == NULL ||
	    (watched && s->rate == NULL) || sj_pes_reserve(&s->events, s->ends) != SJ_OK || number_pairs(s) != SJ_OK)
		return SJ_ENOMEM;
	for (uint32_t e = 0; e < s->ends; e++) {
		s->end[e].cap = e < c->ports ? c->send[e] : c->receive[e - c->ports];
		s->level[e] = INFINITY;
		s->rising[e] = e;
	}
	for (uint32_t i = 0; i < c->count; i++)
		for (uint32_t k = 0; k < c->coflow[i].flows; k++)
			s->coflow_of[c->coflow[i].first + k] = i;
	return lay_out(s);
}
