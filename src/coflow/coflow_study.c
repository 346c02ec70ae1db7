/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_study.c - see coflow_study.h. */
#include "coflow/coflow_study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/wall.h"
#include "sojourn/rng.h"
#include "stats/describe.h"

#define LEVEL        0.95
#define SHORT_BYTES  5e6
#define NARROW_FLOWS 50u

const char *const coflow_bin_names[COFLOW_BINS] = {
	"short narrow", "long narrow", "short wide", "long wide",
};

/* ---- the coflows themselves -------------------------------------------------------- */

static int describe_coflows(struct coflow_study *s)
{
	const sj_coflow_case *c = &s->set->c;
	double *scratch = malloc(2 * (size_t)c->ports * sizeof(*scratch));

	s->alone_s = malloc(c->count * sizeof(*s->alone_s));
	s->bytes = calloc(c->count, sizeof(*s->bytes));
	s->length = calloc(c->count, sizeof(*s->length));
	s->bin = calloc(c->count, sizeof(*s->bin));
	if (scratch == NULL || s->alone_s == NULL || s->bytes == NULL || s->length == NULL ||
	    s->bin == NULL) {
		free(scratch);
		return SJ_ENOMEM;
	}
	for (uint32_t i = 0; i < c->count; i++) {
		const sj_coflow *k = &c->coflow[i];

		for (uint32_t f = k->first; f < k->first + k->flows; f++) {
			s->bytes[i] += c->flow[f].bytes;
			s->length[i] = fmax(s->length[i], c->flow[f].bytes);
		}
		s->alone_s[i] = (double)sj_coflow_bottleneck(c, i, scratch) / 1e9;
		s->bin[i] = (uint8_t)((s->length[i] >= SHORT_BYTES) +
				      2 * (k->flows > NARROW_FLOWS));
		s->bin_count[s->bin[i]]++;
		s->bin_bytes[s->bin[i]] += s->bytes[i];
	}
	free(scratch);
	return SJ_OK;
}

/* ---- times ------------------------------------------------------------------------- */

/* Of the coflows of one bin, or of all (-1), into x; returns how many. */
static size_t gather(const struct coflow_study *s, const double *of, int bin, double *x)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s->set->c.count; i++)
		if (bin < 0 || s->bin[i] == bin)
			x[n++] = of[i];
	return n;
}

static struct coflow_times describe(const struct coflow_study *s, const double *of, int bin,
				    double *x)
{
	size_t n = gather(s, of, bin, x);
	struct coflow_times t = {
		.mean = NAN, .p50 = NAN, .p95 = NAN, .max = NAN, .factor = NAN,
		.factor_p95 = NAN, .factor_ci = { NAN, NAN },
	};

	if (n == 0)
		return t;
	t.mean = stat_mean(x, n);
	stat_sort(x, n);
	t.p50 = stat_quantile_sorted(x, n, 0.5);
	t.p95 = stat_quantile_sorted(x, n, 0.95);
	t.max = x[n - 1];
	return t;
}

struct judge {
	uint64_t resamples;
	gsl_rng *rng;
	double  *x, *y;
};

/* Against the baseline. Neighbours in time share the network, so that blocks are drawn. */
static int judge_times(const struct coflow_study *s, const struct coflow_outcome *o, int bin,
		       const struct coflow_times *base, struct judge *j, struct coflow_times *t)
{
	size_t n = gather(s, o->cct_s, bin, j->x);
	struct stat_paired_intervals ci;
	int rc;

	if (n == 0 || !(t->mean > 0))
		return SJ_OK;
	t->factor = base->mean / t->mean;
	t->factor_p95 = base->p95 / t->p95;
	if (n < 2 || j->resamples == 0)
		return SJ_OK;
	gather(s, s->outcome[0].cct_s, bin, j->y);
	rc = stat_bootstrap_paired(j->x, j->y, n, LEVEL, j->resamples, 0, j->rng, &ci);
	t->factor_ci = ci.ratio;
	return rc;
}

