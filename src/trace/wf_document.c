/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wf_document.c - see wf_document.h; written as a stream, one task a line. */
#include "trace/wf_document.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "config/version.h"
#include "run/jobs_csv.h"
#include "trace/neighbours.h"

static void put_text(FILE *to, const char *before, const char *text)
{
	json_t *v = json_string(text);
	char *quoted = v != NULL ? json_dumps(v, JSON_ENCODE_ANY) : NULL;

	json_decref(v);
	if (quoted == NULL) /* bytes that are no UTF-8 */
		fprintf(to, "%s\"workflow\"", before);
	else
		fprintf(to, "%s%s", before, quoted);
	free(quoted);
}

static void put_seconds(FILE *to, const char *before, sj_time ns)
{
	char text[32];

	*jobs_csv_seconds(text, ns) = '\0';
	fprintf(to, "%s%s", before, text);
}

/* "2026-01-31T12:00:00.5Z" */
static void put_date(FILE *to, const char *before, const struct wf_document *d, sj_time ns)
{
	sj_time zero = d->unix_start_ns != SJ_NEVER ? d->unix_start_ns : 0;
	sj_time at = zero + ns, part = at % SJ_NS_PER_S;
	time_t whole = (time_t)(at / SJ_NS_PER_S);
	char date[40], fraction[16] = "";
	struct tm tm;

	gmtime_r(&whole, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	if (part != 0)
		snprintf(fraction, sizeof(fraction), ".%09d", (int)part);
	fprintf(to, "%s\"%s%sZ\"", before, date, fraction);
}

/* ---- files by task ---------------------------------------------------------------- */

/* Those of task t: file[k] for k in first[t] .. first[t + 1]. */
struct task_files {
	uint32_t *first, *file;
};

/* One file a task is one read, or one file that it made; in their order. */
static bool pair_of(const sj_job_files *f, bool reads, uint32_t i, uint32_t *task,
		    uint32_t *file)
{
	*file = reads ? f->reads[i].file : i;
	*task = reads ? f->reads[i].task : f->files[i].maker - 1;
	return reads || f->files[i].maker != 0;
}

static int task_files_make(const sj_job *job, bool reads, struct task_files *out)
{
	const sj_job_files *f = job->files;
	uint32_t n = f == NULL ? 0 : reads ? f->read_count : f->file_count, task, file;

	out->first = calloc((size_t)job->task_count + 1 + n, sizeof(*out->first));
	if (out->first == NULL)
		return SJ_ENOMEM;
	out->file = out->first + job->task_count + 1;
	for (uint32_t i = 0; i < n; i++)
		if (pair_of(f, reads, i, &task, &file))
			out->first[task]++;
	for (uint32_t t = 1; t <= job->task_count; t++)
		out->first[t] += out->first[t - 1];
	for (uint32_t i = n; i-- != 0;)
		if (pair_of(f, reads, i, &task, &file))
			out->file[--out->first[task]] = file;
	return SJ_OK;
}

/* ---- specification ------------------------------------------------------------------ */

/* The same neighbour twice is named once; the edges stand by it. */
static void put_neighbours(FILE *to, const char *key, const sj_job *job, const uint32_t *list,
			   uint32_t count, bool sources)
{
	uint32_t last = UINT32_MAX;
	bool any = false;

	fprintf(to, ", \"%s\": [", key);
	for (uint32_t k = 0; k < count; k++) {
		const sj_edge *e = &job->edges[list[k]];
		uint32_t other = sources ? e->from : e->to;

		if (other != last)
			fprintf(to, "%s\"t%" PRIu32 "\"", any ? ", " : "", other);
		last = other;
		any = true;
	}
	fputc(']', to);
}

/* Bytes of edges, then files: those that the task reads, or those that it makes. */
static void put_files(FILE *to, const char *key, const sj_job *job, const uint32_t *list,
		      uint32_t count, const struct task_files *f, uint32_t task)
{
	bool any = false;

	fprintf(to, ", \"%s\": [", key);
	for (uint32_t k = 0; k < count; k++) {
		if (job->edges[list[k]].bytes == 0)
			continue;
		fprintf(to, "%s\"d%" PRIu32 "\"", any ? ", " : "", list[k]);
		any = true;
	}
	for (uint32_t k = f->first[task]; k < f->first[task + 1]; k++) {
		fprintf(to, "%s\"f%" PRIu32 "\"", any ? ", " : "", f->file[k]);
		any = true;
	}
	fputc(']', to);
}

static void put_file_list(FILE *to, const sj_job *job)
{
	const sj_job_files *f = job->files;
	bool any = false;

	fprintf(to, "\n      ],\n      \"files\": [");
	for (uint32_t i = 0; i < job->edge_count; i++) {
		if (job->edges[i].bytes == 0)
			continue;
		fprintf(to, "%s\n        {\"id\": \"d%" PRIu32 "\", \"sizeInBytes\": %" PRIu64 "}",
			any ? "," : "", i, job->edges[i].bytes);
		any = true;
	}
	for (uint32_t i = 0; f != NULL && i < f->file_count; i++) {
		fprintf(to, "%s\n        {\"id\": \"f%" PRIu32 "\", \"sizeInBytes\": %" PRIu64 "}",
			any ? "," : "", i, f->files[i].bytes);
		any = true;
	}
	fprintf(to, "%s]\n    },\n", any ? "\n      " : "");
}

static void put_specification(FILE *to, const sj_job *job, const struct neighbours *n,
			      const struct task_files *reads, const struct task_files *makes)
{
	fprintf(to, "    \"specification\": {\n      \"tasks\": [");
	for (uint32_t t = 0; t < job->task_count; t++) {
		const uint32_t *in = n->in + n->in_first[t], *out = n->out + n->out_first[t];
		uint32_t ins = n->in_first[t + 1] - n->in_first[t];
		uint32_t outs = n->out_first[t + 1] - n->out_first[t];

		fprintf(to, "%s\n        {\"name\": \"t%" PRIu32 "\", \"id\": \"t%" PRIu32 "\"",
			t > 0 ? "," : "", t, t);
		put_neighbours(to, "parents", job, in, ins, true);
		put_neighbours(to, "children", job, out, outs, false);
		put_files(to, "inputFiles", job, in, ins, reads, t);
		put_files(to, "outputFiles", job, out, outs, makes, t);
		fputc('}', to);
	}
	put_file_list(to, job);
}

/* ---- execution ---------------------------------------------------------------------- */

static void put_task(FILE *to, const struct wf_document *d, const sj_task_spec *t, uint32_t i)
{
	const struct wf_task *w = &d->task[i];

	fprintf(to, "%s\n        {\"id\": \"t%" PRIu32 "\"", i > 0 ? "," : "", i);
	put_seconds(to, ", \"runtimeInSeconds\": ", w->run_ns);
	fprintf(to, ", \"coreCount\": %" PRIu64, (uint64_t)t->ranks * t->cores);
	if (t->mem_bytes != 0)
		fprintf(to, ", \"memoryInBytes\": %" PRIu64, t->mem_bytes * t->ranks);
	if (w->start_ns != SJ_NEVER)
		put_date(to, ", \"executedAt\": ", d, w->start_ns);
	for (uint32_t k = 0; k < w->places; k++)
		fprintf(to, "%s\"node%" PRIu32 "\"", k > 0 ? ", " : ", \"machines\": [",
			d->place[w->place + k]);
	fputs(w->places != 0 ? "]}" : "}", to);
}

static void put_machines(FILE *to, const struct wf_document *d)
{
	fprintf(to, ",\n      \"machines\": [");
	for (uint32_t m = 0; m < d->machines; m++) {
		fprintf(to, "%s\n        {\"nodeName\": \"node%" PRIu32 "\"", m > 0 ? "," : "",
			d->machine[m].number);
		if (d->machine[m].mem_bytes != 0)
			fprintf(to, ", \"memoryInBytes\": %" PRIu64, d->machine[m].mem_bytes);
		if (d->machine[m].cores != 0)
			fprintf(to, ", \"cpu\": {\"coreCount\": %" PRIu64 "}", d->machine[m].cores);
		fputc('}', to);
	}
	fprintf(to, "\n      ]");
}

static void put_execution(FILE *to, const struct wf_document *d, const sj_job *job)
{
	const sj_task_spec *t = job_tasks(job);

	fprintf(to, "    \"execution\": {\n");
	put_seconds(to, "      \"makespanInSeconds\": ", d->makespan_ns);
	put_date(to, ",\n      \"executedAt\": ", d, d->executed_ns);
	fprintf(to, ",\n      \"tasks\": [");
	for (uint32_t i = 0; i < job->task_count; i++)
		put_task(to, d, &t[i], i);
	fprintf(to, "\n      ]");
	if (d->machines != 0)
		put_machines(to, d);
	fprintf(to, "\n    }\n");
}

/* ---- the document --------------------------------------------------------------------- */

static int check(const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = job_tasks(job);

	for (uint32_t i = 0; i < job->task_count; i++)
		if (t[i].gpu_milli != 0 || t[i].comm != 0)
			return sj_fail(err, SJ_EINVAL, "job %" PRId64 ": task %" PRIu32 " %s, which "
				       "WfFormat cannot say; write jsonl", job->id, i,
				       t[i].comm != 0 ? "has ranks that communicate" : "needs GPUs");
	return SJ_OK;
}

int wf_document_write(FILE *to, const struct wf_document *d, const sj_job *job, sj_error *err)
{
	struct task_files reads = { NULL, NULL }, makes = { NULL, NULL };
	struct neighbours n = { NULL, NULL, NULL, NULL };
	int rc = check(job, err);

	if (rc == SJ_OK)
		rc = neighbours_make(job, &n);
	if (rc == SJ_OK)
		rc = task_files_make(job, true, &reads);
	if (rc == SJ_OK)
		rc = task_files_make(job, false, &makes);
	if (rc == SJ_OK) {
		put_text(to, "{\n  \"name\": ", d->name);
		put_text(to, ",\n  \"description\": ", d->description);
		fprintf(to, ",\n  \"schemaVersion\": \"1.5\",\n  \"runtimeSystem\": {\"name\": "
			"\"sojourn\", \"version\": \"%s\"},\n  \"workflow\": {\n", version_number);
		put_specification(to, job, &n, &reads, &makes);
		put_execution(to, d, job);
		fprintf(to, "  }\n}\n");
	}
	neighbours_free(&n);
	free(reads.first);
	free(makes.first);
	return rc;
}
