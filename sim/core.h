/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * core.h - the state of one run, shared by the files of the core and nobody else.
 *
 * The core is task life cycle, capacity, news and decisions; it does not know
 * what makes time pass. A driver (simulated: engine.c) tells it what happened
 * and is told through `sj_driver` what has begun.
 */
#ifndef SJ_CORE_H
#define SJ_CORE_H

#include <setjmp.h>

#include "account.h"
#include "arena.h"
#include "collect.h"
#include "digest.h"
#include "latency.h"
#include "ledger.h"
#include "node_news.h"
#include "pes.h"
#include "records.h"
#include "run.h"

#define TASK_CHUNK_BITS 8u
#define TASK_CHUNK      (1u << TASK_CHUNK_BITS)
#define SOURCE_BATCH    64u

struct member;

/* A job of several tasks, or with files; other jobs of one task have none. members.h */
struct job_rec {
	uint64_t  seq;
	uint32_t  tasks_left;
	uint32_t  task_count;
	struct member *member; /* by index; one more behind them */
	uint32_t *succ;       /* by member: those that follow it */
	uint32_t *task_id;    /* by index, of those that have not ended; NULL: tasks are made
			       * when they are ready */
	sj_task_spec *kind;   /* what tasks ask for, but for their times */
	uint32_t *kind_of;    /* by index; NULL: all are of kind 0 */
	uint32_t  kinds, kind_cap;
	uint64_t  bytes;
	struct job_rec *prev, *next; /* in the list of live jobs */
	sj_time   first_start_ns;
	uint64_t  preemptions;
	uint64_t  requeues;
	uint32_t  outcome;    /* the worst of its tasks */
	struct job_data *data; /* NULL: nothing to move; data.h */
	struct critical *critical; /* NULL: a job of one task; critical.h */
	struct bound_tasks *bound; /* NULL: no bounds are asked for; bound.h */
	sj_job    job;        /* as submitted, without what the source keeps */
	sj_job_record record; /* static part */
	unsigned __int128 area; /* processors x ns executed */
	sj_time   busy_ns;    /* longest executed task */
};

struct pace;
struct bound;
struct bound_tasks;
struct staging;
struct traffic;
struct job_data;
struct critical;
struct shared_files;

/* What the core knows of a task; policies see only `pub`. */
struct task {
	sj_task       pub; /* first: a sj_task * is a struct task * */
	struct task  *prev, *next; /* in the ready, the running or the list of copies */
	sj_time       work_ns;     /* true run time at rate 1 */
	sj_time       done_ns;     /* work done before the current span */
	sj_time       span_ns;     /* when the current span of constant rate began */
	sj_time       ran_ns;      /* executed in earlier spans */
	sj_time       held_ns;     /* since when it holds what it holds */
	__int128      more_area;   /* processors x ns beyond ran_ns x pub.procs */
	sj_time       first_start_ns;
	uint32_t      ranks_now;
	uint32_t      procs_now;
	uint32_t      preemptions;
	uint32_t      requeues;
	uint32_t      starts;
	uint32_t      inputs;      /* transfers it waits for before it computes or ends */
	uint32_t      first_input; /* ... chained by staging.c */
	bool          killed;      /* the pending end is a kill */
	bool          released;    /* processors given back, end not yet announced */
	uint8_t       supposed;    /* suppose.c */
	bool          staged_out;  /* what it made is, or is being, written */
	uint32_t      comm;        /* 1 + index into the source's comms; 0: none */
	struct job_rec *job;       /* NULL for a job of one task */
	struct pace  *pace;        /* NULL: whole processors, rate 1, nothing lost; pace.h */
	const sj_scaling *scaling; /* NULL: linear */
	sj_held       held;        /* nodes it is on, processor numbers */
	uint64_t      wait_hash;   /* of the last reason to wait that was handed out */
};

struct task_list {
	struct task *first, *last;
	uint32_t     count;
};

