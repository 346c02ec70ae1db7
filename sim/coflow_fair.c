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
#include <stdlib.h>
#include <string.h>

#include "coflow_heap.h"
#include "coflow_parts.h"
#include "pes.h"

#define SAME       1e-12 /* relative: levels that close are the same */
#define SWEEPS_MAX 1000u
#define ROUNDS_MAX 1000  /* never seen: they end by themselves */

struct pair {
	uint32_t end[2];
	uint32_t at[2];   /* its place among the active pairs of each end */
	uint32_t flows;   /* active */
	uint32_t side;    /* end[side] holds it back */
	double   got, clock; /* each flow had got `got` when the clock of that end was `clock` */
	struct coflow_heap heap; /* flows, by what they will have got */
};

/* A pair at an end: what the sums need often, apart from the rest. */
struct beside {
	uint32_t other, pair;
	double   flows;
};

struct end {
	double   cap, clock;
	sj_time  since_ns;       /* of the clock */
	struct beside *beside;   /* active pairs ... */
	bool    *holds;          /* ... which of them this end holds back */
	uint32_t pairs;
	uint32_t flows;
	bool     touched, changed;
	struct coflow_heap heap; /* pairs that it holds back, by its clock when a flow is done */
};

struct fair {
	const sj_coflow_case *c;
	bool         shares;
	struct end  *end;
	double      *level;      /* by end */
	bool        *is_dirty;   /* by end */
	uint32_t     ends;
	struct pair *pair;
	uint32_t     pairs;
	uint32_t    *pair_of;    /* flow */
	uint32_t    *coflow_of, *alive;
	uint32_t    *rising;     /* ends by level */
	uint32_t    *touched, touched_count;
	uint32_t     dirty;
	sj_pes       events;     /* by end */
	double      *rate;       /* by flow, for the watch */
	/* behind the arrays above */
	struct beside *besides;
	bool        *holds;
	struct coflow_key *keys;
	uint32_t    *places;
};

/* ---- memory ------------------------------------------------------------------------------- */

static void fair_fini(struct fair *s)
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

static int fair_init(struct fair *s, const sj_coflow_case *c, bool shares, bool watched)
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
	if (s->end == NULL || s->level == NULL || s->is_dirty == NULL || s->pair_of == NULL || s->coflow_of == NULL || s->alive == NULL ||
	    s->rising == NULL || s->touched == NULL || (watched && s->rate == NULL) ||
	    sj_pes_reserve(&s->events, s->ends) != SJ_OK || number_pairs(s) != SJ_OK)
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

/* ---- clocks --------------------------------------------------------------------------------- */

static void touch(struct fair *s, uint32_t e, sj_time now)
{
	struct end *n = &s->end[e];

	if (n->since_ns != now && s->level[e] < INFINITY)
		n->clock += s->level[e] * ((double)(now - n->since_ns) * 1e-9);
	n->since_ns = now;
	if (n->touched)
		return;
	n->touched = true;
	s->touched[s->touched_count++] = e;
	/* Small numbers keep their digits. */
	if (n->heap.count == 0)
		n->clock = 0;
}

static void mark(struct fair *s, uint32_t e, sj_time now)
{
	touch(s, e, now);
	s->dirty += !s->is_dirty[e];
	s->is_dirty[e] = true;
}

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

/* ---- levels ----------------------------------------------------------------------------------- */

struct terms {
	double below, open;      /* sums: flows x lesser levels; flows with others */
	double highest, lowest;  /* level on each side */
};

/* Without branches: half of them would be predicted wrong. */
static struct terms split(const struct fair *s, const struct end *n, double x)
{
	struct terms t = { 0, 0, 0, INFINITY };
	double limit = x * (1 - SAME);

