/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - cables of one's own, and the routes that are stated; see graph.h. */
#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "graph_ways.h"

struct sj_stated {
	uint32_t from, to;
	uint32_t first, count; /* in g->via */
	uint32_t order;
};

/* ---- cables ------------------------------------------------------------------------------ */

uint32_t sj_cable_spec_count(const sj_cable_spec *c)
{
	uint32_t a = c->end[0].count, b = c->end[1].count;

	if (c->loose)
		return 1;
	return a == b || b == 1 ? a : a == 1 ? b : 0;
}

static int count(sj_graph *g, sj_error *err)
{
	uint64_t cables = 0, links = 0;

	for (uint32_t i = 0; i < g->spec->cable_count; i++) {
		const sj_cable_spec *c = &g->spec->cable[i];
		uint32_t n = sj_cable_spec_count(c);

		if (n == 0 || (!c->loose && ((uint64_t)c->end[0].first + c->end[0].count > g->vertices ||
		    (uint64_t)c->end[1].first + c->end[1].count > g->vertices)))
			return sj_fail(err, SJ_EINVAL, "network: link %u has no ends", i);
		if (!(c->bytes_per_s > 0))
			return sj_fail(err, SJ_EINVAL, "network: link %u states no bandwidth", i);
		cables += n;
		links += c->half_duplex || c->loose ? n : 2 * (uint64_t)n;
	}
	if (links >= UINT32_MAX / 2)
		return sj_fail(err, SJ_EINVAL, "network: more than %u links", UINT32_MAX / 2);
	g->cables = (uint32_t)cables;
	g->links = (uint32_t)links;
	return SJ_OK;
}

static int allocate(sj_graph *g)
{
	g->end = malloc((g->cables + 1u) * sizeof(*g->end));
	g->first_link = malloc((g->cables + 1u) * sizeof(*g->first_link));
	g->spec_of = malloc((g->cables + 1u) * sizeof(*g->spec_of));
	g->cable_of = malloc((g->links + 1u) * sizeof(*g->cable_of));
	g->bytes_per_s = malloc((g->links + 1u) * sizeof(*g->bytes_per_s));
	g->latency_ns = malloc((g->links + 1u) * sizeof(*g->latency_ns));
	g->first_arc = calloc(g->vertices + 2u, sizeof(*g->first_arc));
	g->arc = malloc((2 * (size_t)g->cables + 1) * sizeof(*g->arc));
	return g->end != NULL && g->first_link != NULL && g->spec_of != NULL &&
	       g->cable_of != NULL && g->bytes_per_s != NULL && g->latency_ns != NULL &&
	       g->first_arc != NULL && g->arc != NULL ? SJ_OK : SJ_ENOMEM;
}

static void lay_cables(sj_graph *g)
{
	uint32_t cable = 0, link = 0;

	for (uint32_t i = 0; i < g->spec->cable_count; i++) {
		const sj_cable_spec *c = &g->spec->cable[i];
		uint32_t n = sj_cable_spec_count(c);

		for (uint32_t k = 0; k < n; k++, cable++) {
			for (int e = 0; e < 2; e++)
				g->end[cable][e] = c->loose ? 0 : c->end[e].first + (c->end[e].count > 1 ? k : 0);
			g->first_link[cable] = link;
			g->spec_of[cable] = i;
			for (int way = 0; way < (c->half_duplex || c->loose ? 1 : 2); way++, link++) {
				g->cable_of[link] = cable;
				g->bytes_per_s[link] = c->bytes_per_s;
				g->latency_ns[link] = c->latency_ns;
			}
		}
	}
	g->first_link[cable] = link;
}

