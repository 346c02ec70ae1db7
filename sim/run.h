/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h - one simulated run: (workload, cluster, policy, seed, clock) to job
 * records, metrics and a digest. The interface of libsojourn to the program.
 */
#ifndef SJ_RUN_H
#define SJ_RUN_H

#include "metrics.h"
#include "link_news.h"
#include "sojourn/arms.h"
#include "sojourn/law.h"
#include "sojourn/policy.h"
#include "sojourn/workload.h"

/* ---- the machine -------------------------------------------------------- */

#define SJ_NODE_GPUS_MAX  64u /* the GPUs of a node are a set of bits */
#define SJ_GPU_MODELS_MAX 63u /* bit 63 of a mask is "a model that no node has" */

/* `count` nodes of one kind. Nodes are numbered type after type. */
typedef struct sj_node_type {
	uint32_t count;
	uint32_t cores;
	uint32_t gpus;      /* at most SJ_NODE_GPUS_MAX */
	uint32_t gpu_model; /* 1..SJ_GPU_MODELS_MAX; 0 = unnamed */
	uint32_t gpu_grain; /* least share of a GPU in thousandths, a divisor of 1000: a
	                     * demand below is rounded up; 0 counts as 1 */
	uint32_t site;      /* 0, 1, ... */
	uint32_t rack, racks; /* spread evenly, in order, over racks rack .. rack+racks-1;
	                     * racks 0: no racks */
	uint64_t mem_bytes; /* 0 = not modelled */
	uint64_t gpu_mem_bytes;
	double   speed;     /* of a core relative to the reference; 0 counts as 1 */
	double   gpu_speed; /* likewise: what paces a task with GPUs */
	uint64_t nic_bytes_per_s; /* each direction; 0: not stated; used by the network */
	sj_time  nic_latency_ns;
	uint64_t pcie_bytes_per_s, nvlink_bytes_per_s; /* 0: not stated */
	sj_time  pcie_latency_ns, nvlink_latency_ns;
	double   idle_w, busy_w;         /* the node without GPUs: idle, all cores busy */
	double   gpu_idle_w, gpu_busy_w; /* of one GPU */
	const sj_law *mtbf, *mttr; /* seconds up and seconds down of a node; NULL: never
	                            * fails; borrowed */
} sj_node_type;

/* type_count 0: one pool of `procs` identical processors without boundaries. */
typedef struct sj_cluster {
	uint32_t            procs;
	uint32_t            type_count;
	const sj_node_type *types;
} sj_cluster;

/* How much longer a task takes while others are beside it: kind = the task's app number,
 * 1 .. kinds; other apps neither slow nor are slowed. At one place the factors of all
 * others multiply; a gang is paced by its worst place. */
typedef struct sj_interference {
	uint32_t      kinds;
	const double *slowdown; /* [(own - 1) * kinds + (other - 1)], > 0 */
	bool          per_gpu;  /* beside = on the same GPU; else on the same node */
} sj_interference;

/* ---- what goes wrong ------------------------------------------------------- */

typedef enum sj_node_change {
	SJ_CHANGE_FAIL, SJ_CHANGE_UP, SJ_CHANGE_DRAIN, SJ_CHANGE_JOIN
	/* JOIN: the node is not there until then; UP ends a failure or a drain */
} sj_node_change;
extern const char *const sj_node_change_names[4]; /* "fail", "up", ... */

typedef struct sj_node_event {
	sj_time        at_ns;
	uint32_t       node;
	sj_node_change change;
} sj_node_event;

#define SJ_RETRIES_DEFAULT   16u
#define SJ_RETRIES_UNLIMITED UINT32_MAX

typedef struct sj_failures {
	const sj_node_event *events; /* in order of time; borrowed */
	uint32_t             event_count;
	uint32_t             retries; /* a task that loses its node more often has failed */
} sj_failures;

/* Work is saved every `interval_ns` spent on work, which takes `cost_ns`; a start after a
 * stop or a failure takes `restart_ns` first. The processors are held all the while. What
 * counts against an estimate is time spent on work that was not lost, on the size that was
 * asked for: writes and restarts do not. */
typedef struct sj_checkpoint {
	sj_time interval_ns; /* 0: no periodic checkpoints */
	sj_time cost_ns, restart_ns;
	bool    modelled;    /* false: stops cost nothing and failures lose everything */
} sj_checkpoint;

