/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network_facts.h - what the network of a machine is, in numbers. */
#ifndef NETWORK_FACTS_H
#define NETWORK_FACTS_H

#include "config/cluster.h"

/* Links whose names differ in numbers only, which stand as N: "switch N up". */
struct link_class {
	char    *name;
	uint64_t links;
	double   bytes_per_s_min, bytes_per_s_max, bytes_per_s_all;
	sj_time  latency_ns_min, latency_ns_max;
};

struct network_facts {
	uint32_t           endpoints, links;
	struct link_class *class; /* in the order of their first links; NULL: too many links */
	uint32_t           classes;
	/* Of all pairs of endpoints, or of some when there are too many. */
	uint32_t           longest_links;
	sj_time            longest_latency_ns;
	bool               some_pairs;
	/* What the first half of the nodes sends when node i sends to node i + n/2, all at once,
	 * over their routes and max-min fairly; 0: not known, of one node or too many. */
	double             half_to_half_bytes_per_s;
};

/* The machine must have a network. SJ_OK, and network_facts_free(); as from sj_fabric_init(). */
int  network_facts_make(const struct cluster *c, struct network_facts *out, sj_error *err);
void network_facts_free(struct network_facts *f);

#endif
