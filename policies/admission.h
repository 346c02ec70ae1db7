/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * admission.h - waiting tasks by what they ask for and what they are worth, each kind a column
 * of a program (admission_kinds.c), for the policy that starts some of them (admission.c).
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "sojourn/lp.h"
#include "sojourn/policy.h"

#define ADMISSION_NONE UINT32_MAX

enum admission_value { VALUE_ONE, VALUE_WEIGHT };
enum admission_rest { REST_WAIT, REST_REJECT };
enum admission_resource { CORES, MEMORY, GPUS, RESOURCES };

/* Waiting tasks that ask for the same and are worth the same. */
struct admission_kind {
	double   demand[RESOURCES], value; /* cores, GB, GPUs */
	uint32_t hash, chain;   /* the next of its bucket */
	uint32_t head, tail, count;
	uint32_t admitted;      /* in this pass */
	double   fraction;      /* rounded away */
};

struct admission {
	int          value, rest;
	bool         exact;
	int64_t      iterations, nodes;
	sj_lp       *lp;
	struct admission_kind *kind;          /* the column is the same number */
	uint32_t     kinds, kind_cap, unused; /* unused: a chain */
	uint32_t    *bucket, buckets;         /* a power of two */
	uint32_t    *next, *prev, *of;        /* by task id; of: 1 + its kind */
	bool        *graph;                   /* likewise: one task of several */
	uint32_t     cap, waiting;
	bool         stale;
	uint64_t     stopped;
	/* of the last solution */
	uint32_t     asked;     /* tasks that waited */
	sj_lp_result found;
	double       price[RESOURCES];
};

/* A task waits; does nothing if it does already. SJ_OK, or SJ_ENOMEM told to the run. */
int  admission_enter(struct admission *s, sj_ctx *cx, const sj_task *t);
/* Not any more; nothing if it did not. */
void admission_leave(struct admission *s, uint32_t id);
/* The first of a kind that still waits; NULL: none. Others may have started some. */
const sj_task *admission_first(struct admission *s, const sj_ctx *cx, uint32_t kind);
/* The tables by task id reach to this one. */
void admission_room(struct admission *s, sj_ctx *cx, uint32_t id);

#endif
