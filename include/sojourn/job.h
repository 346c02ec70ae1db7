/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sojourn/job.h - what a user submits: a job made of tasks.
 *
 * A rigid batch job is a job of one task. This is the whole truth about a job,
 * run times included: readers and generators write it, the core keeps it, and
 * policies see only `sj_task` (policy.h).
 */
#ifndef SJ_JOB_H
#define SJ_JOB_H

#include "sojourn/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SJ_GPU_WHOLE 1000u /* thousandths of a GPU */

/* How the ranks of a task may lie on nodes. */
typedef enum sj_layout {
	SJ_LAYOUT_ANY,
	SJ_LAYOUT_CONSOLIDATED, /* on no more nodes than empty ones of the same type
	                         * would take */
	SJ_LAYOUT_SPREAD        /* each on a node of its own */
} sj_layout;

/* What one task needs and how long it takes. */
typedef struct sj_task_spec {
	uint32_t ranks;       /* equal parts, started together; >= 1 */
	uint32_t cores;       /* per rank */
	uint32_t gpu_milli;   /* per rank, thousandths: up to 1000 is a share of one GPU,
	                       * above that whole GPUs */
	uint32_t gpu_model;   /* which GPUs will do: number of a name in the workload's
	                       * info.gpu_model, or without names of a model; 0 = any */
	uint64_t mem_bytes;   /* per rank; 0 = not modelled */
	sj_time  estimate_ns; /* what the user claimed, >= 0 */
	sj_time  work_ns;     /* true run time at rate 1, >= 0; hidden from policies */
	uint32_t ranks_min;   /* malleable or moldable bounds; both 0 = rigid */
	uint32_t ranks_max;
	uint32_t scaling;     /* 1 + index into the source's scalings; 0 = linear */
	uint32_t node;        /* 1 + the only node it may run on; 0 = any */
	uint16_t layout;      /* sj_layout */
	uint16_t spare_ranks; /* so many of its slowest ranks are not waited for */
	uint32_t comm;        /* 1 + index into the source's comms: what its ranks send each
	                       * other in every step; 0 = nothing */
	uint64_t steps;       /* its work is so many equal steps (iterations); 0 = not told */
	sj_time  logged_ns;   /* 1 + when the log says it started, after its job's submit; 0 =
	                       * not told of this task, as the job says */
} sj_task_spec;

/* Task `from` must end before task `to` is ready; bytes travel between them. */
typedef struct sj_edge {
	uint32_t from, to;
	uint64_t bytes;
} sj_edge;

/* ---- files --------------------------------------------------------------- */

/* Where a file is, or goes to: an endpoint of the network (nodes from 0, then shared
 * storages), SJ_AT_NAMED + the number of a name in the workload's info.place, or any
 * shared storage: the first one; without one it is everywhere, and costs nothing. */
#define SJ_AT_NAMED   UINT32_C(0x80000000)
#define SJ_AT_STORAGE UINT32_MAX

/* Data that tasks read. Its maker ends before any of its readers is ready: there is a way
 * of edges from one to the other. */
typedef struct sj_file {
	uint64_t bytes;
	uint32_t name;      /* 1 + its number in the workload's info.file; 0 = none */
	uint32_t maker;     /* 1 + the task that writes it; 0 = no task of this job */
	uint32_t to;        /* where its maker writes it before it ends; SJ_FILE_STAYS */
	uint32_t at_first, at_count; /* copies there are when the job comes: at[at_first] ... */
	bool     shared;    /* the same for all jobs that name it shared; needs a name */
} sj_file;

#define SJ_FILE_STAYS (UINT32_MAX - 1) /* where it was made */

/* A task reads a file. */
typedef struct sj_read {
	uint32_t task, file;
} sj_read;

typedef struct sj_job_files {
	uint32_t        file_count, read_count, at_count;
	const sj_file  *files;
	const sj_read  *reads; /* each pair once */
	const uint32_t *at;
} sj_job_files;

typedef enum sj_job_flag {
	SJ_JOB_MOLDABLE  = 1 << 0, /* size may be chosen at start */
	SJ_JOB_MALLEABLE = 1 << 1, /* size may change while running */
} sj_job_flag;

typedef struct sj_job {
	int64_t  id;          /* the trace's own */
	sj_time  submit_ns;
	sj_time  logged_start_ns; /* when the log says it started, or SJ_NEVER */
	sj_time  deadline_ns; /* or SJ_NEVER */
	double   weight;      /* 1 unless stated */
	int32_t  priority;    /* larger is more urgent; 0 unless stated */
	uint32_t user, group, queue, app; /* the trace's numbers; 0 = unknown */
	uint32_t flags;       /* sj_job_flag */
	uint32_t task_count;  /* >= 1 */
	uint32_t edge_count;
	sj_task_spec        task;  /* the only task when task_count == 1 */
	const sj_task_spec *tasks; /* when task_count > 1; owned by the source,
	                            * valid until its next fill() */
	const sj_edge      *edges; /* likewise */
	const sj_job_files *files; /* likewise; NULL: none */
} sj_job;

/* Sets everything optional to "unknown" or its default. Field by field: for a whole
 * struct of this size compilers emit a string instruction, which is slow to start. */
static inline void sj_job_clear(sj_job *job)
{
	job->id = 0;
	job->submit_ns = 0;
	job->logged_start_ns = SJ_NEVER;
	job->deadline_ns = SJ_NEVER;
	job->weight = 1.0;
	job->priority = 0;
	job->user = job->group = job->queue = job->app = 0;
	job->flags = 0;
	job->task_count = 1;
	job->edge_count = 0;
	job->task.ranks = 1;
	job->task.cores = 1;
	job->task.gpu_milli = job->task.gpu_model = 0;
	job->task.mem_bytes = 0;
	job->task.estimate_ns = job->task.work_ns = 0;
	job->task.ranks_min = job->task.ranks_max = 0;
	job->task.scaling = job->task.node = 0;
	job->task.layout = job->task.spare_ranks = 0;
	job->task.comm = 0;
	job->task.steps = 0;
	job->task.logged_ns = 0;
	job->tasks = NULL;
	job->edges = NULL;
	job->files = NULL;
}

#ifdef __cplusplus
}
#endif
#endif
