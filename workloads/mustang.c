/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mustang.c - reader of the job log of the Mustang cluster of Los Alamos (Amvrosiadis et
 * al., "On the diversity of cluster workloads and its impact on research results",
 * USENIX ATC 2018): comma-separated, dates with their zone, the clock's zero is 1970.
 *
 * Processors are tasks_requested (cores); without it node_count x 24, the cores of a
 * Mustang node. Run time = end - start, the log's start is kept, and the estimate is
 * wallclock_limit, or the run time where that is 0 or missing. Whole nodes were given
 * out, but the demand stays in cores. Drops: jobs without start or end (they were
 * cancelled while they waited). Invents: the id, which is the place in the file, from 1.
 * Does not read: job_status, so jobs that were cancelled or ran into their limit run as
 * long as the log says. Cannot know: memory, queues, why a job failed.
 */
#include "rows.h"

enum { USER, GROUP, SUBMIT, START, END, LIMIT, NODES, TASKS };

static const struct rows_column columns[] = {
	[USER] = { "user_ID", true },
	[GROUP] = { "group_ID", false },
	[SUBMIT] = { "submit_time", true },
	[START] = { "start_time", true },
	[END] = { "end_time", true },
	[LIMIT] = { "wallclock_limit", true },
	[NODES] = { "node_count", true },
	[TASKS] = { "tasks_requested", true },
	{ NULL, false },
};

#define CORES_OF_NODE 24u

static int read_times(struct rows *r, sj_job *job)
{
	sj_time start = -1, end = -1;
	int rc = rows_date(r, SUBMIT, &job->submit_ns);

	if (rc == SJ_OK)
		rc = rows_date(r, START, &start);
	if (rc == SJ_OK)
		rc = rows_date(r, END, &end);
	if (rc == SJ_OK)
		rc = rows_span(r, LIMIT, &job->task.estimate_ns);
	job->task.work_ns = start >= 0 && end >= 0 ? end - start : -1;
	job->logged_start_ns = start >= 0 ? start : SJ_NEVER;
	return rc;
}

static int row(struct rows *r)
{
	uint32_t nodes = 0, tasks = 0;
	sj_job job;
	int rc;

	sj_job_clear(&job);
	job.id = (int64_t)r->deck->source.info.records;
	rc = read_times(r, &job);
	if (rc == SJ_OK)
		rc = rows_number(r, USER, &job.user);
	if (rc == SJ_OK)
		rc = rows_number(r, GROUP, &job.group);
	if (rc == SJ_OK)
		rc = rows_number(r, TASKS, &tasks);
	if (rc == SJ_OK)
		rc = rows_number(r, NODES, &nodes);
	if (rc == SJ_OK && tasks == 0 && nodes > UINT32_MAX / CORES_OF_NODE)
		rc = rows_refuse(r, NODES, "a possible number of nodes");
	if (rc != SJ_OK)
		return rc;
	job.task.ranks = tasks > 0 ? tasks : nodes * CORES_OF_NODE;
	return rows_add(r, &job);
}

static const struct rows_format format = {
	.name = "mustang",
	.separator = ',',
	.columns = columns,
	.unix_start_ns = 0,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(mustang)

const sj_reader_ops sj_reader_mustang = {
	.name = "mustang",
	.summary = "job log of the Mustang cluster of Los Alamos (csv)",
	.suffixes = "",
	.sniff = mustang_sniff,
	.open = mustang_open,
};
