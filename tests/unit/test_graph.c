/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_graph.c - links of one's own: shortest ways against distances of all pairs, built-in
 * topologies written out as links, stated routes, and graphs that are none.
 */
#include "network.h"
#include "run.h"

#include <stdlib.h>

#include "test.h"

#define N 24u

/* ---- random graphs -------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* A walk through all vertices, so that they hang together, and as many cables again. */
static uint32_t random_cables(sj_cable_spec *c)
{
	uint32_t n = 0;

	for (uint32_t v = 1; v < N; v++)
		c[n++] = (sj_cable_spec){ .end = { { draw(v), 1 }, { v, 1 } } };
	for (uint32_t k = 0; k < N; k++) {
		uint32_t a = draw(N), b = draw(N);

		if (a != b)
			c[n++] = (sj_cable_spec){ .end = { { a, 1 }, { b, 1 } } };
	}
	for (uint32_t i = 0; i < n; i++) {
		c[i].name = "x";
		c[i].bytes_per_s = 100;
		c[i].latency_ns = draw(3); /* ties, and links without latency */
		c[i].half_duplex = draw(4) == 0;
	}
	return n;
}

/* Distance of a pair: latency * 1000 + links, or links alone, by Floyd and Warshall. */
static int64_t far[N][N];

static int64_t cost(const sj_graph *g, uint32_t link)
{
	return g->spec->metric == SJ_BY_LATENCY ? g->latency_ns[link] * 1000 + 1 : 1;
}

static uint32_t tail_of(const sj_graph *g, uint32_t link, uint32_t head)
{
	uint32_t c = g->cable_of[link];

	return g->end[c][g->end[c][0] == head];
}

static void all_pairs(const sj_graph *g)
{
	for (uint32_t i = 0; i < N; i++)
		for (uint32_t k = 0; k < N; k++)
			far[i][k] = i == k ? 0 : INT64_MAX / 4;
	for (uint32_t l = 0; l < g->links; l++) {
		uint32_t *end = g->end[g->cable_of[l]];

		if (far[end[0]][end[1]] > cost(g, l))
			far[end[0]][end[1]] = far[end[1]][end[0]] = cost(g, l);
	}
	for (uint32_t k = 0; k < N; k++)
		for (uint32_t i = 0; i < N; i++)
			for (uint32_t j = 0; j < N; j++)
				if (far[i][k] + far[k][j] < far[i][j])
					far[i][j] = far[i][k] + far[k][j];
}

/* The lowest link that ends a shortest way to `to`. */
static uint32_t last_link(const sj_graph *g, uint32_t from, uint32_t to)
{
	for (uint32_t l = 0; l < g->links; l++) {
		uint32_t c = g->cable_of[l], first = g->first_link[c];
		bool half = g->first_link[c + 1] - first == 1;

		for (uint32_t e = 0; e < 2; e++)
			if ((half || l == first + e) && g->end[c][!e] == to &&
			    far[from][g->end[c][e]] + cost(g, l) == far[from][to])
				return l;
	}
	return UINT32_MAX;
}

TEST(shortest_ways)
{
	for (seed = 1; seed < 400000000u; seed = seed + 9000001u) {
		sj_cable_spec cable[2 * N];
		sj_graph_spec spec = { .switch_count = 4, .cable = cable, .metric = seed % 2 };
		sj_graph g;

		spec.cable_count = random_cables(cable);
		REQUIRE(sj_graph_init(&g, &spec, N - 4, NULL) == SJ_OK);
		all_pairs(&g);
		for (uint32_t i = 0; i < N - 4; i++)
			for (uint32_t k = 0; k < N - 4; k++) {
				uint32_t link[SJ_GRAPH_ROUTE_MAX], hops = sj_graph_route(&g, i, k, link);
				uint32_t at = k;


				REQUIRE(hops <= g.hops_max, "%u hops", hops);
				while (hops > 0) {
					REQUIRE(link[--hops] == last_link(&g, i, at), "seed %u: %u to %u",
						seed, i, k);
					at = tail_of(&g, link[hops], at);
				}
				REQUIRE(at == i);
			}
		sj_graph_fini(&g);
	}
}

/* ---- what is built in, as links ----------------------------------------------------------- */

static const sj_node_type plain = { .count = 12, .cores = 1, .nic_bytes_per_s = 100,
				    .nic_latency_ns = 3 };

