/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck.c - see deck.h. */
#include "deck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP ((size_t)4096)

/* ---- source --------------------------------------------------------------------- */

static void copy_simple(const struct deck_job *from, sj_job *to)
{
	*to = (sj_job){
		.id = from->id,
		.submit_ns = from->submit_ns,
		.logged_start_ns = from->logged_start_ns,
		.deadline_ns = SJ_NEVER,
		.weight = 1.0,
		.user = from->user,
		.group = from->group,
		.queue = from->queue,
		.app = from->app,
		.task_count = 1,
		.task = {
			.ranks = from->procs,
			.cores = 1,
			.estimate_ns = from->estimate_ns,
			.work_ns = from->work_ns,
		},
	};
}

static int deck_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count,
		     sj_error *err)
{
	struct deck *d = (struct deck *)s;
	size_t n = d->count - d->next;

	(void)err;
	if (n > cap)
		n = cap;
	for (size_t i = 0; i < n; i++) {
		size_t k = d->next + i;
		const struct deck_job *job = &d->job[d->order != NULL ? d->order[k] : k];

		if (job->more == 0)
			copy_simple(job, &jobs[i]);
		else
			jobs[i] = d->more[job->more - 1];
	}
	d->next += n;
	*count = (uint32_t)n;
	return n > 0 ? SJ_OK : SJ_END;
}

static int deck_rewind(sj_source *s, sj_error *err)
{
	(void)err;
	((struct deck *)s)->next = 0;
	return SJ_OK;
}

void deck_free(sj_source *s)
{
	struct deck *d = (struct deck *)s;

	if (d == NULL)
		return;
	for (size_t i = 0; i < d->more_count; i++) {
		free((void *)d->more[i].tasks);
		free((void *)d->more[i].edges);
		free((void *)(uintptr_t)(const void *)d->more[i].files);
	}
	for (uint32_t i = 0; i < d->source.scaling_count; i++) {
		free((void *)d->scaling[i].points);
		free((void *)d->scaling[i].model_rate);
		free((void *)d->scaling[i].node_rate);
	}
	free(d->scaling);
	deck_free_comms(d);
	names_fini(&d->gpu_model);
	names_fini(&d->file);
	names_fini(&d->place);
	free(d->model_tasks);
	free(d->more);
	free(d->order);
	free(d->job);
	free(d);
}

static const sj_source_ops deck_ops = {
	.fill = deck_fill,
	.rewind = deck_rewind,
	.free = deck_free,
};

/* ---- building --------------------------------------------------------------------- */

int deck_create(struct deck **out, sj_error *err)
{
	struct deck *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for the jobs");
	d->source.ops = &deck_ops;
	d->source.info.unix_start_ns = SJ_NEVER;
	d->source.info.first_submit_ns = d->source.info.last_submit_ns = SJ_NEVER;
	*out = d;
	return SJ_OK;
}

int deck_add(struct deck *d, const struct deck_job *job, sj_error *err)
{
	if (d->count == d->cap) {
		size_t cap = d->cap == 0 ? FIRST_CAP : d->cap * 2;
		struct deck_job *bigger = NULL;

		if (cap <= UINT32_MAX)
			bigger = realloc(d->job, cap * sizeof(*bigger));
		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %zu jobs",
				       d->count);
		d->job = bigger;
		d->cap = cap;
	}
	d->job[d->count++] = *job;
	return SJ_OK;
}

int deck_add_whole(struct deck *d, const sj_job *job, sj_error *err)
{
	struct deck_job index = { .id = job->id, .submit_ns = job->submit_ns };
	int rc;

	if (d->more_count == d->more_cap) {
		size_t cap = d->more_cap == 0 ? FIRST_CAP : d->more_cap * 2;
		sj_job *bigger = realloc(d->more, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for more than %zu jobs",
				       d->count);
		d->more = bigger;
		d->more_cap = cap;
	}
	index.more = (uint32_t)d->more_count + 1;
	rc = deck_add(d, &index, err);
	if (rc == SJ_OK)
		d->more[d->more_count++] = *job;
	return rc;
}

