/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * muri.c - reader of job lists of the Muri artefact (Zhao et al., "Multi-resource
 * interleaving for deep learning training", SIGCOMM 2022): comma-separated, times in
 * milliseconds. The column iteration_time tells it from the Tiresias list.
 *
 * A job is num_gpu ranks of one GPU that start together; its run time is `duration`,
 * which is iterations x iteration_time. Drops: jobs without a duration, or with no GPU.
 * Invents: one core beside each GPU, and the run time as the estimate. Does not read:
 * the time of an iteration on each resource, which says how well jobs share GPUs, and
 * the priority. Cannot know: users, GPU model, memory, the machine. The model trained
 * becomes the number of the application, in order of appearance.
 */
#include "gpu_jobs.h"

enum { ITERATION = GPU_JOBS_COLUMNS };

static const struct rows_column columns[] = {
	GPU_JOBS_LIST,
	[ITERATION] = { "iteration_time", true },
	{ NULL, false },
};

static int row(struct rows *r)
{
	return gpu_jobs_row(r, TIME_MS);
}

static const struct rows_format format = {
	.name = "muri",
	.separator = ',',
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(muri)

const sj_reader_ops sj_reader_muri = {
	.name = "muri",
	.summary = "GPU jobs of the Muri artefact (csv, milliseconds)",
	.suffixes = "",
	.sniff = muri_sniff,
	.open = muri_open,
};
