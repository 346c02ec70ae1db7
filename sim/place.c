/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.c - a ledger's placement: which indexes there are and when they catch up, and
 * gangs, whose ranks are placed one node after the other; see place.h.
 */
#include "place.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "place_index.h"
#include "sojourn/rng.h"

const char *const sj_place_names[] = { "first", "best", "worst", "pack", "spread", "frag",
				       "dotprod", "near", "random", NULL };

/* ---- the indexes --------------------------------------------------------------------- */

static bool by_sets(sj_place_strategy s)
{
	return s != SJ_PLACE_FIRST && s != SJ_PLACE_DOTPROD && s != SJ_PLACE_NEAR &&
	       s != SJ_PLACE_RANDOM;
}

int sj_place_init(sj_ledger *l, uint64_t seed)
{
	sj_place *p = calloc(1, sizeof(*p));

	l->place = p;
	if (p == NULL)
		return SJ_ENOMEM;
	p->seed = seed;
	p->dirty = malloc(l->node_count * sizeof(*p->dirty));
	p->is_dirty = calloc(l->node_count, sizeof(*p->is_dirty));
	p->mark = calloc(l->node_count, sizeof(*p->mark));
	return p->dirty != NULL && p->is_dirty != NULL && p->mark != NULL ? SJ_OK : SJ_ENOMEM;
}

void sj_place_fini(sj_ledger *l)
{
	sj_place *p = l->place;

	if (p == NULL)
		return;
	tree_fini(&p->tree);
	sets_fini(&p->sets);
	frag_free(p->frag);
	if (p->rng != NULL)
		gsl_rng_free(p->rng);
	free(p->dirty);
	free(p->is_dirty);
	free(p->mark);
	free(p->need);
	free(p);
	l->place = NULL;
}

void sj_place_use(sj_ledger *l, sj_place_strategy s)
{
	l->place->strategy = s;
	if (s == SJ_PLACE_FRAG)
		sj_place_count_demands(l);
}

void sj_place_set_far(sj_ledger *l, sj_place_far far, void *self)
{
	l->place->far = far;
	l->place->far_self = self;
}

sj_place_strategy sj_place_used(const sj_ledger *l)
{
	return l->place->strategy;
}

void sj_place_moved(sj_ledger *l, uint32_t node)
{
	sj_place *p = l->place;

	if (p->frag != NULL)
		frag_moved(p->frag, node);
	if (p->is_dirty[node] || (p->tree.levels == 0 && p->sets.type == NULL))
		return;
	p->is_dirty[node] = 1;
	p->dirty[p->dirty_count++] = node;
}

/* Everything that is built agrees with the nodes afterwards, unless memory is short. */
static void catch_up(const sj_ledger *l)
{
	sj_place *p = l->place;

	while (p->dirty_count != 0) {
		uint32_t node = p->dirty[--p->dirty_count];

		p->is_dirty[node] = 0;
		if (p->tree.levels != 0)
			tree_update(&p->tree, l, node);
		if (p->sets.type != NULL && sets_update(&p->sets, l, node) != SJ_OK)
			p->broken = true;
	}
}

static void need_tree(const sj_ledger *l)
{
	catch_up(l);
	if (l->place->tree.levels == 0 && tree_build(&l->place->tree, l) != SJ_OK)
		l->place->broken = true;
}

/* Makes ready what the strategy looks at. False: no memory. */
static bool prepare(const sj_ledger *l)
{
	sj_place *p = l->place;

	catch_up(l);
	if (!by_sets(p->strategy))
		need_tree(l);
	else if (p->sets.type == NULL && sets_build(&p->sets, l) != SJ_OK)
		p->broken = true;
	if (p->strategy == SJ_PLACE_RANDOM && p->rng == NULL) {
		p->rng = sj_rng_create(p->seed, "place", 0);
		p->broken |= p->rng == NULL;
	}
	if (p->strategy == SJ_PLACE_FRAG && p->frag == NULL)
		p->broken = true;
	return !p->broken;
}

bool sj_place_sound(const sj_ledger *l)
{
	catch_up(l);
	return tree_sound(&l->place->tree, l) &&
	       (l->place->sets.type == NULL || sets_sound(&l->place->sets, l));
}

/* ---- typical demands ------------------------------------------------------------------- */

void sj_place_count_demands(sj_ledger *l)
{
	if (l->place->frag == NULL)
		l->place->frag = frag_create(l);
	l->place->broken |= l->place->frag == NULL;
}