static void same_routes(const sj_fabric_spec *built_in, const sj_graph_spec *graph)
{
	const sj_fabric_spec own = { .topology = { .kind = SJ_TOPOLOGY_LINKS }, .graph = graph };
	sj_node_type bare = plain;
	sj_fabric a, b;

	bare.nic_bytes_per_s = 0;
	REQUIRE(sj_fabric_init(&a, built_in, &plain, 1, NULL) == SJ_OK);
	REQUIRE(sj_fabric_init(&b, &own, &bare, 1, NULL) == SJ_OK);
	REQUIRE(a.links == b.links);
	for (uint32_t l = 0; l < a.links; l++)
		CHECK(a.bytes_per_s[l] == b.bytes_per_s[l] && a.latency_ns[l] == b.latency_ns[l]);
	for (uint32_t i = 0; i < a.nodes; i++)
		for (uint32_t k = 0; k < a.nodes; k++) {
			sj_endpoint from = { i, SJ_HOST }, to = { k, SJ_HOST };
			uint32_t x[SJ_ROUTE_MAX], y[SJ_ROUTE_MAX];
			sj_time s, t;
			uint32_t n = sj_fabric_route(&a, from, to, x, &s);

			REQUIRE(sj_fabric_route(&b, from, to, y, &t) == n && s == t);
			REQUIRE(memcmp(x, y, n * sizeof(*x)) == 0, "%u to %u", i, k);
		}
	sj_fabric_fini(&a);
	sj_fabric_fini(&b);
}

TEST(a_star_and_a_tree_as_links)
{
	const sj_fabric_spec star = { .topology = { .kind = SJ_TOPOLOGY_STAR } };
	const sj_fabric_spec tree = { .topology = { .kind = SJ_TOPOLOGY_TREE, .levels = 2,
						    .size = { 3, 4 }, .oversubscription = 2,
						    .latency_ns = 7 } };
	static const sj_cable_spec to_switch[] = {
		{ .name = "up", .end = { { 0, 12 }, { 12, 1 } }, .bytes_per_s = 100, .latency_ns = 3 },
	};
	/* Switches 12 (root), 13, 14, 15: an uplink has 4 x 100 / 2. */
	static const sj_cable_spec racks[] = {
		{ .name = "a", .end = { { 0, 4 }, { 13, 1 } }, .bytes_per_s = 100, .latency_ns = 3 },
		{ .name = "b", .end = { { 4, 4 }, { 14, 1 } }, .bytes_per_s = 100, .latency_ns = 3 },
		{ .name = "c", .end = { { 8, 4 }, { 15, 1 } }, .bytes_per_s = 100, .latency_ns = 3 },
		{ .name = "up", .end = { { 13, 3 }, { 12, 1 } }, .bytes_per_s = 200, .latency_ns = 7 },
	};
	const sj_graph_spec as_star = { .switch_count = 1, .cable_count = 1, .cable = to_switch };
	const sj_graph_spec as_tree = { .switch_count = 4, .cable_count = 4, .cable = racks };

	same_routes(&star, &as_star);
	same_routes(&tree, &as_tree);
}

/* ---- stated routes --------------------------------------------------------------------------- */

/* A square 0-1-2-3-0 and a diagonal in half duplex: links 0-7, then 8. */
static const sj_cable_spec square[] = {
	{ .name = "01", .end = { { 0, 1 }, { 1, 1 } }, .bytes_per_s = 1 },
	{ .name = "12", .end = { { 1, 1 }, { 2, 1 } }, .bytes_per_s = 1 },
	{ .name = "23", .end = { { 2, 1 }, { 3, 1 } }, .bytes_per_s = 1 },
	{ .name = "30", .end = { { 3, 1 }, { 0, 1 } }, .bytes_per_s = 1 },
	{ .name = "02", .end = { { 0, 1 }, { 2, 1 } }, .bytes_per_s = 1, .half_duplex = true },
};

static void expect(const sj_graph *g, uint32_t from, uint32_t to, uint32_t hops,
		   const uint32_t *want)
{
	uint32_t link[SJ_GRAPH_ROUTE_MAX];

	REQUIRE(sj_graph_route(g, from, to, link) == hops, "%u to %u", from, to);
	for (uint32_t k = 0; k < hops; k++)
		CHECK(link[k] == want[k], "%u to %u: link %u is %u", from, to, k, link[k]);
}

