/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elastic.c - `sojourn trace elastic`: the jobs of a trace with sizes that may change, and
 * a speed-up for all of them. What a log says stays true for the size that was asked for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "input/workload.h"
#include "sojourn/goodput.h"
#include "sojourn/param.h"
#include "sojourn/scaling.h"
#include "trace/trace.h"
#include "trace/writer.h"

enum { POINTS_LEAST = 256, POINTS_MAX = 1024 };

struct bounds {
	uint64_t least, most; /* ranks */
	bool     moldable;    /* chosen at the start, and kept */
};

struct elastic {
	sj_source        base;
	sj_source       *of;
	struct bounds    bounds;
	sj_scaling      *scaling; /* those of the trace, then the one of --speedup */
	sj_speedup_point point[POINTS_MAX];
	uint64_t         kept;    /* jobs that stay as they are */
};

/* ---- speed-ups by spec -------------------------------------------------------------------- */

static const sj_param amdahl_params[] = {
	{ .name = "serial", .type = SJ_P_DOUBLE, .offset = offsetof(sj_scaling, serial), .max = 1,
	  .help = "Part that one rank does alone." },
	{ .name = NULL },
};

static const sj_param downey_params[] = {
	{ .name = "A", .type = SJ_P_DOUBLE, .offset = offsetof(sj_scaling, A), .min = 1, .max = 1e12,
	  .help = "Average parallelism." },
	{ .name = "sigma", .type = SJ_P_DOUBLE, .offset = offsetof(sj_scaling, sigma), .def = "0",
	  .max = 1e12, .help = "Its variation." },
	{ .name = NULL },
};

#define AT(member) .offset = offsetof(sj_goodput, member)
static const sj_param goodput_params[] = {
	{ .name = "alpha_grad", .type = SJ_P_DOUBLE, AT(alpha_grad), .def = "0.02", .max = 1e9,
	  .unit = "s", .help = "Of an iteration, whatever its batch." },
	{ .name = "beta_grad", .type = SJ_P_DOUBLE, AT(beta_grad), .def = "0.001", .min = 1e-12,
	  .max = 1e9, .unit = "s", .help = "Of each example." },
	{ .name = "alpha_sync", .type = SJ_P_DOUBLE, AT(alpha_sync), .def = "0.05", .max = 1e9,
	  .unit = "s", .help = "Of synchronising two workers." },
	{ .name = "beta_sync", .type = SJ_P_DOUBLE, AT(beta_sync), .def = "0.003", .max = 1e9,
	  .unit = "s", .help = "Of each worker from the third on." },
	{ .name = "gamma", .type = SJ_P_DOUBLE, AT(gamma), .def = "1.5", .min = 1, .max = 1000,
	  .help = "1: synchronising comes on top; large: beside computing." },
	{ .name = "batch", .type = SJ_P_DOUBLE, AT(batch), .def = "64", .min = 1, .max = 1e12,
	  .unit = "examples", .help = "With one worker." },
	{ .name = "batch_max", .type = SJ_P_DOUBLE, AT(batch_max), .def = "4096", .min = 1,
	  .max = 1e12, .unit = "examples", .help = "Largest that is tried." },
	{ .name = "noise", .type = SJ_P_DOUBLE, AT(noise), .def = "1000", .min = 1e-9, .max = 1e15,
	  .unit = "examples", .help = "Gradient noise scale: larger batches lose little below it." },
	{ .name = NULL },
};
#undef AT

/* The curve of goodput, relative to one worker: for those too that asked for more than
 * --most. */
