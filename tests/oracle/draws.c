/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draws.c - what a generator draws, as stored jobs. */
#include "draws.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "harness/product.h"

enum { MANY = 2000000000 }; /* processors: nobody waits */

const char *draws_make(struct check *k, const char *spec)
{
	const char *db = format("%s/drawn.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };

	args_add(&a, "run");
	args_add(&a, "-wgen:%s", spec);
	args_add(&a, "-cprocs=%d", MANY);
	args_add(&a, "-pfifo");
	args_add(&a, "--seed=%llu", (unsigned long long)k->seed);
	args_add(&a, "-o%s", db);
	return product_run(k->r, &a, &said) ? db : NULL;
}

const json_t *draws_ask(struct check *k, const char *db, const char *select)
{
	const json_t *rows = product_query(
		k->r, db, format("WITH drawn AS (SELECT submit_ns / 1e9 AS submit, run_ns / 1e9 "
				 "AS run, procs, submit_ns FROM job) SELECT %s", select));

	return json_array_get(rows, 0);
}

double draws_number(struct check *k, const char *db, const char *select)
{
	const json_t *v = json_array_get(draws_ask(k, db, select), 0);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

void expect_within(struct check *k, const char *path, double got, double standard_error,
		   double z)
{
	const json_t *v = expected_take(k, path);

	if (v != NULL)
		report_number(k->r, path, got, json_number_value(v), 0, z * standard_error);
}

void expect_cdf(struct check *k, const char *path, const double *got, size_t count,
		double n)
{
	const json_t *v = expected_take(k, path);
	double distance = 0;

	if (v == NULL)
		return;
	if (json_array_size(v) != count) {
		report_fail(k->r, "%s has %zu values", path, json_array_size(v));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		double d = fabs(got[i] - json_number_value(json_array_get(v, i)));

		distance = d > distance || isnan(d) ? d : distance;
	}
	k->r->checked++;
	if (!(sqrt(n) * distance < 1.63))
		report_fail(k->r, "%s got sqrt(n) D = %.4g of %.0f draws, expected below 1.63",
			    path, sqrt(n) * distance, n);
}

void report_chi_square(struct check *k, const char *what, const double *got,
		       const double *probability, size_t cells, double n)
{
	double sum = 0, rest = n, rest_p = 1, limit;
	unsigned used = 0;

	for (size_t i = 0; i <= cells; i++) {
		double o = i < cells ? got[i] : rest;
		double e = n * (i < cells ? probability[i] : rest_p);

		if (e < 5)
			continue;
		sum += (o - e) * (o - e) / e;
		used++;
		if (i < cells) {
			rest -= o;
			rest_p -= probability[i];
		}
	}
	limit = gsl_cdf_chisq_Pinv(0.99, used > 1 ? used - 1 : 1);
	k->r->checked++;
	if (!(sum < limit))
		report_fail(k->r, "%s got chi-square %.4g over %u cells, expected below %.4g",
			    what, sum, used, limit);
}
