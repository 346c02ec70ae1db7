/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow_fair.h - shared by coflow_fair.c, coflow_levels.c and coflow_fair_init.c, and by
 * nobody else; coflow_fair.c explains it.
 */
#ifndef SJ_COFLOW_FAIR_H
#define SJ_COFLOW_FAIR_H

#include "coflow_heap.h"
#include "coflow_parts.h"

struct pair {
	uint32_t end[2];
	uint32_t at[2];   /* its place among the active pairs of each end */
	uint32_t flows;   /* active */
	uint32_t side;    /* end[side] holds it back */
	double   got, clock; /* each flow had got `got` when the clock of that end was `clock` */
	struct coflow_heap heap; /* flows, by what they will have got */
};

/* A pair at an end: what the sums need often, apart from the rest. */
struct beside {
	uint32_t other, pair;
	double   flows;
};

struct end {
	double   cap, clock;
	sj_time  since_ns;       /* of the clock */
	struct beside *beside;   /* active pairs ... */
	bool    *holds;          /* ... which of them this end holds back */
	uint32_t pairs;
	uint32_t flows;
	bool     touched, changed;
	struct coflow_heap heap; /* pairs that it holds back, by its clock when a flow is done */
};

struct fair {
	const sj_coflow_case *c;
	bool         shares;
	struct end  *end;
	double      *level;      /* by end */
	bool        *is_dirty;   /* by end */
	uint32_t     ends;
	struct pair *pair;
	uint32_t     pairs;
	uint32_t    *pair_of;    /* flow */
	uint32_t    *coflow_of, *alive;
	uint32_t    *rising;     /* ends by level */
	uint32_t    *touched, touched_count;
	uint32_t     dirty;
	sj_pes       events;     /* by end */
	double      *rate;       /* by flow, for the watch */
	/* behind the arrays above */
	struct beside *besides;
	bool        *holds;
	struct coflow_key *keys;
	uint32_t    *places;
};

/* ---- coflow_fair_init.c ------------------------------------------------------------ */
/* `watched`: rates of flows will be asked for. SJ_OK or SJ_ENOMEM; sj_fair_fini() either way. */
int  sj_fair_init(struct fair *s, const sj_coflow_case *c, bool shares, bool watched);
void sj_fair_fini(struct fair *s);

/* ---- coflow_levels.c --------------------------------------------------------------- */
/* Brings the clock of an end to `now`; its next event will be planned anew. */
void sj_fair_touch(struct fair *s, uint32_t e, sj_time now);
/* ... and its level computed anew. */
void sj_fair_mark(struct fair *s, uint32_t e, sj_time now);
/* Levels of all that is marked, and of what that changes. False: they do not settle. */
bool sj_fair_levels(struct fair *s, sj_time now);

#endif
