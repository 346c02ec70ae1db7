/* SPDX-License-Identifier: GPL-3.0-or-later */
/* collective.c - costs and rounds of collective operations; see collective.h. */
#include "collective.h"

const char *const sj_comm_op_names[SJ_COMM_OPS] = {
	"all-reduce", "reduce-scatter", "all-gather", "broadcast", "reduce", "all-to-all",
	"servers", "halo", "pairs", "none",
};
const char *const sj_collective_way_names[SJ_COLLECTIVE_WAYS] = {
	"auto", "ring", "tree", "doubling", "halving", "scatter", "pairwise", "hierarchy",
	"server", "direct",
};

/* Smallest k with 2^k >= p. */
static uint32_t log2_up(uint32_t p)
{
	return p <= 1 ? 0 : 32 - (uint32_t)__builtin_clz(p - 1);
}

static bool power_of_two(uint32_t p)
{
	return p != 0 && (p & (p - 1)) == 0;
}

/* ---- phases -------------------------------------------------------------------------- */

/* Every way is a sequence of these, each of its own number of rounds. */
enum phase {
	RING_SCATTER,   /* each to its right, n/p, combined: p - 1 rounds */
	RING_GATHER,    /* the same, not combined */
	TREE_DOWN, TREE_UP,
	SCATTER_DOWN,   /* binomial, each child gets what is for its subtree */
	DOUBLING,       /* with the rank that differs in bit k, all n, combined */
	DOUBLING_GATHER, /* ... what one has so far: n 2^k / p */
	HALVING_SCATTER, /* with the rank that differs in bit log p - 1 - k, n / 2^(k+1) */
	PAIRS,          /* k + 1 to the right, n */
	ALL_PAIRS,      /* everybody to everybody, n */
	INNER_SCATTER, OUTER_SCATTER, OUTER_GATHER, INNER_GATHER,
	PUSH, PULL,
	NO_PHASE
};
#define PHASES_MAX 4

static const struct way {
	sj_collective_op op;
	bool             power_of_two;
	uint8_t          phase[PHASES_MAX + 1];
} ways[SJ_COLLECTIVE_WAYS][SJ_COLLECTIVE_OPS] = {
#define OP(op_, two, ...) [op_] = { op_, two, { __VA_ARGS__, NO_PHASE } }
	[SJ_WAY_RING] = { OP(SJ_ALL_REDUCE, false, RING_SCATTER, RING_GATHER),
			  OP(SJ_REDUCE_SCATTER, false, RING_SCATTER),
			  OP(SJ_ALL_GATHER, false, RING_GATHER) },
	[SJ_WAY_TREE] = { OP(SJ_ALL_REDUCE, false, TREE_UP, TREE_DOWN),
			  OP(SJ_BROADCAST, false, TREE_DOWN), OP(SJ_REDUCE, false, TREE_UP) },
	[SJ_WAY_DOUBLING] = { OP(SJ_ALL_REDUCE, true, DOUBLING),
			      OP(SJ_ALL_GATHER, true, DOUBLING_GATHER) },
	[SJ_WAY_HALVING] = { OP(SJ_ALL_REDUCE, true, HALVING_SCATTER, DOUBLING_GATHER),
			     OP(SJ_REDUCE_SCATTER, true, HALVING_SCATTER) },
	[SJ_WAY_SCATTER] = { OP(SJ_BROADCAST, false, SCATTER_DOWN, RING_GATHER) },
	[SJ_WAY_PAIRWISE] = { OP(SJ_ALL_TO_ALL, false, PAIRS) },
	[SJ_WAY_HIERARCHY] = { OP(SJ_ALL_REDUCE, false, INNER_SCATTER, OUTER_SCATTER,
				  OUTER_GATHER, INNER_GATHER) },
	[SJ_WAY_SERVER] = { OP(SJ_ALL_REDUCE, false, PUSH, PULL) },
	[SJ_WAY_DIRECT] = { OP(SJ_ALL_TO_ALL, false, ALL_PAIRS) },
#undef OP
};

static const struct way *way_of(const sj_collective *c)
{
	return &ways[c->way][c->op];
}

bool sj_collective_possible(const sj_collective *c)
{
	const struct way *w = way_of(c);

	if (c->way == SJ_WAY_AUTO || w->phase[0] == w->phase[1]) /* an empty entry */
		return false;
	if (w->power_of_two && !power_of_two(c->ranks))
		return false;
	if (c->way == SJ_WAY_HIERARCHY)
		return c->group != 0 && c->ranks % c->group == 0;
	return c->way != SJ_WAY_SERVER || c->servers != 0;
}

