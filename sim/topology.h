/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topology.h - which links lie between two nodes.
 *
 * A topology numbers links and tells the route from one node to another; it knows
 * nothing of flows. Routes are computed, not stored, and depend on the two ends only,
 * so that they are the same in every run. In full duplex a cable is two links, one for
 * each direction; in half duplex it is one that both share.
 *
 * star       every node on one switch. Route: out of the source, into the target; with a
 *            backbone over that between them, one link for all traffic and both ways.
 * tree       switches of `size[0] x size[1] x ...` children, root first, nodes below
 *            the last. Route: up to the first common switch, then down. The uplink
 *            of a switch has the bandwidth of its children divided by `oversubscription`.
 * fat-tree   of k-port switches, k = size[0] even: k pods, k^3/4 nodes (Al-Fares et
 *            al., SIGCOMM 2008). Route: up by the number of the target (D-mod-k), down.
 * torus      size[0] x size[1] x ... nodes. Route: dimension after dimension, the
 *            shorter way round, upwards when both are equal (Dally and Seitz 1987).
 * dragonfly  size[0] groups of size[1] routers of size[2] nodes (Kim et al., ISCA 2008);
 *            every two routers of a group, and every two groups, are connected by one
 *            cable. Route: minimal, at most one cable between groups.
 *
 * What hangs on the switches beside the nodes (storages, other sites) does so at ports,
 * which are places after those of the nodes and have no cable of their own. Ports are at
 * the top: the switch of a star, the root of a tree, all cores of a fat-tree, where the
 * number of the node chooses the way; or they are spread evenly, port p of P at the node
 * (torus) or router (dragonfly) floor(p n / P) of n.
 */
#ifndef SJ_TOPOLOGY_H
#define SJ_TOPOLOGY_H

#include "sojourn/types.h"

#define SJ_TOPOLOGY_LEVELS 6u
#define SJ_ROUTE_MAX       64u /* links of the longest route */

typedef enum sj_topology_kind {
	SJ_TOPOLOGY_STAR, SJ_TOPOLOGY_TREE, SJ_TOPOLOGY_FAT_TREE, SJ_TOPOLOGY_TORUS,
	SJ_TOPOLOGY_DRAGONFLY,
	SJ_TOPOLOGY_LINKS /* links and routes of one's own: graph.h, not here */
} sj_topology_kind;

typedef struct sj_topology_spec {
	sj_topology_kind kind;
	uint32_t levels;                     /* how many of `size` are used */
	uint32_t size[SJ_TOPOLOGY_LEVELS];
	double   oversubscription;           /* tree, fat-tree is 1; >= 1 */
	/* Cables between switches, in a torus between nodes; bandwidth 0: as the first
	 * node's (tree: from its children). */
	double   bytes_per_s;
	sj_time  latency_ns;
	bool     half_duplex;
	bool     unshared;  /* no transfer slows another on these links: each can have the
	                     * whole bandwidth (SimGrid's fatpipe, the delay model of the
	                     * scheduling literature) */
	double   backbone_bytes_per_s;       /* star; 0: none */
	sj_time  backbone_latency_ns;
} sj_topology_spec;

typedef struct sj_topology {
	sj_topology_spec spec;
	uint32_t  nodes, ports;
	uint32_t  links;
	uint32_t  hops_max;     /* of a route */
	double   *bytes_per_s;  /* by link; NULL: forgotten */
	sj_time  *latency_ns;   /* likewise */
	/* private */
	uint32_t  cables_of_nodes;             /* the first cables: one a node */
	uint32_t  backbone;                    /* its link, the last one; UINT32_MAX: none */
	uint32_t  first[SJ_TOPOLOGY_LEVELS + 1]; /* first cable of a level, a dimension ... */
	uint32_t  below[SJ_TOPOLOGY_LEVELS + 1]; /* tree: nodes below a switch of a level */
	uint32_t  count[SJ_TOPOLOGY_LEVELS + 1]; /* tree: switches of a level */
} sj_topology;

/* Does it hold so many nodes? SJ_OK, or SJ_EINVAL with a sentence. */
int  sj_topology_check(const sj_topology_spec *spec, uint32_t nodes, sj_error *err);

/*
 * `node_bytes_per_s` and `node_latency_ns`: of each node's own cable. SJ_OK; SJ_EINVAL
 * with a sentence: sizes that do not hold `nodes` nodes, or out of range; SJ_ENOMEM.
 */
int  sj_topology_init(sj_topology *t, const sj_topology_spec *spec, uint32_t nodes,
		      uint32_t ports, const double *node_bytes_per_s,
		      const sj_time *node_latency_ns, sj_error *err);
void sj_topology_fini(sj_topology *t); /* a zero-filled one too */
/* Frees what it knows of its links: routes do not need it. */
void sj_topology_forget(sj_topology *t);

/* "node 3 up", "switch 1.2 down", "edge 0 to aggregation 1": what a link is called, in
 * at most SJ_LINK_NAME - 1 characters. Different for each link. Returns `name`. */
#define SJ_LINK_NAME 160u
const char *sj_topology_link_name(const sj_topology *t, uint32_t link, char name[SJ_LINK_NAME]);

/* Writes the links from one place (node, or nodes + port) to another, in order, and
 * returns how many: 0 when they are the same, or at the same switch without a cable. */
uint32_t sj_topology_route(const sj_topology *t, uint32_t from, uint32_t to,
			   uint32_t link[SJ_ROUTE_MAX]);

#endif
