/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.c - transfers over routes; see network.h. */
#include "network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct transfer {
	uint32_t flow;   /* SJ_FLOW_NONE: its latency lasts, or it has no bytes */
	uint32_t hops;
	uint32_t next_free;
	bool     alive;
	double   bytes, weight, cap;
	sj_endpoint from, to; /* for a way round; at NOWHERE: it brought its path */
	uint32_t link[SJ_ROUTE_MAX];
};

#define NOWHERE UINT32_MAX

struct sj_network {
	sj_fabric   fabric;
	bool        has_fabric;
	sj_flows    flows;
	sj_link_news *news;      /* NULL: links are always as stated */
	sj_time    *latency_ns;  /* by link */
	sj_pes      latent;      /* by transfer: latency that lasts */
	struct transfer **transfer; /* in chunks that do not move */
	uint32_t    bound, room, free_transfer;
	uint32_t   *of_flow;     /* transfer of a flow */
	uint32_t    of_flow_room;
	uint32_t    under_way;
	uint64_t    sent;
	bool        changed;     /* since rates were shared */
	bool       *unshared;    /* by link; NULL: all are shared */
};

#define CHUNK 256u

static struct transfer *at(const sj_network *w, uint32_t id)
{
	return &w->transfer[id / CHUNK][id % CHUNK];
}

/* Links that transfers do not share, where there are any. */
static int mark_unshared(sj_network *w)
{
	const sj_fabric *f = &w->fabric;

	for (uint32_t i = 0; i < f->site_count && f->site != NULL; i++) {
		const sj_fabric_site *site = &f->site[i];

		if (!site->topology.spec.unshared)
			continue;
		if (w->unshared == NULL)
			w->unshared = calloc(f->links, sizeof(*w->unshared));
		if (w->unshared == NULL)
			return SJ_ENOMEM;
		memset(w->unshared + site->first_link, 1,
		       site->topology.links * sizeof(*w->unshared));
	}
	return SJ_OK;
}

/* ---- making ------------------------------------------------------------------------- */

int sj_network_create(const sj_fabric_spec *spec, const struct sj_node_type *types,
		      uint32_t type_count, sj_network **out, sj_error *err)
{
	sj_network *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		return sj_fail(err, SJ_ENOMEM, "network: out of memory");
	w->free_transfer = SJ_FLOW_NONE;
	rc = sj_fabric_init(&w->fabric, spec, types, type_count, err);
	if (rc == SJ_OK) {
		w->has_fabric = true;
		w->latency_ns = w->fabric.latency_ns;
		rc = mark_unshared(w);
	}
	if (rc == SJ_OK) {
		rc = sj_flows_init(&w->flows, w->fabric.bytes_per_s, w->fabric.links,
				   w->fabric.hops_max);
	}
	if (rc != SJ_OK) {
		sj_network_free(w);
		return rc == SJ_ENOMEM ? sj_fail(err, rc, "network: out of memory") : rc;
	}
	*out = w;
	return SJ_OK;
}

int sj_network_create_links(const double *bytes_per_s, const sj_time *latency_ns,
			    uint32_t links, sj_network **out)
{
	sj_network *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return SJ_ENOMEM;
	w->free_transfer = SJ_FLOW_NONE;
	w->latency_ns = malloc((links + 1u) * sizeof(*w->latency_ns));
	if (w->latency_ns == NULL ||
	    sj_flows_init(&w->flows, bytes_per_s, links, links < SJ_ROUTE_MAX ? links :
			  SJ_ROUTE_MAX) != SJ_OK) {
		sj_network_free(w);
		return SJ_ENOMEM;
	}
	memcpy(w->latency_ns, latency_ns, links * sizeof(*w->latency_ns));
	*out = w;
	return SJ_OK;
}

void sj_network_free(sj_network *w)
{
	if (w == NULL)
		return;
	for (uint32_t i = 0; i < w->room / CHUNK; i++)
		free(w->transfer[i]);
	free(w->transfer);
	free(w->of_flow);
	free(w->unshared);
	if (!w->has_fabric)
		free(w->latency_ns);
	sj_link_news_free(w->news);
	sj_pes_fini(&w->latent);
	sj_flows_fini(&w->flows);
	sj_fabric_fini(&w->fabric);
	free(w);
}

/* ---- links that change -------------------------------------------------------------------- */

static void apply(sj_network *w, uint32_t link)
{
	double bytes_per_s = sj_link_news_bandwidth(w->news, link);

	if (w->flows.link[link].bytes_per_s == bytes_per_s)
		return;
	sj_flows_set_link(&w->flows, link, bytes_per_s);
	w->changed = true;
}

