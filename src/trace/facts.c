/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.c - see facts.h. */
#include "trace/facts.h"

#include <stdlib.h>
#include <string.h>

#include "stats/describe.h"

/* ---- samples --------------------------------------------------------------------- */

static int sample_add(struct sample *s, double x, sj_error *err)
{
	if (s->count == s->cap) {
		size_t cap = s->cap == 0 ? 1024 : s->cap * 2;
		double *bigger = realloc(s->x, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for %zu values", cap);
		s->x = bigger;
		s->cap = cap;
	}
	s->x[s->count++] = x;
	return SJ_OK;
}

/* Sorts, and counts how many different values there are. */
static uint64_t sample_distinct(struct sample *s)
{
	uint64_t n = s->count > 0;

	stat_sort(s->x, s->count);
	for (size_t i = 1; i < s->count; i++)
		n += s->x[i] != s->x[i - 1];
	return n;
}

static int id_add(struct raw_facts *r, int64_t id, sj_error *err)
{
	if (r->id_count == r->id_cap) {
		size_t cap = r->id_cap == 0 ? 1024 : r->id_cap * 2;
		int64_t *bigger = realloc(r->id, cap * sizeof(*bigger));

		if (bigger == NULL)
			return sj_fail(err, SJ_ENOMEM, "no memory for %zu job ids", cap);
		r->id = bigger;
		r->id_cap = cap;
	}
	r->id[r->id_count++] = id;
	return SJ_OK;
}

static int by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* ---- raw fields ---------------------------------------------------------------------- */

static int raw_add(struct raw_facts *r, const sj_swf_record *rec, sj_time last_submit,
		   sj_error *err)
{
	sj_time submit = sj_swf_ns(rec, SJ_SWF_SUBMIT), run = sj_swf_ns(rec, SJ_SWF_RUN);
	sj_time wait = sj_swf_ns(rec, SJ_SWF_WAIT), end;
	int64_t procs = rec->value[SJ_SWF_PROCS], status = rec->value[SJ_SWF_STATUS];

	r->missing_run += run < 0;
	r->zero_run += run == 0;
	r->missing_procs += procs <= 0;
	r->missing_request += sj_swf_ns(rec, SJ_SWF_REQ_TIME) < 0;
	r->missing_wait += wait < 0;
	r->unsorted += submit < last_submit;
	if (r->id_count == 0 || submit < r->first_submit_ns)
		r->first_submit_ns = submit;
	if (r->id_count == 0 || submit > r->last_submit_ns)
		r->last_submit_ns = submit;
	end = submit + (wait > 0 ? wait : 0) + run;
	if (r->id_count == 0 || end > r->last_end_ns)
		r->last_end_ns = end;
	if (procs > r->max_procs)
		r->max_procs = procs;
	if (rec->value[SJ_SWF_REQ_PROCS] > r->max_requested)
		r->max_requested = rec->value[SJ_SWF_REQ_PROCS];
	r->status[status >= -1 && status < STATUS_OTHER - 1 ? status + 1 : STATUS_OTHER]++;
	if (run > 0 && procs > 0)
		r->area += (unsigned __int128)(uint64_t)run * (uint64_t)procs;
	if (wait > 0)
		r->wait_ns += (uint64_t)wait;
	return id_add(r, rec->value[SJ_SWF_ID], err);
}

static void raw_close(struct raw_facts *r)
{
	if (r->id_count > 1)
		qsort(r->id, r->id_count, sizeof(*r->id), by_value);
	for (size_t i = 1; i < r->id_count; i++)
		r->duplicate_ids += r->id[i] == r->id[i - 1];
}

/* ---- jobs ------------------------------------------------------------------------------- */

struct one_job {
	sj_time  submit_ns, run_ns, estimate_ns;
	int64_t  width;
	int64_t  user, group, queue; /* <= 0: unknown */
};

static int job_add(struct job_facts *j, const struct one_job *o, sj_error *err)
{
	sj_time executed = o->run_ns < o->estimate_ns ? o->run_ns : o->estimate_ns;
	int rc;

	if (j->kept == 0 || o->submit_ns < j->first_submit_ns)
		j->first_submit_ns = o->submit_ns;
	if (j->kept == 0 || o->submit_ns > j->last_submit_ns)
		j->last_submit_ns = o->submit_ns;
	j->kept++;
	j->overruns += o->run_ns > o->estimate_ns;
	j->area += (unsigned __int128)(uint64_t)executed * (uint64_t)o->width;
	if (o->width > j->widest)
		j->widest = o->width;
	rc = sample_add(&j->width, (double)o->width, err);
	if (rc == SJ_OK)
		rc = sample_add(&j->run_s, (double)o->run_ns / 1e9, err);
	if (rc == SJ_OK)
		rc = sample_add(&j->estimate_s, (double)o->estimate_ns / 1e9, err);
	if (rc == SJ_OK)
		rc = sample_add(&j->gap_s, (double)o->submit_ns / 1e9, err);
	if (rc == SJ_OK && o->user > 0)
		rc = sample_add(&j->user, (double)o->user, err);
	if (rc == SJ_OK && o->group > 0)
		rc = sample_add(&j->group, (double)o->group, err);
	if (rc == SJ_OK && o->queue > 0)
		rc = sample_add(&j->queue, (double)o->queue, err);
	return rc;
}

static void jobs_close(struct job_facts *j)
{
	struct sample *g = &j->gap_s;

	stat_sort(j->width.x, j->width.count);
	stat_sort(j->run_s.x, j->run_s.count);
	stat_sort(j->estimate_s.x, j->estimate_s.count);
	/* Submits become the gaps between them. */
	stat_sort(g->x, g->count);
	for (size_t i = 0; i + 1 < g->count; i++)
		g->x[i] = g->x[i + 1] - g->x[i];
	if (g->count > 0)
		g->count--;
	stat_sort(g->x, g->count);
	j->users = sample_distinct(&j->user);
	j->groups = sample_distinct(&j->group);
	j->queues = sample_distinct(&j->queue);
}

struct loads facts_loads(const struct job_facts *j, struct capacity c)
{
	double span_s = (double)(j->last_submit_ns - j->first_submit_ns) / 1e9;

	if (c.cores == 0)
		c.cores = j->machine;
	return loads_of((double)j->area / 1e9, (double)j->gpu_area / (1e9 * SJ_GPU_WHOLE),
			(double)j->mem_area / 1e9 * 1024, j->kept > 0 ? span_s : 0, &c);
}

/* ---- an SWF log ------------------------------------------------------------------------------ */

static int record_add(struct facts *f, const sj_swf_record *rec, sj_time last_submit,
		      sj_error *err)
{
	struct one_job o = {
		.submit_ns = sj_swf_ns(rec, SJ_SWF_SUBMIT),
		.run_ns = sj_swf_ns(rec, SJ_SWF_RUN),
		.estimate_ns = sj_swf_estimate_ns(rec),
		.width = sj_swf_procs(rec),
		.user = rec->value[SJ_SWF_USER],
		.group = rec->value[SJ_SWF_GROUP],
		.queue = rec->value[SJ_SWF_QUEUE],
	};
	sj_drop why = sj_swf_judge(rec, f->jobs.machine);
	int rc = raw_add(&f->raw, rec, last_submit, err);

	if (rc != SJ_OK)
		return rc;
	f->jobs.tasks++;
	if (why == SJ_DROP_COUNT)
		return job_add(&f->jobs, &o, err);
	f->jobs.dropped[why]++;
	return SJ_OK;
}

static int read_swf(sj_swf *swf, uint32_t procs, struct facts *f, sj_error *err)
{
	sj_time last_submit = -SJ_TIME_MAX;
	sj_error line = { 0 };
	int rc = SJ_OK;

	while (rc == SJ_OK) {
		const sj_swf_record *rec = NULL;

		rc = sj_swf_next(swf, &rec, &line);
		f->jobs.machine = procs != 0 ? procs : sj_swf_seen(swf)->max_procs;
		if (rc == SJ_EPARSE && rec != NULL) {
			rc = SJ_OK; /* counted by the reader */
			continue;
		}
		if (rc != SJ_OK) {
			if (rc != SJ_END && err != NULL)
				*err = line;
			break;
		}
		rc = record_add(f, rec, last_submit, err);
		last_submit = sj_swf_ns(rec, SJ_SWF_SUBMIT);
	}
	return rc == SJ_END ? SJ_OK : rc;
}

int facts_of_swf(sj_input *in, uint32_t procs, struct facts *f, sj_error *err)
{
	sj_swf *swf;
	const sj_swf_facts *seen;
	int rc;

	*f = (struct facts){ .has_raw = true };
	rc = sj_swf_create(in, &swf, err);
	if (rc != SJ_OK)
		return rc;
	rc = read_swf(swf, procs, f, err);
	seen = sj_swf_seen(swf);
	f->raw.records = seen->records;
	f->raw.bad_lines = seen->bad;
	f->lines = seen->lines;
	f->comments = seen->comments;
	f->blanks = seen->blanks;
	sj_swf_free(swf);
	raw_close(&f->raw);
	jobs_close(&f->jobs);
	return rc;
}

/* ---- any source --------------------------------------------------------------------------------- */

/* The log's own sums: of run times as they stand, not cut at the estimate. */
static void hold_of_source(struct job_facts *j, const sj_job *job)
{
	const sj_task_spec *t = job->task_count > 1 ? job->tasks : &job->task;
	uint64_t gpus = 0;

	for (uint32_t i = 0; i < job->task_count; i++) {
		uint64_t gpu = (uint64_t)t[i].ranks * t[i].gpu_milli;
		uint64_t width = (uint64_t)t[i].ranks * t[i].cores;
		uint64_t executed = (uint64_t)(t[i].work_ns < t[i].estimate_ns ?
					       t[i].work_ns : t[i].estimate_ns);

		j->gpu_area += (unsigned __int128)executed * gpu;
		j->mem_area += (unsigned __int128)executed * t[i].ranks *
			       ((t[i].mem_bytes + 1023) / 1024);
		j->held += (unsigned __int128)(uint64_t)t[i].work_ns * width;
		j->gpu_held += (unsigned __int128)(uint64_t)t[i].work_ns * gpu;
		gpus = gpu > gpus ? gpu : gpus;
	}
	j->gpu_milli_max = gpus > j->gpu_milli_max ? gpus : j->gpu_milli_max;
}

static int job_of_source(struct job_facts *j, const sj_job *job, sj_error *err)
{
	const sj_task_spec *t = job->task_count > 1 ? job->tasks : &job->task;
	struct one_job o = { .submit_ns = job->submit_ns, .user = job->user,
			     .group = job->group, .queue = job->queue };
	unsigned __int128 area = 0;
	int rc;

	/* A job of several tasks: its widest task, and its total work. */
	for (uint32_t i = 0; i < job->task_count; i++) {
		int64_t width = (int64_t)t[i].ranks * t[i].cores;

		if (width > o.width)
			o.width = width;
		o.run_ns += t[i].work_ns < SJ_TIME_MAX - o.run_ns ? t[i].work_ns : 0;
		o.estimate_ns += t[i].estimate_ns < SJ_TIME_MAX - o.estimate_ns ?
				 t[i].estimate_ns : 0;
		area += (unsigned __int128)(uint64_t)(t[i].work_ns < t[i].estimate_ns ?
			t[i].work_ns : t[i].estimate_ns) * (uint64_t)width;
	}
	j->tasks += job->task_count;
	hold_of_source(j, job);
	area += j->area;
	rc = job_add(j, &o, err);
	j->area = area;
	return rc;
}

int facts_of_source(sj_source *source, uint32_t procs, struct facts *f, sj_error *err)
{
	sj_job batch[64];
	uint32_t n;
	int rc;

	*f = (struct facts){ .has_raw = false };
	f->jobs.machine = procs != 0 ? procs : source->info.max_procs;
	while ((rc = source->ops->fill(source, batch, 64, &n, err)) == SJ_OK)
		for (uint32_t i = 0; i < n; i++) {
			rc = job_of_source(&f->jobs, &batch[i], err);
			if (rc == SJ_OK)
				rc = graph_facts_add(&f->graphs, &batch[i], err);
			if (rc == SJ_OK && source->info.has_facts)
				rc = id_add(&f->raw, batch[i].id, err);
			if (rc != SJ_OK)
				return rc;
		}
	memcpy(f->jobs.dropped, source->info.dropped, sizeof(f->jobs.dropped));
	raw_close(&f->raw);
	jobs_close(&f->jobs);
	if (rc == SJ_AGAIN)
		return sj_fail(err, SJ_EUSAGE, "%s makes jobs only while a simulation runs; "
			       "there is no trace to look at", source->info.format);
	return rc == SJ_END ? SJ_OK : rc;
}

void facts_fini(struct facts *f)
{
	free(f->raw.id);
	free(f->jobs.width.x);
	free(f->jobs.run_s.x);
	free(f->jobs.estimate_s.x);
	free(f->jobs.gap_s.x);
	free(f->jobs.user.x);
	free(f->jobs.group.x);
	free(f->jobs.queue.x);
}
