/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger.c - counting processors, and cores, GPUs and memory of nodes. */
#include "ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

static int init_nodes(sj_ledger *l, const sj_cluster *c, uint64_t *cores)
{
	uint64_t nodes = 0, gpus = 0;

	l->type_count = c->type_count;
	l->types = calloc(c->type_count, sizeof(*l->types));
	l->type_first = calloc(c->type_count + 1u, sizeof(*l->type_first));
	l->use = calloc(c->type_count, sizeof(*l->use));
	if (l->types == NULL || l->type_first == NULL || l->use == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = 0; k < c->type_count; k++) {
		sj_node_type *t = &l->types[k];

		*t = c->types[k];
		t->speed = t->speed != 0 ? t->speed : 1;
		t->gpu_speed = t->gpu_speed != 0 ? t->gpu_speed : 1;
		t->gpu_grain = t->gpu_grain != 0 ? t->gpu_grain : 1;
		if (t->gpus > SJ_NODE_GPUS_MAX || t->gpu_model > SJ_GPU_MODELS_MAX ||
		    SJ_GPU_WHOLE % t->gpu_grain != 0 || (nodes += t->count) > UINT32_MAX)
			return SJ_EINVAL;
		*cores += (uint64_t)t->count * t->cores;
		gpus += (uint64_t)t->count * t->gpus;
		l->type_first[k + 1] = (uint32_t)nodes;
	}
	l->node_count = (uint32_t)nodes;
	l->node = calloc(nodes, sizeof(*l->node));
	l->gpu_left = calloc(gpus + 1, sizeof(*l->gpu_left));
	return l->node != NULL && l->gpu_left != NULL && gpus < UINT32_MAX ? SJ_OK :
									     SJ_ENOMEM;
}

static void fill_nodes(sj_ledger *l)
{
	uint32_t gpu = 0;

	for (uint32_t k = 0; k < l->type_count; k++) {
		const sj_node_type *t = &l->types[k];

		for (uint32_t i = l->type_first[k]; i < l->type_first[k + 1]; i++) {
			l->node[i] = (sj_node){
				.cores = t->cores, .type = k, .mem_bytes = t->mem_bytes,
				.gpus = t->gpus == 64 ? UINT64_MAX :
							(UINT64_C(1) << t->gpus) - 1,
				.gpu_milli = t->gpus * SJ_GPU_WHOLE, .gpu_base = gpu,
			};
			l->gpu_milli_total += l->node[i].gpu_milli;
			for (uint32_t g = 0; g < t->gpus; g++)
				l->gpu_left[gpu++] = SJ_GPU_WHOLE;
		}
		l->use[k].powered = t->count;
	}
	l->gpu_milli_free = l->gpu_milli_total;
}

int sj_ledger_init(sj_ledger *l, const sj_cluster *c, bool number_procs, uint64_t seed,
		   sj_error *err)
{
	uint64_t total = c->procs;
	int rc = SJ_OK;

	memset(l, 0, sizeof(*l));
	if (c->type_count != 0) {
		total = 0;
		rc = init_nodes(l, c, &total);
	}
	if (rc == SJ_ENOMEM)
		return sj_fail(err, rc, "cluster: out of memory for its nodes");
	if (rc != SJ_OK || total == 0 || total > UINT32_MAX)
		return sj_fail(err, SJ_EINVAL, "cluster: %llu processors (expected 1 to "
			       "4294967295), or a node type out of range",
			       (unsigned long long)total);
	if (c->type_count != 0)
		fill_nodes(l);
	if (c->type_count != 0 && sj_place_init(l, seed) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "cluster: out of memory for its nodes");
	l->procs_all = l->procs_total = l->procs_free = (uint32_t)total;
	if (number_procs && c->type_count == 0) {
		l->busy_map = calloc((total + 63) / 64, sizeof(*l->busy_map));
		if (l->busy_map == NULL)
			return sj_fail(err, SJ_ENOMEM, "cluster: out of memory");
		if (total % 64 != 0) /* numbers beyond the end are never free */
			l->busy_map[total / 64] = ~UINT64_C(0) << total % 64;
	}
	return SJ_OK;
}

