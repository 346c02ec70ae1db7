/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_topology.c - routes against the graphs that the topologies are: every route must
 * be a walk from one end to the other, and as short as any.
 */
#include "topology.h"

#include "test.h"

#define VERTICES_MAX 4000u
#define CABLES_MAX   20000u

/* Cables in the order the topology numbers them; nodes are the first vertices. */
struct graph {
	uint32_t vertices, cables;
	uint32_t end[CABLES_MAX][2]; /* "up" goes from [0] to [1] */
};

static void cable(struct graph *g, uint32_t from, uint32_t to)
{
	g->end[g->cables][0] = from;
	g->end[g->cables++][1] = to;
}

static void star_graph(struct graph *g, const sj_topology_spec *s, uint32_t nodes)
{
	(void)s;
	g->vertices = nodes + 1;
	for (uint32_t n = 0; n < nodes; n++)
		cable(g, n, nodes);
}

static void tree_graph(struct graph *g, const sj_topology_spec *s, uint32_t nodes)
{
	uint32_t switches[SJ_TOPOLOGY_LEVELS + 1] = { 1 }, first[SJ_TOPOLOGY_LEVELS + 1];
	uint32_t next = nodes;

	for (uint32_t k = 0; k < s->levels; k++) {
		first[k] = next;
		next += switches[k];
		switches[k + 1] = switches[k] * s->size[k];
	}
	g->vertices = next;
	for (uint32_t n = 0; n < nodes; n++)
		cable(g, n, first[s->levels - 1] + n / s->size[s->levels - 1]);
	for (uint32_t k = 1; k < s->levels; k++)
		for (uint32_t i = 0; i < switches[k]; i++)
			cable(g, first[k] + i, first[k - 1] + i / s->size[k - 1]);
}

static void fat_tree_graph(struct graph *g, const sj_topology_spec *s, uint32_t nodes)
{
	uint32_t k = s->size[0], h = k / 2, edge = nodes, agg = edge + k * h, core = agg + k * h;

	g->vertices = core + h * h;
	for (uint32_t n = 0; n < nodes; n++)
		cable(g, n, edge + n / h);
	for (uint32_t e = 0; e < k * h; e++)
		for (uint32_t a = 0; a < h; a++)
			cable(g, edge + e, agg + e / h * h + a);
	for (uint32_t a = 0; a < k * h; a++)
		for (uint32_t c = 0; c < h; c++)
			cable(g, agg + a, core + a % h * h + c);
}

static void torus_graph(struct graph *g, const sj_topology_spec *s, uint32_t nodes)
{
	g->vertices = nodes;
	for (uint32_t d = 0; d < s->levels; d++) {
		uint32_t stride = 1;

		for (uint32_t k = d + 1; k < s->levels; k++)
			stride *= s->size[k];
		for (uint32_t n = 0; n < nodes; n++) {
			uint32_t at = n / stride % s->size[d];

			cable(g, n, n - at * stride + (at + 1) % s->size[d] * stride);
		}
	}
}

static void dragonfly_graph(struct graph *g, const sj_topology_spec *s, uint32_t nodes)
{
	uint32_t groups = s->size[0], a = s->size[1], p = s->size[2], router = nodes;

	g->vertices = nodes + groups * a;
	for (uint32_t n = 0; n < nodes; n++)
		cable(g, n, router + n / p);
	for (uint32_t q = 0; q < groups; q++)
		for (uint32_t j = 1; j < a; j++)
			for (uint32_t i = 0; i < j; i++)
				cable(g, router + q * a + i, router + q * a + j);
	for (uint32_t y = 1; y < groups; y++)
		for (uint32_t x = 0; x < y; x++)
			cable(g, router + x * a + (y - 1) % a, router + y * a + x % a);
}

/* Distances of all vertices from `from`. */
static void distances(const struct graph *g, uint32_t from, uint32_t *distance)
{
	bool changed = true;

	for (uint32_t v = 0; v < g->vertices; v++)
		distance[v] = v == from ? 0 : UINT32_MAX / 2;
	while (changed) {
		changed = false;
		for (uint32_t c = 0; c < g->cables; c++)
			for (int way = 0; way < 2; way++) {
				uint32_t u = g->end[c][way], v = g->end[c][!way];

				if (distance[u] + 1 < distance[v]) {
					distance[v] = distance[u] + 1;
					changed = true;
				}
			}
	}
}