	for (uint32_t i = 0; i < n->pairs; i++) {
		double level = s->level[n->beside[i].other], flows = n->beside[i].flows;
		double got = level * flows;
		bool lesser = level < limit;
		double low = lesser ? level : 0, high = lesser ? INFINITY : level;

		t.below += lesser ? got : 0;
		t.open += lesser ? 0 : flows;
		t.highest = low > t.highest ? low : t.highest;
		t.lowest = high < t.lowest ? high : t.lowest;
	}
	return t;
}

/* The root of the head comment's equation. The sum is concave in x, so that Newton's method
 * comes from below after one step, and ends when no term changes its branch. */
static double level_of(const struct fair *s, uint32_t e)
{
	const struct end *n = &s->end[e];
	double x = s->level[e], least;

	if (n->pairs == 0)
		return INFINITY;
	least = n->cap / n->flows;
	if (s->shares)
		return least;
	if (!(x < INFINITY))
		x = least;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		struct terms t = split(s, n, x);

		if (t.open == 0 && t.below <= n->cap)
			return INFINITY;
		x = t.open > 0 ? (n->cap - t.below) / t.open : 0;
		if (t.open > 0 && t.highest < x * (1 - SAME) && t.lowest >= x * (1 - SAME))
			break;
		/* Too high a start: once more from below. */
		if (x < least)
			x = least;
	}
	return x;
}

static void change_level(struct fair *s, uint32_t e, double level, sj_time now)
{
	struct end *n = &s->end[e];
	double least = (s->level[e] < level ? s->level[e] : level) * (1 - SAME);

	touch(s, e, now);
	s->level[e] = level;
	n->changed = true;
	if (s->shares)
		return;
	for (uint32_t i = 0; i < n->pairs; i++)
		if (s->level[n->beside[i].other] > least)
			mark(s, n->beside[i].other, now);
}

static bool same(double a, double b)
{
	return a == b || (isfinite(a) && isfinite(b) && fabs(a - b) <= SAME * a);
}

/* Ends in rising order, again until nothing changes. */
static bool settle_levels(struct fair *s, sj_time now)
{
	for (uint32_t sweep = 0; s->dirty != 0; sweep++) {
		if (sweep == SWEEPS_MAX)
			return false;
		for (uint32_t i = 0; i < s->ends && s->dirty != 0; i++) {
			uint32_t e = s->rising[i];
			double level;

			if (!s->is_dirty[e])
				continue;
			s->is_dirty[e] = false;
			s->dirty--;
			level = level_of(s, e);
			if (!same(level, s->level[e]))
				change_level(s, e, level, now);
		}
	}
	return true;
}

static void sort_levels(struct fair *s)
{
	for (uint32_t i = 1; i < s->ends; i++) {
		uint32_t e = s->rising[i], k = i;

		for (; k > 0 && s->level[s->rising[k - 1]] > s->level[e]; k--)
			s->rising[k] = s->rising[k - 1];
		s->rising[k] = e;
	}
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

	touch(s, p->end[0], now);
	touch(s, p->end[1], now);
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
	if (!settle_levels(s, now))
		return false;
	sort_levels(s);
	/* The list grows meanwhile. */
	for (uint32_t i = 0; i < s->touched_count; i++)
		change_sides(s, s->touched[i], now);
	for (uint32_t i = 0; i < s->touched_count; i++)
		plan(s, s->touched[i], now);
	s->touched_count = 0;
	return true;
}

/* ---- flows ---------------------------------------------------------------------------------------- */

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

	mark(s, p->end[0], now);
	mark(s, p->end[1], now);
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

	touch(s, e, now);
	while (n->heap.count != 0 && n->heap.key[0].at <= n->clock + s->level[e] * 1e-12) {
		uint32_t pair = n->heap.key[0].id;
		struct pair *p = &s->pair[pair];
		double limit = got(s, p) + s->level[e] * 1e-12;

		mark(s, p->end[0], now);
		mark(s, p->end[1], now);
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

/* ---- the run ---------------------------------------------------------------------------------------- */

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
	int rc = fair_init(&s, c, rule->order == SJ_COFLOW_SHARES, watch != NULL);

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
	fair_fini(&s);
	return rc;
}
