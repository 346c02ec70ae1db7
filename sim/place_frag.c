/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_frag.c - expected fragmentation (Weng et al., USENIX ATC 2023) as defined in
 * place.h: typical demands, what a node state wastes, and how that grows with a rank.
 *
 * Everything is a whole number: fragments are multiplied by the weights of the typical
 * demands and never divided, so sums do not depend on their order. What was computed is
 * kept: growth of states without shared GPUs in a table for each demand, growth of single
 * nodes in a cache by (node, its changes, demand).
 */
#include <stdlib.h>
#include <string.h>

#include "place_index.h"

#define SEEN_MAX   65536u /* different demands that are counted; later ones are not */
#define TABLES     64u    /* a power of two */
#define PROBES     8u
#define SCORES_MAX (1u << 18)

/* Growth for one demand, by state of nodes without shared GPUs. */
struct frag_table {
	uint32_t version;  /* 0: unused */
	uint32_t cores, gpu_milli;
	int64_t *growth;   /* NULL: never used */
};

struct node_score {
	uint64_t state;  /* of the node: its changes, + 1; 0: unused */
	uint32_t version, node, cores, gpu_milli, gpu;
	int64_t  growth;
};

struct place_frag {
	sj_typical        *set;     /* typical */
	uint32_t           count;
	uint64_t           total;   /* of their weights */
	uint32_t           version; /* of the set, from 1 */
	bool               given;
	sj_typical        *seen;    /* by first appearance */
	uint32_t           seen_count, seen_cap;
	uint32_t          *slot;    /* 1 + place in `seen`, by hash; 2 x seen_cap of them */
	uint64_t           ranks, refresh_at;
	bool               no_memory;
	/* the task asked for */
	uint32_t           cores, gpu_milli;
	struct frag_table *ask;
	struct frag_table  table[TABLES];
	size_t             states;      /* of a table */
	size_t            *first_state; /* by type; SIZE_MAX: too many for a table */
	struct node_score *score;       /* NULL: none was asked for yet */
	uint32_t           scores;      /* a power of two */
	uint64_t          *changes;     /* by node */
	/* expected fragmentation of the machine */
	int64_t           *of_node;     /* NULL: nobody asked */
	__int128           sum;
	uint32_t           sum_version;
	uint32_t          *stale, stale_count;
	uint8_t           *is_stale;
};

struct place_frag *frag_create(const sj_ledger *l)
{
	struct place_frag *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->version = 1;
	f->first_state = calloc(l->type_count, sizeof(*f->first_state));
	f->changes = calloc(l->node_count, sizeof(*f->changes));
	for (f->scores = 1024; f->scores < SCORES_MAX && f->scores / 32 < l->node_count;)
		f->scores *= 2;
	if (f->first_state == NULL || f->changes == NULL) {
		frag_free(f);
		return NULL;
	}
	for (uint32_t t = 0; t < l->type_count; t++) {
		const sj_node_type *k = &l->types[t];
		uint64_t states = (uint64_t)(k->gpus + 1) * ((uint64_t)k->cores + 1);

		f->first_state[t] = SIZE_MAX;
		if (states > 64 + 4 * (uint64_t)k->count || k->cores > 1024)
			continue;
		f->first_state[t] = f->states;
		f->states += states;
	}
	return f;
}

void frag_free(struct place_frag *f)
{
	if (f == NULL)
		return;
	for (uint32_t i = 0; i < TABLES; i++)
		free(f->table[i].growth);
	free(f->set);
	free(f->seen);
	free(f->slot);
	free(f->first_state);
	free(f->score);
	free(f->changes);
	free(f->of_node);
	free(f->stale);
	free(f->is_stale);
	free(f);
}

/* ---- what is typical ------------------------------------------------------------- */

static uint32_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);

	h = (h ^ h >> 29) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(h >> 32);
}

static uint32_t hash_of(const sj_typical *m)
{
	return mix((uint64_t)m->cores << 32 | m->gpu_milli, m->gpu_models + 1);
}

static bool same_demand(const sj_typical *a, const sj_typical *b)
{
	return a->cores == b->cores && a->gpu_milli == b->gpu_milli &&
	       a->gpu_models == b->gpu_models;
}

/* Where it is in `slot`, or where it belongs. */
static uint32_t find_slot(const struct place_frag *f, const sj_typical *m)
{
	uint32_t mask = 2 * f->seen_cap - 1, i = hash_of(m) & mask;

	while (f->slot[i] != 0 && !same_demand(&f->seen[f->slot[i] - 1], m))
		i = (i + 1) & mask;
	return i;
}

