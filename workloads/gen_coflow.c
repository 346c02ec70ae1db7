/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_coflow.c - shuffles between ports of one switch, in the manner of coflow-benchmark: few
 * wide coflows carry nearly all bytes, most coflows are narrow.
 *
 * A coflow is wide with probability `wide`. Its mappers and its reducers are two draws of its
 * class's `ends`, rounded and cut to 1 .. ports, and lie on ports drawn without replacement,
 * apart for mappers and reducers. The bytes of a reducer are its mappers times one draw of its
 * class's `mb` (for the coflow) times a draw of `skew` (for the reducer). Arrivals, shapes,
 * places and sizes are streams of their own.
 *
 * The default laws have about the marginals of FB2010-1Hr-150-0: a coflow in 7 s, a quarter of
 * them wide, median flows of 1 to 5 MB with a heavy tail. They are no fit: what goes with
 * what (size with width within a class, bursts) is not modelled.
 */
#include <stdio.h>
#include <stdlib.h>

#include "coflow_job.h"
#include "demand.h"

#define PORTS_MAX 10000 /* all to all, a job has 10^8 edges then */
#define MB        1e6

struct coflow_params {
	int64_t     jobs, ports;
	double      wide;
	const char *gap, *narrow_ends, *wide_ends, *narrow_mb, *wide_mb, *skew;
};

enum { NARROW, WIDE, CLASSES };

struct coflow_source {
	sj_source             source; /* first */
	struct coflow_params  p;
	struct demand_strings strings;
	uint64_t              seed;
	sj_law               *gap, *ends[CLASSES], *mb[CLASSES], *skew;
	gsl_rng              *gap_rng, *shape_rng, *place_rng, *size_rng;
	sj_time               at;
	uint32_t             *mapper, *reducer; /* `ports` of each: a permutation */
	uint64_t             *bytes;
	sj_task_spec         *task;             /* of the job that was handed out */
	sj_edge              *edge;
	uint32_t              task_cap, edge_cap;
};

/* ---- one coflow -------------------------------------------------------------------- */

/* The first `n` of `ports` numbers become n different ports (Fisher and Yates). */
static void place(struct coflow_source *g, uint32_t *port, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = i + (uint32_t)gsl_rng_uniform_int(g->place_rng,
							       (unsigned long)g->p.ports - i);
		uint32_t swap = port[i];

		port[i] = port[k];
		port[k] = swap;
	}
}

static int make_room(struct coflow_source *g, uint32_t tasks, uint32_t edges, sj_error *err)
{
	if (tasks > g->task_cap) {
		free(g->task);
		g->task_cap = tasks;
		g->task = malloc(tasks * sizeof(*g->task));
	}
	if (edges > g->edge_cap) {
		free(g->edge);
		g->edge_cap = edges;
		g->edge = malloc(edges * sizeof(*g->edge));
	}
	if (g->task != NULL && g->edge != NULL)
		return SJ_OK;
	g->task_cap = g->task != NULL ? g->task_cap : 0;
	g->edge_cap = g->edge != NULL ? g->edge_cap : 0;
	return sj_fail(err, SJ_ENOMEM, "generator coflow: no memory for a coflow of %u flows",
		       edges);
}

static int make_job(struct coflow_source *g, sj_job *job, sj_error *err)
{
	int class = gsl_rng_uniform(g->shape_rng) < g->p.wide ? WIDE : NARROW;
	struct coflow_shape shape = { g->mapper, 0, g->reducer, g->bytes, 0 };
	double mb;
	int rc;

	shape.mappers = demand_width(sj_law_draw(g->ends[class], g->shape_rng), g->p.ports);
	shape.reducers = demand_width(sj_law_draw(g->ends[class], g->shape_rng), g->p.ports);
	place(g, g->mapper, shape.mappers);
	place(g, g->reducer, shape.reducers);
	mb = sj_law_draw(g->mb[class], g->size_rng) * shape.mappers * MB;
	for (uint32_t r = 0; r < shape.reducers; r++) {
		double bytes = mb * sj_law_draw(g->skew, g->size_rng);

		g->bytes[r] = bytes > 0 ? (uint64_t)(bytes < 1e18 ? bytes + 0.5 : 1e18) : 0;
	}
	rc = make_room(g, shape.mappers + shape.reducers, shape.mappers * shape.reducers, err);
	if (rc == SJ_OK)
		coflow_job(&shape, (int64_t)g->source.info.records + 1, g->at, g->task, g->edge,
			   job);
	return rc;
}