static void *copy_of(const void *from, size_t count, size_t size, bool *ok)
{
	void *to = count > 0 ? malloc(count * size) : NULL;

	*ok = *ok && (count == 0 || to != NULL);
	return to != NULL ? memcpy(to, from, count * size) : NULL;
}

int deck_add_scaling(struct deck *d, const sj_scaling *scaling, uint32_t *number,
		     sj_error *err)
{
	sj_scaling copy = *scaling, *bigger = d->scaling;
	bool ok = true;

	if (d->source.scaling_count == d->scaling_cap) {
		uint32_t cap = d->scaling_cap == 0 ? 16 : d->scaling_cap * 2;

		bigger = realloc(d->scaling, cap * sizeof(*bigger));
		ok = bigger != NULL;
		if (ok) {
			d->source.scalings = d->scaling = bigger;
			d->scaling_cap = cap;
		}
	}
	copy.points = copy_of(copy.points, copy.point_count, sizeof(*copy.points), &ok);
	copy.model_rate = copy_of(copy.model_rate, copy.model_count, sizeof(double), &ok);
	copy.node_rate = copy_of(copy.node_rate, copy.node_count, sizeof(double), &ok);
	if (!ok) {
		free((void *)copy.points);
		free((void *)copy.model_rate);
		free((void *)copy.node_rate);
		return sj_fail(err, SJ_ENOMEM, "no memory for more than %u scalings",
			       d->source.scaling_count);
	}
	d->scaling[d->source.scaling_count] = copy;
	*number = ++d->source.scaling_count;
	return SJ_OK;
}

/* Most jobs are one task of one-core ranks and fit the compact form. */
static bool is_simple(const sj_job *j)
{
	const sj_task_spec *t = &j->task;

	return j->task_count == 1 && t->cores == 1 && t->gpu_milli == 0 &&
	       t->gpu_model == 0 && t->mem_bytes == 0 && t->ranks_min == 0 &&
	       t->ranks_max == 0 && t->scaling == 0 && t->node == 0 && t->layout == 0 &&
	       t->spare_ranks == 0 && t->steps == 0 && t->comm == 0 && t->logged_ns == 0 && j->deadline_ns == SJ_NEVER && j->weight == 1.0 &&
	       j->priority == 0 && j->flags == 0 && j->files == NULL;
}

int deck_add_job(struct deck *d, const sj_job *j, sj_error *err)
{
	struct deck_job compact = {
		.id = j->id,
		.submit_ns = j->submit_ns,
		.work_ns = j->task.work_ns,
		.estimate_ns = j->task.estimate_ns,
		.logged_start_ns = j->logged_start_ns,
		.procs = j->task.ranks,
		.user = j->user, .group = j->group, .queue = j->queue, .app = j->app,
	};

	return is_simple(j) ? deck_add(d, &compact, err) : deck_add_whole(d, j, err);
}

bool deck_has_procs(const sj_task_spec *t)
{
	return t->ranks != 0 && (t->cores != 0 || t->gpu_milli != 0);
}

void deck_note(struct deck *d, const sj_job *job)
{
	sj_workload_info *info = &d->source.info;
	uint64_t procs = (uint64_t)job->task.ranks * job->task.cores;
	uint64_t gpus = (uint64_t)job->task.ranks * job->task.gpu_milli;

	info->no_run += job->task.work_ns < 0;
	info->zero_run += job->task.work_ns == 0;
	info->no_procs += !deck_has_procs(&job->task);
	info->no_gpu += gpus == 0;
	info->most_procs = procs > info->most_procs ? procs : info->most_procs;
	info->most_gpu_milli = gpus > info->most_gpu_milli ? gpus : info->most_gpu_milli;
	if (job->submit_ns == -1) /* unknown; others below 0 lie before the log's zero */
		return;
	if (info->first_submit_ns == SJ_NEVER) {
		info->first_submit_ns = info->last_submit_ns = job->submit_ns;
	} else {
		info->unsorted += job->submit_ns < d->noted_submit_ns;
		if (job->submit_ns < info->first_submit_ns)
			info->first_submit_ns = job->submit_ns;
		if (job->submit_ns > info->last_submit_ns)
			info->last_submit_ns = job->submit_ns;
	}
	d->noted_submit_ns = job->submit_ns;
}

