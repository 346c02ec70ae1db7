/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_place.c - every placement strategy, as defined in place.h, against a scan over all
 * nodes written from the definitions: the same nodes, GPUs and refusals on random
 * machines under random tasks, ends, drains and failures.
 */
#include <gsl/gsl_rng.h>

#include "place.h"
#include "sojourn/rng.h"
#include "test.h"

enum { MACHINES = 320, STEPS = 220, NODES = 200, LIVE = 400, RANKS = 24, KINDS = 10 };
#define FULL (UINT64_C(1) << 30)

/* ---- the scan ---------------------------------------------------------------------- */

struct plain_node {
	uint32_t type, cores;
	uint64_t mem;
	uint32_t left[SJ_NODE_GPUS_MAX];
	bool     up, used; /* used: has a rank of the task being placed */
};

struct plain {
	const sj_node_type *type;
	uint32_t            nodes;
	struct plain_node   node[NODES];
	sj_typical          typical[KINDS];
	uint32_t            typical_count;
};

static uint32_t share_of(const sj_node_type *k, uint32_t milli)
{
	return milli == 0 || milli >= 1000 ? 0 :
	       (milli + k->gpu_grain - 1) / k->gpu_grain * k->gpu_grain;
}

static uint32_t whole_of(uint32_t milli)
{
	return milli >= 1000 ? (milli + 999) / 1000 : 0;
}

static uint32_t idle_of(const struct plain *p, const struct plain_node *n)
{
	uint32_t sum = 0;

	for (uint32_t g = 0; g < p->type[n->type].gpus; g++)
		sum += n->left[g];
	return sum;
}

static bool serves(const sj_node_type *k, uint32_t milli, uint64_t models)
{
	return milli == 0 || models == 0 ||
	       (k->gpu_model != 0 && (models >> (k->gpu_model - 1) & 1));
}

static uint32_t room(const struct plain *p, const struct plain_node *n, const sj_task *t)
{
	const sj_node_type *k = &p->type[n->type];
	uint32_t ranks = 0, cores = n->cores, left[SJ_NODE_GPUS_MAX];
	uint32_t share = share_of(k, t->gpu_milli);
	uint64_t mem = n->mem;

	memcpy(left, n->left, sizeof(left));
	if (!n->up || !serves(k, t->gpu_milli, t->gpu_models))
		return 0;
	for (; ranks < RANKS; ranks++) {
		uint32_t want = whole_of(t->gpu_milli), g;

		if (cores < t->cores || (k->mem_bytes != 0 && mem < t->mem_bytes))
			break;
		for (g = 0; g < k->gpus && want != 0; g++)
			if (left[g] == 1000) {
				left[g] = 0;
				want--;
			}
		for (g = 0; share != 0 && g < k->gpus && left[g] < share; g++)
			;
		if (want != 0 || (share != 0 && g == k->gpus))
			break;
		if (share != 0)
			left[g] -= share;
		cores -= t->cores;
		mem -= t->mem_bytes;
	}
	return ranks;
}

/* ---- fragmentation by its definition -------------------------------------------------- */

static int64_t fragment(const struct plain *p, const struct plain_node *n)
{
	const sj_node_type *k = &p->type[n->type];
	int64_t sum = 0;

	for (uint32_t i = 0; i < p->typical_count; i++) {
		const sj_typical *m = &p->typical[i];
		uint32_t share = share_of(k, m->gpu_milli), whole = 0, most = 0, small = 0;
		uint32_t want = whole_of(m->gpu_milli) != 0 ? 1000 : share;

		for (uint32_t g = 0; g < k->gpus; g++) {
			whole += n->left[g] == 1000;
			most = n->left[g] > most ? n->left[g] : most;
			small += n->left[g] < want ? n->left[g] : 0;
		}
		if (m->gpu_milli == 0 || n->cores < m->cores || whole < whole_of(m->gpu_milli) || most < share ||
		    !serves(k, m->gpu_milli, m->gpu_models))
			small = idle_of(p, n);
		sum += (int64_t)(m->weight * small);
	}
	return sum;
}

