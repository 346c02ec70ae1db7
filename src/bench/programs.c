/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * programs.c - what policies that optimise wait for: assignments, and the linear program of
 * max-min fair shares of three types of GPUs (Gavel), made anew and edited: one job leaves and
 * another takes its place.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "run/wall.h"
#include "sojourn/assign.h"
#include "sojourn/lp.h"
#include "sojourn/rng.h"

/* ---- assignments ------------------------------------------------------------------------- */

/* Costs 0 .. 9,999, as the yardstick's. Seconds; NAN: no memory. */
static double assign_once(const int64_t *cost, uint32_t n, uint32_t *column)
{
	uint64_t begin = wall_ns();
	int rc = sj_assign(n, n, cost, column, NULL);

	return rc == SJ_OK ? (double)(wall_ns() - begin) / 1e9 : NAN;
}

static int assign_one(const struct bench_config *c, struct bench_rows *rows, uint32_t n,
		      sj_error *err)
{
	int64_t *cost = malloc((size_t)n * n * sizeof(*cost));
	uint32_t *column = malloc(n * sizeof(*column));
	gsl_rng *rng = sj_rng_create(1, "bench.assign", n);
	char name[40], what[64], command[64];
	double best = NAN;
	struct bench_row *r = NULL;

	for (size_t i = 0; cost != NULL && rng != NULL && i < (size_t)n * n; i++)
		cost[i] = (int64_t)gsl_rng_uniform_int(rng, 10000);
	for (unsigned k = 0; cost != NULL && column != NULL && rng != NULL && k < 3 * c->reps; k++)
		best = fmin(best, assign_once(cost, n, column));
	snprintf(name, sizeof(name), "assign-%u", n);
	snprintf(what, sizeof(what), "%u tasks assigned to %u nodes", n, n);
	snprintf(command, sizeof(command), "lp a %u hungarian", n);
	if (!isnan(best))
		r = bench_add(rows, name, what, "s", best);
	if (r != NULL) {
		r->yardstick = bench_yardstick(c, command, "assign", "hungarian ", true);
		r->target = 0.5;
	}
	free(cost);
	free(column);
	if (rng != NULL)
		gsl_rng_free(rng);
	return r != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "bench: out of memory");
}

/* ---- fair shares ---------------------------------------------------------------------------- */

enum { TYPES = 3, EVENTS = 50 };

struct shares {
	sj_lp   *lp;
	gsl_rng *rng;
	uint32_t jobs;
};

/* A job on 1, 2, 4 or 8 GPUs, up to three times as fast on each better type. */
static void enter_job(struct shares *s, uint32_t j)
{
	double rate[TYPES], mean, gpus = (double)(1 << gsl_rng_uniform_int(s->rng, 4));

	rate[0] = 1 + gsl_rng_uniform(s->rng);
	rate[1] = rate[0] * (1 + 2 * gsl_rng_uniform(s->rng));
	rate[2] = rate[1] * (1 + 2 * gsl_rng_uniform(s->rng));
	mean = (rate[0] + rate[1] + rate[2]) / 3;
	for (uint32_t t = 0; t < TYPES; t++) {
		uint32_t at[] = { j, s->jobs + j, 2 * s->jobs + t };
		double value[] = { 1, rate[t] / mean, gpus };

		sj_lp_fill_col(s->lp, j * TYPES + t, 3, at, value);
		sj_lp_set_rank(s->lp, j * TYPES + t, -rate[t] / mean, j);
	}
}

