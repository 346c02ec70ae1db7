/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer.c - see writer.h. */
#include "trace/tracefile.h"
#include "trace/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/json_out.h"
#include "input/workload.h"

#define JOB_HOLE "{job}"

extern const struct trace_writer trace_writer_swf, trace_writer_jsonl, trace_writer_wfformat,
	trace_writer_dot;

const struct trace_writer *const trace_writers[] = {
	&trace_writer_swf,
	&trace_writer_jsonl,
	&trace_writer_wfformat,
	&trace_writer_dot,
	NULL,
};

static const struct trace_writer *by_suffix(const char *path)
{
	for (size_t i = 0; trace_writers[i] != NULL; i++)
		if (workload_has_suffix(path, trace_writers[i]->suffix))
			return trace_writers[i];
	return trace_writers[0];
}

int trace_writer_find(const char *name, const char *path,
		      const struct trace_writer **out, sj_error *err)
{
	const char *names[8], *near;
	size_t n = 0;

	if (name == NULL) {
		*out = path != NULL ? by_suffix(path) : trace_writers[0];
		return SJ_OK;
	}
	for (; trace_writers[n] != NULL; n++) {
		names[n] = trace_writers[n]->name;
		if (strcmp(names[n], name) == 0) {
			*out = trace_writers[n];
			return SJ_OK;
		}
	}
	near = sj_nearest(name, names, n);
	return sj_fail(err, SJ_EUSAGE, "format \"%s\" cannot be written%s%s%s; expected swf, "
		       "jsonl, wfformat or dot", name, near != NULL ? ", did you mean \"" : "",
		       near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static bool is_stdout(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

int trace_tell_written(const char *schema, const char *path, uint64_t jobs, bool json,
		       sj_error *err)
{
	if (json)
		return json_out(json_pack("{s:s, s:s, s:I}", "schema", schema, "output", path,
					  "jobs", (json_int_t)jobs), JSON_INDENT(1), err);
	if (!is_stdout(path))
		say("%" PRIu64 " jobs written to %s", jobs, path);
	return SJ_OK;
}

int trace_may_write(const char *path, bool force, bool json, sj_error *err)
{
	struct stat st;

	if (json && is_stdout(path))
		return sj_fail(err, SJ_EUSAGE, "--json needs -o FILE, as both the document and "
			       "the jobs want standard output");
	if (is_stdout(path) || force || stat(path, &st) != 0 ||
	    !S_ISREG(st.st_mode))
		return SJ_OK;
	return sj_fail(err, SJ_EUSAGE, "%s exists; say --force to replace it", path);
}

/* ---- writing ------------------------------------------------------------------------ */

struct writing {
	const struct trace_writer *writer;
	sj_source       *source;
	const char      *path, *note;
	bool             force, each; /* each: a file for every job */
	bool             open;
	struct tracefile file;
	uint64_t         written;
};

static int open_file(struct writing *w, const char *path, sj_error *err)
{
	int rc = trace_may_write(path, w->force, false, err);

	if (rc == SJ_OK)
		rc = tracefile_open(&w->file, path, err);
	if (rc != SJ_OK)
		return rc;
	w->open = true;
	w->writer->header(w->file.to, w->source, w->note);
	return SJ_OK;
}

static int close_file(struct writing *w, int rc, sj_error *err)
{
	if (!w->open)
		return rc;
	w->open = false;
	if (rc == SJ_OK && w->writer->end != NULL)
		w->writer->end(w->file.to);
	return tracefile_close(&w->file, rc, err);
}

static const char *hole(const char *path)
{
	return path != NULL ? strstr(path, JOB_HOLE) : NULL;
}

/* The name with the job's id in the place of {job}. */
static int open_own(struct writing *w, const sj_job *job, sj_error *err)
{
	const char *at = hole(w->path);
	char *path;
	int rc;

	if (asprintf(&path, "%.*s%" PRId64 "%s", (int)(at - w->path), w->path, job->id,
		     at + strlen(JOB_HOLE)) < 0)
		return SJ_ENOMEM;
	rc = open_file(w, path, err);
	free(path);
	return rc;
}

static int write_job(struct writing *w, const sj_job *job, sj_error *err)
{
	int rc = w->each ? open_own(w, job, err) : SJ_OK;

	if (rc == SJ_OK && !w->each && w->writer->one_job && w->written == 1)
		return sj_fail(err, SJ_EUSAGE, "a file in %s holds one job, and there are more; "
			       "choose one with --job, or put {job} into the name, as in wf-{job}%s",
			       w->writer->name, w->writer->suffix);
	if (rc == SJ_OK)
		rc = w->writer->job(w->file.to, w->source, job, err);
	if (w->each)
		rc = close_file(w, rc, err);
	w->written += rc == SJ_OK;
	return rc;
}

static int write_jobs(struct writing *w, uint64_t limit, sj_error *err)
{
	sj_job batch[64];
	uint32_t n;
	int rc;

	while ((rc = w->source->ops->fill(w->source, batch, 64, &n, err)) == SJ_OK) {
		for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
			if (limit != 0 && w->written == limit)
				return SJ_OK;
			rc = write_job(w, &batch[i], err);
		}
		if (rc != SJ_OK)
			return rc;
		if (interrupted)
			return sj_fail(err, SJ_EINTR, "interrupted; nothing was kept");
		if (w->open && ferror(w->file.to))
			return SJ_OK; /* closing the stream tells why */
	}
	return rc == SJ_END ? SJ_OK : rc;
}

int trace_write(const char *path, bool force, const struct trace_writer *writer,
		const char *note, sj_source *source, uint64_t limit, uint64_t *written,
		sj_error *err)
{
	struct writing w = { .writer = writer, .source = source, .path = path, .note = note,
			     .force = force, .each = hole(path) != NULL };
	int rc = SJ_OK;

	if (source->ops->started != NULL || source->ops->finished != NULL)
		return sj_fail(err, SJ_EUSAGE, "%s makes jobs only while a simulation runs, "
			       "as an answer to it; use it with `sojourn run -w %s`",
			       source->info.format, source->info.format);
	if (!w.each)
		rc = open_file(&w, path, err);
	if (rc == SJ_OK)
		rc = write_jobs(&w, limit, err);
	if (rc == SJ_OK && writer->one_job && w.written == 0)
		rc = sj_fail(err, SJ_EINVAL, "no job to write");
	*written = w.written;
	return close_file(&w, rc, err);
}
