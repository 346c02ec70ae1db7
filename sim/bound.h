/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bound.h - what bounds are made of: for each task that ended, the least it could take.
 *
 * Of each task: the earliest it could begin (its job's submission and the shortest way
 * to it through the graph), the least time it runs, the least time from its end to that
 * of its job, and its demand: so that demand x least time is the least resource-time it
 * takes, however it is placed, sized, stopped, resumed or moved. Columns, so that a long
 * log takes 24 bytes a job; a column that nobody needs is not there.
 */
#ifndef BOUND_H
#define BOUND_H

#include "bounds.h"
#include "core.h"

/* What a machine has little of. Demands and capacities are whole numbers of a unit of
 * their own, capacities below 2^40. */
enum bound_resource {
	BOUND_PROCS,
	BOUND_GPUS,
	BOUND_MEMORY,
	BOUND_PROC_SPEED, /* processors, each counting as its speed */
	BOUND_GPU_SPEED,  /* likewise */
	BOUND_NODES,      /* nodes that a rank wants more than half of the cores of */
	BOUND_RESOURCES
};
extern const char *const bound_resource_names[BOUND_RESOURCES];

#define BOUND_CLASSES 24u /* of nodes, that are told apart */

struct bound_item {
	sj_time  release, span, tail;
	uint32_t rank_cores;
	uint64_t demand[BOUND_RESOURCES];
	double   weight;
	double  *time;  /* least on nodes of each class, ns; INFINITY: it does not run there;
			 * NULL: there are none. Borrowed */
};

struct bound {
	size_t     n, room;
	sj_time   *release, *span;
	sj_time   *tail;      /* NULL: all 0 */
	uint32_t  *more;      /* tasks of the same job behind this one; NULL: all 0 */
	double    *weight;    /* of its job; NULL: all 1 */
	sj_time   *with_data; /* at the first task of a job: how long it takes at least, its
	                       * data moving; 0: not known; NULL: all 0 */
	uint64_t  *demand[BOUND_RESOURCES]; /* NULL: all 0 */
	uint64_t   capacity[BOUND_RESOURCES]; /* 0: not limited, or not known */
	/* Where nodes differ: types of nodes, or single ones. */
	uint32_t   classes;   /* 0: not told apart */
	bool       by_node;   /* a class is a node */
	bool       classed;   /* it is settled what a class is */
	bool       unlike;    /* some task takes longer on one class than on another */
	double    *time;      /* `classes` of each task; NULL: there are none, or too many */
	uint64_t   class_capacity[BOUND_CLASSES][BOUND_RESOURCES];
	unsigned   mem_shift; /* memory in units of 2^mem_shift bytes */
	double     proc_speed_unit, gpu_speed_unit;
	uint64_t   jobs;
	bool       sized;     /* some task may have another width than it asked for */
	/* The network between nodes, at its best; node_cores 0: not known. */
	uint32_t   node_cores; /* of the largest node */
	double     latency_s, bytes_per_s;
	bool       moved;     /* some task did its work in parts, perhaps on different nodes */
	bool       shared;    /* processors shared in time: some task may have a part */
	double     weights, weighted_ns; /* of what ended; weight x response */
	const char *none;     /* why no bound holds, or NULL */
};

/* ---- bound.c: collecting ---------------------------------------------------------- */

/* With config.bounds, before the first job. SJ_OK or SJ_ENOMEM. */
int  bound_init(sj_ctx *cx);
void bound_fini(sj_ctx *cx);
void bound_free_columns(struct bound *b);
/* Puts a task behind the others; `more` of its job follow. SJ_OK or SJ_ENOMEM. */
int  bound_add(struct bound *b, const struct bound_item *item, uint32_t more);
int  bound_set_with_data(struct bound *b, size_t job, sj_time ns);

/* For qsort(): by time, then task. */
struct bound_instant {
	sj_time  at;
	uint32_t task;
};
int  bound_by_instant(const void *a, const void *b);

/* ---- bound_task.c: the least that a task takes -------------------------------------- */

/* Capacities of the machine, in units of the demands. */
void bound_machine(const sj_ctx *cx, struct bound *b);
/* What is told apart on the machine for tasks like this one; before the first. */
void bound_classes(const sj_ctx *cx, struct bound *b, const struct task *t);
/* Everything but release and tail; out->time is room for one of each class. */
void bound_measure(const sj_ctx *cx, struct bound *b, const struct task *t,
		   struct bound_item *out);

/* ---- bound_job.c: the ends of tasks and jobs ----------------------------------------- */

/* A task has completed or was killed; its job, if it has several, is still there. */
int  bound_ended(sj_ctx *cx, const struct task *t);
/* All tasks of a job of several have ended. */
int  bound_job(sj_ctx *cx, struct job_rec *jr);
void bound_job_free(struct job_rec *jr);
/* Any job has ended. */
void bound_weigh(sj_ctx *cx, double weight, const sj_job_record *r);

/* ---- bound_data.c ---------------------------------------------------------------------- */

void bound_network(const sj_ctx *cx, struct bound *b);
/* How long the job takes at least, its data moving; 0: not known. `order`: of its tasks, none
 * before one that it follows from. Raises heads and tails. SJ_OK or SJ_ENOMEM. */
int  bound_with_data(const struct bound *b, const struct job_rec *jr, struct bound_item *item,
		     const uint32_t *order, sj_time *out);

/* ---- bound_makespan.c ------------------------------------------------------------------ */

/* Adds the bounds of the last end, less `origin`. SJ_OK or SJ_ENOMEM. */
int bound_makespan(const struct bound *b, sj_time origin, sj_bound_list *out);
/* How long the job whose first task this is takes at least if it is alone. SJ_OK or
 * SJ_ENOMEM. */
int bound_alone(const struct bound *b, size_t job, sj_time *out);

void bound_put_end(sj_bound_list *out, const char *name, const char *of, sj_time end,
		   sj_time origin);

/* ---- bound_lp.c ------------------------------------------------------------------------ */

/* Adds bounds by linear programs; `least_end` is a bound of the last end. SJ_OK or
 * SJ_ENOMEM. */
int bound_lp(const struct bound *b, sj_time origin, sj_time least_end, sj_bound_list *out);

/* ---- bound_response.c ------------------------------------------------------------------ */

/* Adds the bounds of the sum of responses, divided by `jobs`, and of weight x response,
 * divided by the sum of weights. SJ_OK or SJ_ENOMEM. */
int bound_responses(const struct bound *b, uint64_t jobs, sj_bound_list *response,
		    sj_bound_list *weighted);

/* ---- bound_result.c ---------------------------------------------------------------------- */

/* Puts a bound of `ns` into the list. */
void bound_put(sj_bound_list *out, const char *name, const char *of, unsigned __int128 ns,
	       double per);

#endif
