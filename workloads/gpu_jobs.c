/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gpu_jobs.c - see gpu_jobs.h. */
#include "gpu_jobs.h"

int gpu_jobs_row(struct rows *r, int shift)
{
	sj_job job;
	uint32_t id = 0, gpus = 0;
	int rc;

	sj_job_clear(&job);
	rc = rows_number(r, GPU_JOBS_ID, &id);
	if (rc == SJ_OK)
		rc = rows_number(r, GPU_JOBS_GPUS, &gpus);
	if (rc == SJ_OK)
		rc = rows_time(r, GPU_JOBS_SUBMIT, shift, &job.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, GPU_JOBS_DURATION, shift, &job.task.work_ns);
	if (rc == SJ_OK)
		rc = rows_name(r, GPU_JOBS_MODEL, &r->app, &job.app);
	if (rc != SJ_OK)
		return rc;
	job.id = id;
	rows_gpu_ranks(&job, gpus);
	return rows_add(r, &job);
}
