/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * account.h - integrals over time of a machine of nodes: how much of it there was, how
 * much was in use, and what it drew. In integers, so that no order of sums matters.
 */
#ifndef SJ_ACCOUNT_H
#define SJ_ACCOUNT_H

#include "ledger.h"
#include "metrics.h"

typedef struct sj_account {
	bool              due;     /* nodes, and not yet on */
	bool              on;      /* from the first submission that is not refused */
	bool              power;   /* a node type states watts */
	uint32_t          absent;  /* processors of nodes that have not joined yet */
	sj_time           elapsed; /* time that is in the integrals */
	unsigned __int128 there;   /* processors x ns of nodes that have joined ... */
	unsigned __int128 down;    /* ... of which down */
	unsigned __int128 usable;  /* up, or draining and busy */
	unsigned __int128 gpu_usable, gpu_busy; /* thousandths x ns */
	struct sj_type_account {
		unsigned __int128 nodes; /* that draw power: up or draining */
		unsigned __int128 cores, gpu_milli; /* busy */
	} *type;
	uint32_t          type_count;
	uint64_t          failures; /* of nodes that were up or draining */
	uint64_t          requeues; /* tasks killed with their nodes */
	uint64_t          failed;   /* jobs */
	unsigned __int128 lost;     /* processors x ns of work thrown away */
} sj_account;

/* SJ_OK or SJ_ENOMEM. */
int  sj_account_init(sj_account *a, const sj_ledger *l);
void sj_account_fini(sj_account *a);
/* The machine was in this state for `ns`. */
void sj_account_add(sj_account *a, const sj_ledger *l, sj_time ns);
/* The metrics of nodes, GPUs and power; `area`: processors x ns that jobs had, `waste`
 * of them for nothing. */
void sj_account_result(const sj_account *a, const sj_ledger *l, unsigned __int128 area,
		       unsigned __int128 waste, sj_metrics *out);

#endif