/* The GPU that takes a share; the node then has it. PLACE of whole ones: lowest first. */
static uint64_t put_rank(const struct plain *p, struct plain_node *n, const sj_task *t,
			 sj_place_strategy how)
{
	const sj_node_type *k = &p->type[n->type];
	uint32_t share = share_of(k, t->gpu_milli), want = whole_of(t->gpu_milli), at = 64;
	int64_t least = INT64_MAX;
	uint64_t bits = 0;

	n->cores -= t->cores;
	n->mem -= k->mem_bytes != 0 ? t->mem_bytes : 0;
	for (uint32_t g = 0; g < k->gpus && want != 0; g++)
		if (n->left[g] == 1000) {
			n->left[g] = 0;
			bits |= UINT64_C(1) << g;
			want--;
		}
	for (uint32_t g = 0; share != 0 && g < k->gpus; g++) {
		int64_t cost = n->left[g];

		if (n->left[g] < share)
			continue;
		if (how == SJ_PLACE_FRAG) {
			n->left[g] -= share;
			cost = fragment(p, n);
			n->left[g] += share;
		}
		if (cost < least) {
			least = cost;
			at = g;
		}
	}
	if (at < 64) {
		n->left[at] -= share;
		bits |= UINT64_C(1) << at;
	}
	return bits;
}

/* ---- scores ------------------------------------------------------------------------------ */

struct score {
	double   big; /* less is better, then hi, then lo */
	uint64_t hi, lo;
};

static uint64_t part(uint64_t free, uint64_t all)
{
	return all != 0 ? free * FULL / all : 0;
}

static bool joins(const struct plain *p, const struct plain_node *n, const sj_task *t)
{
	uint32_t share = share_of(&p->type[n->type], t->gpu_milli);

	for (uint32_t g = 0; share != 0 && g < p->type[n->type].gpus; g++)
		if (n->left[g] >= share && n->left[g] < 1000)
			return true;
	return false;
}

/* Some nodes have what some tasks want, most are equally far, a few are farther. */
static double far_of(void *self, const sj_task *t, uint32_t node)
{
	uint32_t h = (node * 2654435761u ^ (t->cores * 40503u + t->ranks * 977u)) >> 7;

	(void)self;
	return h % 23 == 0 ? 0 : h % 5 == 0 ? 1 + h % 3 * 0.25 : 1;
}

static struct score score(const struct plain *p, uint32_t i, const sj_task *t,
			  sj_place_strategy how)
{
	const struct plain_node *n = &p->node[i];
	const sj_node_type *k = &p->type[n->type];
	uint32_t idle = idle_of(p, n), all = k->gpus * 1000;
	uint64_t gpu = part(idle, all), core = part(n->cores, k->cores);
	uint64_t first = t->gpu_milli != 0 ? gpu : core, second = t->gpu_milli != 0 ? core : gpu;
	struct plain_node after = *n;
	double dot = 0;

	switch (how) {
	case SJ_PLACE_FIRST:
		return (struct score){ 0, i, 0 };
	case SJ_PLACE_BEST:
		return (struct score){ 0, idle, n->cores };
	case SJ_PLACE_WORST:
		return (struct score){ 0, 100000 - idle, UINT32_MAX - n->cores };
	case SJ_PLACE_PACK:
		return (struct score){ joins(p, n, t) ? 0 :
				       idle == all && n->cores == k->cores ? 2 : 1, first, second };
	case SJ_PLACE_SPREAD:
		return (struct score){ n->used, FULL - first, FULL - second };
	case SJ_PLACE_NEAR:
		return (struct score){ far_of(NULL, t, i), 0, 0 };
	case SJ_PLACE_FRAG:
		put_rank(p, &after, t, how);
		return (struct score){ 0, (UINT64_C(1) << 62) +
				       (uint64_t)(fragment(p, &after) - fragment(p, n)), 0 };
	default:
		break;
	}
	if (k->cores > 0)
		dot += (double)t->cores / k->cores * ((double)n->cores / k->cores);
	if (k->gpus > 0)
		dot += (double)t->gpu_milli / all * ((double)idle / all);
	if (k->mem_bytes > 0)
		dot += (double)t->mem_bytes / (double)k->mem_bytes *
		       ((double)n->mem / (double)k->mem_bytes);
	return (struct score){ -dot, 0, 0 };
}

