/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flow_share.h - what the three files of the solver share and nobody else: the set of
 * flows that is shared anew, and the links that they cross.
 *
 * Level = rate / weight. Outside the set a flow keeps its level; inside it has none (OPEN)
 * until progressive filling (flow_fill.c) fixes it. One array answers both, because filling
 * reads it for every crossing of every link.
 */
#ifndef FLOW_SHARE_H
#define FLOW_SHARE_H

#include "flow.h"

#define SATURATED (1 - 1e-11) /* of a link's bandwidth, of a link's largest level */
#define OPEN      (-1.0)      /* as a level: in the set, not fixed yet */
#define FREE      (-2.0)      /* as a level: nobody has this number */
#define NOWHERE   UINT32_MAX

/* A link while the set is filled. */
struct share_link {
	double   rest;    /* bandwidth that flows with a level leave */
	double   weight;  /* of the open flows */
	double   top;     /* the largest level that crosses it */
	uint32_t open;    /* flows */
	uint32_t touched; /* == stamp: a flow of the set crosses it */
};

struct flow_level {
	double   at;
	uint32_t flow;
};

/* Tries that fail make themselves rarer. */
struct tries {
	uint32_t failed, skip;
};

struct removal {
	uint32_t link;
	double   level;
};

struct sj_flow_share {
	/* by flow */
	double   *level;      /* now; FREE */
	double   *next;       /* the same outside the set; inside the new one, or OPEN */
	uint32_t *bound;      /* a link on which it is the largest, or NOWHERE: not known */
	uint32_t *in_set;     /* == stamp */
	/* by link */
	struct share_link *at;
	double   *used, *top; /* of links that are not touched, on demand ... */
	uint32_t *stat;       /* ... known when == stat_stamp */
	uint32_t  stamp, stat_stamp;
	uint32_t *set, set_count;
	uint32_t *links, link_count;   /* the touched ones */
	unsigned __int128 *heap, *heap_base;
	uint32_t  heap_count;
	struct flow_level *caps;       /* capped flows of the set, by level */
	uint32_t  cap_count, cap_at;
	/* since the last settle */
	uint32_t *added, *added_mark;  /* mark: place + 1 */
	uint32_t  added_count;
	struct removal *removed;
	uint32_t  removed_count, removed_room;
	struct tries component, local;
};

static inline const sj_hop *path_of(const sj_flows *n, uint32_t flow)
{
	return &n->hop[(size_t)flow * n->hop_stride];
}

static inline void touch(struct sj_flow_share *s, uint32_t link)
{
	if (s->at[link].touched == s->stamp)
		return;
	s->at[link].touched = s->stamp;
	s->links[s->link_count++] = link;
}

static inline void share_touch_path(sj_flows *n, uint32_t flow)
{
	const sj_hop *h = path_of(n, flow);

	for (uint32_t k = 0; k < n->hops[flow]; k++)
		touch(n->share, h[k].link);
}

static inline bool include(sj_flows *n, uint32_t flow)
{
	struct sj_flow_share *s = n->share;

	if (s->in_set[flow] == s->stamp)
		return false;
	s->in_set[flow] = s->stamp;
	s->set[s->set_count++] = flow;
	share_touch_path(n, flow);
	return true;
}

/* A level below which a flow will not be: a fair share of its narrowest link. */
double share_hope(const sj_flows *n, uint32_t flow);
/* Marks are compared with a number that only grows; when it comes round they are made
 * anew. */
void share_next_stamp(uint32_t *stamp, uint32_t *marks, uint32_t count);
/* An empty set; then one with the flows that came and the links that some left. */
void share_begin(sj_flows *n);
void share_begin_with_change(sj_flows *n);
/* The try is given up: nobody is OPEN, and nothing learnt from it is trusted. */
void share_give_up(sj_flows *n);

/* ---- flow_fill.c --------------------------------------------------------------------- */

/* The flows of the set are OPEN, and what the others leave on the touched links is known;
 * share_open_whole(): there are no others on these links. */
void share_open(sj_flows *n);
void share_open_whole(sj_flows *n);
/* Gives every flow of the set its level; infinity: nothing holds it. */
void share_fill(sj_flows *n);

/* ---- flow_repair.c --------------------------------------------------------------------- */

/* Shares anew around the change, and further until the certificate of flow.h holds for
 * all. False: it would touch more than `limit` flows. */
bool share_repair(sj_flows *n, uint32_t limit);

#endif
