/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cluster_layout.c - a picture of a machine: all nodes, on the page, none on another. */
#include "plot/cluster_layout.h"

#include "test.h"

#define WIDTH  3.27
#define HEIGHT 2.5
#define LABEL  0.13
#define EPS    1e-9

static bool apart(const struct layout_rect *a, const struct layout_rect *b)
{
	return a->x + a->w <= b->x + EPS || b->x + b->w <= a->x + EPS ||
	       a->y + a->h <= b->y + EPS || b->y + b->h <= a->y + EPS;
}

static bool inside(const struct layout_rect *a, const struct layout_rect *b)
{
	return a->x >= b->x - EPS && a->y >= b->y - EPS && a->x + a->w <= b->x + b->w + EPS &&
	       a->y + a->h <= b->y + b->h + EPS;
}

static void check_layout(const char *what, const struct cluster *c,
			 const struct cluster_layout *l)
{
	const struct layout_rect page = { 0, 0, WIDTH, l->height };
	uint64_t least = 0;

	for (uint32_t i = 0; i < c->type_count; i++)
		least += (c->specs[i].count + l->nodes_per_box - 1) / l->nodes_per_box;
	CHECK(l->nodes_per_box > 1 ? l->boxes >= least : l->boxes == c->node_count, "%s: %zu boxes",
	      what, l->boxes);
	for (size_t i = 0; i < l->groups; i++) {
		CHECK(inside(&l->group[i].at, &page), "%s: group %zu leaves the page", what, i);
		CHECK(l->group[i].rack == UINT32_MAX || l->group[i].at.y >= LABEL - EPS);
		for (size_t k = 0; k < i; k++)
			CHECK(apart(&l->group[i].at, &l->group[k].at), "%s: groups %zu, %zu", what, i, k);
	}
	for (size_t i = 0; i < l->boxes; i++) {
		size_t in = 0;

		CHECK(l->box[i].at.w >= 0.0199, "%s: box %zu is too small", what, i);
		for (size_t k = 0; k < l->groups; k++)
			in += inside(&l->box[i].at, &l->group[k].at);
		CHECK(in == 1, "%s: box %zu is in %zu groups", what, i, in);
		for (size_t k = i > 100 ? i - 100 : 0; k < i; k++)
			CHECK(apart(&l->box[i].at, &l->box[k].at), "%s: boxes %zu, %zu", what, i, k);
	}
}

TEST(all_nodes_are_drawn_apart)
{
	static const struct {
		const char *cluster;
		uint32_t    per_box;
		bool        fits, dropped;
	} cases[] = {
		{ "nodes=1", 1, true, false },
		{ "nodes=4,gpus=4", 1, true, false },
		{ "nodes=28,racks=5", 1, true, false },
		{ "nodes=1523", 1, true, false },
		{ "nodes=640,racks=40", 1, true, false },
		{ "nodes=4000,racks=400", 1, false, false },
		{ "nodes=4001", 2, true, false },
		{ "nodes=1M,racks=1000", 500, true, true },
		{ "nodes=10M", 5000, true, false },
		{ "{nodes: [{type: a, count: 4, cores: 1, racks: [x]}, {type: b, count: 12, cores: 1, "
		  "racks: [x, y]}, {type: c, count: 7, cores: 1}]}", 1, true, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cluster_layout l;
		struct cluster c;
		sj_error err = { 0 };

		REQUIRE(cluster_parse(cases[i].cluster, &c, &err) == SJ_OK, "%s", err.text);
		REQUIRE(cluster_layout_make(&c, WIDTH, HEIGHT, LABEL, &l) == SJ_OK);
		CHECK(l.nodes_per_box == cases[i].per_box, "%s: %u", cases[i].cluster,
		      l.nodes_per_box);
		CHECK(l.racks_dropped == cases[i].dropped);
		CHECK(!cases[i].fits || l.height <= HEIGHT, "%s: %g high", cases[i].cluster, l.height);
		check_layout(cases[i].cluster, &c, &l);
		cluster_layout_fini(&l);
		cluster_fini(&c);
	}
}

/* Ten nodes in four racks: floor(i * 4 / 10) is 0 0 0 1 1 2 2 2 3 3. */
TEST(racks_hold_what_the_rule_says)
{
	static const size_t expected[] = { 3, 2, 3, 2 };
	struct cluster_layout l;
	struct cluster c;
	sj_error err = { 0 };

	REQUIRE(cluster_parse("nodes=10,racks=4", &c, &err) == SJ_OK);
	REQUIRE(cluster_layout_make(&c, WIDTH, HEIGHT, LABEL, &l) == SJ_OK);
	REQUIRE(l.groups == 4);
	for (size_t k = 0; k < 4; k++) {
		size_t n = 0;

		for (size_t i = 0; i < l.boxes; i++)
			n += inside(&l.box[i].at, &l.group[k].at);
		CHECK(n == expected[k] && l.group[k].rack == k, "rack %zu has %zu", k, n);
	}
	cluster_layout_fini(&l);
	cluster_fini(&c);
}

TESTS(CASE(all_nodes_are_drawn_apart), CASE(racks_hold_what_the_rule_says))
