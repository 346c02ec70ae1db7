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
int  sj_ledger_take(sj_ledger *l, const sj_task *t, uint32_t ranks,
		    const sj_placement *where, sj_held *held);
/* Gives back what take() took, procs = ranks x cores. */
void sj_ledger_give(sj_ledger *l, const sj_task *t, uint32_t procs, sj_held *held);

#endif
