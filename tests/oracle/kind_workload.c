/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_workload.c - laws, arrival processes and the Lublin-Feitelson model: what
 * `gen` draws against exact moments, distribution functions and probabilities.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draws.h"
#include "harness/product.h"
#include "kinds.h"
#include "laws.h"

enum { DRAWS = 100000, POINTS_MAX = 16 };

/* "avg(COLUMN <= x)" for each point. */
static size_t cdf_columns(struct text *t, const char *column, const json_t *points)
{
	const json_t *x;
	size_t i;

	json_array_foreach(points, i, x)
		text_add(t, ", avg(%s <= %.12g)", column, json_number_value(x));
	return json_array_size(points);
}

static size_t numbers_of(const json_t *row, size_t from, double *to)
{
	size_t n = 0;

	for (; from < json_array_size(row) && n < POINTS_MAX; from++)
		to[n++] = json_number_value(json_array_get(row, from));
	return n;
}

/* Points as "1,2.5,10" for --at. */
static const char *points(const json_t *list)
{
	struct text t = { 0 };
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		text_add(&t, "%s%.12g", i > 0 ? "," : "", json_number_value(v));
	return text_string(&t);
}

/* `gen --law`: what the program says of a law, exactly. NULL after a report. */
static const json_t *law_facts(struct check *k, const char *law, const char *at)
{
	struct args a = { 0 };

	args_add(&a, "gen");
	args_add(&a, "--law=%s", law);
	if (at != NULL)
		args_add(&a, "--at=%s", at);
	return product_json(k->r, &a);
}

/* Moments and distribution function as the program states them: all printed digits. */
static void compare_law(struct check *k, const char *law, const json_t *x)
{
	static const char *const keys[] = { "mean", "variance", "scv" };
	const json_t *facts = law_facts(k, law, points(x)), *point;
	struct check digits = *k;
	double got[POINTS_MAX];
	size_t n = 0, i;

	digits.rel = 1e-8;
	json_array_foreach(json_object_get(facts, "points"), i, point)
		if (n < POINTS_MAX)
			got[n++] = json_number_value(json_object_get(point, "cdf"));
	for (size_t j = 0; facts != NULL && j < 3; j++)
		expect_number(&digits, keys[j],
			      json_number_value(json_object_get(facts, keys[j])));
	if (facts != NULL)
		expect_numbers(&digits, "cdf", got, n);
}

/* What is drawn first, then what is stated: the expected values are the same. */
void show_distribution(struct check *k)
{
	const char *law = law_of_parameters(input_string(k, "law"),
					    json_object_get(k->inputs, "parameters"));
	const json_t *x = input_array(k, "x"), *row;
	double scv = json_number_value(json_object_get(k->expected, "scv"));
	double variance = json_number_value(json_object_get(k->expected, "variance"));
	struct text sql = { 0 };
	double got[POINTS_MAX];
	struct check drawn = *k;
	const char *db;

	if (k->r->failures > 0)
		return;
	drawn.left = json_deep_copy(k->left);
	db = draws_make(k, format("poisson:n=%d,rate=1,service=(%s)", DRAWS, law));
	if (db == NULL)
		return;
	text_add(&sql, "avg(run)");
	cdf_columns(&sql, "run", x);
	text_add(&sql, " FROM drawn");
	row = draws_ask(k, db, sql.s);
	expect_cdf(&drawn, "cdf", got, numbers_of(row, 1, got), DRAWS);
	if (scv < 4) /* heavy tails: the distribution function only */
		expect_within(&drawn, "mean", json_number_value(json_array_get(row, 0)),
			      sqrt(variance / DRAWS), 4);
	compare_law(k, law, x);
}

void show_hyper_erlang(struct check *k)
{
	const json_t *facts = law_facts(
		k, format("hyper_erlang:p=%.12g,lambda1=%.12g,lambda2=%.12g,order=%lld",
			  input_number(k, "p"), input_number(k, "lambda1"),
			  input_number(k, "lambda2"), (long long)input_integer(k, "order")),
		NULL);
	double got[POINTS_MAX];

	if (facts != NULL)
		expect_numbers(k, "moments_1_2_3", got,
			       numbers_of(json_object_get(facts, "moments"), 0, got));
}