void sj_place_seen(sj_ledger *l, const sj_task *t)
{
	if (l->place->frag != NULL)
		frag_seen(l->place->frag, t);
}

int sj_place_set_typical(sj_ledger *l, const sj_typical *m, uint32_t count)
{
	sj_place_count_demands(l);
	return l->place->frag != NULL ? frag_set(l->place->frag, m, count) : SJ_ENOMEM;
}

double sj_ledger_fragmentation(sj_ledger *l)
{
	return l->place != NULL && l->place->frag != NULL ? frag_expected(l->place->frag, l) : 0;
}

uint32_t sj_place_gpu(sj_ledger *l, uint32_t node, const sj_task *t)
{
	uint32_t gpu;

	frag_ask(l->place->frag, t);
	frag_growth_node(l->place->frag, l, node, &gpu);
	return gpu;
}

/* ---- what did not fit -------------------------------------------------------------------- */

static struct place_refused refused_now(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	return (struct place_refused){ l->epoch + 1, t->mem_bytes, t->gpu_models, ranks, t->cores,
				       t->gpu_milli, t->node, t->layout };
}

static struct place_refused *refused_slot(const sj_ledger *l, const struct place_refused *r)
{
	uint64_t h = r->mem_bytes ^ r->gpu_models * UINT64_C(0x9e3779b97f4a7c15);

	h = (h ^ ((uint64_t)r->cores << 32 | r->gpu_milli)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 31 ^ ((uint64_t)r->ranks << 32 | (r->node * 3 + r->layout))) *
	    UINT64_C(0x94d049bb133111eb);
	return &l->place->refused[h >> 32 & (REFUSED_SLOTS - 1)];
}

static bool was_refused(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	struct place_refused r = refused_now(l, t, ranks);
	const struct place_refused *was = refused_slot(l, &r);

	return was->epoch == r.epoch && was->mem_bytes == r.mem_bytes &&
	       was->gpu_models == r.gpu_models && was->ranks == r.ranks &&
	       was->cores == r.cores && was->gpu_milli == r.gpu_milli && was->node == r.node &&
	       was->layout == r.layout;
}

/* What did not fit does not fit until something is given back. */
static void remember_refused(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	struct place_refused r = refused_now(l, t, ranks);

	*refused_slot(l, &r) = r;
}

/* ---- room ----------------------------------------------------------------------------------- */

static uint32_t room_here(const sj_ledger *l, uint32_t node, const sj_task *t)
{
	uint32_t room = sj_ledger_room(l, node, t);

	return t->layout == SJ_LAYOUT_SPREAD && room > 1 ? 1 : room;
}

static uint64_t room_by_tree(const sj_ledger *l, const sj_task *t, uint64_t enough)
{
	uint64_t sum = 0;

	for (uint32_t k = 0; k < l->type_count; k++) {
		struct place_max want = tree_need(&l->types[k], t, 1);

		if (!sj_type_serves(&l->types[k], t))
			continue;
		for (uint32_t i = l->type_first[k]; sum < enough; i++) {
			i = tree_next(&l->place->tree, &want, i, l->type_first[k + 1]);
			if (i == PLACE_NONE)
				break;
			sum += room_here(l, i, t);
		}
	}
	return sum;
}

/* Of one set; all its members are alike when `alike`. */
static uint64_t room_of_set(const sj_ledger *l, const sj_task *t, uint32_t type,
			    const struct place_set *set, bool alike, uint64_t enough)
{
	const struct place_type *k = &l->place->sets.type[type];
	uint32_t first = l->type_first[type];
	uint64_t sum = 0;

	for (uint32_t i = 0; sum < enough; i++) {
		i = sets_next(&l->place->sets, k, set, i);
		if (i == PLACE_NONE)
			break;
		sum += room_here(l, first + i, t);
		if (alike)
			return sum * set->count;
	}
	return sum;
}

static uint64_t room_by_sets(const sj_ledger *l, const sj_task *t, uint64_t enough)
{
	uint32_t whole = sj_gpu_whole(t);
	bool share = whole == 0 && t->gpu_milli != 0;
	uint64_t sum = 0;

	for (uint32_t type = 0; type < l->type_count; type++) {
		const struct place_type *k = &l->place->sets.type[type];
		bool alike = k->shift == 0 &&
			     (t->mem_bytes == 0 || l->types[type].mem_bytes == 0);

		if (!sj_type_serves(&l->types[type], t) || t->cores > l->types[type].cores)
			continue;
		for (uint32_t row = 0; row < 2 * (k->gpus + 1); row++) {
			bool mixed = row > k->gpus;
			uint32_t g = mixed ? row - k->gpus - 1 : row;

			if (g < whole || k->members[mixed] == 0 || (share && !mixed && g == 0))
				continue;
			for (uint32_t c = row_up(k, row, t->cores >> k->shift);
			     c != PLACE_NONE && sum < enough; c = row_up(k, row, c + 1))
				sum += room_of_set(l, t, type,
						   &k->set[(size_t)row << k->row_bits | c],
						   alike && !mixed, enough - sum);
		}
	}
	return sum;
}

