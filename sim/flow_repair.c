/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_repair.c - which flows a change can have touched, found by the certificate of
 * flow.h: every flow runs at its cap or crosses a saturated link on which its level is the
 * largest.
 *
 * The set begins with the flows whose bottleneck the change may have moved, is filled, and
 * grows by those whose certificate fails. Each flow remembers one link at which its
 * certificate held: while the set does not touch that link it still holds, and nobody
 * looks further. So one step costs what crosses the touched links, and no more.
 */
#include <math.h>
#include <string.h>

#include "flow_share.h"

/* ---- the certificate ---------------------------------------------------------------- */

static void look_at(const sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	double used = 0, top = 0;

	if (s->stat[link] == s->stat_stamp)
		return;
	for (uint32_t k = 0; k < l->count; k++) {
		uint32_t f = l->crossing[k].flow;
		double level = s->next[f];

		used += n->uniform ? level : level * n->flow[f].weight;
		if (level > top)
			top = level;
	}
	s->used[link] = used;
	s->top[link] = top;
	s->stat[link] = s->stat_stamp;
}

static inline bool is_touched(const struct sj_flow_share *s, uint32_t link)
{
	return s->at[link].touched == s->stamp;
}

/* Of a touched link, after filling. */
static inline bool saturated(const sj_flows *n, uint32_t link)
{
	return n->share->at[link].rest <= n->link[link].bytes_per_s * (1 - SATURATED);
}

static bool largest_at(const sj_flows *n, uint32_t link, double level)
{
	const struct sj_flow_share *s = n->share;

	if (is_touched(s, link))
		return level >= s->at[link].top * SATURATED && saturated(n, link);
	look_at(n, link);
	return s->used[link] >= n->link[link].bytes_per_s * SATURATED &&
	       level >= s->top[link] * SATURATED;
}

/* What is learnt of a touched link holds only if this try succeeds, so it is remembered
 * only of flows of the set, which share_give_up() makes forget it. */
static bool has_bottleneck(const sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	const sj_flow *f = &n->flow[flow];
	const sj_hop *h = path_of(n, flow);
	double level = s->next[flow];

	s->bound[flow] = NOWHERE;
	if (n->capped && level * f->weight >= f->cap * SATURATED)
		return true;
	for (uint32_t k = 0; k < n->hops[flow]; k++) {
		if (!largest_at(n, h[k].link, level))
			continue;
		if (!is_touched(s, h[k].link) || s->in_set[flow] == s->stamp)
			s->bound[flow] = h[k].link;
		return true;
	}
	return n->hops[flow] == 0;
}

/* ---- the set ------------------------------------------------------------------------- */

/* Where a flow came, those above the level it may hope for may have to give. */
static void include_rivals(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->added_count; i++) {
		const sj_hop *h = path_of(n, s->added[i]);
		double hope = share_hope(n, s->added[i]);

		for (uint32_t k = 0; k < n->hops[s->added[i]]; k++) {
			const sj_link *l = &n->link[h[k].link];

			for (uint32_t j = 0; j < l->count; j++)
				if (s->level[l->crossing[j].flow] >= hope)
					include(n, l->crossing[j].flow);
		}
	}
}

/* Where a flow left, those that were not below it may rise. */
static void include_heirs(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->removed_count; i++) {
		const sj_link *l = &n->link[s->removed[i].link];
		double level = s->removed[i].level * SATURATED;

		for (uint32_t k = 0; k < l->count; k++)
			if (s->level[l->crossing[k].flow] >= level)
				include(n, l->crossing[k].flow);
	}
}

/* Into the next set: links that it brings are not filled yet, so they stay untouched
 * until the step is over. */
static void want(struct sj_flow_share *s, uint32_t flow)
{
	if (s->in_set[flow] == s->stamp)
		return;
	s->in_set[flow] = s->stamp;
	s->set[s->set_count++] = flow;
}

/* A flow of the set without a bottleneck could rise if larger ones gave way. */
static void want_larger(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	const sj_hop *h = path_of(n, flow);
	uint32_t by = s->bound[flow];
	double level = s->next[flow];

	/* It was among the last that the link fixed, which is full. */
	if (by != NOWHERE && level >= s->at[by].top * SATURATED)
		return;
	if (has_bottleneck(n, flow))
		return;
	for (uint32_t k = 0; k < n->hops[flow]; k++) {
		const sj_link *l = &n->link[h[k].link];

		if (!saturated(n, h[k].link))
			continue;
		for (uint32_t j = 0; j < l->count; j++)
			if (s->next[l->crossing[j].flow] > level)
				want(s, l->crossing[j].flow);
	}
}

/* Flows outside whose bottleneck was a touched link must still have one. */
static void want_unbound(sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	double least = saturated(n, link) ? s->at[link].top * SATURATED : INFINITY;

	for (uint32_t k = 0; k < l->count; k++) {
		uint32_t f = l->crossing[k].flow, by = s->bound[f];

		if ((by == link ? s->next[f] < least : by == NOWHERE) &&
		    s->in_set[f] != s->stamp && !has_bottleneck(n, f))
			want(s, f);
	}
}

bool share_repair(sj_flows *n, uint32_t limit)
{
	struct sj_flow_share *s = n->share;
	uint32_t flows, links;

	share_begin_with_change(n);
	include_rivals(n);
	include_heirs(n);
	do {
		flows = s->set_count;
		links = s->link_count;
		if (flows > limit) {
			share_give_up(n);
			return false;
		}
		share_open(n);
		share_fill(n);
		share_next_stamp(&s->stat_stamp, s->stat, n->link_count);
		for (uint32_t i = 0; i < flows; i++)
			want_larger(n, s->set[i]);
		for (uint32_t i = 0; i < links; i++)
			want_unbound(n, s->links[i]);
		for (uint32_t i = flows; i < s->set_count; i++)
			share_touch_path(n, s->set[i]);
	} while (s->set_count != flows);
	return true;
}
