/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cut.c - `sojourn trace cut`: part of a trace, lines unchanged.
 *
 * SWF is cut as text, so that all 18 fields (and columns beyond them) survive, and
 * also records that no simulation would run; other formats are cut job by job.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "input/input.h"
#include "input/workload.h"
#include "trace/trace.h"
#include "trace/tracefile.h"
#include "trace/writer.h"

#include "sojourn/swf.h"

/* What is kept: all three conditions. */
struct window {
	sj_time  from_ns, to_ns;    /* submit in [from, to) */
	uint64_t first_job, last_job; /* numbers of records, from 1 */
	uint64_t first;             /* at most so many; 0 = all */
	uint64_t seen, kept;
};

static bool window_takes(struct window *w, sj_time submit_ns)
{
	w->seen++;
	if (w->seen < w->first_job || w->seen > w->last_job || submit_ns < w->from_ns ||
	    submit_ns >= w->to_ns || (w->first != 0 && w->kept == w->first))
		return false;
	w->kept++;
	return true;
}

static bool window_is_over(const struct window *w)
{
	return w->seen >= w->last_job || (w->first != 0 && w->kept == w->first);
}

/* ---- SWF --------------------------------------------------------------------------- */

static void copy_comment(void *ctx, const char *text, size_t size)
{
	FILE *to = ctx;

	fwrite(text, 1, size, to);
	fputc('\n', to);
}

static int cut_lines(sj_swf *swf, struct window *w, FILE *to, sj_error *err)
{
	const sj_swf_record *rec;
	int rc;

	sj_swf_on_comment(swf, copy_comment, to);
	while ((rc = sj_swf_next(swf, &rec, err)) == SJ_OK) {
		if (window_takes(w, sj_swf_ns(rec, SJ_SWF_SUBMIT))) {
			fwrite(rec->text, 1, rec->size, to);
			fputc('\n', to);
		}
		if (window_is_over(w))
			break;
	}
	return rc == SJ_END ? SJ_OK : rc;
}

static int cut_swf(sj_input *in, struct window *w, const char *output, sj_error *err)
{
	struct tracefile f;
	sj_swf *swf;
	int rc = sj_swf_create(in, &swf, err);

	if (rc != SJ_OK)
		return rc;
	rc = tracefile_open(&f, output, err);
	if (rc == SJ_OK)
		rc = tracefile_close(&f, cut_lines(swf, w, f.to, err), err);
	sj_swf_free(swf);
	return rc;
}

/* ---- any other --------------------------------------------------------------------------- */

/* A source that passes on what the window takes. */
struct cut_source {
	sj_source      source; /* first */
	sj_source     *from;
	struct window *window;
};

static int cut_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		    sj_error *err)
{
	struct cut_source *c = (struct cut_source *)self;
	uint32_t n;
	int rc;

	(void)cap;
	do {
		if (window_is_over(c->window))
			return SJ_END;
		rc = c->from->ops->fill(c->from, jobs, 1, &n, err);
		if (rc != SJ_OK)
			return rc;
	} while (!window_takes(c->window, jobs[0].submit_ns));
	*count = 1;
	return SJ_OK;
}

static int cut_jobs(const char *spec, struct window *w, const char *output, bool force,
		    sj_error *err)
{
	static const sj_source_ops ops = { .fill = cut_fill };
	sj_reader_options options = { .procs = UINT32_MAX };
	const struct trace_writer *writer;
	struct cut_source c = { .source.ops = &ops, .window = w };
	struct workload *from;
	uint64_t written;
	int rc = trace_writer_find(NULL, output != NULL ? output : ".jsonl", &writer, err);

	if (rc == SJ_OK)
		rc = workload_open(spec, &options, 0, &from, err);
	if (rc != SJ_OK)
		return rc;
	c.from = from->source;
	c.source.info = from->source->info;
	c.source.scalings = from->source->scalings;
	c.source.scaling_count = from->source->scaling_count;
	rc = trace_write(output, force, writer, "cut by sojourn", &c.source, 0, &written, err);
	workload_free(from);
	return rc;
}