static int make_program(struct shares *s, uint32_t jobs)
{
	uint32_t z = jobs * TYPES, first, *at = malloc(jobs * sizeof(*at));
	double *minus = malloc(jobs * sizeof(*minus));
	int rc = SJ_ENOMEM;

	s->jobs = jobs;
	s->lp = sj_lp_create(SJ_LP_MAXIMISE);
	s->rng = sj_rng_create(1, "bench.shares", jobs);
	if (at != NULL && minus != NULL && s->lp != NULL && s->rng != NULL)
		rc = sj_lp_add_rows(s->lp, 2 * jobs + TYPES, &first);
	if (rc == SJ_OK)
		rc = sj_lp_add_cols(s->lp, z + 1, &first);
	for (uint32_t j = 0; rc == SJ_OK && j < jobs; j++) {
		sj_lp_set_row(s->lp, j, -INFINITY, 1);
		sj_lp_set_row(s->lp, jobs + j, 0, INFINITY);
		for (uint32_t t = 0; t < TYPES; t++)
			sj_lp_set_col(s->lp, j * TYPES + t, 0, INFINITY);
		enter_job(s, j);
		at[j] = jobs + j;
		minus[j] = -1;
	}
	for (uint32_t t = 0; rc == SJ_OK && t < TYPES; t++)
		sj_lp_set_row(s->lp, 2 * jobs + t, -INFINITY, t == 0 ? jobs / 2.0 : jobs / 4.0);
	if (rc == SJ_OK) {
		sj_lp_fill_col(s->lp, z, jobs, at, minus);
		sj_lp_set_col(s->lp, z, 0, INFINITY);
		sj_lp_set_cost(s->lp, z, 1);
	}
	free(at);
	free(minus);
	return rc;
}

/* Seconds of the first solution, and a later one after an edit, on average. */
static int time_program(struct shares *s, double *cold, double *warm)
{
	const sj_lp_options refine = { .refine = true };
	uint64_t begin = wall_ns(), later = 0;
	sj_lp_result r;

	if (sj_lp_solve(s->lp, &refine, &r) != SJ_LP_OPTIMAL)
		return SJ_EFAIL;
	*cold = (double)(wall_ns() - begin) / 1e9;
	for (int i = 0; i < EVENTS; i++) {
		begin = wall_ns();
		enter_job(s, (uint32_t)gsl_rng_uniform_int(s->rng, s->jobs));
		if (sj_lp_solve(s->lp, &refine, &r) != SJ_LP_OPTIMAL || !r.warm)
			return SJ_EFAIL;
		later += wall_ns() - begin;
	}
	*warm = (double)later / EVENTS / 1e9;
	return SJ_OK;
}

static int shares(const struct bench_config *c, struct bench_rows *rows, uint32_t jobs,
		  sj_error *err)
{
	struct shares s = { 0 };
	char name[40], what[64], command[64];
	double cold = NAN, warm = NAN;
	struct bench_row *r = NULL;
	int rc = make_program(&s, jobs);

	if (rc == SJ_OK)
		rc = time_program(&s, &cold, &warm);
	if (rc == SJ_OK) {
		snprintf(name, sizeof(name), "shares-%u", jobs);
		snprintf(what, sizeof(what), "max-min shares of %u jobs x 3 types, cold", jobs);
		snprintf(command, sizeof(command), "lp b %u simplex", jobs);
		r = bench_add(rows, name, what, "s", cold);
		if (r != NULL)
			r->yardstick = bench_yardstick(c, command, "gavel", "simplex ", true);
		snprintf(name, sizeof(name), "shares-%u-warm", jobs);
		snprintf(what, sizeof(what), "the same, another job in the place of one");
		r = bench_add(rows, name, what, "s", warm);
		if (r != NULL) {
			r->yardstick = bench_yardstick(c, command, "gavel", "new job in slot) ",
						       true);
			r->at_least = 0.005;
		}
	}
	sj_lp_free(s.lp);
	if (s.rng != NULL)
		gsl_rng_free(s.rng);
	return rc != SJ_OK || r == NULL ? sj_fail(err, rc != SJ_OK ? rc : SJ_ENOMEM,
						  "bench: the program of %u jobs has no solution",
						  jobs) : SJ_OK;
}

int bench_programs(const struct bench_config *c, struct bench_rows *rows, sj_error *err)
{
	static const uint32_t tasks[] = { 100, 500, 1000, 2000 }, jobs[] = { 500, 2000 };
	int rc = SJ_OK;

	for (size_t i = 0; rc == SJ_OK && i < sizeof(tasks) / sizeof(tasks[0]); i++)
		rc = assign_one(c, rows, tasks[i], err);
	for (size_t i = 0; rc == SJ_OK && i < sizeof(jobs) / sizeof(jobs[0]); i++)
		rc = shares(c, rows, jobs[i], err);
	return rc;
}
