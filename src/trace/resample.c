/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * resample.c - `sojourn trace resample`: jobs of a trace drawn with replacement, evenly
 * spaced, until there are so many or they ask for so much. What a job asks for stays; who
 * follows whom does not, so bursts and users' sessions are gone.
 */
#include <math.h>
#include <stdio.h>

#include "input/workload.h"
#include "sojourn/rng.h"
#include "trace/pool.h"
#include "trace/trace.h"
#include "trace/writer.h"

struct wish {
	uint64_t    jobs;  /* 0: as many as the demand takes */
	double      gpus, cores; /* 0: not stated */
	sj_time     every_ns, run_ns; /* -1: as in the log */
	uint64_t    seed;
};

struct resample {
	sj_source    base;
	struct wish  wish;
	struct job_pool pool;
	gsl_rng     *rng;
	uint64_t     drawn;
	double       gpus, cores; /* asked for so far */
};

/* ---- drawing ----------------------------------------------------------------------------- */

static void add_demand(struct resample *r, const sj_task_spec *t)
{
	uint32_t milli = t->gpu_milli;

	if (milli > SJ_GPU_WHOLE) /* only whole GPUs above one */
		milli = (milli + SJ_GPU_WHOLE - 1) / SJ_GPU_WHOLE * SJ_GPU_WHOLE;
	r->gpus += (double)t->ranks * milli / SJ_GPU_WHOLE;
	r->cores += (double)t->ranks * t->cores;
}

static bool enough(const struct resample *r)
{
	const struct wish *w = &r->wish;

	return (w->jobs != 0 && r->drawn >= w->jobs) || (w->gpus > 0 && r->gpus >= w->gpus) ||
	       (w->cores > 0 && r->cores >= w->cores);
}

/* The copy that is handed out has the run time wished for; so must those of its tasks,
 * which every copy of the job shares. */
static void set_run(sj_job *job, sj_time run_ns)
{
	sj_task_spec *tasks = (sj_task_spec *)(uintptr_t)(const void *)job->tasks;

	job->task.work_ns = job->task.estimate_ns = run_ns;
	for (uint32_t k = 0; job->task_count > 1 && k < job->task_count; k++)
		tasks[k].work_ns = tasks[k].estimate_ns = run_ns;
}

static int resample_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
			 sj_error *err)
{
	struct resample *r = (struct resample *)self;

	(void)err;
	*count = 0;
	while (*count < cap && !enough(r)) {
		sj_job *job = &jobs[(*count)++];

		*job = r->pool.job[gsl_rng_uniform_int(r->rng, r->pool.count)];
		job->id = (int64_t)++r->drawn;
		job->submit_ns = (sj_time)(r->drawn - 1) * r->wish.every_ns;
		job->logged_start_ns = job->deadline_ns = SJ_NEVER;
		if (r->wish.run_ns >= 0)
			set_run(job, r->wish.run_ns);
		if (job->task_count == 1)
			add_demand(r, &job->task);
		for (uint32_t k = 0; job->task_count > 1 && k < job->task_count; k++)
			add_demand(r, &job->tasks[k]);
	}
	return *count != 0 ? SJ_OK : SJ_END;
}

static int resample_rewind(sj_source *self, sj_error *err)
{
	struct resample *r = (struct resample *)self;

	(void)err;
	sj_rng_rekey(r->rng, r->wish.seed, "trace.resample", 0);
	r->drawn = 0;
	r->gpus = r->cores = 0;
	return SJ_OK;
}

static void resample_free(sj_source *self)
{
	(void)self; /* on the stack of write_sample() */
}

static const sj_source_ops resample_ops = {
	.fill = resample_fill, .rewind = resample_rewind, .free = resample_free };

/* Something must end it: a demand that no job has would be drawn for ever. */
static int check_demand(struct resample *r, sj_error *err)
{
	bool gpus = false, cores = false;

	for (size_t i = 0; i < r->pool.count; i++) {
		r->gpus = r->cores = 0;
		add_demand(r, &r->pool.job[i].task);
		for (uint32_t k = 0; r->pool.job[i].task_count > 1 && k < r->pool.job[i].task_count; k++)
			add_demand(r, &r->pool.job[i].tasks[k]);
		gpus |= r->gpus > 0;
		cores |= r->cores > 0;
	}
	r->gpus = r->cores = 0;
	if (r->wish.jobs == 0 && ((r->wish.gpus > 0 && !gpus) || (r->wish.cores > 0 && !cores)))
		return sj_fail(err, SJ_EINVAL, "trace resample: no job of the trace asks for %s",
			       r->wish.gpus > 0 && !gpus ? "GPUs" : "cores");
	return SJ_OK;
}

