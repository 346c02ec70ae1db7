/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/listplan.h - schedules of task graphs that are planned by lists: a tool for
 * policies like HEFT (Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity
 * task scheduling for heterogeneous computing", IEEE TPDS 13(3), 2002).
 *
 * A rule gives each task a priority and says which node suits it best. The tool keeps the
 * rest: graphs that live, what each core has been promised to and when, the earliest time
 * at which a task could start on a node (in a gap between promises, or behind all), and
 * the carrying out of the plan: a task starts as soon as it is ready and all that its
 * cores were promised to before it has started and ended.
 *
 * Run times are estimates (or what is learned) over the rate on the node (sj_rate()); data takes the time that
 * a transfer takes alone (sj_transfer_alone()), and within a node none: from the end of its
 * maker on where data moves ahead of starts (--staging=prefetch; a task then starts when its
 * data should be there), else from the start of the task on. A task of several cores is
 * promised them behind all earlier promises, others get gaps, too. Cores are planned. What else a task asks
 * for (GPUs, memory) it waits for when its turn has come. A pool counts as one node.
 * A task of several ranks on nodes is not planned: it starts in order of arrival, ahead of
 * all that is planned, and while it waits nothing starts.
 *
 * A new graph is planned around the promises made to earlier ones. If a node fails, drains
 * or comes back, or a task has to run again, all that has not started is planned anew.
 *
 * A choice of a node costs O(nodes x predecessors + cores x log(promises)), for a task of
 * several cores O(cores).
 */
#ifndef SJ_LISTPLAN_H
#define SJ_LISTPLAN_H

#include "sojourn/durations.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_PLAN_NOWHERE UINT32_MAX

typedef enum sj_plan_mode {
	SJ_PLAN_STATIC,  /* planned when the job comes; order and nodes stay */
	SJ_PLAN_DYNAMIC, /* each task when it is ready, or by a greedy rule when it fits */
	SJ_PLAN_HYBRID   /* as static; all that has not started is planned anew when a task
	                  * has ended at another time than planned, of n that wait when
	                  * n / 32 have */
} sj_plan_mode;
extern const char *const sj_plan_mode_names[]; /* choices of a parameter */

typedef struct sj_plan_arc {
	uint32_t task;    /* the other end */
	uint64_t bytes;   /* all that the one reads of the other */
	sj_time  mean_ns; /* mean time of that between two different nodes */
} sj_plan_arc;

typedef enum sj_plan_state {
	SJ_PLAN_OPEN,    /* no place yet */
	SJ_PLAN_PLACED,
	SJ_PLAN_WIDE,    /* not planned: several ranks */
	SJ_PLAN_RUNS,
	SJ_PLAN_GONE
} sj_plan_state;

typedef struct sj_plan_task {
	const sj_task *task;     /* NULL: it has left */
	double         priority; /* of the rule: larger first, then smaller index */
	sj_time        start_ns, end_ns; /* planned; once it runs, start and expected end;
	                          * then its end */
	sj_time        second_end_ns;    /* end on the next best node; SJ_NEVER: none */
	sj_time        score_ns; /* of its place, as the rule has it */
	sj_time        second_score_ns;
	sj_time        length_ns;    /* expected run time at rate 1 when the job came, */
	sj_time        expect_ns;    /* and when it was given its place */
	uint32_t       second;   /* that node */
	uint32_t       node;
	uint32_t       core;     /* of the rule: 1 + the only core that will do while its node
	                          * is up and can run it; 0: any */
	uint32_t       stage;    /* longest way from an entry, in tasks; 0: an entry */
	uint32_t       slot;     /* the tool's own */
	uint32_t       waits;    /* likewise */
	uint32_t       staged;   /* node to which its data is sent, */
	sj_time        staged_ns; /* and since when */
	uint8_t        state;    /* sj_plan_state */
	bool           marked;   /* of the rule */
} sj_plan_task;

/* A graph; arcs of task i: pred[pred_first[i]] .. pred[pred_first[i + 1] - 1], ascending. */
typedef struct sj_plan_job {
	uint32_t      count, left;
	sj_plan_task *task;
	uint32_t     *pred_first, *succ_first;
	sj_plan_arc  *pred, *succ;
	uint32_t     *order; /* of the tasks: each behind its predecessors */
	double       *table; /* of the rule: count x nodes, if it asks for one */
	uint32_t      choice; /* of the rule: a node */
	struct sj_plan_job *prev, *next; /* live jobs in order of arrival */
	unsigned      size_class; /* the tool's own */
} sj_plan_job;

typedef struct sj_listplan sj_listplan;

/* Which task is placed next: of those that are ready (mode=dynamic), or of a job those whose
 * predecessors have a place. */
typedef enum sj_plan_batch {
	SJ_PLAN_BY_PRIORITY,
	SJ_PLAN_MIN_MIN,   /* whose best end is earliest */
	SJ_PLAN_MAX_MIN,   /* whose best end is latest */
	SJ_PLAN_SUFFERAGE, /* which would lose most on its second best node */
	SJ_PLAN_BY_LEVEL   /* whose priority, in whole ns, less its best end is largest */
} sj_plan_batch;

/* What makes one policy differ from another; callbacks get its own state. */
typedef struct sj_plan_rule {
	bool appends; /* never in gaps: behind all that a core was promised to */
	bool tabled;  /* jobs have a table */
	bool greedy;  /* dynamic: no places; what is ready starts in the order of priorities
	               * where it fits first, and what does not fit is passed over */
	bool looks_ahead; /* the score of a place is the latest end of the task's children, each
	               * placed where it would end first, then its own end; without
	               * children its end. A choice costs O(nodes) times as much as all
	               * those of the children */
	sj_plan_batch batch; /* O(ready^2 + ready x nodes x tasks whose best nodes are taken);
	               * by early ends O(looks x (nodes + log(ready))) */
	/* Sets the priority of every task of a new job. */
	void (*rank)(void *self, sj_ctx *cx, sj_listplan *p, sj_plan_job *job);
	/* How well a place suits, less is better, equal ones by number of the node. NULL:
	 * its end. */
	sj_time (*score)(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
			 uint32_t node, sj_time end_ns);
	/* What the priority is made of, as text; NULL: "priority X s". */
	void (*explain)(void *self, const sj_listplan *p, const sj_plan_job *job, uint32_t task,
			char *text, size_t size);
} sj_plan_rule;

/* In the run's memory; the rule must live as long. From init() only. */
sj_listplan *sj_listplan_create(sj_ctx *cx, const sj_plan_rule *rule, void *self,
				sj_plan_mode mode);

/*
 * From init() only: run times are what tasks of the kind took before (sojourn/durations.h), no
 * longer their estimates. Priorities are by what is known when the job comes, places by what is
 * known when they are given.
 */
void sj_listplan_learn(sj_listplan *p, const sj_durations_spec *spec);

/* The callbacks of the policy, passed on. */
void sj_listplan_submit(sj_listplan *p, const sj_task *tasks[], uint32_t count,
			const sj_job *graph);
void sj_listplan_ready(sj_listplan *p, const sj_task *t);
void sj_listplan_done(sj_listplan *p, const sj_task *t, sj_outcome how);
void sj_listplan_node(sj_listplan *p, uint32_t node, bool up);
void sj_listplan_timer(sj_listplan *p, uint64_t token);
int  sj_listplan_schedule(sj_listplan *p);

/* ---- plans that somebody else carries out ------------------------------------------------- */

/*
 * A policy that has its own idea of when and where tasks start, and only asks the plan, calls
 * these and neither sj_listplan_ready(), _timer() nor _schedule(). Submits, ends and changes
 * of nodes are passed on as above.
 */
typedef struct sj_plan_place {
	uint32_t node, core; /* a core of the node, from 0; of several cores the first */
	sj_time  start_ns, end_ns;
} sj_plan_place;

/* What the task of this id, which waits, was promised; false: nothing (several ranks on nodes,
 * or no node that is up will do, or a graph that is not known). O(1). */
bool sj_listplan_place(const sj_listplan *p, uint32_t id, sj_plan_place *out);
/* What its priority is made of, as text. */
void sj_listplan_tell(const sj_listplan *p, const sj_task *t, char *text, size_t size);
/* t has just started on the node (0 in a pool): its promises are void, and its expected end
 * is that of its estimate there. Then, for each core of the node that it has, of one node
 * only: later plans count on the core from its expected end on. */
void sj_listplan_started(sj_listplan *p, const sj_task *t, uint32_t node);
void sj_listplan_occupies(sj_listplan *p, const sj_task *t, uint32_t core);
/* Plans anew what has not started, if a node came or went or a task has to run again since
 * the latest plan. True: it did. */
bool sj_listplan_renew(sj_listplan *p);

/* ---- for rules ---------------------------------------------------------------------------- */

/* Nodes; 1 in a pool. */
uint32_t sj_listplan_nodes(const sj_listplan *p);
/* Cores of all nodes that have been seen so far. */
uint32_t sj_listplan_cores(const sj_listplan *p);
/* Expected run time at rate 1 when its job came: its estimate, unless the tool learns. */
sj_time  sj_listplan_length(const sj_listplan *p, const sj_task *t);
/* That on a node; SJ_NEVER: it cannot run there. */
sj_time  sj_listplan_run_ns(const sj_listplan *p, const sj_task *t, uint32_t node);
/* Mean of that over the nodes where it can run, times the number of nodes: for times in
 * whole ns and nodes that all will do a whole number, so that equal ranks compare equal. */
double   sj_listplan_run_sum(const sj_listplan *p, const sj_task *t);

/*
 * Ranks of all tasks, in ns times the number of nodes, into out[count]:
 *   up(i)    = run(i) + max over successors s of (data(i,s) + up(s))
 *   down(i)  = max over predecessors q of (down(q) + run(q) + data(q,i))
 *   level(i) = up(i) without data: the b-level of HLFET
 *   depth(i) = tasks on the longest way from i to an end (in tasks): Hu's level
 * with means over nodes and over pairs of them. O(tasks x nodes + arcs).
 */
void sj_plan_rank_up(const sj_listplan *p, const sj_plan_job *job, double *out);
void sj_plan_rank_down(const sj_listplan *p, const sj_plan_job *job, double *out);
void sj_plan_level(const sj_listplan *p, const sj_plan_job *job, double *out);
void sj_plan_depth(const sj_plan_job *job, double *out);

#ifdef __cplusplus
}
#endif
#endif