uint32_t sj_graph_first_cable(const sj_graph *g, uint32_t cable)
{
	uint32_t lo = 0, hi = cable;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (g->spec_of[mid] < g->spec_of[cable])
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_half(const sj_graph *g, uint32_t cable)
{
	return g->first_link[cable + 1] - g->first_link[cable] == 1;
}

/* The link of a cable that leads away from its end number `end`. */
static uint32_t away(const sj_graph *g, uint32_t cable, uint32_t end)
{
	return g->first_link[cable] + (is_half(g, cable) ? 0 : end);
}

/* Arcs of a vertex are in the order of cables. A cable from a vertex to itself is no way
 * anywhere. */
static void make_arcs(sj_graph *g)
{
	for (uint32_t c = 0; c < g->cables; c++)
		for (uint32_t e = 0; e < 2 && g->end[c][0] != g->end[c][1]; e++)
			g->first_arc[g->end[c][e] + 2]++;
	for (uint32_t v = 2; v < g->vertices + 2; v++)
		g->first_arc[v] += g->first_arc[v - 1];
	for (uint32_t c = 0; c < g->cables; c++)
		for (uint32_t e = 0; e < 2 && g->end[c][0] != g->end[c][1]; e++)
			g->arc[g->first_arc[g->end[c][e] + 1]++] =
				(struct sj_arc){ g->end[c][!e], away(g, c, e) };
}

/* ---- stated routes ---------------------------------------------------------------------------- */

static bool is_loose(const sj_graph *g, uint32_t cable)
{
	return cable < g->cables && g->spec->cable[g->spec_of[cable]].loose;
}

/* Links without ends lead anywhere; each once. */
static int list_loose(const sj_graph *g, const sj_route_spec *r, uint32_t *link, uint32_t *bad)
{
	for (*bad = 0; *bad < r->count; ++*bad) {
		if (!is_loose(g, r->cable[*bad]))
			return SJ_EINVAL;
		link[*bad] = g->first_link[r->cable[*bad]];
		for (uint32_t k = 0; k < *bad; k++)
			if (link[k] == link[*bad])
				return SJ_EINVAL;
	}
	return SJ_OK;
}

static int walk(const sj_graph *g, const sj_route_spec *r, uint32_t *link, uint32_t *bad)
{
	uint32_t at = r->from;

	for (*bad = 0; *bad < r->count; ++*bad) {
		uint32_t cable = r->cable[*bad], end;

		if (cable >= g->cables || is_loose(g, cable) ||
		    (g->end[cable][0] != at && g->end[cable][1] != at))
			return SJ_EINVAL;
		end = g->end[cable][0] != at;
		link[*bad] = away(g, cable, end);
		for (uint32_t k = 0; k < *bad; k++)
			if (link[k] == link[*bad])
				return SJ_EINVAL;
		at = g->end[cable][!end];
	}
	return at == r->to ? SJ_OK : SJ_EINVAL;
}

int sj_graph_walk(const sj_graph *g, const sj_route_spec *r, uint32_t *link, uint32_t *bad)
{
	if (r->count > 0 && is_loose(g, r->cable[0]))
		return list_loose(g, r, link, bad);
	return walk(g, r, link, bad);
}

static int by_ends(const void *x, const void *y)
{
	const struct sj_stated *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* The way back crosses the same cables. */
static void turn_round(const sj_graph *g, const uint32_t *link, uint32_t n, uint32_t *back)
{
	for (uint32_t k = 0; k < n; k++) {
		uint32_t l = link[n - 1 - k], cable = g->cable_of[l];

		back[k] = is_half(g, cable) ? l : 2 * g->first_link[cable] + 1 - l;
	}
}

static int state_route(sj_graph *g, const sj_route_spec *r, uint32_t *used, sj_error *err)
{
	struct sj_stated *s = &g->stated[g->routes];
	uint32_t bad;

	if (r->from >= g->endpoints || r->to >= g->endpoints ||
	    sj_graph_walk(g, r, g->via + *used, &bad) != SJ_OK)
		return sj_fail(err, SJ_EINVAL, "network: the route from %u to %u is no walk over "
			       "its links", r->from, r->to);
	*s = (struct sj_stated){ r->from, r->to, *used, r->count, g->routes++ };
	*used += r->count;
	if (!r->symmetric)
		return SJ_OK;
	turn_round(g, g->via + s->first, r->count, g->via + *used);
	s[1] = (struct sj_stated){ r->to, r->from, *used, r->count, g->routes++ };
	*used += r->count;
	return SJ_OK;
}

static int state_routes(sj_graph *g, sj_error *err)
{
	size_t links = 0;
	uint32_t used = 0;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < g->spec->route_count; i++)
		links += 2 * (size_t)g->spec->route[i].count;
	g->stated = malloc((2 * (size_t)g->spec->route_count + 1) * sizeof(*g->stated));
	g->via = malloc((links + 1) * sizeof(*g->via));
	if (g->stated == NULL || g->via == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < g->spec->route_count && rc == SJ_OK; i++)
		rc = state_route(g, &g->spec->route[i], &used, err);
	qsort(g->stated, g->routes, sizeof(*g->stated), by_ends);
	return rc;
}

/* NULL: none is stated. Of several the first counts. */
static const struct sj_stated *stated(const sj_graph *g, uint32_t from, uint32_t to)
{
	uint32_t lo = 0, hi = g->routes;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct sj_stated *s = &g->stated[mid];

		if (s->from < from || (s->from == from && s->to < to))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < g->routes && g->stated[lo].from == from && g->stated[lo].to == to ?
	       &g->stated[lo] : NULL;
}

/* ---- making -------------------------------------------------------------------------------------- */

int sj_graph_flood(const sj_graph *g, uint32_t from, bool *seen)
{
	uint32_t *queue = malloc(g->vertices * sizeof(*queue)), head = 0, tail = 0;

	if (queue == NULL)
		return SJ_ENOMEM;
	seen[from] = true;
	queue[tail++] = from;
	while (head < tail) {
		uint32_t v = queue[head++];

		for (uint32_t a = g->first_arc[v]; a < g->first_arc[v + 1]; a++)
			if (!seen[g->arc[a].to]) {
				seen[g->arc[a].to] = true;
				queue[tail++] = g->arc[a].to;
			}
	}
	free(queue);
	return SJ_OK;
}

/* Parts that hang together, by their first endpoint. SJ_OK or SJ_ENOMEM. */
static int find_parts(const sj_graph *g, uint32_t *part)
{
	bool *seen = calloc(g->vertices + 1u, sizeof(*seen));
	int rc = seen != NULL ? SJ_OK : SJ_ENOMEM;

	memset(part, 0xff, g->vertices * sizeof(*part));
	for (uint32_t e = 0; e < g->endpoints && rc == SJ_OK; e++) {
		if (part[e] != UINT32_MAX)
			continue;
		if (e > 0 && g->routes == 0)
			break; /* nothing else could lead here */
		memset(seen, 0, g->vertices * sizeof(*seen));
		rc = sj_graph_flood(g, e, seen);
		for (uint32_t v = 0; v < g->vertices; v++)
			if (seen[v])
				part[v] = e;
	}
	free(seen);
	return rc;
}

static int check_connected(const sj_graph *g, sj_error *err)
{
	uint32_t *part = malloc((g->vertices + 1u) * sizeof(*part));
	bool whole = true;
	int rc = part != NULL ? find_parts(g, part) : SJ_ENOMEM;

	for (uint32_t e = 0; e < g->endpoints && rc == SJ_OK; e++)
		whole &= part[e] == 0;
	for (uint32_t a = 0; a < g->endpoints && rc == SJ_OK && !whole; a++)
		for (uint32_t b = 0; b < g->endpoints && rc == SJ_OK; b++)
			if (part[a] != part[b] && stated(g, a, b) == NULL)
				rc = sj_fail(err, SJ_EINVAL, "network: no links lead from endpoint %u to "
					     "endpoint %u", a, b);
	free(part);
	return rc;
}

int sj_graph_lay(sj_graph *g, const sj_graph_spec *spec, uint32_t endpoints, sj_error *err)
{
	int rc;

	memset(g, 0, sizeof(*g));
	g->spec = spec;
	g->endpoints = endpoints;
	g->vertices = endpoints + spec->switch_count;
	rc = count(g, err);
	if (rc == SJ_OK)
		rc = allocate(g);
	if (rc != SJ_OK) {
		sj_graph_fini(g);
		return rc == SJ_ENOMEM ? sj_fail(err, rc, "network: out of memory") : rc;
	}
	lay_cables(g);
	make_arcs(g);
	return SJ_OK;
}

/* The vertex from which an endpoint with one cable goes on; else itself. */
static uint32_t root_of(const sj_graph *g, uint32_t v)
{
	return g->first_arc[v + 1] - g->first_arc[v] == 1 ? g->arc[g->first_arc[v]].to : v;
}

/* There and back by way of endpoint 0 no way of fewest links has more. When that is no
 * answer all roots are asked, and a link more at either end. */
static int bound_hops(sj_graph *g, sj_error *err)
{
	bool *asked = calloc(g->vertices + 1u, sizeof(*asked));
	uint32_t most = 2 * sj_ways_depth(g, 0);

	if (asked == NULL)
		return SJ_ENOMEM;
	if (g->spec->metric != SJ_BY_HOPS || most > SJ_GRAPH_ROUTE_MAX) {
		most = 0;
		for (uint32_t e = 0; e < g->endpoints; e++) {
			uint32_t root = root_of(g, e), depth;

			if (asked[root])
				continue;
			asked[root] = true;
			depth = sj_ways_depth(g, root) + (root != e);
			most = depth > most ? depth : most;
			if (most > SJ_GRAPH_ROUTE_MAX)
				break;
		}
	}
	free(asked);
	for (uint32_t i = 0; i < g->routes; i++)
		most = g->stated[i].count > most ? g->stated[i].count : most;
	g->hops_max = most;
	return most <= SJ_GRAPH_ROUTE_MAX ? SJ_OK :
	       sj_fail(err, SJ_EINVAL, "network: a route of %u links; at most %u", most,
		       SJ_GRAPH_ROUTE_MAX);
}

int sj_graph_init(sj_graph *g, const sj_graph_spec *spec, uint32_t endpoints, sj_error *err)
{
	int rc = sj_graph_lay(g, spec, endpoints, err);

	if (rc == SJ_OK)
		rc = state_routes(g, err);
	if (rc == SJ_OK)
		rc = check_connected(g, err);
	if (rc == SJ_OK)
		rc = sj_ways_create(g);
	if (rc == SJ_OK)
		rc = bound_hops(g, err);
	if (rc != SJ_OK)
		sj_graph_fini(g);
	return rc == SJ_ENOMEM ? sj_fail(err, rc, "network: out of memory") : rc;
}

void sj_graph_fini(sj_graph *g)
{
	sj_ways_free(g);
	free(g->end);
	free(g->first_link);
	free(g->spec_of);
	free(g->cable_of);
	free(g->bytes_per_s);
	free(g->latency_ns);
	free(g->first_arc);
	free(g->arc);
	free(g->stated);
	free(g->via);
	memset(g, 0, sizeof(*g));
}

uint32_t sj_graph_route(const sj_graph *g, uint32_t from, uint32_t to,
			uint32_t link[SJ_GRAPH_ROUTE_MAX])
{
	const struct sj_stated *s = stated(g, from, to);

	if (s == NULL)
		return sj_ways_route(g, from, to, link);
	memcpy(link, g->via + s->first, s->count * sizeof(*link));
	return s->count;
}