TEST(stated_routes)
{
	static const uint32_t round[] = { 3, 2 }, straight[] = { 4 };
	static const sj_route_spec routes[] = {
		{ .from = 0, .to = 2, .count = 2, .cable = round, .symmetric = true },
		{ .from = 2, .to = 0, .count = 1, .cable = straight },
	};
	sj_graph_spec spec = { .cable_count = 5, .cable = square, .route_count = 1,
			       .route = routes };
	uint32_t link[SJ_GRAPH_ROUTE_MAX], bad;
	bool out[9] = { false };
	sj_graph g;

	REQUIRE(sj_graph_init(&g, &spec, 4, NULL) == SJ_OK);
	expect(&g, 0, 2, 2, (const uint32_t[]){ 7, 5 });
	expect(&g, 2, 0, 2, (const uint32_t[]){ 4, 6 });
	expect(&g, 1, 3, 2, (const uint32_t[]){ 2, 4 }); /* not 1, 7: 4 ends it, and is lower */
	CHECK(sj_graph_walk(&g, &(sj_route_spec){ .from = 1, .to = 3, .count = 2, .cable = round },
			    link, &bad) == SJ_EINVAL && bad == 0);
	CHECK(sj_graph_walk(&g, &(sj_route_spec){ .from = 0, .to = 3, .count = 2, .cable = round },
			    link, &bad) == SJ_EINVAL && bad == 2);
	out[4] = true;
	CHECK(sj_graph_detour(&g, 1, 3, out, link) == 2 && link[0] == 1 && link[1] == 7);
	CHECK(sj_graph_detour(&g, 2, 3, out, link) == 2 && link[0] == 8 && link[1] == 7);
	expect(&g, 1, 3, 2, (const uint32_t[]){ 2, 4 }); /* as ever */
	out[7] = true;
	CHECK(sj_graph_detour(&g, 1, 3, out, link) == 0);
	out[4] = false;
	CHECK(sj_graph_detour(&g, 0, 3, out, link) == 2 && link[0] == 8 && link[1] == 4);
	sj_graph_fini(&g);

	spec.route = routes + 1; /* one way only; back over the shortest, and 8 serves both */
	REQUIRE(sj_graph_init(&g, &spec, 4, NULL) == SJ_OK);
	expect(&g, 2, 0, 1, (const uint32_t[]){ 8 });
	expect(&g, 0, 2, 1, (const uint32_t[]){ 8 });
	sj_graph_fini(&g);
}

/* Both ways at once over the diagonal: in half duplex they share its 10 B/s, in full duplex
 * each has them. */
TEST(half_and_full_duplex)
{
	static sj_cable_spec one = { .name = "x", .end = { { 0, 1 }, { 1, 1 } }, .bytes_per_s = 10 };
	const sj_graph_spec spec = { .cable_count = 1, .cable = &one };
	const sj_fabric_spec own = { .topology = { .kind = SJ_TOPOLOGY_LINKS }, .graph = &spec };
	const sj_node_type two = { .count = 2, .cores = 1 };
	const sj_transfer_wish plain_wish = { 0 };

	for (int half = 0; half < 2; half++) {
		sj_network *w;
		uint32_t id;

		one.half_duplex = half != 0;
		REQUIRE(sj_network_create(&own, &two, 1, &w, NULL) == SJ_OK);
		REQUIRE(sj_network_send(w, 0, 1, 100, plain_wish, 0, &id) == SJ_OK);
		REQUIRE(sj_network_send(w, 1, 0, 100, plain_wish, 0, &id) == SJ_OK);
		REQUIRE(sj_network_advance(w, 0, &id) == SJ_END);
		CHECK(sj_network_next(w) == (half ? 20 : 10) * 1000000000ll, "%lld",
		      (long long)sj_network_next(w));
		sj_network_free(w);
	}
}

/* Links without ends are crossed by the routes that name them, each way as stated; a pair
 * without a route is told, and so is a route that mixes them with others. */