/* Makes time pass for what runs. Every member is required. */
typedef struct sj_driver {
	void (*begun)(sj_ctx *cx, struct task *t);   /* started or rate changed */
	void (*halted)(sj_ctx *cx, struct task *t);  /* stopped before its end */
} sj_driver;

struct named_rng {
	char     purpose[64];
	gsl_rng *rng;
};

#define WARNINGS_MAX 16u

struct timer_slot {
	uint64_t token;
	uint32_t next_free;
	uint32_t part;      /* of the policy, that set it; arms.h */
};

struct counter {
	char      name[SJ_COUNTER_NAME];
	uint64_t *value;
};

struct sj_ctx {
	/* hot: touched by every event */
	sj_time            now;
	const sj_policy_ops *ops;
	void              *self;
	sj_ledger          ledger;
	struct task_list   ready, running;
	struct task       *ready_finger; /* the last that was put before the end, while all
					  * that were ready then still are; or NULL */
	bool               tells_submit; /* the policy is told of whole jobs */
	bool               plain;       /* no checkpoints, stragglers or interference */
	struct staging    *staging;     /* NULL: no network */
	struct sj_network *network;     /* likewise; transfers.h */
	struct comms      *comms;       /* NULL: communication costs nothing; comm.h */
	struct job_rec    *jobs;        /* of several tasks */
	uint64_t           job_bytes, peak_job_bytes; /* that they take, but for data */
	struct task      **chunk;       /* tasks by id >> TASK_CHUNK_BITS */
	uint32_t           chunks, chunk_cap;
	uint32_t           free_ids;    /* head of the list of unused ids */
	uint32_t           task_bound;
	uint32_t           live, peak_live;
	uint64_t           next_seq;
	uint64_t           actions;     /* at this instant, against endless loops */
	sj_time            charged;     /* by the callback that runs */
	sj_pes             ends;
	sj_digest          digest;
	sj_collect         collect;
	sj_time            node_next;   /* the next change of a node; SJ_NEVER */
	sj_account         account;
	const sj_driver   *driver;
	struct bound      *bound;       /* NULL: nobody asks for bounds; bound.h */
	/* arrivals */
	sj_source         *source;
	uint32_t           batch_at, batch_count;
	bool               source_done;
	bool               closed_loop; /* the source listens to starts or ends */
	sj_job             batch[SOURCE_BATCH];
	sj_time            last_submit;
	/* timers */
	sj_pes             timers;
	struct timer_slot *timer;
	uint32_t           timer_cap, timer_free;
	/* nodes that come and go */
	sj_node_news       node_news;
	uint64_t           node_changes;
	uint32_t           idle_changes; /* in a row, with nothing running */
	sj_time            round_start;  /* round clock with a barrier */
	sj_time            round_end;    /* decisions wait until then; SJ_NEVER: for nothing */
	/* the rest */
	sj_run_config      config;
	struct task_list   copies;      /* second copies, in start order */
	struct pace       *paces_free;
	gsl_rng           *straggler_rng;
	double            *factor;      /* of the ranks of one start */
	uint32_t           factor_cap;
	struct shared_files *shared_files; /* NULL: none yet; data.c */
	uint8_t           *transfer_owner; /* by transfer of the network */
	uint32_t           transfer_room;
	struct traffic    *traffic;     /* NULL: no sink asks what the network does */
	struct beside     *beside;      /* with interference: who is on each node */
	uint64_t           share_units; /* of the pool, in use by shares; pace.h */
	uint8_t            gpu_number[SJ_GPU_MODELS_MAX + 1]; /* the workload's number of
					 * each model of the machine; 0: none */
	bool               ever_shared;
	unsigned           passes;
	unsigned           making_parts; /* sj_policy_create() is at work */
	uint32_t           fault;       /* a policy fault was recorded */
	struct task      **ended;       /* pass per event: released, not announced */
	uint32_t           ended_count, ended_cap;
	sj_records         records;
	bool               wants_samples, wants_decisions, wants_allocs;
	bool               changed;     /* since the last sample */
	uint64_t           wanted_procs; /* by ready tasks */
	struct task       *because_task;
	const char        *because_text;
	sj_arena           arena, scratch;
	struct named_rng  *rng;         /* streams by purpose */
	uint32_t           rng_count;
	struct sj_suppose *suppose;    /* NULL until a policy supposes */
	struct counter    *counter;     /* of policies; counters.c */
	uint32_t           counter_count;
	uint32_t           flags;       /* of the policy, and of all its parts */
	uint32_t           part, timer_part; /* that acts; that set the timer which came */
	uint32_t           arms;        /* that its policy has */
	uint32_t          *stopped;     /* by parts, ids; arms.c */
	uint32_t           stopped_count, stopped_cap;
	bool               half_done;   /* a fault came in the middle of an action */
	const char        *because_of;  /* before every reason; or NULL */
	char              *warning[WARNINGS_MAX];
	uint32_t           warnings;
	const sj_saved_learning *saved_used;
	sj_subpolicy     **sub;
	uint32_t           sub_count;
	sj_latency         latency;
	uint64_t           events, rounds, jobs_done;
	uint64_t           dropped[SJ_DROP_COUNT];
	/* Thousandths of GPUs, and KiB, times ns that the tasks ask for. */
	unsigned __int128  offered_gpu, offered_mem;
	__int128           offered_beyond; /* cores x ns that the records of jobs leave out */
	unsigned __int128  held_area;   /* with --check: processors in use x ns */
	bool               ever_charged;
	bool               finished;
	jmp_buf            no_memory;
	char              *canonical;
	sj_error           error;
};

