/* SPDX-License-Identifier: GPL-3.0-or-later */
/* joblist.c - small workloads in memory. */
#include "policycheck/joblist.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/rng.h"

static _Noreturn void no_memory(void)
{
	fputs("out of memory while making a workload\n", stderr);
	exit(EXIT_FAILURE);
}

void joblist_add(struct joblist *set, sj_time submit, uint32_t procs, sj_time work,
		sj_time estimate)
{
	sj_job *job;

	if (set->count == set->cap) {
		set->cap = set->cap == 0 ? 64 : 2 * set->cap;
		set->job = realloc(set->job, set->cap * sizeof(*set->job));
		if (set->job == NULL)
			no_memory();
	}
	job = &set->job[set->count++];
	sj_job_clear(job);
	job->id = set->count;
	job->submit_ns = submit;
	job->user = 1 + set->count % 8;
	job->group = 1 + set->count % 3;
	job->task.ranks = procs;
	job->task.work_ns = work;
	job->task.estimate_ns = estimate;
}

void joblist_fini(struct joblist *set)
{
	free(set->job);
	*set = (struct joblist){ 0 };
}

/* Three of four are powers of two, as in the logs of the archive. */
static uint32_t random_width(gsl_rng *rng, uint32_t most)
{
	uint32_t bits = 0, width;

	while ((UINT32_C(2) << bits) <= most)
		bits++;
	if (gsl_rng_uniform(rng) < 0.25)
		return 1 + (uint32_t)gsl_rng_uniform_int(rng, most);
	width = UINT32_C(1) << gsl_rng_uniform_int(rng, bits + 1);
	return width < most ? width : most;
}

static sj_time seconds(double s)
{
	return (sj_time)s * SJ_NS_PER_S;
}

void joblist_random(struct joblist *set, const struct joblist_shape *shape, uint64_t seed)
{
	gsl_rng *rng = sj_rng_create(seed, "policycheck.jobs", 0);
	double area = 0, at = 0;
	uint32_t first = set->count;

	if (rng == NULL)
		no_memory();
	for (uint32_t i = 0; i < shape->count; i++) {
		uint32_t width = random_width(rng, shape->procs);
		double work = floor(exp(gsl_rng_uniform(rng) * log(10800)));
		double claim = floor(work * exp(gsl_rng_uniform(rng) * log(10))) + 1;

		if (gsl_rng_uniform(rng) < shape->underestimated)
			claim = floor(work * gsl_rng_uniform(rng));
		joblist_add(set, 0, width, seconds(work), seconds(claim));
		area += work * width;
	}
	/* Arrivals last, when the mean gap that makes the load is known. */
	for (uint32_t i = 0; i < shape->count; i++) {
		set->job[first + i].submit_ns = seconds(at);
		at += gsl_ran_exponential(rng, area / (shape->load * shape->procs *
						       shape->count));
	}
	gsl_rng_free(rng);
}

void joblist_scale(struct joblist *set, int64_t factor)
{
	for (uint32_t i = 0; i < set->count; i++) {
		set->job[i].submit_ns *= factor;
		set->job[i].task.work_ns *= factor;
		set->job[i].task.estimate_ns *= factor;
	}
}

/* ---- as a source -------------------------------------------------------------- */

struct set_source {
	sj_source            base; /* first: a source is its head */
	const struct joblist *set;
	uint32_t             next;
};

static int set_fill(sj_source *self, sj_job *jobs, uint32_t cap, uint32_t *count,
		    sj_error *err)
{
	struct set_source *s = (struct set_source *)self;
	uint32_t left = s->set->count - s->next;

	(void)err;
	*count = left < cap ? left : cap;
	if (*count == 0)
		return SJ_END;
	memcpy(jobs, s->set->job + s->next, *count * sizeof(*jobs));
	s->next += *count;
	return SJ_OK;
}

static int set_rewind(sj_source *self, sj_error *err)
{
	(void)err;
	((struct set_source *)self)->next = 0;
	return SJ_OK;
}

static void set_free(sj_source *self)
{
	free(self);
}

sj_source *joblist_source(const struct joblist *set)
{
	static const sj_source_ops ops = {
		.fill = set_fill, .rewind = set_rewind, .free = set_free,
	};
	struct set_source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->base.ops = &ops;
	strcpy(s->base.info.format, "memory");
	s->base.info.records = s->base.info.kept = set->count;
	s->set = set;
	return &s->base;
}
