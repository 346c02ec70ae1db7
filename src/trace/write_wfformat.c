/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_wfformat.c - a job in WfFormat 1.5: run times as its log has them, makespan and
 * machines where the log states them. One job a document.
 *
 * A machine that is known as so many processors is one node, on which no task is said to
 * have run; tasks that are bound to nodes have theirs.
 */
#include <stdlib.h>

#include "trace/neighbours.h"
#include "trace/wf_document.h"
#include "trace/writer.h"

static void no_header(FILE *to, const sj_source *source, const char *note)
{
	(void)to, (void)source, (void)note;
}

static uint32_t last_node(const sj_job *job)
{
	const sj_task_spec *t = job_tasks(job);
	uint32_t nodes = 0;

	for (uint32_t i = 0; i < job->task_count; i++)
		nodes = t[i].node > nodes ? t[i].node : nodes;
	return nodes;
}

static int wfformat_job(FILE *to, const sj_source *source, const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = job_tasks(job);
	const sj_workload_info *info = &source->info;
	uint32_t nodes = last_node(job);
	struct wf_machine one = { .cores = info->max_procs }, *machine;
	struct wf_task *task = malloc(job->task_count * sizeof(*task));
	uint32_t *place = malloc(job->task_count * sizeof(*place));
	struct wf_document d = {
		.name = info->format, .description = "written by sojourn trace convert",
		.unix_start_ns = info->unix_start_ns, .executed_ns = job->submit_ns,
		.makespan_ns = info->stated_makespan_ns, .task = task,
	};
	int rc = SJ_ENOMEM;

	machine = calloc(nodes + 1u, sizeof(*machine));
	if (task != NULL && place != NULL && machine != NULL) {
		for (uint32_t i = 0; i < job->task_count; i++) {
			task[i] = (struct wf_task){ SJ_NEVER, t[i].work_ns, i, t[i].node != 0 };
			place[i] = t[i].node - 1;
		}
		for (uint32_t i = 0; i < nodes; i++)
			machine[i].number = i;
		d.place = place;
		d.machine = nodes != 0 ? machine : &one;
		d.machines = nodes != 0 ? nodes : info->max_procs != 0;
		rc = wf_document_write(to, &d, job, err);
	}
	free(task);
	free(place);
	free(machine);
	return rc;
}

const struct trace_writer trace_writer_wfformat = {
	.name = "wfformat",
	.suffix = ".json",
	.one_job = true,
	.header = no_header,
	.job = wfformat_job,
};
