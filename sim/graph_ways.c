/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * graph_ways.c - the tree of shortest ways from a source: for each vertex the last link
 * of its way. A tree is made when its source is first asked for, and kept in at most
 * KEPT_BYTES; beyond, one tree is made anew whenever the source changes, so that asking
 * never fails for want of memory.
 */
#include "graph_ways.h"

#include <stdlib.h>
#include <string.h>

#include "pes.h"

#define KEPT_BYTES ((size_t)256 << 20)
#define NONE       UINT32_MAX

struct sj_ways {
	uint32_t **tree;    /* by source; NULL: not kept */
	size_t     kept;    /* bytes of them */
	uint32_t  *spare;   /* a tree that is not kept ... */
	uint32_t   spare_of; /* ... of this source */
	/* of a search */
	uint32_t  *hops, *queue;
	sj_time   *latency;
	sj_pes     reached;
};

int sj_ways_create(sj_graph *g)
{
	struct sj_ways *w = g->ways = calloc(1, sizeof(*w));
	size_t n = g->vertices + 1u;

	if (w == NULL)
		return SJ_ENOMEM;
	w->spare_of = NONE;
	w->tree = calloc(n, sizeof(*w->tree));
	w->spare = malloc(n * sizeof(*w->spare));
	w->hops = malloc(n * sizeof(*w->hops));
	w->queue = malloc(n * sizeof(*w->queue));
	w->latency = malloc(n * sizeof(*w->latency));
	return w->tree != NULL && w->spare != NULL && w->hops != NULL && w->queue != NULL &&
	       w->latency != NULL &&
	       sj_pes_reserve(&w->reached, g->vertices) == SJ_OK ? SJ_OK : SJ_ENOMEM;
}

static void forget(const sj_graph *g)
{
	struct sj_ways *w = g->ways;

	for (uint32_t v = 0; v < g->vertices && w->kept != 0; v++) {
		free(w->tree[v]);
		w->tree[v] = NULL;
	}
	w->kept = 0;
	w->spare_of = NONE;
}

void sj_ways_free(sj_graph *g)
{
	struct sj_ways *w = g->ways;

	if (w == NULL)
		return;
	forget(g);
	free(w->spare);
	free(w->hops);
	free(w->queue);
	free(w->latency);
	free(w->tree);
	sj_pes_fini(&w->reached);
	free(w);
}

/* ---- searching --------------------------------------------------------------------------- */

/* Breadth first: of the vertices one step nearer the one whose link is lowest. */
static void by_hops(const sj_graph *g, uint32_t from, const bool *out, uint32_t *tree)
{
	struct sj_ways *w = g->ways;
	uint32_t head = 0, tail = 0;

	w->hops[from] = 0;
	w->queue[tail++] = from;
	while (head < tail) {
		uint32_t v = w->queue[head++];

		for (uint32_t i = g->first_arc[v]; i < g->first_arc[v + 1]; i++) {
			const struct sj_arc *a = &g->arc[i];

			if (out != NULL && out[a->link])
				continue;
			if (w->hops[a->to] == NONE) {
				w->hops[a->to] = w->hops[v] + 1;
				tree[a->to] = a->link;
				w->queue[tail++] = a->to;
			} else if (w->hops[a->to] == w->hops[v] + 1 && a->link < tree[a->to]) {
				tree[a->to] = a->link;
			}
		}
	}
}

/* The heap orders by latency only. Of what is equal in it fewer links may come later, and
 * go on from there once more: a vertex is reached again until nothing gets better. */
static void by_latency(const sj_graph *g, uint32_t from, const bool *out, uint32_t *tree)
{
	struct sj_ways *w = g->ways;

	w->hops[from] = 0;
	w->latency[from] = 0;
	sj_pes_add(&w->reached, from, 0);
	while (w->reached.count != 0) {
		uint32_t v = sj_pes_pop(&w->reached);

		for (uint32_t i = g->first_arc[v]; i < g->first_arc[v + 1]; i++) {
			const struct sj_arc *a = &g->arc[i];
			sj_time latency = w->latency[v] + g->latency_ns[a->link];
			uint32_t hops = w->hops[v] + 1;

			if ((out != NULL && out[a->link]) || (w->hops[a->to] != NONE &&
			    (latency > w->latency[a->to] || (latency == w->latency[a->to] &&
			     hops > w->hops[a->to]))))
				continue;
			if (w->hops[a->to] == hops && w->latency[a->to] == latency) {
				tree[a->to] = a->link < tree[a->to] ? a->link : tree[a->to];
				continue;
			}
			w->hops[a->to] = hops;
			w->latency[a->to] = latency;
			tree[a->to] = a->link;
			sj_pes_move(&w->reached, a->to, latency);
		}
	}
}

/* `out`: links that are no way; NULL: none. */
static void search(const sj_graph *g, uint32_t from, const bool *out, uint32_t *tree)
{
	memset(g->ways->hops, 0xff, g->vertices * sizeof(*g->ways->hops));
	memset(tree, 0xff, g->vertices * sizeof(*tree));
	if (g->spec->metric == SJ_BY_LATENCY)
		by_latency(g, from, out, tree);
	else
		by_hops(g, from, out, tree);
}

uint32_t sj_ways_depth(const sj_graph *g, uint32_t from)
{
	struct sj_ways *w = g->ways;
	uint32_t most = 0;

	search(g, from, NULL, w->spare);
	w->spare_of = from;
	for (uint32_t v = 0; v < g->endpoints; v++)
		if (w->hops[v] != NONE && w->hops[v] > most)
			most = w->hops[v];
	return most;
}

static const uint32_t *tree_of(const sj_graph *g, uint32_t from)
{
	struct sj_ways *w = g->ways;
	size_t bytes = (g->vertices + 1u) * sizeof(*w->spare);

	if (w->tree[from] == NULL && w->kept + bytes <= KEPT_BYTES) {
		w->tree[from] = malloc(bytes);
		if (w->tree[from] != NULL) {
			w->kept += bytes;
			search(g, from, NULL, w->tree[from]);
		}
	}
	if (w->tree[from] != NULL)
		return w->tree[from];
	if (w->spare_of != from)
		search(g, from, NULL, w->spare);
	w->spare_of = from;
	return w->spare;
}

/* 0 also when it is too long, or nothing leads there. */
static uint32_t read_tree(const sj_graph *g, const uint32_t *tree, uint32_t from, uint32_t to,
			  uint32_t *link)
{
	uint32_t n = 0;

	for (uint32_t at = to; at != from;) {
		uint32_t l = tree[at], cable;

		if (l == NONE || n == SJ_GRAPH_ROUTE_MAX)
			return 0;
		link[n++] = l;
		cable = g->cable_of[l];
		at = g->end[cable][0] == at ? g->end[cable][1] : g->end[cable][0];
	}
	for (uint32_t k = 0; k < n / 2; k++) {
		uint32_t l = link[k];

		link[k] = link[n - 1 - k];
		link[n - 1 - k] = l;
	}
	return n;
}

uint32_t sj_ways_route(const sj_graph *g, uint32_t from, uint32_t to,
		       uint32_t link[SJ_GRAPH_ROUTE_MAX])
{
	return read_tree(g, tree_of(g, from), from, to, link);
}

uint32_t sj_graph_detour(const sj_graph *g, uint32_t from, uint32_t to, const bool *out,
			 uint32_t link[SJ_GRAPH_ROUTE_MAX])
{
	g->ways->spare_of = NONE;
	search(g, from, out, g->ways->spare);
	return read_tree(g, g->ways->spare, from, to, link);
}
