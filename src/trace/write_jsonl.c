/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_jsonl.c - jobs in the native format, exactly: all of sojourn/job.h, times
 * in nanoseconds. Keys that have their default are left out.
 */
#include <inttypes.h>
#include <jansson.h>

#include "cli/number_text.h"
#include "trace/file_uses.h"
#include "trace/write_comm.h"
#include "trace/writer.h"

static const char *const layouts[] = { "any", "consolidated", "spread" };

static void put_real(FILE *to, const char *before, double v)
{
	char number[NUMBER_TEXT_MAX];

	number_exact(v, number);
	fprintf(to, "%s%s", before, number);
}

/* A name as a JSON string. Logs may hold any bytes; JSON and its reader do not. */
static void put_name(FILE *to, const char *name)
{
	json_t *v = json_string(name);
	bool utf8 = v != NULL;

	json_decref(v);
	fputc('"', to);
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;
		bool shown = c >= 0x20 && c != 0x7f && (c < 0x80 || utf8);

		fprintf(to, c == '"' || c == '\\' ? "\\%c" : "%c", shown ? c : '?');
	}
	fputc('"', to);
}

static void put_speedup(FILE *to, const sj_scaling *s)
{
	switch (s->kind) {
	case SJ_SPEEDUP_AMDAHL:
		put_real(to, "\"speedup\":\"amdahl\",\"serial\":", s->serial);
		return;
	case SJ_SPEEDUP_DOWNEY:
		put_real(to, "\"speedup\":\"downey\",\"A\":", s->A);
		put_real(to, ",\"sigma\":", s->sigma);
		return;
	case SJ_SPEEDUP_TABLE:
		fputs("\"speedup\":\"table\",\"points\":[", to);
		for (uint32_t i = 0; i < s->point_count; i++) {
			put_real(to, i > 0 ? ",[" : "[", s->points[i].ranks);
			put_real(to, ",", s->points[i].speed);
			fputc(']', to);
		}
		fputc(']', to);
		return;
	default:
		fputs("\"speedup\":\"linear\"", to);
	}
}

static void put_scaling(FILE *to, const sj_scaling *s)
{
	fputc('{', to);
	put_speedup(to, s);
	for (uint32_t m = 0; m < s->model_count; m++)
		put_real(to, m > 0 ? "," : ",\"model_rate\":[", s->model_rate[m]);
	if (s->model_count > 0)
		fputc(']', to);
	if (s->apart != 0 && s->apart != 1)
		put_real(to, ",\"apart\":", s->apart);
	for (uint32_t n = 0; n < s->node_count; n++)
		put_real(to, n > 0 ? "," : ",\"node_rate\":[", s->node_rate[n]);
	if (s->node_count > 0)
		fputc(']', to);
	fputc('}', to);
}

/* Where a file is or goes to. */
static void put_place(FILE *to, const sj_source *source, uint32_t place)
{
	const sj_workload_info *info = &source->info;

	if (place == SJ_AT_STORAGE)
		fputs("\"storage\"", to);
	else if (place >= SJ_AT_NAMED && place - SJ_AT_NAMED < info->place_count)
		put_name(to, info->place[place - SJ_AT_NAMED]);
	else
		fprintf(to, "%" PRIu32, place);
}

static void jsonl_header(FILE *to, const sj_source *source, const char *note)
{
	const sj_workload_info *info = &source->info;

	(void)note; /* the format has no comments */
	fprintf(to, "{\"schema\":\"sojourn.jobs/1\"");
	if (info->max_procs > 0)
		fprintf(to, ",\"max_procs\":%" PRIu32, info->max_procs);
	if (info->max_nodes > 0)
		fprintf(to, ",\"max_nodes\":%" PRIu32, info->max_nodes);
	if (info->unix_start_ns != SJ_NEVER)
		fprintf(to, ",\"unix_start_ns\":%" PRId64, info->unix_start_ns);
	for (uint32_t i = 0; i < info->gpu_model_count; i++) {
		fputs(i > 0 ? "," : ",\"gpu_models\":[", to);
		put_name(to, info->gpu_model[i]);
	}
	fputs(info->gpu_model_count > 0 ? "]" : "", to);
	for (uint32_t i = 0; i < source->scaling_count; i++) {
		fputs(i > 0 ? "," : ",\"scalings\":[", to);
		put_scaling(to, &source->scalings[i]);
	}
	fputs(source->scaling_count > 0 ? "]" : "", to);
	for (uint32_t i = 0; i < source->comm_count; i++) {
		fputs(i > 0 ? "," : ",\"comms\":[", to);
		write_comm(to, &source->comms[i], put_place, source);
	}
	fputs(source->comm_count > 0 ? "]" : "", to);
	fputs("}\n", to);
}