/* ---- the source -------------------------------------------------------------------- */

static int coflow_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count, sj_error *err)
{
	struct coflow_source *g = (struct coflow_source *)s;
	int rc = SJ_OK;

	(void)cap;
	*count = 0;
	if (g->p.jobs != 0 && s->info.records == (uint64_t)g->p.jobs)
		return SJ_END;
	if (s->info.records != 0)
		rc = demand_advance(&g->at, sj_law_draw(g->gap, g->gap_rng), err);
	if (rc == SJ_OK)
		rc = make_job(g, jobs, err);
	if (rc != SJ_OK)
		return rc;
	s->info.records++;
	s->info.kept++;
	*count = 1;
	return SJ_OK;
}

static int coflow_rewind(sj_source *s, sj_error *err)
{
	struct coflow_source *g = (struct coflow_source *)s;

	(void)err;
	g->at = 0;
	s->info.records = s->info.kept = 0;
	for (uint32_t p = 0; p < g->p.ports; p++)
		g->mapper[p] = g->reducer[p] = p;
	sj_rng_rekey(g->gap_rng, g->seed, "workload.arrivals", 0);
	sj_rng_rekey(g->shape_rng, g->seed, "workload.shape", 0);
	sj_rng_rekey(g->place_rng, g->seed, "workload.places", 0);
	sj_rng_rekey(g->size_rng, g->seed, "workload.sizes", 0);
	return SJ_OK;
}

static void rng_free(gsl_rng *rng)
{
	if (rng != NULL)
		gsl_rng_free(rng);
}

