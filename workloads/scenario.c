/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario.c - see scenario.h. */
#include "scenario.h"

#include <stdlib.h>

/* Room for one more; false when there is no memory. */
static bool make_room(struct scenario_draft *d, void **array, uint32_t count, uint32_t *cap,
		      size_t size)
{
	uint32_t more = *cap == 0 ? 16 : *cap * 2;
	void *bigger;

	if (d->rc != SJ_OK)
		return false;
	if (count < *cap)
		return true;
	bigger = realloc(*array, more * size);
	if (bigger == NULL) {
		d->rc = sj_fail(d->err, SJ_ENOMEM, "generator scenario: no memory for more than "
				"%u tasks or edges of a job", count);
		return false;
	}
	*array = bigger;
	*cap = more;
	return true;
}

/* The deck owns what was gathered, or it is freed here. */
static void close_job(struct scenario_draft *d)
{
	sj_job *job = &d->job;

	if (!d->open)
		return;
	d->open = false;
	if (d->rc == SJ_OK)
		d->rc = file_list_edges(&d->files, &d->edge, &d->edges, d->err);
	if (d->rc == SJ_OK)
		d->rc = file_list_pack(&d->files, &job->files, d->err);
	if (d->rc == SJ_OK && d->tasks > 0) {
		job->task_count = d->tasks;
		job->edge_count = d->edges;
		job->task = d->task[0];
		if (d->tasks > 1) {
			job->tasks = d->task;
			job->edges = d->edge;
			d->rc = deck_add_whole(d->deck, job, d->err);
		} else {
			d->rc = deck_add_job(d->deck, job, d->err);
		}
	}
	if (d->rc != SJ_OK || d->tasks <= 1) {
		free(d->task);
		free(d->edge);
	}
	if (d->rc != SJ_OK)
		free((void *)(uintptr_t)(const void *)job->files);
	d->task = NULL;
	d->edge = NULL;
	d->tasks = d->task_cap = d->edges = d->edge_cap = 0;
}

void scenario_job(struct scenario_draft *d, sj_time submit_ns)
{
	close_job(d);
	sj_job_clear(&d->job);
	d->job.id = (int64_t)d->deck->count + 1;
	d->job.submit_ns = submit_ns;
	d->open = true;
}

uint32_t scenario_task(struct scenario_draft *d, sj_time work_ns)
{
	sj_job one;

	if (!make_room(d, (void **)&d->task, d->tasks, &d->task_cap, sizeof(*d->task)))
		return 0;
	sj_job_clear(&one);
	d->task[d->tasks] = one.task;
	d->task[d->tasks].work_ns = d->task[d->tasks].estimate_ns = work_ns;
	return d->tasks++;
}

sj_task_spec *scenario_spec(struct scenario_draft *d, uint32_t task)
{
	static sj_task_spec nowhere; /* what is written when there is no memory */

	return d->rc == SJ_OK ? &d->task[task] : &nowhere;
}

void scenario_edge(struct scenario_draft *d, uint32_t from, uint32_t to, uint64_t bytes)
{
	if (make_room(d, (void **)&d->edge, d->edges, &d->edge_cap, sizeof(*d->edge)))
		d->edge[d->edges++] = (sj_edge){ from, to, bytes };
}

void scenario_rigid(struct scenario_draft *d, sj_time submit_ns, uint32_t procs,
		    sj_time work_ns)
{
	scenario_job(d, submit_ns);
	scenario_spec(d, scenario_task(d, work_ns))->ranks = procs;
}

int scenario_end(struct scenario_draft *d)
{
	close_job(d);
	return d->rc;
}

void scenario_fini(struct scenario_draft *d)
{
	free(d->task);
	free(d->edge);
	file_list_fini(&d->files);
}
