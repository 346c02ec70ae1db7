/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sink.c - see store_sink.h. */
#include "run/store_sink.h"

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct store_sink *s = self;

	return s->writer != NULL ? writer_jobs(s->writer, r, n, err)
				 : store_jobs(s->store, r, n, err);
}

static int on_sample_thinned(void *self, const sj_sample *p, sj_error *err)
{
	(void)err;
	samples_add(&((struct store_sink *)self)->samples, p);
	return SJ_OK;
}

static int on_sample_all(void *self, const sj_sample *p, sj_error *err)
{
	return store_sample(((struct store_sink *)self)->store, p, err);
}

static int on_decision(void *self, const sj_decision *d, sj_error *err)
{
	return store_decision(((struct store_sink *)self)->store, d, err);
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	return store_alloc(((struct store_sink *)self)->store, a, err);
}

sj_sink store_sink(struct store_sink *s, const struct runspec *spec)
{
	return (sj_sink){
		.self = s,
		.jobs = on_jobs,
		.sample = spec->all_samples ? on_sample_all : on_sample_thinned,
		.decision = spec->explain ? on_decision : NULL,
		.alloc = spec->allocs ? on_alloc : NULL,
	};
}

int store_sink_start(struct store_sink *s, const struct runspec *spec, sj_error *err)
{
	if (spec->all_samples || spec->explain || spec->allocs)
		return SJ_OK;
	return writer_start(s->store, &s->writer, err);
}

int store_sink_finish(struct store_sink *s, sj_error *err)
{
	int rc = writer_stop(s->writer, true, err);

	s->writer = NULL;
	return rc != SJ_OK ? rc : samples_each(&s->samples, on_sample_all, s, err);
}

void store_sink_abandon(struct store_sink *s)
{
	writer_stop(s->writer, false, NULL);
	s->writer = NULL;
}