void sj_ledger_fini(sj_ledger *l)
{
	sj_place_fini(l);
	free(l->types);
	free(l->type_first);
	free(l->node);
	free(l->gpu_left);
	free(l->use);
	free(l->busy_map);
	memset(l, 0, sizeof(*l));
}

void sj_held_drop(sj_held *h)
{
	free(h->many);
	free(h->interval);
	*h = (sj_held){ 0 };
}

/* ---- room ------------------------------------------------------------------- */

uint32_t sj_gpu_share(const sj_node_type *type, const sj_task *t)
{
	uint32_t grain = type->gpu_grain;

	return t->gpu_milli == 0 || t->gpu_milli >= SJ_GPU_WHOLE ? 0 :
	       (t->gpu_milli + grain - 1) / grain * grain;
}

/* Ranks by cores, whole GPUs and memory; what a share allows comes on top. */
static uint32_t plain_room(const sj_node_type *type, const sj_task *t, uint32_t cores,
			   uint32_t whole_gpus, uint64_t mem_bytes)
{
	uint32_t room = UINT32_MAX, whole = sj_gpu_whole(t);

	if (!sj_type_serves(type, t))
		return 0;
	if (t->cores != 0)
		room = cores / t->cores;
	if (whole != 0 && whole_gpus / whole < room)
		room = whole_gpus / whole;
	if (t->mem_bytes != 0 && type->mem_bytes != 0 && mem_bytes / t->mem_bytes < room)
		room = (uint32_t)(mem_bytes / t->mem_bytes);
	return room;
}

uint32_t sj_type_room(const sj_node_type *type, const sj_task *t)
{
	uint32_t room = plain_room(type, t, type->cores, type->gpus, type->mem_bytes);
	uint32_t share = sj_gpu_share(type, t);

	if (share != 0 && type->gpus * (SJ_GPU_WHOLE / share) < room)
		room = type->gpus * (SJ_GPU_WHOLE / share);
	return room;
}

uint32_t sj_ledger_room(const sj_ledger *l, uint32_t node, const sj_task *t)
{
	const sj_node *n = &l->node[node];
	const sj_node_type *type = &l->types[n->type];
	uint32_t whole = (uint32_t)__builtin_popcountll(n->gpus), room, share, shares = 0;

	if (n->state != SJ_NODE_UP)
		return 0;
	room = plain_room(type, t, n->cores, whole, n->mem_bytes);
	share = sj_gpu_share(type, t);
	if (share == 0 || room == 0)
		return room;
	for (uint32_t g = 0; g < type->gpus && shares < room; g++)
		shares += l->gpu_left[n->gpu_base + g] / share;
	return shares < room ? shares : room;
}

/* Ranks of t that it could put on node i. */
static uint32_t room_at(const sj_ledger *l, uint32_t i, const sj_task *t)
{
	uint32_t room = t->node == 0 || t->node == i + 1 ? sj_ledger_room(l, i, t) : 0;

	return t->layout == SJ_LAYOUT_SPREAD && room > 1 ? 1 : room;
}

bool sj_ledger_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks)
{
	if ((uint64_t)ranks * t->cores > l->procs_free)
		return false;
	return l->node_count == 0 || sj_place_fits(l, t, ranks);
}

bool sj_ledger_fits_ever(const sj_ledger *l, const sj_task *t)
{
	if ((uint64_t)t->ranks * t->cores > l->procs_all)
		return false;
	return l->node_count == 0 || sj_place_fits_ever(l, t, t->ranks);
}

/* ---- nodes: taking and giving -------------------------------------------------- */

static int grip_add(sj_held *h, sj_grip grip)
{
	if (h->count == 0) {
		h->one = grip;
	} else {
		sj_grip *grown = h->many;

		/* Room for 2, 4, 8, ... */
		if (h->count == 1 || (h->count & (h->count - 1)) == 0)
			grown = realloc(h->many, 2 * (size_t)h->count * sizeof(*grown));
		if (grown == NULL)
			return SJ_ENOMEM;
		h->many = grown;
		if (h->count == 1)
			grown[0] = h->one;
		grown[h->count] = grip;
	}
	h->count++;
	return SJ_OK;
}

