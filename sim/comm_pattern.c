/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comm_pattern.c - see comm_pattern.h. */
#include "comm_pattern.h"

#include <math.h>

void pattern_init(struct pattern *p, const sj_comm_phase *phase, uint32_t ranks,
		  uint32_t group)
{
	*p = (struct pattern){ .phase = phase, .ranks = ranks };
	p->collective = (sj_collective){ .op = (sj_collective_op)phase->op, .ranks = ranks,
					 .bytes = phase->bytes, .group = group };
	if (phase->op != SJ_COMM_SERVERS)
		return;
	p->collective.op = SJ_ALL_REDUCE;
	p->collective.way = SJ_WAY_SERVER;
	p->collective.servers = phase->servers;
	p->collective.ranks = ranks - phase->servers;
}

static bool is_collective(const struct pattern *p)
{
	return p->phase->op <= SJ_COMM_SERVERS;
}

bool pattern_has_ways(const struct pattern *p)
{
	return p->phase->op < SJ_COLLECTIVE_OPS;
}

bool pattern_set_way(struct pattern *p, sj_collective_way way)
{
	sj_collective c = p->collective;

	c.way = way;
	if (!sj_collective_possible(&c))
		return false;
	p->collective.way = way;
	return true;
}

/* ---- halos ------------------------------------------------------------------------------ */

static uint32_t grid_size(const sj_comm_phase *h, uint32_t d)
{
	return h->grid[d] != 0 ? h->grid[d] : 1;
}

/* Two neighbours in each dimension, but at the ends; of two ranks each is the other's only
 * one, either way round. */
static uint32_t halo_round(const struct pattern *p, sj_transfer *out)
{
	const sj_comm_phase *h = p->phase;
	uint32_t n = 0, stride = 1;

	for (uint32_t d = 0; d < SJ_COMM_GRID; stride *= grid_size(h, d), d++) {
		uint32_t size = grid_size(h, d);

		for (uint32_t r = 0; r < p->ranks && size > 1; r++) {
			uint32_t at = r / stride % size;

			if (at + 1 < size)
				out[n++] = (sj_transfer){ r, r + stride, h->bytes, false };
			else if (h->periodic && size > 2)
				out[n++] = (sj_transfer){ r, r - at * stride, h->bytes, false };
			if (at > 0)
				out[n++] = (sj_transfer){ r, r - stride, h->bytes, false };
			else if (h->periodic && size > 2)
				out[n++] = (sj_transfer){ r, r + (size - 1) * stride, h->bytes,
							  false };
		}
	}
	return n;
}

static uint32_t pairs_round(const struct pattern *p, sj_transfer *out)
{
	for (uint32_t i = 0; i < p->phase->pair_count; i++) {
		const sj_comm_pair *pair = &p->phase->pairs[i];

		out[i] = (sj_transfer){ pair->from, pair->to, pair->bytes, false };
	}
	return p->phase->pair_count;
}

/* ---- rounds ------------------------------------------------------------------------------ */

uint32_t pattern_rounds(const struct pattern *p)
{
	if (p->phase->op == SJ_COMM_NONE || (p->ranks < 2 && p->phase->op != SJ_COMM_PAIRS))
		return 0;
	return is_collective(p) ? sj_collective_rounds(&p->collective) : 1;
}

uint32_t pattern_width(const struct pattern *p)
{
	if (is_collective(p))
		return sj_collective_width(&p->collective);
	return p->phase->op == SJ_COMM_HALO ? 2 * SJ_COMM_GRID * p->ranks :
					      p->phase->pair_count;
}

uint32_t pattern_round(const struct pattern *p, uint32_t k, sj_transfer *out)
{
	if (is_collective(p))
		return sj_collective_round(&p->collective, k, out);
	return p->phase->op == SJ_COMM_HALO ? halo_round(p, out) : pairs_round(p, out);
}

uint32_t pattern_same(const struct pattern *p, uint32_t k)
{
	return is_collective(p) ? sj_collective_same(&p->collective, k) : 1;
}

double pattern_combining(const struct pattern *p, uint32_t k, const sj_transfer *first)
{
	if (!(p->phase->combine_bytes_per_s > 0) || !is_collective(p) ||
	    !sj_collective_combines(&p->collective, k))
		return 0;
	return first->bytes / p->phase->combine_bytes_per_s;
}

