/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_flow.c - rates of flows: worked examples, and random networks in which every way
 * to recompute must agree with progressive filling written down once more, plainly.
 */
#include "flow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network.h"
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

/* ---- larger ones: every way side by side --------------------------------------------- */

/* Two or three links out of a star or of a tree whose upper links are few. */
static uint32_t draw_path(gsl_rng *rng, uint32_t links, bool tree, uint32_t *path)
{
	uint32_t ends = tree ? links - 4 : links;
	uint32_t from = (uint32_t)gsl_rng_uniform_int(rng, ends), to;

	do {
		to = (uint32_t)gsl_rng_uniform_int(rng, ends);
	} while (to == from);
	path[0] = from;
	path[1] = to;
	if (!tree || from % 4 == to % 4)
		return 2;
	path[2] = ends + from % 4;
	return 3;
}

static bool same_rates(const sj_flows *a, const sj_flows *b)
{
	for (uint32_t i = 0; i < a->live; i++) {
		double x = a->flow[a->alive[i]].rate, y = b->flow[a->alive[i]].rate;

		if (fabs(x - y) > 1e-9 * x)
			return false;
	}
	return a->live == b->live;
}

enum { WAYS = SJ_SHARE_LOCAL + 1 };

/* The same change to all: begins of many, the next end, a link that changes or fails. */
static void change_all(sj_flows n[WAYS], gsl_rng *rng, uint32_t links, bool tree, bool plain,
		       sj_time *now)
{
	uint64_t what = gsl_rng_uniform_int(rng, 20);
	uint32_t path[3], hops, id;

	if (what == 0 || n[0].live == 0) {
		uint64_t many = 1 + gsl_rng_uniform_int(rng, 300);

		while (many-- != 0) {
			double bytes = 1 + 100 * gsl_rng_uniform(rng);
			double weight = plain ? 1 : 0.5 + gsl_rng_uniform(rng);
			double cap = plain || gsl_rng_uniform(rng) < 0.8 ? INFINITY : 0.2;

			hops = draw_path(rng, links, tree, path);
			for (int m = 0; m < WAYS; m++)
				REQUIRE(sj_flows_add(&n[m], path, hops, bytes, weight, cap, *now,
						     &id) == SJ_OK);
		}
	} else if (what == 1) {
		uint32_t link = (uint32_t)gsl_rng_uniform_int(rng, links);
		double bw = gsl_rng_uniform_int(rng, 8) == 0 ? 0 : 1 + 9 * gsl_rng_uniform(rng);

		for (int m = 0; m < WAYS; m++)
			sj_flows_set_link(&n[m], link, bw);
	} else if (what < 4) {
		id = n[0].alive[gsl_rng_uniform_int(rng, n[0].live)];
		for (int m = 0; m < WAYS; m++)
			sj_flows_remove(&n[m], id, *now);
	} else if (sj_flows_next(&n[0]) != SJ_NEVER) {
		*now = sj_flows_next(&n[0]);
		id = sj_flows_first(&n[0]);
		for (int m = 0; m < WAYS; m++)
			sj_flows_remove(&n[m], id, *now);
	}
}

