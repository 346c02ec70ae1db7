/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sink.c - see store_sink.h. */
#include "run/store_sink.h"

#include "store/learner.h"

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct store_sink *s = self;

	return s->writer != NULL ? writer_jobs(s->writer, r, n, err)
				 : store_jobs(s->store, r, n, err);
}

static int put_sample(void *self, const sj_sample *p, sj_error *err)
{
	return store_sample(((struct store_sink *)self)->store, p, err);
}

static int on_sample(void *self, const sj_sample *p, sj_error *err)
{
	struct store_sink *s = self;
	int rc = SJ_OK;

	if (s->timelines != NULL) {
		sj_sink t = timelines_sink(s->timelines);

		rc = t.sample(t.self, p, err);
	}
	if (rc == SJ_OK && s->all_samples)
		return put_sample(s, p, err);
	samples_add(&s->samples, p);
	return rc;
}

static int on_decision(void *self, const sj_decision *d, sj_error *err)
{
	return store_decision(((struct store_sink *)self)->store, d, err);
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct store_sink *s = self;
	int rc = SJ_OK;

	if (s->timelines != NULL) {
		sj_sink t = timelines_sink(s->timelines);

		rc = t.alloc(t.self, a, err);
	}
	return rc == SJ_OK && s->allocs ? store_alloc(s->store, a, err) : rc;
}

static int on_node(void *self, const sj_node_record *n, sj_error *err)
{
	struct store_sink *s = self;
	int rc = s->nodes ? store_node(s->store, n, err) : SJ_OK;

	if (rc == SJ_OK && s->timelines != NULL) {
		sj_sink t = timelines_sink(s->timelines);

		rc = t.node(t.self, n, err);
	}
	return rc;
}

static int on_transfer(void *self, const sj_transfer_record *t, sj_error *err)
{
	return store_transfer(((struct store_sink *)self)->store, t, err);
}

static int on_learning(void *self, const sj_learning *l, sj_error *err)
{
	(void)err;
	return learning_begin(&((struct store_sink *)self)->learning, l);
}

static int on_round(void *self, const sj_round *r, sj_error *err)
{
	(void)err;
	return learning_add(&((struct store_sink *)self)->learning, r);
}

int store_sink_init(struct store_sink *s, const struct runspec *spec, const sj_cluster *cluster,
		    sj_sink *out)
{
	s->all_samples = spec->all_samples;
	s->allocs = spec->allocs;
	*out = (sj_sink){
		.self = s,
		.jobs = on_jobs,
		.sample = on_sample,
		.decision = spec->explain ? on_decision : NULL,
		.alloc = spec->allocs || spec->timelines ? on_alloc : NULL,
		.node = s->nodes || spec->timelines ? on_node : NULL,
		.transfer = spec->transfers ? on_transfer : NULL,
		.learning = on_learning,
		.round = on_round,
	};
	return spec->timelines ? timelines_create(cluster, &s->timelines) : SJ_OK;
}

int store_sink_start(struct store_sink *s, const struct runspec *spec, sj_error *err)
{
	if (spec->all_samples || spec->explain || spec->allocs || spec->transfers ||
	    s->nodes)
		return SJ_OK;
	return writer_start(s->store, &s->writer, err);
}

static int put_node(void *self, const struct timelines_node *n, sj_error *err)
{
	return store_sample_node(((struct store_sink *)self)->store, n, err);
}

static int put_gpu(void *self, const struct timelines_gpu *g, sj_error *err)
{
	return store_sample_gpu(((struct store_sink *)self)->store, g, err);
}

static int put_link(void *self, const struct link_total *l, sj_error *err)
{
	return store_link(((struct store_sink *)self)->store, l, err);
}

static int put_sample_link(void *self, const struct link_stretch *l, sj_error *err)
{
	return store_sample_link(((struct store_sink *)self)->store, l, err);
}

static int put_learning(const struct store_sink *s, sj_error *err)
{
	const struct learning *l = &s->learning;
	int rc = store_learning(s->store, &l->what, err);

	for (uint32_t i = 0; i < l->count && rc == SJ_OK; i++)
		rc = store_round(s->store, &l->round[i], i + 1, err);
	return rc;
}

int store_sink_finish(struct store_sink *s, sj_error *err)
{
	int rc = writer_stop(s->writer, true, err);

	s->writer = NULL;
	if (rc == SJ_OK)
		rc = samples_each(&s->samples, put_sample, s, err);
	if (rc == SJ_OK && s->timelines != NULL)
		rc = timelines_each(s->timelines, put_node, put_gpu, s, err);
	if (rc == SJ_OK && s->links != NULL)
		rc = link_use_each(s->links, put_link, put_sample_link, s, err);
	return rc == SJ_OK && s->learning.what.arms != 0 ? put_learning(s, err) : rc;
}

void store_sink_abandon(struct store_sink *s)
{
	writer_stop(s->writer, false, NULL);
	s->writer = NULL;
	timelines_free(s->timelines);
	s->timelines = NULL;
	learning_fini(&s->learning);
}
