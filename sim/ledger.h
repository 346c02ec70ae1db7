/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.h - who holds what of the machine: one pool of processors, or nodes with
 * cores, GPUs and memory. It only counts; it never decides.
 */
#ifndef SJ_LEDGER_H
#define SJ_LEDGER_H

#include "run.h"

struct node_free {
	uint32_t cores, gpu_milli;
	uint64_t mem_bytes;
};

typedef struct sj_ledger {
	uint32_t          procs_total, procs_free;
	uint32_t          node_count;
	sj_node_spec     *spec;
	struct node_free *free;
	uint64_t         *busy_map; /* pool, on request: bit per processor */
} sj_ledger;

/* What one task holds. Owned by the task between take and give. */
typedef struct sj_held {
	uint32_t  count;     /* nodes */
	sj_slot  *slots;
	uint32_t  intervals; /* of processor numbers, on request */
	uint32_t (*interval)[2];
} sj_held;

/* number_procs: keep processor numbers in a pool (lowest free first). */
int  sj_ledger_init(sj_ledger *l, const sj_cluster *c, bool number_procs, sj_error *err);
void sj_ledger_fini(sj_ledger *l);

/* Could t start with `ranks` ranks now, resp. on the empty machine? */
bool sj_ledger_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks);
bool sj_ledger_fits_ever(const sj_ledger *l, const sj_task *t);

/*
 * Takes what t needs with `ranks` ranks; `where` NULL: first fit by node number.
 * SJ_OK; SJ_EFULL: nothing taken; SJ_EINVAL: `where` is malformed; SJ_ENOMEM.
 */
int  sj_ledger_take_placed(sj_ledger *l, const sj_task *t, uint32_t ranks,
			   const sj_placement *where, sj_held *held);
void sj_ledger_give_placed(sj_ledger *l, const sj_task *t, uint32_t procs, sj_held *held);

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
	if (held->count != 0 || held->intervals != 0)
		sj_ledger_give_placed(l, t, procs, held);
	else
		l->procs_free += procs;
}

#endif
