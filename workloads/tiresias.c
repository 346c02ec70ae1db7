/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tiresias.c - reader of job lists of the Tiresias simulator (Gu et al., "Tiresias: a
 * GPU cluster manager for distributed deep learning", NSDI 2019): comma-separated,
 * times in seconds.
 *
 * A job is num_gpu ranks of one GPU that start together; its run time is `duration`.
 * Drops: jobs without a duration, or with no GPU. Invents: one core beside each GPU,
 * and the run time as the estimate. Does not read: iterations, the interval to the next
 * job. Cannot know: users, GPU model, memory, the machine. The model trained becomes
 * the number of the application, in order of appearance.
 */
#include "gpu_jobs.h"

static const struct rows_column columns[] = {
	GPU_JOBS_LIST,
	{ NULL, false },
};

static int row(struct rows *r)
{
	return gpu_jobs_row(r, TIME_S);
}

static const struct rows_format format = {
	.name = "tiresias",
	.separator = ',',
	.columns = columns,
	.alien = "iteration_time",
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(tiresias)

const sj_reader_ops sj_reader_tiresias = {
	.name = "tiresias",
	.summary = "GPU jobs of the Tiresias simulator (csv, seconds)",
	.suffixes = "",
	.sniff = tiresias_sniff,
	.open = tiresias_open,
};