static void put_number(FILE *to, const char *key, uint64_t v)
{
	if (v > 0)
		fprintf(to, ",\"%s\":%" PRIu64, key, v);
}

static void put_files(FILE *to, const sj_source *source, const sj_job *job)
{
	for (uint32_t i = 0; i < job->files->file_count; i++) {
		const sj_file *f = &job->files->files[i];
		char buf[32];

		fputs(i > 0 ? ",{\"name\":" : ",\"files\":[{\"name\":", to);
		put_name(to, file_uses_name(source, job, i, buf));
		fprintf(to, ",\"bytes\":%" PRIu64, f->bytes);
		if (f->shared)
			fputs(",\"shared\":true", to);
		for (uint32_t k = 0; k < f->at_count; k++) {
			fputs(k > 0 ? "," : ",\"at\":[", to);
			put_place(to, source, job->files->at[f->at_first + k]);
		}
		fputs(f->at_count > 0 ? "]" : "", to);
		if (f->maker != 0 && f->to != SJ_FILE_STAYS) {
			fputs(",\"to\":", to);
			put_place(to, source, f->to);
		}
		fputc('}', to);
	}
	fputc(']', to);
}

/* What one task reads and writes. */
static void put_uses(FILE *to, const sj_source *source, const sj_job *job,
		     const struct file_uses *u, uint32_t task)
{
	const struct {
		const char     *key;
		const uint32_t *first, *file;
	} both[] = { { ",\"reads\":[", u->read_first, u->read },
		     { ",\"writes\":[", u->write_first, u->write } };

	for (int b = 0; b < 2; b++) {
		uint32_t from = both[b].first[task], end = both[b].first[task + 1];
		char buf[32];

		for (uint32_t k = from; k < end; k++) {
			fputs(k > from ? "," : both[b].key, to);
			put_name(to, file_uses_name(source, job, both[b].file[k], buf));
		}
		fputs(end > from ? "]" : "", to);
	}
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
	put_number(to, "scaling", t->scaling);
	put_number(to, "comm", t->comm);
	put_number(to, "node", t->node);
	if (t->layout != SJ_LAYOUT_ANY)
		fprintf(to, ",\"layout\":\"%s\"", layouts[t->layout]);
	put_number(to, "spare_ranks", t->spare_ranks);
	put_number(to, "steps", t->steps);
	put_number(to, "logged_ns", (uint64_t)t->logged_ns);
}

static void put_graph(FILE *to, const sj_source *source, const sj_job *job,
		      const struct file_uses *u)
{
	fprintf(to, ",\"tasks\":[");
	for (uint32_t i = 0; i < job->task_count; i++) {
		fprintf(to, "%s{", i > 0 ? "," : "");
		put_task(to, &job->tasks[i], "");
		if (u != NULL)
			put_uses(to, source, job, u, i);
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

static int jsonl_job(FILE *to, const sj_source *source, const sj_job *job, sj_error *err)
{
	struct file_uses uses, *u = job->files != NULL ? &uses : NULL;

	if (u != NULL && file_uses_init(u, job) != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "no memory for the files of job %" PRId64, job->id);
	fprintf(to, "{\"id\":%" PRId64 ",\"submit_ns\":%" PRId64, job->id, job->submit_ns);
	if (job->task_count == 1)
		put_task(to, &job->task, ",");
	if (job->task_count == 1 && u != NULL)
		put_uses(to, source, job, u, 0);
	if (job->logged_start_ns != SJ_NEVER)
		fprintf(to, ",\"logged_start_ns\":%" PRId64, job->logged_start_ns);
	if (job->deadline_ns != SJ_NEVER)
		fprintf(to, ",\"deadline_ns\":%" PRId64, job->deadline_ns);
	if (job->weight != 1.0)
		put_real(to, ",\"weight\":", job->weight);
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
		put_graph(to, source, job, u);
	if (u != NULL) {
		put_files(to, source, job);
		file_uses_fini(u);
	}
	fputs("}\n", to);
	return SJ_OK;
}

const struct trace_writer trace_writer_jsonl = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.header = jsonl_header,
	.job = jsonl_job,
};