/* Where the route from `from` leads, or UINT32_MAX when it is broken. */
static uint32_t walk(const struct graph *g, const sj_topology *t, uint32_t from,
		     const uint32_t *link, uint32_t hops)
{
	for (uint32_t k = 0; k < hops; k++) {
		uint32_t c = t->spec.half_duplex ? link[k] : link[k] / 2;
		uint32_t down = t->spec.half_duplex ? g->end[c][0] != from : link[k] % 2;

		if (c >= g->cables || g->end[c][down] != from)
			return UINT32_MAX;
		from = g->end[c][!down];
	}
	return from;
}

static void check_routes(const struct graph *g, const sj_topology *t, bool shortest)
{
	static uint32_t distance[VERTICES_MAX];
	uint32_t link[SJ_ROUTE_MAX];

	REQUIRE(t->links == g->cables * (t->spec.half_duplex ? 1 : 2), "%u links, %u cables",
		t->links, g->cables);
	for (uint32_t from = 0; from < t->nodes; from += 1 + t->nodes / 16) {
		distances(g, from, distance);
		for (uint32_t to = 0; to < t->nodes; to++) {
			uint32_t hops = sj_topology_route(t, from, to, link);

			REQUIRE(walk(g, t, from, link, hops) == to, "%u to %u", from, to);
			REQUIRE(hops == distance[to] || (!shortest && hops > distance[to]),
				"%u to %u: %u hops, %u would do", from, to, hops, distance[to]);
		}
	}
}

static const struct {
	sj_topology_spec spec;
	uint32_t         nodes;
	bool             shortest; /* a minimal dragonfly route need not be */
	void           (*graph)(struct graph *g, const sj_topology_spec *s, uint32_t nodes);
} routes[] = {
	{ { .kind = SJ_TOPOLOGY_STAR }, 5, true, star_graph },
	{ { .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 4, 4 } }, 16, true, tree_graph },
	{ { .kind = SJ_TOPOLOGY_TREE, .levels = 3, .size = { 2, 3, 5 } }, 27, true, tree_graph },
	{ { .kind = SJ_TOPOLOGY_TREE, .levels = 1, .size = { 9 } }, 9, true, tree_graph },
	{ { .kind = SJ_TOPOLOGY_FAT_TREE, .levels = 1, .size = { 4 } }, 16, true,
	  fat_tree_graph },
	{ { .kind = SJ_TOPOLOGY_FAT_TREE, .levels = 1, .size = { 8 } }, 100, true,
	  fat_tree_graph },
	{ { .kind = SJ_TOPOLOGY_TORUS, .levels = 1, .size = { 7 } }, 7, true, torus_graph },
	{ { .kind = SJ_TOPOLOGY_TORUS, .levels = 3, .size = { 4, 3, 5 } }, 60, true,
	  torus_graph },
	{ { .kind = SJ_TOPOLOGY_DRAGONFLY, .levels = 3, .size = { 9, 4, 2 } }, 72, false,
	  dragonfly_graph },
	{ { .kind = SJ_TOPOLOGY_DRAGONFLY, .levels = 3, .size = { 3, 5, 4 } }, 60, false,
	  dragonfly_graph },
};

TEST(routes_are_walks_and_short)
{
	static struct graph g;
	double bandwidth[128];
	sj_time latency[128];
	sj_error err = { 0 };
	sj_topology t;

	for (uint32_t n = 0; n < 128; n++) {
		bandwidth[n] = 100;
		latency[n] = 10;
	}
	for (size_t i = 0; i < 2 * sizeof(routes) / sizeof(routes[0]); i++) {
		sj_topology_spec spec = routes[i / 2].spec;

		spec.half_duplex = i % 2 != 0;
		spec.latency_ns = 10;
		g.cables = 0;
		routes[i / 2].graph(&g, &spec, routes[i / 2].nodes);
		REQUIRE(sj_topology_init(&t, &spec, routes[i / 2].nodes, 0, bandwidth, latency,
					 &err) == SJ_OK, "case %zu: %s", i, err.text);
		check_routes(&g, &t, routes[i / 2].shortest);
		sj_topology_fini(&t);
	}
}

/* The vertex of the graph at which a port is. */
static uint32_t port_vertex(const sj_topology_spec *s, uint32_t nodes, uint32_t port,
			    uint32_t ports)
{
	if (s->kind == SJ_TOPOLOGY_TORUS)
		return port * nodes / ports;
	if (s->kind == SJ_TOPOLOGY_DRAGONFLY)
		return nodes + port * (s->size[0] * s->size[1]) / ports;
	return nodes; /* the switch of a star, the root of a tree */
}

/* To the port, from it, and from port to port: walks to the vertex, and as short as any; in a
 * fat-tree to any core, and back on the same cables. */
