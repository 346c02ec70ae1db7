/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_share.c - max-min fair rates: progressive filling over a set of flows, and which set
 * a change needs (see flow.h for the certificate that decides it).
 *
 * Level = rate / weight. Filling raises the level of all flows of the set together; the
 * link that saturates first fixes the flows that cross it, and so on. Flows outside the
 * set keep their rates and only take capacity away.
 *
 * The set of SJ_SHARE_LOCAL begins with the flows whose bottleneck the change may have
 * moved and grows by those whose certificate fails. SJ_SHARE_AUTO tries the component
 * first, then local repair, then takes all; a try that would touch more than a fifth of
 * the flows is given up, and repeated failure makes the next tries rarer (1, 3, 7 ... 63
 * changes apart), so that a dense network pays for them once in a while only.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"

#define SATURATED  (1 - 1e-11) /* of a link's bandwidth, of a link's largest level */
#define SAME       1e-13       /* relative change of a rate that is not followed */
#define FEW        64u         /* flows among which no search for a smaller set pays */
#define BACKOFF_MAX 6u

struct level {
	double   at;
	uint32_t link;
};

/* Tries that fail make themselves rarer. */
struct tries {
	uint32_t failed, skip;
};

struct removal {
	uint32_t link;
	double   level;
};

struct sj_flow_share {
	/* by flow */
	double   *level;      /* in the set: the new one */
	uint32_t *in_set;     /* == stamp */
	uint32_t *fixed;      /* == pass */
	/* by link */
	double   *rest, *open_weight;
	uint32_t *open;       /* flows of the set that are not fixed */
	uint32_t *touched;    /* == stamp */
	double   *used, *top; /* cached by link_stat() ... */
	uint32_t *stat;       /* ... when == stat_stamp */
	uint32_t  stamp, pass, stat_stamp;
	uint32_t *set, set_count;
	bool      whole;      /* all that crosses a touched link is in the set */
	uint32_t *links, link_count;
	struct level *heap;
	uint32_t  heap_count;
	struct level *caps;   /* capped flows of the set; .link is the flow */
	uint32_t  cap_count, cap_at;
	/* since the last settle */
	uint32_t *added, *added_mark; /* mark: place + 1 */
	uint32_t  added_count;
	struct removal *removed;
	uint32_t  removed_count, removed_room;
	struct tries component, local;
};

/* ---- memory ------------------------------------------------------------------ */

int sj_flow_share_create(sj_flows *n)
{
	struct sj_flow_share *s = calloc(1, sizeof(*s));
	size_t links = n->link_count != 0 ? n->link_count : 1;

	if (s == NULL)
		return SJ_ENOMEM;
	n->share = s;
	s->rest = calloc(links, sizeof(*s->rest));
	s->open_weight = calloc(links, sizeof(*s->open_weight));
	s->open = calloc(links, sizeof(*s->open));
	s->touched = calloc(links, sizeof(*s->touched));
	s->used = calloc(links, sizeof(*s->used));
	s->top = calloc(links, sizeof(*s->top));
	s->stat = calloc(links, sizeof(*s->stat));
	s->links = calloc(links, sizeof(*s->links));
	s->heap = calloc(links, sizeof(*s->heap));
	return s->rest != NULL && s->open_weight != NULL && s->open != NULL &&
	       s->touched != NULL && s->used != NULL && s->top != NULL && s->stat != NULL &&
	       s->links != NULL && s->heap != NULL ? SJ_OK : SJ_ENOMEM;
}

void sj_flow_share_free(struct sj_flow_share *s)
{
	if (s == NULL)
		return;
	free(s->level);
	free(s->in_set);
	free(s->fixed);
	free(s->rest);
	free(s->open_weight);
	free(s->open);
	free(s->touched);
	free(s->used);
	free(s->top);
	free(s->stat);
	free(s->set);
	free(s->links);
	free(s->heap);
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
	    more((void **)&s->fixed, sizeof(*s->fixed), from, to) != SJ_OK ||
	    more((void **)&s->set, sizeof(*s->set), from, to) != SJ_OK ||
	    more((void **)&s->caps, sizeof(*s->caps), from, to) != SJ_OK ||
	    more((void **)&s->added, sizeof(*s->added), from, to) != SJ_OK ||
	    more((void **)&s->added_mark, sizeof(*s->added_mark), from, to) != SJ_OK)
		return SJ_ENOMEM;
	return SJ_OK;
}

/* ---- notes of changes ---------------------------------------------------------- */

void sj_flow_share_added(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;

	if (s->added_mark[flow] != 0)
		return;
	s->added[s->added_count++] = flow;
	s->added_mark[flow] = s->added_count;
}