static int cut(const char *spec, struct window *w, const char *output, bool force,
	       bool json, sj_error *err)
{
	const char *path = strncmp(spec, "swf:", 4) == 0 ? spec + 4 : spec, *bytes;
	sj_input *in;
	size_t size;
	int rc = trace_may_write(output, force, json, err);

	if (rc != SJ_OK)
		return rc;
	if (workload_is_read(spec))
		return cut_jobs(spec, w, output, force, err);
	rc = input_open(path, 0, &in, err);
	if (rc != SJ_OK)
		return rc;
	rc = input_peek(in, &bytes, &size, err);
	if (rc == SJ_OK && (path != spec ||
			    workload_sniff(path, bytes, size) == workload_reader("swf"))) {
		rc = cut_swf(in, w, output, err);
		input_close(in);
		return rc;
	}
	input_close(in);
	return rc == SJ_OK ? cut_jobs(spec, w, output, force, err) : rc;
}

/* ---- command ------------------------------------------------------------------------------- */

/* "A:B", "A:" or ":B", counted from 1. */
static int parse_range(const char *text, uint64_t *first, uint64_t *last)
{
	char *end;

	*first = 1;
	*last = UINT64_MAX;
	if (text == NULL)
		return 0;
	if (strspn(text, "0123456789:") != strlen(text)) /* strtoull() takes "-1" */
		return -1;
	if (*text != ':') {
		*first = strtoull(text, &end, 10);
		if (end == text || *end != ':')
			return -1;
		text = end;
	}
	if (*++text != '\0') {
		*last = strtoull(text, &end, 10);
		if (end == text || *end != '\0')
			return -1;
	}
	return *first >= 1 && *first <= *last ? 0 : -1;
}

static int parse_window(struct window *w, const char *from, const char *to,
			const char *jobs, sj_error *err)
{
	int rc = SJ_OK;

	w->to_ns = SJ_NEVER;
	if (from != NULL)
		rc = sj_parse_time("trace cut: --from", from, &w->from_ns, err);
	if (rc == SJ_OK && to != NULL)
		rc = sj_parse_time("trace cut: --to", to, &w->to_ns, err);
	if (rc == SJ_OK && parse_range(jobs, &w->first_job, &w->last_job) != 0)
		rc = sj_fail(err, SJ_EUSAGE, "trace cut: --jobs: \"%s\" is not a range; "
			     "expected A:B, counted from 1", jobs);
	return rc;
}

int trace_cut(int argc, char **argv)
{
	const char *output = NULL, *from = NULL, *to = NULL, *jobs = NULL;
	struct window w = { .from_ns = 0 };
	bool force = false, json = false;
	const struct opt opts[] = {
		{ 0, "from", OPT_STRING, &from, "TIME",
		  "Submits at or after this time of the log's clock (10d, 3600s)." },
		{ 0, "to", OPT_STRING, &to, "TIME", "Submits before this time." },
		{ 0, "jobs", OPT_STRING, &jobs, "A:B", "Records A to B, counted from 1." },
		{ 0, "first", OPT_COUNT, &w.first, "N", "The first N of what is left." },
		{ 'o', "output", OPT_STRING, &output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst." },
		{ 0, "force", OPT_FLAG, &force, NULL, "Replace FILE when it exists." },
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document on what was written to FILE." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace cut [flags] WORKLOAD",
				   "Writes a part of a trace. Lines of SWF are kept as they "
				   "are, with the header.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace cut: expected one workload, as in `sojourn trace cut "
				 "--from 10d --to 20d log.swf -o part.swf`");
	rc = parse_window(&w, from, to, jobs, &err);
	if (rc == SJ_OK)
		rc = cut(argv[first], &w, output, force, json, &err);
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.trace_cut/1", output, w.kept, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