static bool less(struct score a, struct score b)
{
	return a.big != b.big ? a.big < b.big : a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

/* ---- gangs --------------------------------------------------------------------------------- */

/* Room of the `nodes` nodes of a type that have most, `but` and used ones aside. */
static uint64_t top_room(const struct plain *p, const sj_task *t, uint32_t type, uint32_t nodes,
			 uint32_t but)
{
	bool taken[NODES] = { false };
	uint64_t sum = 0;

	for (uint32_t k = 0; k < nodes; k++) {
		uint32_t at = NODES, most = 0;

		for (uint32_t i = 0; i < p->nodes; i++) {
			uint32_t r = room(p, &p->node[i], t);

			if (p->node[i].type == type && i != but && !taken[i] &&
			    !p->node[i].used && r > most) {
				most = r;
				at = i;
			}
		}
		if (at == NODES)
			break;
		taken[at] = true;
		sum += most;
	}
	return sum;
}

static uint32_t empty_nodes(const struct plain *p, const sj_task *t, uint32_t type, uint32_t ranks)
{
	const sj_node_type *k = &p->type[type];
	struct plain_node empty = { .type = type, .cores = k->cores, .mem = k->mem_bytes, .up = true };
	uint32_t most;

	for (uint32_t g = 0; g < k->gpus; g++)
		empty.left[g] = 1000;
	most = room(p, &empty, t);
	return most != 0 ? (ranks + most - 1) / most : NODES + 1;
}

/* May node i be next, so that all ranks find room on as few nodes as they may have? */
static bool admissible(const struct plain *p, uint32_t i, const sj_task *t, uint32_t ranks,
		       uint32_t only, uint32_t nodes)
{
	uint32_t type = p->node[i].type, r = room(p, &p->node[i], t);

	if (r == 0 || p->node[i].used || (only != UINT32_MAX && type != only))
		return false;
	if (only == UINT32_MAX)
		nodes = empty_nodes(p, t, type, ranks);
	return nodes <= NODES && r + top_room(p, t, type, nodes - 1, i) >= ranks;
}

struct plan {
	uint32_t count;
	sj_grip  grip[2 * RANKS];
};

static void plan_add(struct plan *plan, uint32_t node, uint64_t bits, bool shared)
{
	uint32_t at = 0;

	while (at < plan->count && (plan->grip[at].node < node ||
	       (plan->grip[at].node == node && shared && plan->grip[at].gpus < bits)))
		at++;
	if (at < plan->count && plan->grip[at].node == node &&
	    (!shared || plan->grip[at].gpus == bits)) {
		plan->grip[at].ranks++;
		plan->grip[at].gpus |= bits;
		return;
	}
	memmove(&plan->grip[at + 1], &plan->grip[at], (plan->count - at) * sizeof(plan->grip[0]));
	plan->grip[at] = (sj_grip){ node, 1, bits };
	plan->count++;
}

/* The node that the strategy picks; NODES: none. */
static uint32_t pick(const struct plain *p, const sj_task *t, sj_place_strategy how,
		     uint32_t ranks, uint32_t only, uint32_t nodes)
{
	struct score best = { 0 };
	uint32_t at = NODES;

	for (uint32_t i = 0; i < p->nodes; i++) {
		const struct plain_node *n = &p->node[i];
		struct score s;

		if ((t->node != 0 && t->node != i + 1) || room(p, n, t) == 0 ||
		    (t->node != 0 && room(p, n, t) < ranks && t->layout != SJ_LAYOUT_SPREAD))
			continue;
		if (t->layout == SJ_LAYOUT_SPREAD && n->used)
			continue;
		if (t->node == 0 && t->layout == SJ_LAYOUT_CONSOLIDATED &&
		    !admissible(p, i, t, ranks, only, nodes))
			continue;
		s = score(p, i, t, how);
		if (at == NODES || less(s, best)) {
			best = s;
			at = i;
		}
	}
	return at;
}

/* False: it does not fit, and nothing changed. */
static bool place(struct plain *p, const sj_task *t, sj_place_strategy how, struct plan *plan)
{
	static struct plain before;
	uint32_t left = t->ranks, only = UINT32_MAX, nodes = 0;
	bool singly = how == SJ_PLACE_WORST || how == SJ_PLACE_SPREAD ||
		      t->layout == SJ_LAYOUT_SPREAD;
	bool rounds = how == SJ_PLACE_SPREAD && t->layout != SJ_LAYOUT_SPREAD;

	before = *p;
	plan->count = 0;
	for (uint32_t i = 0; i < p->nodes; i++)
		p->node[i].used = false;
	if (t->layout == SJ_LAYOUT_CONSOLIDATED && t->ranks > 1)
		singly = rounds = false;
	while (left != 0) {
		uint32_t i = pick(p, t, how, left, only, nodes), n = 1;
		bool all_used = rounds;

		if (i == NODES) {
			*p = before;
			return false;
		}
		if (!singly || (t->node != 0 && t->layout != SJ_LAYOUT_SPREAD))
			n = room(p, &p->node[i], t);
		if (only == UINT32_MAX && t->layout == SJ_LAYOUT_CONSOLIDATED) {
			only = p->node[i].type;
			nodes = empty_nodes(p, t, only, left);
		}
		nodes--;
		n = n < left ? n : left;
		left -= n;
		/* A node that has a rank was picked only because all have one: a new round. */
		if (rounds && p->node[i].used)
			for (uint32_t k = 0; k < p->nodes && all_used; k++)
				p->node[k].used = false;
		p->node[i].used = rounds || t->layout != SJ_LAYOUT_ANY;
		while (n-- != 0)
			plan_add(plan, i, put_rank(p, &p->node[i], t, how),
				 share_of(&p->type[p->node[i].type], t->gpu_milli) != 0);
	}
	return true;
}

/* ---- random machines and tasks ------------------------------------------------------------- */

static uint32_t below(gsl_rng *r, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(r, n);
}

static uint32_t draw_types(gsl_rng *r, sj_node_type *type)
{
	static const uint32_t cores[] = { 1, 4, 8, 32, 96, 1500 };
	static const uint32_t gpus[] = { 0, 1, 2, 4, 8, 64 };
	uint32_t count = 1 + below(r, 4);

	for (uint32_t k = 0; k < count; k++)
		type[k] = (sj_node_type){
			.count = 1 + below(r, below(r, 3) != 0 ? 12 : NODES / 4),
			.cores = cores[below(r, 6)], .gpus = gpus[below(r, below(r, 5) != 0 ? 5 : 6)],
			.gpu_model = below(r, 4), .gpu_grain = below(r, 4) != 0 ? 1 : 125,
			.mem_bytes = below(r, 3) != 0 ? 64 + below(r, 200) : 0,
		};
	return count;
}

static sj_task draw_task(gsl_rng *r, uint32_t nodes)
{
	static const uint32_t milli[] = { 0, 0, 1000, 1000, 2000, 4000, 8000, 500, 250, 333, 10 };
	static const uint32_t cores[] = { 0, 1, 1, 2, 4, 8, 30 };
	sj_task t = { .ranks = below(r, 3) != 0 ? 1 : 1 + below(r, RANKS),
		      .cores = cores[below(r, 7)], .gpu_milli = milli[below(r, 11)],
		      .mem_bytes = below(r, 2) != 0 ? below(r, 40) : 0,
		      .gpu_models = below(r, 5) == 0 ? 1 + below(r, 7) : 0 };

	if (t.gpu_milli == 0 && t.cores == 0)
		t.cores = 1;
	if (below(r, 10) == 0)
		t.node = 1 + below(r, nodes);
	if (below(r, 4) == 0)
		t.layout = below(r, 2) != 0 ? SJ_LAYOUT_CONSOLIDATED : SJ_LAYOUT_SPREAD;
	t.procs = t.ranks * t.cores;
	return t;
}

struct live {
	sj_task t;
	sj_held held;
};

struct machine {
	sj_ledger    l;
	sj_node_type type[4];
	struct plain p;
	struct live  live[LIVE];
	uint32_t     count;
};

static void take_back(struct machine *m, uint32_t at)
{
	struct live *a = &m->live[at];
	const sj_grip *g = sj_held_grips(&a->held);

	for (uint32_t i = 0; i < a->held.count; i++) {
		struct plain_node *n = &m->p.node[g[i].node];
		uint32_t share = share_of(&m->type[n->type], a->t.gpu_milli);

		n->cores += a->t.cores * g[i].ranks;
		n->mem += m->type[n->type].mem_bytes != 0 ? a->t.mem_bytes * g[i].ranks : 0;
		for (uint32_t b = 0; b < 64; b++)
			if (g[i].gpus >> b & 1)
				n->left[b] = share == 0 ? 1000 : n->left[b] + share * g[i].ranks;
	}
	sj_ledger_give(&m->l, &a->t, a->t.procs, &a->held);
	*a = m->live[--m->count];
}

static bool same_grips(const struct plan *plan, const sj_held *h)
{
	const sj_grip *g = sj_held_grips(h);

	if (plan->count != h->count)
		return false;
	for (uint32_t i = 0; i < h->count; i++)
		if (g[i].node != plan->grip[i].node || g[i].ranks != plan->grip[i].ranks ||
		    g[i].gpus != plan->grip[i].gpus)
			return false;
	return true;
}

static bool try_task(struct machine *m, gsl_rng *r, sj_place_strategy how)
{
	struct live *a = &m->live[m->count];
	struct plan plan;
	bool fits, placed;
	int rc;

	*a = (struct live){ .t = draw_task(r, m->p.nodes) };
	if (below(r, 8) == 0)
		a->t.ranks = a->t.ranks_max = 1;
	a->t.procs = a->t.ranks * a->t.cores;
	sj_place_seen(&m->l, &a->t);
	fits = sj_ledger_fits(&m->l, &a->t, a->t.ranks);
	rc = sj_ledger_take(&m->l, &a->t, a->t.ranks, NULL, &a->held);
	placed = place(&m->p, &a->t, how, &plan);
	CHECK(fits == placed, "fits: %d, but the scan says %d", fits, placed);
	CHECK(rc == (placed ? SJ_OK : SJ_EFULL), "take: %d, but the scan says %d", rc, placed);
	if (rc == SJ_OK && placed)
		CHECK(same_grips(&plan, &a->held),
		      "on node %u (%u grips), but the scan says node %u (%u grips)",
		      sj_held_grips(&a->held)->node, a->held.count, plan.grip[0].node, plan.count);
	if (test_failures != 0)
		fprintf(stderr, "%u ranks x (%u cores, %u GPU thousandths, %llu bytes, models "
			"%llx), layout %u, node %u\n", a->t.ranks, a->t.cores, a->t.gpu_milli,
			(unsigned long long)a->t.mem_bytes, (unsigned long long)a->t.gpu_models,
			a->t.layout, a->t.node);
	if (rc == SJ_OK)
		m->count++;
	return test_failures == 0;
}

static void change_node(struct machine *m, gsl_rng *r)
{
	uint32_t i = below(r, m->p.nodes);

	sj_ledger_set_state(&m->l, i, m->p.node[i].up ? SJ_NODE_DRAINING : SJ_NODE_UP);
	m->p.node[i].up = !m->p.node[i].up;
}

static void begin(struct machine *m, gsl_rng *r, sj_place_strategy how)
{
	uint32_t types = draw_types(r, m->type);
	const sj_cluster c = { .type_count = types, .types = m->type };
	sj_error err = { 0 };

	memset(m->live, 0, sizeof(m->live));
	m->count = 0;
	m->p.nodes = 0;
	m->p.type = m->type;
	REQUIRE(sj_ledger_init(&m->l, &c, false, 1, &err) == SJ_OK, "%s", err.text);
	for (uint32_t k = 0; k < types; k++)
		for (uint32_t i = 0; i < m->type[k].count; i++) {
			struct plain_node *n = &m->p.node[m->p.nodes++];

			*n = (struct plain_node){ .type = k, .cores = m->type[k].cores,
						  .mem = m->type[k].mem_bytes, .up = true };
			for (uint32_t g = 0; g < m->type[k].gpus; g++)
				n->left[g] = 1000;
		}
	m->p.typical_count = 1 + below(r, KINDS);
	for (uint32_t k = 0; k < m->p.typical_count; k++) {
		sj_task t = draw_task(r, m->p.nodes);

		m->p.typical[k] = (sj_typical){ t.cores, t.gpu_milli, t.gpu_models,
						1 + below(r, 9) };
	}
	sj_place_use(&m->l, how);
	sj_place_set_far(&m->l, far_of, NULL);
	CHECK(sj_place_set_typical(&m->l, m->p.typical, m->p.typical_count) == SJ_OK, " ");
}

static double expected_by_scan(const struct machine *m)
{
	int64_t sum = 0;
	uint64_t total = 0;

	for (uint32_t i = 0; i < m->p.nodes; i++)
		sum += m->p.node[i].up ? fragment(&m->p, &m->p.node[i]) : 0;
	for (uint32_t k = 0; k < m->p.typical_count; k++)
		total += m->p.typical[k].weight;
	return (double)sum / (double)total;
}

static void one_machine(uint64_t seed, sj_place_strategy how)
{
	static struct machine m;
	gsl_rng *r = sj_rng_create(seed, "test.place", how);

	begin(&m, r, how);
	for (uint32_t step = 0; step < STEPS && test_failures == 0; step++) {
		uint32_t what = below(r, 10);

		if (what < 6 && m.count < LIVE)
			try_task(&m, r, how);
		else if (what < 9 && m.count != 0)
			take_back(&m, below(r, m.count));
		else
			change_node(&m, r);
		if (step % 20 == 0)
			CHECK(sj_ledger_fragmentation(&m.l) == expected_by_scan(&m),
			      "%.17g, but the scan says %.17g", sj_ledger_fragmentation(&m.l),
			      expected_by_scan(&m));
	}
	CHECK(sj_place_sound(&m.l), "an index does not agree with the nodes");
	if (test_failures != 0)
		fprintf(stderr, "seed %llu, place=%s\n", (unsigned long long)seed,
			sj_place_names[how]);
	while (m.count != 0)
		take_back(&m, m.count - 1);
	sj_ledger_fini(&m.l);
	gsl_rng_free(r);
}

TEST(as_by_scan)
{
	for (uint64_t seed = 1; seed <= MACHINES && test_failures == 0; seed++)
		for (int how = SJ_PLACE_FIRST; how < SJ_PLACE_RANDOM && test_failures == 0; how++)
			one_machine(seed, (sj_place_strategy)how);
}

/* Where few or many of the nodes fit, each is drawn as often as any other. */
static void draws_are_even(uint32_t nodes, uint32_t fitting)
{
	enum { DRAWS = 20000 };
	const sj_node_type type[] = { { .count = nodes - fitting, .cores = 1 },
				      { .count = fitting, .cores = 2 } };
	const sj_cluster c = { .type_count = 2, .types = type };
	sj_task t = { .ranks = 1, .cores = 2, .procs = 2 };
	uint32_t *seen = calloc(nodes, sizeof(*seen));
	double chi2 = 0, each = (double)DRAWS / fitting;
	sj_error err = { 0 };
	sj_ledger l;

	CHECK(sj_ledger_init(&l, &c, false, 7, &err) == SJ_OK, "%s", err.text);
	sj_place_use(&l, SJ_PLACE_RANDOM);
	for (uint32_t i = 0; i < DRAWS; i++) {
		sj_held h = { 0 };

		CHECK(sj_ledger_take(&l, &t, 1, NULL, &h) == SJ_OK, "draw %u", i);
		seen[sj_held_grips(&h)->node]++;
		sj_ledger_give(&l, &t, 2, &h);
	}
	for (uint32_t i = nodes - fitting; i < nodes; i++)
		chi2 += (seen[i] - each) * (seen[i] - each) / each;
	/* Mean fitting - 1, variance twice that: five standard deviations. */
	CHECK(chi2 < fitting - 1 + 5 * __builtin_sqrt(2.0 * (fitting - 1)), "chi2 %g of %u", chi2,
	      fitting - 1);
	sj_ledger_fini(&l);
	free(seen);
}

TEST(random_is_uniform)
{
	draws_are_even(40, 30);
	draws_are_even(5000, 10);
}

TESTS(CASE(as_by_scan), CASE(random_is_uniform))