void sj_flow_share_forget(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	uint32_t at = s->added_mark[flow], last;

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

static inline const sj_hop *path_of(const sj_flows *n, uint32_t flow)
{
	return &n->hop[(size_t)flow * n->hop_stride];
}

static inline void touch(struct sj_flow_share *s, uint32_t link)
{
	if (s->touched[link] == s->stamp)
		return;
	s->touched[link] = s->stamp;
	s->links[s->link_count++] = link;
}

static inline bool include(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	const sj_hop *h = path_of(n, flow);

	if (s->in_set[flow] == s->stamp)
		return false;
	s->in_set[flow] = s->stamp;
	s->level[flow] = n->flow[flow].rate / n->flow[flow].weight;
	s->set[s->set_count++] = flow;
	for (uint32_t k = 0; k < n->hops[flow]; k++)
		touch(s, h[k].link);
	return true;
}

/* Marks are compared with a number that only grows; when it comes round they are made
 * anew. */
static void next_stamp(uint32_t *stamp, uint32_t *marks, uint32_t count)
{
	if (++*stamp != 0)
		return;
	memset(marks, 0, count * sizeof(*marks));
	*stamp = 1;
}

static void begin_set(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	if (s->stamp == UINT32_MAX)
		memset(s->touched, 0, n->link_count * sizeof(*s->touched));
	next_stamp(&s->stamp, s->in_set, n->flow_cap);
	s->set_count = s->link_count = 0;
}

/* ---- progressive filling -------------------------------------------------------------- */

static void sift_down(struct sj_flow_share *s, uint32_t i)
{
	struct level e = s->heap[i];

	for (;;) {
		uint32_t c = 4 * i + 1, end = c + 4 < s->heap_count ? c + 4 : s->heap_count, b = c;

		if (c >= s->heap_count)
			break;
		for (uint32_t j = c + 1; j < end; j++)
			if (s->heap[j].at < s->heap[b].at)
				b = j;
		if (s->heap[b].at >= e.at)
			break;
		s->heap[i] = s->heap[b];
		i = b;
	}
	s->heap[i] = e;
}

static int by_level(const void *a, const void *b)
{
	const struct level *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->link < y->link ? -1 : x->link > y->link;
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
			s->caps[s->cap_count++] = (struct level){ f->cap / f->weight, s->set[i] };
	}
	if (s->cap_count > 1)
		qsort(s->caps, s->cap_count, sizeof(*s->caps), by_level);
}

static inline void fix(sj_flows *n, uint32_t flow, double level)
{
	struct sj_flow_share *s = n->share;
	const sj_hop *h = path_of(n, flow);
	double w = n->uniform ? 1 : n->flow[flow].weight, rate = level * w;
	uint32_t hops = n->hops[flow];

	s->fixed[flow] = s->pass;
	s->level[flow] = level;
	for (uint32_t k = 0; k < hops; k++) {
		uint32_t l = h[k].link;

		s->rest[l] -= rate;
		s->open_weight[l] -= w;
		s->open[l]--;
	}
}

static inline double level_of(const struct sj_flow_share *s, uint32_t link)
{
	return s->rest[link] > 0 ? s->rest[link] / s->open_weight[link] : 0;
}

static void fix_capped(sj_flows *n, double until)
{
	struct sj_flow_share *s = n->share;

	while (s->cap_at < s->cap_count && s->caps[s->cap_at].at <= until) {
		struct level c = s->caps[s->cap_at++];

		if (s->fixed[c.link] != s->pass)
			fix(n, c.link, c.at);
	}
}

static void saturate(sj_flows *n, uint32_t link, double level)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];

	for (uint32_t i = 0; i < l->count && s->open[link] != 0; i++) {
		uint32_t f = l->crossing[i].flow;

		if (s->fixed[f] != s->pass && (s->whole || s->in_set[f] == s->stamp))
			fix(n, f, level);
	}
}

/* rest, open and open_weight of the links are set. */
static void fill(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	next_stamp(&s->pass, s->fixed, n->flow_cap);
	s->heap_count = 0;
	gather_caps(n);
	for (uint32_t i = 0; i < s->link_count; i++) {
		uint32_t l = s->links[i];

		if (s->open[l] != 0)
			s->heap[s->heap_count++] = (struct level){ level_of(s, l), l };
	}
	for (uint32_t i = s->heap_count / 4 + 1; i-- > 0 && s->heap_count != 0;)
		sift_down(s, i);
	while (s->heap_count != 0) {
		struct level e = s->heap[0];
		double at;

		if (s->open[e.link] == 0) {
			s->heap[0] = s->heap[--s->heap_count];
			sift_down(s, 0);
			continue;
		}
		if (s->cap_at < s->cap_count && s->caps[s->cap_at].at <= e.at) {
			fix_capped(n, s->caps[s->cap_at].at);
			continue;
		}
		/* Fixing others may have left it more: it comes later then. */
		at = level_of(s, e.link);
		if (at > e.at * (1 + 1e-14)) {
			s->heap[0].at = at;
			sift_down(s, 0);
			continue;
		}
		s->heap[0] = s->heap[--s->heap_count];
		sift_down(s, 0);
		saturate(n, e.link, at);
	}
	fix_capped(n, INFINITY);
	n->solved += s->set_count;
	for (uint32_t i = 0; i < s->set_count; i++) /* nothing holds it */
		if (s->fixed[s->set[i]] != s->pass)
			s->level[s->set[i]] = INFINITY;
}

