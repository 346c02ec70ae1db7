/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_open.c - jobs that arrive whatever the machine does: renewal arrivals (GI),
 * batches, or a Poisson process with a daily cycle; independent run times and
 * widths; several classes. M/G/c and GI/G/c of queueing theory are cases of it.
 *
 * The cycle is drawn by thinning (Lewis and Shedler, "Simulation of nonhomogeneous
 * Poisson processes by thinning", Naval Research Logistics 26, 1979).
 */
#include "gen_open.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job_class {
	sj_law *service, *width;
	double  rate;      /* or relative share */
	double  upto;      /* cumulative share, for drawing */
};

struct open_gen {
	sj_source          source; /* first */
	struct open_params params;
	struct demand_strings strings;
	const char        *name;
	uint64_t           seed;
	struct demand      demand;
	struct gpu_demand  gpu;
	struct comm_demand comm;
	struct job_class  *classes;
	size_t             class_count;
	sj_law            *gap;      /* NULL: exponential */
	double             gap_scale; /* a drawn gap times this, in seconds */
	gsl_rng           *arrival_rng, *service_rng, *width_rng, *class_rng;
	sj_time            now;
	int64_t            left_in_batch;
};

/* ---- drawing ---------------------------------------------------------------------- */

static double cycle(const struct open_gen *g, sj_time t)
{
	double phase = (double)(t % g->params.period) / (double)g->params.period;

	return 1 + g->params.amplitude * sin(2 * M_PI * phase);
}

/* The mean gap is gap_scale at the mean rate; candidates come at the peak rate. */
static int thinned(struct open_gen *g, sj_error *err)
{
	double peak = 1 + g->params.amplitude;
	int rc;

	do {
		rc = demand_advance(&g->now, g->gap_scale / peak *
				    gsl_ran_exponential(g->arrival_rng, 1), err);
		if (rc != SJ_OK)
			return rc;
	} while (gsl_rng_uniform(g->arrival_rng) * peak > cycle(g, g->now));
	return SJ_OK;
}

static int next_instant(struct open_gen *g, sj_error *err)
{
	double gap;

	g->left_in_batch = g->params.batch;
	if (g->params.amplitude > 0)
		return thinned(g, err);
	gap = g->gap != NULL ? sj_law_draw(g->gap, g->arrival_rng) :
			       gsl_ran_exponential(g->arrival_rng, 1);
	return demand_advance(&g->now, gap * g->gap_scale, err);
}

static size_t draw_class(const struct open_gen *g)
{
	double u;
	size_t c = 0;

	if (g->class_count == 1)
		return 0;
	u = gsl_rng_uniform(g->class_rng);
	while (c + 1 < g->class_count && u >= g->classes[c].upto)
		c++;
	return c;
}

static int make_job(struct open_gen *g, sj_job *job, sj_error *err)
{
	size_t c;
	const struct job_class *k;
	int rc = g->left_in_batch == 0 ? next_instant(g, err) : SJ_OK;

	if (rc != SJ_OK)
		return rc;
	g->left_in_batch--;
	c = draw_class(g);
	k = &g->classes[c];
	demand_make(&g->demand, job, g->now,
		    demand_width(sj_law_draw(k->width, g->width_rng),
				 g->params.demand.procs),
		    demand_ns(sj_law_draw(k->service, g->service_rng)));
	gpu_demand_make(&g->gpu, &job->task);
	comm_demand_make(&g->comm, &job->task);
	if (g->class_count > 1) {
		job->queue = (uint32_t)c + 1;
		job->priority = (int32_t)(g->class_count - c);
	}
	return SJ_OK;
}

static int open_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count,
		     sj_error *err)
{
	struct open_gen *g = (struct open_gen *)s;

	*count = 0;
	while (*count < cap && !demand_done(&g->demand)) {
		int rc = make_job(g, &jobs[*count], err);

		if (rc != SJ_OK)
			return rc;
		++*count;
	}
	s->info.records = s->info.kept = g->demand.made;
	return *count > 0 ? SJ_OK : SJ_END;
}

static int open_rewind(sj_source *s, sj_error *err)
{
	struct open_gen *g = (struct open_gen *)s;

	(void)err;
	g->now = 0;
	g->left_in_batch = 0;
	demand_rewind(&g->demand, g->seed);
	gpu_demand_rewind(&g->gpu, g->seed);
	sj_rng_rekey(g->arrival_rng, g->seed, "workload.arrivals", 0);
	sj_rng_rekey(g->service_rng, g->seed, "workload.service", 0);
	sj_rng_rekey(g->width_rng, g->seed, "workload.width", 0);
	sj_rng_rekey(g->class_rng, g->seed, "workload.class", 0);
	return SJ_OK;
}

