/* SPDX-License-Identifier: GPL-3.0-or-later */
/* swf.c - the few columns of a Standard Workload Format log that runners use. */
#include "harness/swf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"

static bool parse_job(const char *line, struct swf_job *j)
{
	double v[12];
	char *end;

	for (int i = 0; i < 12; i++) {
		v[i] = strtod(line, &end);
		if (end == line)
			return false;
		line = end;
	}
	*j = (struct swf_job){
		.id = (int64_t)v[0], .submit = (int64_t)v[1], .wait = (int64_t)v[2],
		.run = (int64_t)v[3], .procs = (int64_t)(v[7] > 0 ? v[7] : v[4]),
		.request = (int64_t)v[8], .user = (int64_t)v[11] };
	return true;
}

bool swf_read(const char *path, struct swf *out)
{
	char *text = file_read(path, NULL), *save = NULL;
	size_t cap = 0;

	*out = (struct swf){ 0 };
	if (text == NULL)
		return false;
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		if (out->count == cap) {
			cap = cap > 0 ? cap * 2 : 1024;
			out->job = realloc(out->job, cap * sizeof(*out->job));
		}
		if (line[0] != ';' && parse_job(line, &out->job[out->count]))
			out->count++;
	}
	return true;
}

bool swf_write(const char *path, const struct swf_job *job, size_t count)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			   " -1 -1 %" PRId64 " %" PRId64 " -1 1 %" PRId64
			   " 1 -1 1 1 -1 -1\n",
			job[i].id, job[i].submit, job[i].wait, job[i].run,
			job[i].procs, job[i].procs, job[i].request, job[i].user);
	return fclose(f) == 0;
}

static int by_submit(const void *pa, const void *pb)
{
	const struct swf_job *a = pa, *b = pb;

	if (a->submit != b->submit)
		return a->submit < b->submit ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

void swf_sort(struct swf_job *job, size_t count)
{
	qsort(job, count, sizeof(*job), by_submit);
}
