/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convert.c - `sojourn trace convert`: a trace in another format, or packed. */
#include <inttypes.h>
#include <string.h>

#include "input/drops.h"
#include "input/workload.h"
#include "sojourn/param.h"
#include "trace/trace.h"
#include "trace/writer.h"

static void say_drops(const sj_workload_info *info)
{
	for (int d = 0; d < SJ_DROP_COUNT; d++)
		if (info->dropped[d] > 0)
			say("%" PRIu64 " of %" PRIu64 " jobs dropped: %s (first: %s)",
			    info->dropped[d], info->records, drop_texts[d], info->first_drop);
}

/* A source of one job of another. */
struct chosen {
	sj_source  base; /* first */
	sj_source *of;
	int64_t    id;
	bool       found;
	const char *spec;
};

static int chosen_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct chosen *c = (struct chosen *)self;
	int rc;

	(void)cap;
	while ((rc = c->of->ops->fill(c->of, jobs, 1, count, err)) == SJ_OK)
		if (jobs->id == c->id) {
			c->found = true;
			return SJ_OK;
		}
	*count = 0;
	return rc != SJ_END || c->found ? rc :
	       sj_fail(err, SJ_EINVAL, "%s: no job %" PRId64 " in it", c->spec, c->id);
}

/* It is asked once, and owns nothing. */
static const sj_source_ops chosen_ops = { .fill = chosen_fill };

static void choose(struct chosen *c, sj_source *of, int64_t id, const char *spec)
{
	*c = (struct chosen){ .base = *of, .of = of, .id = id, .spec = spec };
	c->base.ops = &chosen_ops;
}

struct conversion {
	const char *spec, *output, *format;
	bool        force, json, one;
	uint64_t    limit;
	int64_t     job; /* with `one`: this one only */
};

static int write_chosen(const struct conversion *c, const struct trace_writer *writer,
			const struct workload *w, const char *note, uint64_t *written,
			sj_error *err)
{
	struct chosen chosen;

	choose(&chosen, w->source, c->job, c->spec);
	return trace_write(c->output, c->force, writer, note, c->one ? &chosen.base : w->source, 0,
			   written, err);
}

static int convert(const struct conversion *c, sj_error *err)
{
	/* Nothing is too wide to be written down. */
	sj_reader_options options = { .procs = UINT32_MAX, .limit = c->limit };
	const struct trace_writer *writer;
	struct workload *w;
	uint64_t written;
	char note[256];
	int rc = trace_writer_find(c->format, c->output, &writer, err);

	if (rc == SJ_OK)
		rc = trace_may_write(c->output, c->force, c->json, err);
	if (rc == SJ_OK)
		rc = workload_open(c->spec, &options, 0, &w, err);
	if (rc != SJ_OK)
		return rc;
	snprintf(note, sizeof(note), "converted by sojourn from %s %.150s", w->format,
		 w->path);
	rc = write_chosen(c, writer, w, note, &written, err);
	if (rc == SJ_OK)
		say_drops(&w->source->info);
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.trace_convert/1", c->output, written, c->json, err);
	workload_free(w);
	return rc;
}

static int parse_job(const char *text, struct conversion *c)
{
	sj_error err = { 0 };
	int rc = text == NULL ? SJ_OK : sj_parse_int("--job", text, &c->job, &err);

	c->one = text != NULL;
	return rc == SJ_OK ? 0 : say_error(SJ_EUSAGE, &err);
}

int trace_convert(int argc, char **argv)
{
	struct conversion c = { 0 };
	const char *job = NULL;
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &c.output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst. With "
		  "{job} in it, a file for each job." },
		{ 0, "to", OPT_STRING, &c.format, "swf|jsonl|wfformat|dot",
		  "The format (default: by the name of FILE). WfFormat 1.5 holds one job; dot is "
		  "for looking at." },
		{ 0, "job", OPT_STRING, &job, "ID", "This job only." },
		{ 0, "limit", OPT_COUNT, &c.limit, "N", "The first N kept jobs only." },
		{ 0, "force", OPT_FLAG, &c.force, NULL, "Replace FILE when it exists." },
		{ 0, "json", OPT_FLAG, &c.json, NULL,
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
	rc = parse_job(job, &c);
	if (rc != 0)
		return rc;
	c.spec = argv[first];
	rc = convert(&c, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
