/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow.h - transfers as fluid: flows over links that share bandwidth max-min fairly.
 *
 * A rate vector is weighted max-min fair when no flow's rate / weight can grow without
 * taking from a flow whose rate / weight is not larger (Bertsekas and Gallager, Data
 * Networks, 6.5.2; weights: Marbach 2002). Equivalently every flow runs at its own cap,
 * or crosses a saturated link on which its rate / weight is the largest. The second
 * form is a certificate that can be checked at one link, and is what makes it possible
 * to recompute only what a change touched (flow_share.c).
 *
 * Only bandwidth is here. Latency, routes and topologies are the caller's.
 */
#ifndef SJ_FLOW_H
#define SJ_FLOW_H

#include "pes.h"
#include "sojourn/types.h"

#define SJ_FLOW_NONE UINT32_MAX

/* How rates are recomputed after a change; the rates are the same. */
typedef enum sj_flow_share_mode {
	SJ_SHARE_AUTO,      /* the cheapest that fits; falls back as it learns */
	SJ_SHARE_FULL,      /* every flow */
	SJ_SHARE_COMPONENT, /* the flows that are connected with the change */
	SJ_SHARE_LOCAL      /* flows around the change, more until the certificate holds */
} sj_flow_share_mode;

/* One hop of one flow, in the list of its link. */
typedef struct sj_crossing {
	uint32_t flow, hop;
} sj_crossing;

typedef struct sj_link {
	double       bytes_per_s;
	double       weight;   /* of all that cross */
	sj_crossing *crossing;
	uint32_t     count, room;
	uint32_t     changes;  /* since `weight` was summed anew: it would drift */
} sj_link;

typedef struct sj_flow {
	double   rate;    /* bytes/s */
	double   weight;
	double   cap;     /* bytes/s; infinity: none */
	double   left;    /* bytes at `since_ns` */
	sj_time  since_ns;
	uint32_t place;   /* in flows->alive; of a free slot the next free one */
} sj_flow;

/* A link of a path, and where the flow stands in that link's list. */
typedef struct sj_hop {
	uint32_t link, place;
} sj_hop;

struct sj_flow_share; /* scratch of the solver */

/* Is told of every change of a rate: what the flow has sent at `rate` from `since` to
 * `now`, and its rate from now on (0: it is gone). Only looks. */
typedef struct sj_flow_watch {
	void *self;
	void (*change)(void *self, uint32_t flow, double rate, double next, double sent,
		       sj_time since, sj_time now);
} sj_flow_watch;

typedef struct sj_flows {
	sj_link   *link;
	uint32_t   link_count;
	sj_flow   *flow;
	uint32_t   flow_cap, flow_bound, flow_free;
	uint32_t  *alive;     /* ids, in no order that matters */
	uint32_t   live;
	bool       uniform;   /* every weight so far is 1 */
	bool       capped;    /* some flow had a cap */
	sj_hop    *hop;       /* paths: flow f has hops[f] from hop[f * hop_stride] on */
	uint8_t   *hops;      /* apart from the rest: filling looks at all of them */
	uint32_t   hop_stride;
	sj_pes     ends;      /* by flow */
	struct sj_flow_share *share;
	const sj_flow_watch *watch; /* NULL: nobody; borrowed */
	sj_flow_share_mode mode;
	uint64_t   solved;    /* flows whose rate was computed, for measurements */
} sj_flows;

/* `hops_max`: the longest path. Capacities must be above 0. SJ_OK or SJ_ENOMEM. */
int  sj_flows_init(sj_flows *n, const double *bytes_per_s, uint32_t links,
		   uint32_t hops_max);
void sj_flows_fini(sj_flows *n); /* a zero-filled one too */

/*
 * Adds a flow of `bytes` > 0 over `hops` distinct links (0: only its cap holds it). It
 * has no rate until sj_flows_settle(). SJ_OK and *id, or SJ_ENOMEM.
 */
int  sj_flows_add(sj_flows *n, const uint32_t *links, uint32_t hops, double bytes,
		  double weight, double cap, sj_time now, uint32_t *id);
/* Takes it out, finished or not. What it had left at `now` is returned. */
double sj_flows_remove(sj_flows *n, uint32_t id, sj_time now);
/* A link changed its bandwidth; 0: what crosses it stands still. */
void sj_flows_set_link(sj_flows *n, uint32_t link, double bytes_per_s);
void sj_flows_set_cap(sj_flows *n, uint32_t id, double cap);

/* Recomputes the rates after all changes of an instant. SJ_OK or SJ_ENOMEM. */
int  sj_flows_settle(sj_flows *n, sj_time now);

/* The flow that ends first, and when (rounded up to a whole ns); SJ_NEVER: none moves. */
static inline sj_time sj_flows_next(const sj_flows *n)
{
	return sj_pes_time(&n->ends);
}
uint32_t sj_flows_first(const sj_flows *n);
double   sj_flows_left(const sj_flows *n, uint32_t id, sj_time now);
/* For the two files that change rates: the rate of `id` becomes `next`, and it has `left`. */
static inline void sj_flow_tell(const sj_flows *n, uint32_t id, double next, double left,
				sj_time now)
{
	const sj_flow *f = &n->flow[id];

	if (n->watch != NULL)
		n->watch->change(n->watch->self, id, f->rate, next, f->left - left, f->since_ns,
				 now);
}

/* ---- flow_share.c --------------------------------------------------------------- */

int  sj_flow_share_create(sj_flows *n);
void sj_flow_share_free(struct sj_flow_share *s); /* accepts NULL */
int  sj_flow_share_reserve(sj_flows *n);     /* for flow_cap flows */
/* Notes of a change, for the next settle: a flow came or changed; a flow whose rate /
 * weight was `level` left the link. */
void sj_flow_share_added(sj_flows *n, uint32_t flow);
void sj_flow_share_removed(sj_flows *n, uint32_t link, double level);
/* Its number is free for another. */
void sj_flow_share_forget(sj_flows *n, uint32_t flow);
/* Is the rate vector max-min fair to a relative 1e-9? For tests and --check. */
bool sj_flow_share_is_fair(const sj_flows *n);

#endif