/* All flows of the touched links are in the set. */
static void open_whole(const sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	s->whole = true;
	for (uint32_t i = 0; i < s->link_count; i++) {
		uint32_t l = s->links[i];

		s->rest[l] = n->link[l].bytes_per_s;
		s->open[l] = n->link[l].count;
		s->open_weight[l] = n->link[l].weight;
	}
}

/* Those outside the set keep what they have. */
static void open_rest(const sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	s->whole = false;
	for (uint32_t i = 0; i < s->link_count; i++) {
		const sj_link *l = &n->link[s->links[i]];
		double rest = l->bytes_per_s, weight = 0;
		uint32_t open = 0;

		for (uint32_t k = 0; k < l->count; k++) {
			uint32_t f = l->crossing[k].flow;

			if (s->in_set[f] == s->stamp) {
				open++;
				weight += n->flow[f].weight;
			} else {
				rest -= n->flow[f].rate;
			}
		}
		s->rest[s->links[i]] = rest;
		s->open[s->links[i]] = open;
		s->open_weight[s->links[i]] = weight;
	}
}

/* ---- which set: all, or the component ---------------------------------------------------- */

static void share_full(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	begin_set(n);
	for (uint32_t i = 0; i < n->live; i++) {
		s->in_set[n->alive[i]] = s->stamp;
		s->set[i] = n->alive[i];
	}
	s->set_count = n->live;
	for (uint32_t l = 0; l < n->link_count; l++)
		if (n->link[l].count != 0)
			s->links[s->link_count++] = l;
	open_whole(n);
	fill(n);
}

static void begin_with_change(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	begin_set(n);
	for (uint32_t i = 0; i < s->added_count; i++)
		include(n, s->added[i]);
	for (uint32_t i = 0; i < s->removed_count; i++)
		touch(s, s->removed[i].link);
}

/* False: more than `limit` flows hang together. */
static bool share_component(sj_flows *n, uint32_t limit)
{
	struct sj_flow_share *s = n->share;

	begin_with_change(n);
	for (uint32_t i = 0; i < s->link_count; i++) {
		const sj_link *l = &n->link[s->links[i]];

		for (uint32_t k = 0; k < l->count; k++)
			include(n, l->crossing[k].flow);
		if (s->set_count > limit)
			return false;
	}
	open_whole(n);
	fill(n);
	return true;
}

/* ---- which set: local repair ---------------------------------------------------------------- */

static inline double level_now(const sj_flows *n, uint32_t flow)
{
	const struct sj_flow_share *s = n->share;

	if (s->in_set[flow] == s->stamp)
		return s->level[flow];
	return n->uniform ? n->flow[flow].rate : n->flow[flow].rate / n->flow[flow].weight;
}

/* What crosses a link, and the largest level on it. */
static void link_stat(const sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	double used = 0, top = 0;

	if (s->stat[link] == s->stat_stamp)
		return;
	for (uint32_t k = 0; k < l->count; k++) {
		uint32_t f = l->crossing[k].flow;
		double at = level_now(n, f);

		used += n->uniform ? at : at * n->flow[f].weight;
		if (at > top)
			top = at;
	}
	s->used[link] = used;
	s->top[link] = top;
	s->stat[link] = s->stat_stamp;
}

static inline bool saturated(const sj_flows *n, uint32_t link)
{
	return n->share->used[link] >= n->link[link].bytes_per_s * SATURATED;
}

static bool has_bottleneck(const sj_flows *n, uint32_t flow, double level)
{
	const struct sj_flow_share *s = n->share;
	const sj_flow *f = &n->flow[flow];
	const sj_hop *h = path_of(n, flow);

	if (n->capped && level * f->weight >= f->cap * SATURATED)
		return true;
	for (uint32_t k = 0; k < n->hops[flow]; k++) {
		link_stat(n, h[k].link);
		if (saturated(n, h[k].link) && level >= s->top[h[k].link] * SATURATED)
			return true;
	}
	return n->hops[flow] == 0;
}

