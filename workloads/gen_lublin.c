/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gen_lublin.c - the model of Lublin and Feitelson, "The workload on parallel
 * supercomputers: modeling the characteristics of rigid jobs", JPDC 63(11), 2003.
 *
 * Sizes: serial with probability `serial`; else two-stage uniform in log2, a share
 * `pow2` rounded to powers of two. Run times: log is gamma(a1, b1) with probability
 * pa * size + pb, else gamma(a2, b2). Arrivals: log of the gap is gamma(aarr * arar,
 * barr) at the mean intensity of the day; a gap is spent over half-hour buckets whose
 * weights follow gamma(anum, bnum), so that it passes quickly at noon and slowly at
 * night. Three sets of parameters: all jobs as one kind, batch, interactive.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "demand.h"

#define BUCKETS        48
#define BUCKET_S       1800.0
#define DAY_BEGINS     11   /* the cycle runs from half-hour 11 to half-hour 58 */
#define LOG_RUN_MAX    12.0 /* longer ones are drawn again, as in the model */
#define LOG_GAP_MAX    13.0

struct lublin_params {
	struct demand_params demand;
	double  load;
	sj_time start;
	double  serial, pow2, ulow, umed, uhi, uprob;
	double  a1, b1, a2, b2, pa, pb;
	double  aarr, barr, anum, bnum, arar;
};

struct lublin {
	sj_source            source; /* first */
	struct lublin_params p;
	struct demand_strings strings;
	uint64_t             seed;
	struct demand        demand;
	gsl_rng             *arrival_rng, *width_rng, *service_rng;
	double               weight[BUCKETS]; /* mean 1 */
	double               stretch;         /* of gaps, to meet a load */
	/* Position in the day: bucket and how much of it has passed. */
	int                  bucket;
	double               passed_s;
	sj_time              now;
};

/* ---- sizes ------------------------------------------------------------------------- */

static double two_stage(const struct lublin *g, double u, double v)
{
	const struct lublin_params *p = &g->p;

	return u <= p->uprob ? p->ulow + v * (p->umed - p->ulow) :
			       p->umed + v * (p->uhi - p->umed);
}

static uint32_t draw_size(struct lublin *g)
{
	double u = gsl_rng_uniform(g->width_rng), par, stage;

	if (u <= g->p.serial)
		return 1;
	stage = gsl_rng_uniform(g->width_rng);
	par = two_stage(g, stage, gsl_rng_uniform(g->width_rng));
	if (u <= g->p.serial + g->p.pow2)
		par = floor(par + 0.5);
	return demand_width(exp2(par), g->p.demand.procs);
}

/* ---- run times ------------------------------------------------------------------------ */

static double first_share(const struct lublin_params *p, double size)
{
	return fmax(0, fmin(1, p->pa * size + p->pb));
}

static sj_time draw_run(struct lublin *g, uint32_t size)
{
	const struct lublin_params *p = &g->p;
	double share = first_share(p, size), log_run;

	do {
		bool first = gsl_rng_uniform(g->service_rng) <= share;

		log_run = first ? gsl_ran_gamma(g->service_rng, p->a1, p->b1) :
				  gsl_ran_gamma(g->service_rng, p->a2, p->b2);
	} while (log_run > LOG_RUN_MAX);
	return (sj_time)exp(log_run) * SJ_NS_PER_S; /* whole seconds, as in the model */
}

/* ---- arrivals -------------------------------------------------------------------------- */

static void prepare_day(struct lublin *g)
{
	double sum = 0;

	for (int i = DAY_BEGINS; i < DAY_BEGINS + BUCKETS; i++) {
		double w = gsl_cdf_gamma_P(i + 0.5, g->p.anum, g->p.bnum) -
			   gsl_cdf_gamma_P(i - 0.5, g->p.anum, g->p.bnum);

		g->weight[(i - 1) % BUCKETS] = w;
		sum += w;
	}
	for (int i = 0; i < BUCKETS; i++)
		g->weight[i] *= BUCKETS / sum;
}

static void rewind_day(struct lublin *g)
{
	double into = (double)(g->p.start % (86400 * SJ_NS_PER_S)) / 1e9;

	g->bucket = (int)(into / BUCKET_S);
	g->passed_s = into - g->bucket * BUCKET_S;
	g->now = 0;
}