TEST(links_without_ends)
{
	static const sj_cable_spec loose[] = {
		{ .name = "a", .loose = true, .bytes_per_s = 1, .latency_ns = 2 },
		{ .name = "b", .loose = true, .bytes_per_s = 3, .latency_ns = 5 },
		{ .name = "c", .end = { { 0, 1 }, { 1, 1 } }, .bytes_per_s = 1 },
	};
	static const uint32_t ab[] = { 0, 1 }, b[] = { 1 }, mixed[] = { 0, 2 }, twice[] = { 1, 1 };
	const sj_route_spec routes[] = {
		{ .from = 0, .to = 1, .count = 2, .cable = ab, .symmetric = true },
		{ .from = 0, .to = 2, .count = 1, .cable = b, .symmetric = true },
		{ .from = 2, .to = 1, .count = 2, .cable = ab },
		{ .from = 1, .to = 2, .count = 1, .cable = b },
	};
	sj_graph_spec spec = { .cable_count = 2, .cable = loose, .route_count = 4, .route = routes };
	uint32_t link[SJ_GRAPH_ROUTE_MAX], bad;
	sj_error err = { 0 };
	sj_graph g;

	REQUIRE(sj_graph_init(&g, &spec, 3, &err) == SJ_OK, "%s", err.text);
	CHECK(g.links == 2 && g.hops_max == 2);
	expect(&g, 0, 1, 2, (const uint32_t[]){ 0, 1 });
	expect(&g, 1, 0, 2, (const uint32_t[]){ 1, 0 });
	expect(&g, 2, 1, 2, (const uint32_t[]){ 0, 1 });
	expect(&g, 1, 2, 1, (const uint32_t[]){ 1 });
	sj_graph_fini(&g);
	spec.cable_count = 3;
	REQUIRE(sj_graph_init(&g, &spec, 3, &err) == SJ_OK, "%s", err.text);
	CHECK(sj_graph_walk(&g, &(sj_route_spec){ .from = 0, .to = 1, .count = 2, .cable = mixed },
			    link, &bad) == SJ_EINVAL && bad == 1);
	CHECK(sj_graph_walk(&g, &(sj_route_spec){ .from = 0, .to = 1, .count = 2, .cable = twice },
			    link, &bad) == SJ_EINVAL && bad == 1);
	sj_graph_fini(&g);
	spec.route_count = 3;
	CHECK(sj_graph_init(&g, &spec, 3, &err) == SJ_EINVAL);
	CHECK(strstr(err.text, "no links lead from endpoint 1 to endpoint 2") != NULL, "%s", err.text);
}

TEST(graphs_that_are_none)
{
	static const sj_cable_spec apart[] = {
		{ .name = "a", .end = { { 0, 1 }, { 1, 1 } }, .bytes_per_s = 1 },
		{ .name = "b", .end = { { 2, 1 }, { 3, 1 } }, .bytes_per_s = 1 },
		{ .name = "c", .end = { { 0, 2 }, { 0, 3 } }, .bytes_per_s = 1 },
		{ .name = "d", .end = { { 0, 1 }, { 1, 1 } } },
		{ .name = "e", .end = { { 0, 1 }, { 9, 1 } }, .bytes_per_s = 1 },
	};
	static const struct {
		uint32_t    first, count;
		const char *sentence;
	} cases[] = {
		{ 0, 2, "no links lead from endpoint 0 to endpoint 2" },
		{ 2, 1, "link 0 has no ends" }, { 3, 1, "link 0 states no bandwidth" },
		{ 4, 1, "link 0 has no ends" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const sj_graph_spec spec = { .cable_count = cases[i].count,
					     .cable = apart + cases[i].first };
		sj_error err = { 0 };
		sj_graph g;

		CHECK(sj_graph_init(&g, &spec, 4, &err) == SJ_EINVAL);
		CHECK(strstr(err.text, cases[i].sentence) != NULL, "%s", err.text);
	}
}

/* A line of 61 nodes has 60 links from end to end, one of 62 has one too many. */
TEST(routes_that_are_too_long)
{
	static sj_cable_spec line[61];
	sj_graph_spec spec = { .cable_count = 60, .cable = line };
	uint32_t link[SJ_GRAPH_ROUTE_MAX];
	sj_error err = { 0 };
	sj_graph g;

	for (uint32_t i = 0; i < 61; i++)
		line[i] = (sj_cable_spec){ .name = "x", .end = { { i, 1 }, { i + 1, 1 } },
					   .bytes_per_s = 10 };
	for (int metric = SJ_BY_HOPS; metric <= SJ_BY_LATENCY; metric++) {
		spec.metric = (sj_graph_metric)metric;
		spec.cable_count = 60;
		REQUIRE(sj_graph_init(&g, &spec, 61, &err) == SJ_OK, "%s", err.text);
		CHECK(g.hops_max >= 60 && sj_graph_route(&g, 0, 60, link) == 60);
		sj_graph_fini(&g);
		spec.cable_count = 61;
		CHECK(sj_graph_init(&g, &spec, 62, &err) == SJ_EINVAL);
		CHECK(strstr(err.text, "a route of 61 links; at most 60") != NULL, "%s", err.text);
	}
}

TESTS(CASE(shortest_ways), CASE(a_star_and_a_tree_as_links), CASE(stated_routes), CASE(half_and_full_duplex), CASE(links_without_ends),
      CASE(graphs_that_are_none), CASE(routes_that_are_too_long))
