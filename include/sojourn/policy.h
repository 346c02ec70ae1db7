/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/policy.h - the contract between a scheduling policy and the core.
 *
 * The core has the mechanism: ready list, capacity, clock, checks, logging. The
 * policy has the judgement. One callback is required. The same object runs in
 * simulated and in real time: callbacks come one at a time, sj_now() is constant
 * within a call, and a policy acts only through the functions declared here,
 * each of which takes effect at once.
 */
#ifndef SJ_POLICY_H
#define SJ_POLICY_H

#include "sojourn/job.h"
#include "sojourn/param.h"
#include "sojourn/rng.h"
#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_POLICY_MAGIC UINT32_C(0x534a504c) /* "SJPL" */
#define SJ_POLICY_ABI   1u

typedef struct sj_ctx sj_ctx; /* one policy's view of one run; opaque */

typedef enum sj_task_state {
	SJ_TASK_PENDING, /* known, but a predecessor has not ended */
	SJ_TASK_READY,   /* may be started */
	SJ_TASK_RUNNING,
	SJ_TASK_STOPPED, /* preempted; ready again unless waiting out a delay */
	SJ_TASK_ENDED
} sj_task_state;

/*
 * What a policy may know of a task. Owned by the core; the pointer is valid
 * from on_submit/on_ready until on_done has returned. True run times are absent:
 * see sj_task_runtime().
 */
typedef struct sj_task {
	uint32_t id;        /* dense number of a live task; reused after its end */
	uint32_t index;     /* number within its job */
	uint64_t seq;       /* arrival number in (submit, line) order: the tie-break */
	int64_t  job;       /* the trace's own job id */
	uint32_t procs;     /* ranks x cores: width in a pool of processors */
	uint32_t ranks;
	uint32_t cores;     /* per rank */
	uint32_t gpu_milli; /* per rank, thousandths */
	uint32_t state;     /* sj_task_state */
	uint64_t gpu_models; /* those that will do: bit m - 1 is the machine's model m;
	                      * 0 = any */
	uint64_t mem_bytes; /* per rank */
	sj_time  submit_ns; /* of its job */
	sj_time  ready_ns;  /* SJ_NEVER until ready */
	sj_time  start_ns;  /* latest start; SJ_NEVER before the first */
	sj_time  estimate_ns; /* as claimed by the user */
	sj_time  deadline_ns; /* SJ_NEVER = none */
	sj_time  logged_start_ns; /* the log's own start, SJ_NEVER = unknown */
	double   weight;
	int32_t  priority;
	uint32_t user, group, queue, app; /* 0 = unknown */
	uint32_t ranks_min, ranks_max;    /* both 0: rigid */
	uint32_t job_flags; /* sj_job_flag */
	uint32_t node;      /* 1 + the only node it may run on; 0 = any */
	uint16_t layout;    /* sj_layout */
	uint16_t spare_ranks; /* its slowest so many are not waited for */
	uint64_t steps;     /* equal steps of its work; 0 = not told */
} sj_task;

/* How a task's running ended. */
typedef enum sj_outcome {
	SJ_COMPLETED,
	SJ_KILLED,    /* reached its estimate under overrun=kill */
	SJ_REJECTED,  /* by the policy, or wider than the machine */
	SJ_FAILED,    /* its node died and no retry is left */
	SJ_CANCELLED, /* never ready: what it follows from has failed; only told when there
	               * is an on_submit() */
	SJ_REQUEUED   /* its node died; on_ready() follows at once, as for a new task, with
	               * its old seq */
} sj_outcome;

/* Where ranks go. In a pool of processors there are no nodes and no placement. */
typedef struct sj_slot {
	uint32_t node;
	uint32_t ranks;
} sj_slot;
typedef struct sj_placement {
	uint32_t       count;
	const sj_slot *slots; /* distinct nodes, ascending */
} sj_placement;

typedef enum sj_policy_flag {
	SJ_PF_CLAIRVOYANT = 1 << 0, /* reads true run times; results are marked */
	SJ_PF_PREEMPTS    = 1 << 1, /* calls sj_stop */
	SJ_PF_RESIZES     = 1 << 2, /* calls sj_resize */
	SJ_PF_DROPS_ZERO  = 1 << 3, /* its rules drop jobs of run time 0 */
	SJ_PF_PLACES      = 1 << 4, /* chooses nodes itself: takes no place= */
	SJ_PF_SHARES      = 1 << 5, /* calls sj_share: processors shared in time */
	SJ_PF_GRAPHS      = 1 << 7, /* its order follows from edges between tasks; its semantics
	                             * say what is left of it without */
	SJ_PF_COPIES      = 1 << 6, /* calls sj_copy: a task may hold a multiple of what it asked for */
} sj_policy_flag;

