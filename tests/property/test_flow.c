/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_flow.c - rates of flows: worked examples, and random networks in which every way
 * to recompute must agree with progressive filling written down once more, plainly.
 */
#include "flow.h"

#include <math.h>

#include "sojourn/rng.h"
#include "test.h"

#define SEC SJ_NS_PER_S

/* Two flows over a link of 10 B/s, one of them on through a link of 3 B/s. */
TEST(a_bottleneck_leaves_the_rest_to_others)
{
	const double cap[] = { 10, 3 };
	const uint32_t both[] = { 0, 1 };
	uint32_t a, b;
	sj_flows n;

	REQUIRE(sj_flows_init(&n, cap, 2, 2) == SJ_OK);
	REQUIRE(sj_flows_add(&n, both, 2, 30, 1, INFINITY, 0, &a) == SJ_OK);
	REQUIRE(sj_flows_add(&n, both, 1, 28, 1, INFINITY, 0, &b) == SJ_OK);
	sj_flows_settle(&n, 0);
	CHECK(n.flow[a].rate == 3 && n.flow[b].rate == 7);
	CHECK(sj_flows_first(&n) == b && sj_flows_next(&n) == 4 * SEC);
	CHECK(sj_flows_remove(&n, b, 4 * SEC) == 0);
	sj_flows_settle(&n, 4 * SEC);
	CHECK(n.flow[a].rate == 3 && sj_flows_next(&n) == 10 * SEC);
	sj_flows_fini(&n);
}

/* Weights 1 and 3 on 8 B/s; a cap of 1 B/s on the heavy one gives the other 7. */
TEST(weights_and_caps)
{
	const double cap[] = { 8 };
	const uint32_t link = 0;
	uint32_t a, b, c;
	sj_flows n;

	REQUIRE(sj_flows_init(&n, cap, 1, 1) == SJ_OK);
	REQUIRE(sj_flows_add(&n, &link, 1, 100, 1, INFINITY, 0, &a) == SJ_OK);
	REQUIRE(sj_flows_add(&n, &link, 1, 100, 3, INFINITY, 0, &b) == SJ_OK);
	sj_flows_settle(&n, 0);
	CHECK(n.flow[a].rate == 2 && n.flow[b].rate == 6);
	sj_flows_set_cap(&n, b, 1);
	sj_flows_settle(&n, SEC);
	CHECK(n.flow[a].rate == 7 && n.flow[b].rate == 1);
	CHECK(sj_flows_left(&n, b, 2 * SEC) == 93);
	/* Without a link only its cap holds a flow. */
	REQUIRE(sj_flows_add(&n, NULL, 0, 10, 1, 5, SEC, &c) == SJ_OK);
	sj_flows_settle(&n, SEC);
	CHECK(n.flow[c].rate == 5 && sj_flows_next(&n) == 3 * SEC);
	sj_flows_fini(&n);
}

TEST(a_dead_link_stops_its_flows)
{
	const double cap[] = { 4 };
	const uint32_t link = 0;
	uint32_t a;
	sj_flows n;

	REQUIRE(sj_flows_init(&n, cap, 1, 1) == SJ_OK);
	REQUIRE(sj_flows_add(&n, &link, 1, 40, 1, INFINITY, 0, &a) == SJ_OK);
	sj_flows_settle(&n, 0);
	sj_flows_set_link(&n, 0, 0);
	sj_flows_settle(&n, 5 * SEC);
	CHECK(sj_flows_next(&n) == SJ_NEVER);
	CHECK(sj_flows_left(&n, a, 9 * SEC) == 20);
	sj_flows_set_link(&n, 0, 2);
	sj_flows_settle(&n, 10 * SEC);
	CHECK(sj_flows_next(&n) == 20 * SEC);
	sj_flows_fini(&n);
}

/* ---- random networks --------------------------------------------------------------- */

#define LINKS_MAX 40u
#define HOPS_MAX  4u
#define FLOWS_MAX 120u

/* The level of every flow by progressive filling over all links, quadratic. */
static void naive_levels(const sj_flows *n, double *level)
{
	double rest[LINKS_MAX];
	bool fixed[FLOWS_MAX] = { false };

	for (uint32_t l = 0; l < n->link_count; l++)
		rest[l] = n->link[l].bytes_per_s;
	for (uint32_t round = 0; round < n->live; round++) {
		double least = INFINITY;
		uint32_t at_link = UINT32_MAX, at_flow = UINT32_MAX;

		for (uint32_t l = 0; l < n->link_count; l++) {
			double weight = 0;

			for (uint32_t k = 0; k < n->link[l].count; k++)
				if (!fixed[n->link[l].crossing[k].flow])
					weight += n->flow[n->link[l].crossing[k].flow].weight;
			if (weight > 0 && fmax(rest[l], 0) / weight < least) {
				least = fmax(rest[l], 0) / weight;
				at_link = l;
			}
		}
		for (uint32_t i = 0; i < n->live; i++) {
			const sj_flow *f = &n->flow[n->alive[i]];

			if (!fixed[n->alive[i]] && f->cap / f->weight <= least) {
				least = f->cap / f->weight;
				at_flow = n->alive[i];
			}
		}
		for (uint32_t i = 0; i < n->live; i++) {
			uint32_t id = n->alive[i];
			bool crosses = id == at_flow;

			for (uint32_t k = 0; k < n->hops[id] && at_flow == UINT32_MAX; k++)
				crosses |= n->hop[id * n->hop_stride + k].link == at_link;
			if (fixed[id] || !crosses)
				continue;
			fixed[id] = true;
			level[id] = least;
			for (uint32_t k = 0; k < n->hops[id]; k++)
				rest[n->hop[id * n->hop_stride + k].link] -=
					least * n->flow[id].weight;
		}
	}
}