static bool room_for(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	return (by_sets(l->place->strategy) ? room_by_sets(l, t, ranks) :
					      room_by_tree(l, t, ranks)) >= ranks;
}

/* ---- consolidated ----------------------------------------------------------------------------- */

/* Ranks that the `nodes` nodes of this type with most room take together; no node needs
 * more than `ranks`. Room is found from the top: few nodes are looked at when there are
 * empty ones. */
static uint64_t top_room(const sj_ledger *l, const sj_task *t, uint32_t type, uint32_t nodes,
			 uint32_t ranks)
{
	uint32_t most = sj_type_room(&l->types[type], t), found = 0;
	uint64_t sum = 0;

	for (uint32_t r = most < ranks ? most : ranks; r != 0 && found < nodes; r--) {
		struct place_max want = tree_need(&l->types[type], t, r);

		for (uint32_t i = l->type_first[type]; found < nodes; i++) {
			uint32_t room;

			i = tree_next(&l->place->tree, &want, i, l->type_first[type + 1]);
			if (i == PLACE_NONE)
				break;
			room = sj_ledger_room(l, i, t);
			if (room < r || place_marked(l->place, i) ||
			    (room > r && r != ranks && r != most))
				continue; /* it was found with a greater r */
			sum += r;
			found++;
		}
	}
	return sum;
}

/* Ranks that the next node must take so that `nodes` nodes of the type take them all;
 * 0: they cannot. */
static uint32_t consolidated_need(const sj_ledger *l, const sj_task *t, uint32_t type,
				  uint32_t nodes, uint32_t ranks)
{
	uint64_t others = nodes > 1 ? top_room(l, t, type, nodes - 1, ranks) : 0;

	if (top_room(l, t, type, nodes, ranks) < ranks)
		return 0;
	return others < ranks ? (uint32_t)(ranks - others) : 1;
}

/* Nodes of the type that would take them all when empty; 0: there are not so many. */
static uint32_t consolidated_nodes(const sj_ledger *l, const sj_task *t, uint32_t type,
				   uint32_t ranks)
{
	uint32_t most = sj_type_room(&l->types[type], t);
	uint32_t nodes = most != 0 ? (ranks - 1) / most + 1 : 0;

	return nodes <= l->types[type].count ? nodes : 0;
}

static bool consolidated_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	need_tree(l);
	for (uint32_t k = 0; k < l->type_count; k++) {
		uint32_t nodes = consolidated_nodes(l, t, k, ranks);

		if (nodes != 0 && top_room(l, t, k, nodes, ranks) >= ranks)
			return true;
	}
	return false;
}

/* ---- choosing --------------------------------------------------------------------------------- */

/* need: by type, 0 being none of it; NULL: 1. */
static uint32_t choose(const sj_ledger *l, const sj_task *t, const uint32_t *need)
{
	struct place_pick best = { .node = PLACE_NONE };

	if (l->place->strategy == SJ_PLACE_RANDOM)
		return choose_random(l, t, need);
	if (l->place->strategy == SJ_PLACE_FRAG)
		frag_ask(l->place->frag, t);
	for (uint32_t k = 0; k < l->type_count; k++)
		if (need == NULL || need[k] != 0)
			choose_in_type(l, t, k, need != NULL ? need[k] : 1, &best);
	return best.node;
}

static void marks_begin(sj_place *p)
{
	if (++p->last_stamp == 0)
		p->last_stamp = 1;
	p->stamp = p->last_stamp;
}

/* There is room for all. */
static int take_gang(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held)
{
	sj_place *p = l->place;
	bool apart = t->layout == SJ_LAYOUT_SPREAD || p->strategy == SJ_PLACE_SPREAD;
	bool singly = apart || p->strategy == SJ_PLACE_WORST;
	int rc = SJ_OK;

	if (apart)
		marks_begin(p);
	while (ranks != 0 && rc == SJ_OK) {
		uint32_t node = choose(l, t, NULL), room = 1;

		if (node == PLACE_NONE && t->layout != SJ_LAYOUT_SPREAD && apart) {
			marks_begin(p); /* each has one: another round */
			node = choose(l, t, NULL);
		}
		assert(node != PLACE_NONE);
		if (!singly)
			room = sj_ledger_room(l, node, t);
		if (room > ranks)
			room = ranks;
		if (apart)
			p->mark[node] = p->stamp;
		rc = sj_node_take(l, t, node, room, held);
		ranks -= room;
		catch_up(l);
	}
	p->stamp = 0;
	return p->broken ? SJ_ENOMEM : rc;
}

