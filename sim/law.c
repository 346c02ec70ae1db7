/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law.c - laws by name; the laws themselves are in law_*.c. */
#include "sojourn/law.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "laws.h"

#define NAME_SIZE 64

const sj_law_ops *const sj_laws[] = {
	&law_exponential, &law_deterministic, &law_uniform, &law_gamma, &law_erlang,
	&law_weibull, &law_lognormal, &law_pareto, &law_bounded_pareto,
	&law_log_uniform, &law_h2, &law_hyperexponential_balanced, &law_hyper_erlang,
	&law_hyper_gamma, &law_two_point, &law_list, &law_zipf, &law_poisson,
	&law_log2_uniform, NULL,
};

const sj_law_alias sj_law_aliases[] = {
	{ "exp", "exponential" },
	{ "det", "deterministic" },
	{ "constant", "deterministic" },
	{ "fixed", "deterministic" },
	{ "hyperexp", "hyperexponential_balanced" },
	{ "hyperexponential", "h2" },
	{ "pareto_b", "bounded_pareto" },
	{ "loguniform", "log_uniform" },
	{ "harmonic", "zipf" },
	{ NULL, NULL },
};

/* Strings of parameters hang on the law. */
struct string_block {
	struct string_block *next;
	max_align_t          text[];
};

struct sj_law {
	const sj_law_ops    *ops;
	struct string_block *strings;
	bool                 ready; /* init() has succeeded */
	max_align_t          self[];
};

static void *law_alloc(void *ctx, size_t size)
{
	struct sj_law *law = ctx;
	struct string_block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		abort(); /* the contract of sj_alloc_fn: a few bytes must be there */
	b->next = law->strings;
	law->strings = b;
	return b->text;
}

static const sj_law_ops *find(const char *name)
{
	for (size_t i = 0; sj_law_aliases[i].alias != NULL; i++)
		if (strcmp(sj_law_aliases[i].alias, name) == 0)
			name = sj_law_aliases[i].name;
	for (size_t i = 0; sj_laws[i] != NULL; i++)
		if (strcmp(sj_laws[i]->name, name) == 0)
			return sj_laws[i];
	return NULL;
}

static int unknown_law(const char *who, const char *name, sj_error *err)
{
	const char *names[sizeof(sj_laws) / sizeof(sj_laws[0]) +
			  sizeof(sj_law_aliases) / sizeof(sj_law_aliases[0])];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; sj_laws[i] != NULL; i++)
		names[n++] = sj_laws[i]->name;
	for (size_t i = 0; sj_law_aliases[i].alias != NULL; i++)
		names[n++] = sj_law_aliases[i].alias;
	near = sj_nearest(name, names, n);
	if (near != NULL)
		return sj_fail(err, SJ_EUSAGE, "%s: there is no law \"%s\"; did you mean "
			       "\"%s\"?", who, name, near);
	return sj_fail(err, SJ_EUSAGE, "%s: there is no law \"%s\"; laws are exp, det, "
		       "gamma, weibull, lognormal and others (`sojourn gen --laws`)", who,
		       name);
}

int sj_law_create(const char *who, const char *spec, sj_law **out, sj_error *err)
{
	char name[NAME_SIZE], owner[2 * NAME_SIZE + 64];
	const sj_law_ops *ops;
	const char *args;
	struct sj_law *law;
	bool number = spec[0] >= '0' && spec[0] <= '9'; /* short for det:NUMBER */
	int rc = sj_spec_split(spec, name, sizeof(name), &args, err);

	if (rc != SJ_OK)
		return rc;
	ops = number ? &law_deterministic : find(name);
	if (ops == NULL)
		return unknown_law(who, name, err);
	law = calloc(1, sizeof(*law) + ops->size);
	if (law == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory", who);
	law->ops = ops;
	owner[0] = '\0';
	strncat(owner, who, NAME_SIZE);
	strcat(owner, ": law ");
	strcat(owner, ops->name);
	rc = sj_params_bind(owner, ops->params, number ? spec : args, law->self, law_alloc, law, err);
	if (rc == SJ_OK && ops->init != NULL)
		rc = ops->init(law->self, err);
	if (rc != SJ_OK) {
		sj_law_free(law);
		return rc;
	}
	law->ready = true;
	*out = law;
	return SJ_OK;
}

void sj_law_free(sj_law *law)
{
	if (law == NULL)
		return;
	if (law->ready && law->ops->fini != NULL)
		law->ops->fini(law->self);
	while (law->strings != NULL) {
		struct string_block *next = law->strings->next;

		free(law->strings);
		law->strings = next;
	}
	free(law);
}

const sj_law_ops *sj_law_kind(const sj_law *law)
{
	return law->ops;
}

double sj_law_draw(const sj_law *law, gsl_rng *rng)
{
	return law->ops->draw(law->self, rng);
}

double sj_law_cdf(const sj_law *law, double x)
{
	return law->ops->cdf(law->self, x);
}

double sj_law_moment(const sj_law *law, int k)
{
	return law->ops->moment(law->self, k);
}

double sj_downey_speedup(double A, double sigma, double n)
{
	double s;

	if (sigma <= 1) {
		if (n <= A)
			s = A * n / (A + sigma * (n - 1) / 2);
		else if (n <= 2 * A - 1)
			s = A * n / (sigma * (A - 0.5) + n * (1 - sigma / 2));
		else
			s = A;
	} else {
		double knee = A + A * sigma - sigma;

		s = n <= knee ? n * A * (sigma + 1) / (sigma * (n + A - 1) + A) : A;
	}
	return fmin(s, A);
}