static bool same_as_naive(const sj_flows *n)
{
	double level[FLOWS_MAX] = { 0 };

	naive_levels(n, level);
	for (uint32_t i = 0; i < n->live; i++) {
		const sj_flow *f = &n->flow[n->alive[i]];
		double want = level[n->alive[i]] * f->weight;

		if (fabs(f->rate - want) > 1e-9 * want)
			return false;
	}
	return true;
}

static int add_random(sj_flows *n, gsl_rng *rng, bool plain, sj_time now)
{
	uint32_t path[HOPS_MAX], hops = 1 + (uint32_t)gsl_rng_uniform_int(rng, HOPS_MAX), id;
	uint32_t first = (uint32_t)gsl_rng_uniform_int(rng, n->link_count);

	if (hops > n->link_count)
		hops = n->link_count;
	for (uint32_t k = 0; k < hops; k++)
		path[k] = (first + k * (1 + first % 3) ) % n->link_count;
	for (uint32_t k = 1; k < hops; k++)
		for (uint32_t j = 0; j < k; j++)
			if (path[j] == path[k])
				hops = k;
	return sj_flows_add(n, path, hops, 1 + 100 * gsl_rng_uniform(rng),
			    plain ? 1 : 0.5 + 3 * gsl_rng_uniform(rng),
			    plain || gsl_rng_uniform_int(rng, 4) != 0 ? INFINITY :
			    0.1 + gsl_rng_uniform(rng), now, &id);
}

/* Adds, ends and changes of links; after each the rates must be the ones. */
static void random_network(uint64_t seed, sj_flow_share_mode mode)
{
	gsl_rng *rng = sj_rng_create(seed, "test.flow", 0);
	uint32_t links = 1 + (uint32_t)gsl_rng_uniform_int(rng, LINKS_MAX);
	bool plain = gsl_rng_uniform_int(rng, 2) != 0;
	double cap[LINKS_MAX];
	sj_time now = 0;
	sj_flows n;

	for (uint32_t l = 0; l < links; l++)
		cap[l] = 1 + 9 * gsl_rng_uniform(rng);
	REQUIRE(sj_flows_init(&n, cap, links, HOPS_MAX) == SJ_OK);
	n.mode = mode;
	for (int step = 0; step < 80; step++) {
		uint64_t what = gsl_rng_uniform_int(rng, 10);

		if (what < 5 || n.live == 0) {
			uint64_t many = 1 + (what == 0) * gsl_rng_uniform_int(rng, 40);

			while (many-- != 0 && n.live < FLOWS_MAX - 1)
				REQUIRE(add_random(&n, rng, plain, now) == SJ_OK);
		} else if (what < 9 && sj_flows_next(&n) != SJ_NEVER) {
			now = sj_flows_next(&n);
			REQUIRE(sj_flows_remove(&n, sj_flows_first(&n), now) < 1e-6);
		} else {
			sj_flows_set_link(&n, (uint32_t)gsl_rng_uniform_int(rng, links),
					  1 + 9 * gsl_rng_uniform(rng));
		}
		REQUIRE(sj_flows_settle(&n, now) == SJ_OK);
		REQUIRE(sj_flow_share_is_fair(&n), "seed %u mode %d step %d", (unsigned)seed, mode, step);
		REQUIRE(same_as_naive(&n), "seed %u mode %d step %d", (unsigned)seed, mode, step);
	}
	sj_flows_fini(&n);
	gsl_rng_free(rng);
}

TEST(every_way_gives_the_fair_rates)
{
	for (uint64_t seed = 1; seed <= 40; seed++)
		for (int mode = SJ_SHARE_AUTO; mode <= SJ_SHARE_LOCAL; mode++)
			random_network(seed, (sj_flow_share_mode)mode);
}

TESTS(CASE(a_bottleneck_leaves_the_rest_to_others), CASE(weights_and_caps),
      CASE(a_dead_link_stops_its_flows), CASE(every_way_gives_the_fair_rates))
