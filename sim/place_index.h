/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place_index.h - what the place_*.c files share: a tree of maxima over nodes, sets of
 * nodes by (type, entirely free GPUs, free cores), and the fragmentation of node states.
 * Each is built when a strategy first needs it, and kept up to date from then on.
 */
#ifndef SJ_PLACE_INDEX_H
#define SJ_PLACE_INDEX_H

#include <gsl/gsl_rng.h>

#include "place.h"

#define PLACE_NONE UINT32_MAX

/* ---- place_tree.c: maxima --------------------------------------------------------- */

#define TREE_FAN_BITS 3u
#define TREE_FAN      (1u << TREE_FAN_BITS)
#define TREE_LEVELS   11u

/* Of a node, or the largest of each over several. A node that is not up has nothing. */
struct place_max {
	uint64_t mem_bytes; /* UINT64_MAX: not modelled */
	uint32_t cores, gpu_milli;
	uint16_t gpus;      /* entirely free */
	uint16_t rest;      /* of the GPU with most left */
};

struct place_tree {
	uint32_t          levels; /* 0: not built */
	uint32_t          count[TREE_LEVELS];
	struct place_max *level[TREE_LEVELS]; /* 0: nodes */
};

int  tree_build(struct place_tree *t, const sj_ledger *l);
void tree_fini(struct place_tree *t);
void tree_update(struct place_tree *t, const sj_ledger *l, uint32_t node);
/* What `ranks` ranks of t need together of one node of this type; a share needs one GPU
 * with room for one. Necessary, not sufficient. */
struct place_max tree_need(const sj_node_type *type, const sj_task *t, uint32_t ranks);
/* The first node in [from, end) that is not out of the question; PLACE_NONE. */
uint32_t tree_next(const struct place_tree *t, const struct place_max *need, uint32_t from,
		   uint32_t end);
static inline bool tree_covers(const struct place_max *m, const struct place_max *need)
{
	return m->cores >= need->cores && m->gpus >= need->gpus && m->rest >= need->rest &&
	       m->mem_bytes >= need->mem_bytes;
}
bool tree_sound(const struct place_tree *t, const sj_ledger *l);

/* ---- place_sets.c: nodes by what is free ------------------------------------------- */

#define PAGE_WORDS 8u
#define PAGE_BITS  9u /* nodes of a page: 2^9 */

/* Nodes of one type, numbered from its first. */
struct place_set {
	uint32_t  count;
	uint32_t  low;     /* no member is below */
	uint32_t *page;    /* by number >> PAGE_BITS; 0: none. NULL: never used */
	uint64_t *summary; /* which pages there are; in the same block of memory */
};

/*
 * The sets of one type: with or without shared GPUs ("mixed"), by entirely free GPUs,
 * then by free cores >> shift. With shift 0 all nodes of a set that is not mixed are
 * alike but for memory.
 */
struct place_type {
	uint32_t          gpus, buckets, shift, words, pages, members[2];
	uint32_t          row_bits; /* a row of `set` has room for 2^this buckets */
	struct place_set *set;    /* [(mixed * (gpus + 1) + g) << row_bits | bucket] */
	uint64_t         *filled; /* [(mixed * (gpus + 1) + g) * words + bucket / 64] */
};

struct place_sets {
	struct place_type *type; /* NULL: not built */
	uint32_t           type_count;
	uint32_t          *at;   /* by node: its set in its type; PLACE_NONE: in none */
	uint64_t         (*pages)[PAGE_WORDS];
	uint32_t           page_count, page_cap, page_free;
};

int  sets_build(struct place_sets *s, const sj_ledger *l);
void sets_fini(struct place_sets *s);
int  sets_update(struct place_sets *s, const sj_ledger *l, uint32_t node);
/* The first member at or after number `from`; PLACE_NONE. */
uint32_t sets_next(const struct place_sets *s, const struct place_type *k,
		   const struct place_set *set, uint32_t from);
/* The first member of a set that has one. */
static inline uint32_t sets_first(const struct place_sets *s, const struct place_type *k,
				  struct place_set *set)
{
	return set->low = sets_next(s, k, set, set->low);
}
bool sets_sound(const struct place_sets *s, const sj_ledger *l);

static inline uint32_t sets_row(const struct place_type *k, bool mixed, uint32_t g)
{
	return (mixed ? k->gpus + 1 : 0) + g;
}

/* The first filled bucket of a row at or after `from`; PLACE_NONE. */
static inline uint32_t row_up(const struct place_type *k, uint32_t row, uint32_t from)
{
	const uint64_t *w = &k->filled[(size_t)row * k->words];

	for (uint32_t i = from / 64; i < k->words; i++) {
		uint64_t x = i == from / 64 ? w[i] & ~UINT64_C(0) << from % 64 : w[i];

		if (x != 0)
			return i * 64 + (uint32_t)__builtin_ctzll(x);
	}
	return PLACE_NONE;
}

