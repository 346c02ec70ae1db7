/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph.h - a network of links and routes of one's own.
 *
 * Vertices are the endpoints (nodes, storages) and after them the switches; any of them
 * forwards. A route is the one stated for its two ends, or else the shortest way: by
 * fewest links, or by least latency and then fewest links; of several equal ways the one
 * whose last link has the lowest number, then the one before it, and so on. Ways are
 * found by breadth-first search (Dijkstra's algorithm for latency) from a source when it
 * first sends, and kept while there is room.
 */
#ifndef SJ_GRAPH_H
#define SJ_GRAPH_H

#include "sojourn/types.h"

#define SJ_GRAPH_ROUTE_MAX 60u /* links of the longest route */

/* A vertex, or a range of nodes that are alike. */
typedef struct sj_graph_end {
	uint32_t first, count;
} sj_graph_end;

/* A cable between two vertices; or one from each of a range to the other end, or to the
 * one of the same place in another range. */
typedef struct sj_cable_spec {
	const char  *name;
	sj_graph_end end[2];
	double       bytes_per_s;
	sj_time      latency_ns;
	bool         half_duplex;
	bool         loose; /* one link without ends: only stated routes cross it, and a
	                     * route has either only such links, or none */
} sj_cable_spec;

/* `cable` are numbers of cables, counted through the specs with their ranges. */
typedef struct sj_route_spec {
	uint32_t        from, to; /* endpoints */
	uint32_t        count;
	const uint32_t *cable;
	bool            symmetric; /* it is also the way back */
} sj_route_spec;

typedef enum sj_graph_metric { SJ_BY_HOPS, SJ_BY_LATENCY } sj_graph_metric;

typedef struct sj_graph_spec {
	uint32_t             switch_count;
	const char *const   *switch_name;
	uint32_t             cable_count; /* of specs */
	const sj_cable_spec *cable;
	uint32_t             route_count;
	const sj_route_spec *route;
	sj_graph_metric      metric;
} sj_graph_spec;

typedef struct sj_graph {
	const sj_graph_spec *spec;
	uint32_t  endpoints, vertices;
	uint32_t  cables, links;
	uint32_t  hops_max;    /* no route has more links */
	double   *bytes_per_s; /* by link */
	sj_time  *latency_ns;
	/* private */
	uint32_t (*end)[2];    /* by cable */
	uint32_t  *first_link; /* by cable; cables + 1 */
	uint32_t  *spec_of;    /* by cable */
	uint32_t  *cable_of;   /* by link */
	uint32_t  *first_arc;  /* by vertex; into `arc` */
	struct sj_arc *arc;
	uint32_t   routes;
	struct sj_stated *stated; /* sorted by ends */
	uint32_t  *via;        /* links of stated routes */
	struct sj_ways *ways;  /* what was searched for; changes while routes are asked */
} sj_graph;

/* Only cables: the ends are checked, but not that they reach everything. SJ_OK, SJ_EINVAL,
 * SJ_ENOMEM. For whoever wants to say more than sj_graph_init(). */
int  sj_graph_lay(sj_graph *g, const sj_graph_spec *spec, uint32_t endpoints, sj_error *err);
/*
 * `endpoints`: how many there are before the switches. `spec` is borrowed. SJ_OK;
 * SJ_EINVAL with a sentence: an end that is no vertex, a stated route that is no walk, or
 * crosses a cable twice, a part that cannot be reached, a way that is too long; SJ_ENOMEM.
 */
int  sj_graph_init(sj_graph *g, const sj_graph_spec *spec, uint32_t endpoints, sj_error *err);
void sj_graph_fini(sj_graph *g); /* a zero-filled one too */

/* Writes the links from one endpoint to another, in order, and returns how many. */
uint32_t sj_graph_route(const sj_graph *g, uint32_t from, uint32_t to,
			uint32_t link[SJ_GRAPH_ROUTE_MAX]);

/* The first cable that was made from the same spec. */
uint32_t sj_graph_first_cable(const sj_graph *g, uint32_t cable);

/* How many cables a spec stands for; 0: its ranges do not fit each other. */
uint32_t sj_cable_spec_count(const sj_cable_spec *c);

/* The shortest way without the links that are marked in `out`; 0: there is none, or it has
 * more than SJ_GRAPH_ROUTE_MAX links. It is searched for each time. */
uint32_t sj_graph_detour(const sj_graph *g, uint32_t from, uint32_t to, const bool *out,
			 uint32_t link[SJ_GRAPH_ROUTE_MAX]);

/*
 * The links of a stated route, for `link`, which has r->count. SJ_OK; SJ_EINVAL: cable
 * number *bad of it does not go on from where the one before ended, or is crossed a
 * second time; *bad = r->count: it does not end where it should.
 */
int  sj_graph_walk(const sj_graph *g, const sj_route_spec *r, uint32_t *link, uint32_t *bad);

/* Marks all vertices that a walk from `from` reaches. `seen` has g->vertices. SJ_OK or
 * SJ_ENOMEM. */
int  sj_graph_flood(const sj_graph *g, uint32_t from, bool *seen);

#endif
