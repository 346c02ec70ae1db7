/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shake.c - `sojourn trace shake`: the same jobs, submitted a little earlier or later. What
 * survives many such changes is a property of the policies; what does not was an accident of
 * one log (Tsafrir, Ouaknine and Feitelson, "Reducing performance evaluation sensitivity and
 * variability by input shaking", MASCOTS 2007).
 */
#include <stdio.h>
#include <stdlib.h>

#include "input/workload.h"
#include "sojourn/param.h"
#include "sojourn/rng.h"
#include "trace/pool.h"
#include "trace/trace.h"
#include "trace/writer.h"

#define WHO "trace shake"

/* A job and its new submit. */
struct moved {
	sj_time submit_ns;
	size_t  job;
};

struct shake {
	sj_source       base;
	struct job_pool pool;
	struct moved   *order;
	size_t          at;
};

static int by_submit(const void *a, const void *b)
{
	const struct moved *x = a, *y = b;

	if (x->submit_ns != y->submit_ns)
		return x->submit_ns < y->submit_ns ? -1 : 1;
	return x->job < y->job ? -1 : x->job > y->job;
}

/* Whole seconds from -by to by, evenly; no submit is before 0. */
static int move_all(struct shake *s, sj_time by, uint64_t seed)
{
	gsl_rng *rng = sj_rng_create(seed, "trace.shake", 0);
	uint64_t span = 2 * (uint64_t)(by / SJ_NS_PER_S) + 1;

	s->order = malloc((s->pool.count + 1) * sizeof(*s->order));
	if (rng == NULL || s->order == NULL) {
		gsl_rng_free(rng);
		return SJ_ENOMEM;
	}
	for (size_t i = 0; i < s->pool.count; i++) {
		uint64_t u = (uint64_t)(gsl_rng_uniform(rng) * (double)span);
		sj_time at = s->pool.job[i].submit_ns - by / SJ_NS_PER_S * SJ_NS_PER_S +
			     (sj_time)u * SJ_NS_PER_S;

		s->order[i] = (struct moved){ at > 0 ? at : 0, i };
	}
	qsort(s->order, s->pool.count, sizeof(*s->order), by_submit);
	gsl_rng_free(rng);
	return SJ_OK;
}

static int shake_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		      sj_error *err)
{
	struct shake *s = (struct shake *)self;

	(void)err;
	for (*count = 0; *count < cap && s->at < s->pool.count; s->at++) {
		sj_job *job = &jobs[(*count)++];
		sj_time deadline;

		*job = s->pool.job[s->order[s->at].job];
		deadline = job->deadline_ns == SJ_NEVER ? SJ_NEVER :
			   job->deadline_ns - job->submit_ns + s->order[s->at].submit_ns;
		job->submit_ns = s->order[s->at].submit_ns;
		job->deadline_ns = deadline;
		job->logged_start_ns = SJ_NEVER; /* that was another world */
	}
	return *count != 0 ? SJ_OK : SJ_END;
}

static int shake_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct shake *)self)->at = 0;
	return SJ_OK;
}

static void shake_free(sj_source *self)
{
	(void)self; /* on the stack of write_shaken() */
}

static const sj_source_ops shake_ops = {
	.fill = shake_fill, .rewind = shake_rewind, .free = shake_free };

static int write_shaken(const char *spec, sj_time by, uint64_t seed, const char *output,
			const char *format, bool force, bool json, sj_error *err)
{
	sj_reader_options options = { .procs = UINT32_MAX };
	struct shake s = { .base.ops = &shake_ops };
	const struct trace_writer *writer;
	struct workload *w = NULL;
	uint64_t written;
	char note[256];
	int rc = trace_writer_find(format, output, &writer, err);

	if (rc == SJ_OK)
		rc = trace_may_write(output, force, json, err);
	if (rc == SJ_OK)
		rc = workload_open(spec, &options, 0, &w, err);
	if (rc != SJ_OK)
		return rc;
	rc = job_pool_fill(&s.pool, w->source, WHO, err);
	if (rc == SJ_OK && move_all(&s, by, seed) != SJ_OK)
		rc = sj_fail(err, SJ_ENOMEM, WHO ": out of memory");
	s.base = *w->source; /* what its jobs refer to */
	s.base.ops = &shake_ops;
	snprintf(note, sizeof(note), "shaken by sojourn by %.9g s with seed %llu from %s %.150s",
		 (double)by / 1e9, (unsigned long long)seed, w->format, w->path);
	if (rc == SJ_OK)
		rc = trace_write(output, force, writer, note, &s.base, 0, &written, err);
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.trace_shake/1", output, written, json, err);
	free(s.order);
	job_pool_fini(&s.pool);
	workload_free(w);
	return rc;
}

int trace_shake(int argc, char **argv)
{
	const char *output = NULL, *format = NULL, *by_text = "1h";
	uint64_t seed = 1;
	bool force = false, json = false;
	const struct opt opts[] = {
		{ 0, "by", OPT_STRING, &by_text, "TIME",
		  "A job is submitted so much earlier or later at most (default 1h)." },
		{ 0, "seed", OPT_COUNT, &seed, "N", "Of the draws (default 1)." },
		{ 'o', "output", OPT_STRING, &output, "FILE",
		  "Where to (default: standard output); packed if it ends in .gz or .zst." },
		{ 0, "to", OPT_STRING, &format, "swf|jsonl",
		  "The format (default: by the name of FILE)." },
		{ 0, "force", OPT_FLAG, &force, NULL, "Replace FILE when it exists." },
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document on what was written to FILE." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	sj_time by;
	int first, rc = opts_parse(argc, argv, opts, "trace shake [flags] WORKLOAD",
				   "Moves the submit of every job by whole seconds, evenly drawn "
				   "from -TIME to TIME; all else stays. Several seeds are several "
				   "workloads, over which results have an interval.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace shake: expected one workload");
	rc = sj_parse_time("--by", by_text, &by, &err);
	if (rc == SJ_OK && by > SJ_TIME_MAX / 4)
		rc = sj_fail(&err, SJ_EUSAGE, "--by: %s; expected at most 31 years", by_text);
	if (rc == SJ_OK)
		rc = write_shaken(argv[first], by, seed, output, format, force, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
