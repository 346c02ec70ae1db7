/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convert.c - `sojourn trace convert`: a trace in another format, or packed. */
#include <inttypes.h>
#include <string.h>

#include "input/drops.h"
#include "input/workload.h"
#include "trace/trace.h"
#include "trace/writer.h"

static void say_drops(const sj_workload_info *info)
{
	for (int d = 0; d < SJ_DROP_COUNT; d++)
		if (info->dropped[d] > 0)
			say("%" PRIu64 " of %" PRIu64 " jobs dropped: %s (first: %s)",
			    info->dropped[d], info->records, drop_texts[d], info->first_drop);
}

static int convert(const char *spec, const char *output, const char *format, bool force,
		   uint64_t limit, bool json, sj_error *err)
{
	/* Nothing is too wide to be written down. */
	sj_reader_options options = { .procs = UINT32_MAX, .limit = limit };
	const struct trace_writer *writer;
	struct workload *w;
	uint64_t written;
	char note[256];
	int rc = trace_writer_find(format, output, &writer, err);

	if (rc == SJ_OK)
		rc = trace_may_write(output, force, json, err);
	if (rc == SJ_OK)
		rc = workload_open(spec, &options, 0, &w, err);
	if (rc != SJ_OK)
		return rc;
	snprintf(note, sizeof(note), "converted by sojourn from %s %.150s", w->format,
		 w->path);
	rc = trace_write(output, force, writer, note, w->source, 0, &written, err);
	if (rc == SJ_OK)
		say_drops(&w->source->info);
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.trace_convert/1", output, written, json, err);
	workload_free(w);
	return rc;
}

int trace_convert(int argc, char **argv)
{
	const char *output = NULL, *format = NULL;
	uint64_t limit = 0;
	bool force = false, json = false;
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst." },
		{ 0, "to", OPT_STRING, &format, "swf|jsonl",
		  "The format (default: by the name of FILE)." },
		{ 0, "limit", OPT_COUNT, &limit, "N", "The first N kept jobs only." },
		{ 0, "force", OPT_FLAG, &force, NULL, "Replace FILE when it exists." },
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document on what was written to FILE." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace convert [flags] WORKLOAD",
				   "Writes a trace in another format. Jobs that no simulation "
				   "would run (unknown run time, no processors) are dropped and "
				   "counted.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace convert: expected one workload, as in `sojourn trace "
				 "convert log.swf -o log.jsonl`");
	if (strncmp(argv[first], "gen:", 4) == 0)
		return say_usage("trace convert: %s is a generator; use `sojourn gen %s -o "
				 "FILE`", argv[first], argv[first] + 4);
	rc = convert(argv[first], output, format, force, limit, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
