/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_swf.c - jobs as Standard Workload Format 2.2.
 *
 * SWF has whole seconds: submits are rounded down and durations up, so that no job
 * gets shorter and none that kept to its estimate breaks it. What is unknown is -1.
 */
#include <inttypes.h>

#include "trace/writer.h"

static void swf_header(FILE *to, const sj_source *source, const char *note)
{
	const sj_workload_info *info = &source->info;

	fprintf(to, "; Version: 2.2\n");
	if (info->unix_start_ns != SJ_NEVER)
		fprintf(to, "; UnixStartTime: %" PRId64 "\n",
			info->unix_start_ns / SJ_NS_PER_S);
	if (info->max_nodes > 0)
		fprintf(to, "; MaxNodes: %" PRIu32 "\n", info->max_nodes);
	if (info->max_procs > 0)
		fprintf(to, "; MaxProcs: %" PRIu32 "\n", info->max_procs);
	fprintf(to, "; Note: %s\n; Note: submit times rounded down to seconds, durations "
		"up\n", note);
}

static int64_t up(sj_time t)
{
	return (t + SJ_NS_PER_S - 1) / SJ_NS_PER_S;
}

static int64_t known(uint32_t v)
{
	return v > 0 ? (int64_t)v : -1;
}

static int swf_job(FILE *to, const sj_source *source, const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = &job->task;
	uint64_t procs = (uint64_t)t->ranks * t->cores;
	int64_t submit = job->submit_ns / SJ_NS_PER_S, wait = -1;

	(void)source;
	if (job->task_count != 1)
		return sj_fail(err, SJ_EINVAL, "job %" PRId64 " has %" PRIu32 " tasks, and "
			       "SWF knows only jobs of one task; write jsonl",
			       job->id, job->task_count);
	(void)source;
	if (job->files != NULL)
		return sj_fail(err, SJ_EINVAL, "job %" PRId64 " reads files, which SWF cannot "
			       "say; write jsonl", job->id);
	if (t->gpu_milli > 0)
		return sj_fail(err, SJ_EINVAL, "job %" PRId64 " needs GPUs, which SWF cannot "
			       "say; write jsonl", job->id);
	if (job->logged_start_ns != SJ_NEVER)
		wait = job->logged_start_ns / SJ_NS_PER_S - submit;
	fprintf(to, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64
		" -1 -1 %" PRIu64 " %" PRId64 " -1 -1 %" PRId64 " %" PRId64 " %" PRId64
		" %" PRId64 " -1 -1 -1\n",
		job->id, submit, wait, up(t->work_ns), procs, procs, up(t->estimate_ns),
		known(job->user), known(job->group), known(job->app), known(job->queue));
	return SJ_OK;
}

const struct trace_writer trace_writer_swf = {
	.name = "swf",
	.suffix = ".swf",
	.header = swf_header,
	.job = swf_job,
};
