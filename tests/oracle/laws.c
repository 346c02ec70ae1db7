/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.c - the bank's probability laws in the program's notation. */
#include "laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/text.h"

/* Positional parameters of the bank; NULL: has no counterpart (implied). */
static const struct {
	const char *bank, *name;
	const char *param[5];
} laws[] = {
	{ "exp", "exp", { "mean" } },
	{ "det", "det", { "value" } },
	{ "erlang", "erlang", { "k", "mean" } },
	{ "h2", "h2", { "p1", "m1", NULL, "m2" } },
	{ "gamma", "gamma", { "shape", "scale" } },
	{ "lognormal", "lognormal", { "mu", "sigma" } },
	{ "weibull", "weibull", { "shape", "scale" } },
	{ "uniform", "uniform", { "low", "high" } },
	{ "two_point", "two_point", { "v1", "p1", "v2", NULL } },
	{ "pareto_b", "bounded_pareto", { "alpha", "low", "high" } },
};

static const char *spec(const char *name, const double *v, size_t n)
{
	struct text t = { 0 };

	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		if (strcmp(laws[i].bank, name) != 0)
			continue;
		text_add(&t, "%s", laws[i].name);
		for (size_t p = 0, given = 0; p < n && p < 5; p++)
			if (laws[i].param[p] != NULL)
				text_add(&t, "%c%s=%.12g", given++ > 0 ? ',' : ':',
					 laws[i].param[p], v[p]);
		return t.s;
	}
	return NULL;
}

/* "name(1,2)" or "name(key=1)". */
static const char *spec_of_text(const char *text)
{
	size_t length = strcspn(text, "(");
	const char *name = format("%.*s", (int)length, text);
	double v[5];
	size_t n = 0;

	for (const char *at = text + length; *at == '(' || *at == ','; ) {
		const char *equals = strchr(++at, '=');
		char *end;

		if (equals != NULL && equals < at + strcspn(at, ",)"))
			at = equals + 1;
		if (n == 5)
			return NULL;
		v[n++] = strtod(at, &end);
		at = end;
	}
	return spec(name, v, n);
}

const char *law_of(const json_t *service)
{
	double v[5];
	size_t n = 0;

	if (json_is_string(service))
		return spec_of_text(json_string_value(service));
	for (; n < 5 && n + 1 < json_array_size(service); n++)
		v[n] = json_number_value(json_array_get(service, n + 1));
	if (!json_is_string(json_array_get(service, 0)))
		return NULL;
	return spec(json_string_value(json_array_get(service, 0)), v, n);
}

const char *law_of_arrivals(const char *name)
{
	static const char h2[] = "h2_balanced_scv", erlang[] = "erlang";

	if (strcmp(name, "exp") == 0 || strcmp(name, "poisson") == 0)
		return "exp:mean=1";
	if (strcmp(name, "det") == 0)
		return "det:value=1";
	if (strcmp(name, "uniform") == 0)
		return "uniform:low=0,high=2";
	if (strncmp(name, h2, strlen(h2)) == 0)
		return format("hyperexponential_balanced:mean=1,scv=%s", name + strlen(h2));
	if (strncmp(name, erlang, strlen(erlang)) == 0)
		return format("erlang:k=%s,mean=1", name + strlen(erlang));
	return NULL;
}

const char *law_of_moments(double mean, double second)
{
	double variance = second - mean * mean;

	if (variance <= 1e-12 * second)
		return format("det:value=%.12g", mean);
	if (fabs(variance - mean * mean) <= 1e-12 * second)
		return format("exp:mean=%.12g", mean);
	return format("gamma:shape=%.12g,scale=%.12g", mean * mean / variance,
		      variance / mean);
}

const char *law_of_parameters(const char *name, const json_t *parameters)
{
	struct text t = { 0 };
	const char *key;
	json_t *v;

	text_add(&t, "%s", name);
	json_object_foreach((json_t *)parameters, key, v) {
		/* What follows from mean and scv is not given again. */
		if (strcmp(name, "hyperexponential_balanced") == 0 &&
		    strcmp(key, "mean") != 0 && strcmp(key, "scv") != 0)
			continue;
		text_add(&t, "%c%s=%.12g", strchr(t.s, ':') != NULL ? ',' : ':', key,
			 json_number_value(v));
	}
	return t.s;
}
