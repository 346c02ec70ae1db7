/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * network.h - transfers between endpoints of a machine: a route, its latency, then a flow of bytes.
 *
 * A transfer takes the sum of the latencies of its links, then its bytes flow at the
 * max-min fair rate (flow.h) of the moment until all have passed. Bytes 0: the latency
 * alone. What is there already takes no time.
 */
#ifndef SJ_NETWORK_H
#define SJ_NETWORK_H

#include "fabric.h"
#include "flow.h"
#include "link_news.h"

typedef struct sj_network sj_network;

/* A machine; arguments as of sj_fabric_init(). SJ_OK, SJ_EINVAL, SJ_ENOMEM. */
int  sj_network_create(const sj_fabric_spec *spec, const struct sj_node_type *types,
		       uint32_t type_count, sj_network **out, sj_error *err);
/* Links that fail, and background traffic; once, before anything is sent. `events` are
 * borrowed. SJ_OK, or as from sj_link_news_create(). */
int  sj_network_follow(sj_network *w, const sj_link_event *events, uint32_t count,
		       uint64_t seed, sj_error *err);
/* Links without nodes, for transfers that bring their path. SJ_OK or SJ_ENOMEM. */
int  sj_network_create_links(const double *bytes_per_s, const sj_time *latency_ns,
			     uint32_t links, sj_network **out);
void sj_network_free(sj_network *w); /* accepts NULL */
/* Are there links that transfers do not share? On those they are not seen. */
bool sj_network_has_unshared(const sj_network *w);

/* What a transfer may ask for; {0}: an ordinary one. */
typedef struct sj_transfer_wish {
	double weight; /* share of a link relative to others; 0 counts as 1 */
	double cap;    /* bytes/s at most; 0: none */
} sj_transfer_wish;

/* Begins a transfer; *id is its number until it is done or cancelled. A transfer that
 * takes no time at all is done at the next sj_network_advance(). SJ_OK or SJ_ENOMEM.
 * `from` and `to` are nodes, or storages, which are numbered after the nodes. */
int  sj_network_send(sj_network *w, uint32_t from, uint32_t to, double bytes,
		     sj_transfer_wish wish, sj_time now, uint32_t *id);
/* From or to a GPU. */
int  sj_network_send_between(sj_network *w, sj_endpoint from, sj_endpoint to, double bytes,
			     sj_transfer_wish wish, sj_time now, uint32_t *id);
/* Over `hops` distinct links, at most SJ_ROUTE_MAX. */
int  sj_network_send_over(sj_network *w, const uint32_t *links, uint32_t hops, double bytes,
			  sj_transfer_wish wish, sj_time now, uint32_t *id);
/* Bytes it still had to send. */
double sj_network_cancel(sj_network *w, uint32_t id, sj_time now);

/* When what is under way next changes by itself; SJ_NEVER: nothing is, or it stands still. */
sj_time sj_network_next(const sj_network *w);
/* When a link next changes; SJ_NEVER: none ever does. */
sj_time sj_network_news(const sj_network *w);
/* Does what is under way stand still for ever, at links that nothing brings back? Also when
 * nothing is under way. */
bool    sj_network_hopeless(const sj_network *w);
/* A transfer that stands still at a link that carries nothing; false: none does. */
bool    sj_network_standing(const sj_network *w, uint32_t *id, uint32_t *link);
/*
 * Lets what happens at `now` happen: latencies end, flows end, links change, rates are shared
 * anew. A flow over a link that is down stands still, and goes on when it is back; with links
 * of one's own and `reroute` it turns to the shortest way without links that are down, when
 * there is one: with the bytes it still has, after the latency of that way. The
 * numbers of transfers that are done come out one a call, in the order (route known
 * first). SJ_OK: *id is done; SJ_END: nothing more at `now`; SJ_ENOMEM.
 */
int  sj_network_advance(sj_network *w, sj_time now, uint32_t *id);

/* Rates are to be shared anew: advance() before the clock goes on. */
bool sj_network_unsettled(const sj_network *w);

/* Transfers that are not done yet, and all that were begun so far. */
uint32_t sj_network_under_way(const sj_network *w);
uint64_t sj_network_sent(const sj_network *w);
/* Seconds that so many bytes would take alone: latency, then bytes / the least bandwidth
 * of the route; of links that change see sj_link_news_usual(). */
double sj_network_alone(const sj_network *w, uint32_t from, uint32_t to, double bytes);
double sj_network_alone_between(const sj_network *w, sj_endpoint from, sj_endpoint to,
				double bytes);
/* Bytes per second of the narrowest link between them; infinity: there is none. */
double sj_network_narrowest(const sj_network *w, uint32_t from, uint32_t to);
/* Seconds if each link on the way is shared evenly with the transfers that cross it now. */
double sj_network_crowded(const sj_network *w, uint32_t from, uint32_t to, double bytes);
/* Bytes per second of a transfer now; 0 while its latency lasts. */
double sj_network_rate(const sj_network *w, uint32_t id);
/* When the latency of a transfer that has just begun is over. */
sj_time sj_network_latent_until(const sj_network *w, uint32_t id);
/* Nodes, and behind them whatever else is on the network. */
uint32_t sj_network_endpoints(const sj_network *w);
/* Endpoints, links and routes; NULL without a machine. */
const sj_fabric *sj_network_fabric(const sj_network *w);
sj_flows *sj_network_flows(sj_network *w);

#endif
