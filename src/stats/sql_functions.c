/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sql_functions.c - registers the functions of SQL: the tables and their glue.
 *
 * An aggregate is a row of a table: how many of its arguments are samples, and the
 * function that turns the collected samples into a result (sql_aggregates.c).
 */
#include "stats/sql_functions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/folder.h"
#include "stats/interval.h"
#include "stats/ks.h"
#include "stats/sql_aggregates.h"

/* ---- aggregates ------------------------------------------------------------------ */

static bool push(struct sample *s, double v)
{
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 256 : s->cap * 2;
		double *bigger = realloc(s->v, cap * sizeof(*bigger));

		if (bigger == NULL)
			return false;
		s->v = bigger;
		s->cap = cap;
	}
	s->v[s->n++] = v;
	return true;
}

/* false after telling SQLite: the value is no number. NULL is NAN. */
static bool number(sqlite3_context *cx, const char *name, sqlite3_value *value, double *out)
{
	char text[160];

	switch (sqlite3_value_numeric_type(value)) {
	case SQLITE_INTEGER:
	case SQLITE_FLOAT:
		*out = sqlite3_value_double(value);
		return true;
	case SQLITE_NULL:
		*out = NAN;
		return true;
	default:
		snprintf(text, sizeof(text), "%s(): \"%.40s\" is not a number", name,
			 (const char *)sqlite3_value_text(value));
		sqlite3_result_error(cx, text, -1);
		return false;
	}
}

static bool read_params(sqlite3_context *cx, const struct sql_aggregate *a,
			struct collected *c, int argc, sqlite3_value **argv)
{
	c->params = (unsigned)argc - a->samples;
	if (a->text_param) {
		const unsigned char *text = sqlite3_value_text(argv[a->samples]);

		if (c->text == NULL && text != NULL)
			c->text = sqlite3_mprintf("%s", text);
		return true;
	}
	for (unsigned i = 0; i < c->params; i++)
		if (!number(cx, a->name, argv[a->samples + i], &c->param[i]))
			return false;
	return true;
}

static void step(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	const struct sql_aggregate *a = sqlite3_user_data(cx);
	struct collected *c = sqlite3_aggregate_context(cx, sizeof(*c));
	double v[2] = { NAN, NAN };

	if (c == NULL) {
		sqlite3_result_error_nomem(cx);
		return;
	}
	for (unsigned i = 0; i < a->samples; i++)
		if (!number(cx, a->name, argv[i], &v[i]))
			return;
	if (!read_params(cx, a, c, argc, argv))
		return;
	if (a->paired && (isnan(v[0]) || isnan(v[1])))
		return;
	for (unsigned i = 0; i < a->samples; i++)
		if (!isnan(v[i]) && !push(&c->s[i], v[i]))
			c->no_memory = true;
}

static void final(sqlite3_context *cx)
{
	const struct sql_aggregate *a = sqlite3_user_data(cx);
	struct collected *c = sqlite3_aggregate_context(cx, 0);
	struct collected none = { .params = 0 };

	if (c == NULL)
		c = &none; /* no row: every statistic says what it says of nothing */
	if (c->no_memory)
		sqlite3_result_error_nomem(cx);
	else
		a->finish(cx, c);
	free(c->s[0].v);
	free(c->s[1].v);
	sqlite3_free(c->text);
}

/* ---- scalars ----------------------------------------------------------------------- */

/* All arguments as numbers; false: one is NULL (the result is then NULL) or wrong. */
static bool numbers(sqlite3_context *cx, int argc, sqlite3_value **argv, double *v)
{
	const char *name = sqlite3_user_data(cx);

	for (int i = 0; i < argc; i++)
		if (!number(cx, name, argv[i], &v[i]) || isnan(v[i]))
			return false;
	return true;
}

/* tau as the user gives it is in seconds; `unit` is a second in units of run. */
static void slowdown(sqlite3_context *cx, int argc, sqlite3_value **argv, int procs,
		     double unit)
{
	double v[4], tau = 10, run, width = 1;

	if (!numbers(cx, argc, argv, v))
		return;
	if (procs)
		width = v[2];
	if (argc == 3 + procs)
		tau = v[2 + procs];
	run = fmax(v[1], tau * unit) * width;
	if (run > 0)
		sqlite3_result_double(cx, fmax(1, (v[0] + v[1]) / run));
}

static void sql_bsld(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	slowdown(cx, argc, argv, 0, 1e9);
}

static void sql_bsld_s(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	slowdown(cx, argc, argv, 0, 1);
}

static void sql_pp_bsld(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	slowdown(cx, argc, argv, 1, 1e9);
}

static void sql_pp_bsld_s(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	slowdown(cx, argc, argv, 1, 1);
}

static void sql_ftf_rho(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	double v[2];

	if (numbers(cx, argc, argv, v) && v[1] > 0)
		sqlite3_result_double(cx, v[0] / v[1]);
}

static void sql_t_quantile(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	double v[2];

	if (numbers(cx, argc, argv, v))
		sqlite3_result_double(cx, stat_t_quantile(v[0], v[1]));
}

static void sql_kolmogorov_q(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	double v[1];

	if (numbers(cx, argc, argv, v))
		sqlite3_result_double(cx, stat_kolmogorov_q(v[0]));
}

