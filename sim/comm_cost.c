/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm_cost.c - where the ranks of a task are, and what their patterns take alone on the
 * network; see comm.h.
 */
#include "comm.h"

#include <math.h>
#include <stdlib.h>

#include "network.h"

#define NOWHERE UINT32_MAX

/* ---- endpoints -------------------------------------------------------------------------- */

/* The endpoint of a place that is not a rank; NOWHERE: everywhere, or not there. */
uint32_t comm_endpoint(const sj_ctx *cx, uint32_t place)
{
	const sj_fabric *f = sj_network_fabric(cx->network);
	uint32_t name = place - SJ_AT_NAMED;

	if (f->storages == 0)
		return NOWHERE;
	if (place == SJ_AT_STORAGE)
		return f->nodes;
	return name < cx->config.place_count ? cx->config.places[name] : NOWHERE;
}

/* ---- a round alone ---------------------------------------------------------------------- */

static int room_for_round(struct comms *m, const struct pattern *p)
{
	uint32_t width = pattern_width(p);
	sj_transfer *grown;

	if (width <= m->round_room)
		return SJ_OK;
	grown = realloc(m->round, width * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	m->round = grown;
	m->round_room = width;
	return SJ_OK;
}

struct cost {
	double seconds, least; /* alone, and no less in any case */
	double bytes;          /* between nodes */
};

/* What `count` transfers in m->round take. */
static struct cost round_alone(const sj_ctx *cx, const sj_endpoint *seat, uint32_t count)
{
	const sj_fabric *fabric = sj_network_fabric(cx->network);
	struct comms *m = cx->comms;
	uint32_t link[SJ_ROUTE_MAX], touched = 0;
	struct cost cost = { 0 };
	sj_time longest = 0, shortest = SJ_NEVER, latency;
	double busiest = 0;

	for (uint32_t i = 0; i < count; i++) {
		const sj_transfer *t = &m->round[i];
		sj_endpoint from, to;
		uint32_t hops;

		if (!comm_ends(cx, seat, t, &from, &to))
			continue;
		hops = sj_fabric_route(fabric, from, to, link, &latency);
		if (hops == 0)
			continue;
		longest = latency > longest ? latency : longest;
		shortest = latency < shortest ? latency : shortest;
		cost.bytes += t->bytes;
		for (uint32_t k = 0; k < hops; k++) {
			if (m->load[link[k]] == 0)
				m->touched[touched++] = link[k];
			m->load[link[k]] += t->bytes;
			touched -= m->load[link[k]] == 0; /* no bytes: not twice */
		}
	}
	for (uint32_t i = 0; i < touched; i++) {
		uint32_t l = m->touched[i];

		busiest = fmax(busiest, m->load[l] / fabric->bytes_per_s[l]);
		m->load[l] = 0;
	}
	if (shortest == SJ_NEVER)
		return cost;
	cost.seconds = busiest + (double)longest / 1e9;
	cost.least = fmax(busiest + (double)shortest / 1e9, (double)longest / 1e9);
	return cost;
}

/* All rounds of p, by the way that is set. */
static struct cost rounds_alone(const sj_ctx *cx, const struct pattern *p,
				const sj_endpoint *seat)
{
	uint32_t rounds = pattern_rounds(p);
	struct cost sum = { 0 };

	for (uint32_t k = 0, same; k < rounds; k += same) {
		uint32_t n = pattern_round(p, k, cx->comms->round);
		double combining = n != 0 ? pattern_combining(p, k, cx->comms->round) : 0;
		struct cost each = round_alone(cx, seat, n);

		same = pattern_same(p, k);
		sum.seconds += same * (each.seconds + combining);
		sum.least += same * (each.least + combining);
		sum.bytes += same * each.bytes;
	}
	return sum;
}

/* The cheapest way, or the one that is asked for where that can be. SJ_OK or SJ_ENOMEM. */
static int choose_way(const sj_ctx *cx, struct pattern *p, const sj_endpoint *seat,
		      struct cost *out)
{
	sj_collective_way asked = (sj_collective_way)p->phase->way, best = SJ_WAY_AUTO;
	bool fixed = pattern_has_ways(p) && asked != SJ_WAY_AUTO && pattern_set_way(p, asked);

	if (room_for_round(cx->comms, p) != SJ_OK)
		return SJ_ENOMEM;
	for (int w = SJ_WAY_RING; w < SJ_WAY_DIRECT && pattern_has_ways(p) && !fixed; w++) {
		struct cost cost;

		if (!pattern_set_way(p, (sj_collective_way)w))
			continue;
		cost = rounds_alone(cx, p, seat);
		if (best == SJ_WAY_AUTO || cost.seconds < out->seconds) {
			best = (sj_collective_way)w;
			*out = cost;
		}
	}
	if (best != SJ_WAY_AUTO)
		pattern_set_way(p, best);
	else
		*out = rounds_alone(cx, p, seat);
	return SJ_OK;
}

/* ---- places ------------------------------------------------------------------------------ */

static int room_for_seats(struct comms *m, uint32_t ranks)
{
	sj_endpoint *grown;

	if (ranks <= m->seat_room)
		return SJ_OK;
	grown = realloc(m->seat, ranks * sizeof(*grown));
	if (grown == NULL)
		return SJ_ENOMEM;
	m->seat = grown;
	m->seat_room = ranks;
	return SJ_OK;
}

/* Bit number n of those that are set. */
static uint32_t nth_bit(uint64_t bits, uint32_t n)
{
	while (n-- != 0)
		bits &= bits - 1;
	return (uint32_t)__builtin_ctzll(bits);
}

/* Ranks are numbered as the task's grips lie: node after node. A rank sends from the first
 * of its GPUs, if it has any. */
int comm_seats_of_held(const sj_ctx *cx, const struct task *t)
{
	const sj_grip *grips = sj_held_grips(&t->held);
	uint32_t rank = 0;

	if (room_for_seats(cx->comms, t->ranks_now) != SJ_OK)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < t->held.count; i++) {
		const sj_grip *g = &grips[i];
		uint32_t gpus = (uint32_t)__builtin_popcountll(g->gpus);

		for (uint32_t k = 0; k < g->ranks && rank < t->ranks_now; k++)
			cx->comms->seat[rank++] = (sj_endpoint){
				g->node, gpus == 0 ? SJ_HOST :
				nth_bit(g->gpus, (uint32_t)((uint64_t)k * gpus / g->ranks)) };
	}
	return SJ_OK;
}