/* The partly or entirely free GPU with least left that takes `share`; lowest number. */
static uint32_t tightest_gpu(const sj_ledger *l, const sj_node *n, uint32_t gpus,
			     uint32_t share)
{
	uint32_t best = UINT32_MAX, least = UINT32_MAX;

	for (uint32_t g = 0; g < gpus; g++) {
		uint32_t left = l->gpu_left[n->gpu_base + g];

		if (left >= share && left < least) {
			least = left;
			best = g;
		}
	}
	return best;
}

static int grip_order(const void *a, const void *b)
{
	const sj_grip *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->gpus != y->gpus ? (x->gpus < y->gpus ? -1 : 1) : 0;
}

void sj_held_tidy(const sj_task *t, sj_held *held)
{
	bool shared = t->gpu_milli != 0 && sj_gpu_whole(t) == 0;
	sj_grip *g = held->many;
	uint32_t n = 0;

	if (held->count < 2)
		return;
	qsort(g, held->count, sizeof(*g), grip_order);
	for (uint32_t i = 1; i < held->count; i++) {
		if (g[i].node == g[n].node && (!shared || g[i].gpus == g[n].gpus)) {
			g[n].ranks += g[i].ranks;
			g[n].gpus |= g[i].gpus;
		} else {
			g[++n] = g[i];
		}
	}
	held->count = n + 1;
	if (held->count == 1)
		held->one = g[0];
}

/* The caller says to placement that the node moved, before the next question. */
static void gpu_change(sj_ledger *l, sj_node *n, uint32_t g, uint32_t left)
{
	uint16_t *at = &l->gpu_left[n->gpu_base + g];
	bool was_shared = *at != 0 && *at != SJ_GPU_WHOLE;
	bool is_shared = left != 0 && left != SJ_GPU_WHOLE;

	n->gpu_milli = n->gpu_milli - *at + left;
	if (n->state == SJ_NODE_UP)
		l->gpu_milli_free = l->gpu_milli_free - *at + left;
	else
		l->gpu_milli_off = l->gpu_milli_off + *at - left;
	l->use[n->type].gpu_milli += *at - (uint64_t)left;
	n->shared = n->shared - was_shared + is_shared;
	if (left == SJ_GPU_WHOLE)
		n->gpus |= UINT64_C(1) << g;
	else
		n->gpus &= ~(UINT64_C(1) << g);
	*at = (uint16_t)left;
}

/* Whole GPUs for the ranks of a grip, lowest number first. */
static int take_whole_gpus(sj_ledger *l, uint32_t count, sj_grip grip, sj_held *held)
{
	sj_node *n = &l->node[grip.node];

	for (; count != 0; count--) {
		uint32_t g = (uint32_t)__builtin_ctzll(n->gpus);

		grip.gpus |= UINT64_C(1) << g;
		gpu_change(l, n, g, 0);
	}
	return grip_add(held, grip);
}

/* Shares for the ranks of a grip, one after the other where it is tightest, so each may
 * be a grip of its own. */
static int take_shares(sj_ledger *l, uint32_t share, sj_grip grip, sj_held *held)
{
	sj_node *n = &l->node[grip.node];

	for (uint32_t left = grip.ranks; left != 0;) {
		uint32_t g = tightest_gpu(l, n, l->types[n->type].gpus, share);
		uint32_t free_milli = l->gpu_left[n->gpu_base + g];
		uint32_t here = free_milli / share < left ? free_milli / share : left;
		int rc = grip_add(held, (sj_grip){ grip.node, here, UINT64_C(1) << g });

		if (rc != SJ_OK)
			return rc;
		gpu_change(l, n, g, free_milli - here * share);
		left -= here;
	}
	return SJ_OK;
}

static void take_plain(sj_ledger *l, const sj_task *t, uint32_t node, uint32_t ranks)
{
	sj_node *n = &l->node[node];

	n->cores -= t->cores * ranks;
	l->use[n->type].cores += t->cores * ranks;
	if (l->types[n->type].mem_bytes != 0)
		n->mem_bytes -= t->mem_bytes * ranks;
	sj_place_moved(l, node);
}