struct sj_run {
	struct sj_ctx cx;
};

static inline struct task *task_of(const sj_task *t)
{
	return (struct task *)(uintptr_t)(const void *)t;
}

static inline struct task *task_at(const sj_ctx *cx, uint32_t id)
{
	return &cx->chunk[id >> TASK_CHUNK_BITS][id & (TASK_CHUNK - 1)];
}

/* ---- task.c: slots and lists -------------------------------------------- */

int  task_add_chunk(sj_ctx *cx); /* more unused slots; SJ_OK or SJ_ENOMEM */
void tasks_fini(sj_ctx *cx);

/* A slot; only its id and `held` are set. NULL: no memory. Who it is for counts as live
 * already. */
static inline struct task *task_slot(sj_ctx *cx)
{
	struct task *t;

	if (cx->free_ids == UINT32_MAX && task_add_chunk(cx) != SJ_OK)
		return NULL;
	t = task_at(cx, cx->free_ids);
	cx->free_ids = t->pub.index; /* unused slots are chained through it */
	if (t->pub.id >= cx->task_bound)
		cx->task_bound = t->pub.id + 1;
	return t;
}

static inline void count_live(sj_ctx *cx, uint32_t more)
{
	cx->live += more;
	if (cx->live > cx->peak_live)
		cx->peak_live = cx->live;
}

/* Whose it is, when it came and how wide it is, as a job of one task for another run; its id,
 * its times and all else are the caller's. */
void task_as_job(const sj_task *t, sj_job *j);

static inline struct task *task_new(sj_ctx *cx)
{
	struct task *t = task_slot(cx);

	if (t != NULL)
		count_live(cx, 1);
	return t;
}

static inline void slot_free(sj_ctx *cx, struct task *t)
{
	t->pub.state = SJ_TASK_ENDED;
	t->pub.index = cx->free_ids;
	cx->free_ids = t->pub.id;
}

static inline void task_free(sj_ctx *cx, struct task *t)
{
	slot_free(cx, t);
	cx->live--;
}

static inline void list_append(struct task_list *l, struct task *t)
{
	t->prev = l->last;
	t->next = NULL;
	if (l->last != NULL)
		l->last->next = t;
	else
		l->first = t;
	l->last = t;
	l->count++;
}

static inline void list_remove(struct task_list *l, struct task *t)
{
	if (t->prev != NULL)
		t->prev->next = t->next;
	else
		l->first = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	else
		l->last = t->prev;
	l->count--;
}

