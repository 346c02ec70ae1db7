/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * closed.c - a closed loop of rigid jobs for measuring at a given queue depth.
 *
 * Widths log-uniform with three in four a power of two, run times lognormal,
 * estimates up to ten times too long and rounded up as users do: the shape of the
 * yardsticks' generator, so that a ratio compares like with like.
 */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "sojourn/rng.h"

struct closed_job {
	uint32_t procs, run_s, estimate_s;
};

struct closed {
	sj_source          base;
	struct closed_job *job;
	sj_time           *submit;
	uint32_t           count, depth, at, released;
};

static int closed_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct closed *c = (struct closed *)self;

	(void)err;
	for (*count = 0; *count < cap && c->at < c->released; c->at++) {
		const struct closed_job *k = &c->job[c->at];
		sj_job *j = &jobs[(*count)++];

		sj_job_clear(j);
		j->id = c->at + 1;
		j->submit_ns = c->submit[c->at];
		j->task.ranks = k->procs;
		j->task.work_ns = k->run_s * SJ_NS_PER_S;
		j->task.estimate_ns = k->estimate_s * SJ_NS_PER_S;
	}
	if (*count != 0)
		return SJ_OK;
	return c->at < c->count ? SJ_AGAIN : SJ_END;
}

static void closed_started(sj_source *self, int64_t id, sj_time now)
{
	struct closed *c = (struct closed *)self;

	(void)id;
	if (c->released < c->count)
		c->submit[c->released++] = now + SJ_NS_PER_S;
}

static int closed_rewind(sj_source *self, sj_error *err)
{
	struct closed *c = (struct closed *)self;

	(void)err;
	c->at = 0;
	c->released = c->depth < c->count ? c->depth : c->count;
	for (uint32_t i = 0; i < c->released; i++)
		c->submit[i] = 0;
	return SJ_OK;
}

static void closed_release(sj_source *self)
{
	(void)self; /* closed_free() does it */
}

static const sj_source_ops closed_ops = {
	.fill = closed_fill, .started = closed_started,
	.rewind = closed_rewind, .free = closed_release,
};

static struct closed_job draw(gsl_rng *rng, uint32_t procs)
{
	double log_procs = floor(log2(procs));
	double u = gsl_rng_uniform(rng) * (log_procs - 1), run, estimate;
	bool power = gsl_rng_uniform(rng) < 0.75;
	struct closed_job j;
	uint32_t unit;

	j.procs = power ? 1u << (unsigned)(u + 0.5) : (uint32_t)exp2(u);
	run = gsl_ran_lognormal(rng, 7.0, 1.8);
	run = run < 1 ? 1 : run > 172800 ? 172800 : run;
	estimate = run * (gsl_rng_uniform(rng) < 0.15 ? 1 : 1 + 9 * gsl_rng_uniform(rng));
	unit = estimate < 3600 ? 300 : estimate < 14400 ? 900 : 3600;
	j.run_s = (uint32_t)run;
	j.estimate_s = ((uint32_t)estimate / unit + 1) * unit;
	if (j.estimate_s > 259200)
		j.estimate_s = 259200;
	return j;
}

struct closed *closed_create(uint32_t procs, uint32_t jobs, uint32_t depth)
{
	struct closed *c = calloc(1, sizeof(*c));
	gsl_rng *rng = sj_rng_create(1, "bench.jobs", 0);

	if (c != NULL) {
		c->base.ops = &closed_ops;
		c->job = malloc(jobs * sizeof(*c->job));
		c->submit = malloc(jobs * sizeof(*c->submit));
		c->count = jobs;
		c->depth = depth;
	}
	if (c == NULL || rng == NULL || c->job == NULL || c->submit == NULL) {
		closed_free(c);
		gsl_rng_free(rng);
		return NULL;
	}
	for (uint32_t i = 0; i < jobs; i++) {
		c->job[i] = draw(rng, procs);
		c->submit[i] = 0; /* touched now, not while measuring */
	}
	gsl_rng_free(rng);
	return c;
}

sj_source *closed_source(struct closed *c)
{
	return &c->base;
}

void closed_free(struct closed *c)
{
	if (c == NULL)
		return;
	free(c->job);
	free(c->submit);
	free(c);
}