/* Shares for ranks one by one on the GPUs that placement chooses. */
static int take_chosen_shares(sj_ledger *l, const sj_task *t, uint32_t share, sj_grip grip,
			      sj_held *held)
{
	sj_node *n = &l->node[grip.node];

	for (uint32_t i = 0; i < grip.ranks; i++) {
		uint32_t g = sj_place_gpu(l, grip.node, t);
		int rc = grip_add(held, (sj_grip){ grip.node, 1, UINT64_C(1) << g });

		if (rc != SJ_OK)
			return rc;
		take_plain(l, t, grip.node, 1);
		gpu_change(l, n, g, l->gpu_left[n->gpu_base + g] - share);
	}
	return SJ_OK;
}

int sj_node_take(sj_ledger *l, const sj_task *t, uint32_t node, uint32_t ranks, sj_held *held)
{
	uint32_t share = sj_gpu_share(&l->types[l->node[node].type], t);
	sj_grip grip = { node, ranks, 0 };

	if (share != 0 && sj_place_used(l) == SJ_PLACE_FRAG)
		return take_chosen_shares(l, t, share, grip, held);
	take_plain(l, t, node, ranks);
	return share != 0 ? take_shares(l, share, grip, held) :
			    take_whole_gpus(l, sj_gpu_whole(t) * ranks, grip, held);
}

static void node_give(sj_ledger *l, const sj_task *t, const sj_grip *grip)
{
	sj_node *n = &l->node[grip->node];
	const sj_node_type *type = &l->types[n->type];
	uint32_t share = sj_gpu_share(type, t);

	sj_place_moved(l, grip->node);
	n->cores += t->cores * grip->ranks;
	l->use[n->type].cores -= t->cores * grip->ranks;
	if (n->state == SJ_NODE_UP)
		l->procs_free += t->cores * grip->ranks;
	else
		l->procs_off -= t->cores * grip->ranks;
	if (type->mem_bytes != 0)
		n->mem_bytes += t->mem_bytes * grip->ranks;
	for (uint64_t left = grip->gpus; left != 0; left &= left - 1) {
		uint32_t g = (uint32_t)__builtin_ctzll(left);

		gpu_change(l, n, g, share == 0 ? SJ_GPU_WHOLE :
				    l->gpu_left[n->gpu_base + g] + share * grip->ranks);
	}
	assert(n->cores <= type->cores);
}

static int take_given(sj_ledger *l, const sj_task *t, uint32_t ranks,
		      const sj_placement *where, sj_held *held)
{
	uint64_t sum = 0;
	int rc = SJ_OK;

	if (where->count == 0 || where->count > l->node_count)
		return SJ_EINVAL;
	for (uint32_t i = 0; i < where->count; i++) {
		const sj_slot *s = &where->slots[i];

		if (s->node >= l->node_count || s->ranks == 0 ||
		    (i != 0 && s->node <= where->slots[i - 1].node))
			return SJ_EINVAL;
		if (room_at(l, s->node, t) < s->ranks)
			return SJ_EFULL;
		sum += s->ranks;
	}
	if (sum != ranks)
		return SJ_EINVAL;
	for (uint32_t i = 0; i < where->count && rc == SJ_OK; i++)
		rc = sj_node_take(l, t, where->slots[i].node, where->slots[i].ranks, held);
	sj_held_tidy(t, held);
	return rc;
}

void sj_ledger_set_state(sj_ledger *l, uint32_t node, sj_node_state state)
{
	sj_node *n = &l->node[node];
	const sj_node_type *type = &l->types[n->type];
	uint32_t gpu_milli = type->gpus * SJ_GPU_WHOLE;
	bool was_up = n->state == SJ_NODE_UP, was_down = n->state == SJ_NODE_DOWN;
	bool up = state == SJ_NODE_UP, down = state == SJ_NODE_DOWN;

	n->state = state;
	sj_place_moved(l, node);
	if (was_down != down) {
		l->procs_down += down ? type->cores : -type->cores;
		l->use[n->type].powered += down ? -1u : 1u;
	}
	if (was_up && !up) {
		l->procs_total -= type->cores;
		l->procs_free -= n->cores;
		l->procs_off += type->cores - n->cores;
		l->gpu_milli_total -= gpu_milli;
		l->gpu_milli_free -= n->gpu_milli;
		l->gpu_milli_off += gpu_milli - n->gpu_milli;
		l->nodes_off++;
	} else if (!was_up && up) {
		l->procs_total += type->cores;
		l->procs_free += n->cores;
		l->procs_off -= type->cores - n->cores;
		l->gpu_milli_total += gpu_milli;
		l->gpu_milli_free += n->gpu_milli;
		l->gpu_milli_off -= gpu_milli - n->gpu_milli;
		l->nodes_off--;
		l->epoch++;
	}
}

