/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c - `sojourn trace draw`: the task graph of a job as a picture. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_out.h"
#include "input/workload.h"
#include "plot/dag_figure.h"
#include "sojourn/param.h"
#include "trace/trace.h"

struct flags {
	const char *output, *job, *terminal, *style, *title;
	uint64_t    seed;
	bool        wide, json;
};

static int look_of(const struct flags *f, struct plot_look *look, sj_error *err)
{
	int rc = plot_style_find(f->style == NULL ? "acm" : f->style, &look->style, err);

	look->wide = f->wide;
	look->title = f->title;
	if (rc != SJ_OK)
		return rc;
	if (f->terminal != NULL) {
		rc = plot_terminal_find(f->terminal, &look->terminal, err);
		if (rc == SJ_OK && f->output == NULL && !look->terminal->dumb)
			rc = sj_fail(err, SJ_EUSAGE, "trace draw: -T %s needs -o FILE%s", f->terminal,
				     look->terminal->suffix);
		return rc;
	}
	if (f->output == NULL)
		return sj_fail(err, SJ_EUSAGE, "trace draw: expected -o FILE, as in -o graph.pdf, or -T "
			       "dumb for the terminal");
	look->terminal = plot_terminal_of(f->output);
	return look->terminal != NULL ? SJ_OK :
	       sj_fail(err, SJ_EUSAGE, "-o %s: this suffix is no known format; say it with -T",
		       f->output);
}

/* The one of the id, or the first of several tasks. */
static int find_job(const struct flags *f, struct workload *w, sj_job *job, sj_error *err)
{
	sj_source *s = w->source;
	int64_t id = 0;
	uint32_t n;
	int rc = f->job != NULL ? sj_parse_int("--job", f->job, &id, err) : SJ_OK;

	if (rc != SJ_OK)
		return SJ_EUSAGE;
	if (s->ops->started != NULL || s->ops->finished != NULL)
		return sj_fail(err, SJ_EUSAGE, "%s makes jobs only while a simulation runs",
			       s->info.format);
	while ((rc = s->ops->fill(s, job, 1, &n, err)) == SJ_OK)
		if (f->job != NULL ? job->id == id : job->task_count > 1)
			return SJ_OK;
	if (rc != SJ_END)
		return rc;
	return f->job != NULL ?
	       sj_fail(err, SJ_EINVAL, "%s: no job %s in it", w->spec, f->job) :
	       sj_fail(err, SJ_EINVAL, "%s: no job has more than one task", w->spec);
}

static int tell(const struct flags *f, const sj_job *job, const struct plot_look *look,
		const struct dag_drawn *d, sj_error *err)
{
	if (f->json)
		return json_out(json_pack("{s:s,s:s?,s:s,s:I,s:I,s:I,s:I,s:I}", "schema",
			"sojourn.trace_draw/1", "file", f->output, "format", look->terminal->name,
			"job", (json_int_t)job->id, "tasks", (json_int_t)d->tasks, "edges",
			(json_int_t)d->edges, "layers", (json_int_t)d->layers, "crossings",
			(json_int_t)d->crossings), JSON_INDENT(1), err);
	if (f->output != NULL)
		say("%s", f->output);
	return SJ_OK;
}

static int draw(const struct flags *f, const char *spec, sj_error *err)
{
	/* Nothing of a log is too wide to be drawn; a generator has a machine of its own. */
	sj_reader_options options = { .procs = strncmp(spec, "gen:", 4) != 0 ? UINT32_MAX : 0 };
	struct plot_look look = { .terminal = NULL };
	struct dag_drawn drawn;
	struct workload *w = NULL;
	sj_job job;
	int rc = look_of(f, &look, err);

	if (rc == SJ_OK)
		rc = workload_open(spec, &options, f->seed, &w, err);
	if (rc == SJ_OK)
		rc = find_job(f, w, &job, err);
	if (rc == SJ_OK)
		rc = dag_figure(&job, &look, f->output, &drawn, err);
	if (rc == SJ_OK)
		rc = tell(f, &job, &look, &drawn, err);
	workload_free(w);
	return rc;
}

int trace_draw(int argc, char **argv)
{
	struct flags f = { .seed = 1 };
	const struct opt opts[] = {
		{ 'o', "output", OPT_STRING, &f.output, "FILE",
		  "The figure; its .gp and .dat go beside it. The suffix tells the format." },
		{ 0, "job", OPT_STRING, &f.job, "ID",
		  "This job (default: the first of several tasks)." },
		{ 'T', "terminal", OPT_STRING, &f.terminal, "FORMAT",
		  "pdf, cairolatex, tikz, svg, png or dumb." },
		{ 0, "style", OPT_STRING, &f.style, "STYLE", "acm (default), ieee or usenix." },
		{ 0, "wide", OPT_FLAG, &f.wide, NULL, "Across both columns." },
		{ 0, "title", OPT_STRING, &f.title, "TEXT", "A title (papers have captions)." },
		{ 0, "seed", OPT_COUNT, &f.seed, "N", "Seed of a generator (default 1)." },
		{ 0, "json", OPT_FLAG, &f.json, NULL, "Print one JSON document on what was drawn." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace draw [flags] WORKLOAD",
				   "Draws the task graph of a job: layers from above to below, circles "
				   "by run time, lines by bytes, the critical path marked.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace draw: expected one workload, as in `sojourn trace draw "
				 "graph.stg -o graph.pdf`");
	if (f.json && f.output == NULL)
		return say_usage("trace draw: --json needs -o FILE, as both the document and the "
				 "drawing want standard output");
	rc = draw(&f, argv[first], &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
