/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_collective.c - collectives: that rounds move what the operation needs, that they
 * cost what the formula says, and a few values worked out by hand.
 */
#include "collective.h"

#include <math.h>

#include "test.h"

#define RANKS_MAX 64u

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

/* 4 ranks, 1 MB, 10 us and 1 ns a byte. */
TEST(by_hand)
{
	static const sj_alpha_beta net = { 1e-5, 1e-9, 0 };
	sj_collective c = { SJ_ALL_REDUCE, SJ_WAY_RING, 4, 1e6, 2, 2 };

	CHECK(near(sj_collective_seconds(&c, &net, NULL), 6 * (1e-5 + 0.25e-3)));
	c.way = SJ_WAY_TREE;
	CHECK(near(sj_collective_seconds(&c, &net, NULL), 4 * (1e-5 + 1e-3)));
	c.way = SJ_WAY_HALVING;
	CHECK(near(sj_collective_seconds(&c, &net, NULL), 4e-5 + 2 * 0.75e-3));
	/* In pairs: 1 round inside, 2 between, 1 inside. */
	c.way = SJ_WAY_HIERARCHY;
	CHECK(near(sj_collective_seconds(&c, &net, NULL), 4e-5 + 0.5e-3 + 2 * 0.25e-3 + 0.5e-3));
	/* Two servers get 4 halves each, and give them back. */
	c.way = SJ_WAY_SERVER;
	CHECK(near(sj_collective_seconds(&c, &net, NULL), 2 * (1e-5 + 2e-3)));
	CHECK(sj_collective_choose(&c, &net, NULL) == SJ_WAY_HALVING);
	c.bytes = 10; /* latency counts: two rounds of everything */
	CHECK(sj_collective_choose(&c, &net, NULL) == SJ_WAY_DOUBLING);
	c.ranks = 1;
	c.way = SJ_WAY_RING;
	CHECK(sj_collective_seconds(&c, &net, NULL) == 0 && sj_collective_rounds(&c) == 0);
}

TEST(what_is_possible)
{
	sj_collective c = { SJ_ALL_REDUCE, SJ_WAY_DOUBLING, 6, 1, 4, 0 };

	CHECK(!sj_collective_possible(&c));
	c.ranks = 8;
	CHECK(sj_collective_possible(&c));
	c.way = SJ_WAY_PAIRWISE;
	CHECK(!sj_collective_possible(&c));
	c.way = SJ_WAY_SERVER;
	CHECK(!sj_collective_possible(&c));
	c.way = SJ_WAY_HIERARCHY;
	CHECK(sj_collective_possible(&c));
	c.ranks = 6; /* not whole groups of four */
	CHECK(!sj_collective_possible(&c));
}

/* Alpha and the largest transfer of each round, which is what a network without contention
 * makes of them; a server's link carries its transfers one after the other. */
static double cost_of_rounds(const sj_collective *c, const sj_alpha_beta *net)
{
	static sj_transfer t[RANKS_MAX * RANKS_MAX];
	double sum = 0;

	for (uint32_t k = 0; k < sj_collective_rounds(c); k++) {
		uint32_t n = sj_collective_round(c, k, t);
		double out[2 * RANKS_MAX] = { 0 }, in[2 * RANKS_MAX] = { 0 }, most = 0;

		for (uint32_t i = 0; i < n; i++) {
			out[t[i].from] += t[i].bytes;
			in[t[i].to] += t[i].bytes;
			most = fmax(most, fmax(out[t[i].from], in[t[i].to]));
		}
		sum += net->alpha + most * net->beta;
	}
	return sum;
}

TEST(rounds_cost_what_the_formula_says)
{
	static const sj_alpha_beta net = { 3e-6, 7e-10, 0 };

	for (int op = 0; op < SJ_COLLECTIVE_OPS; op++)
		for (int way = SJ_WAY_RING; way < SJ_COLLECTIVE_WAYS; way++)
			for (uint32_t p = 2; p <= RANKS_MAX; p += 1 + p / 4) {
				sj_collective c = { (sj_collective_op)op,
						    (sj_collective_way)way, p, 1e6, 2, 3 };
				bool even = (p & (p - 1)) == 0;

				/* A binomial scatter of an odd number of chunks is
				 * bounded by its root, not by each round. */
				if (!sj_collective_possible(&c) ||
				    (way == SJ_WAY_SCATTER && !even))
					continue;
				CHECK(near(cost_of_rounds(&c, &net),
					   sj_collective_seconds(&c, &net, NULL)),
				      "op %d way %d p %u", op, way, p);
			}
}

/* Who has heard, directly or not, of whom: all of all after what ends everywhere, rank 0
 * of all after a reduce, all of rank 0 after a broadcast. */
TEST(everybody_hears)
{
	static sj_transfer t[RANKS_MAX * RANKS_MAX];

	for (int op = 0; op < SJ_COLLECTIVE_OPS; op++)
		for (int way = SJ_WAY_RING; way < SJ_COLLECTIVE_WAYS; way++)
			for (uint32_t p = 2; p <= 32; p++) {
				sj_collective c = { (sj_collective_op)op,
						    (sj_collective_way)way, p, 1, 2, 2 };
				uint64_t all = (UINT64_C(1) << p) - 1, heard[40];

				if (!sj_collective_possible(&c))
					continue;
				for (uint32_t r = 0; r < 40; r++)
					heard[r] = r < p ? UINT64_C(1) << r : 0;
				for (uint32_t k = 0; k < sj_collective_rounds(&c); k++) {
					uint32_t n = sj_collective_round(&c, k, t);
					uint64_t before[40];

					memcpy(before, heard, sizeof(before));
					for (uint32_t i = 0; i < n; i++)
						heard[t[i].to] |= before[t[i].from];
				}
				for (uint32_t r = 0; r < p; r++) {
					uint64_t want = op == SJ_BROADCAST ? 1 :
							op == SJ_REDUCE && r != 0 ? 0 : all;

					CHECK((heard[r] & want) == want,
					      "op %d way %d p %u rank %u", op, way, p, r);
				}
			}
}

TESTS(CASE(by_hand), CASE(what_is_possible), CASE(rounds_cost_what_the_formula_says),
      CASE(everybody_hears))
