/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_share.c - max-min fair rates after a change: which flows have to be shared anew.
 *
 * Three ways, the rates are the same: the flows that hang together with the change
 * (component); those around it, as far as the certificate of flow.h fails
 * (flow_repair.c); all that are not slower than the slowest flow that changed. The
 * last is exact without a search and never costs more than all flows, so it is what
 * SJ_SHARE_AUTO falls back to when a try of the others would touch more than a fifth
 * of the flows. Repeated failure makes the next tries rarer (1, 3, 7 ... 63 changes
 * apart), so that a dense network pays for them once in a while only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flow_share.h"

#define SAME        1e-13 /* relative change of a level that is not followed */
#define FEW         8u   /* flows among which no search for a smaller set pays */
#define BACKOFF_MAX 6u

/* ---- memory ------------------------------------------------------------------ */

int sj_flow_share_create(sj_flows *n)
{
	struct sj_flow_share *s = calloc(1, sizeof(*s));
	size_t links = n->link_count != 0 ? n->link_count : 1;

	if (s == NULL)
		return SJ_ENOMEM;
	n->share = s;
	s->at = calloc(links, sizeof(*s->at));
	s->used = calloc(links, sizeof(*s->used));
	s->top = calloc(links, sizeof(*s->top));
	s->stat = calloc(links, sizeof(*s->stat));
	s->links = calloc(links + 1, sizeof(*s->links)); /* share_from() writes one behind */
	s->heap_base = aligned_alloc(64, ((links + 6) * sizeof(*s->heap) + 63) / 64 * 64);
	s->heap = s->heap_base + 3; /* four children share a cache line */
	return s->at != NULL && s->used != NULL && s->top != NULL && s->stat != NULL &&
	       s->links != NULL && s->heap_base != NULL ? SJ_OK : SJ_ENOMEM;
}

void sj_flow_share_free(struct sj_flow_share *s)
{
	if (s == NULL)
		return;
	free(s->level);
	free(s->next);
	free(s->bound);
	free(s->at);
	free(s->in_set);
	free(s->used);
	free(s->top);
	free(s->stat);
	free(s->set);
	free(s->links);
	free(s->heap_base);
	free(s->caps);
	free(s->added);
	free(s->added_mark);
	free(s->removed);
	free(s);
}

static int more(void **array, size_t size, uint32_t from, uint32_t to)
{
	char *grown = realloc(*array, size * to);

	if (grown == NULL)
		return SJ_ENOMEM;
	memset(grown + size * from, 0, size * (to - from));
	*array = grown;
	return SJ_OK;
}

int sj_flow_share_reserve(sj_flows *n)
{
	struct sj_flow_share *s = n->share;
	uint32_t from = n->flow_bound, to = n->flow_cap;

	if (more((void **)&s->level, sizeof(*s->level), from, to) != SJ_OK ||
	    more((void **)&s->in_set, sizeof(*s->in_set), from, to) != SJ_OK ||
	    more((void **)&s->next, sizeof(*s->next), from, to) != SJ_OK ||
	    more((void **)&s->bound, sizeof(*s->bound), from, to) != SJ_OK ||
	    more((void **)&s->set, sizeof(*s->set), from, to + 1) != SJ_OK ||
	    more((void **)&s->caps, sizeof(*s->caps), from, to) != SJ_OK ||
	    more((void **)&s->added, sizeof(*s->added), from, to) != SJ_OK ||
	    more((void **)&s->added_mark, sizeof(*s->added_mark), from, to) != SJ_OK)
		return SJ_ENOMEM;
	for (uint32_t f = from; f < to; f++)
		s->level[f] = FREE;
	return SJ_OK;
}

/* ---- notes of changes ---------------------------------------------------------- */

void sj_flow_share_added(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;

	if (s->added_mark[flow] != 0)
		return;
	if (s->level[flow] == FREE) {
		s->level[flow] = s->next[flow] = 0;
		s->bound[flow] = NOWHERE;
	}
	s->added[s->added_count++] = flow;
	s->added_mark[flow] = s->added_count;
}

void sj_flow_share_forget(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	uint32_t at = s->added_mark[flow], last;

	s->level[flow] = FREE;
	if (at == 0)
		return;
	last = s->added[--s->added_count];
	s->added[at - 1] = last;
	s->added_mark[last] = at;
	s->added_mark[flow] = 0;
}

