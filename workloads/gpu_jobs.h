/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpu_jobs.h - private to workloads/: the row that the job lists of Tiresias and of Muri have
 * in common, in seconds and in milliseconds.
 */
#ifndef GPU_JOBS_H
#define GPU_JOBS_H

#include "rows.h"

enum { GPU_JOBS_ID, GPU_JOBS_GPUS, GPU_JOBS_SUBMIT, GPU_JOBS_MODEL, GPU_JOBS_DURATION,
       GPU_JOBS_COLUMNS };

/* The first of a format's columns. */
#define GPU_JOBS_LIST                                     \
	[GPU_JOBS_ID] = { "job_id", true },               \
	[GPU_JOBS_GPUS] = { "num_gpu", true },            \
	[GPU_JOBS_SUBMIT] = { "submit_time", true },      \
	[GPU_JOBS_MODEL] = { "model_name", false },       \
	[GPU_JOBS_DURATION] = { "duration", true }

/* num_gpu ranks of one GPU that run for `duration`; times in units of 10^(shift - 9) s. */
int gpu_jobs_row(struct rows *r, int shift);

#endif
