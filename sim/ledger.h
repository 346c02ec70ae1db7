/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.h - who holds what of the machine: one pool of processors, or nodes with
 * cores, GPUs and memory. It only counts; place.h chooses nodes, policies decide.
 */
#ifndef SJ_LEDGER_H
#define SJ_LEDGER_H

#include "run.h"

/* What is left of a node. */
typedef struct sj_node {
	uint32_t cores;
	uint32_t type;       /* index into the ledger's types */
	uint64_t mem_bytes;
	uint64_t gpus;       /* entirely free GPUs, as bits */
	uint32_t gpu_milli;  /* of all its GPUs together */
	uint32_t gpu_base;   /* its GPU g is gpu_left[gpu_base + g] */
	uint32_t shared;     /* GPUs that are partly free */
	uint32_t state;      /* sj_node_state */
} sj_node;

#define SJ_GIVEN_RING 64u

/* What draws power on the nodes of one type. */
typedef struct sj_type_use {
	uint64_t cores, gpu_milli; /* busy */
	uint32_t powered;          /* nodes that are up or draining */
} sj_type_use;

typedef struct sj_ledger {
	uint32_t      procs_total, procs_free; /* of nodes that are up */
	uint64_t      gpu_milli_total, gpu_milli_free; /* likewise */
	uint32_t      procs_all;  /* with those of nodes that are not */
	uint32_t      procs_down; /* of nodes that are down */
	uint32_t      procs_off;  /* in use on nodes that are not up: in no total, and
	                           * not free when they are given back */
	uint64_t      gpu_milli_off; /* likewise */
	uint32_t      nodes_off;  /* that are not up */
	uint32_t      node_count;
	uint32_t      type_count;
	sj_node_type *types;
	uint32_t     *type_first; /* number of the first node; type_count + 1 of them */
	sj_node      *node;
	uint16_t     *gpu_left;   /* thousandths */
	sj_type_use  *use;        /* by type */
	uint64_t     *busy_map;   /* pool, on request: bit per processor */
	uint64_t      epoch;      /* counts what gives capacity back: what did not fit
	                           * does not fit until it moves */
	/* Where tasks gave it back last: a ring of nodes. An epoch without one of `gives`
	 * was something else, and may be anywhere. */
	uint64_t      gives, given_count;
	uint32_t      given[SJ_GIVEN_RING];
	struct sj_place *place;   /* chooses nodes; NULL in a pool */
} sj_ledger;

/* What a task has of one node; of a shared GPU one grip each. */
typedef struct sj_grip {
	uint32_t node, ranks;
	uint64_t gpus; /* whole ones, or the one that is shared */
} sj_grip;

/* What one task holds. Owned by the task between take and give. */
typedef struct sj_held {
	uint32_t  count;     /* grips, by ascending node, then GPU */
	uint32_t  intervals; /* of processor numbers, on request */
	sj_grip   one;       /* the grip when count is 1 */
	sj_grip  *many;      /* the grips when there are more */
	uint32_t (*interval)[2];
} sj_held;

static inline const sj_grip *sj_held_grips(const sj_held *h)
{
	return h->count == 1 ? &h->one : h->many;
}

/* number_procs: keep processor numbers in a pool (lowest free first). seed: of the run,
 * for random placement. */
int  sj_ledger_init(sj_ledger *l, const sj_cluster *c, bool number_procs, uint64_t seed,
		    sj_error *err);
void sj_ledger_fini(sj_ledger *l);
/* Frees what belongs to `h` without giving anything back. */
void sj_held_drop(sj_held *h);

/* ---- nodes ------------------------------------------------------------------ */

/* Thousandths of one GPU a rank takes on this type, when it takes a share; else 0. */
uint32_t sj_gpu_share(const sj_node_type *type, const sj_task *t);
/* Whole GPUs a rank takes; 0 when it takes a share or none. */
static inline uint32_t sj_gpu_whole(const sj_task *t)
{
	return t->gpu_milli >= SJ_GPU_WHOLE ?
	       (t->gpu_milli + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE : 0;
}
/* Does the type serve it at all: GPU model, memory that is modelled? */
static inline bool sj_type_serves(const sj_node_type *type, const sj_task *t)
{
	return t->gpu_milli == 0 || t->gpu_models == 0 ||
	       (type->gpu_model != 0 && (t->gpu_models >> (type->gpu_model - 1) & 1) != 0);
}
/* How many ranks of t the node could take now, resp. empty; pins are not looked at. */
uint32_t sj_ledger_room(const sj_ledger *l, uint32_t node, const sj_task *t);
uint32_t sj_type_room(const sj_node_type *type, const sj_task *t);

/* Takes the node's capacity in or out of the totals. What runs there keeps what it has;
 * the caller ends it when the node is down. */
void sj_ledger_set_state(sj_ledger *l, uint32_t node, sj_node_state state);

/* ---- taking and giving ------------------------------------------------------- */

/* Could t start with `ranks` ranks now, resp. on the empty machine? */
bool sj_ledger_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks);
bool sj_ledger_fits_ever(const sj_ledger *l, const sj_task *t);

/*
 * Takes what t needs with `ranks` ranks; `where` NULL: by the strategy in use (place.h).
 * SJ_OK; SJ_EFULL: nothing taken; SJ_EINVAL: `where` is malformed; SJ_ENOMEM.
 */
int  sj_ledger_take_placed(sj_ledger *l, const sj_task *t, uint32_t ranks,
			   const sj_placement *where, sj_held *held);
void sj_ledger_give_placed(sj_ledger *l, const sj_task *t, uint32_t procs, sj_held *held);

/* On nodes: gives back `ranks` of more ranks, those on the last nodes first. */
void sj_ledger_shrink(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held);
/* Adds what `more` holds to `held`; `more` is empty afterwards. SJ_OK or SJ_ENOMEM. */
int  sj_held_join(const sj_task *t, sj_held *held, sj_held *more);
/* Grips by node, then GPU; what one node, or one shared GPU, gave in turns becomes one. */
void sj_held_tidy(const sj_task *t, sj_held *held);

/* Ranks of t that the node has room for: takes what they need. SJ_OK or SJ_ENOMEM. For
 * place.c, which chose it. */
int  sj_node_take(sj_ledger *l, const sj_task *t, uint32_t node, uint32_t ranks,
		  sj_held *held);

/* A plain pool is a counter, and the usual case. */
static inline int sj_ledger_take(sj_ledger *l, const sj_task *t, uint32_t ranks,
				 const sj_placement *where, sj_held *held)
{
	uint64_t procs = (uint64_t)ranks * t->cores;

	if (procs > l->procs_free)
		return SJ_EFULL;
	if (l->node_count != 0 || l->busy_map != NULL || where != NULL)
		return sj_ledger_take_placed(l, t, ranks, where, held);
	l->procs_free -= (uint32_t)procs;
	return SJ_OK;
}

/* Gives back what take() took, procs = ranks x cores. */
static inline void sj_ledger_give(sj_ledger *l, const sj_task *t, uint32_t procs,
				  sj_held *held)
{
	l->epoch++;
	if (held->count != 0 || held->intervals != 0)
		sj_ledger_give_placed(l, t, procs, held);
	else
		l->procs_free += procs;
}

/* For a question or a move: gives back what the task goes on calling its own, and takes exactly
 * that again; false: something else has some of it, nothing was taken. A pool only
 * counts. */
void sj_ledger_lend(sj_ledger *l, const sj_task *t, uint32_t procs, const sj_held *held);
bool sj_ledger_retake(sj_ledger *l, const sj_task *t, uint32_t procs, const sj_held *held);

#endif