/* Spends a gap, given in seconds at mean intensity, over the buckets of the day:
 * one second of bucket i costs weight[i] of it. */
static double spend(struct lublin *g, double gap)
{
	double spent_s = 0;

	for (;;) {
		double left_s = BUCKET_S - g->passed_s;

		if (gap < left_s * g->weight[g->bucket]) {
			double s = gap / g->weight[g->bucket];

			g->passed_s += s;
			return spent_s + s;
		}
		gap -= left_s * g->weight[g->bucket];
		spent_s += left_s;
		g->bucket = (g->bucket + 1) % BUCKETS;
		g->passed_s = 0;
	}
}

static int next_arrival(struct lublin *g, sj_error *err)
{
	double log_gap;

	do
		log_gap = gsl_ran_gamma(g->arrival_rng, g->p.aarr * g->p.arar, g->p.barr);
	while (log_gap > LOG_GAP_MAX);
	return demand_advance(&g->now, spend(g, exp(log_gap) * g->stretch), err);
}

/* ---- means, for load ---------------------------------------------------------------------- */

/* E[exp(X); X <= max] and P(X <= max) of X gamma(a, b), b < 1. */
static double cut_mean(double a, double b, double max)
{
	return pow(1 - b, -a) * gsl_cdf_gamma_P(max, a, b / (1 - b));
}

static double mean_gap(const struct lublin_params *p)
{
	double a = p->aarr * p->arar;

	return cut_mean(a, p->barr, LOG_GAP_MAX) / gsl_cdf_gamma_P(LOG_GAP_MAX, a, p->barr);
}

static double mean_run(const struct lublin_params *p, double size)
{
	double s = first_share(p, size);
	double mass = s * gsl_cdf_gamma_P(LOG_RUN_MAX, p->a1, p->b1) +
		      (1 - s) * gsl_cdf_gamma_P(LOG_RUN_MAX, p->a2, p->b2);

	return (s * cut_mean(p->a1, p->b1, LOG_RUN_MAX) +
		(1 - s) * cut_mean(p->a2, p->b2, LOG_RUN_MAX)) / mass;
}

/* P(par <= x) of the two-stage uniform law. */
static double par_cdf(const struct lublin_params *p, double x)
{
	double low = (x - p->ulow) / (p->umed - p->ulow);
	double high = (x - p->umed) / (p->uhi - p->umed);

	return p->uprob * fmax(0, fmin(1, low)) + (1 - p->uprob) * fmax(0, fmin(1, high));
}

/* Mean processor-seconds of a job: sum over the sizes. */
static double mean_work(const struct lublin_params *p)
{
	double work = p->serial * mean_run(p, 1), other = 1 - p->serial - p->pow2;

	for (double e = 0; exp2(e) <= 2 * (double)p->demand.procs; e++) {
		double prob = par_cdf(p, e + 0.5) - par_cdf(p, e - 0.5);
		double size = demand_width(exp2(e), p->demand.procs);

		work += p->pow2 * prob * size * mean_run(p, size);
	}
	for (int64_t k = 1; other > 0 && k <= p->demand.procs; k++) {
		double upto = k == p->demand.procs ? 1 : par_cdf(p, log2((double)k + 0.5));
		double before = k == 1 ? 0 : par_cdf(p, log2((double)k - 0.5));

		work += other * (upto - before) * (double)k * mean_run(p, (double)k);
	}
	return work;
}

/* ---- source -------------------------------------------------------------------------------- */

static int lublin_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *count,
		       sj_error *err)
{
	struct lublin *g = (struct lublin *)s;

	*count = 0;
	while (*count < cap && !demand_done(&g->demand)) {
		int rc = next_arrival(g, err);
		uint32_t size;

		if (rc != SJ_OK)
			return rc;
		size = draw_size(g);
		demand_make(&g->demand, &jobs[(*count)++], g->now, size, draw_run(g, size));
	}
	s->info.records = s->info.kept = g->demand.made;
	return *count > 0 ? SJ_OK : SJ_END;
}

static int lublin_rewind(sj_source *s, sj_error *err)
{
	struct lublin *g = (struct lublin *)s;

	(void)err;
	rewind_day(g);
	demand_rewind(&g->demand, g->seed);
	sj_rng_rekey(g->arrival_rng, g->seed, "workload.arrivals", 0);
	sj_rng_rekey(g->width_rng, g->seed, "workload.width", 0);
	sj_rng_rekey(g->service_rng, g->seed, "workload.service", 0);
	return SJ_OK;
}

