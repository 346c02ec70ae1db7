/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_fair.c - per-flow fair sharing on one switch, by ports instead of by flows.
 *
 * On a route of two links a max-min fair rate is the lesser of two levels, one of each end of
 * the flow: the level of an end is the x that solves
 *
 *     sum over its flows of min(x, level of the flow's other end) = capacity,
 *
 * and infinity when its flows cannot fill it. (Any such levels are fair: a flow is largest on
 * the end of the lesser level, and that end is full.) The level of an end depends on lower
 * levels only. So after a change the ends it touches are computed anew in rising order, and
 * further only where a level changed: no flow is looked at.
 *
 * All flows of a pair of ports have the same rate, and all pairs held back by one end have that
 * end's level. An end has a clock of what each of its flows has got; a pair keeps its flows in
 * a heap by what they will have got when they are done, an end its pairs in another. A change
 * of a level moves nothing in them. An event costs O(ends + pairs at the ends whose level
 * changed), whatever the number of flows.
 */
#include <math.h>
#include <string.h>

#include "coflow_fair.h"

/* What each flow of the pair has got; the end's clock must be at `now`. */
static double got(const struct fair *s, const struct pair *p)
{
	return p->got + (s->end[p->end[p->side]].clock - p->clock);
}

static void hold(struct fair *s, uint32_t pair)
{
	struct pair *p = &s->pair[pair];
	struct end *n = &s->end[p->end[p->side]];

	coflow_heap_put(&n->heap, pair, p->clock + (p->heap.key[0].at - p->got));
}

/* The end of the lesser level holds a pair back, the sending one when they are equal. */
static inline bool is_held_by(const struct fair *s, uint32_t e, uint32_t other)
{
	return e < s->c->ports ? s->level[e] <= s->level[other] : s->level[e] < s->level[other];
}

static void set_side(struct fair *s, struct pair *p, uint32_t side)
{
	p->side = side;
	p->clock = s->end[p->end[side]].clock;
	for (uint32_t k = 0; k < 2; k++)
		s->end[p->end[k]].holds[p->at[k]] = k == side;
}

static void change_side(struct fair *s, uint32_t pair, sj_time now)
{
	struct pair *p = &s->pair[pair];

	sj_fair_touch(s, p->end[0], now);
	sj_fair_touch(s, p->end[1], now);
	p->got = got(s, p);
	coflow_heap_remove(&s->end[p->end[p->side]].heap, pair);
	set_side(s, p, !p->side);
	hold(s, pair);
}

/* Pairs that the other end holds back now go over to it, or come. */
static void change_sides(struct fair *s, uint32_t e, sj_time now)
{
	struct end *n = &s->end[e];

	for (uint32_t i = 0; i < n->pairs && n->changed; i++)
		if (is_held_by(s, e, n->beside[i].other) != n->holds[i])
			change_side(s, n->beside[i].pair, now);
	n->changed = false;
}

static void plan(struct fair *s, uint32_t e, sj_time now)
{
	struct end *n = &s->end[e];
	double ns;

	n->touched = false;
	if (n->heap.count == 0) {
		sj_pes_cancel(&s->events, e);
		return;
	}
	ns = ceil((n->heap.key[0].at - n->clock) / s->level[e] * 1e9);
	ns = ns > 0 ? ns : 0;
	sj_pes_move(&s->events, e, ns < (double)(SJ_TIME_MAX - now) ? now + (sj_time)ns :
								     SJ_TIME_MAX);
}

static bool settle(struct fair *s, sj_time now)
{
	if (!sj_fair_levels(s, now))
		return false;
	/* The list grows meanwhile. */
	for (uint32_t i = 0; i < s->touched_count; i++)
		change_sides(s, s->touched[i], now);
	for (uint32_t i = 0; i < s->touched_count; i++)
		plan(s, s->touched[i], now);
	s->touched_count = 0;
	return true;
}

/* ---- flows ------------------------------------------------------------------------- */

static void join_ends(struct fair *s, uint32_t pair)
{
	struct pair *p = &s->pair[pair];

	p->got = 0;
	for (int side = 0; side < 2; side++) {
		struct end *n = &s->end[p->end[side]];

		p->at[side] = n->pairs;
		n->beside[n->pairs++] = (struct beside){ p->end[!side], pair, 0 };
	}
	set_side(s, p, is_held_by(s, p->end[0], p->end[1]) ? 0 : 1);
}

static void leave_ends(struct fair *s, uint32_t pair)
{
	struct pair *p = &s->pair[pair];

	for (int side = 0; side < 2; side++) {
		struct end *n = &s->end[p->end[side]];
		uint32_t last = --n->pairs, at = p->at[side];

		n->beside[at] = n->beside[last];
		n->holds[at] = n->holds[last];
		s->pair[n->beside[at].pair].at[side] = at;
	}
}

static void count_flows(struct fair *s, struct pair *p, int change)
{
	p->flows += (uint32_t)change;
	for (int side = 0; side < 2; side++) {
		s->end[p->end[side]].beside[p->at[side]].flows = p->flows;
		s->end[p->end[side]].flows += (uint32_t)change;
	}
}

static void add_flow(struct fair *s, uint32_t f, sj_time now)
{
	uint32_t pair = s->pair_of[f];
	struct pair *p = &s->pair[pair];

	sj_fair_mark(s, p->end[0], now);
	sj_fair_mark(s, p->end[1], now);
	if (p->flows == 0)
		join_ends(s, pair);
	else
		coflow_heap_remove(&s->end[p->end[p->side]].heap, pair);
	coflow_heap_put(&p->heap, f, got(s, p) + s->c->flow[f].bytes);
	hold(s, pair);
	count_flows(s, p, 1);
}

static void end_flow(struct fair *s, uint32_t f, sj_time now, sj_coflow_result *out)
{
	uint32_t coflow = s->coflow_of[f];

	if (out->flow_finish_ns != NULL)
		out->flow_finish_ns[f] = now;
	if (--s->alive[coflow] == 0)
		out->finish_ns[coflow] = now;
}

/* The flows of an end that are done; a thousandth of a nanosecond may be missing. */
static void end_flows(struct fair *s, uint32_t e, sj_time now, sj_coflow_result *out)
{
	struct end *n = &s->end[e];

	sj_fair_touch(s, e, now);
	while (n->heap.count != 0 && n->heap.key[0].at <= n->clock + s->level[e] * 1e-12) {
		uint32_t pair = n->heap.key[0].id;
		struct pair *p = &s->pair[pair];
		double limit = got(s, p) + s->level[e] * 1e-12;

		sj_fair_mark(s, p->end[0], now);
		sj_fair_mark(s, p->end[1], now);
		coflow_heap_remove(&n->heap, pair);
		do {
			end_flow(s, p->heap.key[0].id, now, out);
			coflow_heap_pop(&p->heap);
			count_flows(s, p, -1);
		} while (p->heap.count != 0 && p->heap.key[0].at <= limit);
		if (p->flows == 0)
			leave_ends(s, pair);
		else
			hold(s, pair);
	}
}

static void arrive(struct fair *s, uint32_t coflow, sj_coflow_result *out)
{
	const sj_coflow *k = &s->c->coflow[coflow];

	for (uint32_t f = k->first; f < k->first + k->flows; f++) {
		if (s->c->flow[f].bytes > 0) {
			s->alive[coflow]++;
			add_flow(s, f, k->arrival_ns);
		} else if (out->flow_finish_ns != NULL) {
			out->flow_finish_ns[f] = k->arrival_ns;
		}
	}
	if (s->alive[coflow] == 0)
		out->finish_ns[coflow] = k->arrival_ns;
}

/* ---- the run ----------------------------------------------------------------------- */

static void tell(const struct fair *s, const sj_coflow_watch *watch, sj_time now)
{
	memset(s->rate, 0, s->c->flows * sizeof(*s->rate));
	for (uint32_t i = 0; i < s->pairs; i++) {
		const struct pair *p = &s->pair[i];

		for (uint32_t k = 0; k < p->heap.count; k++)
			s->rate[p->heap.key[k].id] = s->level[p->end[p->side]];
	}
	watch->rates(watch->self, now, s->rate);
}

int sj_coflow_run_fair(const sj_coflow_case *c, const sj_coflow_rule *rule,
		       const sj_coflow_watch *watch, sj_coflow_result *out)
{
	struct fair s;
	uint32_t came = 0;
	int rc = sj_fair_init(&s, c, rule->order == SJ_COFLOW_SHARES, watch != NULL);

	while (rc == SJ_OK) {
		sj_time now = sj_pes_time(&s.events);

		if (came < c->count && c->coflow[came].arrival_ns < now)
			now = c->coflow[came].arrival_ns;
		if (now > SJ_TIME_MAX)
			break;
		while (sj_pes_time(&s.events) <= now)
			end_flows(&s, sj_pes_pop(&s.events), now, out);
		for (; came < c->count && c->coflow[came].arrival_ns == now; came++)
			arrive(&s, came, out);
		if (!settle(&s, now))
			rc = SJ_EINVARIANT;
		out->computed++;
		if (watch != NULL && rc == SJ_OK)
			tell(&s, watch, now);
	}
	sj_fair_fini(&s);
	return rc;
}