int sj_network_follow(sj_network *w, const sj_link_event *events, uint32_t count,
		      uint64_t seed, sj_error *err)
{
	int rc = sj_link_news_create(&w->fabric, events, count, seed, &w->news, err);

	if (rc == SJ_OK && w->news != NULL && w->unshared != NULL)
		return sj_fail(err, SJ_EINVAL, "network: with duplex fatpipe nothing is on the links, "
			       "and none can fail");
	for (uint32_t l = 0; rc == SJ_OK && w->news != NULL && l < w->fabric.links; l++)
		apply(w, l);
	return rc;
}

static bool is_down(const sj_network *w, const uint32_t *link, uint32_t hops)
{
	for (uint32_t k = 0; k < hops && w->news != NULL; k++)
		if (sj_link_news_is_down(w->news, link[k]))
			return true;
	return false;
}

/* Takes another way when its own is cut, and there is one. */
static bool turn(sj_network *w, struct transfer *t)
{
	uint32_t link[SJ_ROUTE_MAX], hops;
	sj_time latency;

	if (t->from.at == NOWHERE || !is_down(w, t->link, t->hops))
		return false;
	hops = sj_fabric_detour(&w->fabric, t->from, t->to, sj_link_news_down(w->news), link,
				&latency);
	if (hops == 0 || is_down(w, link, hops))
		return false;
	memcpy(t->link, link, hops * sizeof(*link));
	t->hops = hops;
	return true;
}

static sj_time latency_of(const sj_network *w, const struct transfer *t)
{
	sj_time latency = 0;

	for (uint32_t k = 0; k < t->hops; k++)
		latency += w->latency_ns[t->link[k]];
	return latency;
}

/* All that cross a link that is down, in the order of their numbers. */
static void turn_flows(sj_network *w, sj_time now)
{
	for (uint32_t id = 0; id < w->bound; id++) {
		struct transfer *t = at(w, id);
		uint32_t flow = t->flow;

		if (!t->alive || flow == SJ_FLOW_NONE || !turn(w, t))
			continue;
		t->bytes = sj_flows_remove(&w->flows, flow, now);
		t->flow = SJ_FLOW_NONE;
		sj_pes_add(&w->latent, id, now + latency_of(w, t));
		w->changed = true;
	}
}

static void hear_news(sj_network *w, sj_time now)
{
	uint32_t link, count;

	while (sj_link_news_time(w->news) <= now) {
		sj_link_news_pop(w->news, &link, &count);
		for (uint32_t l = link; l < link + count; l++)
			apply(w, l);
	}
	if (w->fabric.spec->reroute)
		turn_flows(w, now);
}

sj_time sj_network_news(const sj_network *w)
{
	return w->news != NULL ? sj_link_news_time(w->news) : SJ_NEVER;
}

bool sj_network_standing(const sj_network *w, uint32_t *id, uint32_t *link)
{
	for (*id = 0; *id < w->bound; ++*id) {
		const struct transfer *t = at(w, *id);

		for (uint32_t k = 0; t->alive && t->flow != SJ_FLOW_NONE && k < t->hops; k++)
			if (!(w->flows.link[t->link[k]].bytes_per_s > 0)) {
				*link = t->link[k];
				return true;
			}
	}
	return false;
}

/* One that turns may do so at any news. */
bool sj_network_hopeless(const sj_network *w)
{
	if (w->changed || sj_network_next(w) != SJ_NEVER)
		return false;
	for (uint32_t id = 0; id < w->bound && w->news != NULL; id++) {
		const struct transfer *t = at(w, id);
		bool waits = t->alive && t->flow != SJ_FLOW_NONE;

		if (waits && w->fabric.spec->reroute && sj_network_news(w) != SJ_NEVER)
			return false;
		for (uint32_t k = 0; waits && k < t->hops; k++)
			if (!(w->flows.link[t->link[k]].bytes_per_s > 0) &&
			    sj_link_news_pending(w->news, t->link[k]))
				return false;
	}
	return true;
}

bool sj_network_has_unshared(const sj_network *w)
{
	return w->unshared != NULL;
}

/* ---- transfers ------------------------------------------------------------------------- */

