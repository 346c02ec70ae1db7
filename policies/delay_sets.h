/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delay_sets.h - jobs as sets of tasks that wait, found by where their data is.
 *
 * A set lives while a task of its job does. Its ready tasks are in lists, each in order of
 * readiness: one for all, one for each node they prefer, one for each rack of these. A task
 * that is taken stays in the lists until a search meets it. Finding the list of a node is
 * O(log of the nodes preferred). Each node and rack knows the sets that prefer it.
 */
#ifndef DELAY_SETS_H
#define DELAY_SETS_H

#include "sojourn/policy.h"

#define DELAY_NONE UINT32_MAX

enum delay_level { DELAY_NODE, DELAY_FREE, DELAY_RACK, DELAY_ANY, DELAY_LEVELS };

struct delay_entry {
	const sj_task *task;  /* only to be looked at while the entry lives */
	uint64_t       stamp;
	uint32_t       id, next;
};

/* Of entries, by number; DELAY_NONE: empty. */
struct delay_list {
	uint32_t first, last;
};

struct delay_place {
	uint32_t          where; /* node or rack */
	bool              known; /* the set is among those of this node or rack */
	struct delay_list list;
};

struct delay_places {
	struct delay_place *place; /* by ascending number */
	uint32_t            count, cap;
};

struct delay_set {
	int64_t  job;
	uint64_t seq;         /* order of arrival */
	double   weight;
	uint32_t pool;        /* the caller's */
	uint32_t tasks;       /* at its submit */
	double   estimate_ns; /* of them, on average */
	uint32_t live;        /* tasks that have not ended */
	uint32_t waiting;     /* tasks that are ready */
	uint32_t choosy;      /* of them those that prefer a node */
	uint32_t level;       /* delay_level that it may launch at; not DELAY_FREE */
	sj_time  since;       /* when its wait at that level began */
	double   skipped, enough; /* in place of a wait: how often, and how often is enough */
	uint64_t news;        /* the pass that has to look at it on all nodes */
	uint64_t searched;    /* the pass that has found nothing ... */
	uint32_t from;        /* ... below this level */
	uint32_t least;       /* level of what this pass launched; DELAY_LEVELS: nothing */
	struct delay_list   all, free; /* free: those that prefer none */
	struct delay_places nodes, racks;
	uint32_t next, prev;  /* living sets in order of arrival */
};

/* Of a live task, by its id. */
struct delay_task {
	uint64_t stamp; /* of its entries while it waits; 0: it does not */
	uint32_t set;
	bool     choosy;
};

/* Sets that prefer a node or rack, or have done so. */
struct delay_callers {
	struct delay_caller {
		uint64_t seq; /* of the set, whose number may be another's by now */
		uint32_t set;
	} *at;
	uint32_t count, cap;
};

struct delay_sets {
	struct delay_callers *at_node, *in_rack; /* by number */
	uint32_t            node_cap, rack_cap;
	struct delay_set   *set;
	uint32_t            sets, set_cap, set_unused, first, last;
	struct delay_entry *entry;
	uint32_t            entries, entry_cap, entry_unused;
	struct delay_task  *task;
	uint32_t            task_cap;
	uint64_t            stamps, seqs;
};

void delay_sets_init(struct delay_sets *s);
/* A job with these tasks. The pointer holds until the next. */
struct delay_set *delay_submit(struct delay_sets *s, sj_ctx *cx, const sj_task *const *tasks,
			       uint32_t n);
/* t waits; it prefers `nodes`, ascending. A node's rack is asked from the machine. */
void delay_wait(struct delay_sets *s, sj_ctx *cx, const sj_task *t, const uint32_t *nodes,
		uint32_t n);
/* t waits no longer: it is started, or gone. */
void delay_taken(struct delay_sets *s, const sj_task *t);
/* t has ended. */
void delay_ended(struct delay_sets *s, const sj_task *t);

/*
 * The first task of a list that waits since before stamp `limit`, and that `will` takes;
 * NULL: none. Dead entries that it meets are dropped.
 */
typedef bool delay_will(sj_ctx *cx, const sj_task *t, uint32_t node);
const sj_task *delay_first(struct delay_sets *s, sj_ctx *cx, struct delay_list *l,
			   uint64_t limit, uint32_t node, delay_will *will);
/* Tells of all sets that have tasks waiting which prefer the node, or nodes of its rack. False:
 * not of this one again, for now. */
typedef bool delay_tell(void *arg, struct delay_set *set);
void delay_tell_callers(struct delay_sets *s, sj_ctx *cx, uint32_t node, delay_tell *tell,
			void *arg);
/* Of this one again. O(its places). */
void delay_tell_again(struct delay_sets *s, sj_ctx *cx, struct delay_set *set);
/* Index of the first place that is not below `where`. */
uint32_t delay_place_from(const struct delay_places *p, uint32_t where);
/* The list of a node or rack; NULL: nothing prefers it. */
struct delay_list *delay_list_at(struct delay_places *p, uint32_t where);

#endif
