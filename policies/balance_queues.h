/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * balance_queues.h - queues at the nodes, and who has how much to do.
 *
 * A pool is one node. A queue holds entries of tasks in the order in which they came; an
 * entry is dead, and dropped when it gets to the head, once its task was taken or entered
 * anew. An entry may be a batch's, of tasks that are alike: then it stands for whichever of
 * them waits when it gets to the head, and is dead once none does. All operations are O(1) but
 * the load by work, O(what runs on the node).
 */
#ifndef BALANCE_QUEUES_H
#define BALANCE_QUEUES_H

#include "sojourn/policy.h"

#define BALANCE_NOWHERE UINT32_MAX

struct balance_entry {
	const sj_task *task;  /* only to be looked at while the entry lives; NULL: a batch's */
	uint64_t       stamp; /* of the binding that made it; in all queues ascending */
	uint32_t       id;    /* of the task; number of the batch */
};

/* Tasks that wait for any of their probes. */
struct balance_batch {
	uint64_t        stamp;   /* 0: unused */
	const sj_task **task;    /* those that were started or are gone are NULL */
	uint32_t        first, count, cap;
	uint32_t        waiting; /* of them not started */
	uint32_t        probes;  /* entries in queues */
	uint32_t        sent;    /* of them at first */
};

struct balance_node {
	struct balance_entry *entry; /* ring */
	uint32_t        first, count, cap;
	const sj_task **run;         /* started from this queue */
	uint32_t        running, run_cap;
	uint32_t        length;      /* what runs and waits; probes count until reached */
	uint32_t        cores;
	unsigned __int128 work;      /* of bound tasks that wait: estimate x processors, ns;
	                              * 0 with probes, whose tasks are nobody's yet */
	bool            dirty;       /* in the list of those to look at */
};

/* What is known of a live task, by its id. */
struct balance_task {
	uint64_t stamp;  /* of its living entries; 0: none */
	uint32_t node;   /* bound to, or runs there */
	uint32_t probes; /* living entries of its own */
	uint32_t batch;  /* 1 + that it is in; 0: none */
	uint32_t place;  /* in it */
};

struct balance_queues {
	struct balance_node *node;
	uint32_t             nodes;
	bool                 late; /* entries are probes: a task may have several */
	struct balance_task *task;
	uint32_t             task_cap;
	struct balance_batch *batch;
	uint32_t             batches, batch_cap, *spare, spares; /* unused ones */
	uint32_t            *dirty, dirty_count;
	uint64_t             stamps;
};

void balance_queues_init(struct balance_queues *q, sj_ctx *cx);

/* Gives t a stamp for entries that follow. */
struct balance_task *balance_enter(struct balance_queues *q, sj_ctx *cx, const sj_task *t);
struct balance_task *balance_task(struct balance_queues *q, const sj_task *t);
/* An entry at the tail of a node's queue. */
void balance_add(struct balance_queues *q, sj_ctx *cx, uint32_t node, const sj_task *t);
/* The living entry at the head, or NULL. */
const struct balance_entry *balance_head(struct balance_queues *q, uint32_t node);
/* The task that a living entry stands for when it is asked. */
const sj_task *balance_of(struct balance_queues *q, const struct balance_entry *e);
bool balance_lives(const struct balance_queues *q, const struct balance_entry *e);
/* The living head leaves the queue unstarted. A task that is to be bound anew, as that was
 * the last entry it could hope for; NULL: none. */
const sj_task *balance_leave(struct balance_queues *q, uint32_t node);
/* n tasks, which have entered, as a batch; its number. It has a stamp of its own. */
uint32_t balance_batch_make(struct balance_queues *q, sj_ctx *cx, const sj_task *const *tasks,
			    uint32_t n);
/* A probe of the batch at the tail of a node's queue. */
void balance_probe(struct balance_queues *q, sj_ctx *cx, uint32_t node, uint32_t batch);
/* The head's task has been started on this node. */
void balance_taken(struct balance_queues *q, sj_ctx *cx, uint32_t node, const sj_task *t);
/* t has ended, or is gone: wherever it was. */
void balance_gone(struct balance_queues *q, const sj_task *t);
/* The node's queue is to be looked at. */
void balance_touch(struct balance_queues *q, uint32_t node);

/* Work that its tasks have left by their estimates, processors x ns. */
unsigned __int128 balance_work(const struct balance_queues *q, sj_ctx *cx, uint32_t node);

#endif
