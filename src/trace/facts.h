/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * facts.h - what a log says, counted: the raw fields of an SWF log, and the jobs
 * that a simulation would see.
 */
#ifndef FACTS_H
#define FACTS_H

#include "config/capacity.h"
#include "sojourn/swf.h"
#include "sojourn/workload.h"
#include "trace/graphs.h"

/* A growing list of numbers, sorted when the log has ended. */
struct sample {
	double *x;
	size_t  count, cap;
};

#define STATUS_OTHER 8 /* status -1 .. 6 are counted apart */

/* Fields as they stand, whether the record is simulated or not. */
struct raw_facts {
	uint64_t records, bad_lines, missing_run, zero_run, missing_procs, missing_request,
		missing_wait, unsorted, duplicate_ids;
	sj_time  first_submit_ns, last_submit_ns, last_end_ns;
	int64_t  max_procs, max_requested;
	uint64_t status[STATUS_OTHER + 1]; /* -1, 0, 1 .. 6, any other */
	unsigned __int128 area;            /* processors x ns */
	unsigned __int128 wait_ns;         /* sum of known waits */
	int64_t *id;
	size_t   id_count, id_cap;
};

/* The jobs that are simulated. */
struct job_facts {
	uint32_t machine;    /* 0 = not stated */
	uint64_t kept, dropped[SJ_DROP_COUNT], overruns, tasks;
	sj_time  first_submit_ns, last_submit_ns;
	unsigned __int128 held, gpu_held; /* processors, GPUs / 1000 x ns of run times */
	uint64_t gpu_milli_max;
	unsigned __int128 area; /* of executed time: killed at the estimate ... */
	unsigned __int128 gpu_area, mem_area; /* ... GPUs / 1000, KiB */
	int64_t  widest;
	struct sample width, run_s, estimate_s, gap_s;
	uint64_t users, groups, queues; /* distinct, without "unknown" */
	struct sample user, group, queue;
};

struct facts {
	bool             has_raw;
	struct raw_facts raw;
	struct job_facts jobs;
	struct graph_facts graphs; /* of a source */
	uint64_t         lines, comments, blanks;
};

/* Reads all of an SWF log; malformed lines are counted and passed over.
 * `procs` 0: the log's own machine. SJ_OK, or an error of the input. */
int  facts_of_swf(sj_input *in, uint32_t procs, struct facts *f, sj_error *err);
/* The jobs of any source, to its end. */
int  facts_of_source(sj_source *source, uint32_t procs, struct facts *f, sj_error *err);
void facts_fini(struct facts *f);

/* Offered load of the machine; its processors, where they are not in `c`, are those that
 * the log states. */
struct loads facts_loads(const struct job_facts *j, struct capacity c);

#endif
