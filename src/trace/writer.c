/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer.c - see writer.h. */
#include "trace/tracefile.h"
#include "trace/writer.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/json_out.h"
#include "input/workload.h"

extern const struct trace_writer trace_writer_swf, trace_writer_jsonl;

const struct trace_writer *const trace_writers[] = {
	&trace_writer_swf,
	&trace_writer_jsonl,
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
	return sj_fail(err, SJ_EUSAGE, "format \"%s\" cannot be written%s%s%s; expected swf "
		       "or jsonl", name, near != NULL ? ", did you mean \"" : "",
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

static int write_jobs(FILE *to, const struct trace_writer *writer, sj_source *source,
		      uint64_t limit, uint64_t *written, sj_error *err)
{
	sj_job batch[64];
	uint32_t n;
	int rc;

	*written = 0;
	while ((rc = source->ops->fill(source, batch, 64, &n, err)) == SJ_OK) {
		for (uint32_t i = 0; i < n && rc == SJ_OK; i++) {
			if (limit != 0 && *written == limit)
				return SJ_OK;
			rc = writer->job(to, &batch[i], err);
			++*written;
		}
		if (rc != SJ_OK)
			return rc;
		if (interrupted)
			return sj_fail(err, SJ_EINTR, "interrupted; nothing was kept");
		if (ferror(to))
			return SJ_OK; /* closing the stream tells why */
	}
	return rc == SJ_END ? SJ_OK : rc;
}

int trace_write(const char *path, bool force, const struct trace_writer *writer,
		const char *note, sj_source *source, uint64_t limit, uint64_t *written,
		sj_error *err)
{
	struct tracefile f;
	int rc = trace_may_write(path, force, false, err);

	if (source->ops->started != NULL || source->ops->finished != NULL)
		return sj_fail(err, SJ_EUSAGE, "%s makes jobs only while a simulation runs, "
			       "as an answer to it; use it with `sojourn run -w %s`",
			       source->info.format, source->info.format);
	if (rc == SJ_OK)
		rc = tracefile_open(&f, path, err);
	if (rc != SJ_OK)
		return rc;
	writer->header(f.to, source, note);
	rc = write_jobs(f.to, writer, source, limit, written, err);
	return tracefile_close(&f, rc, err);
}
