/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fabric.h - all links of a machine: between its nodes, inside them, to shared storages,
 * and from site to site. It numbers links and tells routes; it knows nothing of flows.
 *
 * Endpoints are the nodes, 0 .. nodes - 1, and after them the storages. At a node a
 * route ends in its memory (SJ_HOST) or at one of its GPUs. Links are numbered: those of
 * the topology (of each site, in order), WAN links, storages, GPUs.
 *
 * storage  a cable between it and the port of its topology, and in front of it its disk:
 *          one link, or one for reads and one for writes; a disk not stated is no link.
 *          With links of one's own (graph.h) these are its cables, and the disk is added.
 * PCIe     a cable between the memory of a node and each GPU, when the type states it.
 * NVLink   a cable between each GPU and the NVLink switch of the node, likewise.
 *
 * Routes: GPU to GPU in a node by NVLink, else by PCIe to memory and down again; GPU to
 * anything else by PCIe, then as from the node. Where no PCIe is stated a GPU is as near
 * as memory. Between sites: to the port of the own site's topology, over the WAN with
 * fewest links, ties by the link stated first, and from the port of the other site's.
 */
#ifndef SJ_FABRIC_H
#define SJ_FABRIC_H

#include "graph.h"
#include "topology.h"

struct sj_node_type;
struct sj_law;

#define SJ_HOST      UINT32_MAX
#define SJ_SITES_MAX 1024u        /* that a WAN connects */
#define SJ_LINKS_MAX 2147483647u

typedef struct sj_storage_spec {
	const char *name;
	uint32_t    site;
	double      bytes_per_s;  /* of its cable */
	sj_time     latency_ns;
	/* Of its disk; 0: not stated. `disk` is what reads and writes share. */
	double      disk_bytes_per_s, read_bytes_per_s, write_bytes_per_s;
} sj_storage_spec;

/* A cable between two sites. */
typedef struct sj_wan_spec {
	const char *name;
	uint32_t    site[2];
	double      bytes_per_s;
	sj_time     latency_ns;
	bool        half_duplex;
} sj_wan_spec;

/* `links` names some: "*" stands for any letters, "?" for one. A name is that of a link, or
 * the one that its cable was given. */

/* Cables that fail and come back: seconds up and seconds down. */
typedef struct sj_link_fault {
	const char          *links;
	const struct sj_law *mtbf, *mttr;
} sj_link_fault;

/* Traffic that is not the workload's, and does not give way to it. */
typedef struct sj_background_spec {
	const char          *links;
	double               bytes_per_s, percent; /* one is 0; percent of the bandwidth */
	const struct sj_law *on, *off;           /* seconds; NULL: always on */
} sj_background_spec;

/* What connects the endpoints. All is borrowed. */
typedef struct sj_fabric_spec {
	sj_topology_spec       topology;      /* of the machine, or of every site */
	uint32_t               storage_count;
	const sj_storage_spec *storage;
	uint32_t               wan_count;     /* 0: one topology for all sites */
	const sj_wan_spec     *wan;
	const char *const     *site_name;     /* by site, for names of links; NULL: numbers */
	const sj_topology_spec *site_topology; /* by site; NULL: all are `topology` */
	uint32_t               fault_count, background_count;
	const sj_link_fault   *fault;
	const sj_background_spec *background;
	bool                   reroute;       /* around failed links, with a graph */
	const sj_graph_spec   *graph;         /* of kind SJ_TOPOLOGY_LINKS; else NULL */
} sj_fabric_spec;

typedef struct sj_endpoint {
	uint32_t at;  /* node, or nodes + storage */
	uint32_t gpu; /* of a node; SJ_HOST: its memory */
} sj_endpoint;

/* A topology that is a part of it. */
typedef struct sj_fabric_site {
	sj_topology topology;
	uint32_t    first_link;
	uint32_t    nodes, storages; /* that it has */
} sj_fabric_site;

typedef struct sj_fabric {
	const sj_fabric_spec *spec;
	uint32_t  nodes, storages;
	uint32_t  links;
	uint32_t  hops_max;      /* of a route */
	double   *bytes_per_s;   /* by link, as stated */
	sj_time  *latency_ns;    /* by link */
	/* private */
	uint32_t        site_count;   /* with a topology each; 1 without a WAN */
	sj_fabric_site *site;
	sj_graph        graph;        /* of kind SJ_TOPOLOGY_LINKS, instead of sites */
	uint32_t       *site_of, *local; /* by endpoint; NULL: one site, as numbered */
	uint32_t       *wan_hop;      /* [from * site_count + to]: cable of the next hop */
	uint32_t        first_wan; /* link */
	struct sj_storage_links *storage_links; /* by storage */
	const struct sj_node_type *types;
	uint32_t        type_count;
	struct sj_inner *inner;       /* by type: links inside its nodes */
} sj_fabric;

/*
 * Types as of the machine; nodes are numbered type after type. `spec` and `types` must
 * outlive it. SJ_OK; SJ_EINVAL with a sentence: no bandwidth, a topology that does not
 * hold the nodes, sites that no WAN connects, routes of more than SJ_ROUTE_MAX links;
 * SJ_ENOMEM.
 */
int  sj_fabric_init(sj_fabric *f, const sj_fabric_spec *spec,
		    const struct sj_node_type *types, uint32_t type_count, sj_error *err);
void sj_fabric_fini(sj_fabric *f); /* a zero-filled one too */

/* What a link is called: as sj_topology_link_name(), behind its site when there are several
 * with networks of their own, whose nodes are numbered from 0 each; "backbone to us";
 * "scratch out", "scratch reads"; "node 3 GPU 1 PCIe out" (from the GPU); of links of one's
 * own "uplink", in full duplex "uplink to core". Returns `name`. */
const char *sj_fabric_link_name(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME]);
/* The first link of the cable that it belongs to, which has *count links. */
uint32_t sj_fabric_cable(const sj_fabric *f, uint32_t link, uint32_t *count);
/* The name that its cable was given; false: none. */
bool sj_fabric_cable_name(const sj_fabric *f, uint32_t link, char name[SJ_LINK_NAME]);
/* Is it, or its cable, called so? Patterns as of sj_link_fault. */
bool sj_fabric_link_matches(const sj_fabric *f, uint32_t link, const char *pattern);
const char *sj_fabric_endpoint_name(const sj_fabric *f, sj_endpoint e, char name[SJ_LINK_NAME]);

/* Writes the links between two endpoints, in order, and returns how many: 0 when data is
 * there already. *latency_ns is their sum. */
uint32_t sj_fabric_route(const sj_fabric *f, sj_endpoint from, sj_endpoint to,
			 uint32_t link[SJ_ROUTE_MAX], sj_time *latency_ns);
/* The same without links that are marked in `out`, as far as there is a choice: over links
 * of one's own. 0: no way. */
uint32_t sj_fabric_detour(const sj_fabric *f, sj_endpoint from, sj_endpoint to,
			  const bool *out, uint32_t link[SJ_ROUTE_MAX], sj_time *latency_ns);

#endif