double comm_phase_bytes(const sj_comm_phase *h, uint32_t ranks)
{
	double sum = 0, side = h->op == SJ_COMM_HALO ? 0 : 1;

	if (h->op == SJ_COMM_NONE || (ranks < 2 && h->op != SJ_COMM_PAIRS))
		return 0;
	for (uint32_t i = 0; h->op == SJ_COMM_PAIRS && i < h->pair_count; i++)
		sum += h->pairs[i].bytes;
	for (uint32_t d = 0; h->op == SJ_COMM_HALO && d < SJ_COMM_GRID; d++)
		side += grid_size(h, d) > 1 ? 2 : 0;
	if (h->op == SJ_BROADCAST || h->op == SJ_ALL_GATHER)
		return h->bytes;
	return h->op == SJ_COMM_PAIRS ? sum : side * h->bytes * ranks;
}

/* ---- what can be -------------------------------------------------------------------------- */

static const char *wrong_collective(const sj_comm_phase *h, uint32_t least, uint32_t most)
{
	sj_collective c = { .op = (sj_collective_op)h->op, .way = (sj_collective_way)h->way };

	if (h->way >= SJ_COLLECTIVE_WAYS || h->way == SJ_WAY_SERVER)
		return "its way is not one of this operation";
	if (h->way == SJ_WAY_AUTO)
		return NULL;
	/* Groups depend on the place; where there are none it is done some other way. */
	for (uint32_t ranks = least; ranks <= most && ranks - least < 2; ranks++) {
		c.ranks = c.group = ranks;
		if (!sj_collective_possible(&c))
			return least != most ? "its way is not possible among each number of "
					       "ranks that it may have" :
			       "its way is not one of this operation, or needs a power of two "
			       "of ranks";
	}
	return NULL;
}

/* What is sent at once, or one after the other at each start, is looked at one by one. */
#define ALL_TO_ALL_MAX 4096u
#define SERVED_MAX     (UINT64_C(1) << 24)

static const char *too_many(const sj_comm_phase *h, uint32_t most)
{
	if (h->op == SJ_ALL_TO_ALL && most > ALL_TO_ALL_MAX)
		return "an all-to-all among more than 4096 ranks";
	if (h->op == SJ_COMM_SERVERS && (uint64_t)(most - h->servers) * h->servers > SERVED_MAX)
		return "more than 2^24 pairs of a worker and a server";
	return NULL;
}

static const char *wrong_pairs(const sj_comm_phase *h, uint32_t least)
{
	for (uint32_t i = 0; i < h->pair_count; i++) {
		const sj_comm_pair *p = &h->pairs[i];

		if ((p->from >= least && !(p->from & SJ_COMM_PLACE)) ||
		    (p->to >= least && !(p->to & SJ_COMM_PLACE)))
			return "a pair has a rank that the task has not";
		if (!(p->bytes >= 0) || !isfinite(p->bytes))
			return "a pair has bytes out of range";
	}
	return NULL;
}

static const char *wrong_phase(const sj_comm_phase *h, uint32_t least, uint32_t most)
{
	uint64_t grid = 1;

	if (!(h->bytes >= 0) || !isfinite(h->bytes) || !(h->share >= 0 && h->share <= 1) ||
	    !(h->overlap >= 0 && h->overlap <= 1) || !(h->combine_bytes_per_s >= 0))
		return "bytes, share, overlap or combine is out of range";
	switch (h->op) {
	case SJ_COMM_NONE:
		return NULL;
	case SJ_COMM_PAIRS:
		return wrong_pairs(h, least);
	case SJ_COMM_HALO:
		for (uint32_t d = 0; d < SJ_COMM_GRID; d++)
			grid *= grid_size(h, d);
		return grid == least && least == most ? NULL :
		       "the sizes of its grid do not multiply to its ranks";
	case SJ_COMM_SERVERS:
		return h->servers == 0 || h->servers >= least ?
		       "parameter servers are at least one rank, and not all of them" :
		       too_many(h, most);
	default:
		if (h->op >= SJ_COLLECTIVE_OPS)
			return "its operation is not known";
		return too_many(h, most) != NULL ? too_many(h, most) :
						   wrong_collective(h, least, most);
	}
}

const char *sj_comm_wrong(const sj_comm *c, uint32_t ranks, uint32_t ranks_min,
			  uint32_t ranks_max)
{
	uint32_t least = ranks_min != 0 && ranks_min < ranks ? ranks_min : ranks;
	uint32_t most = ranks_max > ranks ? ranks_max : ranks;
	double share = 0;

	if (c->phase_count == 0)
		return "it has no phase";
	for (uint32_t i = 0; i < c->phase_count; i++) {
		const char *wrong = wrong_phase(&c->phases[i], least, most);

		if (wrong != NULL)
			return wrong;
		share += c->phases[i].share;
	}
	return fabs(share - 1) <= 1e-9 ? NULL : "the shares of its phases do not sum to 1";
}
