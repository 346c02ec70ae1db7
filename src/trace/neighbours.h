/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neighbours.h - the edges of a job by either end. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "sojourn/job.h"

/* Edges that leave task t: edge[out[k]] of the job for k in out_first[t] .. out_first[t + 1],
 * by target; those that come to it likewise, by source. Equal ones in their own order. */
struct neighbours {
	uint32_t *out_first, *out, *in_first, *in;
};

int  neighbours_make(const sj_job *job, struct neighbours *n); /* SJ_OK or SJ_ENOMEM */
void neighbours_free(struct neighbours *n);

/* The tasks of a job, of one task or of many. */
static inline const sj_task_spec *job_tasks(const sj_job *job)
{
	return job->task_count == 1 ? &job->task : job->tasks;
}

#endif
