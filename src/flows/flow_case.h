/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_case.h - a network and transfers over it, without any job: for questions about the
 * network alone. The links come from the file or from a cluster, the transfers from the
 * file or from a generator. docs/NETWORK.md describes the file.
 */
#ifndef FLOW_CASE_H
#define FLOW_CASE_H

#include "config/cluster.h"
#include "network.h"

struct flow_entry {
	char    *id;
	sj_time  start_ns, finish_ns; /* finish: SJ_NEVER until it is known */
	double   bytes;
	double   rate;                /* of flow_case_rates() */
	sj_transfer_wish wish;
	sj_endpoint from, to;         /* with a machine */
	uint32_t hops;
	uint32_t link[SJ_ROUTE_MAX];
};

struct flow_case {
	sj_network        *network;
	struct cluster     machine;
	bool               has_machine;
	uint32_t           links, count;
	char             **link_name; /* NULL with a machine */
	double            *bytes_per_s; /* by link */
	sj_time           *latency_ns;
	struct flow_entry *flow;      /* in the order of the file */
};

/*
 * A document, or "gen:NAME[:k=v,...]" (flow_gen.h), over the links of `cluster`; NULL: over
 * those of the document. SJ_OK, to be freed; SJ_EUSAGE of the cluster or the generator;
 * SJ_ENOENT, SJ_EIO of the file; SJ_EPARSE; SJ_ENOMEM.
 */
int  flow_case_open(const char *what, const char *cluster, uint64_t seed,
		    struct flow_case *out, sj_error *err);
void flow_case_fini(struct flow_case *c);

/* Finds the route of a flow from `from` to `to`. */
void flow_case_route(const struct flow_case *c, struct flow_entry *f);
/* Divides the weight of each flow by the latency of its route in seconds, which is how
 * TCP shares. SJ_OK; SJ_EUSAGE: a route has none. */
int  flow_case_weigh_by_latency(struct flow_case *c, sj_error *err);

/* ---- flow_run.c ------------------------------------------------------------------------ */

/* Runs until all transfers are done, which sets finish_ns; one that cannot move keeps
 * SJ_NEVER. Once only. */
int  flow_case_run(struct flow_case *c, sj_error *err);
/* All at once, as if nothing ever ended: sets `rate`. Once only. */
int  flow_case_rates(struct flow_case *c, sj_error *err);

/* ---- flow_write.c ---------------------------------------------------------------------- */

/* The same case as a document with links and paths, in base units. SJ_OK, SJ_EIO, SJ_ENOMEM. */
int  flow_case_write(const struct flow_case *c, const char *path, sj_error *err);

#endif