static int goodput_curve(struct elastic *e, sj_scaling *s, const char *args, sj_error *err)
{
	uint64_t n = e->bounds.most > POINTS_LEAST ? e->bounds.most : POINTS_LEAST;
	double one = 0, good;
	sj_goodput g;
	int rc = sj_params_bind("--speedup goodput", goodput_params, args, &g, NULL, NULL, err);

	if (rc == SJ_OK && g.batch > g.batch_max)
		rc = sj_fail(err, SJ_EUSAGE, "--speedup goodput: batch %g is above batch_max %g",
			     g.batch, g.batch_max);
	if (rc != SJ_OK)
		return rc;
	if (n > POINTS_MAX)
		n = POINTS_MAX;
	sj_goodput_best(&g, 1, &one);
	*s = (sj_scaling){ .kind = SJ_SPEEDUP_TABLE, .point_count = (uint32_t)n,
			   .points = e->point };
	for (uint32_t i = 0; i < n; i++) {
		sj_goodput_best(&g, i + 1, &good);
		e->point[i] = (sj_speedup_point){ i + 1, good / one };
	}
	return SJ_OK;
}

static int read_speedup(struct elastic *e, const char *spec, sj_scaling *s, sj_error *err)
{
	static const char *const names[] = { "linear", "amdahl", "downey", "goodput" };
	char name[32];
	const char *args, *nearest;
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc != SJ_OK)
		return rc;
	if (strcmp(name, "linear") == 0 && *args == '\0')
		return SJ_OK;
	if (strcmp(name, "amdahl") == 0) {
		s->kind = SJ_SPEEDUP_AMDAHL;
		return sj_params_bind("--speedup amdahl", amdahl_params, args, s, NULL, NULL, err);
	}
	if (strcmp(name, "downey") == 0) {
		s->kind = SJ_SPEEDUP_DOWNEY;
		return sj_params_bind("--speedup downey", downey_params, args, s, NULL, NULL, err);
	}
	if (strcmp(name, "goodput") == 0)
		return goodput_curve(e, s, args, err);
	nearest = sj_nearest(name, names, 4);
	return sj_fail(err, SJ_EUSAGE, "--speedup: \"%.60s\" is none of linear, amdahl, downey, "
		       "goodput%s%s%s", spec, nearest != NULL ? "; did you mean " : "",
		       nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

/* ---- the jobs ----------------------------------------------------------------------------- */

/* A job of several tasks, or with a speed-up or bounds of its own, is as it should be. */
static void widen(struct elastic *e, sj_job *job)
{
	sj_task_spec *t = &job->task;

	if (job->task_count != 1 || t->scaling != 0 || t->ranks_max != 0 || t->comm != 0) {
		e->kept++;
		return;
	}
	t->ranks_min = e->bounds.least < t->ranks ? (uint32_t)e->bounds.least : t->ranks;
	t->ranks_max = e->bounds.most > t->ranks ? (uint32_t)e->bounds.most : t->ranks;
	t->scaling = e->base.scaling_count;
	job->flags |= SJ_JOB_MOLDABLE | (e->bounds.moldable ? 0 : SJ_JOB_MALLEABLE);
}

static int elastic_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
			sj_error *err)
{
	struct elastic *e = (struct elastic *)self;
	int rc = e->of->ops->fill(e->of, jobs, cap, count, err);

	for (uint32_t i = 0; rc == SJ_OK && i < *count; i++)
		widen(e, &jobs[i]);
	return rc;
}

/* It is asked once, and owns nothing. */
static const sj_source_ops elastic_ops = { .fill = elastic_fill };

/* ---- the command --------------------------------------------------------------------------- */

struct order {
	const char *spec, *speedup, *output;
	struct bounds bounds;
	bool        force, json;
};

static int write_elastic(const struct order *o, const struct trace_writer *writer, struct workload *w,
			 struct elastic *e, sj_error *err)
{
	uint32_t n = w->source->scaling_count;
	uint64_t written;
	char note[256];
	int rc;