void sj_flow_share_removed(sj_flows *n, uint32_t link, double level)
{
	struct sj_flow_share *s = n->share;

	if (s->removed_count == s->removed_room) {
		uint32_t room = s->removed_room != 0 ? s->removed_room * 2 : 64;
		struct removal *grown = realloc(s->removed, room * sizeof(*grown));

		if (grown == NULL) {
			s->removed_count = UINT32_MAX; /* settle() reports it */
			return;
		}
		s->removed = grown;
		s->removed_room = room;
	}
	if (s->removed_count != UINT32_MAX)
		s->removed[s->removed_count++] = (struct removal){ link, level };
}

/* ---- the set ---------------------------------------------------------------------- */

void share_next_stamp(uint32_t *stamp, uint32_t *marks, uint32_t count)
{
	if (++*stamp != 0)
		return;
	memset(marks, 0, count * sizeof(*marks));
	*stamp = 1;
}

void share_begin(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	if (s->stamp == UINT32_MAX)
		for (uint32_t i = 0; i < n->link_count; i++)
			s->at[i].touched = 0;
	share_next_stamp(&s->stamp, s->in_set, n->flow_cap);
	s->set_count = s->link_count = 0;
}

void share_begin_with_change(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	share_begin(n);
	for (uint32_t i = 0; i < s->added_count; i++)
		include(n, s->added[i]);
	for (uint32_t i = 0; i < s->removed_count; i++)
		touch(s, s->removed[i].link);
}

void share_give_up(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->set_count; i++) {
		s->next[s->set[i]] = s->level[s->set[i]];
		s->bound[s->set[i]] = NOWHERE;
	}
}

double share_hope(const sj_flows *n, uint32_t flow)
{
	const sj_hop *h = path_of(n, flow);
	double hope = INFINITY;

	for (uint32_t k = 0; k < n->hops[flow]; k++) {
		const sj_link *l = &n->link[h[k].link];

		if (l->bytes_per_s < hope * l->weight)
			hope = l->bytes_per_s / l->weight;
	}
	return hope;
}

/* ---- which set: all above a level, or the component ---------------------------------- */

/*
 * Below the least level of which a change speaks filling goes as it went before: a flow
 * that left had not been fixed there, and one that came cannot be. So only the flows from
 * that level on are shared anew, and no certificate is needed.
 */
static double unchanged_below(const sj_flows *n)
{
	const struct sj_flow_share *s = n->share;
	double least = INFINITY;

	for (uint32_t i = 0; i < s->removed_count; i++)
		least = fmin(least, s->removed[i].level);
	for (uint32_t i = 0; i < s->added_count; i++) {
		const sj_flow *f = &n->flow[s->added[i]];

		least = fmin(least, fmin(share_hope(n, s->added[i]), f->cap / f->weight));
		if (s->level[s->added[i]] > 0)
			least = fmin(least, s->level[s->added[i]]);
	}
	return least * SATURATED;
}

static void include_from(sj_flows *n, double least)
{
	for (uint32_t i = 0; i < n->live; i++)
		if (n->share->level[n->alive[i]] >= least)
			include(n, n->alive[i]);
	for (uint32_t i = 0; i < n->share->added_count; i++)
		include(n, n->share->added[i]);
}

/* The same by a pass over all numbers of flows and all links: cheaper when most are in use. */
static void scan_from(sj_flows *n, double least)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t f = 0; f < n->flow_bound; f++) {
		s->set[s->set_count] = f;
		s->set_count += s->level[f] >= least;
	}
	for (uint32_t i = 0; i < s->added_count; i++)
		if (s->level[s->added[i]] < least)
			s->set[s->set_count++] = s->added[i];
	for (uint32_t l = 0; l < n->link_count; l++) {
		s->links[s->link_count] = l;
		s->link_count += n->link[l].count != 0;
	}
}

static void share_from(sj_flows *n, double least)
{
	struct sj_flow_share *s = n->share;

	share_begin(n);
	if (n->live < n->flow_bound / 4 || n->live < n->link_count / 4)
		include_from(n, least);
	else
		scan_from(n, least);
	if (s->set_count == n->live)
		share_open_whole(n);
	else
		share_open(n);
	share_fill(n);
}

/* False: more than `limit` flows hang together. */
static bool share_component(sj_flows *n, uint32_t limit)
{
	struct sj_flow_share *s = n->share;

	share_begin_with_change(n);
	for (uint32_t i = 0; i < s->link_count; i++) {
		const sj_link *l = &n->link[s->links[i]];

		for (uint32_t k = 0; k < l->count; k++)
			include(n, l->crossing[k].flow);
		if (s->set_count > limit)
			return false;
	}
	share_open_whole(n);
	share_fill(n);
	return true;
}

