/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fanout.c - see fanout.h. */
#include "run/fanout.h"

#include <assert.h>

#include "run/wall.h"

void fanout_add(struct fanout *f, sj_sink sink)
{
	assert(f->count < FANOUT_SINKS);
	f->to[f->count++] = sink;
}

static void count(struct fanout *f, const sj_job_record *r)
{
	sj_time run = f->kills && r->estimate_ns < r->work_ns ? r->estimate_ns : r->work_ns;

	if (f->jobs++ == 0)
		f->first_submit_ns = r->submit_ns;
	f->last_submit_ns = r->submit_ns;
	f->area += (unsigned __int128)r->procs * (uint64_t)run;
}

int fanout_flush(struct fanout *f, sj_error *err)
{
	uint64_t t0 = wall_ns();
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].jobs != NULL)
			rc = f->to[i].jobs(f->to[i].self, f->batch, f->batched, err);
	f->batched = 0;
	f->busy_ns += wall_ns() - t0;
	return rc;
}

static int on_jobs(void *self, const sj_job_record *r, uint32_t n, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < n; i++) {
		count(f, &r[i]);
		f->batch[f->batched++] = r[i];
		if (f->batched == FANOUT_BATCH)
			rc = fanout_flush(f, err);
	}
	return rc;
}

/* Samples are only thinned here, for a few ns each, and count as simulation. */
static int on_sample(void *self, const sj_sample *s, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].sample != NULL)
			rc = f->to[i].sample(f->to[i].self, s, err);
	return rc;
}

static int on_decision(void *self, const sj_decision *d, sj_error *err)
{
	struct fanout *f = self;
	uint64_t t0 = wall_ns();
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].decision != NULL)
			rc = f->to[i].decision(f->to[i].self, d, err);
	f->busy_ns += wall_ns() - t0;
	return rc;
}

static int on_alloc(void *self, const sj_alloc_record *a, sj_error *err)
{
	struct fanout *f = self;
	uint64_t t0 = wall_ns();
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].alloc != NULL)
			rc = f->to[i].alloc(f->to[i].self, a, err);
	f->busy_ns += wall_ns() - t0;
	return rc;
}

static int on_node(void *self, const sj_node_record *n, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].node != NULL)
			rc = f->to[i].node(f->to[i].self, n, err);
	return rc;
}

static int on_transfer(void *self, const sj_transfer_record *t, sj_error *err)
{
	struct fanout *f = self;
	uint64_t t0 = wall_ns();
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].transfer != NULL)
			rc = f->to[i].transfer(f->to[i].self, t, err);
	f->busy_ns += wall_ns() - t0;
	return rc;
}

/* As of samples: two looks at the clock would cost as much. */
static int on_flow(void *self, const sj_flow_record *r, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].flow != NULL)
			rc = f->to[i].flow(f->to[i].self, r, err);
	return rc;
}

static int on_graph(void *self, const sj_graph_record *g, sj_error *err)
{
	struct fanout *f = self;
	uint64_t t0 = wall_ns();
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].graph != NULL)
			rc = f->to[i].graph(f->to[i].self, g, err);
	f->busy_ns += wall_ns() - t0;
	return rc;
}

static int on_learning(void *self, const sj_learning *l, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].learning != NULL)
			rc = f->to[i].learning(f->to[i].self, l, err);
	return rc;
}

static int on_round(void *self, const sj_round *r, sj_error *err)
{
	struct fanout *f = self;
	int rc = SJ_OK;

	for (uint32_t i = 0; rc == SJ_OK && i < f->count; i++)
		if (f->to[i].round != NULL)
			rc = f->to[i].round(f->to[i].self, r, err);
	return rc;
}

sj_sink fanout_sink(struct fanout *f)
{
	sj_sink all = { .self = f, .jobs = on_jobs };

	for (uint32_t i = 0; i < f->count; i++) {
		if (f->to[i].sample != NULL)
			all.sample = on_sample;
		if (f->to[i].decision != NULL)
			all.decision = on_decision;
		if (f->to[i].alloc != NULL)
			all.alloc = on_alloc;
		if (f->to[i].node != NULL)
			all.node = on_node;
		if (f->to[i].transfer != NULL)
			all.transfer = on_transfer;
		if (f->to[i].flow != NULL)
			all.flow = on_flow;
		if (f->to[i].graph != NULL)
			all.graph = on_graph;
		if (f->to[i].learning != NULL)
			all.learning = on_learning;
		if (f->to[i].round != NULL)
			all.round = on_round;
	}
	return all;
}

double fanout_span_s(const struct fanout *f)
{
	return f->jobs < 2 ? 0 : (double)(f->last_submit_ns - f->first_submit_ns) / 1e9;
}