/* Where it is not known which GPUs it would get: the first ones. */
int comm_seats_of_slots(const sj_ctx *cx, const struct task *t, uint32_t ranks,
			  const sj_placement *where)
{
	const sj_ledger *l = &cx->ledger;
	uint32_t rank = 0, each = (t->pub.gpu_milli + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE;

	if (room_for_seats(cx->comms, ranks) != SJ_OK)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < where->count; i++) {
		const sj_slot *s = &where->slots[i];
		uint32_t gpus = l->types[l->node[s->node].type].gpus;

		for (uint32_t k = 0; k < s->ranks && rank < ranks; k++)
			cx->comms->seat[rank++] = (sj_endpoint){
				s->node, each == 0 ? SJ_HOST : k * each < gpus ? k * each : 0 };
	}
	return SJ_OK;
}

bool comm_ends(const sj_ctx *cx, const sj_endpoint *seat, const sj_transfer *t,
	       sj_endpoint *from, sj_endpoint *to)
{
	*from = t->from & SJ_COMM_PLACE ? (sj_endpoint){ comm_endpoint(cx, t->from), SJ_HOST } :
					  seat[t->from];
	*to = t->to & SJ_COMM_PLACE ? (sj_endpoint){ comm_endpoint(cx, t->to), SJ_HOST } :
				      seat[t->to];
	return from->at != NOWHERE && to->at != NOWHERE &&
	       (from->at != to->at || from->gpu != to->gpu);
}

/* Ranks of each node, when all have the same and there are several nodes; else 0. */
static uint32_t group_of(const sj_endpoint *seat, uint32_t ranks)
{
	uint32_t group = 0, run = 0;

	for (uint32_t r = 0; r < ranks; r++) {
		run++;
		if (r + 1 < ranks && seat[r + 1].at == seat[r].at)
			continue;
		if (group != 0 && run != group)
			return 0;
		group = run;
		run = 0;
	}
	return group > 1 && group < ranks ? group : 0;
}

/* The phases of c among `ranks` ranks at m->node. */
int comm_set_phases(const sj_ctx *cx, struct comm *c, uint32_t ranks)
{
	const sj_endpoint *seat = cx->comms->seat;
	uint32_t group = group_of(seat, ranks);

	c->ranks = ranks;
	c->bytes = 0;
	for (uint32_t i = 0; i < c->spec->phase_count; i++) {
		struct comm_phase *h = &c->phase[i];
		struct cost cost = { 0 };

		pattern_init(&h->pattern, &c->spec->phases[i], ranks, group);
		if (choose_way(cx, &h->pattern, seat, &cost) != SJ_OK)
			return SJ_ENOMEM;
		h->alone_ns = cost.seconds * 1e9;
		h->least_ns = cost.least * 1e9;
		h->work = c->nominal ? 0 : c->spec->phases[i].share * c->step_ns;
		c->bytes += cost.bytes;
	}
	return SJ_OK;
}