static int judge_outcome(struct coflow_study *s, size_t which, struct judge *j)
{
	struct coflow_outcome *o = &s->outcome[which];
	const sj_coflow_case *c = &s->set->c;
	sj_time last = 0;
	size_t counted = 0;
	int rc = SJ_OK;

	for (uint32_t i = 0; i < c->count; i++) {
		o->cct_s[i] = (double)(o->finish_ns[i] - c->coflow[i].arrival_ns) / 1e9;
		last = o->finish_ns[i] > last ? o->finish_ns[i] : last;
		if (s->alone_s[i] > 0) {
			o->slowdown_mean += o->cct_s[i] / s->alone_s[i];
			counted++;
		}
	}
	o->slowdown_mean = counted != 0 ? o->slowdown_mean / (double)counted : NAN;
	o->makespan_s = (double)(last - c->coflow[0].arrival_ns) / 1e9;
	o->all = describe(s, o->cct_s, -1, j->x);
	for (int b = 0; b < COFLOW_BINS; b++)
		o->bin[b] = describe(s, o->cct_s, b, j->x);
	if (which == 0)
		return SJ_OK;
	rc = judge_times(s, o, -1, &s->outcome[0].all, j, &o->all);
	for (int b = 0; b < COFLOW_BINS && rc == SJ_OK; b++)
		rc = judge_times(s, o, b, &s->outcome[0].bin[b], j, &o->bin[b]);
	return rc;
}

/* ---- runs -------------------------------------------------------------------------- */

static int run_rule(struct coflow_study *s, size_t which, sj_error *err)
{
	struct coflow_outcome *o = &s->outcome[which];
	const sj_coflow_case *c = &s->set->c;
	sj_coflow_result result = { 0 };
	uint64_t begin = wall_ns();
	int rc;

	o->finish_ns = malloc(c->count * sizeof(*o->finish_ns));
	o->cct_s = malloc(c->count * sizeof(*o->cct_s));
	if (o->finish_ns == NULL || o->cct_s == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for %u coflows", c->count);
	result.finish_ns = o->finish_ns;
	rc = sj_coflow_run(c, &o->rule, NULL, &result);
	o->computed = result.computed;
	o->wall_ns = wall_ns() - begin;
	if (rc == SJ_ENOMEM)
		return sj_fail(err, rc, "no memory for %u flows", c->flows);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "order %s: rates did not settle", o->spec);
}

static int run_rules(struct coflow_study *s, const char *const *spec, size_t specs,
		     struct judge *j, sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < specs && rc == SJ_OK; i++) {
		rc = sj_coflow_rule_parse(spec[i], &s->outcome[i].rule, err);
		if (rc == SJ_OK)
			sj_coflow_rule_text(&s->outcome[i].rule, s->outcome[i].spec,
					    sizeof(s->outcome[i].spec));
	}
	s->outcomes = specs;
	for (size_t i = 0; i < specs && rc == SJ_OK; i++) {
		rc = run_rule(s, i, err);
		if (rc == SJ_OK && judge_outcome(s, i, j) != SJ_OK)
			rc = sj_fail(err, SJ_ENOMEM, "no memory for %u coflows", s->set->c.count);
	}
	return rc;
}

int coflow_study_make(const struct coflow_set *set, const char *const *spec, size_t specs,
		      uint64_t resamples, uint64_t seed, struct coflow_study *out, sj_error *err)
{
	struct judge j = { .resamples = resamples };
	int rc;

	*out = (struct coflow_study){ .set = set };
	out->outcome = calloc(specs, sizeof(*out->outcome));
	j.x = malloc(set->c.count * sizeof(*j.x));
	j.y = malloc(set->c.count * sizeof(*j.y));
	j.rng = sj_rng_create(seed, "coflow.bootstrap", 0);
	rc = out->outcome == NULL || j.x == NULL || j.y == NULL || j.rng == NULL ? SJ_ENOMEM :
	     describe_coflows(out);
	if (rc == SJ_OK) {
		out->alone = describe(out, out->alone_s, -1, j.x);
		rc = run_rules(out, spec, specs, &j, err);
	} else {
		rc = sj_fail(err, rc, "no memory for %u coflows", set->c.count);
	}
	if (j.rng != NULL)
		gsl_rng_free(j.rng);
	free(j.x);
	free(j.y);
	if (rc != SJ_OK)
		coflow_study_fini(out);
	return rc;
}

void coflow_study_fini(struct coflow_study *s)
{
	for (size_t i = 0; i < s->outcomes; i++) {
		free(s->outcome[i].finish_ns);
		free(s->outcome[i].cct_s);
	}
	free(s->outcome);
	free(s->alone_s);
	free(s->bytes);
	free(s->length);
	free(s->bin);
	*s = (struct coflow_study){ 0 };
}
