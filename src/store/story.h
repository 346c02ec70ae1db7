/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * story.h - what a results file tells about one job of one run: its row, the state
 * of the machine when it came, and who started while it waited.
 */
#ifndef STORY_H
#define STORY_H

#include "store/store.h"

#define STORY_OTHERS 5u /* jobs listed of each kind */

struct story_job {
	int64_t  id; /* the trace's own */
	uint64_t seq;
	uint32_t procs;
	uint32_t user, group, queue; /* 0 = unknown */
	uint32_t outcome;
	sj_time  submit_ns;
	sj_time  start_ns, finish_ns; /* SJ_NEVER: never */
	sj_time  estimate_ns;
};

/* Jobs of one kind: how many, their processors, and the widest few. */
struct story_others {
	uint64_t         count, procs;
	uint32_t         shown;
	struct story_job job[STORY_OTHERS];
};

struct story {
	struct story_job    job;
	struct story_others running;  /* at its submit, before any decision then */
	struct story_others ahead;    /* waiting at its submit, submitted before it */
	struct story_others elders;   /* started while it waited, submitted before it */
	struct story_others overtook; /* started while it waited, submitted after it */
};

/*
 * SJ_OK      *out is filled
 * SJ_ENOENT  the run has no such job
 */
int  story_read(struct store *st, uint32_t run, int64_t trace_id, struct story *out,
		sj_error *err);

/* What one of its tasks had of one node for a while; in a pool of processors. */
struct story_alloc {
	sj_time  from_ns, to_ns;
	uint32_t task;
	uint32_t first, last; /* of a pool */
	uint32_t node;        /* UINT32_MAX: a pool */
	uint32_t ranks, cores, gpu_milli;
	uint64_t gpus, mem_bytes;
};
/* Calls fn for each stored allocation of the job, in order of time, task and node. */
typedef void story_alloc_fn(void *self, const struct story_alloc *a);
int  story_allocs(struct store *st, uint32_t run, uint64_t seq, story_alloc_fn *fn, void *self,
		  sj_error *err);

struct story_decision {
	sj_time     at_ns;
	uint32_t    task;
	const char *kind, *reason; /* reason may be NULL */
};
/* Calls fn for each stored decision about the job, in order of time. */
typedef void story_fn(void *self, const struct story_decision *d);
int  story_decisions(struct store *st, uint32_t run, uint64_t seq, story_fn *fn, void *self,
		     sj_error *err);

#endif
