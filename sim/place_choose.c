/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_choose.c - one node, by strategy. Every strategy is exact: what a scan over all
 * nodes would pick is picked, as the property test shows. first, dotprod, near and random walk
 * the tree of maxima; the others compare the sets of nodes with the same free GPUs and
 * cores, and go to single nodes where a set does not tell: shared GPUs, ranges of cores,
 * memory.
 */
#include <string.h>

#include "place_index.h"

static void offer(struct place_pick *best, uint32_t node, uint64_t hi, uint64_t lo)
{
	if (best->node == PLACE_NONE || hi < best->hi || (hi == best->hi && lo < best->lo) ||
	    (hi == best->hi && lo == best->lo && node < best->node))
		*best = (struct place_pick){ node, hi, lo };
}

static bool beaten(const struct place_pick *best, uint64_t hi, uint64_t lo)
{
	return best->node != PLACE_NONE &&
	       (hi > best->hi || (hi == best->hi && lo > best->lo));
}

/* Not negative, so that the order of the bits is that of the numbers. */
static uint64_t ascending(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static uint64_t descending(double x)
{
	return ~ascending(x);
}

/* ---- by the tree ------------------------------------------------------------------ */

static void choose_first(const sj_ledger *l, const sj_task *t, uint32_t type, uint32_t need,
			 struct place_pick *best)
{
	struct place_max want = tree_need(&l->types[type], t, need);
	uint32_t end = l->type_first[type + 1], i = l->type_first[type];

	if (best->node < i)
		return;
	while ((i = tree_next(&l->place->tree, &want, i, end)) != PLACE_NONE) {
		if (!place_marked(l->place, i) && place_room_for(l, i, t, need)) {
			offer(best, i, i, 0);
			return;
		}
		i++;
	}
}

/* Less is nearer; a tie goes to the lowest number, so that nothing beats the first node
 * that has it all. */
static void choose_near(const sj_ledger *l, const sj_task *t, uint32_t type, uint32_t need,
			struct place_pick *best)
{
	struct place_max want = tree_need(&l->types[type], t, need);
	uint32_t end = l->type_first[type + 1], i = l->type_first[type];

	while ((i = tree_next(&l->place->tree, &want, i, end)) != PLACE_NONE) {
		if (!place_marked(l->place, i) && place_room_for(l, i, t, need)) {
			double far = l->place->far(l->place->far_self, t, i);

			offer(best, i, ascending(far), 0);
			if (far == 0)
				return;
		}
		i++;
	}
}

/* Of the free amounts m on a node of this type; grows with each of them. */
static double product(const sj_node_type *type, const sj_task *t, const struct place_max *m)
{
	double cores = type->cores, gpu = type->gpus * (double)SJ_GPU_WHOLE;
	double mem = (double)type->mem_bytes, sum = 0;

	if (cores > 0)
		sum += t->cores / cores * (m->cores / cores);
	if (gpu > 0)
		sum += t->gpu_milli / gpu * (m->gpu_milli / gpu);
	if (mem > 0)
		sum += (double)t->mem_bytes / mem * ((double)m->mem_bytes / mem);
	return sum;
}

/* The product of the maxima bounds that of every node below. */
static void choose_dotprod(const sj_ledger *l, const sj_task *t, uint32_t type,
			   uint32_t need, struct place_pick *best)
{
	const struct place_tree *tree = &l->place->tree;
	const sj_node_type *k = &l->types[type];
	struct place_max want = tree_need(k, t, need);
	uint32_t level = 0, i = l->type_first[type], end = l->type_first[type + 1];

	while ((uint64_t)i << (level * TREE_FAN_BITS) < end) {
		const struct place_max *m = &tree->level[level][i];
		uint64_t hi = descending(product(k, t, m));

		if (tree_covers(m, &want) && !(best->node != PLACE_NONE && hi >= best->hi)) {
			if (level != 0) {
				level--;
				i <<= TREE_FAN_BITS;
				continue;
			}
			if (!place_marked(l->place, i) && place_room_for(l, i, t, need))
				offer(best, i, hi, 0);
		}
		i++;
		while (level + 1 < tree->levels && i % TREE_FAN == 0) {
			i >>= TREE_FAN_BITS;
			level++;
		}
	}
}

/* ---- by the sets: best, worst, pack, spread -------------------------------------------- */

#define FULL (UINT64_C(1) << 30)

static uint64_t part(uint64_t free, uint64_t all)
{
	return all != 0 ? free * FULL / all : 0;
}

/* What is compared of a node of this type in this state; `joins`: a share would go to a
 * GPU that is shared already. */
static struct place_pick score(const sj_ledger *l, const sj_task *t, uint32_t type,
			       uint32_t gpu_milli, uint32_t cores, bool joins)
{
	const sj_node_type *k = &l->types[type];
	uint64_t gpu_part = part(gpu_milli, (uint64_t)k->gpus * SJ_GPU_WHOLE);
	uint64_t core_part = part(cores, k->cores), hi, lo;
	bool idle = gpu_milli == k->gpus * SJ_GPU_WHOLE && cores == k->cores;

	switch (l->place->strategy) {
	case SJ_PLACE_BEST:
		return (struct place_pick){ 0, gpu_milli, cores };
	case SJ_PLACE_WORST:
		return (struct place_pick){ 0, UINT32_MAX - gpu_milli, UINT32_MAX - cores };
	default:
		break;
	}
	hi = t->gpu_milli != 0 ? gpu_part : core_part;
	lo = t->gpu_milli != 0 ? core_part : gpu_part;
	if (l->place->strategy == SJ_PLACE_SPREAD)
		return (struct place_pick){ 0, FULL - hi, FULL - lo };
	return (struct place_pick){ 0, hi + (joins ? 0 : idle ? 8 : 4) * FULL, lo };
}

static bool joins_shared(const sj_ledger *l, uint32_t node, const sj_task *t)
{
	const sj_node *n = &l->node[node];
	uint32_t share = sj_gpu_share(&l->types[n->type], t);

	for (uint32_t g = 0; share != 0 && n->shared != 0 && g < l->types[n->type].gpus; g++) {
		uint32_t left = l->gpu_left[n->gpu_base + g];

		if (left >= share && left != SJ_GPU_WHOLE)
			return true;
	}
	return false;
}

/* What one search in one type looks at. */
struct search {
	const sj_ledger         *l;
	const sj_task           *t;
	const struct place_type *k;
	uint32_t                 type, need, min_cores, min_gpus;
	bool                     share;
	struct place_pick       *best;
};

static bool member_fits(const struct search *s, uint32_t node)
{
	return !place_marked(s->l->place, node) && place_room_for(s->l, node, s->t, s->need);
}

/* All members one by one. Did any fit? */
static bool offer_members(const struct search *s, const struct place_set *set)
{
	const sj_ledger *l = s->l;
	uint32_t first = l->type_first[s->type];
	bool any = false;

	for (uint32_t i = 0;
	     (i = sets_next(&l->place->sets, s->k, set, i)) != PLACE_NONE; i++) {
		const sj_node *n = &l->node[first + i];
		struct place_pick p;

		if (!member_fits(s, first + i))
			continue;
		p = score(l, s->t, s->type, n->gpu_milli, n->cores,
			  l->place->strategy == SJ_PLACE_PACK &&
			  joins_shared(l, first + i, s->t));
		offer(s->best, first + i, p.hi, p.lo);
		any = true;
	}
	return any;
}

/* The lowest member that fits, all being alike; PLACE_NONE. */
static uint32_t first_member(const struct search *s, struct place_set *set)
{
	const sj_ledger *l = s->l;
	uint32_t first = l->type_first[s->type];

	for (uint32_t i = sets_first(&l->place->sets, s->k, set); i != PLACE_NONE;
	     i = sets_next(&l->place->sets, s->k, set, i + 1))
		if (member_fits(s, first + i))
			return first + i;
	return PLACE_NONE;
}

/* The best of nodes with g free GPUs and none shared: the less, or the more, cores are
 * free the better, so the first bucket with a node that fits has it. */
static void offer_plain_row(const struct search *s, uint32_t g, bool fewest)
{
	const struct place_type *k = s->k;
	uint32_t row = sets_row(k, false, g), low = s->min_cores >> k->shift;
	uint32_t c = fewest ? row_up(k, row, low) : row_down(k, row, k->buckets);

	while (c != PLACE_NONE && c >= low) {
		struct place_set *set = &k->set[(size_t)row << k->row_bits | c];

		if (k->shift == 0) {
			struct place_pick p = score(s->l, s->t, s->type, g * SJ_GPU_WHOLE,
						    c, false);
			uint32_t node;

			if (beaten(s->best, p.hi, p.lo))
				return;
			node = first_member(s, set);
			if (node != PLACE_NONE) {
				offer(s->best, node, p.hi, p.lo);
				return;
			}
		} else if (offer_members(s, set)) {
			return;
		}
		c = fewest ? row_up(k, row, c + 1) : row_down(k, row, c);
	}
}

static void offer_mixed_row(const struct search *s, uint32_t g)
{
	const struct place_type *k = s->k;
	uint32_t row = sets_row(k, true, g);

	for (uint32_t c = row_up(k, row, s->min_cores >> k->shift); c != PLACE_NONE;
	     c = row_up(k, row, c + 1))
		offer_members(s, &k->set[(size_t)row << k->row_bits | c]);
}

static void choose_ordered(const struct search *s)
{
	sj_place_strategy how = s->l->place->strategy;
	uint32_t gpus = s->k->gpus;
	bool mixed = s->k->members[1] != 0;

	if (how == SJ_PLACE_WORST) {
		for (uint32_t g = gpus + 1; g-- > s->min_gpus;) {
			if (!s->share || g != 0)
				offer_plain_row(s, g, false);
			if (mixed)
				offer_mixed_row(s, g);
			/* With fewer free ones, what is shared could still be more. */
			if (!mixed && s->best->node != PLACE_NONE &&
			    s->best->hi <= UINT32_MAX - g * SJ_GPU_WHOLE)
				return;
		}
		return;
	}
	for (uint32_t g = s->min_gpus; g <= gpus; g++) {
		if (how == SJ_PLACE_BEST && beaten(s->best, g * SJ_GPU_WHOLE, 0))
			return;
		if (!s->share || g != 0)
			offer_plain_row(s, g, how != SJ_PLACE_SPREAD);
		if (mixed)
			offer_mixed_row(s, g);
	}
}

/* ---- by the sets: frag ----------------------------------------------------------------- */

#define BIAS (UINT64_C(1) << 63)

static void offer_growth(const struct search *s, const struct place_set *set, uint32_t g,
			 bool mixed)
{
	const sj_ledger *l = s->l;
	uint32_t first = l->type_first[s->type], gpu;

	for (uint32_t i = 0;
	     (i = sets_next(&l->place->sets, s->k, set, i)) != PLACE_NONE; i++) {
		uint32_t node = first + i;
		int64_t growth;

		if (!member_fits(s, node))
			continue;
		growth = mixed ? frag_growth_node(l->place->frag, l, node, &gpu) :
				 frag_growth_plain(l->place->frag, l, s->type, g,
						   l->node[node].cores);
		offer(s->best, node, BIAS + (uint64_t)growth, 0);
	}
}

/* A state of nodes without shared GPUs, its growth being at most that of the best. */
static void offer_growth_alike(const struct search *s, struct place_set *set, uint64_t hi)
{
	uint32_t node;

	if (s->best->node != PLACE_NONE && hi == s->best->hi &&
	    s->l->type_first[s->type] + set->low > s->best->node)
		return;
	node = first_member(s, set);
	if (node != PLACE_NONE)
		offer(s->best, node, hi, 0);
}

/* The states of a row without shared GPUs; known: their growth as far as it is known. */
static void offer_growth_row(const struct search *s, uint32_t g, const int64_t *known)
{
	const struct place_type *k = s->k;
	uint32_t row = sets_row(k, false, g), low = s->min_cores;
	const uint64_t *filled = &k->filled[(size_t)row * k->words];
	struct place_set *set = &k->set[(size_t)row << k->row_bits];

	for (uint32_t w = low / 64; w < k->words; w++) {
		uint64_t left = filled[w];

		if (w == low / 64)
			left &= ~UINT64_C(0) << low % 64;
		for (; left != 0; left &= left - 1) {
			uint32_t c = w * 64 + (uint32_t)__builtin_ctzll(left);
			int64_t growth = known != NULL ? known[c] : FRAG_UNKNOWN;

			if (growth == FRAG_UNKNOWN)
				growth = frag_growth_plain(s->l->place->frag, s->l, s->type, g,
							   c);
			if (!beaten(s->best, BIAS + (uint64_t)growth, 0))
				offer_growth_alike(s, &set[c], BIAS + (uint64_t)growth);
		}
	}
}

static void choose_frag(const struct search *s)
{
	const struct place_type *k = s->k;
	const int64_t *known = frag_known(s->l->place->frag, s->type);
	uint32_t low = s->min_cores >> k->shift;

	for (uint32_t row = s->min_gpus; row < 2 * (k->gpus + 1); row++) {
		bool mixed = row > k->gpus;
		uint32_t g = mixed ? row - k->gpus - 1 : row;

		if (g < s->min_gpus || (!mixed && s->share && g == 0) ||
		    k->members[mixed] == 0)
			continue;
		if (!mixed && k->shift == 0) {
			offer_growth_row(s, g, known != NULL ?
					 &known[(size_t)g * k->buckets] : NULL);
			continue;
		}
		for (uint32_t c = row_up(k, row, low); c != PLACE_NONE;
		     c = row_up(k, row, c + 1))
			offer_growth(s, &k->set[(size_t)row << k->row_bits | c], g, mixed);
	}
}

/* ---- one type -------------------------------------------------------------------------- */

void choose_in_type(const sj_ledger *l, const sj_task *t, uint32_t type, uint32_t need,
		    struct place_pick *best)
{
	const sj_node_type *k = &l->types[type];
	uint64_t cores = (uint64_t)t->cores * need, gpus = (uint64_t)sj_gpu_whole(t) * need;
	struct search s = { l, t, NULL, type, need, (uint32_t)cores, (uint32_t)gpus,
			    t->gpu_milli != 0 && gpus == 0, best };

	if (cores > k->cores || gpus > k->gpus || !sj_type_serves(k, t) ||
	    (s.share && k->gpus == 0))
		return;
	switch (l->place->strategy) {
	case SJ_PLACE_FIRST:
		choose_first(l, t, type, need, best);
		return;
	case SJ_PLACE_NEAR:
		if (l->place->far != NULL)
			choose_near(l, t, type, need, best);
		else
			choose_first(l, t, type, need, best);
		return;
	case SJ_PLACE_DOTPROD:
		choose_dotprod(l, t, type, need, best);
		return;
	default:
		break;
	}
	s.k = &l->place->sets.type[type];
	if (l->place->strategy == SJ_PLACE_FRAG)
		choose_frag(&s);
	else
		choose_ordered(&s);
}

/* ---- random ---------------------------------------------------------------------------- */

#define RANDOM_TRIES 128u

/* Nodes that take the ranks needed: with `wanted` below their number, that one; else
 * PLACE_NONE and their number. */
static uint32_t nth_fit(const sj_ledger *l, const sj_task *t, const uint32_t *need,
			uint32_t wanted, uint32_t *count)
{
	*count = 0;
	for (uint32_t k = 0; k < l->type_count; k++) {
		uint32_t ranks = need != NULL ? need[k] : 1, i = l->type_first[k];
		struct place_max want = tree_need(&l->types[k], t, ranks);

		if (ranks == 0 || !sj_type_serves(&l->types[k], t))
			continue;
		for (; (i = tree_next(&l->place->tree, &want, i, l->type_first[k + 1])) !=
		       PLACE_NONE; i++)
			if (!place_marked(l->place, i) && place_room_for(l, i, t, ranks) &&
			    (*count)++ == wanted)
				return i;
	}
	return PLACE_NONE;
}

uint32_t choose_random(const sj_ledger *l, const sj_task *t, const uint32_t *need)
{
	gsl_rng *rng = l->place->rng;
	uint32_t count;

	for (uint32_t k = 0; k < RANDOM_TRIES; k++) {
		uint32_t i = (uint32_t)gsl_rng_uniform_int(rng, l->node_count);
		uint32_t type = l->node[i].type, ranks = need != NULL ? need[type] : 1;

		if (ranks != 0 && sj_type_serves(&l->types[type], t) &&
		    !place_marked(l->place, i) && place_room_for(l, i, t, ranks))
			return i;
	}
	/* They are rare: count them. */
	nth_fit(l, t, need, UINT32_MAX, &count);
	if (count == 0)
		return PLACE_NONE;
	return nth_fit(l, t, need, (uint32_t)gsl_rng_uniform_int(rng, count), &count);
}