void deck_count(struct deck *d, const char *key, uint64_t more)
{
	sj_workload_info *info = &d->source.info;
	uint32_t i = 0;

	while (i < info->count_count && strcmp(info->count[i].key, key) != 0)
		i++;
	if (i == SJ_WORKLOAD_COUNTS)
		return;
	if (i == info->count_count)
		info->count[info->count_count++].key = key;
	info->count[i].value += more;
}

/* ---- order -------------------------------------------------------------------------- */

struct place {
	sj_time  submit_ns;
	uint32_t index;
};

/* Never 0 for two jobs: the place in the file decides. */
static int by_submit(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->submit_ns != b->submit_ns)
		return a->submit_ns < b->submit_ns ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static bool is_sorted(const struct deck *d)
{
	for (size_t i = 1; i < d->count; i++)
		if (d->job[i].submit_ns < d->job[i - 1].submit_ns)
			return false;
	return true;
}

/* The models by name, and how many tasks ask for each. */
static int tell_models(struct deck *d, sj_error *err)
{
	sj_workload_info *info = &d->source.info;

	if (d->gpu_model.count == 0)
		return SJ_OK;
	d->model_tasks = calloc(d->gpu_model.count, sizeof(*d->model_tasks));
	if (d->model_tasks == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for %u names", d->gpu_model.count);
	for (size_t i = 0; i < d->more_count; i++) {
		const sj_job *j = &d->more[i];
		const sj_task_spec *t = j->task_count > 1 ? j->tasks : &j->task;

		for (uint32_t k = 0; k < j->task_count; k++)
			if (t[k].gpu_model > 0 && t[k].gpu_model <= d->gpu_model.count)
				d->model_tasks[t[k].gpu_model - 1]++;
	}
	info->gpu_model_count = d->gpu_model.count;
	info->gpu_model = (const char *const *)d->gpu_model.name;
	info->gpu_model_tasks = d->model_tasks;
	return SJ_OK;
}

int deck_close(struct deck *d, sj_error *err)
{
	struct place *place;
	int rc = tell_models(d, err);

	d->source.info.file_count = d->file.count;
	d->source.info.file = (const char *const *)d->file.name;
	d->source.info.place_count = d->place.count;
	d->source.info.place = (const char *const *)d->place.name;
	d->source.info.kept = d->count;
	if (rc != SJ_OK)
		return rc;
	if (is_sorted(d))
		return SJ_OK;
	place = malloc(d->count * sizeof(*place));
	d->order = malloc(d->count * sizeof(*d->order));
	if (place == NULL || d->order == NULL) {
		free(place);
		return sj_fail(err, SJ_ENOMEM, "no memory to sort %zu jobs", d->count);
	}
	for (size_t i = 0; i < d->count; i++)
		place[i] = (struct place){ d->job[i].submit_ns, (uint32_t)i };
	qsort(place, d->count, sizeof(*place), by_submit);
	for (size_t i = 0; i < d->count; i++)
		d->order[i] = place[i].index;
	free(place);
	return SJ_OK;
}

/* ---- what is dropped ------------------------------------------------------------------ */

void deck_drop(struct deck *d, sj_drop why, uint64_t line, sj_time run_ns,
	       int64_t procs, sj_time submit_ns)
{
	sj_workload_info *info = &d->source.info;
	const char *what = why == SJ_DROP_RUNTIME ? "run time" :
			   why == SJ_DROP_SUBMIT ? "submit time" : "processors";
	double value = why == SJ_DROP_RUNTIME ? (double)run_ns / 1e9 :
		       why == SJ_DROP_SUBMIT ? (double)submit_ns / 1e9 : (double)procs;

	info->dropped[why]++;
	if (info->first_drop[0] != '\0')
		return;
	if ((why == SJ_DROP_RUNTIME && run_ns == -1) || (why == SJ_DROP_SUBMIT && submit_ns == -1))
		snprintf(info->first_drop, sizeof(info->first_drop), "line %llu: %s unknown",
			 (unsigned long long)line, what);
	else
		snprintf(info->first_drop, sizeof(info->first_drop),
			 "line %llu: %s %.15g", (unsigned long long)line, what, value);
}
