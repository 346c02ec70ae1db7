/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h - choosing nodes without looking at all of them: the strategies behind
 * `place=`, and the indexes that keep up with the ledger for them.
 *
 * The ranks of a task are placed one node after the other. The strategy picks a node
 * among those that can take a rank; the node takes as many ranks as it has room for, but
 * one at a time under worst and spread. A gang starts as a whole or not at all. A tie goes to the
 * lowest node number, always. What is compared, less being better unless stated:
 *
 *   first    the node number (first fit)
 *   best     GPU thousandths left on the node, then cores left (best fit)
 *   worst    the same, more being better (worst fit)
 *   pack     a share on a GPU that is already shared, then nodes in use, then idle nodes;
 *            among equals the fullest: the free part of its GPUs, then of its cores; the
 *            other way round for tasks without GPUs (Weng et al., "MLaaS in the wild",
 *            NSDI 2022)
 *   spread   a node without a rank of this task first; among equals the emptiest, more of
 *            the same two parts being better
 *   frag     growth of the expected fragmentation (below), also which GPU takes a share
 *            (Weng et al., "Beware of fragmentation", USENIX ATC 2023)
 *   dotprod  sum over cores, GPUs and memory of demand x free, each as part of the node's
 *            capacity, more being better (Tetris: Grandl et al., SIGCOMM 2014)
 *   near     how long the task's data takes to the node, if nothing else moves; all nodes
 *            with room are looked at, until one has all of it. Without a network or data
 *            the node number
 *   random   none: uniform over the nodes that can take a rank; stream "place"
 *
 * Layouts: CONSOLIDATED puts all ranks on nodes of one type, on no more of them than
 * empty ones would take, and waits when so few cannot take it; a node picked takes all
 * the ranks it can. SPREAD gives each rank a node of its own. A pinned task has one node.
 * A share of a GPU goes to the fullest GPU that has it, lowest number first, but under
 * frag.
 *
 * Expected fragmentation. For a typical demand m of a rank, a node's fragment F(m) is all
 * its idle GPU thousandths when m cannot run there or wants no GPU, else those on GPUs
 * with less left than m wants (a whole GPU where m wants whole ones). The
 * mean of F over typical demands, weighted by how often they occur, summed over nodes
 * that are up. Cores, GPUs and models count; memory does not. Typical demands are given,
 * or those that at least 1 in 1000 submitted ranks had, counted anew each time that their
 * number has grown by an eighth.
 */
#ifndef SJ_PLACE_H
#define SJ_PLACE_H

#include "ledger.h"

typedef enum sj_place_strategy {
	SJ_PLACE_FIRST, SJ_PLACE_BEST, SJ_PLACE_WORST, SJ_PLACE_PACK, SJ_PLACE_SPREAD,
	SJ_PLACE_FRAG, SJ_PLACE_DOTPROD, SJ_PLACE_NEAR, SJ_PLACE_RANDOM
} sj_place_strategy;
extern const char *const sj_place_names[]; /* "first", ...; ends with NULL */

/* What a rank of a typical task wants. */
typedef struct sj_typical {
	uint32_t cores, gpu_milli;
	uint64_t gpu_models; /* as in sj_task; 0: any */
	uint64_t weight;     /* how often */
} sj_typical;

typedef struct sj_place sj_place; /* one ledger's indexes; opaque */

/* Only for a ledger with nodes. SJ_OK or SJ_ENOMEM. */
int  sj_place_init(sj_ledger *l, uint64_t seed);
void sj_place_fini(sj_ledger *l); /* accepts a ledger without */

/* The strategy from now on. What it needs is built when it is first asked. */
void              sj_place_use(sj_ledger *l, sj_place_strategy s);
sj_place_strategy sj_place_used(const sj_ledger *l);

/* For near: seconds until the data of t would be on a node, >= 0. NULL: none has any. */
typedef double (*sj_place_far)(void *self, const sj_task *t, uint32_t node);
void sj_place_set_far(sj_ledger *l, sj_place_far far, void *self);

/* The node is not what it was: called by whatever changes one. */
void sj_place_moved(sj_ledger *l, uint32_t node);

/* Could it be placed now, resp. on the empty machine with all its nodes? */
bool sj_place_fits(const sj_ledger *l, const sj_task *t, uint32_t ranks);
bool sj_place_fits_ever(const sj_ledger *l, const sj_task *t, uint32_t ranks);
/* Takes what t needs. SJ_OK; SJ_EFULL: nothing taken; SJ_ENOMEM. */
int  sj_place_take(sj_ledger *l, const sj_task *t, uint32_t ranks, sj_held *held);

/* ---- typical demands ---------------------------------------------------------- */

/* Counts what is submitted from now on; frag does so by itself. */
void sj_place_count_demands(sj_ledger *l);
/* A task was submitted. */
void sj_place_seen(sj_ledger *l, const sj_task *t);
/* These, and no longer what is submitted. Copied. SJ_OK or SJ_ENOMEM. */
int  sj_place_set_typical(sj_ledger *l, const sj_typical *m, uint32_t count);

/* Expected fragmented GPU thousandths of the nodes that are up; 0 as long as nothing is
 * typical. The cost is that of the nodes that changed since it was last asked. */
double sj_ledger_fragmentation(sj_ledger *l);

/* Which GPU of a node takes a share of this task under frag; it must have room. */
uint32_t sj_place_gpu(sj_ledger *l, uint32_t node, const sj_task *t);

/* Do the indexes agree with the nodes? For --check and tests. */
bool sj_place_sound(const sj_ledger *l);

#endif
