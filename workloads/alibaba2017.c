/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alibaba2017.c - reader of the batch tasks of Alibaba's cluster trace of 2017
 * (clusterdata, batch_task.csv): 8 fields between commas, seconds; as published without a
 * line of names, which copies have.
 *
 * A row is a task of many equal instances. It is a job here: as many ranks as instances,
 * started together, each of the requested CPU (hundredths of a core), rounded up; with
 * bag=yes as many tasks of one rank without edges. It runs from its creation to its end.
 * Its job is the group. Drops and counts: what was waiting or running when the log was
 * taken, what has no CPU request, what ends before it begins, what was created before
 * time 0. Failed tasks are kept, as in batch logs. Invents: the run time as the estimate.
 * Cannot know: users; when a task was started, so creation counts as its submit and the
 * wait is in the run time; how long each instance took; the machine.
 */
#include <stdlib.h>
#include <string.h>

#include "alibaba.h"

enum { CREATE, END, JOB, TASK, INSTANCES, STATUS, CPU, MEMORY };

static const struct rows_column columns[] = {
	[CREATE] = { "task_create_time", true },
	[END] = { "task_end_time", true },
	[JOB] = { "job_id", true },
	[TASK] = { "task_id", true },
	[INSTANCES] = { "number_of_instances", true },
	[STATUS] = { "status", true },
	[CPU] = { "number_of_cpus_requested_per_instance_in_the_task", true },
	[MEMORY] = { "normalized_memory_requested_per_instance_in_the_task", true },
	{ NULL, false },
};

struct settings {
	struct alibaba_settings demand;
	bool                    bag;
};

static const sj_param params[] = {
	{ .name = "bag", .type = SJ_P_BOOL, .offset = offsetof(struct settings, bag),
	  .def = "no", .help = "Instances are tasks that start one by one, not ranks." },
	ALIBABA_PARAMS(struct settings, demand),
	{ .name = NULL },
};

static int start(struct rows *r)
{
	return sj_params_bind("workload alibaba2017", params, r->options->args, r->state, NULL,
			      NULL, r->err);
}

static bool status_is(const struct rows *r, const char *status)
{
	return strcmp(r->field[STATUS], status) == 0;
}

/* One rank of each instance. */
static int add_bag(struct rows *r, sj_job *job)
{
	uint32_t n = job->task.ranks;
	sj_task_spec *tasks = malloc(n * sizeof(*tasks));
	int rc;

	if (tasks == NULL)
		return sj_fail(r->err, SJ_ENOMEM, "%s:%llu: no memory for %u tasks",
			       r->lines.in->name, (unsigned long long)r->line, n);
	job->task.ranks = 1;
	job->task.estimate_ns = job->task.work_ns;
	for (uint32_t i = 0; i < n; i++)
		tasks[i] = job->task;
	job->task_count = n;
	job->tasks = tasks;
	rc = deck_add_whole(r->deck, job, r->err);
	if (rc != SJ_OK)
		free(tasks);
	return rc;
}

static int keep(struct rows *r, sj_job *job)
{
	const struct settings *s = r->state;
	const sj_task_spec *t = &job->task;
	uint32_t procs = r->options->procs;

	if (s->bag && t->work_ns >= 0 && job->submit_ns >= 0 && deck_has_procs(t) &&
	    t->ranks > 1 && (procs == 0 || t->cores <= procs))
		return add_bag(r, job);
	return rows_keep(r, job);
}

static int row(struct rows *r)
{
	const struct settings *s = r->state;
	sj_job job;
	sj_time end = 0;
	int64_t number = 0;
	uint32_t ignored;
	int rc;

	sj_job_clear(&job);
	if (text_whole(r->field[TASK], &job.id) != SJ_OK)
		return rows_refuse(r, TASK, "the number of a task");
	if (text_whole(r->field[JOB], &number) != SJ_OK || number < 0 || number > UINT32_MAX)
		return rows_refuse(r, JOB, "the number of a job");
	job.group = (uint32_t)number;
	rc = rows_name(r, JOB, &r->group, &ignored); /* to count them */
	if (rc != SJ_OK)
		return rc;
	if (text_decimal(r->field[CREATE], TIME_S, &job.submit_ns) != SJ_OK)
		return rows_refuse(r, CREATE, "a number of seconds");
	if (text_decimal(r->field[END], TIME_S, &end) != SJ_OK)
		return rows_refuse(r, END, "a number of seconds");
	rc = rows_number(r, INSTANCES, &job.task.ranks);
	if (rc == SJ_OK)
		rc = alibaba_demand(r, &s->demand, CPU, MEMORY, 1, &job.task.cores,
				    &job.task.mem_bytes);
	if (rc != SJ_OK)
		return rc;
	job.task.work_ns = end - job.submit_ns;
	alibaba_count(r, STATUS, job.task.ranks, job.task.work_ns);
	deck_note(r->deck, &job);
	if (status_is(r, "Waiting") || status_is(r, "Running") || status_is(r, "Ready"))
		job.task.work_ns = -1;
	return keep(r, &job);
}

static int finish(struct rows *r)
{
	deck_count(r->deck, "jobs", r->group.count);
	return SJ_OK;
}

static const struct rows_format format = {
	.name = "alibaba2017",
	.separator = ',',
	.columns = columns,
	.headerless = true,
	.maybe_named = true,
	.padded = true,
	.unix_start_ns = SJ_NEVER,
	.state_size = sizeof(struct settings),
	.start = start,
	.row = row,
	.finish = finish,
};

ROWS_OPEN_AND_SNIFF(alibaba2017)

const sj_reader_ops sj_reader_alibaba2017 = {
	.name = "alibaba2017",
	.summary = "batch tasks of Alibaba's cluster trace of 2017 (csv)",
	.suffixes = "",
	.sniff = alibaba2017_sniff,
	.open = alibaba2017_open,
	.params = params,
};