static void lublin_free(sj_source *s)
{
	struct lublin *g = (struct lublin *)s;

	if (g == NULL)
		return;
	if (g->arrival_rng != NULL)
		gsl_rng_free(g->arrival_rng);
	if (g->width_rng != NULL)
		gsl_rng_free(g->width_rng);
	if (g->service_rng != NULL)
		gsl_rng_free(g->service_rng);
	demand_fini(&g->demand);
	demand_strings_free(&g->strings);
	free(g);
}

static const sj_source_ops lublin_ops = {
	.fill = lublin_fill,
	.rewind = lublin_rewind,
	.free = lublin_free,
};

/* ---- opening -------------------------------------------------------------------------------- */

static int check_params(struct lublin_params *p, const char *who, sj_error *err)
{
	if (p->uhi == 0)
		p->uhi = log2((double)p->demand.procs);
	if (p->umed == 0)
		p->umed = fmax(p->uhi - 2.5, p->ulow);
	if (p->ulow > p->umed || p->umed > p->uhi)
		return sj_fail(err, SJ_EUSAGE, "%s: expected ulow <= umed <= uhi, got %g, "
			       "%g, %g", who, p->ulow, p->umed, p->uhi);
	if (p->serial + p->pow2 > 1)
		return sj_fail(err, SJ_EUSAGE, "%s: serial + pow2 is %g; expected at most "
			       "1", who, p->serial + p->pow2);
	return SJ_OK;
}