void show_downey_speedup(struct check *k)
{
	struct args a = { 0 };
	double got[POINTS_MAX];
	const json_t *doc;

	args_add(&a, "gen");
	args_add(&a, "--downey=A=%.12g,sigma=%.12g", input_number(k, "A"),
		 input_number(k, "sigma"));
	args_add(&a, "--at=%s", points(input_array(k, "n")));
	doc = k->r->failures == 0 ? product_json(k->r, &a) : NULL;
	if (doc != NULL)
		expect_numbers(k, "speedup", got,
			       numbers_of(json_object_get(doc, "speedup"), 0, got));
}

void show_zipf(struct check *k)
{
	int64_t n = input_integer(k, "n");
	const int64_t at[5] = { 1, 2, 4, 8, n };
	const json_t *p = json_object_get(k->expected, "P_1_2_4_8_n"), *row;
	double got[5], probability[5];
	struct text sql = { 0 };
	const char *db;

	if (k->r->failures > 0)
		return;
	db = draws_make(k, format("poisson:n=%d,procs=%lld,rate=1,width=(zipf:n=%lld,"
				  "theta=%.12g)", DRAWS, (long long)n, (long long)n,
				  input_number(k, "theta")));
	if (db == NULL)
		return;
	text_add(&sql, "avg(procs), sem(procs)");
	for (size_t i = 0; i < 5; i++)
		text_add(&sql, ", sum(procs = %lld)", (long long)at[i]);
	text_add(&sql, " FROM drawn");
	row = draws_ask(k, db, sql.s);
	if (numbers_of(row, 2, got) != 5)
		return;
	for (size_t i = 0; i < 5; i++)
		probability[i] = json_number_value(json_array_get(p, i));
	report_chi_square(k, "P_1_2_4_8_n", got, probability, 5, DRAWS);
	expected_take(k, "P_1_2_4_8_n");
	expect_within(k, "mean", json_number_value(json_array_get(row, 0)),
		      json_number_value(json_array_get(row, 1)), 4);
}

/* Counts in consecutive windows of one long stream, empty ones included. */
void show_poisson_counts(struct check *k)
{
	enum { WINDOWS = 10000, ONE_PERCENT_Z = 2576 };
	double rate = input_number(k, "rate"), window = input_number(k, "window");
	double mean = rate * window, z = ONE_PERCENT_Z / 1000.0, got[POINTS_MAX];
	double p = json_number_value(json_object_get(k->expected, "P_at_mean_floor"));
	double p0 = json_number_value(json_object_get(k->expected, "P_0"));
	const char *db;

	if (k->r->failures > 0)
		return;
	db = draws_make(k, format("poisson:n=%.0f,rate=%.12g", mean * WINDOWS * 1.1, rate));
	if (db == NULL)
		return;
	if (numbers_of(draws_ask(k, db, format(
		"avg(n), variance(n), avg(n = %.0f), avg(n = 0) FROM (WITH RECURSIVE "
		"i(w) AS (SELECT 0 UNION ALL SELECT w + 1 FROM i WHERE w < %d) "
		"SELECT coalesce(c.n, 0) AS n FROM i LEFT JOIN (SELECT "
		"CAST(submit / %.12g AS INTEGER) AS w, count(*) AS n FROM drawn GROUP BY 1) c "
		"ON c.w = i.w)", floor(mean), WINDOWS - 1, window)), 0, got) != 4)
		return;
	expect_within(k, "mean", got[0], sqrt(mean / WINDOWS), z);
	expect_within(k, "variance", got[1], sqrt((mean + 2 * mean * mean) / WINDOWS), z);
	expect_within(k, "P_at_mean_floor", got[2], sqrt(p * (1 - p) / WINDOWS), z);
	expect_within(k, "P_0", got[3], sqrt(p0 / WINDOWS), z);
	expect_within(k, "index_of_dispersion", got[1] / got[0],
		      sqrt((1 / mean + 2) / WINDOWS), z);
}

