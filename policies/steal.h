/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * steal.h - the state of work stealing, shared by the files of that policy (steal*.c).
 *
 * Deques 0 .. W - 1 belong to the workers, W .. 2 W - 1 hold what each thief carries home;
 * behind them tasks that need a gang, and tasks that have no worker while none is up.
 */
#ifndef STEAL_H
#define STEAL_H

#include "sojourn/deque.h"
#include "sojourn/listplan.h"
#include "sojourn/queue.h"

#define NOBODY UINT32_MAX

enum steal_victim { VICTIM_RANDOM, VICTIM_NEAREST, VICTIM_RICHEST, VICTIM_ROUNDROBIN };
enum steal_amount { AMOUNT_ONE, AMOUNT_HALF };
enum steal_seed { SEED_SPREAD, SEED_FIRST };
enum steal_idle { IDLE_PARK, IDLE_POLL };
enum steal_rule { RULE_ALWAYS, RULE_DASK };
enum steal_plan { PLAN_NONE, PLAN_HEFT };

/* What a worker does beside its task. */
enum errand {
	AT_HOME,
	PARKED,   /* no errand, ready for one */
	ASKING,   /* its request is under way, or the answer that there is nothing */
	CARRYING, /* what it has stolen is under way */
	BACKING_OFF
};

struct worker {
	uint32_t node;       /* 0 in a pool */
	uint32_t first_task; /* its own, or its gang's; NOBODY: idle */
	uint32_t mate;       /* the next of its gang */
	uint32_t victim;     /* whom it asked last; NOBODY */
	uint32_t failed;     /* attempts in a row */
	uint32_t up_at;      /* place in steal.up; NOBODY: its node is not up */
	uint32_t before, behind; /* in the list of those that are parked */
	uint8_t  errand;
	bool     looked;     /* is in steal.look */
	sj_time  closed_ns;  /* its deque serves nobody before this */
	__int128 occupancy;  /* estimates of what it has and runs; with rule=dask */
};

/* What is told of a steal when the task starts. */
struct loot {
	uint32_t victim, thief;
	uint32_t waiting, most; /* tasks in the victim's deque, and how many could go */
};

/* Workers with something in their deques, by group: those of a node, of a rack, or all. */
struct rich {
	uint32_t *group; /* by worker */
	uint32_t *begin; /* by group: of its part of `member` */
	uint32_t *count; /* by group: workers that are in it now */
	uint32_t *member, *at;
};
enum rich_level { RICH_NODE, RICH_RACK, RICH_ALL, RICH_LEVELS };

struct steal {
	/* parameters */
	int     victim, amount, seed, idle, rule, planned;
	int64_t probes;
	sj_time latency, latency_node, latency_rack, cost, lock, backoff, backoff_max;
	bool    routes; /* network=yes, and there is one */
	/* workers */
	struct worker *worker;
	uint32_t       workers, nodes; /* nodes 0: a pool */
	bool           memory;         /* nodes state theirs */
	uint32_t      *first;          /* by node: its first worker; one more behind */
	uint32_t      *up, up_count;   /* whose node is up */
	uint32_t       parked_first, parked_last;
	uint32_t      *look, look_count; /* to be asked what they do next, in this order */
	/* tasks */
	sj_deques   *deques;
	uint32_t    *worker_of;  /* by id of a task: the first worker that runs it */
	struct loot *loot;       /* by id; only when explaining */
	uint32_t     task_bound;
	uint64_t     stealable;  /* tasks in deques of workers */
	uint64_t     running;    /* tasks */
	uint32_t     asking;     /* thieves */
	uint32_t     dealt;      /* next place in `up` for a root */
	uint32_t     enabler;    /* whose task has just ended, or NOBODY */
	uint64_t     enabler_seq; /* of that task's job */
	bool         gang_waits; /* and nothing else may start */
	sj_listplan *plan;       /* NULL: none */
	sj_queue   **by_plan;    /* by worker: what is in its deque */
	uint64_t     pushes;
	bool        distant;     /* ways differ in length */
	/* victims */
	gsl_rng    *rng;
	uint64_t   *requests, *hits; /* sent; that got something */
	uint64_t   *stolen, *way_ns; /* tasks that these got; of requests and answers */
	bool        counts; /* some of these two are kept */
	struct rich rich[RICH_LEVELS]; /* member NULL: not kept */
	uint32_t   *most;  /* a tournament: of the two below, the worker with more tasks */
	uint32_t    leaves;
};

static inline uint32_t steal_carried(const struct steal *s, uint32_t w)
{
	return s->workers + w;
}

static inline uint32_t steal_gangs(const struct steal *s)
{
	return 2 * s->workers;
}