/* What defines a policy, one line each; shown by `policy help`. */
typedef struct sj_semantics {
	const char *order;       /* key of the queue */
	const char *blocking;    /* block or skip */
	const char *reservation;
	const char *preemption;
	const char *placement;
	const char *tie;
	const char *instants;    /* when decisions are taken */
} sj_semantics;

typedef struct sj_policy_ops {
	uint32_t        magic;      /* SJ_POLICY_MAGIC */
	uint32_t        abi;        /* SJ_POLICY_ABI this file was written for */
	size_t          ops_size;   /* sizeof(sj_policy_ops) it was compiled with */
	const char     *name;       /* as typed: "easy" */
	const char     *summary;    /* one line for `policy list` and the docs */
	const char     *cite;       /* the paper it follows, or NULL */
	const sj_semantics *semantics; /* NULL: not stated */
	uint32_t        flags;      /* sj_policy_flag */
	size_t          state_size; /* of *self: zeroed and freed by the core */
	const sj_param *params;     /* ends with a NULL name; may be NULL */

	/* Parameters are already in *self. All callbacks but schedule are
	 * optional. They return SJ_OK or a negative sj_err, which ends the run. */
	int  (*init)(void *self, sj_ctx *cx);
	void (*fini)(void *self, sj_ctx *cx);

	/* News. Remember what you need; decide later, in schedule(). Within an
	 * instant: ends, node changes, arrivals, timers (sj_passes() can change
	 * that). */
	int  (*on_submit)(void *self, sj_ctx *cx, const sj_task *tasks[],
			  uint32_t count, const sj_job *graph); /* whole job;
			  * graph has the edges; its run times are zeroed */
	int  (*on_ready)(void *self, sj_ctx *cx, const sj_task *t);
	int  (*on_done)(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how);
	int  (*on_timer)(void *self, sj_ctx *cx, uint64_t token);
	/* The node is up, or it is not any more: drained or down (sj_node_get_state()).
	 * What died with it was told before. Capacity has changed already. */
	int  (*on_node)(void *self, sj_ctx *cx, uint32_t node, bool up);

	/* Called once all news of an instant is in. Start what should start.
	 * Returning SJ_EFULL means "nothing more fits", which is not an error.
	 * If it makes news at the same instant (a zero-length task), it is
	 * called again after that news. */
	int  (*schedule)(void *self, sj_ctx *cx);
	/* As a part of another policy: something that policy had put on the node has
	 * ended (a copy), so that it may have room; UINT32_MAX: any node may. A policy
	 * with SJ_PF_PLACES that looks for room only where its own tasks end needs it. */
	int  (*on_room)(void *self, sj_ctx *cx, uint32_t node);
	/* Later fields go here: append, never reorder, never reuse. */
} sj_policy_ops;

/* Head of every table: `SJ_POLICY_HEAD, .name = "mine", ...`. */
#define SJ_POLICY_HEAD                                         \
	.magic = SJ_POLICY_MAGIC, .abi = SJ_POLICY_ABI,        \
	.ops_size = sizeof(sj_policy_ops)

/* A shared object exports one of these: `const sj_policy_ops *sojourn_policy(void)`. */
#define SJ_POLICY_ENTRY "sojourn_policy"

/* ---- queries ---------------------------------------------------------- */

sj_time  sj_now(const sj_ctx *cx);
uint32_t sj_procs_total(const sj_ctx *cx); /* that are up */
uint32_t sj_procs_free(const sj_ctx *cx);
uint32_t sj_node_count(const sj_ctx *cx);  /* 0 = one pool */
uint32_t sj_node_cores_free(const sj_ctx *cx, uint32_t node);
uint32_t sj_node_gpu_milli_free(const sj_ctx *cx, uint32_t node);
uint64_t sj_node_mem_free(const sj_ctx *cx, uint32_t node);
/* What it has when nothing runs there, whether it is up or not. */
typedef struct sj_node_size {
	uint32_t cores, gpu_milli;
	uint64_t mem_bytes;
} sj_node_size;
sj_node_size sj_node_get_size(const sj_ctx *cx, uint32_t node);