/* Where a flow came, those above the level it may hope for may have to give. */
static void include_rivals(sj_flows *n)
{
	struct sj_flow_share *s = n->share;

	for (uint32_t i = 0; i < s->added_count; i++) {
		const sj_hop *h = path_of(n, s->added[i]);
		double hope = INFINITY;

		for (uint32_t k = 0; k < n->hops[s->added[i]]; k++) {
			const sj_link *l = &n->link[h[k].link];

			if (l->bytes_per_s / l->weight < hope)
				hope = l->bytes_per_s / l->weight;
		}
		for (uint32_t k = 0; k < n->hops[s->added[i]]; k++) {
			const sj_link *l = &n->link[h[k].link];

			for (uint32_t j = 0; j < l->count; j++) {
				uint32_t f = l->crossing[j].flow;

				if (n->flow[f].rate >= hope * n->flow[f].weight)
					include(n, f);
			}
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

		for (uint32_t k = 0; k < l->count; k++) {
			uint32_t f = l->crossing[k].flow;

			if (n->flow[f].rate >= level * n->flow[f].weight)
				include(n, f);
		}
	}
}

/* A flow of the set without a bottleneck could rise if larger ones gave way. */
static bool include_larger(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;
	const sj_hop *h = path_of(n, flow);
	double level = s->level[flow];
	bool grew = false;

	if (has_bottleneck(n, flow, level))
		return false;
	for (uint32_t k = 0; k < n->hops[flow]; k++) {
		const sj_link *l = &n->link[h[k].link];

		if (!saturated(n, h[k].link))
			continue;
		for (uint32_t j = 0; j < l->count; j++) {
			uint32_t f = l->crossing[j].flow;

			if (n->flow[f].rate > level * n->flow[f].weight)
				grew |= include(n, f);
		}
	}
	return grew;
}

/* Flows outside that cross a touched link must still have a bottleneck. */
static bool include_unbound(sj_flows *n, uint32_t link)
{
	struct sj_flow_share *s = n->share;
	const sj_link *l = &n->link[link];
	bool grew = false;
	double bound;

	link_stat(n, link);
	bound = saturated(n, link) ? s->top[link] * SATURATED : INFINITY;
	for (uint32_t k = 0; k < l->count; k++) {
		uint32_t f = l->crossing[k].flow;
		double level;

		if (s->in_set[f] == s->stamp)
			continue;
		level = n->flow[f].rate / n->flow[f].weight;
		if (level < bound && !has_bottleneck(n, f, level))
			grew |= include(n, f);
	}
	return grew;
}

/* False: it would touch more than `limit` flows. */
static bool share_local(sj_flows *n, uint32_t limit)
{
	struct sj_flow_share *s = n->share;
	bool grew = true;

	begin_with_change(n);
	include_rivals(n);
	include_heirs(n);
	while (grew) {
		uint32_t flows = s->set_count, links = s->link_count;

		if (s->set_count > limit)
			return false;
		open_rest(n);
		fill(n);
		next_stamp(&s->stat_stamp, s->stat, n->link_count);
		grew = false;
		for (uint32_t i = 0; i < flows; i++)
			grew |= include_larger(n, s->set[i]);
		for (uint32_t i = 0; i < links; i++)
			grew |= include_unbound(n, s->links[i]);
	}
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
	uint32_t limit = n->live / 5;

	if (n->live > FEW && s->added_count <= limit) {
		if (worth_a_try(&s->component) &&
		    tried(&s->component, share_component(n, limit)))
			return;
		if (worth_a_try(&s->local) && tried(&s->local, share_local(n, limit)))
			return;
	}
	share_full(n);
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
		sj_flow *f = &n->flow[id];
		double rate = s->level[id] * f->weight;

		if (fabs(rate - f->rate) <= SAME * rate && f->rate > 0)
			continue;
		f->left = sj_flows_left(n, id, now);
		f->since_ns = now;
		f->rate = rate;
		if (!(rate > 0)) {
			sj_pes_cancel(&n->ends, id);
		} else if (n->ends.pos[id] != 0) {
			sj_pes_move(&n->ends, id, end_of(f, now));
		} else {
			sj_pes_add(&n->ends, id, end_of(f, now));
		}
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
		share_full(n);
	else if (n->mode == SJ_SHARE_COMPONENT)
		share_component(n, UINT32_MAX);
	else if (n->mode == SJ_SHARE_LOCAL)
		share_local(n, UINT32_MAX);
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

	next_stamp(&s->stamp, s->in_set, n->flow_cap); /* nobody is in the set */
	next_stamp(&s->stat_stamp, s->stat, n->link_count);
	for (uint32_t l = 0; l < n->link_count; l++) {
		link_stat(n, l);
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