	e->bounds = o->bounds;
	e->of = w->source;
	e->base = *w->source;
	e->base.ops = &elastic_ops;
	e->scaling = calloc(n + 1, sizeof(*e->scaling));
	if (e->scaling == NULL)
		return sj_fail(err, SJ_ENOMEM, "trace elastic: out of memory");
	if (n != 0)
		memcpy(e->scaling, w->source->scalings, n * sizeof(*e->scaling));
	e->base.scalings = e->scaling;
	e->base.scaling_count = n + 1;
	rc = read_speedup(e, o->speedup, &e->scaling[n], err);
	if (rc != SJ_OK)
		return rc;
	snprintf(note, sizeof(note), "made elastic by sojourn from %s %.150s", w->format, w->path);
	rc = trace_write(o->output, o->force, writer, note, &e->base, 0, &written, err);
	if (rc == SJ_OK && e->kept > 0)
		say("%" PRIu64 " of %" PRIu64 " jobs stay as they are: they have several tasks, "
		    "communication, or a speed-up or bounds of their own", e->kept, written);
	return rc == SJ_OK ? trace_tell_written("sojourn.trace_elastic/1", o->output, written,
						o->json, err) : rc;
}

static int elastic(const struct order *o, sj_error *err)
{
	sj_reader_options options = { .procs = UINT32_MAX };
	const struct trace_writer *writer;
	struct workload *w = NULL;
	struct elastic *e;
	int rc = trace_writer_find(o->output == NULL ? "jsonl" : NULL, o->output, &writer, err);

	if (rc == SJ_OK && strcmp(writer->name, "jsonl") != 0)
		rc = sj_fail(err, SJ_EUSAGE, "trace elastic: %s knows no bounds and no speed-up; "
			     "expected a name that ends in .jsonl", writer->name);
	if (rc == SJ_OK)
		rc = trace_may_write(o->output, o->force, o->json, err);
	if (rc == SJ_OK)
		rc = workload_open(o->spec, &options, 0, &w, err);
	if (rc != SJ_OK)
		return rc;
	e = calloc(1, sizeof(*e));
	rc = e != NULL ? write_elastic(o, writer, w, e, err) :
			 sj_fail(err, SJ_ENOMEM, "trace elastic: out of memory");
	if (e != NULL)
		free(e->scaling);
	free(e);
	workload_free(w);
	return rc;
}

int trace_elastic(int argc, char **argv)
{
	struct order o = { .speedup = "goodput", .bounds = { .least = 1, .most = 16 } };
	const struct opt opts[] = {
		{ 0, "least", OPT_COUNT, &o.bounds.least, "N",
		  "Fewest ranks (default 1); fewer where a job asked for fewer." },
		{ 0, "most", OPT_COUNT, &o.bounds.most, "N",
		  "Most ranks (default 16); more where a job asked for more." },
		{ 0, "speedup", OPT_STRING, &o.speedup, "SPEC",
		  "linear, amdahl:serial=X, downey:A=X,sigma=X or goodput:... (default): data-parallel "
		  "training, alpha_grad, beta_grad, alpha_sync, beta_sync, gamma, batch, batch_max, "
		  "noise." },
		{ 0, "moldable", OPT_FLAG, &o.bounds.moldable, NULL,
		  "Sizes are chosen at starts, and kept." },
		{ 'o', "output", OPT_STRING, &o.output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst." },
		{ 0, "force", OPT_FLAG, &o.force, NULL, "Replace FILE when it exists." },
		{ 0, "json", OPT_FLAG, &o.json, NULL,
		  "Print one JSON document on what was written to FILE." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int first, rc = opts_parse(argc, argv, opts, "trace elastic [flags] WORKLOAD",
				   "Gives the jobs of a trace bounds of size and a speed-up, so that "
				   "policies may change their size: as JSON Lines. Run times and "
				   "estimates are for the size that a job asked for.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace elastic: expected one workload, as in `sojourn trace elastic "
				 "log.swf -o log.jsonl`");
	if (o.bounds.least < 1 || o.bounds.most < o.bounds.least || o.bounds.most > UINT32_MAX)
		return say_usage("trace elastic: expected 1 <= --least <= --most < 2^32");
	o.spec = argv[first];
	rc = elastic(&o, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