static inline uint32_t steal_homeless(const struct steal *s)
{
	return 2 * s->workers + 1;
}

/* Attempts that fail cost no time: only those that succeed are made. */
static inline bool steal_is_free(const struct steal *s)
{
	return s->latency == 0 && s->backoff == 0 && !s->distant;
}

static inline bool steal_is_rich(const struct steal *s, uint32_t w)
{
	return sj_deques_count(s->deques, w) != 0;
}

/* ---- steal_task.c: tasks in deques and at work ---------------------------------------- */

void steal_task_init(struct steal *s, sj_ctx *cx);
/* Room for this id in what is kept by task. */
void steal_make_room(struct steal *s, sj_ctx *cx, uint32_t id);
static inline void steal_know(struct steal *s, sj_ctx *cx, uint32_t id)
{
	if (id >= s->task_bound)
		steal_make_room(s, cx, id);
}
/* Onto w's own end, and from there; NOBODY: empty. */
void           steal_push(struct steal *s, uint32_t w, const sj_task *t);
const sj_task *steal_pop(struct steal *s, sj_ctx *cx, uint32_t w);
/* The oldest of v's deque, which is no more in it. */
const sj_task *steal_take(struct steal *s, sj_ctx *cx, uint32_t v);
/* Out of whichever deque it is in, if any. */
void steal_drop(struct steal *s, const sj_task *t);
/* To the worker that the plan names, or one by the rule of seed=. */
void steal_deal(struct steal *s, const sj_task *t);
/* The same for those that had no worker. */
void steal_deal_homeless(struct steal *s, sj_ctx *cx);
/* w runs t from now on, alone; t and all who ran it part. */
void steal_engage(struct steal *s, uint32_t w, const sj_task *t);
void steal_part(struct steal *s, const sj_task *t);
/* Starts gangs from the head of their queue as long as they fit. */
int  steal_start_gangs(struct steal *s, sj_ctx *cx);
/* w is to be asked what it does next. */
void steal_look(struct steal *s, uint32_t w);

/* ---- steal_plan.c: whose task it is by a plan; plan= ---------------------------------------- */

void steal_plan_init(struct steal *s, sj_ctx *cx);
/* The worker that the plan names; NOBODY: none that is up. */
uint32_t steal_plan_worker(const struct steal *s, const sj_task *t);
/* Into w's deque, by planned start: the first at the owner's end. */
void steal_plan_push(struct steal *s, uint32_t w, const sj_task *t);
/* It has left w's deque. */
void steal_plan_out(struct steal *s, uint32_t w, const sj_task *t);
/* t has started with the workers that worker_of tells. */
void steal_plan_started(struct steal *s, const sj_task *t);
/* If there is a new plan, what waits goes to the workers that this one names. */
void steal_plan_renew(struct steal *s, sj_ctx *cx);
/* Of a task that waits: its place in the plan, and why. */
void steal_plan_tell(const struct steal *s, const sj_task *t, char *text, size_t size);

/* ---- steal_victim.c: whom to ask --------------------------------------------------------- */

void steal_victim_init(struct steal *s, sj_ctx *cx);
/* The number of tasks in w's deque has changed; only with `counts`. */
void steal_victim_count(struct steal *s, uint32_t w);
/* NOBODY: there is no other worker. */
uint32_t steal_victim_choose(struct steal *s, uint32_t thief);

/* ---- steal_message.c: requests, and what comes back -------------------------------------- */

void steal_park(struct steal *s, uint32_t w);
void steal_unpark(struct steal *s, uint32_t w);
/* Sends thieves as long as there is reason to; those at home start what they have got. */
int  steal_send_thieves(struct steal *s, sj_ctx *cx);
int  steal_message(struct steal *s, sj_ctx *cx, uint64_t token);

/* ---- steal_way.c: how far it is ------------------------------------------------------------ */

void    steal_way_init(struct steal *s, sj_ctx *cx);
sj_time steal_way_far(const struct steal *s, const sj_ctx *cx, uint32_t a, uint32_t b);

/* How long a message from worker a to worker b takes. */
static inline sj_time steal_way(const struct steal *s, const sj_ctx *cx, uint32_t a, uint32_t b)
{
	return s->distant ? steal_way_far(s, cx, a, b) : s->latency;
}

/* ---- steal_rule.c: may it be stolen ------------------------------------------------------ */

bool steal_allowed(const struct steal *s, sj_ctx *cx, uint32_t thief, uint32_t v,
		   const sj_task *t);

/* ---- steal.c ------------------------------------------------------------------------------- */

/* w, idle, starts t. SJ_EFULL: something else holds its core; t is back in its deque. */
int steal_start(struct steal *s, sj_ctx *cx, uint32_t w, const sj_task *t);

#endif