static void coflow_free(sj_source *s)
{
	struct coflow_source *g = (struct coflow_source *)s;

	if (g == NULL)
		return;
	rng_free(g->gap_rng);
	rng_free(g->shape_rng);
	rng_free(g->place_rng);
	rng_free(g->size_rng);
	sj_law_free(g->gap);
	sj_law_free(g->skew);
	for (int c = 0; c < CLASSES; c++) {
		sj_law_free(g->ends[c]);
		sj_law_free(g->mb[c]);
	}
	free(g->mapper);
	free(g->reducer);
	free(g->bytes);
	free(g->task);
	free(g->edge);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops coflow_ops = {
	.fill = coflow_fill,
	.rewind = coflow_rewind,
	.free = coflow_free,
};

#define AT(field) .offset = offsetof(struct coflow_params, field)
static const sj_param coflow_param_table[] = {
	{ .name = "n", .type = SJ_P_INT, AT(jobs), .def = "500", .min = 0, .max = 4e18,
	  .unit = "coflows", .help = "Number of coflows; 0 never ends." },
	{ .name = "ports", .type = SJ_P_INT, AT(ports), .def = "150", .min = 1, .max = PORTS_MAX,
	  .help = "Of the switch: nodes of the machine." },
	{ .name = "gap", .type = SJ_P_STRING, AT(gap), .def = "exponential:mean=7",
	  .help = "Law of the time in seconds from coflow to coflow." },
	{ .name = "wide", .type = SJ_P_DOUBLE, AT(wide), .def = "0.25", .min = 0, .max = 1,
	  .help = "Probability that a coflow is wide." },
	{ .name = "narrow_ends", .type = SJ_P_STRING, AT(narrow_ends),
	  .def = "lognormal:mu=0.6,sigma=0.9",
	  .help = "Law of the mappers, and of the reducers, of a narrow coflow." },
	{ .name = "wide_ends", .type = SJ_P_STRING, AT(wide_ends), .def = "uniform:low=10,high=148",
	  .help = "The same of a wide one." },
	{ .name = "narrow_mb", .type = SJ_P_STRING, AT(narrow_mb),
	  .def = "lognormal:mu=0.7,sigma=1.3", .help = "Law of the MB of a flow of a narrow coflow." },
	{ .name = "wide_mb", .type = SJ_P_STRING, AT(wide_mb), .def = "lognormal:mu=1.5,sigma=1.9",
	  .help = "The same of a wide one." },
	{ .name = "skew", .type = SJ_P_STRING, AT(skew), .def = "uniform:low=0.5,high=1.5",
	  .help = "Law of the factor on the bytes of each reducer." },
	{ .name = NULL },
};

static int make_laws(struct coflow_source *g, sj_error *err)
{
	const struct {
		const char *who, *spec;
		sj_law    **law;
	} laws[] = {
		{ "generator coflow: gap", g->p.gap, &g->gap },
		{ "generator coflow: narrow_ends", g->p.narrow_ends, &g->ends[NARROW] },
		{ "generator coflow: wide_ends", g->p.wide_ends, &g->ends[WIDE] },
		{ "generator coflow: narrow_mb", g->p.narrow_mb, &g->mb[NARROW] },
		{ "generator coflow: wide_mb", g->p.wide_mb, &g->mb[WIDE] },
		{ "generator coflow: skew", g->p.skew, &g->skew },
	};
	int rc = SJ_OK;

	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]) && rc == SJ_OK; i++)
		rc = sj_law_create(laws[i].who, laws[i].spec, laws[i].law, err);
	return rc;
}

static int prepare(struct coflow_source *g, sj_error *err)
{
	size_t ports = (size_t)g->p.ports;
	int rc = make_laws(g, err);

	if (rc != SJ_OK)
		return rc;
	g->gap_rng = sj_rng_create(g->seed, "workload.arrivals", 0);
	g->shape_rng = sj_rng_create(g->seed, "workload.shape", 0);
	g->place_rng = sj_rng_create(g->seed, "workload.places", 0);
	g->size_rng = sj_rng_create(g->seed, "workload.sizes", 0);
	g->mapper = malloc(ports * sizeof(*g->mapper));
	g->reducer = malloc(ports * sizeof(*g->reducer));
	g->bytes = malloc(ports * sizeof(*g->bytes));
	if (g->gap_rng == NULL || g->shape_rng == NULL || g->place_rng == NULL ||
	    g->size_rng == NULL || g->mapper == NULL || g->reducer == NULL || g->bytes == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator coflow: no memory for %zu ports", ports);
	return coflow_rewind(&g->source, err);
}

static int coflow_open(const char *args, uint64_t seed, sj_source **out, sj_error *err)
{
	struct coflow_source *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator coflow: no memory");
	g->source.ops = &coflow_ops;
	g->seed = seed;
	rc = sj_params_bind("generator coflow", coflow_param_table, args, &g->p, demand_alloc,
			    &g->strings, err);
	if (rc == SJ_OK)
		rc = prepare(g, err);
	if (rc != SJ_OK) {
		coflow_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:coflow");
	g->source.info.max_nodes = (uint32_t)g->p.ports;
	g->source.info.unix_start_ns = SJ_NEVER;
	*out = &g->source;
	return SJ_OK;
}

const sj_generator_ops sj_generator_coflow = {
	.name = "coflow",
	.summary = "shuffles between ports of one switch, narrow and wide",
	.cite = "Chowdhury, Zhong and Stoica, SIGCOMM 2014 (the trace it is like)",
	.params = coflow_param_table,
	.open = coflow_open,
};