static int seen_grow(struct place_frag *f)
{
	uint32_t cap = f->seen_cap != 0 ? 2 * f->seen_cap : 64;
	sj_typical *seen = realloc(f->seen, cap * sizeof(*seen));
	uint32_t *slot;

	if (seen == NULL)
		return SJ_ENOMEM;
	f->seen = seen;
	slot = calloc(2 * (size_t)cap, sizeof(*slot));
	if (slot == NULL)
		return SJ_ENOMEM;
	free(f->slot);
	f->slot = slot;
	f->seen_cap = cap;
	for (uint32_t i = 0; i < f->seen_count; i++)
		f->slot[find_slot(f, &f->seen[i])] = i + 1;
	return SJ_OK;
}

static void refresh(struct place_frag *f)
{
	sj_typical *set = realloc(f->set, (f->seen_count + 1) * sizeof(*set));

	if (set == NULL) {
		f->no_memory = true;
		return;
	}
	f->set = set;
	f->count = 0;
	f->total = 0;
	for (uint32_t i = 0; i < f->seen_count; i++)
		if (f->seen[i].weight >= (f->ranks + 999) / 1000) {
			f->total += f->seen[i].weight;
			set[f->count++] = f->seen[i];
		}
	f->version++;
	f->refresh_at = f->ranks + f->ranks / 8 + 1;
}

void frag_seen(struct place_frag *f, const sj_task *t)
{
	sj_typical m = { t->cores, t->gpu_milli, t->gpu_milli != 0 ? t->gpu_models : 0, 0 };
	uint32_t i;

	if (f->given)
		return;
	if (f->seen_count == f->seen_cap && f->seen_cap < SEEN_MAX && seen_grow(f) != SJ_OK) {
		f->no_memory = true;
		return;
	}
	i = find_slot(f, &m);
	if (f->slot[i] == 0 && f->seen_count < f->seen_cap) {
		f->seen[f->seen_count] = m;
		f->slot[i] = ++f->seen_count;
	}
	if (f->slot[i] != 0)
		f->seen[f->slot[i] - 1].weight += t->ranks;
	f->ranks += t->ranks;
	if (f->ranks >= f->refresh_at)
		refresh(f);
}

int frag_set(struct place_frag *f, const sj_typical *m, uint32_t count)
{
	sj_typical *set = realloc(f->set, (count + 1) * sizeof(*set));

	if (set == NULL)
		return SJ_ENOMEM;
	f->set = set;
	f->count = count;
	f->total = 0;
	for (uint32_t i = 0; i < count; i++) {
		set[i] = m[i];
		if (m[i].gpu_milli == 0)
			set[i].gpu_models = 0;
		f->total += m[i].weight;
	}
	f->given = true;
	f->version++;
	return SJ_OK;
}

/* ---- fragments of states ------------------------------------------------------------ */

static uint32_t whole_of(uint32_t milli)
{
	return milli >= SJ_GPU_WHOLE ? (milli + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE : 0;
}

static uint32_t share_of(const sj_node_type *type, uint32_t milli)
{
	uint32_t grain = type->gpu_grain;

	return milli >= SJ_GPU_WHOLE ? 0 : (milli + grain - 1) / grain * grain;
}

static bool serves(const sj_node_type *type, const sj_typical *m)
{
	return m->gpu_models == 0 || (type->gpu_model != 0 &&
				      (m->gpu_models >> (type->gpu_model - 1) & 1) != 0);
}

/* Without shared GPUs nothing is wasted where m can run, and wants GPUs. */
static int64_t fragment_plain(const struct place_frag *f, const sj_node_type *type,
			      uint32_t gpus, uint32_t cores)
{
	uint64_t cannot = 0;

	if (gpus == 0)
		return 0;
	for (uint32_t i = 0; i < f->count; i++) {
		const sj_typical *m = &f->set[i];
		bool runs = m->gpu_milli != 0 && cores >= m->cores &&
			    gpus >= whole_of(m->gpu_milli) && serves(type, m);

		cannot += runs ? 0 : m->weight;
	}
	return (int64_t)(cannot * SJ_GPU_WHOLE * gpus);
}

/* A node's GPUs, as far as it matters. */
struct gpu_state {
	uint32_t whole, idle, most, shared;
	uint16_t left[SJ_NODE_GPUS_MAX]; /* of the shared ones */
};

static void gpu_add(struct gpu_state *s, uint32_t left)
{
	s->idle += left;
	s->whole += left == SJ_GPU_WHOLE;
	s->most = left > s->most ? left : s->most;
	if (left != 0 && left != SJ_GPU_WHOLE)
		s->left[s->shared++] = (uint16_t)left;
}

/* F(m) where m can run. */
static uint32_t too_small(const struct gpu_state *s, const sj_node_type *type, uint32_t milli)
{
	uint32_t share = share_of(type, milli), sum = 0;

	if (share == 0)
		return s->idle - s->whole * SJ_GPU_WHOLE;
	for (uint32_t g = 0; g < s->shared; g++)
		sum += s->left[g] < share ? s->left[g] : 0;
	return sum;
}

static int64_t fragment(const struct place_frag *f, const sj_node_type *type,
			const struct gpu_state *s, uint32_t cores)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < f->count && s->idle != 0; i++) {
		const sj_typical *m = &f->set[i];
		bool runs = m->gpu_milli != 0 && cores >= m->cores &&
			    s->whole >= whole_of(m->gpu_milli) &&
			    s->most >= share_of(type, m->gpu_milli) && serves(type, m);

		sum += m->weight * (runs ? too_small(s, type, m->gpu_milli) : s->idle);
	}
	return (int64_t)sum;
}