/* ---- settle ------------------------------------------------------------------------------------ */

static bool worth_a_try(struct tries *t)
{
	if (t->skip == 0)
		return true;
	t->skip--;
	return false;
}

static bool tried(struct tries *t, bool ok)
{
	if (ok) {
		t->failed -= t->failed != 0;
	} else {
		t->failed += t->failed < BACKOFF_MAX;
		t->skip = (1u << t->failed) - 1;
	}
	return ok;
}

static void share_auto(sj_flows *n)
{
	struct sj_flow_share *s = n->share;
	uint32_t limit = n->live / 5 + 4;

	if (n->live > FEW && s->added_count <= limit) {
		if (worth_a_try(&s->component) &&
		    tried(&s->component, share_component(n, limit)))
			return;
		if (worth_a_try(&s->local) && tried(&s->local, share_repair(n, limit)))
			return;
	}
	share_from(n, unchanged_below(n));
}

static sj_time end_of(const sj_flow *f, sj_time now)
{
	double ns = ceil(f->left / f->rate * 1e9);

	return ns < (double)(SJ_TIME_MAX - now) ? now + (sj_time)ns : SJ_TIME_MAX;
}

static void apply(sj_flows *n, sj_time now)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->set_count; i++) {
		uint32_t id = s->set[i];
		double level = s->next[id], left;
		sj_flow *f;

		if (fabs(level - s->level[id]) <= SAME * level && level > 0) {
			s->next[id] = s->level[id];
			continue;
		}
		f = &n->flow[id];
		left = sj_flows_left(n, id, now);
		sj_flow_tell(n, id, level * f->weight, left, now);
		f->left = left;
		f->since_ns = now;
		f->rate = level * f->weight;
		s->level[id] = level;
		if (f->rate > 0)
			sj_pes_move(&n->ends, id, end_of(f, now));
		else
			sj_pes_cancel(&n->ends, id);
	}
}

int sj_flows_settle(sj_flows *n, sj_time now)
{
	struct sj_flow_share *s = n->share;

	if (s->removed_count == UINT32_MAX)
		return SJ_ENOMEM;
	if (s->added_count == 0 && s->removed_count == 0)
		return SJ_OK;
	s->set_count = 0;
	if (n->live == 0)
		;
	else if (n->mode == SJ_SHARE_FULL)
		share_from(n, 0);
	else if (n->mode == SJ_SHARE_COMPONENT)
		share_component(n, UINT32_MAX);
	else if (n->mode == SJ_SHARE_LOCAL)
		share_repair(n, UINT32_MAX);
	else
		share_auto(n);
	apply(n, now);
	for (uint32_t i = 0; i < s->added_count; i++)
		s->added_mark[s->added[i]] = 0;
	s->added_count = s->removed_count = 0;
	return SJ_OK;
}

/* ---- the certificate, from scratch ---------------------------------------------------------------- */

bool sj_flow_share_is_fair(const sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	share_next_stamp(&s->stat_stamp, s->stat, n->link_count); /* writes over them */
	for (uint32_t l = 0; l < n->link_count; l++) {
		s->used[l] = s->top[l] = 0;
		for (uint32_t k = 0; k < n->link[l].count; k++) {
			const sj_flow *f = &n->flow[n->link[l].crossing[k].flow];

			s->used[l] += f->rate;
			s->top[l] = fmax(s->top[l], f->rate / f->weight);
		}
		if (s->used[l] > n->link[l].bytes_per_s * (1 + 1e-9))
			return false;
	}
	for (uint32_t i = 0; i < n->live; i++) {
		const sj_flow *f = &n->flow[n->alive[i]];
		const sj_hop *h = path_of(n, n->alive[i]);
		double level = f->rate / f->weight;
		bool bound = f->rate >= f->cap * (1 - 1e-9) || n->hops[n->alive[i]] == 0;

		for (uint32_t k = 0; k < n->hops[n->alive[i]] && !bound; k++)
			bound = s->used[h[k].link] >= n->link[h[k].link].bytes_per_s * (1 - 1e-9) &&
				level >= s->top[h[k].link] * (1 - 1e-9);
		if (!bound)
			return false;
	}
	return true;
}
