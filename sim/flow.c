/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow.c - flows, the links they cross and when they end; rates are flow_share.c's. */
#include "flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS_FIRST 64u

int sj_flows_init(sj_flows *n, const double *bytes_per_s, uint32_t links, uint32_t hops_max)
{
	memset(n, 0, sizeof(*n));
	n->flow_free = SJ_FLOW_NONE;
	n->uniform = true;
	n->hop_stride = hops_max != 0 ? hops_max : 1;
	n->link = calloc(links != 0 ? links : 1, sizeof(*n->link));
	if (n->link == NULL)
		return SJ_ENOMEM;
	n->link_count = links;
	for (uint32_t i = 0; i < links; i++)
		n->link[i].bytes_per_s = bytes_per_s[i];
	return sj_flow_share_create(n);
}

void sj_flows_fini(sj_flows *n)
{
	for (uint32_t i = 0; i < n->link_count; i++)
		free(n->link[i].crossing);
	sj_flow_share_free(n->share);
	sj_pes_fini(&n->ends);
	free(n->link);
	free(n->flow);
	free(n->hop);
	free(n->alive);
	free(n->hops);
	memset(n, 0, sizeof(*n));
}

static int grow(sj_flows *n)
{
	uint32_t cap = n->flow_cap != 0 ? n->flow_cap * 2 : FLOWS_FIRST;
	sj_flow *flow = realloc(n->flow, cap * sizeof(*flow));
	uint32_t *alive;
	uint8_t *hops;
	sj_hop *hop;

	if (flow == NULL)
		return SJ_ENOMEM;
	n->flow = flow;
	hop = realloc(n->hop, (size_t)cap * n->hop_stride * sizeof(*hop));
	if (hop == NULL)
		return SJ_ENOMEM;
	n->hop = hop;
	alive = realloc(n->alive, cap * sizeof(*alive));
	if (alive == NULL)
		return SJ_ENOMEM;
	n->alive = alive;
	hops = realloc(n->hops, cap * sizeof(*hops));
	if (hops == NULL)
		return SJ_ENOMEM;
	n->hops = hops;
	if (sj_pes_reserve(&n->ends, cap) != SJ_OK)
		return SJ_ENOMEM;
	n->flow_cap = cap;
	return sj_flow_share_reserve(n);
}

static int new_flow(sj_flows *n, uint32_t *id)
{
	if (n->flow_free != SJ_FLOW_NONE) {
		*id = n->flow_free;
		n->flow_free = n->flow[*id].place;
		return SJ_OK;
	}
	if (n->flow_bound == n->flow_cap && grow(n) != SJ_OK)
		return SJ_ENOMEM;
	*id = n->flow_bound++;
	return SJ_OK;
}

static inline sj_hop *path_of(const sj_flows *n, uint32_t flow)
{
	return &n->hop[(size_t)flow * n->hop_stride];
}

/* Sums of doubles that go up and down drift: now and then it is summed anew. */
static void weigh(sj_flows *n, sj_link *l, double change)
{
	l->weight += change;
	if (n->uniform || (++l->changes & 1023) != 0)
		return;
	l->weight = 0;
	for (uint32_t i = 0; i < l->count; i++)
		l->weight += n->flow[l->crossing[i].flow].weight;
}

static int make_room(sj_link *l)
{
	uint32_t room = l->room != 0 ? l->room * 2 : 8;
	sj_crossing *grown;

	if (l->count < l->room)
		return SJ_OK;
	grown = realloc(l->crossing, room * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	l->crossing = grown;
	l->room = room;
	return SJ_OK;
}

int sj_flows_add(sj_flows *n, const uint32_t *links, uint32_t hops, double bytes,
		 double weight, double cap, sj_time now, uint32_t *id)
{
	sj_flow *f;

	for (uint32_t k = 0; k < hops; k++)
		if (make_room(&n->link[links[k]]) != SJ_OK)
			return SJ_ENOMEM;
	if (new_flow(n, id) != SJ_OK)
		return SJ_ENOMEM;
	f = &n->flow[*id];
	f->rate = 0;
	f->weight = weight;
	f->cap = cap;
	f->left = bytes;
	f->since_ns = now;
	n->hops[*id] = (uint8_t)hops;
	f->place = n->live;
	n->alive[n->live++] = *id;
	n->uniform = n->uniform && weight == 1;
	n->capped = n->capped || isfinite(cap);
	for (uint32_t k = 0; k < hops; k++) {
		sj_link *l = &n->link[links[k]];

		path_of(n, *id)[k] = (sj_hop){ links[k], l->count };
		l->crossing[l->count++] = (sj_crossing){ *id, k };
		weigh(n, l, weight);
	}
	sj_flow_share_added(n, *id);
	return SJ_OK;
}

double sj_flows_left(const sj_flows *n, uint32_t id, sj_time now)
{
	const sj_flow *f = &n->flow[id];
	double left;

	if (!(f->rate > 0))
		return f->left;
	left = f->left - f->rate * ((double)(now - f->since_ns) * 1e-9);
	return left > 0 ? left : 0;
}

double sj_flows_remove(sj_flows *n, uint32_t id, sj_time now)
{
	sj_flow *f = &n->flow[id];
	double left = sj_flows_left(n, id, now), level = f->rate / f->weight;

	sj_flow_tell(n, id, 0, left, now);
	for (uint32_t k = 0; k < n->hops[id]; k++) {
		const sj_hop *h = &path_of(n, id)[k];
		sj_link *l = &n->link[h->link];
		sj_crossing last = l->crossing[--l->count];

		l->crossing[h->place] = last;
		path_of(n, last.flow)[last.hop].place = h->place;
		weigh(n, l, -f->weight);
		sj_flow_share_removed(n, h->link, level);
	}
	sj_pes_cancel(&n->ends, id);
	sj_flow_share_forget(n, id);
	n->alive[f->place] = n->alive[--n->live];
	n->flow[n->alive[f->place]].place = f->place;
	f->rate = 0;
	f->place = n->flow_free;
	n->flow_free = id;
	return left;
}

void sj_flows_set_link(sj_flows *n, uint32_t link, double bytes_per_s)
{
	sj_link *l = &n->link[link];

	l->bytes_per_s = bytes_per_s;
	for (uint32_t i = 0; i < l->count; i++)
		sj_flow_share_added(n, l->crossing[i].flow);
	sj_flow_share_removed(n, link, 0);
}

void sj_flows_set_cap(sj_flows *n, uint32_t id, double cap)
{
	n->flow[id].cap = cap;
	n->capped = n->capped || isfinite(cap);
	sj_flow_share_added(n, id);
}

uint32_t sj_flows_first(const sj_flows *n)
{
	return (uint32_t)(n->ends.heap[0] & ((1u << SJ_PES_ID_BITS) - 1));
}