/* The state of a node's GPUs when GPU `but` has `less` less, and `taken` whole ones went. */
static void state_of_node(struct gpu_state *s, const sj_ledger *l, uint32_t node, uint32_t but,
			  uint32_t less, uint32_t taken)
{
	const sj_node *n = &l->node[node];

	s->whole = s->idle = s->most = s->shared = 0;
	for (uint32_t g = 0; g < l->types[n->type].gpus; g++) {
		uint32_t left = l->gpu_left[n->gpu_base + g];

		if (left == SJ_GPU_WHOLE && taken != 0)
			taken--;
		else
			gpu_add(s, g == but ? left - less : left);
	}
}

/* ---- growth ---------------------------------------------------------------------------- */

/* The table of the demand, or else one that is out of date, or else any. */
static struct frag_table *find_table(struct place_frag *f, uint32_t cores, uint32_t gpu_milli)
{
	uint32_t home = mix((uint64_t)cores << 32 | gpu_milli, 1);
	struct frag_table *stale = NULL;

	for (uint32_t i = 0; i < PROBES; i++) {
		struct frag_table *a = &f->table[(home + i) % TABLES];

		if (a->version != f->version)
			stale = stale != NULL ? stale : a;
		else if (a->cores == cores && a->gpu_milli == gpu_milli)
			return a;
	}
	return stale != NULL ? stale : &f->table[home % TABLES];
}

void frag_ask(struct place_frag *f, const sj_task *t)
{
	struct frag_table *a = f->ask;

	f->cores = t->cores;
	f->gpu_milli = t->gpu_milli;
	if (a == NULL || a->version != f->version || a->cores != t->cores ||
	    a->gpu_milli != t->gpu_milli)
		f->ask = a = find_table(f, t->cores, t->gpu_milli);
	if (a->growth == NULL)
		a->growth = malloc((f->states + 1) * sizeof(*a->growth));
	if (a->growth == NULL) {
		f->ask = NULL; /* slower, the same */
		return;
	}
	if (a->version == f->version && a->cores == t->cores && a->gpu_milli == t->gpu_milli)
		return;
	a->version = f->version;
	a->cores = t->cores;
	a->gpu_milli = t->gpu_milli;
	for (size_t i = 0; i < f->states; i++)
		a->growth[i] = FRAG_UNKNOWN;
}

static int64_t growth_of_plain(const struct place_frag *f, const sj_node_type *type,
			       uint32_t gpus, uint32_t cores)
{
	int64_t before = fragment_plain(f, type, gpus, cores);
	uint32_t share = share_of(type, f->gpu_milli);
	struct gpu_state s;

	if (share == 0)
		return fragment_plain(f, type, gpus - whole_of(f->gpu_milli),
				      cores - f->cores) - before;
	s.whole = s.idle = s.most = s.shared = 0;
	gpu_add(&s, SJ_GPU_WHOLE - share);
	for (uint32_t g = 1; g < gpus; g++)
		gpu_add(&s, SJ_GPU_WHOLE);
	return fragment(f, type, &s, cores - f->cores) - before;
}

const int64_t *frag_known(const struct place_frag *f, uint32_t type)
{
	return f->ask == NULL || f->first_state[type] == SIZE_MAX ?
		       NULL : &f->ask->growth[f->first_state[type]];
}

