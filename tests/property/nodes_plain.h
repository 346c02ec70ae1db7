/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nodes_plain.h - a machine of nodes counted by hand, now and when running tasks have
 * ended as expected: what forecasts are compared with.
 */
#ifndef NODES_PLAIN_H
#define NODES_PLAIN_H

#include "nodes_sim.h"

enum { NODES_MAX = 16 };

/* ---- a machine, counted by hand --------------------------------------------------- */

struct plain_node {
	int64_t cores, mem, gpu[8];
};

struct plain {
	struct plain_node node[NODES_MAX];
};

static inline struct plain machine_now(const sj_ctx *cx)
{
	struct plain m = { 0 };

	for (uint32_t i = 0; i < cx->ledger.node_count; i++) {
		const sj_node *n = &cx->ledger.node[i];

		m.node[i].cores = n->cores;
		m.node[i].mem = (int64_t)n->mem_bytes;
		for (uint32_t g = 0; g < cx->ledger.types[n->type].gpus; g++)
			m.node[i].gpu[g] = cx->ledger.gpu_left[n->gpu_base + g];
	}
	return m;
}

static inline void give_back(struct plain *m, const sj_task *t, const sj_held *held, int sign)
{
	for (uint32_t k = 0; k < held->count; k++) {
		const sj_grip *grip = &sj_held_grips(held)[k];
		struct plain_node *n = &m->node[grip->node];

		n->cores += sign * (int64_t)t->cores * grip->ranks;
		n->mem += sign * (int64_t)t->mem_bytes * grip->ranks;
		for (int g = 0; g < 8; g++)
			if (grip->gpus >> g & 1)
				n->gpu[g] += sign * (t->gpu_milli >= 1000 ? 1000 :
						     (int64_t)t->gpu_milli * grip->ranks);
	}
}

static inline uint32_t room(const sj_ctx *cx, const struct plain *m, uint32_t i, const sj_task *t)
{
	struct plain_node n = m->node[i];
	uint32_t ranks = 0, model = cx->ledger.types[cx->ledger.node[i].type].gpu_model;

	if ((t->node != 0 && t->node != i + 1) ||
	    (t->gpu_milli != 0 && t->gpu_models != 0 && !(t->gpu_models >> (model - 1) & 1)))
		return 0;
	for (; ranks < t->ranks; ranks++) {
		int64_t whole = t->gpu_milli >= 1000 ? (t->gpu_milli + 999) / 1000 : 0;
		int64_t share = whole == 0 ? t->gpu_milli : 0;

		if (n.cores < t->cores || n.mem < (int64_t)t->mem_bytes)
			break;
		n.cores -= t->cores;
		n.mem -= (int64_t)t->mem_bytes;
		for (int g = 0; g < 8; g++) {
			if (whole > 0 && n.gpu[g] == 1000) {
				n.gpu[g] = 0;
				whole--;
			} else if (share > 0 && n.gpu[g] >= share) {
				n.gpu[g] -= share;
				share = 0;
			}
		}
		if (whole > 0 || share > 0)
			break;
	}
	return t->layout == SJ_LAYOUT_SPREAD && ranks > 1 ? 1 : ranks;
}

/* On nodes of one type, on no more of them than empty ones would take: the roomiest. */
static inline bool place_consolidated(const sj_ctx *cx, const struct plain *m, const sj_task *t,
				      uint32_t type)
{
	uint32_t first = cx->ledger.type_first[type], end = cx->ledger.type_first[type + 1];
	uint32_t all = 0, most, empty = sj_type_room(&cx->ledger.types[type], t);
	bool used[NODES_MAX] = { false };

	most = empty != 0 ? (t->ranks + empty - 1) / empty : 0;
	for (; most != 0; most--) {
		uint32_t best = NODES_MAX, room_best = 0;

		for (uint32_t i = first; i < end; i++)
			if (!used[i] && room(cx, m, i, t) > room_best) {
				best = i;
				room_best = room(cx, m, i, t);
			}
		if (best == NODES_MAX)
			break;
		used[best] = true;
		all += room_best;
	}
	return all >= t->ranks;
}

static inline bool has_place(const sj_ctx *cx, const struct plain *m, const sj_task *t)
{
	uint32_t ranks = 0;

	for (uint32_t k = 0; t->layout == SJ_LAYOUT_CONSOLIDATED && k < cx->ledger.type_count; k++)
		if (place_consolidated(cx, m, t, k))
			return true;
	if (t->layout == SJ_LAYOUT_CONSOLIDATED)
		return false;
	for (uint32_t i = 0; i < cx->ledger.node_count; i++)
		ranks += room(cx, m, i, t);
	return ranks >= t->ranks;
}

/* ---- ahead --------------------------------------------------------------------- */

static inline sj_time end_of(const sj_ctx *cx, const sj_task *t)
{
	sj_time end = t->start_ns + t->estimate_ns;

	return end > sj_now(cx) ? end : sj_now(cx);
}

/* The machine when all that are expected to end by `at` have ended. */
static inline struct plain machine_at(sj_ctx *cx, sj_time at)
{
	struct plain m = machine_now(cx);

	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t))
		if (end_of(cx, t) <= at)
			give_back(&m, t, &task_of(t)->held, 1);
	return m;
}

static inline sj_time shadow_of(sj_ctx *cx, const sj_task *head)
{
	sj_time best = SJ_NEVER;

	for (const sj_task *t = sj_running_first(cx); t != NULL; t = sj_running_next(cx, t)) {
		struct plain m = machine_at(cx, end_of(cx, t));

		if (end_of(cx, t) < best && has_place(cx, &m, head))
			best = end_of(cx, t);
	}
	return best;
}

/* Where would t go? Taken and given back, to see. */
static inline bool head_stays(sj_ctx *cx, const sj_task *t, const sj_task *head, sj_time shadow)
{
	struct plain m = machine_at(cx, shadow);
	sj_held held = { 0 };
	bool stays;

	if (sj_ledger_take(&cx->ledger, t, t->ranks, NULL, &held) != SJ_OK)
		return false;
	give_back(&m, t, &held, -1);
	stays = shadow == SJ_NEVER || has_place(cx, &m, head);
	sj_ledger_give(&cx->ledger, t, t->procs, &held);
	return stays;
}

#endif