/* The last filled bucket of a row below `end`; PLACE_NONE. */
static inline uint32_t row_down(const struct place_type *k, uint32_t row, uint32_t end)
{
	const uint64_t *w = &k->filled[(size_t)row * k->words];

	for (uint32_t i = (end + 63) / 64; i-- != 0;) {
		uint64_t x = w[i];

		if (i == end / 64)
			x &= ~(~UINT64_C(0) << end % 64);
		if (x != 0)
			return i * 64 + 63 - (uint32_t)__builtin_clzll(x);
	}
	return PLACE_NONE;
}

/* ---- place_frag.c: fragmentation ----------------------------------------------------- */

struct place_frag;

struct place_frag *frag_create(const sj_ledger *l); /* NULL: out of memory */
void frag_free(struct place_frag *f);               /* accepts NULL */
void frag_seen(struct place_frag *f, const sj_task *t);
int  frag_set(struct place_frag *f, const sj_typical *m, uint32_t count);
/* The node changed. */
void frag_moved(struct place_frag *f, uint32_t node);
double frag_expected(struct place_frag *f, const sj_ledger *l);
/* Prepares for growth asked for this task. */
void frag_ask(struct place_frag *f, const sj_task *t);
/* What is known of it for this type, by gpus * (cores + 1) + cores; FRAG_UNKNOWN: not yet.
 * NULL: there is no such table. */
#define FRAG_UNKNOWN INT64_MIN
const int64_t *frag_known(const struct place_frag *f, uint32_t type);
/* Growth of weighted fragmentation when a rank of the task asked for goes to an entirely
 * free GPU, or GPUs, of a node of this type with so much free and no shared GPU. */
int64_t frag_growth_plain(struct place_frag *f, const sj_ledger *l, uint32_t type,
			  uint32_t gpus, uint32_t cores);
/* The same where it grows least on this node as it is, and the GPU of a share. */
int64_t frag_growth_node(struct place_frag *f, const sj_ledger *l, uint32_t node,
			 uint32_t *gpu);

/* ---- place_choose.c: one node ---------------------------------------------------------- */

struct place_pick {
	uint32_t node;   /* PLACE_NONE: none yet */
	uint64_t hi, lo; /* what is compared, less being better */
};

/* Makes *best the better of it and the best node of this type that takes `need` ranks
 * and is not marked. */
void choose_in_type(const sj_ledger *l, const sj_task *t, uint32_t type, uint32_t need,
		    struct place_pick *best);
/* Uniform over all nodes that take `need` ranks: by type, 0 being no node of it; NULL: 1. */
uint32_t choose_random(const sj_ledger *l, const sj_task *t, const uint32_t *need);

/* ---- place.c: the whole, and gangs ------------------------------------------------------- */

#define REFUSED_SLOTS 512u /* a power of two */

/* A demand that did not fit at this state of the ledger. */
struct place_refused {
	uint64_t epoch; /* + 1; 0: unused */
	uint64_t mem_bytes, gpu_models;
	uint32_t ranks, cores, gpu_milli, node, layout;
};

struct sj_place {
	sj_place_strategy    strategy;
	bool                 broken;   /* out of memory: the next take says so */
	uint32_t            *dirty;    /* nodes that changed since the indexes were used */
	uint32_t             dirty_count;
	uint8_t             *is_dirty; /* by node */
	uint32_t            *mark;     /* by node: has a rank of the task being placed */
	uint32_t             stamp;    /* of marks; 0: nothing is marked */
	uint32_t             last_stamp;
	uint32_t            *need;     /* by type, of a consolidated task; or NULL */
	struct place_tree    tree;
	struct place_sets    sets;
	struct place_frag   *frag;     /* NULL: nobody asked */
	sj_place_far         far;      /* NULL: nothing is far */
	void                *far_self;
	uint64_t             seed;
	gsl_rng             *rng;      /* NULL: not yet drawn from */
	struct place_refused refused[REFUSED_SLOTS];
};

static inline bool place_marked(const struct sj_place *p, uint32_t node)
{
	return p->stamp != 0 && p->mark[node] == p->stamp;
}

/* Does `need` ranks of t fit on the node? The type is known to serve t. */
static inline bool place_room_for(const sj_ledger *l, uint32_t node, const sj_task *t,
				  uint32_t need)
{
	const sj_node *n = &l->node[node];

	if (n->cores < t->cores || n->state != SJ_NODE_UP)
		return false;
	if (need != 1 || (t->gpu_milli != 0 && t->gpu_milli < SJ_GPU_WHOLE))
		return sj_ledger_room(l, node, t) >= need;
	return (uint32_t)__builtin_popcountll(n->gpus) >= sj_gpu_whole(t) &&
	       (n->mem_bytes >= t->mem_bytes || l->types[n->type].mem_bytes == 0);
}

#endif