int64_t frag_growth_plain(struct place_frag *f, const sj_ledger *l, uint32_t type,
			  uint32_t gpus, uint32_t cores)
{
	const sj_node_type *k = &l->types[type];
	int64_t *kept;

	if (f->ask == NULL || f->first_state[type] == SIZE_MAX)
		return growth_of_plain(f, k, gpus, cores);
	kept = &f->ask->growth[f->first_state[type] + (size_t)gpus * (k->cores + 1) + cores];
	if (*kept == FRAG_UNKNOWN)
		*kept = growth_of_plain(f, k, gpus, cores);
	return *kept;
}

static int64_t growth_of_node(const struct place_frag *f, const sj_ledger *l, uint32_t node,
			      uint32_t *gpu)
{
	const sj_node *n = &l->node[node];
	const sj_node_type *type = &l->types[n->type];
	uint32_t share = share_of(type, f->gpu_milli), cores = n->cores - f->cores;
	const uint16_t *left = &l->gpu_left[n->gpu_base];
	int64_t before, least = INT64_MAX;
	struct gpu_state s;

	state_of_node(&s, l, node, PLACE_NONE, 0, 0);
	before = fragment(f, type, &s, n->cores);
	*gpu = 0;
	if (share == 0) {
		state_of_node(&s, l, node, PLACE_NONE, 0, whole_of(f->gpu_milli));
		return fragment(f, type, &s, cores) - before;
	}
	for (uint32_t g = 0; g < type->gpus; g++) {
		int64_t after;
		uint32_t same = 0;

		while (same < g && left[same] != left[g])
			same++;
		if (left[g] < share || same < g)
			continue; /* a lower GPU with as much left was tried */
		state_of_node(&s, l, node, g, share, 0);
		after = fragment(f, type, &s, cores);
		if (after < least) {
			least = after;
			*gpu = g;
		}
	}
	return least - before;
}

int64_t frag_growth_node(struct place_frag *f, const sj_ledger *l, uint32_t node, uint32_t *gpu)
{
	struct node_score *s;
	struct node_score now = { f->changes[node] + 1, f->version, node, f->cores,
				  f->gpu_milli, 0, 0 };

	if (f->score == NULL)
		f->score = calloc(f->scores, sizeof(*f->score));
	if (f->score == NULL)
		return growth_of_node(f, l, node, gpu); /* slower, the same */
	s = &f->score[mix((uint64_t)node << 32 | f->cores, f->gpu_milli) & (f->scores - 1)];
	if (s->state != now.state || s->version != now.version || s->node != now.node ||
	    s->cores != now.cores || s->gpu_milli != now.gpu_milli) {
		now.growth = growth_of_node(f, l, node, &now.gpu);
		*s = now;
	}
	*gpu = s->gpu;
	return s->growth;
}

/* ---- of the machine ---------------------------------------------------------------------- */

void frag_moved(struct place_frag *f, uint32_t node)
{
	f->changes[node]++;
	if (f->of_node != NULL && !f->is_stale[node]) {
		f->is_stale[node] = 1;
		f->stale[f->stale_count++] = node;
	}
}

static void renew(struct place_frag *f, const sj_ledger *l, uint32_t node)
{
	const sj_node *n = &l->node[node];
	struct gpu_state s;

	f->sum -= f->of_node[node];
	f->of_node[node] = 0;
	if (n->state == SJ_NODE_UP) {
		state_of_node(&s, l, node, PLACE_NONE, 0, 0);
		f->of_node[node] = fragment(f, &l->types[n->type], &s, n->cores);
	}
	f->sum += f->of_node[node];
}

static int keep_sum(struct place_frag *f, const sj_ledger *l)
{
	f->of_node = calloc(l->node_count, sizeof(*f->of_node));
	f->stale = calloc(l->node_count, sizeof(*f->stale));
	f->is_stale = calloc(l->node_count, sizeof(*f->is_stale));
	if (f->of_node != NULL && f->stale != NULL && f->is_stale != NULL)
		return SJ_OK;
	free(f->of_node);
	free(f->stale);
	free(f->is_stale);
	f->of_node = NULL;
	f->stale = NULL;
	f->is_stale = NULL;
	return SJ_ENOMEM;
}

double frag_expected(struct place_frag *f, const sj_ledger *l)
{
	if (f->total == 0 || (f->of_node == NULL && keep_sum(f, l) != SJ_OK))
		return 0;
	if (f->sum_version != f->version) {
		for (uint32_t i = 0; i < l->node_count; i++)
			renew(f, l, i);
		f->sum_version = f->version;
	}
	while (f->stale_count != 0) {
		uint32_t node = f->stale[--f->stale_count];

		f->is_stale[node] = 0;
		renew(f, l, node);
	}
	return (double)f->sum / (double)f->total;
}
