/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_jsonl.c - jobs in the native format, exactly: all of sojourn/job.h, times
 * in nanoseconds. Keys that have their default are left out.
 */
#include <inttypes.h>

#include "cli/number_text.h"
#include "trace/writer.h"

static void jsonl_header(FILE *to, const sj_workload_info *info, const char *note)
{
	(void)note; /* the format has no comments */
	fprintf(to, "{\"schema\":\"sojourn.jobs/1\"");
	if (info->max_procs > 0)
		fprintf(to, ",\"max_procs\":%" PRIu32, info->max_procs);
	if (info->max_nodes > 0)
		fprintf(to, ",\"max_nodes\":%" PRIu32, info->max_nodes);
	if (info->unix_start_ns != SJ_NEVER)
		fprintf(to, ",\"unix_start_ns\":%" PRId64, info->unix_start_ns);
	fprintf(to, "}\n");
}

static void put_number(FILE *to, const char *key, uint64_t v)
{
	if (v > 0)
		fprintf(to, ",\"%s\":%" PRIu64, key, v);
}

/* The demand, behind an opening brace or another key (`comma`). */
static void put_task(FILE *to, const sj_task_spec *t, const char *comma)
{
	if (t->cores == 1)
		fprintf(to, "%s\"procs\":%" PRIu32, comma, t->ranks);
	else
		fprintf(to, "%s\"ranks\":%" PRIu32 ",\"cores\":%" PRIu32, comma, t->ranks,
			t->cores);
	fprintf(to, ",\"runtime_ns\":%" PRId64, t->work_ns);
	if (t->estimate_ns != t->work_ns)
		fprintf(to, ",\"estimate_ns\":%" PRId64, t->estimate_ns);
	put_number(to, "gpu_milli", t->gpu_milli);
	put_number(to, "gpu_model", t->gpu_model);
	put_number(to, "mem_bytes", t->mem_bytes);
	put_number(to, "ranks_min", t->ranks_min);
	put_number(to, "ranks_max", t->ranks_max);
}

static void put_graph(FILE *to, const sj_job *job)
{
	fprintf(to, ",\"tasks\":[");
	for (uint32_t i = 0; i < job->task_count; i++) {
		fprintf(to, "%s{", i > 0 ? "," : "");
		put_task(to, &job->tasks[i], "");
		fputc('}', to);
	}
	fputc(']', to);
	if (job->edge_count == 0)
		return;
	fprintf(to, ",\"edges\":[");
	for (uint32_t i = 0; i < job->edge_count; i++) {
		fprintf(to, "%s{\"from\":%" PRIu32 ",\"to\":%" PRIu32, i > 0 ? "," : "",
			job->edges[i].from, job->edges[i].to);
		put_number(to, "bytes", job->edges[i].bytes);
		fputc('}', to);
	}
	fputc(']', to);
}

static int jsonl_job(FILE *to, const sj_job *job, sj_error *err)
{
	char number[NUMBER_TEXT_MAX];

	(void)err;
	fprintf(to, "{\"id\":%" PRId64 ",\"submit_ns\":%" PRId64, job->id, job->submit_ns);
	if (job->task_count == 1)
		put_task(to, &job->task, ",");
	if (job->logged_start_ns != SJ_NEVER)
		fprintf(to, ",\"logged_start_ns\":%" PRId64, job->logged_start_ns);
	if (job->deadline_ns != SJ_NEVER)
		fprintf(to, ",\"deadline_ns\":%" PRId64, job->deadline_ns);
	if (job->weight != 1.0) {
		number_exact(job->weight, number);
		fprintf(to, ",\"weight\":%s", number);
	}
	if (job->priority != 0)
		fprintf(to, ",\"priority\":%" PRId32, job->priority);
	put_number(to, "user", job->user);
	put_number(to, "group", job->group);
	put_number(to, "queue", job->queue);
	put_number(to, "app", job->app);
	if ((job->flags & SJ_JOB_MOLDABLE) != 0)
		fprintf(to, ",\"moldable\":true");
	if ((job->flags & SJ_JOB_MALLEABLE) != 0)
		fprintf(to, ",\"malleable\":true");
	if (job->task_count > 1)
		put_graph(to, job);
	fputs("}\n", to);
	return SJ_OK;
}

const struct trace_writer trace_writer_jsonl = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.header = jsonl_header,
	.job = jsonl_job,
};