static int number_take(sj_ledger *l, uint32_t procs, sj_held *held)
{
	uint32_t left = procs, p = 0, cap = 0;

	held->intervals = 0;
	held->interval = NULL;
	while (left != 0) {
		uint64_t word = ~l->busy_map[p / 64] >> p % 64;

		if (word == 0) {
			p = (p / 64 + 1) * 64;
			continue;
		}
		p += (uint32_t)__builtin_ctzll(word);
		if (held->intervals == 0 || held->interval[held->intervals - 1][1] + 1 != p) {
			if (held->intervals == cap) {
				void *grown;

				cap = cap != 0 ? cap * 2 : 4;
				grown = realloc(held->interval, cap * sizeof(*held->interval));
				if (grown == NULL)
					return SJ_ENOMEM;
				held->interval = grown;
			}
			held->interval[held->intervals++][0] = p;
		}
		held->interval[held->intervals - 1][1] = p;
		l->busy_map[p / 64] |= UINT64_C(1) << p % 64;
		p++;
		left--;
	}
	return SJ_OK;
}

int sj_ledger_take_placed(sj_ledger *l, const sj_task *t, uint32_t ranks,
			  const sj_placement *where, sj_held *held)
{
	uint64_t procs = (uint64_t)ranks * t->cores;
	int rc = SJ_OK;

	if (l->node_count != 0) {
		if (where != NULL)
			rc = take_given(l, t, ranks, where, held);
		else
			rc = sj_place_take(l, t, ranks, held);
		if (rc != SJ_OK)
			return rc;
	} else if (where != NULL) {
		return SJ_EINVAL; /* a pool has no nodes to name */
	} else if (l->busy_map != NULL) {
		rc = number_take(l, (uint32_t)procs, held);
		if (rc != SJ_OK)
			return rc;
	}
	l->procs_free -= (uint32_t)procs;
	return SJ_OK;
}

void sj_ledger_give_placed(sj_ledger *l, const sj_task *t, uint32_t procs, sj_held *held)
{
	if (held->count == 0)
		l->procs_free += procs;
	l->gives++;
	for (uint32_t i = 0; i < held->count; i++) {
		node_give(l, t, &sj_held_grips(held)[i]);
		l->given[l->given_count++ % SJ_GIVEN_RING] = sj_held_grips(held)[i].node;
	}
	assert(l->procs_free <= l->procs_total);
	for (uint32_t i = 0; i < held->intervals; i++)
		for (uint32_t p = held->interval[i][0]; p <= held->interval[i][1]; p++)
			l->busy_map[p / 64] &= ~(UINT64_C(1) << p % 64);
	if (held->many != NULL || held->interval != NULL)
		sj_held_drop(held);
	held->count = held->intervals = 0;
}

/* ---- nodes: a part, or again --------------------------------------------------- */

/* The part of a grip that its last `ranks` ranks have: of whole GPUs the highest. */
static sj_grip split(sj_grip *grip, const sj_task *t, uint32_t ranks)
{
	sj_grip part = { grip->node, ranks, 0 };

	for (uint32_t n = sj_gpu_whole(t) * ranks; n != 0; n--) {
		uint64_t highest = UINT64_C(1) << (63 - __builtin_clzll(grip->gpus));

		part.gpus |= highest;
		grip->gpus &= ~highest;
	}
	if (sj_gpu_whole(t) == 0)
		part.gpus = grip->gpus; /* the shared one */
	grip->ranks -= ranks;
	return part;
}

void sj_ledger_shrink(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held)
{
	sj_grip *grips = held->count == 1 ? &held->one : held->many;

	l->epoch++;
	l->gives++;
	while (ranks != 0) {
		sj_grip *last = &grips[held->count - 1];
		sj_grip part;

		l->given[l->given_count++ % SJ_GIVEN_RING] = last->node;
		if (last->ranks > ranks) {
			part = split(last, t, ranks);
			node_give(l, t, &part);
			break;
		}
		node_give(l, t, last);
		ranks -= last->ranks;
		held->count--;
	}
	if (held->count == 1)
		held->one = grips[0];
}

