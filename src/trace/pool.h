/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.h - all jobs of a trace in memory, for verbs that hand them out in another order. */
#ifndef TRACE_POOL_H
#define TRACE_POOL_H

#include "sojourn/workload.h"

struct job_pool {
	sj_job *job; /* in the order of the trace; tasks, edges and files of jobs are copies */
	size_t  count, cap;
};

/* `who` begins messages. SJ_OK, SJ_ENOMEM, SJ_EINVAL: there is none, or what the source
 * says. job_pool_fini() frees, also after a failure. */
int  job_pool_fill(struct job_pool *pool, sj_source *from, const char *who, sj_error *err);
void job_pool_fini(struct job_pool *pool);

#endif