typedef enum sj_node_state {
	SJ_NODE_UP,
	SJ_NODE_DRAINING, /* what runs there goes on, nothing new starts */
	SJ_NODE_DOWN      /* failed, or not joined yet */
} sj_node_state;
/* Processors of nodes that are not up are not in sj_procs_total(). */
sj_node_state sj_node_get_state(const sj_ctx *cx, uint32_t node);

/* Its rack, from 0; UINT32_MAX: it is in none. */
uint32_t sj_node_rack(const sj_ctx *cx, uint32_t node);

/* What a node is made of, used or not. Nodes of one type are alike, types are numbered from
 * 0; GPU model 0: it has no name. */
typedef struct sj_node_kind {
	uint32_t type, cores, gpus, gpu_model;
	uint64_t mem_bytes; /* 0: not modelled */
} sj_node_kind;
sj_node_kind sj_node_get_kind(const sj_ctx *cx, uint32_t node);
/* How many ranks of t the node could take now; 0 unless it is up. */
uint32_t sj_node_room(const sj_ctx *cx, uint32_t node, const sj_task *t);

/* Ready tasks in the order (ready, seq). NULL at the end. The list may change
 * under you only by your own sj_start and sj_reject: take next before acting. */
const sj_task *sj_ready_first(const sj_ctx *cx);
const sj_task *sj_ready_next(const sj_ctx *cx, const sj_task *t);
uint32_t       sj_ready_count(const sj_ctx *cx);
/* Running tasks in start order. */
const sj_task *sj_running_first(const sj_ctx *cx);
const sj_task *sj_running_next(const sj_ctx *cx, const sj_task *t);
uint32_t       sj_running_count(const sj_ctx *cx);
/* The live task with this dense id; ids are below sj_task_bound(). */
const sj_task *sj_task_get(const sj_ctx *cx, uint32_t id);
uint32_t       sj_task_bound(const sj_ctx *cx);

/* Would sj_start(cx, t, NULL) succeed now? */
bool sj_fits(const sj_ctx *cx, const sj_task *t);
/* Could it ever run on the whole machine, empty? */
bool sj_fits_ever(const sj_ctx *cx, const sj_task *t);

/* True run time at rate 1. Only for SJ_PF_CLAIRVOYANT policies: for any other
 * it returns SJ_NEVER and the run ends with a policy fault. */
sj_time sj_task_runtime(sj_ctx *cx, const sj_task *t);
/* Work done so far, in ns at rate 1: attained service. */
sj_time sj_task_attained(const sj_ctx *cx, const sj_task *t);
/* Ranks it has now; those it asked for when it does not run. */
uint32_t sj_task_ranks(const sj_ctx *cx, const sj_task *t);
/* Where it runs; count 0 in a pool or when it does not run. Valid until the next action. */
sj_placement sj_task_placement(const sj_ctx *cx, const sj_task *t);
/* Work per time of t on `ranks` ranks at `where` (NULL: on reference nodes, together):
 * speed of nodes, scaling and placement; no noise, no interference. 0: cannot run. */
double sj_rate(const sj_ctx *cx, const sj_task *t, uint32_t ranks, const sj_placement *where);

/* ---- data --------------------------------------------------------------- */

/* What the network is: endpoints are the nodes, from 0, then shared storages. Without a
 * network data costs nothing, and none of a task's data is known. */
bool     sj_has_network(const sj_ctx *cx);
uint32_t sj_storage_count(const sj_ctx *cx);
/* Seconds that `bytes` take from one endpoint to another if nothing else moves; bytes per
 * second of the narrowest link between them (infinity: none). */
double   sj_transfer_alone(const sj_ctx *cx, uint32_t from, uint32_t to, uint64_t bytes);
double   sj_bandwidth_alone(const sj_ctx *cx, uint32_t from, uint32_t to);

/* One thing that a task reads. */
typedef struct sj_need {
	uint64_t bytes;
	uint32_t task;  /* of its job, that makes it; UINT32_MAX: none does */
	uint32_t at;    /* where it is: the task's node, or of a file the copy with the lowest
	                 * number; UINT32_MAX: nowhere yet, or everywhere */
	bool     ready; /* it is there, or everywhere */
} sj_need;
/* What t reads over edges with bytes, then files; 0 .. count - 1. */
uint32_t sj_need_count(const sj_ctx *cx, const sj_task *t);
sj_need  sj_need_get(const sj_ctx *cx, const sj_task *t, uint32_t i);
/* Where that is, of a file all its copies: the first `cap` into `at`. Returns how many there
 * are; 0: nowhere yet, or everywhere. */