/* Is a before b in the order (ready, seq)? */
static inline bool ready_before(const struct task *a, const struct task *b)
{
	return a->pub.ready_ns < b->pub.ready_ns ||
	       (a->pub.ready_ns == b->pub.ready_ns && a->pub.seq < b->pub.seq);
}

/* Into the ready list, somewhere before its end; task.c. */
void ready_insert_before(sj_ctx *cx, struct task *t);

/* Keeps the order (ready, seq); most tasks go to the end. */
static inline void ready_insert(sj_ctx *cx, struct task *t)
{
	if (cx->ready.last != NULL && ready_before(t, cx->ready.last))
		ready_insert_before(cx, t);
	else
		list_append(&cx->ready, t);
}

static inline void ready_remove(sj_ctx *cx, struct task *t)
{
	cx->ready_finger = NULL;
	list_remove(&cx->ready, t);
}

/* arms.c: a part has stopped it; the other parts are to be told. */
void arms_stopped(sj_ctx *cx, const struct task *t);

/* ---- life.c: what happens to jobs and tasks -------------------------------- */

int  life_submit(sj_ctx *cx, const sj_job *job);
/* A task stops running: gives its resources back. */
void life_release(sj_ctx *cx, struct task *t);
/* Hands out what it held until now. Whatever changes what a running task holds calls
 * this before, life_release() included. */
void life_hand_out(sj_ctx *cx, struct task *t);
/*
 * The node of a running task died: its span is closed, its work goes back to the last
 * checkpoint or to nothing, its second copy goes, and its resources are free. The policy
 * is not told yet.
 */
void life_lose(sj_ctx *cx, struct task *t);
/* Tells the policy and the records; the task is gone afterwards. */
int  life_announce(sj_ctx *cx, struct task *t);
void life_refuse(sj_ctx *cx, struct task *t);
/* Processors x time it had; resizing counts. Valid once it was released. */
unsigned __int128 life_area(const struct task *t);
/* Work done up to now, at rate 1. */
sj_time life_attained(const sj_ctx *cx, const struct task *t);
/* Tells the policy of a task that was lost: it is ready again, or its job has failed. */
int  life_requeue(sj_ctx *cx, struct task *t);
/* Closes the current span: attained work and run time so far are booked. */
void life_close_span(sj_ctx *cx, struct task *t);

/* ---- nodes.c: nodes that come and go ------------------------------------------ */

int  nodes_init(sj_ctx *cx);
void nodes_fini(sj_ctx *cx);
/* The next change of a node happens now. */
int  nodes_change(sj_ctx *cx);
/* Nothing but changes of nodes is to come, and they will not start anything. */
bool nodes_hopeless(sj_ctx *cx);

/* ---- policy.c: calling the policy ------------------------------------------ */

int  policy_init(sj_ctx *cx);
void policy_fini(sj_ctx *cx);
/* Turns a callback's return code into one that ends the run, or SJ_OK. */
int  policy_check(sj_ctx *cx, const char *callback, int rc);
int  policy_schedule(sj_ctx *cx);

/* ---- decide.c: log, digest, reasons ---------------------------------------- */

void decide_hand_out(sj_ctx *cx, struct task *t, sj_decision_kind kind);
static inline void decide(sj_ctx *cx, struct task *t, sj_decision_kind kind, uint64_t arg)
{
	sj_digest_add(&cx->digest, cx->now, t->pub.seq, t->pub.index, kind, arg);
	if (cx->wants_decisions)
		decide_hand_out(cx, t, kind);
}
/* A reason without a decision on its task was a reason to wait: hands it out. */
void decide_settle(sj_ctx *cx);

/* ---- suppose.c ---------------------------------------------------------------- */

bool suppose_active(const sj_ctx *cx);

/* ---- check.c ----------------------------------------------------------------- */

/* Full check of the invariants; SJ_OK or SJ_EINVARIANT. */
int  check_state(sj_ctx *cx);
/* Of a run that has come to its end. */
int  check_end(sj_ctx *cx);

#endif