static uint32_t phase_rounds(const sj_collective *c, uint8_t phase)
{
	switch (phase) {
	case RING_SCATTER:
	case RING_GATHER:
	case PAIRS:
		return c->ranks - 1;
	case TREE_DOWN:
	case TREE_UP:
	case SCATTER_DOWN:
	case DOUBLING:
	case DOUBLING_GATHER:
	case HALVING_SCATTER:
		return log2_up(c->ranks);
	case INNER_SCATTER:
	case INNER_GATHER:
		return c->group - 1;
	case OUTER_SCATTER:
	case OUTER_GATHER:
		return c->ranks / c->group - 1;
	default:
		return 1;
	}
}

static bool combines(uint8_t phase)
{
	return phase == RING_SCATTER || phase == TREE_UP || phase == DOUBLING ||
	       phase == HALVING_SCATTER || phase == INNER_SCATTER || phase == OUTER_SCATTER;
}

/* ---- cost ------------------------------------------------------------------------------ */

/* Bytes on the busiest path of a phase, all rounds together. */
static double phase_bytes(const sj_collective *c, uint8_t phase)
{
	double n = c->bytes, p = c->ranks, rounds = phase_rounds(c, phase);

	switch (phase) {
	case TREE_DOWN:
	case TREE_UP:
	case DOUBLING:
	case PAIRS:
		return rounds * n;
	case ALL_PAIRS:
		return (p - 1) * n;
	case INNER_SCATTER:
	case INNER_GATHER:
		return rounds * n / c->group;
	case OUTER_SCATTER:
	case OUTER_GATHER:
		return rounds * n / p;
	case PUSH:
	case PULL: /* a server carries p n / s, a worker n */
		return p > c->servers ? p * n / c->servers : n;
	default:
		return (p - 1) / p * n;
	}
}

double sj_collective_seconds(const sj_collective *c, const sj_alpha_beta *net,
			     const sj_alpha_beta *inner)
{
	double sum = 0;

	if (c->ranks < 2 && c->way != SJ_WAY_SERVER)
		return 0;
	for (const uint8_t *p = way_of(c)->phase; *p != NO_PHASE; p++) {
		bool within = *p == INNER_SCATTER || *p == INNER_GATHER;
		const sj_alpha_beta *m = within && inner != NULL ? inner : net;
		double bytes = phase_bytes(c, *p);

		sum += phase_rounds(c, *p) * m->alpha + bytes * m->beta;
		if (combines(*p))
			sum += bytes * m->gamma;
	}
	return sum;
}

sj_collective_way sj_collective_choose(const sj_collective *c, const sj_alpha_beta *net,
				       const sj_alpha_beta *inner)
{
	sj_collective_way best = SJ_WAY_AUTO;
	double least = 0;

	for (int w = SJ_WAY_RING; w < SJ_COLLECTIVE_WAYS; w++) {
		sj_collective with = *c;
		double seconds;

		with.way = (sj_collective_way)w;
		if (w == SJ_WAY_DIRECT || !sj_collective_possible(&with))
			continue;
		seconds = sj_collective_seconds(&with, net, inner);
		if (best == SJ_WAY_AUTO || seconds < least) {
			best = with.way;
			least = seconds;
		}
	}
	return best;
}

/* ---- rounds ---------------------------------------------------------------------------- */

uint32_t sj_collective_rounds(const sj_collective *c)
{
	uint32_t rounds = 0;

	if (c->ranks < 2 && c->way != SJ_WAY_SERVER)
		return 0;
	for (const uint8_t *p = way_of(c)->phase; *p != NO_PHASE; p++)
		rounds += phase_rounds(c, *p);
	return rounds;
}

uint32_t sj_collective_width(const sj_collective *c)
{
	if (c->way == SJ_WAY_DIRECT)
		return c->ranks * (c->ranks - 1);
	return c->way == SJ_WAY_SERVER ? c->ranks * c->servers : c->ranks;
}

/* Everybody to `shift` further on in a ring of `ring` ranks that are `stride` apart. */
static uint32_t ring(const sj_collective *c, uint32_t length, uint32_t stride, uint32_t shift,
		     double bytes, bool inner, sj_transfer *out)
{
	for (uint32_t r = 0; r < c->ranks; r++) {
		uint32_t at = r / stride % length;
		uint32_t to = r - at * stride + (at + shift) % length * stride;

		out[r] = (sj_transfer){ r, to, bytes, inner };
	}
	return c->ranks;
}