TEST(all_ways_agree_on_large_networks)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		gsl_rng *rng = sj_rng_create(seed, "test.flow.large", 0);
		uint32_t links = 8 + (uint32_t)gsl_rng_uniform_int(rng, 400);
		bool tree = seed % 2 != 0, plain = seed % 3 != 0;
		double *cap = malloc(links * sizeof(*cap));
		sj_flows n[WAYS];
		sj_time now = 0;

		for (uint32_t l = 0; l < links; l++)
			cap[l] = (l >= links - 4 ? 20 : 1) * (1 + gsl_rng_uniform(rng));
		for (int m = 0; m < WAYS; m++) {
			REQUIRE(sj_flows_init(&n[m], cap, links, 3) == SJ_OK);
			n[m].mode = (sj_flow_share_mode)m;
		}
		for (int step = 0; step < 400; step++) {
			change_all(n, rng, links, tree, plain, &now);
			for (int m = 0; m < WAYS; m++)
				REQUIRE(sj_flows_settle(&n[m], now) == SJ_OK);
			for (int m = 0; m < WAYS; m++) {
				REQUIRE(same_rates(&n[SJ_SHARE_FULL], &n[m]),
					"seed %u way %d step %d", (unsigned)seed, m, step);
			}
			REQUIRE(sj_flow_share_is_fair(&n[0]), "seed %u step %d", (unsigned)seed,
				step);
		}
		for (int m = 0; m < WAYS; m++)
			sj_flows_fini(&n[m]);
		free(cap);
		gsl_rng_free(rng);
	}
}

/* ---- transfers with latency through a network ------------------------------------------ */

#define SENDS 600u

struct sent {
	sj_time start, latency;
	double  bytes, done, most; /* most: the least bandwidth of its path, or its cap */
	bool    gone;
};

/* Bytes of each transfer from `before` to `now`, at the rates of that time. */
static void integrate(const sj_network *w, struct sent *s, const uint32_t *of, uint32_t ids,
		      sj_time before, sj_time now)
{
	for (uint32_t id = 0; id < ids; id++) {
		struct sent *x = of[id] != UINT32_MAX ? &s[of[id]] : NULL;
		double rate = x != NULL ? sj_network_rate(w, id) : 0;

		if (x == NULL)
			continue;
		if (before < x->start + x->latency)
			REQUIRE(rate == 0); /* nothing flows while its latency lasts */
		REQUIRE(rate <= x->most * (1 + 1e-9));
		x->done += rate * ((double)(now - before) / 1e9);
	}
}

/* Ends are rounded up to the next ns: so many bytes more may have flowed. */
static void check_done(const struct sent *x, double left, sj_time now)
{
	double slack = 1e-9 * x->bytes + x->most * 2e-9;

	REQUIRE(fabs(x->done + left - x->bytes) <= slack, "%.17g + %.17g of %.17g", x->done, left,
		x->bytes);
	REQUIRE(left > 0 || (double)(now - x->start - x->latency) * 1e-9 >=
				    x->bytes / x->most * (1 - 1e-9));
}

static void random_transfers(uint64_t seed)
{
	gsl_rng *rng = sj_rng_create(seed, "test.transfers", 0);
	uint32_t links = 8 + (uint32_t)gsl_rng_uniform_int(rng, 30), of[SENDS], sends = 0, id;
	struct sent s[SENDS];
	double cap[40];
	sj_time latency[40], now = 0, next = 0;
	sj_network *w;

	memset(of, 0xff, sizeof(of));
	for (uint32_t l = 0; l < links; l++) {
		cap[l] = 1e6 * (1 + 9 * gsl_rng_uniform(rng));
		latency[l] = (sj_time)gsl_rng_uniform_int(rng, 3) * 500000;
	}
	REQUIRE(sj_network_create_links(cap, latency, links, &w) == SJ_OK);
	while (sends < SENDS || sj_network_next(w) != SJ_NEVER) {
		sj_time before = now, event = sj_network_next(w);
		bool send = sends < SENDS && next <= event;

		now = send ? next : event;
		REQUIRE(now != SJ_NEVER);
		integrate(w, s, of, SENDS, before, now);
		if (send) {
			uint32_t path[3], hops = draw_path(rng, links, true, path);
			sj_transfer_wish wish = { .weight = 1 + gsl_rng_uniform(rng) };
			struct sent *x = &s[sends];

			*x = (struct sent){ .start = now, .most = INFINITY,
					    .bytes = 1 + 1e5 * gsl_rng_uniform(rng) };
			for (uint32_t k = 0; k < hops; k++) {
				x->latency += latency[path[k]];
				x->most = fmin(x->most, cap[path[k]]);
			}
			if (gsl_rng_uniform_int(rng, 4) == 0)
				x->most = fmin(x->most, wish.cap = 3e5);
			REQUIRE(sj_network_send_over(w, path, hops, x->bytes, wish, now, &id) ==
				SJ_OK);
			of[id] = sends++;
			next = now + (sj_time)gsl_rng_uniform_int(rng, 4) * 2000000;
		}
		while (sj_network_advance(w, now, &id) == SJ_OK) {
			check_done(&s[of[id]], 0, now);
			s[of[id]].gone = true;
			of[id] = UINT32_MAX;
		}
		id = (uint32_t)gsl_rng_uniform_int(rng, SENDS);
		if (of[id] != UINT32_MAX && gsl_rng_uniform_int(rng, 4) == 0) {
			check_done(&s[of[id]], sj_network_cancel(w, id, now), now);
			s[of[id]].gone = true;
			of[id] = UINT32_MAX;
			REQUIRE(sj_network_advance(w, now, &id) == SJ_END);
		}
		REQUIRE(sj_flow_share_is_fair(sj_network_flows(w)), "seed %u", (unsigned)seed);
	}
	for (uint32_t i = 0; i < SENDS; i++)
		REQUIRE(s[i].gone);
	sj_network_free(w);
	gsl_rng_free(rng);
}

