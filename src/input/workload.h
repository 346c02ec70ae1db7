/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * workload.h - from what the user typed to a source of jobs.
 *
 * "log.swf.gz" (format found from content and name), "swf:FILE" (format given),
 * "google2011:part-*.gz" (several files as one), "gavel:FILE,throughputs=FILE" (what a
 * format can be told), "gen:lublin:n=1000" (generator), "-" (standard input).
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "sojourn/workload.h"

struct workload {
	sj_source *source;    /* at its first job; owned */
	char      *spec;      /* as typed */
	char      *path;      /* the file, "-", or "" for a generator */
	char       format[32]; /* "swf", "jsonl", "gen:lublin" */
	bool       generated;
	uint64_t   parse_ns;  /* wall time from opening to the last byte */
	sj_input  *input;     /* NULL for a generator */
	/* Other files, by the option that named them; their readers are done. */
	uint32_t   file_count;
	struct workload_file {
		const char *option; /* "throughputs" */
		char       *path;
		sj_input   *input;
	} file[SJ_READER_FILES];
};

/*
 * `options` may be NULL (no limit, the log's own machine). `seed` is for
 * generators.
 *
 * SJ_OK      *out is open; free it with workload_free()
 * SJ_EUSAGE  unknown format, generator or generator parameter (with the nearest)
 * others     as from input_open() and the reader; the sentence has file and line
 */
int  workload_open(const char *spec, const sj_reader_options *options,
		   uint64_t seed, struct workload **out, sj_error *err);
void workload_free(struct workload *w); /* accepts NULL */

/*
 * Size and SHA-256 of the file as stored; 0 and "" for a generator. The hash
 * runs beside the reader in a second thread and is waited for here: ask after
 * the run, not before it.
 */
int  workload_digest(struct workload *w, uint64_t *stored_bytes, char hex[65],
		     sj_error *err);

/*
 * Must `spec` be opened by workload_open()? Not when it is a path, "swf:PATH" or "-",
 * whose bytes may as well be looked at as they are.
 */
bool workload_is_read(const char *spec);

/* The format that the first bytes and the name of a file speak for, or NULL. */
const sj_reader_ops    *workload_sniff(const char *path, const char *bytes, size_t size);

/* Has the name one of these endings (".swf .txt"), before .gz or .zst if it has that? */
bool                    workload_has_suffix(const char *path, const char *suffixes);

/* Formats and generators by name; NULL when there is none. */
const sj_reader_ops    *workload_reader(const char *name);
const sj_generator_ops *workload_generator(const char *name);

#endif
