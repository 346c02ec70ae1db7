/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pollux.c - reader of the job list of Microsoft's Philly cluster (Jeon et al., USENIX
 * ATC 2019) as prepared for the Pollux simulator (Qiao et al., OSDI 2021):
 * comma-separated, lines in any order.
 *
 * A job is num_gpus ranks of one GPU that start together; submit is `timestamp`, the run
 * time `duration`. Timestamps are local and name no zone: they are read as if they were
 * UTC, so a gap across a change to or from summer time is wrong by an hour. Drops: jobs
 * without a duration, or with no GPU. Invents: one core beside each GPU, the run time as
 * the estimate, and the id, which is the place in the file, from 1. Does not read:
 * gpu_time, the product of the two. Cannot know: users, GPU model, memory, the machine.
 * The virtual cluster becomes the queue.
 */
#include "rows.h"

enum { SUBMIT, DURATION, GPUS, CLUSTER };

static const struct rows_column columns[] = {
	[SUBMIT] = { "timestamp", true },
	[DURATION] = { "duration", true },
	[GPUS] = { "num_gpus", true },
	[CLUSTER] = { "cluster", false },
	{ NULL, false },
};

static int row(struct rows *r)
{
	sj_job job;
	uint32_t gpus = 0;
	int rc;

	sj_job_clear(&job);
	job.id = (int64_t)r->deck->source.info.records;
	rc = rows_date(r, SUBMIT, &job.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, DURATION, TIME_S, &job.task.work_ns);
	if (rc == SJ_OK)
		rc = rows_number(r, GPUS, &gpus);
	if (rc == SJ_OK)
		rc = rows_name(r, CLUSTER, &r->queue, &job.queue);
	if (rc != SJ_OK)
		return rc;
	rows_gpu_ranks(&job, gpus);
	return rows_add(r, &job);
}

static const struct rows_format format = {
	.name = "pollux",
	.separator = ',',
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(pollux)

const sj_reader_ops sj_reader_pollux = {
	.name = "pollux",
	.summary = "GPU jobs of the Philly cluster as in the Pollux simulator (csv)",
	.suffixes = "",
	.sniff = pollux_sniff,
	.open = pollux_open,
};