/* Of one node, and of one GPU of it where that is shared? */
static bool same_place(const sj_grip *a, const sj_grip *b, bool shares)
{
	return a->node == b->node && (!shares || a->gpus == b->gpus);
}

static bool grip_before(const sj_grip *a, const sj_grip *b)
{
	return a->node < b->node || (a->node == b->node && a->gpus < b->gpus);
}

int sj_held_join(const sj_task *t, sj_held *held, sj_held *more)
{
	const sj_grip *a = sj_held_grips(held), *b = sj_held_grips(more);
	uint32_t n = held->count, m = more->count, i = 0, k = 0;
	bool shares = t->gpu_milli != 0 && sj_gpu_whole(t) == 0;
	sj_held all = { 0 };
	int rc = SJ_OK;

	while ((i < n || k < m) && rc == SJ_OK) {
		if (i < n && k < m && same_place(&a[i], &b[k], shares)) {
			sj_grip both = { a[i].node, a[i].ranks + b[k].ranks,
					 a[i].gpus | b[k].gpus };

			rc = grip_add(&all, both);
			i++;
			k++;
		} else if (k == m || (i < n && grip_before(&a[i], &b[k]))) {
			rc = grip_add(&all, a[i++]);
		} else {
			rc = grip_add(&all, b[k++]);
		}
	}
	sj_held_drop(held);
	sj_held_drop(more);
	*held = all;
	return rc;
}

/* ---- lending, for a question -------------------------------------------------- */

void sj_ledger_lend(sj_ledger *l, const sj_task *t, uint32_t procs, const sj_held *held)
{
	l->epoch++;
	l->gives++;
	if (held->count == 0)
		l->procs_free += procs;
	for (uint32_t i = 0; i < held->count; i++) {
		node_give(l, t, &sj_held_grips(held)[i]);
		l->given[l->given_count++ % SJ_GIVEN_RING] = sj_held_grips(held)[i].node;
	}
}

/* One grip again, as it was; false: not free. */
static bool node_retake(sj_ledger *l, const sj_task *t, const sj_grip *grip)
{
	sj_node *n = &l->node[grip->node];
	const sj_node_type *type = &l->types[n->type];
	uint32_t share = sj_gpu_share(type, t) * grip->ranks;
	uint32_t g = grip->gpus != 0 ? (uint32_t)__builtin_ctzll(grip->gpus) : 0;

	if (n->cores < t->cores * grip->ranks ||
	    (type->mem_bytes != 0 && n->mem_bytes < t->mem_bytes * grip->ranks) ||
	    (share == 0 && (n->gpus & grip->gpus) != grip->gpus) ||
	    (share != 0 && l->gpu_left[n->gpu_base + g] < share))
		return false;
	sj_place_moved(l, grip->node);
	n->cores -= t->cores * grip->ranks;
	l->use[n->type].cores += t->cores * grip->ranks;
	if (n->state == SJ_NODE_UP)
		l->procs_free -= t->cores * grip->ranks;
	else
		l->procs_off += t->cores * grip->ranks;
	if (type->mem_bytes != 0)
		n->mem_bytes -= t->mem_bytes * grip->ranks;
	if (share != 0)
		gpu_change(l, n, g, l->gpu_left[n->gpu_base + g] - share);
	else
		for (uint64_t left = grip->gpus; left != 0; left &= left - 1)
			gpu_change(l, n, (uint32_t)__builtin_ctzll(left), 0);
	return true;
}

bool sj_ledger_retake(sj_ledger *l, const sj_task *t, uint32_t procs, const sj_held *held)
{
	const sj_grip *grip = sj_held_grips(held);

	if (held->count == 0 && procs > l->procs_free)
		return false;
	if (held->count == 0)
		l->procs_free -= procs;
	for (uint32_t i = 0; i < held->count; i++) {
		if (node_retake(l, t, &grip[i]))
			continue;
		while (i-- != 0)
			node_give(l, t, &grip[i]);
		return false;
	}
	return true;
}
