/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.c - see laws.h: a law's exact moments and distribution against its draws. */
#include "trace/laws.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/json_out.h"
#include "cli/number_text.h"
#include "sojourn/law.h"
#include "stats/describe.h"
#include "stats/ks.h"

#define POINTS_MAX 256

static json_t *json_number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* "1,5,10" to numbers. Returns how many, or -1 having said why. */
static int parse_points(const char *text, double *x)
{
	int n = 0;

	while (text != NULL && *text != '\0') {
		char *end;

		if (n == POINTS_MAX) {
			say_usage("gen: --at: more than %d points", POINTS_MAX);
			return -1;
		}
		x[n++] = strtod(text, &end);
		if (end == text || (*end != ',' && *end != '\0')) {
			say_usage("gen: --at: \"%s\" is not a list of numbers such as 1,5,10",
				  text);
			return -1;
		}
		text = end + (*end == ',');
	}
	return n;
}

/* ---- draws ------------------------------------------------------------------------- */

struct draws {
	double *value;  /* as drawn */
	double *sorted;
	size_t  n;
	double  ks;     /* of a continuous law; NAN otherwise */
};

static void draws_fini(struct draws *d)
{
	free(d->value);
	free(d->sorted);
}

static int draw(const sj_law *law, uint64_t n, uint64_t seed, struct draws *d,
		sj_error *err)
{
	gsl_rng *rng = sj_rng_create(seed, "workload.service", 0);
	double *u;

	*d = (struct draws){ .n = n, .ks = NAN };
	d->value = calloc(n + 1, sizeof(double));
	d->sorted = calloc(n + 1, sizeof(double));
	u = calloc(n + 1, sizeof(double));
	if (rng == NULL || d->value == NULL || d->sorted == NULL || u == NULL) {
		gsl_rng_free(rng);
		free(u);
		return sj_fail(err, SJ_ENOMEM, "no memory for %" PRIu64 " draws", n);
	}
	for (size_t i = 0; i < n; i++)
		d->sorted[i] = d->value[i] = sj_law_draw(law, rng);
	stat_sort(d->sorted, n);
	/* F(X) is uniform when F is continuous. */
	for (size_t i = 0; i < n; i++)
		u[i] = sj_law_cdf(law, d->sorted[i]);
	if (!sj_law_kind(law)->discrete && n > 0)
		d->ks = stat_ks_uniform_sorted(u, n);
	gsl_rng_free(rng);
	free(u);
	return SJ_OK;
}

static double share_upto(const struct draws *d, double x)
{
	return stat_share_upto_sorted(d->sorted, d->n, x);
}

/* ---- JSON ------------------------------------------------------------------------------ */

