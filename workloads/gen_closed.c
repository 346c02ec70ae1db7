/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_closed.c - constant queue depth: `depth` jobs wait at time 0, and whenever
 * one starts, another arrives `gap` later. For measuring schedulers at a depth of
 * the queue, not for modelling users (gen_users.c does that).
 */
#include <stdio.h>
#include <stdlib.h>

#include "demand.h"

struct closed_params {
	struct demand_params demand;
	int64_t     depth;
	sj_time     gap;
	const char *service, *width;
};

struct closed {
	sj_source             source; /* first */
	struct closed_params  p;
	struct demand_strings strings;
	uint64_t              seed;
	struct demand         demand;
	sj_law               *service, *width;
	gsl_rng              *service_rng, *width_rng;
	uint64_t              at_zero;  /* of the first `depth`, still to be made */
	/* Arrivals that starts have released, oldest first: a ring. Starts come in
	 * order of time and the gap is fixed, so it is sorted. */
	sj_time              *due;
	size_t                due_at, due_count, due_cap;
};

static void make(struct closed *g, sj_job *job, sj_time submit)
{
	uint32_t width = demand_width(sj_law_draw(g->width, g->width_rng),
				      g->p.demand.procs);

	demand_make(&g->demand, job, submit, width,
		    demand_ns(sj_law_draw(g->service, g->service_rng)));
}

static int closed_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct closed *g = (struct closed *)s;

	(void)err;
	*count = 0;
	while (*count < cap && !demand_done(&g->demand)) {
		sj_time submit = 0;

		if (g->at_zero > 0) {
			g->at_zero--;
		} else if (g->due_count > 0) {
			submit = g->due[g->due_at];
			g->due_at = (g->due_at + 1) % g->due_cap;
			g->due_count--;
		} else {
			break;
		}
		make(g, &jobs[(*count)++], submit);
	}
	s->info.records = s->info.kept = g->demand.made;
	if (*count > 0)
		return SJ_OK;
	return demand_done(&g->demand) ? SJ_END : SJ_AGAIN;
}

/* At most `depth` jobs are between arrival and start, so the ring never fills. */
static void closed_started(sj_source *s, int64_t id, sj_time now)
{
	struct closed *g = (struct closed *)s;

	(void)id;
	if (g->due_count < g->due_cap)
		g->due[(g->due_at + g->due_count++) % g->due_cap] = now + g->p.gap;
}

static int closed_rewind(sj_source *s, sj_error *err)
{
	struct closed *g = (struct closed *)s;

	(void)err;
	g->at_zero = (uint64_t)g->p.depth;
	g->due_at = g->due_count = 0;
	demand_rewind(&g->demand, g->seed);
	sj_rng_rekey(g->service_rng, g->seed, "workload.service", 0);
	sj_rng_rekey(g->width_rng, g->seed, "workload.width", 0);
	return SJ_OK;
}

static void closed_free(sj_source *s)
{
	struct closed *g = (struct closed *)s;

	if (g == NULL)
		return;
	if (g->service_rng != NULL)
		gsl_rng_free(g->service_rng);
	if (g->width_rng != NULL)
		gsl_rng_free(g->width_rng);
	sj_law_free(g->service);
	sj_law_free(g->width);
	free(g->due);
	demand_fini(&g->demand);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops closed_ops = {
	.fill = closed_fill,
	.started = closed_started,
	.rewind = closed_rewind,
	.free = closed_free,
};

static const sj_param closed_param_table[] = {
	DEMAND_PARAMS(struct closed_params, demand, "1000000", "16384"),
	{ .name = "depth", .type = SJ_P_INT, .offset = offsetof(struct closed_params, depth),
	  .def = "1000", .min = 1, .max = 1e9, .unit = "jobs", .help = "Depth of the queue." },
	{ .name = "gap", .type = SJ_P_TIME, .offset = offsetof(struct closed_params, gap),
	  .def = "1s", .min = 0, .max = 4e9,
	  .help = "From a start to the arrival that replaces it." },
	{ .name = "service", .type = SJ_P_STRING,
	  .offset = offsetof(struct closed_params, service),
	  .def = "lognormal:mu=7,sigma=1.8", .help = "Law of the run time in seconds." },
	{ .name = "width", .type = SJ_P_STRING,
	  .offset = offsetof(struct closed_params, width), .def = "",
	  .help = "Law of the processors of a job; default log2_uniform up to procs." },
	{ .name = NULL },
};

static int prepare(struct closed *g, sj_error *err)
{
	char width[64];
	int rc;

	snprintf(width, sizeof(width), "log2_uniform:high=%lld",
		 (long long)g->p.demand.procs);
	rc = sj_law_create("generator closed: service", g->p.service, &g->service, err);
	if (rc == SJ_OK)
		rc = sj_law_create("generator closed: width",
				   g->p.width[0] != '\0' ? g->p.width : width, &g->width,
				   err);
	if (rc != SJ_OK)
		return rc;
	g->due_cap = (size_t)g->p.depth;
	g->due = calloc(g->due_cap, sizeof(*g->due));
	g->service_rng = sj_rng_create(g->seed, "workload.service", 0);
	g->width_rng = sj_rng_create(g->seed, "workload.width", 0);
	if (g->due == NULL || g->service_rng == NULL || g->width_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator closed: no memory");
	g->at_zero = (uint64_t)g->p.depth;
	return SJ_OK;
}

static int closed_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	struct closed *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator closed: no memory");
	g->source.ops = &closed_ops;
	g->seed = seed;
	rc = sj_params_bind("generator closed", closed_param_table, args, &g->p,
			    demand_alloc, &g->strings, err);
	if (rc == SJ_OK)
		rc = demand_init(&g->demand, &g->p.demand, "closed", seed, err);
	if (rc == SJ_OK)
		rc = prepare(g, err);
	if (rc != SJ_OK) {
		closed_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:closed");
	g->source.info.max_procs = (uint32_t)g->p.demand.procs;
	g->source.info.unix_start_ns = SJ_NEVER;
	*out = &g->source;
	return SJ_OK;
}

const sj_generator_ops sj_generator_closed = {
	.name = "closed",
	.summary = "constant queue depth: each start brings another job",
	.params = closed_param_table,
	.open = closed_open,
};