uint32_t sj_need_places(const sj_ctx *cx, const sj_task *t, uint32_t i, uint32_t *at,
			uint32_t cap);
/* Node where task `index` of t's job ended last, the first of its place; UINT32_MAX: not
 * yet, or nothing of this job moves. */
uint32_t sj_ran_on(const sj_ctx *cx, const sj_task *t, uint32_t index);

/* Of t's data: all of it; what is on `node`, or is everywhere. O(what t reads). */
uint64_t sj_data_bytes(const sj_ctx *cx, const sj_task *t);
uint64_t sj_data_bytes_on(const sj_ctx *cx, const sj_task *t, uint32_t node);
/*
 * Seconds until t's data that is ready would be on `node`, from its nearest copies: the
 * longest of the times alone, but not less than all its bytes take on the node's own link.
 * `crowded`: each link counts as shared with what crosses it now. O(what t reads), for
 * files times their copies.
 */
double   sj_data_seconds(const sj_ctx *cx, const sj_task *t, uint32_t node, bool crowded);

/* ---- actions ---------------------------------------------------------- */

/*
 * Starts a ready task. `where` NULL: any placement that fits (first fit by node
 * number). SJ_OK; SJ_EFULL: does not fit now, nothing changed, not an error;
 * SJ_EPOLICY: not ready, or `where` is impossible; the run ends with a report.
 */
int sj_start(sj_ctx *cx, const sj_task *t, const sj_placement *where);

/* Starts a ready moldable or malleable task on `ranks` ranks within its bounds; else
 * as sj_start(). */
int sj_start_sized(sj_ctx *cx, const sj_task *t, uint32_t ranks, const sj_placement *where);

typedef enum sj_stop_mode {
	SJ_STOP_KEEP, /* work done so far is kept; with a checkpoint model the next start
	               * pays for writing it and for the restart */
	SJ_STOP_LOSE, /* it starts again from nothing */
	SJ_STOP_CHECKPOINT, /* back to its last periodic checkpoint; a fault when the run
	               * has no checkpoint model */
} sj_stop_mode;
/* Preempts a running task: it is ready again at once, with its old seq. */
int sj_stop(sj_ctx *cx, const sj_task *t, sj_stop_mode mode);

/* Changes the number of ranks of a running malleable task. Its work goes on at the
 * rate of its new size, after the restart delay of the checkpoint model if there is
 * one. On nodes a smaller task leaves its last nodes first, and a larger one keeps what
 * it has. SJ_OK, SJ_EFULL, SJ_EPOLICY. */
int sj_resize(sj_ctx *cx, const sj_task *t, uint32_t ranks);

/* Moves a running task to `where`, which may overlap with where it is; work is kept, and
 * the costs are those of SJ_STOP_KEEP and a start. SJ_OK; SJ_EFULL: does not fit there,
 * nothing changed; SJ_EPOLICY. */
int sj_migrate(sj_ctx *cx, const sj_task *t, const sj_placement *where);

/* Runs one more copy of a running task, from its beginning, elsewhere; the first of all to
 * end ends the task, and the others are cancelled. Copies go when their task is stopped.
 * SJ_OK, SJ_EFULL, SJ_EPOLICY. */
int sj_copy(sj_ctx *cx, const sj_task *t, const sj_placement *where);
bool sj_has_copy(const sj_ctx *cx, const sj_task *t);
uint32_t sj_copy_count(const sj_ctx *cx, const sj_task *t); /* besides itself */

/* In a pool: t, ready or running, has `share` (0 < share <= 1) of its processors from now
 * on, and its rate follows; a share of 1 is an ordinary start. All shares together must
 * fit. Only with SJ_PF_SHARES. SJ_OK, SJ_EFULL, SJ_EPOLICY. */
int sj_share(sj_ctx *cx, const sj_task *t, double share);

/* Refuses a ready task that has never run, for good; on_done is not called for it. */
int sj_reject(sj_ctx *cx, const sj_task *t);

/*
 * t, which has not started, will run on `node` (the first of its place): under
 * --staging=prefetch its data begins to move there as soon as it is ready; otherwise nothing
 * happens. A later call with another node gives up what is under way. Starting t elsewhere
 * is allowed, and fetches anew.
 */
int sj_stage(sj_ctx *cx, const sj_task *t, uint32_t node);
/* Does it move anything in this run? */
bool sj_stages_ahead(const sj_ctx *cx);

