/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deck.h - private to workloads/: jobs of a log, held compactly, as a source.
 *
 * One cache line a job. What few jobs have (several tasks, deadlines, memory)
 * lies beside it. Readers add jobs in file order; the deck finds out whether
 * they are in order of submit, and sorts an index only when they are not.
 */
#ifndef DECK_H
#define DECK_H

#include "names.h"
#include "sojourn/workload.h"

struct deck_job {
	int64_t  id;
	sj_time  submit_ns, work_ns, estimate_ns, logged_start_ns;
	uint32_t procs;
	uint32_t user, group, queue, app;
	uint32_t more; /* 1 + index into the deck's `more`; 0 = nothing more */
};

struct deck {
	sj_source        source; /* first: a deck is a source */
	struct deck_job *job;
	size_t           count, cap;
	sj_job          *more;   /* whole jobs, for those that are not simple */
	size_t           more_count, more_cap;
	uint32_t        *order;  /* NULL: as they lie */
	size_t           next;   /* of fill() */
	sj_time          noted_submit_ns; /* of the record before; of deck_note() */
	sj_scaling      *scaling; /* of source.scalings, with their lists */
	uint32_t         scaling_cap;
	sj_comm         *comm;    /* of source.comms, likewise */
	uint32_t         comm_cap;
	struct names     gpu_model;       /* of info.gpu_model, once closed ... */
	uint64_t        *model_tasks;     /* ... of info.gpu_model_tasks */
	struct names     file, place;     /* of info.file and info.place, once closed */
};

/* SJ_OK or SJ_ENOMEM. */
int deck_create(struct deck **out, sj_error *err);
/* Takes the job as it is; SJ_OK or SJ_ENOMEM. */
int deck_add(struct deck *d, const struct deck_job *job, sj_error *err);
/* Any job. Its tasks, edges and files (one block) must be from malloc and become the
 * deck's. */
int deck_add_whole(struct deck *d, const sj_job *job, sj_error *err);
/* Any job, in the compact form when that can say it. */
int deck_add_job(struct deck *d, const sj_job *job, sj_error *err);
/* A copy of the scaling and its lists; *number is what tasks call it. SJ_OK or SJ_ENOMEM. */
int deck_add_scaling(struct deck *d, const sj_scaling *scaling, uint32_t *number,
		     sj_error *err);
int deck_add_comm(struct deck *d, const sj_comm *comm, uint32_t *number, sj_error *err);
void deck_free_comms(struct deck *d); /* by deck_free() */
/*
 * Counts the facts of a record, whether it is kept or not, and its place in the order
 * of submits. Of one task; an unknown submit is -1, an unknown run time below 0, and unknown
 * processors are 0 ranks, or neither cores nor GPUs. For readers that set has_facts.
 */
void deck_note(struct deck *d, const sj_job *job);
bool deck_has_procs(const sj_task_spec *t);
/* Adds to what the source counts besides, under a name that is a constant. */
void deck_count(struct deck *d, const char *key, uint64_t more);
/* No more jobs: sorts when needed. Stable: equal submits stay in file order. */
int deck_close(struct deck *d, sj_error *err);
/* As sj_source_ops.free. */
void deck_free(sj_source *s);

/* Counts a drop and describes the first one. */
void deck_drop(struct deck *d, sj_drop why, uint64_t line, sj_time run_ns,
	       int64_t procs, sj_time submit_ns);

#endif
