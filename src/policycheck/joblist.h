/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joblist.h - small workloads in memory: made job by job, read as a source. */
#ifndef POLICYCHECK_JOBLIST_H
#define POLICYCHECK_JOBLIST_H

#include "sojourn/workload.h"

/* Jobs in order of submit; job i has the id i + 1. */
struct joblist {
	sj_job  *job;
	uint32_t count, cap;
};

/* Out of memory ends the process with a sentence: a check cannot go on. */
void joblist_add(struct joblist *set, sj_time submit, uint32_t procs, sj_time work,
		sj_time estimate);
void joblist_fini(struct joblist *set);

/* What joblist_random() makes. */
struct joblist_shape {
	uint32_t count;
	uint32_t procs;     /* widest job, and the machine that `load` speaks of */
	double   load;      /* offered: demanded / available processor time */
	double   underestimated; /* fraction of jobs that run past their estimate */
};

/*
 * Poisson arrivals, log-uniform run times from 1 s to 3 h, widths mostly powers of
 * two, estimates up to ten times the run time, eight users. The same seed makes
 * the same jobs.
 */
void joblist_random(struct joblist *set, const struct joblist_shape *shape, uint64_t seed);

/* Every time of every job times `factor`. */
void joblist_scale(struct joblist *set, int64_t factor);

/* Hands out the jobs; the set must outlive it. NULL: out of memory. */
sj_source *joblist_source(const struct joblist *set);

#endif
