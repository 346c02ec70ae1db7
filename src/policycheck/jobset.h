/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jobset.h - small workloads in memory: made job by job, read as a source. */
#ifndef POLICYCHECK_JOBSET_H
#define POLICYCHECK_JOBSET_H

#include "sojourn/workload.h"

/* Jobs in order of submit; job i has the id i + 1. */
struct jobset {
	sj_job  *job;
	uint32_t count, cap;
};

/* Out of memory ends the process with a sentence: a check cannot go on. */
void jobset_add(struct jobset *set, sj_time submit, uint32_t procs, sj_time work,
		sj_time estimate);
void jobset_fini(struct jobset *set);

/* What jobset_random() makes. */
struct jobset_shape {
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
void jobset_random(struct jobset *set, const struct jobset_shape *shape, uint64_t seed);

/* Every time of every job times `factor`. */
void jobset_scale(struct jobset *set, int64_t factor);

/* Hands out the jobs; the set must outlive it. NULL: out of memory. */
sj_source *jobset_source(const struct jobset *set);

#endif