static int new_transfer(sj_network *w, uint32_t *id)
{
	if (w->free_transfer != SJ_FLOW_NONE) {
		*id = w->free_transfer;
		w->free_transfer = at(w, *id)->next_free;
		return SJ_OK;
	}
	if (w->bound == w->room) {
		struct transfer **grown = realloc(w->transfer, (w->room / CHUNK + 1) *
								sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		w->transfer = grown;
		grown[w->room / CHUNK] = malloc(CHUNK * sizeof(**grown));
		if (grown[w->room / CHUNK] == NULL ||
		    sj_pes_reserve(&w->latent, w->room + CHUNK) != SJ_OK) {
			free(grown[w->room / CHUNK]);
			return SJ_ENOMEM;
		}
		w->room += CHUNK;
	}
	*id = w->bound++;
	return SJ_OK;
}

static void forget(sj_network *w, uint32_t id)
{
	at(w, id)->alive = false;
	at(w, id)->next_free = w->free_transfer;
	w->free_transfer = id;
	w->under_way--;
}

int sj_network_send_over(sj_network *w, const uint32_t *links, uint32_t hops, double bytes,
			 sj_transfer_wish wish, sj_time now, uint32_t *id)
{
	sj_time latency = 0;
	struct transfer *t;

	if (new_transfer(w, id) != SJ_OK)
		return SJ_ENOMEM;
	t = at(w, *id);
	t->alive = true;
	t->from.at = NOWHERE;
	t->flow = SJ_FLOW_NONE;
	t->hops = hops;
	t->bytes = bytes;
	t->weight = wish.weight > 0 ? wish.weight : 1;
	t->cap = wish.cap > 0 ? wish.cap : INFINITY;
	for (uint32_t k = 0; k < hops; k++) {
		t->link[k] = links[k];
		latency += w->latency_ns[links[k]];
	}
	sj_pes_add(&w->latent, *id, now + latency);
	w->under_way++;
	w->sent++;
	return SJ_OK;
}

/* What it shares with nobody only caps it. `flows`: when its latency is over. */
static int send_unshared(sj_network *w, uint32_t link[SJ_ROUTE_MAX], uint32_t hops, double bytes,
			 sj_transfer_wish wish, sj_time flows, uint32_t *id)
{
	uint32_t shared = 0;
	sj_time latency = 0;

	for (uint32_t k = 0; k < hops; k++) {
		double rate = w->fabric.bytes_per_s[link[k]];

		if (!w->unshared[link[k]]) {
			latency += w->latency_ns[link[k]];
			link[shared++] = link[k];
		} else if (wish.cap == 0 || rate < wish.cap) {
			wish.cap = rate;
		}
	}
	return sj_network_send_over(w, link, shared, bytes, wish, flows - latency, id);
}

int sj_network_send_between(sj_network *w, sj_endpoint from, sj_endpoint to, double bytes,
			    sj_transfer_wish wish, sj_time now, uint32_t *id)
{
	uint32_t link[SJ_ROUTE_MAX];
	sj_time latency;
	uint32_t hops = sj_fabric_route(&w->fabric, from, to, link, &latency);
	int rc;

	if (w->unshared != NULL && hops != 0)
		return send_unshared(w, link, hops, bytes, wish, now + latency, id);
	rc = sj_network_send_over(w, link, hops, hops != 0 ? bytes : 0, wish, now, id);
	if (rc == SJ_OK && w->fabric.spec->reroute) {
		at(w, *id)->from = from;
		at(w, *id)->to = to;
		if (turn(w, at(w, *id)))
			sj_pes_move(&w->latent, *id, now + latency_of(w, at(w, *id)));
	}
	return rc;
}

int sj_network_send(sj_network *w, uint32_t from, uint32_t to, double bytes,
		    sj_transfer_wish wish, sj_time now, uint32_t *id)
{
	return sj_network_send_between(w, (sj_endpoint){ from, SJ_HOST },
				       (sj_endpoint){ to, SJ_HOST }, bytes, wish, now, id);
}

double sj_network_cancel(sj_network *w, uint32_t id, sj_time now)
{
	struct transfer *t = at(w, id);
	double left = t->bytes;

	if (t->flow != SJ_FLOW_NONE) {
		left = sj_flows_remove(&w->flows, t->flow, now);
		w->changed = true;
	} else {
		sj_pes_cancel(&w->latent, id);
	}
	forget(w, id);
	return left;
}

/* ---- time --------------------------------------------------------------------------------- */

sj_time sj_network_next(const sj_network *w)
{
	sj_time a = sj_pes_time(&w->latent), b = sj_flows_next(&w->flows);

	return a < b ? a : b;
}

/* Its latency is over: the bytes begin to flow. */
static int begin_flow(sj_network *w, uint32_t id, sj_time now)
{
	struct transfer *t = at(w, id);

	if (sj_flows_add(&w->flows, t->link, t->hops, t->bytes, t->weight, t->cap, now,
			 &t->flow) != SJ_OK)
		return SJ_ENOMEM;
	if (w->flows.flow_cap > w->of_flow_room) {
		uint32_t *grown = realloc(w->of_flow, w->flows.flow_cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		w->of_flow = grown;
		w->of_flow_room = w->flows.flow_cap;
	}
	w->of_flow[t->flow] = id;
	w->changed = true;
	return SJ_OK;
}

/* Rates are shared anew once, when everything that changes them at `now` has happened;
 * that can only make further ends later than `now`, or leave them there. */
int sj_network_advance(sj_network *w, sj_time now, uint32_t *id)
{
	for (;;) {
		if (sj_pes_time(&w->latent) <= now) {
			*id = sj_pes_pop(&w->latent);
			if (!(at(w, *id)->bytes > 0)) {
				forget(w, *id);
				return SJ_OK;
			}
			if (w->news != NULL && turn(w, at(w, *id)))
				sj_pes_add(&w->latent, *id, now + latency_of(w, at(w, *id)));
			else if (begin_flow(w, *id, now) != SJ_OK)
				return SJ_ENOMEM;
		} else if (sj_flows_next(&w->flows) <= now) {
			uint32_t flow = sj_flows_first(&w->flows);

			*id = w->of_flow[flow];
			sj_flows_remove(&w->flows, flow, now);
			w->changed = true;
			forget(w, *id);
			return SJ_OK;
		} else if (w->news != NULL && sj_link_news_time(w->news) <= now) {
			hear_news(w, now);
		} else if (w->changed) {
			if (sj_flows_settle(&w->flows, now) != SJ_OK)
				return SJ_ENOMEM;
			w->changed = false;
		} else {
			return SJ_END;
		}
	}
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* Of the route, infinity when it has no links; with `crowded` as if each link were shared
 * evenly with one more than cross it. */
static double narrowest(const sj_network *w, sj_endpoint from, sj_endpoint to, bool crowded,
			sj_time *latency)
{
	uint32_t link[SJ_ROUTE_MAX];
	uint32_t hops = sj_fabric_route(&w->fabric, from, to, link, latency);
	double least = INFINITY;

	for (uint32_t k = 0; k < hops; k++) {
		const sj_link *l = &w->flows.link[link[k]];
		double carries = w->news == NULL ? l->bytes_per_s :
				 sj_link_news_usual(w->news, link[k]);

		least = fmin(least, crowded ? carries / (l->count + 1.0) : carries);
	}
	return least;
}

static double seconds(const sj_network *w, sj_endpoint from, sj_endpoint to, double bytes,
		      bool crowded)
{
	sj_time latency = 0;
	double least = narrowest(w, from, to, crowded, &latency);

	return (double)latency / 1e9 + bytes / least;
}

double sj_network_alone_between(const sj_network *w, sj_endpoint from, sj_endpoint to,
				double bytes)
{
	return seconds(w, from, to, bytes, false);
}

double sj_network_alone(const sj_network *w, uint32_t from, uint32_t to, double bytes)
{
	return seconds(w, (sj_endpoint){ from, SJ_HOST }, (sj_endpoint){ to, SJ_HOST }, bytes,
		       false);
}

double sj_network_crowded(const sj_network *w, uint32_t from, uint32_t to, double bytes)
{
	return seconds(w, (sj_endpoint){ from, SJ_HOST }, (sj_endpoint){ to, SJ_HOST }, bytes,
		       true);
}

double sj_network_narrowest(const sj_network *w, uint32_t from, uint32_t to)
{
	sj_time latency;

	return narrowest(w, (sj_endpoint){ from, SJ_HOST }, (sj_endpoint){ to, SJ_HOST }, false,
			 &latency);
}

bool sj_network_unsettled(const sj_network *w)
{
	return w->changed;
}

uint32_t sj_network_under_way(const sj_network *w)
{
	return w->under_way;
}

uint64_t sj_network_sent(const sj_network *w)
{
	return w->sent;
}

double sj_network_rate(const sj_network *w, uint32_t id)
{
	uint32_t flow = at(w, id)->flow;

	return flow != SJ_FLOW_NONE ? w->flows.flow[flow].rate : 0;
}

sj_time sj_network_latent_until(const sj_network *w, uint32_t id)
{
	return (sj_time)(w->latent.heap[w->latent.pos[id] - 1] >> 64);
}

uint32_t sj_network_endpoints(const sj_network *w)
{
	return w->has_fabric ? w->fabric.nodes + w->fabric.storages : 0;
}

const sj_fabric *sj_network_fabric(const sj_network *w)
{
	return w->has_fabric ? &w->fabric : NULL;
}

sj_flows *sj_network_flows(sj_network *w)
{
	return &w->flows;
}