static json_t *json_points(const sj_law *law, const double *x, int points,
			   const struct draws *d)
{
	json_t *list = json_array();

	for (int i = 0; i < points; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "x", json_number(x[i]));
		json_object_set_new(o, "cdf", json_number(sj_law_cdf(law, x[i])));
		if (sj_law_kind(law)->discrete)
			json_object_set_new(o, "pmf", json_number(sj_law_cdf(law, x[i]) -
					    sj_law_cdf(law, nextafter(x[i], -INFINITY))));
		if (d->n > 0)
			json_object_set_new(o, "sample", json_number(share_upto(d, x[i])));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_draws(const struct law_request *r, const struct draws *d)
{
	json_t *o = json_object(), *values;

	json_object_set_new(o, "n", json_integer((json_int_t)d->n));
	json_object_set_new(o, "seed", json_integer((json_int_t)r->seed));
	json_object_set_new(o, "mean", json_number(stat_mean(d->value, d->n)));
	json_object_set_new(o, "variance", json_number(stat_variance(d->value, d->n)));
	json_object_set_new(o, "ks", json_number(d->ks));
	json_object_set_new(o, "sqrt_n_ks", json_number(sqrt((double)d->n) * d->ks));
	if (!r->values)
		return o;
	values = json_array();
	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(values, json_real(d->value[i]));
	json_object_set_new(o, "values", values);
	return o;
}

static int law_json(const struct law_request *r, const sj_law *law, const double *x,
		    int points, const struct draws *d, sj_error *err)
{
	double m1 = sj_law_moment(law, 1), m2 = sj_law_moment(law, 2);
	json_t *o = json_object(), *moments = json_array();

	for (int k = 1; k <= 3; k++)
		json_array_append_new(moments, json_number(sj_law_moment(law, k)));
	json_object_set_new(o, "schema", json_string("sojourn.law/1"));
	json_object_set_new(o, "law", json_string(r->spec));
	json_object_set_new(o, "discrete", json_boolean(sj_law_kind(law)->discrete));
	json_object_set_new(o, "mean", json_number(m1));
	json_object_set_new(o, "variance", json_number(m2 - m1 * m1));
	json_object_set_new(o, "scv", json_number((m2 - m1 * m1) / (m1 * m1)));
	json_object_set_new(o, "moments", moments);
	json_object_set_new(o, "points", json_points(law, x, points, d));
	if (d->n > 0)
		json_object_set_new(o, "draws", json_draws(r, d));
	return json_out(o, JSON_INDENT(1), err);
}

/* ---- text -------------------------------------------------------------------------------- */

static void text_line(const char *what, double v)
{
	char b[NUMBER_TEXT_MAX];

	number_exact(v, b);
	printf("%-12s %s\n", what, b);
}

static void law_text(const sj_law *law, const double *x, int points, const struct draws *d)
{
	double m1 = sj_law_moment(law, 1), m2 = sj_law_moment(law, 2);

	printf("%s: %s\n", sj_law_kind(law)->name, sj_law_kind(law)->summary);
	text_line("mean", m1);
	text_line("variance", m2 - m1 * m1);
	text_line("scv", (m2 - m1 * m1) / (m1 * m1));
	for (int i = 0; i < points; i++) {
		char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

		number_exact(x[i], a);
		number_exact(sj_law_cdf(law, x[i]), b);
		printf("P(X <= %s) = %s", a, b);
		if (d->n > 0)
			printf(", drawn %.6g", share_upto(d, x[i]));
		putchar('\n');
	}
	if (d->n == 0)
		return;
	text_line("drawn mean", stat_mean(d->value, d->n));
	text_line("variance", stat_variance(d->value, d->n));
	if (isfinite(d->ks))
		printf("%-12s %.6g (sqrt(n) D; 1.63 is the 1 %% level)\n", "KS",
		       sqrt((double)d->n) * d->ks);
}

static void print_values(const struct draws *d)
{
	char b[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < d->n; i++) {
		number_exact(d->value[i], b);
		puts(b);
	}
}

int laws_show(const struct law_request *r)
{
	double x[POINTS_MAX];
	int points = parse_points(r->at, x), rc;
	struct draws d = { 0 };
	sj_law *law = NULL;
	sj_error err = { 0 };

	if (points < 0)
		return 2;
	rc = sj_law_create("gen", r->spec, &law, &err);
	if (rc == SJ_OK)
		rc = draw(law, r->n, r->seed, &d, &err);
	if (rc == SJ_OK && r->json)
		rc = law_json(r, law, x, points, &d, &err);
	else if (rc == SJ_OK && r->values)
		print_values(&d);
	else if (rc == SJ_OK)
		law_text(law, x, points, &d);
	draws_fini(&d);
	sj_law_free(law);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

/* ---- Downey -------------------------------------------------------------------------------- */

struct downey {
	double A, sigma;
};

static const sj_param downey_params[] = {
	{ .name = "A", .type = SJ_P_DOUBLE, .offset = offsetof(struct downey, A), .min = 1,
	  .max = 1e12, .help = "Average parallelism." },
	{ .name = "sigma", .type = SJ_P_DOUBLE, .offset = offsetof(struct downey, sigma),
	  .def = "0", .min = 0, .max = 1e6, .help = "Coefficient of variation of it." },
	{ .name = NULL },
};

static void *no_strings(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size); /* the table has no strings */
}

int laws_downey(const char *spec, const char *at, bool json)
{
	struct downey d;
	sj_error err = { 0 };
	double x[POINTS_MAX];
	int points = parse_points(at, x);
	int rc = sj_params_bind("gen --downey", downey_params, spec, &d, no_strings, NULL,
				&err);
	json_t *o, *list;

	if (points < 0)
		return 2;
	if (rc != SJ_OK)
		return say_error(rc, &err);
	if (!json) {
		for (int i = 0; i < points; i++)
			printf("%g %.12g\n", x[i], sj_downey_speedup(d.A, d.sigma, x[i]));
		return 0;
	}
	o = json_object();
	list = json_array();
	for (int i = 0; i < points; i++)
		json_array_append_new(list, json_real(sj_downey_speedup(d.A, d.sigma, x[i])));
	json_object_set_new(o, "schema", json_string("sojourn.downey/1"));
	json_object_set_new(o, "speedup", list);
	rc = json_out(o, JSON_INDENT(1), &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
