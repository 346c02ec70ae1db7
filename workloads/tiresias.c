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
#include "rows.h"

enum { ID, GPUS, SUBMIT, MODEL, DURATION };

static const struct rows_column columns[] = {
	[ID] = { "job_id", true },
	[GPUS] = { "num_gpu", true },
	[SUBMIT] = { "submit_time", true },
	[MODEL] = { "model_name", false },
	[DURATION] = { "duration", true },
	{ NULL, false },
};

static int row(struct rows *r)
{
	sj_job job;
	uint32_t id = 0, gpus = 0;
	int rc;

	sj_job_clear(&job);
	rc = rows_number(r, ID, &id);
	if (rc == SJ_OK)
		rc = rows_number(r, GPUS, &gpus);
	if (rc == SJ_OK)
		rc = rows_time(r, SUBMIT, TIME_S, &job.submit_ns);
	if (rc == SJ_OK)
		rc = rows_time(r, DURATION, TIME_S, &job.task.work_ns);
	if (rc == SJ_OK)
		rc = rows_name(r, MODEL, &r->app, &job.app);
	if (rc != SJ_OK)
		return rc;
	job.id = id;
	rows_gpu_ranks(&job, gpus);
	return rows_add(r, &job);
}

static const struct rows_format format = {
	.name = "tiresias",
	.separator = ',',
	.columns = columns,
	.alien = "iteration_time",
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

static int tiresias_open(sj_input *in, const sj_reader_options *options, sj_source **out,
			 sj_error *err)
{
	return rows_open(&format, in, options, out, err);
}

static int tiresias_sniff(const char *bytes, size_t size)
{
	return rows_sniff(&format, bytes, size);
}

const sj_reader_ops sj_reader_tiresias = {
	.name = "tiresias",
	.summary = "GPU jobs of the Tiresias simulator (csv, seconds)",
	.suffixes = "",
	.sniff = tiresias_sniff,
	.open = tiresias_open,
};