/* The interval that wastes least, by first and by higher order, for a cost of one write
 * and a mean time between failures, in the same unit. */
double sj_young_interval(double cost, double mtbf);
double sj_daly_interval(double cost, double mtbf);

/* ---- what a run hands out ------------------------------------------------- */

/* One job, when it and all before it in (submit, line) order have ended. */
typedef struct sj_job_record {
	uint64_t seq;        /* 0, 1, 2 ... in (submit, line) order */
	int64_t  id;         /* the trace's own */
	sj_time  submit_ns;
	sj_time  start_ns;   /* SJ_NEVER: never started */
	sj_time  finish_ns;  /* SJ_NEVER: unfinished */
	sj_time  estimate_ns;
	sj_time  work_ns;    /* the log's run time, before any kill */
	sj_time  deadline_ns; /* SJ_NEVER: none */
	uint32_t procs;
	uint32_t user, group, queue;
	uint32_t outcome;    /* sj_outcome */
	uint32_t preemptions;
	sj_time  busy_ns;    /* executed: finish - start less the pauses of a preempted
	                      * task; of several tasks the longest one's */
	uint32_t requeues;   /* times that its tasks died with a node */
} sj_job_record;

/* State between two instants at which something changed. */
typedef struct sj_sample {
	sj_time  at_ns;
	uint32_t procs_busy;
	uint32_t running;      /* tasks */
	uint32_t waiting;      /* tasks */
	uint64_t procs_wanted; /* by waiting tasks */
	uint32_t procs_up;
	uint64_t gpu_milli_busy, gpu_milli_up;
	uint64_t gpu_milli_frag; /* expected fragmentation; UINT64_MAX: not asked for */
} sj_sample;

typedef enum sj_decision_kind {
	SJ_D_START, SJ_D_STOP, SJ_D_RESIZE, SJ_D_REJECT, SJ_D_TIMER, SJ_D_WAIT,
	SJ_D_MIGRATE, SJ_D_COPY, SJ_D_SHARE, SJ_D_STAGE
} sj_decision_kind;
extern const char *const sj_decision_names[]; /* "start", "stop", ... */

typedef struct sj_decision {
	sj_time     at_ns;
	uint64_t    seq;   /* of the task's job */
	int64_t     job;   /* the trace's own id */
	uint32_t    task;
	uint32_t    kind;  /* sj_decision_kind */
	const char *reason; /* NULL unless explaining and given */
} sj_decision;

/* What a task had from `from_ns` to `to_ns`, only on request: in a pool one record for
 * each interval of processor numbers (disjoint, ascending), on nodes one for each node. */
typedef struct sj_alloc_record {
	uint64_t seq;
	int64_t  job;         /* the trace's own id */
	uint32_t task;
	sj_time  from_ns, to_ns;
	uint32_t first, last; /* processor numbers of one interval; 0 on nodes */
	uint32_t node;        /* UINT32_MAX: a pool */
	uint32_t ranks, cores; /* cores of all these ranks */
	uint64_t gpus;        /* which, as bits; each fully or to gpu_milli */
	uint32_t gpu_milli;   /* of each GPU in `gpus` */
	uint64_t mem_bytes;
} sj_alloc_record;

/* A node came, went, or is to be emptied. */
typedef struct sj_node_record {
	sj_time        at_ns;
	uint32_t       node;
	sj_node_change change;
	uint32_t       killed; /* tasks that died with it */
} sj_node_record;

/* Data that went, or was to go, over the network: handed out when it has arrived or was
 * given up. */
typedef struct sj_transfer_record {
	uint64_t seq;
	int64_t  job;       /* the trace's own id */
	uint32_t task;      /* that it is for */
	uint32_t from_task; /* of the same job, that made it; UINT32_MAX: none did */
	uint32_t from, to;  /* nodes, and behind them what else is on the network */
	uint64_t bytes;
	sj_time  began_ns;
	sj_time  flowing_ns; /* its latency was over; SJ_NEVER: it was given up before */
	sj_time  ended_ns;
	bool     arrived;    /* else given up */
} sj_transfer_record;

/* A flow changed its rate: what it sent over each of its links since the last change. */
typedef struct sj_flow_record {
	const uint32_t *link; /* as sj_run_link() has them; until the call returns */
	uint32_t hops;
	sj_time  from_ns, to_ns;
	double   bytes;       /* that it sent in [from_ns, to_ns) */
	double   rate, next;  /* bytes/s in [from_ns, to_ns), and from then on; 0: it ended */
} sj_flow_record;

