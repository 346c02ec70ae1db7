/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jobset.h - the finished jobs of a run as columns, and the same jobs of two runs.
 */
#ifndef JOBSET_H
#define JOBSET_H

#include "stats/runset.h"

/* In (submit, line) order. */
struct jobset {
	size_t    n;
	int64_t  *trace_id, *submit_ns, *wait_ns, *run_ns, *busy_ns; /* run: start to finish; busy: executed */
	uint32_t *procs;
};

/* Jobs that started and ended. SJ_OK, SJ_ENOMEM, SJ_EIO. n is 0 for a run stored
 * without job rows. Free with jobset_free() in any case. */
int  jobset_load(const struct run_info *run, struct jobset *out, sj_error *err);
void jobset_free(struct jobset *j);

/* Indices of the same job in two runs, in the first one's order. */
struct job_pairs {
	size_t    n;
	uint32_t *a, *b; /* both NULL: all of both, one to one */
};

/*
 * Jobs are the same when trace id and submit time are. The usual case, equal lists,
 * costs one comparison; a policy whose rules drop jobs makes the lists differ.
 * SJ_OK or SJ_ENOMEM. Free with job_pairs_free() in any case.
 */
int  job_pairs_match(const struct jobset *a, const struct jobset *b, struct job_pairs *out);
void job_pairs_free(struct job_pairs *p);

/* What is judged per job. */
enum job_metric {
	JOB_WAIT, JOB_RESPONSE, JOB_BSLD, JOB_PP_BSLD, JOB_SLOWDOWN, JOB_NONE
};
/* The one whose mean over jobs is the stored metric `name`, or JOB_NONE. */
enum job_metric job_metric_of(const char *name);

/*
 * Values of the pairs into x[] and y[] (seconds, or ratios). A pair without a value
 * (slowdown of run time 0) is left out; the number of values written.
 */
size_t job_pair_values(enum job_metric m, const struct jobset *a, const struct jobset *b,
		       const struct job_pairs *p, double *x, double *y);

#endif