/* Whole periods only; four standard deviations of a Poisson count. */
void show_diurnal_nhpp(struct check *k)
{
	double base = input_number(k, "base"), period = input_number(k, "period");
	double periods = ceil(400000 / (base * period)), got[POINTS_MAX], sum = 0;
	const json_t *per_quarter = json_object_get(k->expected, "expected_per_quarter");
	const char *db;

	if (k->r->failures > 0)
		return;
	db = draws_make(k, format("poisson:n=%.0f,rate=%.12g,amplitude=%.12g,period=%.12gs",
				  base * period * (periods + 1), base,
				  input_number(k, "amplitude"), period));
	if (db == NULL)
		return;
	if (numbers_of(draws_ask(k, db, format(
		"sum(q = 0), sum(q = 1), sum(q = 2), sum(q = 3) FROM (SELECT (submit_ns %% "
		"%.0f) * 4 / %.0f AS q FROM drawn WHERE submit < %.12g)", period * 1e9,
		period * 1e9, period * periods)), 0, got) != 4)
		return;
	for (size_t i = 0; i < 4; i++) {
		double want = periods * json_number_value(json_array_get(per_quarter, i));

		sum += got[i];
		report_number(k->r, format("arrivals in quarter %zu", i + 1), got[i], want,
			      0, 4 * sqrt(want));
	}
	expected_take(k, "expected_per_quarter");
	expect_within(k, "expected_per_period", sum / periods,
		      sqrt(base * period / periods), 4);
}

/* ---- Lublin and Feitelson ------------------------------------------------------- */

/* Distribution of run times among jobs of one width. */
static void compare_runtimes(struct check *k, const char *db, const char *nodes)
{
	static const double at[5] = { 10, 60, 600, 3600, 36000 };
	const char *path = format("runtime_by_nodes/%s/cdf_of_floored_runtime", nodes);
	struct text sql = { 0 };
	double got[POINTS_MAX];

	text_add(&sql, "count(*)");
	for (int i = 0; i < 5; i++)
		text_add(&sql, ", avg(run <= %g)", at[i]);
	text_add(&sql, " FROM drawn WHERE procs = %s", nodes);
	if (numbers_of(draws_ask(k, db, sql.s), 0, got) == 6)
		expect_cdf(k, path, got + 1, 5, got[0]);
}

static void compare_nodes(struct check *k, const char *db, double n)
{
	const json_t *p = json_object_get(k->expected, "P_nodes");
	double got[64], probability[64];
	const char *nodes;
	size_t cells = 0;
	json_t *v;

	json_object_foreach((json_t *)p, nodes, v) {
		if (cells == 64)
			break;
		probability[cells] = json_number_value(v);
		got[cells++] = draws_number(
			k, db, format("count(*) FROM drawn WHERE procs = %s", nodes));
	}
	report_chi_square(k, "P_nodes", got, probability, cells, n);
	expected_take(k, "P_nodes");
}

void show_lublin_feitelson(struct check *k)
{
	enum { JOBS = 200000 };
	const json_t *by_nodes = json_object_get(k->expected, "runtime_by_nodes");
	double uhi = json_number_value(json_object_get(
		json_object_get(k->inputs, "parameters"), "uhi")), got[POINTS_MAX];
	const char *spec = law_of_parameters("lublin", json_object_get(k->inputs,
								       "parameters"));
	const char *nodes, *db;
	json_t *v;

	db = draws_make(k, format("%s,n=%d,procs=%.0f", spec, JOBS, exp2(uhi)));
	if (db == NULL)
		return;
	compare_nodes(k, db, JOBS);
	json_object_foreach((json_t *)by_nodes, nodes, v)
		compare_runtimes(k, db, nodes);
	if (numbers_of(draws_ask(k, db, "avg(procs), sem(procs), avg(run), sem(run), "
				 "sum((procs & (procs - 1)) = 0) * 1.0 / count(*) FROM drawn"),
		       0, got) != 5)
		return;
	expect_within(k, "mean_nodes", got[0], got[1], 4);
	expect_within(k, "mean_runtime_all_jobs", got[2], got[3], 4);
	expect_within(k, "P_power_of_two_or_serial", got[4],
		      sqrt(got[4] * (1 - got[4]) / JOBS), 4);
}
