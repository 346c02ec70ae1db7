/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.c - see pool.h. */
#include "trace/pool.h"

#include <stdlib.h>
#include <string.h>

void job_pool_fini(struct job_pool *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free((void *)(uintptr_t)(const void *)r->job[i].tasks);
		free((void *)(uintptr_t)(const void *)r->job[i].edges);
		free((void *)(uintptr_t)(const void *)r->job[i].files);
	}
	free(r->job);
	*r = (struct job_pool){ .job = NULL };
}

/* *to gets a copy of n things of this size. */
static int keep(const void *from, size_t n, size_t size, const void **to)
{
	void *copy = n != 0 ? malloc(n * size) : NULL;

	if (n != 0 && copy == NULL)
		return SJ_ENOMEM;
	if (n != 0)
		memcpy(copy, from, n * size);
	*to = copy;
	return SJ_OK;
}

/* In one block, as the source has it. */
static int keep_files(const sj_job_files *g, const sj_job_files **to)
{
	size_t files = g->file_count * sizeof(*g->files), reads = g->read_count * sizeof(*g->reads);
	size_t at = g->at_count * sizeof(*g->at);
	sj_job_files *copy = malloc(sizeof(*copy) + files + reads + at);
	char *p = (char *)(copy + 1);

	if (copy == NULL)
		return SJ_ENOMEM;
	*copy = *g;
	copy->files = memcpy(p, g->files, files);
	copy->reads = reads != 0 ? memcpy(p + files, g->reads, reads) : NULL;
	copy->at = at != 0 ? memcpy(p + files + reads, g->at, at) : NULL;
	*to = copy;
	return SJ_OK;
}

static int pool_add(struct job_pool *r, const sj_job *job)
{
	const void *tasks = NULL, *edges = NULL;
	const sj_job_files *files = NULL;
	int rc;

	if (r->count == r->cap) {
		size_t cap = r->cap != 0 ? 2 * r->cap : 1024;
		sj_job *grown = realloc(r->job, cap * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		r->job = grown;
		r->cap = cap;
	}
	rc = keep(job->tasks, job->task_count > 1 ? job->task_count : 0, sizeof(*job->tasks),
		  &tasks);
	if (rc == SJ_OK)
		rc = keep(job->edges, job->edge_count, sizeof(*job->edges), &edges);
	if (rc == SJ_OK && job->files != NULL)
		rc = keep_files(job->files, &files);
	r->job[r->count] = *job;
	r->job[r->count].tasks = tasks;
	r->job[r->count].edges = edges;
	r->job[r->count].files = files;
	r->count++;
	return rc;
}

int job_pool_fill(struct job_pool *r, sj_source *from, const char *who, sj_error *err)
{
	sj_job batch[64];
	uint32_t n;
	int rc;

	while ((rc = from->ops->fill(from, batch, 64, &n, err)) == SJ_OK)
		for (uint32_t i = 0; i < n; i++)
			if (pool_add(r, &batch[i]) != SJ_OK)
				return sj_fail(err, SJ_ENOMEM, "%s: out of memory", who);
	if (rc == SJ_END && r->count == 0)
		return sj_fail(err, SJ_EINVAL, "%s: the trace has no job", who);
	return rc == SJ_END ? SJ_OK : rc;
}