static void open_free(sj_source *s)
{
	struct open_gen *g = (struct open_gen *)s;
	gsl_rng *rngs[4];

	if (g == NULL)
		return;
	rngs[0] = g->arrival_rng, rngs[1] = g->service_rng;
	rngs[2] = g->width_rng, rngs[3] = g->class_rng;
	for (int i = 0; i < 4; i++)
		if (rngs[i] != NULL)
			gsl_rng_free(rngs[i]);
	for (size_t i = 0; i < g->class_count; i++) {
		sj_law_free(g->classes[i].service);
		sj_law_free(g->classes[i].width);
	}
	free(g->classes);
	sj_law_free(g->gap);
	demand_fini(&g->demand);
	gpu_demand_fini(&g->gpu);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops open_ops = {
	.fill = open_fill,
	.rewind = open_rewind,
	.free = open_free,
};

/* ---- classes ------------------------------------------------------------------------ */

struct class_params {
	double      rate;
	const char *service, *width;
};

static const sj_param class_params[] = {
	{ .name = "rate", .type = SJ_P_DOUBLE, .offset = offsetof(struct class_params, rate),
	  .def = "1", .min = 1e-300, .max = 1e300,
	  .help = "Arrivals per second, or relative share." },
	{ .name = "service", .type = SJ_P_STRING,
	  .offset = offsetof(struct class_params, service), .def = "",
	  .help = "As of the generator." },
	{ .name = "width", .type = SJ_P_STRING,
	  .offset = offsetof(struct class_params, width), .def = "",
	  .help = "As of the generator." },
	{ .name = NULL },
};

static int add_class(struct open_gen *g, const char *args, sj_error *err)
{
	struct job_class *k = &g->classes[g->class_count];
	struct class_params p;
	char who[96];
	int rc;

	snprintf(who, sizeof(who), "generator %s: class %zu", g->name, g->class_count + 1);
	rc = sj_params_bind(who, class_params, args, &p, demand_alloc, &g->strings, err);
	if (rc != SJ_OK)
		return rc;
	k->rate = p.rate;
	g->class_count++;
	rc = sj_law_create(who, p.service[0] != '\0' ? p.service : g->params.service,
			   &k->service, err);
	if (rc == SJ_OK)
		rc = sj_law_create(who, p.width[0] != '\0' ? p.width : g->params.width,
				   &k->width, err);
	return rc;
}

/* Length of the first class in "(...)|(...)": up to a bar outside parentheses. */
static size_t class_length(const char *s)
{
	size_t n = 0;
	int depth = 0;

	for (; s[n] != '\0' && (s[n] != '|' || depth > 0); n++)
		depth += (s[n] == '(') - (s[n] == ')');
	return n;
}

/* Takes off the parentheses around one class. */
static char *class_args(struct open_gen *g, const char *s, size_t n)
{
	bool wrapped = n >= 2 && s[0] == '(' && s[n - 1] == ')';
	char *copy = demand_alloc(&g->strings, n + 1);

	memcpy(copy, s + wrapped, n - 2 * wrapped);
	copy[n - 2 * wrapped] = '\0';
	return copy;
}

static int create_classes(struct open_gen *g, sj_error *err)
{
	const char *s = g->params.classes;
	size_t count = 1;
	double sum = 0, upto = 0;
	int rc = SJ_OK;

	for (const char *p = s; *p != '\0'; p++)
		count += *p == '|';
	g->classes = calloc(count, sizeof(*g->classes));
	if (g->classes == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator %s: no memory", g->name);
	do {
		size_t n = class_length(s);

		rc = add_class(g, class_args(g, s, n), err);
		s += n + (s[n] == '|');
	} while (rc == SJ_OK && *s != '\0');
	for (size_t i = 0; i < g->class_count; i++)
		sum += g->classes[i].rate;
	for (size_t i = 0; i < g->class_count; i++)
		g->classes[i].upto = upto += g->classes[i].rate / sum;
	return rc;
}

/* ---- rate ------------------------------------------------------------------------------ */

/* Mean processor-seconds of a job, or GPU-seconds. */
static double mean_work(const struct open_gen *g)
{
	double work = 0, before = 0;

	for (size_t i = 0; i < g->class_count; i++) {
		const struct job_class *k = &g->classes[i];

		work += (k->upto - before) * sj_law_mean(k->service) *
			(g->gpu.law != NULL ? gpu_demand_mean(&g->gpu) :
			 demand_mean_width(k->width, g->params.demand.procs));
		before = k->upto;
	}
	return work;
}

static int rate_of_load(const struct open_gen *g, double *rate, sj_error *err)
{
	double work = mean_work(g);
	int64_t machine = g->gpu.law != NULL ? g->params.gpu.total : g->params.demand.procs;

	if (!(work > 0) || !isfinite(work))
		return sj_fail(err, SJ_EUSAGE, "generator %s: load needs a finite mean of "
			       "service and width above 0; give rate instead", g->name);
	*rate = g->params.load * (double)machine / work;
	return SJ_OK;
}

/* Jobs per second, or 0: the law of the gaps is taken as it is. */
static int find_rate(const struct open_gen *g, double *rate, sj_error *err)
{
	const struct open_params *p = &g->params;

	*rate = p->rate;
	if (p->rate > 0)
		return SJ_OK;
	if (p->load > 0)
		return rate_of_load(g, rate, err);
	if (p->arrivals[0] != '\0')
		return SJ_OK;
	if (p->classes[0] == '\0')
		return sj_fail(err, SJ_EUSAGE, "generator %s: how many jobs arrive? give "
			       "rate=, load= or arrivals=", g->name);
	for (size_t i = 0; i < g->class_count; i++)
		*rate += g->classes[i].rate;
	return SJ_OK;
}

static int prepare_arrivals(struct open_gen *g, sj_error *err)
{
	char who[96];
	double rate = 0, mean = 1;
	int rc = find_rate(g, &rate, err);

	if (rc != SJ_OK)
		return rc;
	if (g->params.arrivals[0] != '\0') {
		snprintf(who, sizeof(who), "generator %s: arrivals", g->name);
		rc = sj_law_create(who, g->params.arrivals, &g->gap, err);
		if (rc != SJ_OK)
			return rc;
		mean = sj_law_mean(g->gap);
	}
	if (g->params.amplitude > 0 && g->gap != NULL)
		return sj_fail(err, SJ_EUSAGE, "generator %s: a cycle (amplitude) needs "
			       "Poisson arrivals; leave arrivals= out", g->name);
	if (rate > 0 && (!(mean > 0) || !isfinite(mean)))
		return sj_fail(err, SJ_EUSAGE, "generator %s: arrivals=%s has no mean that "
			       "could be scaled to a rate", g->name, g->params.arrivals);
	g->gap_scale = rate > 0 ? (double)g->params.batch / rate / mean : 1;
	return SJ_OK;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int create_streams(struct open_gen *g, sj_error *err)
{
	g->arrival_rng = sj_rng_create(g->seed, "workload.arrivals", 0);
	g->service_rng = sj_rng_create(g->seed, "workload.service", 0);
	g->width_rng = sj_rng_create(g->seed, "workload.width", 0);
	g->class_rng = sj_rng_create(g->seed, "workload.class", 0);
	if (g->arrival_rng == NULL || g->service_rng == NULL || g->width_rng == NULL ||
	    g->class_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator %s: no memory", g->name);
	return SJ_OK;
}

int open_generator(const char *name, const sj_param *params, const char *args,
		   uint64_t seed, sj_source **out, sj_error *err)
{
	struct open_gen *g = calloc(1, sizeof(*g));
	char who[64];
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "generator %s: no memory", name);
	g->source.ops = &open_ops;
	g->name = name;
	g->seed = seed;
	snprintf(who, sizeof(who), "generator %s", name);
	rc = sj_params_bind(who, params, args, &g->params, demand_alloc, &g->strings, err);
	if (rc == SJ_OK)
		rc = demand_init(&g->demand, &g->params.demand, name, seed, err);
	if (rc == SJ_OK)
		rc = gpu_demand_init(&g->gpu, &g->params.gpu, name, seed, err);
	if (rc == SJ_OK)
		rc = comm_demand_init(&g->comm, &g->params.comm, name, err);
	if (rc == SJ_OK)
		rc = create_classes(g, err);
	if (rc == SJ_OK)
		rc = prepare_arrivals(g, err);
	if (rc == SJ_OK)
		rc = create_streams(g, err);
	if (rc != SJ_OK) {
		open_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:%s", name);
	g->source.info.max_procs = (uint32_t)g->params.demand.procs;
	g->source.info.unix_start_ns = SJ_NEVER;
	g->source.comms = g->comm.comm;
	g->source.comm_count = g->comm.comms;
	*out = &g->source;
	return SJ_OK;
}