TEST(transfers_send_their_bytes_after_their_latency)
{
	for (uint64_t seed = 1; seed <= 30; seed++)
		random_transfers(seed);
}

/* ---- more capacity ------------------------------------------------------------------------ */

static double sum_of_rates(const double *cap, uint32_t links, const uint32_t (*path)[3],
			   uint32_t flows)
{
	double sum = 0;
	uint32_t id;
	sj_flows n;

	CHECK(sj_flows_init(&n, cap, links, 2) == SJ_OK);
	for (uint32_t i = 0; i < flows; i++)
		CHECK(sj_flows_add(&n, path[i], 2, 1, 1, INFINITY, 0, &id) == SJ_OK);
	CHECK(sj_flows_settle(&n, 0) == SJ_OK);
	for (uint32_t i = 0; i < flows; i++)
		sum += n.flow[i].rate;
	sj_flows_fini(&n);
	return sum;
}

/* Single flows may lose: those that share a link with one that gained. */
TEST(more_capacity_on_a_star_never_costs_throughput)
{
	for (uint64_t seed = 1; seed <= 400; seed++) {
		gsl_rng *rng = sj_rng_create(seed, "test.flow.star", 0);
		uint32_t links = 2 + (uint32_t)gsl_rng_uniform_int(rng, 20);
		uint32_t flows = 1 + (uint32_t)gsl_rng_uniform_int(rng, 60), path[60][3];
		double cap[22], before, after;

		for (uint32_t l = 0; l < links; l++)
			cap[l] = 1 + 9 * gsl_rng_uniform(rng);
		for (uint32_t i = 0; i < flows; i++)
			draw_path(rng, links, false, path[i]);
		before = sum_of_rates(cap, links, (const uint32_t (*)[3])path, flows);
		cap[gsl_rng_uniform_int(rng, links)] *= 1 + gsl_rng_uniform(rng);
		after = sum_of_rates(cap, links, (const uint32_t (*)[3])path, flows);
		REQUIRE(after >= before * (1 - 1e-9), "seed %u: %g, with more capacity %g",
			(unsigned)seed, before, after);
		gsl_rng_free(rng);
	}
}

TESTS(CASE(a_bottleneck_leaves_the_rest_to_others), CASE(weights_and_caps),
      CASE(a_dead_link_stops_its_flows), CASE(every_way_gives_the_fair_rates),
      CASE(all_ways_agree_on_large_networks),
      CASE(transfers_send_their_bytes_after_their_latency),
      CASE(more_capacity_on_a_star_never_costs_throughput))