/* A job of several tasks that has ended, all of which ran. Lists are by task, until the call
 * returns. */
typedef struct sj_graph_record {
	uint64_t seq;
	int64_t  job;           /* the trace's own id */
	uint32_t tasks;
	sj_time  submit_ns;
	sj_time  critical_ns, critical_data_ns; /* lengths of the critical path */
	const sj_time *start_ns, *finish_ns;    /* of the last start */
	const sj_time *slack_ns;
} sj_graph_record;

/* Any member may be NULL. Return SJ_OK, or an error that ends the run. */
typedef struct sj_sink {
	void *self;
	int (*jobs)(void *self, const sj_job_record *r, uint32_t n, sj_error *);
	int (*sample)(void *self, const sj_sample *s, sj_error *);
	int (*decision)(void *self, const sj_decision *d, sj_error *);
	int (*alloc)(void *self, const sj_alloc_record *a, sj_error *);
	int (*node)(void *self, const sj_node_record *n, sj_error *);
	int (*transfer)(void *self, const sj_transfer_record *t, sj_error *);
	int (*flow)(void *self, const sj_flow_record *f, sj_error *);
	int (*graph)(void *self, const sj_graph_record *g, sj_error *);
	int (*learning)(void *self, const sj_learning *l, sj_error *);
	int (*round)(void *self, const sj_round *r, sj_error *);
} sj_sink;

/* ---- a run ------------------------------------------------------------------ */

typedef enum sj_overrun { SJ_OVERRUN_KILL, SJ_OVERRUN_EXTEND } sj_overrun;
typedef enum sj_estimates { SJ_EST_REQUEST, SJ_EST_EXACT } sj_estimates;
/* What communication of running tasks costs. */
typedef enum sj_collectives {
	SJ_COLLECTIVES_NONE,       /* nothing */
	SJ_COLLECTIVES_ALPHA_BETA, /* what it takes alone on the network */
	SJ_COLLECTIVES_FLOW        /* it is sent over the network, beside all else */
} sj_collectives;
typedef enum sj_clock_mode { SJ_CLOCK_EVENT, SJ_CLOCK_TICK, SJ_CLOCK_ROUND } sj_clock_mode;

/* When the data of a task comes to it (staging.h). */
typedef enum sj_staging { SJ_STAGING_HOLD, SJ_STAGING_PREFETCH } sj_staging;

typedef struct sj_run_config {
	sj_cluster           cluster;
	sj_source           *source;      /* borrowed; at its first job */
	const sj_policy_ops *policy;
	const char          *policy_args; /* the spec behind the name; may be NULL */
	/* Finds a policy by name for sj_policy_create; may be NULL. */
	const sj_policy_ops *(*find_policy)(const char *name);
	uint64_t             seed;
	sj_overrun           overrun;
	sj_estimates         estimates;
	sj_clock_mode        clock;
	sj_time              clock_step_ns; /* for tick and round */
	bool                 clock_barrier; /* round: the next one begins as soon as all
	                                     * that ran in this one has ended */
	/* Masks of the machine's GPU models for the workload's numbers 1, 2, ...; NULL:
	 * number n is model n. Borrowed. */
	const uint64_t      *gpu_mask;
	uint32_t             gpu_mask_count;
	sj_checkpoint        checkpoint;
	const sj_failures   *failures;      /* NULL: only those of the node types */
	const sj_link_event *link_events;   /* of the network's links, in order of time; borrowed */
	uint32_t             link_event_count;
	/* Factor on the time of each rank, drawn at each start; the slowest rank that is
	 * waited for paces its task. NULL: none. Borrowed. */
	const sj_law        *stragglers;
	const sj_interference *interference; /* NULL: none. Borrowed. */
	const sj_fabric_spec *network; /* NULL: moving data costs nothing. Borrowed. */
	sj_staging           staging;
	bool                 drop_copies;   /* a node keeps no copy of a file it fetched */
	const uint32_t      *places;        /* endpoints of the workload's info.place; those */
	uint32_t             place_count;   /* not found are UINT32_MAX. Borrowed */
	sj_collectives       collectives; /* without a network: none */
	bool                 step_by_step; /* flow: equal steps are not skipped; for tests */
	bool                 check;         /* full invariant checks after each instant */
	bool                 explain;       /* collect reasons */
	bool                 fragmentation; /* samples have it, on nodes with GPUs */
	bool                 bounds;        /* sj_run_get_bounds() may be asked; bounds.h */
	const sj_saved_learning *saved;     /* for policies that learn; borrowed */
	uint32_t             saved_count;
	const sj_sink       *sinks;         /* borrowed */
	uint32_t             sink_count;
	/* A monotone clock in ns for timing decisions, or NULL: not timed. */
	uint64_t (*ticks)(void);
} sj_run_config;

