/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_parts.h - shared by coflow.c, coflow_rates.c and coflow_fair.c, and by nobody else.
 *
 * Ends are the sides of ports: sending are 0 .. ports-1, receiving ports .. 2 ports-1. A lane
 * is what a coflow has at an end.
 */
#ifndef SJ_COFLOW_PARTS_H
#define SJ_COFLOW_PARTS_H

#include "coflow.h"
#include "pes.h"

/* What is left of a capacity counts as nothing below this share of it. */
#define SJ_COFLOW_REST 1e-9

typedef struct sj_lane {
	uint32_t end, coflow;
	uint32_t count;          /* flows that are not done, as of weigh() */
	uint32_t begin, flows;   /* its flows, few of them done: by_lane[begin .. begin + flows) */
	uint32_t at;             /* its place in the list of its end */
	double   need;           /* bytes left, as of weigh() */
	double   rest;           /* of the end: for aalo */
} sj_lane;

/* The lanes of active coflows at an end. */
typedef struct sj_lane_list {
	uint32_t *lane;
	uint32_t  count;
} sj_lane_list;

typedef struct sj_coflow_state {
	uint32_t lane, lanes;    /* lane[lane .. lane + lanes), sending ones first */
	uint32_t alive;          /* flows: alive[first .. first + alive) ... */
	uint32_t ended;          /* ... of which so many are done */
	uint32_t queue;
	uint32_t rank;           /* in the order of backfilling */
	bool     moving;         /* some flow has a rate */
	bool     weighed;        /* `need` of its lanes is right */
	double   bytes, left, key;
	double   speed;          /* sum of rates; for aalo */
} sj_coflow_state;

typedef struct sj_coflow_sim {
	const sj_coflow_case  *c;
	const sj_coflow_rule  *rule;
	double                *cap, *free; /* by end */
	/* by flow */
	double                *left;       /* at `since`; 0: done */
	double                *rate;
	double                *planned;    /* the rate that its end in `ends` is made of */
	sj_time               *since_ns;
	uint32_t             (*lane_of)[2]; /* sending, receiving */
	uint32_t              *coflow_of;
	sj_pes                 ends;
	uint32_t              *alive;      /* flows; see state */
	sj_lane               *lane;
	uint32_t               lanes;
	uint32_t              *by_lane;    /* flows */
	sj_lane_list          *at_end;
	uint32_t              *lane_lists; /* behind at_end */
	sj_coflow_state       *state;      /* by coflow */
	uint32_t              *active;     /* coflows that came and are not done, by arrival */
	uint32_t              *order;      /* the same in the order of the rule */
	uint32_t               live;
	uint32_t              *freed;      /* ends where a flow ended; at most every end once */
	uint32_t               freed_count;
	bool                  *is_freed;   /* by end */
	uint32_t              *candidates; /* lanes, for refilling */
} sj_coflow_sim;

/* ---- coflow_rates.c: sets rate[] of all flows, by the rule; coflows change queues -- */
void sj_coflow_rates(sj_coflow_sim *s);
/* What ended flows left in free[], to flows at the ends in freed[]; plans their ends. */
void sj_coflow_refill(sj_coflow_sim *s, sj_time now);

/* ---- coflow.c ---------------------------------------------------------------------- */
/* What a flow has left at `now`, from when on its rate may be another. */
void sj_coflow_advance(sj_coflow_sim *s, uint32_t flow, sj_time now);
void sj_coflow_plan(sj_coflow_sim *s, uint32_t flow, sj_time now);

/* ---- coflow_fair.c: fair and shares ------------------------------------------------ */
int  sj_coflow_run_fair(const sj_coflow_case *c, const sj_coflow_rule *rule,
			const sj_coflow_watch *watch, sj_coflow_result *out);

#endif