TEST(routes_to_ports)
{
	static struct graph g;
	static uint32_t distance[VERTICES_MAX];
	double bandwidth[128];
	sj_time latency[128] = { 0 };
	enum { PORTS = 3 };

	for (uint32_t n = 0; n < 128; n++)
		bandwidth[n] = 100;
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		const sj_topology_spec *spec = &routes[i].spec;
		bool fat = spec->kind == SJ_TOPOLOGY_FAT_TREE;
		uint32_t nodes = routes[i].nodes, out[SJ_ROUTE_MAX], in[SJ_ROUTE_MAX];
		sj_topology t;

		g.cables = 0;
		routes[i].graph(&g, spec, nodes);
		REQUIRE(sj_topology_init(&t, spec, nodes, PORTS, bandwidth, latency, NULL) == SJ_OK);
		for (uint32_t p = 0; p < PORTS; p++) {
			uint32_t at = port_vertex(spec, nodes, p, PORTS);

			distances(&g, at, distance);
			for (uint32_t n = 0; n < nodes; n++) {
				uint32_t there = sj_topology_route(&t, n, nodes + p, out);
				uint32_t back = sj_topology_route(&t, nodes + p, n, in);
				uint32_t end = walk(&g, &t, n, out, there);

				REQUIRE(fat ? end >= g.vertices - spec->size[0] * spec->size[0] / 4 &&
					end < g.vertices && there == 3 : end == at, "case %zu, %u",
					i, n);
				REQUIRE(walk(&g, &t, fat ? end : at, in, back) == n);
				REQUIRE(fat || !routes[i].shortest || (there == distance[n] &&
					back == distance[n]));
				for (uint32_t k = 0; fat && k < 3; k++)
					REQUIRE(in[k] == out[2 - k] + 1);
			}
			for (uint32_t q = 0; q < PORTS; q++) {
				uint32_t hops = sj_topology_route(&t, nodes + p, nodes + q, out);

				REQUIRE(walk(&g, &t, at, out, hops) ==
					port_vertex(spec, nodes, q, PORTS));
			}
		}
		sj_topology_fini(&t);
	}
}

/* 4 racks of 4 nodes of 100 B/s, 2 to 1: an uplink has 4 x 100 / 2. */
TEST(uplinks_are_oversubscribed)
{
	sj_topology_spec spec = { .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 4, 4 },
				  .oversubscription = 2 };
	double bandwidth[16];
	sj_time latency[16] = { 0 };
	sj_topology t;

	for (int n = 0; n < 16; n++)
		bandwidth[n] = 100;
	REQUIRE(sj_topology_init(&t, &spec, 16, 0, bandwidth, latency, NULL) == SJ_OK);
	CHECK(t.links == 2 * (16 + 4));
	CHECK(t.bytes_per_s[0] == 100 && t.bytes_per_s[2 * 16] == 200);
	sj_topology_fini(&t);
}

TEST(sizes_that_do_not_fit)
{
	static const struct {
		sj_topology_spec spec;
		const char      *sentence;
	} bad[] = {
		{ { .kind = SJ_TOPOLOGY_TREE, .levels = 2, .size = { 2, 4 } },
		  "topology tree has places for 8 nodes, and there are 16" },
		{ { .kind = SJ_TOPOLOGY_TORUS, .levels = 2, .size = { 5, 4 } },
		  "topology torus has places for 20 nodes, and there are 16" },
		{ { .kind = SJ_TOPOLOGY_FAT_TREE, .levels = 1, .size = { 5 } },
		  "topology fat-tree: 5 ports; expected an even number" },
		{ { .kind = SJ_TOPOLOGY_DRAGONFLY, .levels = 2, .size = { 5, 5 } },
		  "topology dragonfly: 2 sizes; expected 3 to 3" },
		{ { .kind = SJ_TOPOLOGY_TREE, .levels = 1, .size = { 0 } },
		  "topology tree: size 0; expected 1 to 65536" },
		{ { .kind = SJ_TOPOLOGY_TREE, .levels = 3, .size = { 65536, 65536, 65536 } },
		  "places for" },
	};
	double bandwidth[16] = { 1 };
	sj_time latency[16] = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sj_error err = { 0 };
		sj_topology t;

		CHECK(sj_topology_init(&t, &bad[i].spec, 16, 0, bandwidth, latency, &err) ==
		      SJ_EINVAL);
		CHECK(strstr(err.text, bad[i].sentence) != NULL, "%s", err.text);
	}
}

TESTS(CASE(routes_are_walks_and_short), CASE(routes_to_ports), CASE(uplinks_are_oversubscribed),
      CASE(sizes_that_do_not_fit))
