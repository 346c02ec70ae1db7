/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law_discrete.c - laws of whole numbers (widths, counts) and lists of values. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"

/* ---- a finite list: values and weights, drawn by Walker's alias method -------------- */

struct finite {
	size_t              n;
	double             *value, *weight; /* weights add up to 1 */
	gsl_ran_discrete_t *alias;
};

static int finite_init(struct finite *f, size_t n, sj_error *err)
{
	f->n = n;
	f->value = calloc(n, sizeof(*f->value));
	f->weight = calloc(n, sizeof(*f->weight));
	if (f->value == NULL || f->weight == NULL)
		return sj_fail(err, SJ_ENOMEM, "law: no memory for %zu values", n);
	return SJ_OK;
}

static void finite_fini(void *self)
{
	struct finite *f = self;

	if (f->alias != NULL)
		gsl_ran_discrete_free(f->alias);
	free(f->value);
	free(f->weight);
}

/* Normalises the weights and prepares drawing. */
static int finite_close(struct finite *f, sj_error *err)
{
	double sum = 0;

	for (size_t i = 0; i < f->n; i++)
		sum += f->weight[i];
	if (!(sum > 0))
		return sj_fail(err, SJ_EUSAGE, "law: the weights add up to %g", sum);
	for (size_t i = 0; i < f->n; i++)
		f->weight[i] /= sum;
	f->alias = gsl_ran_discrete_preproc(f->n, f->weight);
	return f->alias != NULL ? SJ_OK : sj_fail(err, SJ_ENOMEM, "law: no memory");
}

static double finite_draw(const void *self, gsl_rng *rng)
{
	const struct finite *f = self;

	return f->value[gsl_ran_discrete(rng, f->alias)];
}

static double finite_cdf(const void *self, double x)
{
	const struct finite *f = self;
	double sum = 0;

	for (size_t i = 0; i < f->n; i++)
		sum += f->value[i] <= x ? f->weight[i] : 0;
	return sum;
}

static double finite_moment(const void *self, int k)
{
	const struct finite *f = self;
	double sum = 0;

	for (size_t i = 0; i < f->n; i++)
		sum += f->weight[i] * law_power(f->value[i], k);
	return sum;
}

/* ---- list ---------------------------------------------------------------------------- */

struct list {
	struct finite finite;
	const char   *values, *weights; /* "1|2|4" */
};

static size_t count_items(const char *text)
{
	size_t n = 1;

	for (; *text != '\0'; text++)
		n += *text == '|';
	return n;
}

/* Fills n numbers from "a|b|c". */
static int parse_items(const char *what, const char *text, double *out, size_t n,
		       sj_error *err)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(text, "|");
		char item[64];
		int rc;

		if (len >= sizeof(item))
			return sj_fail(err, SJ_EUSAGE, "law list: %s: \"%.20s...\" is too "
				       "long for a number", what, text);
		memcpy(item, text, len);
		item[len] = '\0';
		rc = sj_parse_double(what, item, &out[i], err);
		if (rc != SJ_OK)
			return rc;
		if (out[i] < 0)
			return sj_fail(err, SJ_EUSAGE, "law list: %s: %s is negative", what,
				       item);
		text += len + (text[len] == '|');
	}
	return SJ_OK;
}

static int list_prepare(struct list *l, sj_error *err)
{
	size_t n = count_items(l->values);
	int rc = finite_init(&l->finite, n, err);

	if (rc == SJ_OK)
		rc = parse_items("law list: values", l->values, l->finite.value, n, err);
	if (rc != SJ_OK)
		return rc;
	if (l->weights[0] == '\0') {
		for (size_t i = 0; i < n; i++)
			l->finite.weight[i] = 1;
	} else if (count_items(l->weights) != n) {
		return sj_fail(err, SJ_EUSAGE, "law list: %zu values but %zu weights", n,
			       count_items(l->weights));
	} else {
		rc = parse_items("law list: weights", l->weights, l->finite.weight, n, err);
	}
	return rc == SJ_OK ? finite_close(&l->finite, err) : rc;
}

static int list_init(void *self, sj_error *err)
{
	struct list *l = self;
	int rc = list_prepare(l, err);

	if (rc != SJ_OK)
		finite_fini(&l->finite);
	return rc;
}

static const sj_param list_params[] = {
	{ .name = "values", .type = SJ_P_STRING, .offset = offsetof(struct list, values),
	  .def = "1", .help = "Values, as in 1|2|4." },
	{ .name = "weights", .type = SJ_P_STRING, .offset = offsetof(struct list, weights),
	  .def = "", .help = "Relative weights, as in 3|2|1; equal when empty." },
	{ .name = NULL },
};

const sj_law_ops law_list = {
	.name = "list",
	.summary = "values with relative weights",
	.size = sizeof(struct list),
	.params = list_params,
	.discrete = true,
	.init = list_init,
	.fini = finite_fini,
	.draw = finite_draw,
	.cdf = finite_cdf,
	.moment = finite_moment,
};

/* ---- Zipf ------------------------------------------------------------------------------- */

struct zipf {
	struct finite finite;
	int64_t n;
	double  theta;
};

