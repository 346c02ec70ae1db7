/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph_ways.h - shortest ways through a graph; between graph.c and graph_ways.c only. */
#ifndef SJ_GRAPH_WAYS_H
#define SJ_GRAPH_WAYS_H

#include "graph.h"

/* From a vertex along a link. */
struct sj_arc {
	uint32_t to, link;
};

/* SJ_OK or SJ_ENOMEM. */
int      sj_ways_create(sj_graph *g);
void     sj_ways_free(sj_graph *g); /* of none, too */
/* Links of the longest way from `from` to an endpoint. */
uint32_t sj_ways_depth(const sj_graph *g, uint32_t from);
uint32_t sj_ways_route(const sj_graph *g, uint32_t from, uint32_t to,
		       uint32_t link[SJ_GRAPH_ROUTE_MAX]);

#endif