/* on_timer(token) at `at` (>= now; now means another round of this instant).
 * Timers cannot be cancelled: ignore a token that is out of date. */
int sj_timer(sj_ctx *cx, sj_time at, uint64_t token);

/* Thinking took this long: what is started later in this call starts that much
 * later in simulation. Nothing in real execution, where the cost was paid. */
void sj_charge(sj_ctx *cx, sj_time thinking);

/* ---- how the core calls this policy; from init() only ------------------- */

typedef enum sj_passes {
	SJ_PASS_INSTANT = 0,          /* one schedule() when all news is in */
	SJ_PASS_EVENT   = 1 << 0,     /* one schedule() after each event; all
	                               * processors of tasks that end at this
	                               * instant are free from its first event on,
	                               * announced (on_done) or not */
	SJ_PASS_SUBMITS_FIRST = 1 << 1 /* arrivals before ends; ends then come in
	                                * start order */
} sj_passes;
void sj_set_passes(sj_ctx *cx, unsigned passes);

/* As if on_submit were NULL: with its parameters this policy does not ask for whole jobs, so
 * that tasks of graphs need not exist before they are ready. Nothing in a part of another
 * policy, which gets what that one hands on. */
void sj_skip_submit(sj_ctx *cx);

/* ---- explaining --------------------------------------------------------- */

/* Does anybody want reasons? Test this before building one. */
bool sj_explaining(const sj_ctx *cx);
/* Why task t is about to be started, or why it waits now. Nothing unless
 * sj_explaining(). */
void sj_because(sj_ctx *cx, const sj_task *t, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- counting ----------------------------------------------------------- */

/*
 * A count of the policy's own, 0 at first, which lives as long as the run: count by adding
 * to what is pointed to. Its end is stored with the metrics of the run and told by --json.
 * Names are "POLICY.WHAT", like "steal.requests": lower case letters, digits, ".", "-" and
 * "_", at most 47; any other is a policy fault. Who asks for the same name shares the count.
 * Nothing that is decided may depend on it. From init() only. Never NULL.
 */
uint64_t *sj_counter(sj_ctx *cx, const char *name);

/* ---- memory, randomness, composition ------------------------------------ */

/* Zeroed memory that lives as long as the run; never NULL (the run ends with
 * SJ_ENOMEM instead). */
void *sj_alloc(sj_ctx *cx, size_t size);
/* Zeroed memory until the current callback returns. */
void *sj_scratch(sj_ctx *cx, size_t size);
/* malloc-like growth with the run's lifetime: old contents kept, new zeroed. */
void *sj_grow(sj_ctx *cx, void *old, size_t old_size, size_t new_size);
/* The same for a list of things of `size`, one for each task by its id (or whatever else is
 * numbered), which is to have room for number `id`; *cap is its length. */
void *sj_grow_to(sj_ctx *cx, void *old, uint32_t *cap, uint32_t id, size_t size);

/* The policy's own stream for `purpose`; owned by the run. */
gsl_rng *sj_rng(sj_ctx *cx, const char *purpose);

/* An error that ends the run: fills the run's error and returns `code`. */
int sj_policy_fail(sj_ctx *cx, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Another policy as a part of this one (arms of a learner). It is a full object
 * with its own state, but has no clock of its own: forward news and schedule to
 * it. Its init() has run. NULL after sj_policy_fail().
 */
typedef struct sj_subpolicy {
	const sj_policy_ops *ops;
	void                *self;
} sj_subpolicy;
const sj_subpolicy *sj_policy_create(sj_ctx *cx, const char *spec);

/* A number among the parameters of a part, in base units (s for times): what it is, and a
 * new one from its next decision on. SJ_OK; SJ_EUSAGE: it has no such parameter, the table
 * does not say that it is live, or the number is out of range; *err says which. */
int sj_part_get(const sj_subpolicy *part, const char *name, double *value, sj_error *err);
int sj_part_set(const sj_subpolicy *part, const char *name, double value, sj_error *err);
/* Is it a whole number? */
bool sj_part_is_whole(const sj_subpolicy *part, const char *name);

/* ---- the list, in policies/registry.c ----------------------------------- */

extern const sj_policy_ops *const sj_policies[]; /* ends with NULL */
/* Other names for specs: { "fcfs", "fifo" }; ends with a NULL alias. */
typedef struct sj_policy_alias {
	const char *alias, *spec;
} sj_policy_alias;
extern const sj_policy_alias sj_policy_aliases[];

#ifdef __cplusplus
}
#endif
#endif
