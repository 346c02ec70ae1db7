/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer.h - jobs to a trace file, format by format. */
#ifndef WRITER_H
#define WRITER_H

#include <stdio.h>

#include "sojourn/workload.h"

struct trace_writer {
	const char *name;   /* "swf" */
	const char *suffix; /* ".swf" */
	bool        one_job; /* a file holds one */
	void (*header)(FILE *to, const sj_source *source, const char *note);
	/* SJ_OK, or SJ_EINVAL: the format cannot say this. */
	int  (*job)(FILE *to, const sj_source *source, const sj_job *job, sj_error *err);
	void (*end)(FILE *to); /* behind the last job; may be NULL */
};

extern const struct trace_writer *const trace_writers[]; /* ends with NULL */

/* By name, else (name NULL) by the suffix of `path` before .gz or .zst, else SWF.
 * SJ_OK or SJ_EUSAGE with the nearest. */
int trace_writer_find(const char *name, const char *path,
		      const struct trace_writer **out, sj_error *err);

/*
 * Writes header and all jobs of `source`, at most `limit` (0 = all), to `path`
 * ("-" or NULL: stdout), whole or not at all. *written gets their number.
 * An existing file is replaced only with `force`. With {job} in `path`, each job has a
 * file of its own, named by its id; those before an error stay.
 */
int trace_write(const char *path, bool force, const struct trace_writer *writer,
		const char *note, sj_source *source, uint64_t limit, uint64_t *written,
		sj_error *err);

/* SJ_EUSAGE unless `path` may be written: it does not exist, or `force`. With `json`,
 * stdout is for the document, so `path` must name a file. */
int trace_may_write(const char *path, bool force, bool json, sj_error *err);

/* What was written, unless to stdout: in words on stderr, or as {"schema", "output",
 * "jobs"} on stdout. SJ_OK, SJ_EIO or SJ_ENOMEM. */
int trace_tell_written(const char *schema, const char *path, uint64_t jobs, bool json,
		       sj_error *err);

#endif