static void sql_folder(sqlite3_context *cx, int argc, sqlite3_value **argv)
{
	const char *path = (const char *)sqlite3_value_text(argv[0]), *name;
	size_t n;

	(void)argc;
	if (path == NULL)
		return;
	name = path_folder(path, &n);
	sqlite3_result_text(cx, name, (int)n, SQLITE_TRANSIENT);
}

static const struct scalar {
	const char *name;
	int         args, args_max;
	void      (*call)(sqlite3_context *, int, sqlite3_value **);
} scalars[] = {
	{ "bsld", 2, 3, sql_bsld },
	{ "bsld_s", 2, 3, sql_bsld_s },
	{ "pp_bsld", 3, 4, sql_pp_bsld },
	{ "pp_bsld_s", 3, 4, sql_pp_bsld_s },
	{ "ftf_rho", 2, 2, sql_ftf_rho },
	{ "t_quantile", 2, 2, sql_t_quantile },
	{ "kolmogorov_q", 1, 1, sql_kolmogorov_q },
	{ "folder", 1, 1, sql_folder },
};

/* ---- what help and docs print --------------------------------------------------------- */

const struct sql_function_info sql_function_infos[] = {
	{ "median", "(x)", "middle value; mean of the two middle ones" },
	{ "quantile", "(x, q)", "q in 0..1, linear between ranks (type 7, as R and NumPy)" },
	{ "nearest_rank", "(x, q)", "smallest x that at least a share q does not exceed" },
	{ "stddev", "(x)", "standard deviation, n-1 below the fraction" },
	{ "variance", "(x)", "its square" },
	{ "sem", "(x)", "standard error of the mean, stddev/sqrt(n)" },
	{ "cov", "(x)", "coefficient of variation, population deviation / mean" },
	{ "geomean", "(x)", "geometric mean of positive values" },
	{ "max_min_ratio", "(x)", "largest / smallest; NULL when the smallest is 0" },
	{ "jain", "(x)", "Jain's fairness index, 1 = all equal, 1/n = one has all" },
	{ "gini", "(x)", "Gini coefficient, 0 = all equal" },
	{ "ci95", "(x)", "half width of the 95 % t interval of the mean" },
	{ "ci", "(x, level)", "the same at another level, e.g. 0.99" },
	{ "boot_ci", "(x [, level])", "BCa bootstrap interval of the mean, as [low, high]" },
	{ "boot_median_ci", "(x [, level])", "percentile bootstrap interval of the median" },
	{ "t_stat", "(x)", "mean / standard error; of a-b it is the paired t" },
	{ "t_p", "(x)", "two-sided p-value of t_stat" },
	{ "paired_t", "(a, b)", "a-b as {n, mean, sd, t, p, half_width95}" },
	{ "wilcoxon_p", "(d)", "two-sided p-value of the signed-rank test of differences" },
	{ "sign_p", "(d)", "two-sided p-value of the sign test" },
	{ "a12", "(x, y)", "Vargha-Delaney: P(X > Y) + P(X = Y)/2 over all x, all y" },
	{ "cliff_delta", "(x, y)", "P(X > Y) - P(X < Y)" },
	{ "ks_uniform", "(x)", "Kolmogorov-Smirnov distance to the uniform law on 0..1" },
	{ "ks_two", "(x, y)", "Kolmogorov-Smirnov distance of two samples" },
	{ "batch_means", "(x, k)", "means of k equal runs of rows in order, as an array" },
	{ "batch_se", "(x, k)", "standard error of the mean by those batches" },
	{ "frag_rate", "(free, g)", "share of free GPUs on nodes with fewer than g free" },
	{ "frag_expected", "(free, mix)", "mean GPUs lost to a mix '{\"1\":0.5,\"4\":0.5}'" },
	{ "bsld", "(wait, run [, tau])", "bounded slowdown; wait, run in ns, tau in s (10)" },
	{ "bsld_s", "(wait, run [, tau])", "the same, wait and run in seconds" },
	{ "pp_bsld", "(wait, run, procs [, tau])", "per-processor bounded slowdown; ns" },
	{ "pp_bsld_s", "(wait, run, procs [, tau])", "the same, in seconds" },
	{ "ftf_rho", "(shared, alone)", "finish-time fairness T_shared / T_independent" },
	{ "t_quantile", "(p, df)", "Student's t with probability p below" },
	{ "kolmogorov_q", "(x)", "P(sqrt(n) D > x) in the limit" },
	{ "folder", "(path)", "name of the folder that a file is in" },
	{ NULL, NULL, NULL },
};

enum { PURE = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };

static int register_aggregates(sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (const struct sql_aggregate *a = sql_aggregates; a->name != NULL; a++)
		for (unsigned n = a->params_min; n <= a->params_max && rc == SQLITE_OK; n++)
			rc = sqlite3_create_function_v2(db, a->name, (int)(a->samples + n),
							PURE, (void *)(uintptr_t)a, NULL,
							step, final, NULL);
	return rc;
}

int sql_functions_register(sqlite3 *db, sj_error *err)
{
	int rc = register_aggregates(db);

	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		for (int n = scalars[i].args; n <= scalars[i].args_max && rc == SQLITE_OK; n++)
			rc = sqlite3_create_function_v2(db, scalars[i].name, n, PURE,
							(void *)(uintptr_t)scalars[i].name,
							scalars[i].call, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return sj_fail(err, SJ_ENOMEM, "functions of SQL: %s", sqlite3_errmsg(db));
	return SJ_OK;
}