static uint32_t exchange(const sj_collective *c, uint32_t bit, double bytes, sj_transfer *out)
{
	for (uint32_t r = 0; r < c->ranks; r++)
		out[r] = (sj_transfer){ r, r ^ bit, bytes, false };
	return c->ranks;
}

static uint32_t tree_round(const sj_collective *c, uint32_t bit, bool up, sj_transfer *out)
{
	uint32_t n = 0;

	for (uint32_t r = 0; r < bit && r + bit < c->ranks; r++)
		out[n++] = up ? (sj_transfer){ r + bit, r, c->bytes, false } :
				(sj_transfer){ r, r + bit, c->bytes, false };
	return n;
}

/* From the largest distance down; each gets the chunks of the ranks it will serve. */
static uint32_t scatter_round(const sj_collective *c, uint32_t bit, sj_transfer *out)
{
	uint32_t n = 0;

	for (uint32_t r = 0; r + bit < c->ranks; r += 2 * bit) {
		uint32_t served = c->ranks - r - bit < bit ? c->ranks - r - bit : bit;

		out[n++] = (sj_transfer){ r, r + bit, c->bytes * served / c->ranks, false };
	}
	return n;
}

static uint32_t server_round(const sj_collective *c, bool push, sj_transfer *out)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < c->ranks; w++)
		for (uint32_t s = 0; s < c->servers; s++) {
			uint32_t at = c->ranks + s;
			double bytes = c->bytes / c->servers;

			out[n++] = push ? (sj_transfer){ w, at, bytes, false } :
					  (sj_transfer){ at, w, bytes, false };
		}
	return n;
}

static uint32_t all_pairs(const sj_collective *c, sj_transfer *out)
{
	uint32_t n = 0;

	for (uint32_t from = 0; from < c->ranks; from++)
		for (uint32_t to = 0; to < c->ranks; to++)
			if (from != to)
				out[n++] = (sj_transfer){ from, to, c->bytes, false };
	return n;
}

static uint32_t phase_round(const sj_collective *c, uint8_t phase, uint32_t k,
			    sj_transfer *out)
{
	uint32_t p = c->ranks, g = c->group, log = log2_up(p);
	double n = c->bytes;

	switch (phase) {
	case RING_SCATTER:
	case RING_GATHER:
		return ring(c, p, 1, 1, n / p, false, out);
	case PAIRS:
		return ring(c, p, 1, k + 1, n, false, out);
	case ALL_PAIRS:
		return all_pairs(c, out);
	case INNER_SCATTER:
	case INNER_GATHER:
		return ring(c, g, 1, 1, n / g, true, out);
	case OUTER_SCATTER:
	case OUTER_GATHER:
		return ring(c, p / g, g, 1, n / p, false, out);
	case TREE_DOWN:
		return tree_round(c, 1u << k, false, out);
	case TREE_UP:
		return tree_round(c, 1u << (log - 1 - k), true, out);
	case SCATTER_DOWN:
		return scatter_round(c, 1u << (log - 1 - k), out);
	case DOUBLING:
		return exchange(c, 1u << k, n, out);
	case DOUBLING_GATHER:
		return exchange(c, 1u << k, n * (1u << k) / p, out);
	case HALVING_SCATTER:
		return exchange(c, 1u << (log - 1 - k), n * (1u << (log - 1 - k)) / p, out);
	default:
		return server_round(c, phase == PUSH, out);
	}
}

/* The phase of round k, and which of its own rounds that is. */
static uint8_t phase_of(const sj_collective *c, uint32_t *k)
{
	const uint8_t *p = way_of(c)->phase;

	for (; *p != NO_PHASE; p++) {
		uint32_t rounds = phase_rounds(c, *p);

		if (*k < rounds)
			break;
		*k -= rounds;
	}
	return *p;
}

uint32_t sj_collective_round(const sj_collective *c, uint32_t k, sj_transfer *out)
{
	uint8_t phase = phase_of(c, &k);

	return phase != NO_PHASE ? phase_round(c, phase, k, out) : 0;
}

uint32_t sj_collective_same(const sj_collective *c, uint32_t k)
{
	switch (phase_of(c, &k)) {
	case RING_SCATTER:
	case RING_GATHER:
		return c->ranks - 1 - k;
	case INNER_SCATTER:
	case INNER_GATHER:
		return c->group - 1 - k;
	case OUTER_SCATTER:
	case OUTER_GATHER:
		return c->ranks / c->group - 1 - k;
	default:
		return 1;
	}
}

bool sj_collective_combines(const sj_collective *c, uint32_t k)
{
	return combines(phase_of(c, &k));
}
