/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sacct.c - reader of what Slurm's accounting prints with `sacct -P` (fields between
 * bars, the first line names them): JobID, Submit, Start and End are needed, and one of
 * AllocCPUS, NCPUS, ReqCPUS. Good for it:
 *
 *   sacct -a -P -X -S 2025-01-01 -o
 *     JobID,User,Account,Partition,Submit,Start,End,Elapsed,Timelimit,AllocCPUS,ReqCPUS,State
 *
 * Processors are AllocCPUS, else NCPUS, else ReqCPUS, the first above 0: what the job
 * held. The run time is Elapsed, which leaves out time suspended; without it End - Start.
 * The estimate is Timelimit, or the run time where that is UNLIMITED, Partition_Limit or
 * missing. Drops: jobs without a start or an end (pending, running, cancelled before they
 * began), and steps such as 123.batch. Dates are of the cluster's own zone and name none:
 * they are read as if they were UTC. The id is the number that begins JobID, so tasks of
 * an array share it, as do the parts of a heterogeneous job, which start apart here.
 * Does not read: State, nodes, memory, TRES. Cannot know: dependencies, reservations,
 * features asked for, when a job became eligible. User, Account (else Group) and
 * Partition become numbers in order of appearance.
 */
#include <stdlib.h>
#include <string.h>

#include "rows.h"

enum { ID, SUBMIT, START, END, ELAPSED, LIMIT, ALLOC, NCPUS, REQ, USER, ACCOUNT,
       GROUP, PARTITION };

static const struct rows_column columns[] = {
	[ID] = { "JobID", true },
	[SUBMIT] = { "Submit", true },
	[START] = { "Start", true },
	[END] = { "End", true },
	[ELAPSED] = { "Elapsed", false },
	[LIMIT] = { "Timelimit", false },
	[ALLOC] = { "AllocCPUS", false },
	[NCPUS] = { "NCPUS", false },
	[REQ] = { "ReqCPUS", false },
	[USER] = { "User", false },
	[ACCOUNT] = { "Account", false },
	[GROUP] = { "Group", false },
	[PARTITION] = { "Partition", false },
	{ NULL, false },
};

/* One of the words for "none"; they become an empty field. */
static void clear_words(struct rows *r, int column)
{
	static const char *const words[] = { "Unknown", "None", "UNLIMITED", "INVALID",
					     "Partition_Limit" };
	const char *text = r->field[column];

	for (size_t i = 0; text != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			r->field[column] = "";
}

static int read_times(struct rows *r, sj_job *job)
{
	sj_time start = -1, end = -1, elapsed = -1;
	int rc;

	for (int c = SUBMIT; c <= LIMIT; c++)
		clear_words(r, c);
	rc = rows_date(r, SUBMIT, &job->submit_ns);
	if (rc == SJ_OK)
		rc = rows_date(r, START, &start);
	if (rc == SJ_OK)
		rc = rows_date(r, END, &end);
	if (rc == SJ_OK)
		rc = rows_span(r, ELAPSED, &elapsed);
	if (rc == SJ_OK)
		rc = rows_span(r, LIMIT, &job->task.estimate_ns);
	job->task.work_ns = start < 0 || end < 0 ? -1 : elapsed >= 0 ? elapsed : end - start;
	job->logged_start_ns = start >= 0 ? start : SJ_NEVER;
	return rc;
}

static int read_processors(struct rows *r, sj_job *job)
{
	int rc = SJ_OK;

	if (r->field[ALLOC] == NULL && r->field[NCPUS] == NULL && r->field[REQ] == NULL)
		return sj_fail(r->err, SJ_EPARSE, "%s: no column tells the processors; "
			       "expected AllocCPUS, NCPUS or ReqCPUS", r->lines.in->name);
	job->task.ranks = 0;
	for (int c = ALLOC; c <= REQ && rc == SJ_OK && job->task.ranks == 0; c++)
		rc = rows_number(r, c, &job->task.ranks);
	return rc;
}

static int read_people(struct rows *r, sj_job *job)
{
	int group = r->field[ACCOUNT] != NULL ? ACCOUNT : GROUP;
	int rc = rows_name(r, USER, &r->user, &job->user);

	if (rc == SJ_OK)
		rc = rows_name(r, group, &r->group, &job->group);
	if (rc == SJ_OK)
		rc = rows_name(r, PARTITION, &r->queue, &job->queue);
	return rc;
}

/* "123", "123_4", "123_[5-9]", "123+1" */
static int read_id(struct rows *r, int64_t *id)
{
	const char *text = r->field[ID];
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 18 || (text[n] != '\0' && text[n] != '_' && text[n] != '+'))
		return rows_refuse(r, ID, "the number of a job, such as 123 or 123_4");
	*id = strtoll(text, NULL, 10);
	return SJ_OK;
}

static int row(struct rows *r)
{
	sj_job job;
	int rc;

	if (strchr(r->field[ID], '.') != NULL) {
		rows_drop(r, SJ_DROP_STEP);
		return SJ_OK;
	}
	sj_job_clear(&job);
	rc = read_id(r, &job.id);
	if (rc == SJ_OK)
		rc = read_times(r, &job);
	if (rc == SJ_OK)
		rc = read_processors(r, &job);
	if (rc == SJ_OK)
		rc = read_people(r, &job);
	return rc == SJ_OK ? rows_add(r, &job) : rc;
}

static const struct rows_format format = {
	.name = "sacct",
	.separator = '|',
	.columns = columns,
	.unix_start_ns = SJ_NEVER,
	.row = row,
};

ROWS_OPEN_AND_SNIFF(sacct)

const sj_reader_ops sj_reader_sacct = {
	.name = "sacct",
	.summary = "Slurm accounting as printed by `sacct -P`",
	.suffixes = ".sacct",
	.sniff = sacct_sniff,
	.open = sacct_open,
};
