/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listplan_parts.h - private to sim/listplan*.c: the state of a planner. */
#ifndef LISTPLAN_PARTS_H
#define LISTPLAN_PARTS_H

#include "listlanes.h"
#include "sojourn/listplan.h"
#include "sojourn/queue.h"

#define JOB_CLASSES 48 /* sizes of jobs, by powers of two */

struct node_lanes {
	uint32_t *lane; /* of its cores, ascending */
	uint32_t  count;
	bool      up;
};

struct child;

struct known {
	sj_plan_job *job; /* NULL: none */
	uint32_t     index;
};

struct ids {
	uint32_t *id;
	uint32_t  count, cap;
};

struct sj_listplan {
	sj_ctx             *cx;
	const sj_plan_rule *rule;
	void               *self;
	sj_plan_mode        mode;
	bool                pool;
	uint32_t            nodes;
	struct node_lanes  *node;
	struct lanes        lanes;
	uint32_t           *node_of; /* of each lane */
	struct known       *known; /* by id of the task */
	uint32_t            known_cap;
	sj_plan_job        *first, *last;
	sj_plan_job        *spare[JOB_CLASSES];
	struct ids          due;     /* ready, or first in a lane since it was let go */
	struct ids          refused; /* do not fit, though their cores are free */
	struct ids          wide;    /* ready, in order of arrival */
	bool                released;
	bool                again;   /* plan anew what has not started */
	uint32_t            waiting; /* placed, not started */
	uint64_t            off;     /* hybrid: ended at another time since the latest plan */
	bool                looking; /* at the children of a task */
	bool                ahead;   /* data moves before its task starts */
	sj_queue           *greedy;  /* ready, by priority; NULL: the rule is not greedy */
	struct ids          open;    /* dynamic: ready, without a place */
	sj_time            *heap;    /* as many as a node has lanes */
	uint32_t            heap_cap;
	sj_durations       *durations; /* NULL: estimates */
	const char         *learned;   /* from what run times are */
	struct child       *child;   /* of the task whose children are looked at */
	uint32_t            child_cap;
	uint64_t            placed;
	/* Means over pairs of different nodes. */
	bool                uniform; /* all pairs that were measured are alike */
	bool                alike;   /* all pairs are */
	double              mean_latency_s, mean_per_byte_s;
};

static inline sj_time plan_sum(sj_time a, sj_time b)
{
	return a > SJ_TIME_MAX - b ? SJ_TIME_MAX : a + b;
}

static inline sj_time plan_later(sj_time a, sj_time b)
{
	return a > b ? a : b;
}

/* The task of an id, or NULL. */
sj_plan_task *plan_find(const struct sj_listplan *p, uint32_t id);
/* Adds to a list. */
void ids_add(struct sj_listplan *p, struct ids *list, uint32_t id);

/* listplan_job.c */
sj_plan_job *plan_job_make(struct sj_listplan *p, const sj_task *tasks[], uint32_t count,
			   const sj_job *graph);
void         plan_job_free(struct sj_listplan *p, sj_plan_job *job);
/* When all that the task reads is on the node; where data does not move ahead, when all is
 * made. */
sj_time      plan_data_there(const struct sj_listplan *p, const sj_plan_job *job, uint32_t i,
			     uint32_t node);
/* From one node to another; 0 within one. */
sj_time      plan_transfer_ns(const struct sj_listplan *p, uint32_t from, uint32_t to,
			      uint64_t bytes);
void         plan_measure_network(struct sj_listplan *p);

/* Of an arc; between nodes that are all alike it takes its mean. */
static inline sj_time plan_arc_ns(const struct sj_listplan *p, const sj_plan_arc *a, uint32_t from,
				  uint32_t to)
{
	if (!p->alike)
		return plan_transfer_ns(p, from, to, a->bytes);
	return from == to || from >= p->nodes || to >= p->nodes ? 0 : a->mean_ns;
}

/* listplan.c: plans anew what has not started. */
void         plan_again(struct sj_listplan *p);

/* listplan_place.c: fetching of data, when it begins at the start. */
sj_time      plan_fetch_ns(const struct sj_listplan *p, const sj_plan_job *job, uint32_t i,
			   uint32_t node);
/* listplan_list.c: places all open tasks of a job that may have a place now. */
void plan_place_job(struct sj_listplan *p, sj_plan_job *job);
/* mode=dynamic: places those of p->open, by priority; what has no place stays there. */
void plan_place_ready(struct sj_listplan *p);
/* How many predecessors of each task are to be placed before it; none for task i? */
void plan_count_waits(sj_plan_job *job);
bool plan_may_have_place(const sj_plan_job *job, uint32_t i);
/* listplan_greedy.c */
void         plan_greedy_ready(struct sj_listplan *p, const sj_task *t);
void         plan_greedy_done(struct sj_listplan *p, const sj_task *t);
int          plan_greedy_schedule(struct sj_listplan *p);
/* Why t starts: its rank, and its place if it was planned. */
void         plan_say_why(struct sj_listplan *p, const sj_plan_job *job, const sj_plan_task *t);
/* listplan_place.c */
struct plan_choice {
	uint32_t node, lane; /* lane: of a task of one core */
	sj_time  start, end, score;
};

/* The best place now, with the end on the best other node in the task; false: no node that
 * is up will do. */
bool plan_choose(struct sj_listplan *p, sj_plan_job *job, uint32_t i, struct plan_choice *out);
void plan_promise(struct sj_listplan *p, sj_plan_task *t, const struct plan_choice *c);
/* Chooses and promises; false: as above. */
bool plan_place(struct sj_listplan *p, sj_plan_job *job, uint32_t i);
/* What is not planned is thought to run as soon as its data is there. */
void plan_guess(struct sj_listplan *p, sj_plan_job *job, uint32_t i);
/* Sends for the data of a task that has a place. */
void plan_stage(struct sj_listplan *p, sj_plan_task *t);

/* A task that is ready and has no place. */
struct plan_ready {
	double       priority;
	uint64_t     seq;
	sj_plan_job *job;
	uint32_t     index, id;
};

/* Expected run time at rate 1 by what is known now. */
sj_time plan_expect(const struct sj_listplan *p, const sj_plan_task *t);

/* listplan_batch.c: places all of them, or of a job, in the order of the rule. */
void plan_batch_ready(struct sj_listplan *p, const struct plan_ready *ready, uint32_t count);
void plan_batch_job(struct sj_listplan *p, sj_plan_job *job);
/* listplan_ahead.c: the latest end among the children of a task that has the place. */
sj_time plan_look_ahead(struct sj_listplan *p, sj_plan_job *job, uint32_t i,
			const struct plan_choice *c);

/* Takes what it was promised back. */
void plan_take_back(struct sj_listplan *p, sj_plan_task *t);

#endif