static int take_consolidated(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held)
{
	sj_place *p = l->place;
	uint32_t only = PLACE_NONE, nodes = 0;
	int rc = SJ_OK;

	if (p->need == NULL)
		p->need = calloc(l->type_count, sizeof(*p->need));
	if (p->need == NULL)
		return SJ_ENOMEM;
	marks_begin(p);
	while (ranks != 0 && rc == SJ_OK) {
		uint32_t node, room;

		for (uint32_t k = 0; k < l->type_count; k++) {
			uint32_t n = only == PLACE_NONE ? consolidated_nodes(l, t, k, ranks) :
				     only == k ? nodes : 0;

			p->need[k] = n != 0 ? consolidated_need(l, t, k, n, ranks) : 0;
		}
		node = choose(l, t, p->need);
		assert(node != PLACE_NONE);
		if (only == PLACE_NONE) {
			only = l->node[node].type;
			nodes = consolidated_nodes(l, t, only, ranks);
		}
		room = sj_ledger_room(l, node, t);
		if (room > ranks)
			room = ranks;
		p->mark[node] = p->stamp;
		rc = sj_node_take(l, t, node, room, held);
		ranks -= room;
		nodes--;
		catch_up(l);
	}
	p->stamp = 0;
	return p->broken ? SJ_ENOMEM : rc;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static bool pinned_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	return t->node <= l->node_count && room_here(l, t->node - 1, t) >= ranks;
}

static bool fits_now(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	return t->layout == SJ_LAYOUT_CONSOLIDATED && ranks > 1 ?
		       consolidated_fits(l, t, ranks) : room_for(l, t, ranks);
}

bool sj_place_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	if (ranks == 0)
		return true;
	if (t->node != 0)
		return pinned_fits(l, t, ranks);
	if ((uint64_t)ranks * t->gpu_milli > l->gpu_milli_free || was_refused(l, t, ranks))
		return false;
	if (!prepare(l) || fits_now(l, t, ranks))
		return true; /* without memory, taking it will say so */
	remember_refused(l, t, ranks);
	return false;
}

bool sj_place_fits_ever(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	uint64_t sum = 0;

	for (uint32_t k = 0; k < l->type_count; k++) {
		const sj_node_type *type = &l->types[k];
		uint64_t room = sj_type_room(type, t), nodes = type->count;

		if (t->layout == SJ_LAYOUT_SPREAD && room > 1)
			room = 1;
		if (t->node != 0)
			nodes = t->node > l->type_first[k] && t->node <= l->type_first[k + 1];
		if (room != 0 && nodes >= (ranks - 1) / room + 1)
			return true;
		sum += room * nodes;
	}
	return t->layout != SJ_LAYOUT_CONSOLIDATED && t->node == 0 && sum >= ranks;
}

static int take_one(sj_ledger *l, const sj_task *t, sj_held *held)
{
	uint32_t node = choose(l, t, NULL);

	if (node == PLACE_NONE) {
		remember_refused(l, t, 1);
		return SJ_EFULL;
	}
	return sj_node_take(l, t, node, 1, held);
}

int sj_place_take(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held)
{
	int rc;

	if (t->node != 0) {
		if (!pinned_fits(l, t, ranks))
			return SJ_EFULL;
		rc = sj_node_take(l, t, t->node - 1, ranks, held);
		sj_held_tidy(t, held);
		return rc;
	}
	if ((uint64_t)ranks * t->gpu_milli > l->gpu_milli_free || was_refused(l, t, ranks))
		return SJ_EFULL;
	if (!prepare(l))
		return SJ_ENOMEM;
	if (ranks == 1)
		return take_one(l, t, held);
	if (!fits_now(l, t, ranks)) {
		remember_refused(l, t, ranks);
		return SJ_EFULL;
	}
	rc = t->layout == SJ_LAYOUT_CONSOLIDATED ? take_consolidated(l, t, ranks, held) :
						   take_gang(l, t, ranks, held);
	sj_held_tidy(t, held);
	return rc;
}
