/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_fill.c - progressive filling (Bertsekas and Gallager, 6.5.2) over a set of flows.
 *
 * The level of all open flows rises together; the link that saturates first fixes the open
 * flows that cross it, and so on. Links wait in a heap under the level at which they
 * saturate, with what was known when they were put there: fixing others can only leave a
 * link more, so that a level that is out of date is too low, and is mended when it comes
 * to the top.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flow_share.h"

/* ---- a heap of links: (level, link) as one number, as in pes.c --------------------------- */

typedef unsigned __int128 entry;

/* Levels are not negative: the order of their bits is theirs. */
static inline entry entry_of(double level, uint32_t link)
{
	uint64_t bits;

	memcpy(&bits, &level, sizeof(bits));
	return (entry)bits << 64 | link;
}

static inline double level_of_entry(entry e)
{
	uint64_t bits = (uint64_t)(e >> 64);
	double level;

	memcpy(&level, &bits, sizeof(level));
	return level;
}

/* Three entries behind the last are larger than all. */
static void sift_down(entry *h, uint32_t count, uint32_t i, entry e)
{
	uint32_t c;

	while ((c = i * 4 + 1) < count) {
		uint32_t a = c + (h[c + 1] < h[c]);
		uint32_t b = c + 2 + (h[c + 3] < h[c + 2]);
		uint32_t least = h[b] < h[a] ? b : a;

		if (h[least] >= e)
			break;
		h[i] = h[least];
		i = least;
	}
	h[i] = e;
}

static void remove_first(struct sj_flow_share *s)
{
	entry last = s->heap[--s->heap_count];

	s->heap[s->heap_count] = ~(entry)0;
	if (s->heap_count != 0)
		sift_down(s->heap, s->heap_count, 0, last);
}

static inline double level_of(const struct share_link *l)
{
	return l->rest > 0 ? l->rest / l->weight : 0;
}

static void make_heap(struct sj_flow_share *s)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->link_count; i++) {
		const struct share_link *l = &s->at[s->links[i]];

		if (l->open != 0)
			s->heap[count++] = entry_of(level_of(l), s->links[i]);
	}
	for (uint32_t i = 0; i < 3; i++)
		s->heap[count + i] = ~(entry)0;
	for (uint32_t i = (count + 2) / 4; i-- > 0;)
		sift_down(s->heap, count, i, s->heap[i]);
	s->heap_count = count;
}

/* ---- caps ------------------------------------------------------------------------------------ */

static int by_level(const void *a, const void *b)
{
	const struct flow_level *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->flow < y->flow ? -1 : x->flow > y->flow;
}

static void gather_caps(const sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	s->cap_count = s->cap_at = 0;
	if (!n->capped)
		return;
	for (uint32_t i = 0; i < s->set_count; i++) {
		const sj_flow *f = &n->flow[s->set[i]];

		if (isfinite(f->cap))
			s->caps[s->cap_count++] =
				(struct flow_level){ f->cap / f->weight, s->set[i] };
	}
	if (s->cap_count > 1)
		qsort(s->caps, s->cap_count, sizeof(*s->caps), by_level);
}

/* ---- filling ------------------------------------------------------------------------------- */

static inline void fix(sj_flows *n, uint32_t flow, double level, uint32_t by)
{
	struct sj_flow_share *s = n->share;
	const sj_hop *h = path_of(n, flow);
	double w = n->uniform ? 1 : n->flow[flow].weight, rate = level * w;
	uint32_t hops = n->hops[flow];

	s->next[flow] = level;
	s->bound[flow] = by;
	for (uint32_t k = 0; k < hops; k++) {
		struct share_link *l = &s->at[h[k].link];

		l->rest -= rate;
		l->weight -= w;
		l->open--;
		if (level > l->top)
			l->top = level;
	}
}

static void fix_capped(sj_flows *n, double until)
{
	struct sj_flow_share *s = n->share;

	while (s->cap_at < s->cap_count && s->caps[s->cap_at].at <= until) {
		struct flow_level c = s->caps[s->cap_at++];

		if (s->next[c.flow] == OPEN)
			fix(n, c.flow, c.at, NOWHERE);
	}
}

static void saturate(sj_flows *n, uint32_t link, double level)
{
	struct sj_flow_share *s = n->share;
	const sj_crossing *c = n->link[link].crossing;

	for (; s->at[link].open != 0; c++)
		if (s->next[c->flow] == OPEN)
			fix(n, c->flow, level, link);
}

void share_fill(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	gather_caps(n);
	make_heap(s);
	while (s->heap_count != 0) {
		double known = level_of_entry(s->heap[0]), level;
		uint32_t link = (uint32_t)s->heap[0];

		if (s->at[link].open == 0) {
			remove_first(s);
			continue;
		}
		if (s->cap_at < s->cap_count && s->caps[s->cap_at].at <= known) {
			fix_capped(n, s->caps[s->cap_at].at);
			continue;
		}
		level = level_of(&s->at[link]);
		if (level > known * (1 + 1e-14)) {
			sift_down(s->heap, s->heap_count, 0, entry_of(level, link));
			continue;
		}
		remove_first(s);
		saturate(n, link, level);
	}
	fix_capped(n, INFINITY);
	n->solved += s->set_count;
	for (uint32_t i = 0; i < s->set_count; i++)
		if (s->next[s->set[i]] == OPEN) {
			s->next[s->set[i]] = INFINITY;
			s->bound[s->set[i]] = NOWHERE;
		}
}

/* ---- what the others leave -------------------------------------------------------------------- */

void share_open_whole(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->set_count; i++)
		s->next[s->set[i]] = OPEN;
	for (uint32_t i = 0; i < s->link_count; i++) {
		const sj_link *l = &n->link[s->links[i]];
		struct share_link *at = &s->at[s->links[i]];

		at->rest = l->bytes_per_s;
		at->weight = l->weight;
		at->open = l->count;
		at->top = 0;
	}
}

static void open_uniform(const sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	struct share_link *at = &s->at[link];
	double rest = l->bytes_per_s, top = 0;
	uint32_t open = 0;

	for (uint32_t k = 0; k < l->count; k++) {
		double level = s->next[l->crossing[k].flow];

		open += level == OPEN;
		rest -= level > 0 ? level : 0;
		top = level > top ? level : top;
	}
	at->rest = rest;
	at->weight = open;
	at->open = open;
	at->top = top;
}

static void open_weighted(const sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	struct share_link *at = &s->at[link];

	*at = (struct share_link){ .rest = l->bytes_per_s, .touched = at->touched };
	for (uint32_t k = 0; k < l->count; k++) {
		uint32_t f = l->crossing[k].flow;

		if (s->next[f] == OPEN) {
			at->open++;
			at->weight += n->flow[f].weight;
		} else {
			at->rest -= s->next[f] * n->flow[f].weight;
			at->top = fmax(at->top, s->next[f]);
		}
	}
}

void share_open(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->set_count; i++)
		s->next[s->set[i]] = OPEN;
	for (uint32_t i = 0; i < s->link_count; i++)
		if (n->uniform)
			open_uniform(n, s->links[i]);
		else
			open_weighted(n, s->links[i]);
}