static int prepare(struct lublin *g, const char *who, sj_error *err)
{
	prepare_day(g);
	rewind_day(g);
	g->stretch = 1;
	if (g->p.load > 0)
		g->stretch = mean_work(&g->p) /
			     (g->p.load * (double)g->p.demand.procs * mean_gap(&g->p));
	g->arrival_rng = sj_rng_create(g->seed, "workload.arrivals", 0);
	g->width_rng = sj_rng_create(g->seed, "workload.width", 0);
	g->service_rng = sj_rng_create(g->seed, "workload.service", 0);
	if (g->arrival_rng == NULL || g->width_rng == NULL || g->service_rng == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory", who);
	return SJ_OK;
}

static int lublin_create(const char *name, const sj_param *params, const char *args,
			 uint64_t seed, sj_source **out, sj_error *err)
{
	struct lublin *g = calloc(1, sizeof(*g));
	char who[64];
	int rc;

	snprintf(who, sizeof(who), "generator %s", name);
	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory", who);
	g->source.ops = &lublin_ops;
	g->seed = seed;
	rc = sj_params_bind(who, params, args, &g->p, demand_alloc, &g->strings, err);
	if (rc == SJ_OK)
		rc = check_params(&g->p, who, err);
	if (rc == SJ_OK)
		rc = demand_init(&g->demand, &g->p.demand, name, seed, err);
	if (rc == SJ_OK)
		rc = prepare(g, who, err);
	if (rc != SJ_OK) {
		lublin_free(&g->source);
		return rc;
	}
	snprintf(g->source.info.format, sizeof(g->source.info.format), "gen:%s", name);
	g->source.info.max_procs = (uint32_t)g->p.demand.procs;
	g->source.info.unix_start_ns = SJ_NEVER;
	*out = &g->source;
	return SJ_OK;
}

/* ---- the three sets of parameters -------------------------------------------------------------- */

#define NUMBER(field, def_, min_, max_, help_)                                    \
	{ .name = #field, .type = SJ_P_DOUBLE,                                    \
	  .offset = offsetof(struct lublin_params, field), .def = def_, .min = min_, \
	  .max = max_, .help = help_ }

#define COMMON(procs_)                                                            \
	DEMAND_PARAMS(struct lublin_params, demand, "10000", procs_),             \
	NUMBER(load, "0", 0, 1e6,                                                 \
	       "Offered load to meet by stretching the gaps; 0: as the model has it."), \
	{ .name = "start", .type = SJ_P_TIME,                                     \
	  .offset = offsetof(struct lublin_params, start), .def = "0s", .min = 0, \
	  .max = 86400, .help = "Time of day at which the log begins." }

#define SIZES(serial_, pow2_, ulow_, umed_, uhi_, uprob_)                         \
	NUMBER(serial, serial_, 0, 1, "Share of jobs with one processor."),       \
	NUMBER(pow2, pow2_, 0, 1, "Share of jobs with a power of two."),          \
	NUMBER(ulow, ulow_, 0, 32, "log2 of the least parallel size."),           \
	NUMBER(umed, umed_, 0, 32, "Where the two stages meet; 0: uhi - 2.5."),   \
	NUMBER(uhi, uhi_, 0, 32, "log2 of the largest size; 0: of procs."),       \
	NUMBER(uprob, uprob_, 0, 1, "Share of the lower stage.")

#define RUNS(a1_, b1_, a2_, b2_, pa_, pb_)                                        \
	NUMBER(a1, a1_, 1e-3, 1e6, "Shape of the first gamma law of log run time."), \
	NUMBER(b1, b1_, 1e-6, 0.999, "Its scale."),                               \
	NUMBER(a2, a2_, 1e-3, 1e6, "Shape of the second."),                       \
	NUMBER(b2, b2_, 1e-6, 0.999, "Its scale."),                               \
	NUMBER(pa, pa_, -1, 1, "Share of the first: pa * size + pb."),            \
	NUMBER(pb, pb_, -10, 10, "See pa.")

#define ARRIVALS(aarr_, barr_, anum_, bnum_, arar_)                               \
	NUMBER(aarr, aarr_, 1e-3, 1e6, "Shape of the gamma law of log gap at rush hours."), \
	NUMBER(barr, barr_, 1e-6, 0.999, "Its scale."),                           \
	NUMBER(anum, anum_, 1e-3, 1e6, "Shape of the daily cycle."),              \
	NUMBER(bnum, bnum_, 1e-3, 1e6, "Its scale, in half hours."),              \
	NUMBER(arar, arar_, 1e-3, 10, "Ratio of all hours to rush hours."),       \
	{ .name = NULL }

static const sj_param lublin_params_all[] = {
	COMMON("128"), SIZES("0.244", "0.576", "0.8", "0", "0", "0.86"),
	RUNS("4.2", "0.94", "312", "0.03", "-0.0054", "0.78"),
	ARRIVALS("10.2303", "0.4871", "8.1737", "3.9631", "1.0225"),
};
static const sj_param lublin_params_batch[] = {
	COMMON("128"), SIZES("0.2927", "0.6686", "1.2", "5", "7", "0.875"),
	RUNS("6.57", "0.823", "639.1", "0.0156", "-0.003", "0.6986"),
	ARRIVALS("6.0415", "0.8531", "6.1271", "5.2740", "1.0519"),
};
static const sj_param lublin_params_interactive[] = {
	COMMON("45"), SIZES("0.1541", "0.625", "1", "3", "5.5", "0.705"),
	RUNS("3.8351", "0.6605", "7.073", "0.6856", "-0.0118", "0.9156"),
	ARRIVALS("6.5510", "0.6621", "8.9186", "3.6680", "0.9797"),
};

#define OPEN(fn, name_, table)                                                    \
	static int fn(const char *args, uint64_t seed, sj_source **out, sj_error *err) \
	{                                                                         \
		return lublin_create(name_, table, args, seed, out, err);         \
	}

OPEN(open_all, "lublin", lublin_params_all)
OPEN(open_batch, "lublin-batch", lublin_params_batch)
OPEN(open_interactive, "lublin-interactive", lublin_params_interactive)

#define CITE "Lublin and Feitelson, JPDC 63(11), 2003"

const sj_generator_ops sj_generator_lublin = {
	.name = "lublin", .cite = CITE, .params = lublin_params_all, .open = open_all,
	.summary = "the Lublin-Feitelson model of rigid jobs, without job types",
};
const sj_generator_ops sj_generator_lublin_batch = {
	.name = "lublin-batch", .cite = CITE, .params = lublin_params_batch,
	.open = open_batch, .summary = "the same with the parameters of batch jobs",
};
const sj_generator_ops sj_generator_lublin_interactive = {
	.name = "lublin-interactive", .cite = CITE, .params = lublin_params_interactive,
	.open = open_interactive,
	.summary = "the same with the parameters of interactive jobs",
};