static int zipf_init(void *self, sj_error *err)
{
	struct zipf *z = self;
	int rc = finite_init(&z->finite, (size_t)z->n, err);

	for (size_t i = 0; rc == SJ_OK && i < z->finite.n; i++) {
		z->finite.value[i] = (double)(i + 1);
		z->finite.weight[i] = pow((double)(i + 1), -z->theta);
	}
	if (rc == SJ_OK)
		rc = finite_close(&z->finite, err);
	if (rc != SJ_OK)
		finite_fini(&z->finite);
	return rc;
}

static const sj_param zipf_params[] = {
	{ .name = "n", .type = SJ_P_INT, .offset = offsetof(struct zipf, n), .def = "128",
	  .min = 1, .max = 1e7, .help = "Largest value." },
	LAW_NUMBER(struct zipf, theta, "1.5", 0, 100, "Order of the harmonic law."),
	{ .name = NULL },
};

const sj_law_ops law_zipf = {
	.name = "zipf",
	.summary = "P(k) proportional to k^-theta, k = 1..n (harmonic law)",
	.cite = "Feitelson, Packing schemes for gang scheduling, JSSPP 1996 (order 1.5 "
		"for sizes)",
	.size = sizeof(struct zipf),
	.params = zipf_params,
	.discrete = true,
	.init = zipf_init,
	.fini = finite_fini,
	.draw = finite_draw,
	.cdf = finite_cdf,
	.moment = finite_moment,
};

/* ---- Poisson ------------------------------------------------------------------------------- */

struct poisson {
	double mean;
};

static double poisson_draw(const void *self, gsl_rng *rng)
{
	return gsl_ran_poisson(rng, ((const struct poisson *)self)->mean);
}

static double poisson_cdf(const void *self, double x)
{
	if (x < 0)
		return 0;
	return gsl_cdf_poisson_P((unsigned)fmin(x, 4e9), ((const struct poisson *)self)->mean);
}

static double poisson_moment(const void *self, int k)
{
	double m = ((const struct poisson *)self)->mean;

	return k == 1 ? m : k == 2 ? m + m * m : m + 3 * m * m + m * m * m;
}

static const sj_param poisson_params[] = {
	LAW_NUMBER(struct poisson, mean, "1", 1e-9, 1e9, "Mean."),
	{ .name = NULL },
};

const sj_law_ops law_poisson = {
	.name = "poisson",
	.summary = "counts of a Poisson process",
	.size = sizeof(struct poisson),
	.params = poisson_params,
	.discrete = true,
	.draw = poisson_draw,
	.cdf = poisson_cdf,
	.moment = poisson_moment,
};

/* ---- widths that like powers of two ----------------------------------------------------------- */

struct log2_uniform {
	int64_t low, high;
	double  pow2;
	double  from, to; /* log2 of low and high */
};

static int log2_init(void *self, sj_error *err)
{
	struct log2_uniform *l = self;

	if (l->low > l->high)
		return sj_fail(err, SJ_EUSAGE, "law log2_uniform: low=%lld is above "
			       "high=%lld", (long long)l->low, (long long)l->high);
	l->from = log2((double)l->low);
	l->to = log2((double)l->high);
	return SJ_OK;
}

static double log2_draw(const void *self, gsl_rng *rng)
{
	const struct log2_uniform *l = self;
	double u = l->from + (l->to - l->from) * gsl_rng_uniform(rng);
	bool power = gsl_rng_uniform(rng) < l->pow2;
	double x = power ? exp2(floor(u + 0.5)) : floor(exp2(u));

	return fmax((double)l->low, fmin((double)l->high, x));
}

static double log2_cdf(const void *self, double x)
{
	const struct log2_uniform *l = self;
	double k = floor(x), span = l->to - l->from, power, other;

	if (k < (double)l->low)
		return 0;
	if (k >= (double)l->high)
		return 1;
	/* Both round; what rounds out of [low, high] is moved to its end. */
	power = (floor(log2(k)) + 0.5 - l->from) / span;
	other = (log2(k + 1) - l->from) / span;
	power = fmax(0, fmin(1, power));
	return l->pow2 * power + (1 - l->pow2) * fmin(1, other);
}

static double log2_moment(const void *self, int k)
{
	const struct log2_uniform *l = self;
	double sum = 0, before = 0;

	for (int64_t v = l->low; v <= l->high; v++) {
		double upto = log2_cdf(self, (double)v);

		sum += (upto - before) * law_power((double)v, k);
		before = upto;
	}
	return sum;
}

static const sj_param log2_params[] = {
	{ .name = "high", .type = SJ_P_INT, .offset = offsetof(struct log2_uniform, high),
	  .def = "128", .min = 1, .max = 1e7, .help = "Largest value." },
	{ .name = "low", .type = SJ_P_INT, .offset = offsetof(struct log2_uniform, low),
	  .def = "1", .min = 1, .max = 1e7, .help = "Least value." },
	LAW_NUMBER(struct log2_uniform, pow2, "0.75", 0, 1,
		   "Share that is rounded to a power of two."),
	{ .name = NULL },
};

const sj_law_ops law_log2_uniform = {
	.name = "log2_uniform",
	.summary = "log2 X uniform, rounded to a power of two with probability pow2",
	.size = sizeof(struct log2_uniform),
	.params = log2_params,
	.discrete = true,
	.init = log2_init,
	.draw = log2_draw,
	.cdf = log2_cdf,
	.moment = log2_moment,
};
