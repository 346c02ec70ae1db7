/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_job.c - see coflow_job.h. */
#include "coflow_job.h"

void coflow_job(const struct coflow_shape *shape, int64_t id, sj_time submit_ns,
		sj_task_spec *task, sj_edge *edge, sj_job *job)
{
	uint32_t mappers = shape->mappers, tasks = mappers + shape->reducers;
	sj_edge *e = edge;

	sj_job_clear(job);
	for (uint32_t i = 0; i < tasks; i++) {
		task[i] = job->task;
		task[i].node = 1 + (i < mappers ? shape->mapper[i] : shape->reducer[i - mappers]);
	}
	for (uint32_t r = 0; r < shape->reducers; r++)
		for (uint32_t m = 0; m < mappers; m++)
			*e++ = (sj_edge){ m, mappers + r, shape->bytes[r] / mappers +
					  (m < shape->bytes[r] % mappers) };
	job->id = id;
	job->submit_ns = submit_ns;
	job->task_count = tasks;
	job->edge_count = mappers * shape->reducers;
	job->task = task[0];
	job->tasks = task;
	job->edges = edge;
}
