/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file_uses.c - see file_uses.h. */
#include "trace/file_uses.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counts stand one further; afterwards they are offsets. */
static void add_up(uint32_t *first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		first[i + 1] += first[i];
}

/* Filling has moved each offset to the next one's. */
static void put_back(uint32_t *first, uint32_t n)
{
	memmove(first + 1, first, n * sizeof(*first));
	first[0] = 0;
}

int file_uses_init(struct file_uses *u, const sj_job *job)
{
	const sj_job_files *g = job->files;
	size_t n = job->task_count;

	u->read_first = calloc(2 * (n + 2) + g->read_count + g->file_count, sizeof(uint32_t));
	if (u->read_first == NULL)
		return SJ_ENOMEM;
	u->write_first = u->read_first + n + 1;
	u->read = u->write_first + n + 1;
	u->write = u->read + g->read_count;
	for (uint32_t i = 0; i < g->read_count; i++)
		u->read_first[g->reads[i].task + 1]++;
	add_up(u->read_first, job->task_count);
	for (uint32_t i = 0; i < g->read_count; i++)
		u->read[u->read_first[g->reads[i].task]++] = g->reads[i].file;
	put_back(u->read_first, job->task_count);
	for (uint32_t i = 0; i < g->file_count; i++)
		if (g->files[i].maker != 0)
			u->write_first[g->files[i].maker]++;
	add_up(u->write_first, job->task_count);
	for (uint32_t i = 0; i < g->file_count; i++)
		if (g->files[i].maker != 0)
			u->write[u->write_first[g->files[i].maker - 1]++] = i;
	put_back(u->write_first, job->task_count);
	return SJ_OK;
}

void file_uses_fini(struct file_uses *u)
{
	free(u->read_first);
}

const char *file_uses_name(const sj_source *source, const sj_job *job, uint32_t file,
			   char buf[32])
{
	uint32_t name = job->files->files[file].name;

	if (name != 0 && name <= source->info.file_count)
		return source->info.file[name - 1];
	snprintf(buf, 32, "file %" PRIu32, file);
	return buf;
}
