/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hetero.h - the parts of the policy gavel (hetero.c): jobs and types of nodes; jobs that are
 * alike (hetero_claims.c); the program (hetero_program.c); who runs in a round, and where (hetero_round.c).
 */
#ifndef HETERO_H
#define HETERO_H

#include "sojourn/lp.h"
#include "sojourn/policy.h"

#define HETERO_NONE UINT32_MAX

enum hetero_objective { HETERO_MAX_MIN, HETERO_MAKESPAN, HETERO_COST, HETERO_FTF };
enum hetero_unit { HETERO_CORES, HETERO_GPUS, HETERO_UNITS };

/* Nodes of one type, numbered one behind the other. */
struct hetero_type {
	uint32_t     first, count;
	sj_node_kind kind;
	double       up[HETERO_UNITS]; /* of nodes that are up */
	double       cost;             /* of one of them for a second */
};

/* Jobs that the program need not tell apart share a claim, which has columns and rows. */
struct hetero_claim {
	uint32_t count;       /* jobs; 0: the claim is free */
	double   need[HETERO_UNITS];
	double   weight;
	double   normaliser;  /* rate if its time went to types in proportion to their size */
	double   got_all;     /* rate of one job under the allocation */
	bool     constrains;  /* has a part in the objective's constraint */
	double   z;           /* minus the coefficient of z in its part */
	const sj_task *only;  /* the job, when it is alone by rule; else NULL */
	uint32_t hash, chain; /* the next of its bucket, or of the free ones */
};

/* A live task, in a slot. */
struct hetero_job {
	const sj_task *task;  /* NULL: the slot is free */
	uint32_t claim;
	double   need[HETERO_UNITS];
	sj_time  seen_ns;     /* up to here `got` counts */
	uint32_t runs_on;     /* type; HETERO_NONE: it waits */
	uint32_t chosen;      /* type in the round that begins */
	uint32_t next_free;   /* of a free slot */
};

struct hetero {
	/* parameters */
	int         objective;
	sj_time     round;
	bool        fill;
	const char *prices;
	int64_t     iterations;
	/* machine */
	struct hetero_type *type;
	uint32_t    types;
	bool        pool;
	/* jobs */
	struct hetero_job *job;
	uint32_t    slots, cap, live, free_slot; /* free_slot: head of a chain */
	double     *rate, *got;      /* slot x type: rate, seconds on it */
	uint32_t   *slot_of, id_cap; /* 1 + slot, by task id */
	/* program */
	sj_lp      *lp;
	struct hetero_claim *claim;
	uint32_t    claims, claim_cap, free_claim;
	double     *claim_rate, *x;  /* claim x type: rate, part of the time of one job */
	uint32_t   *bucket, buckets; /* claims by hash; a power of two */
	double     *scratch;         /* by claim, or by type and unit */
	uint32_t   *scratch_row;
	bool        stale;           /* jobs or nodes have changed since the last solution */
	bool        resized;         /* the machine has: normalisers are old */
	sj_lp_result found;
	double      value;           /* of the objective, in its own unit */
	double      price;           /* of that by a unit of the program's objective */
	uint32_t    solved;          /* programs for the last allocation */
	uint64_t    stopped, infeasible;
	const char *trouble;         /* why the allocation is not the program's; NULL */
	/* rounds */
	bool        in_round;
	sj_time     round_end;
	uint64_t    token;
};

static inline double *hetero_row(double *table, const struct hetero *s, uint32_t slot)
{
	return table + (size_t)slot * s->types;
}

/* Part of its time that the job is to spend on the type. */
static inline double hetero_x(const struct hetero *s, uint32_t slot, uint32_t type)
{
	return s->x[(size_t)s->job[slot].claim * s->types + type];
}

/* ---- rows and columns of the program; column 0 is z --------------------------------------- */

static inline uint32_t hetero_unit_row(uint32_t type, int unit)
{
	return HETERO_UNITS * type + (uint32_t)unit;
}

static inline uint32_t hetero_time_row(const struct hetero *s, uint32_t claim)
{
	return HETERO_UNITS * s->types + 2 * claim;
}

static inline uint32_t hetero_part_row(const struct hetero *s, uint32_t claim)
{
	return hetero_time_row(s, claim) + 1;
}

static inline uint32_t hetero_column(const struct hetero *s, uint32_t claim, uint32_t type)
{
	return 1 + claim * s->types + type;
}

/* In what the job is counted: GPUs if it has any. */
static inline int hetero_unit_of(const struct hetero_claim *k)
{
	return k->need[HETERO_GPUS] > 0 ? HETERO_GPUS : HETERO_CORES;
}

/* ---- claims: hetero_claims.c ------------------------------------------------------------------ */

/* A slot has a new job, or will have none any more. */
int  hetero_program_enter(struct hetero *s, sj_ctx *cx, uint32_t slot);
void hetero_program_leave(struct hetero *s, uint32_t slot);
/* Coefficients, costs and ranks of a claim's columns, for the machine as it is. */
void hetero_fill_columns(struct hetero *s, uint32_t claim);

/* ---- the program ---------------------------------------------------------------------------- */

int  hetero_program_init(struct hetero *s, sj_ctx *cx);
/* x[] for all jobs. */
void hetero_allocate(struct hetero *s, sj_ctx *cx);
/* Work left by its estimate, seconds at rate 1. */
double hetero_left(const sj_ctx *cx, const sj_task *t);

/* ---- a round ---------------------------------------------------------------------------------- */

/* Adds the time since it was last seen to what the job got. */
void hetero_account(struct hetero *s, const sj_ctx *cx, uint32_t slot);
/* Stops, moves and starts jobs by the allocation. */
int  hetero_begin_round(struct hetero *s, sj_ctx *cx);
/* Free nodes for jobs that wait, by arrival, where each runs fastest. */
int  hetero_fill(struct hetero *s, sj_ctx *cx);

#endif