static int write_sample(const char *spec, const struct wish *wish, const char *output,
			const char *format, bool force, bool json, sj_error *err)
{
	sj_reader_options options = { .procs = UINT32_MAX };
	struct resample r = { .base.ops = &resample_ops, .wish = *wish };
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
	r.rng = sj_rng_create(wish->seed, "trace.resample", 0);
	rc = r.rng != NULL ? job_pool_fill(&r.pool, w->source, "trace resample", err) :
			     sj_fail(err, SJ_ENOMEM, "trace resample: out of memory");
	if (rc == SJ_OK)
		rc = check_demand(&r, err);
	r.base = *w->source; /* what its jobs refer to */
	r.base.ops = &resample_ops;
	snprintf(note, sizeof(note), "drawn by sojourn with seed %llu from %s %.150s",
		 (unsigned long long)wish->seed, w->format, w->path);
	if (rc == SJ_OK)
		rc = trace_write(output, force, writer, note, &r.base, 0, &written, err);
	if (rc == SJ_OK)
		rc = trace_tell_written("sojourn.trace_resample/1", output, written, json, err);
	job_pool_fini(&r.pool);
	if (r.rng != NULL)
		gsl_rng_free(r.rng);
	workload_free(w);
	return rc;
}

/* ---- the command --------------------------------------------------------------------------- */

static int parse_wish(struct wish *w, const char *gpus, const char *cores, const char *every,
		      const char *run, sj_error *err)
{
	int rc = SJ_OK;

	w->every_ns = SJ_NS_PER_S;
	w->run_ns = -1;
	if (gpus != NULL)
		rc = sj_parse_double("--gpus", gpus, &w->gpus, err);
	if (rc == SJ_OK && cores != NULL)
		rc = sj_parse_double("--cores", cores, &w->cores, err);
	if (rc == SJ_OK && every != NULL)
		rc = sj_parse_time("--every", every, &w->every_ns, err);
	if (rc == SJ_OK && run != NULL)
		rc = sj_parse_time("--run", run, &w->run_ns, err);
	if (rc == SJ_OK && ((gpus != NULL && !(w->gpus > 0 && w->gpus <= 1e12)) ||
			    (cores != NULL && !(w->cores > 0 && w->cores <= 1e12))))
		rc = sj_fail(err, SJ_EUSAGE, "trace resample: --gpus and --cores are above 0 and at "
			     "most 1e12");
	if (rc == SJ_OK && w->jobs == 0 && gpus == NULL && cores == NULL)
		rc = sj_fail(err, SJ_EUSAGE, "trace resample: how much? give --jobs, --gpus or --cores");
	return rc;
}

int trace_resample(int argc, char **argv)
{
	const char *output = NULL, *format = NULL, *gpus = NULL, *cores = NULL, *every = NULL;
	const char *run = NULL;
	struct wish wish = { .seed = 1 };
	bool force = false, json = false;
	const struct opt opts[] = {
		{ 0, "jobs", OPT_COUNT, &wish.jobs, "N", "Stop at N jobs." },
		{ 0, "gpus", OPT_STRING, &gpus, "X", "Stop when they ask for X GPUs in all." },
		{ 0, "cores", OPT_STRING, &cores, "X", "Stop when they ask for X cores in all." },
		{ 0, "every", OPT_STRING, &every, "TIME",
		  "Time between two submits (default 1s)." },
		{ 0, "run", OPT_STRING, &run, "TIME",
		  "Run time and estimate of every job (default: its own)." },
		{ 0, "seed", OPT_COUNT, &wish.seed, "N", "Of the draws (default 1)." },
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
	int first, rc = opts_parse(argc, argv, opts, "trace resample [flags] WORKLOAD",
				   "Draws jobs of a trace with replacement, each as likely as any "
				   "other, until one of the limits is reached. Submits are evenly "
				   "spaced; ids are new.", &first);

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != 1)
		return say_usage("trace resample: expected one workload");
	rc = parse_wish(&wish, gpus, cores, every, run, &err);
	if (rc == SJ_OK)
		rc = write_sample(argv[first], &wish, output, format, force, json, &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