typedef struct sj_run sj_run;

/* SJ_OK and *out, or an error (bad parameter, impossible cluster) in *err. */
int  sj_run_create(const sj_run_config *config, sj_run **out, sj_error *err);
void sj_run_free(sj_run *run); /* accepts NULL */

/*
 * Simulates at least `events` more events (0: to the end).
 * SJ_OK: finished, everything handed out. SJ_AGAIN: more to do. Otherwise the
 * run is over: SJ_EPOLICY, SJ_ESTALL, SJ_EINVARIANT, input errors ... in *err;
 * what was handed out so far stands.
 */
int  sj_run_advance(sj_run *run, uint64_t events, sj_error *err);

typedef struct sj_run_stats {
	uint64_t events;        /* ends + arrivals + timers + node changes */
	uint64_t rounds;        /* schedule() calls */
	uint64_t jobs_submitted, jobs_done;
	uint64_t dropped[SJ_DROP_COUNT]; /* by this run, beyond the reader's */
	bool     graphless;     /* its policy is for graphs, and no job had several tasks */
	uint64_t bytes_ignored; /* on edges and read, when there is no network */
	uint64_t bytes_anywhere; /* of files on a shared storage that is not there */
	double   comm_ignored;  /* bytes that tasks would have communicated */
	sj_time  now_ns;
	uint64_t live_tasks, peak_live_tasks;
	uint64_t peak_bytes;    /* memory of the core */
	uint64_t decision_samples; /* timed rounds: on_submit() and schedule() ... */
	uint32_t decision_every;   /* ... one in this many */
	double   decision_p50_ns, decision_p99_ns;
	double   decision_max_ns;  /* of these, and of every on_submit() of a graph */
	double   offered_gpu_s, offered_mem_byte_s; /* that the jobs so far ask for */
	double   offered_beyond_s; /* core-seconds of jobs of several tasks beyond what their
	                            * records tell, which is the widest task */
	char     digest[33];    /* hex of XXH3-128 over the decision log */
	bool     clairvoyant;
} sj_run_stats;
void              sj_run_get_stats(sj_run *run, sj_run_stats *out);
/* Valid after sj_run_advance returned SJ_OK; before that, of what has ended. */
void              sj_run_get_metrics(sj_run *run, sj_metrics *out);
/* What its policy has counted so far, by sj_counter(), in the order in which it asked. */
#define SJ_COUNTER_NAME 48
typedef struct sj_count {
	char     name[SJ_COUNTER_NAME];
	uint64_t value;
} sj_count;
uint32_t          sj_run_counters(const sj_run *run);
void              sj_run_counter(const sj_run *run, uint32_t counter, sj_count *out);
/* Links of its network, 0 without one, and what one of them is. */
typedef struct sj_link_info {
	char    name[SJ_LINK_NAME]; /* different for each */
	double  bytes_per_s;        /* as the run begins */
	sj_time latency_ns;
} sj_link_info;
uint32_t          sj_run_links(const sj_run *run);
void              sj_run_link(const sj_run *run, uint32_t link, sj_link_info *out);
/* "easy:order=sjf", with every parameter that differs from its default. Owned
 * by the run. */
const char       *sj_run_canonical(const sj_run *run);
/* What its policy warned of: 0, 1, ...; NULL behind the last. Owned by the run. */
const char       *sj_run_warning(const sj_run *run, uint32_t i);
/* Which of config.saved its policy began with; NULL: none. */
const sj_saved_learning *sj_run_saved_learning(const sj_run *run);
/* A readable picture of the state: clock, queues, running tasks, policy. For
 * reports of stalls and faults. Returns the length it needs. */
size_t            sj_run_dump(const sj_run *run, char *buf, size_t size);

#endif
