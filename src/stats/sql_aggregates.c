/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sql_aggregates.c - from collected samples to results, one small function each. */
#include "stats/sql_aggregates.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sojourn/rng.h"
#include "stats/bootstrap.h"
#include "stats/describe.h"
#include "stats/effect.h"
#include "stats/fragmentation.h"
#include "stats/interval.h"
#include "stats/ks.h"

/* ---- describing --------------------------------------------------------------------- */

/* A NaN becomes NULL in SQLite: undefined. */
#define PLAIN(name, call)                                                \
	static void name(sqlite3_context *cx, struct collected *c)       \
	{                                                                \
		sqlite3_result_double(cx, call(c->s[0].v, c->s[0].n));   \
	}
PLAIN(do_stddev, stat_sd)
PLAIN(do_variance, stat_variance)
PLAIN(do_sem, stat_sem)
PLAIN(do_cov, stat_cov)
PLAIN(do_geomean, stat_geometric_mean)
PLAIN(do_max_min_ratio, stat_max_min_ratio)
PLAIN(do_jain, stat_jain)
PLAIN(do_t_stat, stat_t_statistic)
PLAIN(do_wilcoxon, stat_wilcoxon)
#undef PLAIN

static void do_gini(sqlite3_context *cx, struct collected *c)
{
	stat_sort(c->s[0].v, c->s[0].n);
	sqlite3_result_double(cx, stat_gini_sorted(c->s[0].v, c->s[0].n));
}

static void do_median(sqlite3_context *cx, struct collected *c)
{
	stat_sort(c->s[0].v, c->s[0].n);
	sqlite3_result_double(cx, stat_quantile_sorted(c->s[0].v, c->s[0].n, 0.5));
}

/* Tells SQLite when q is no share; a NULL q gives NULL. */
static bool share(sqlite3_context *cx, const struct collected *c, const char *what)
{
	char text[96];

	if (c->params == 0 || isnan(c->param[0]))
		return false;
	if (c->param[0] >= 0 && c->param[0] <= 1)
		return true;
	snprintf(text, sizeof(text), "%s must lie in 0..1, not %g", what, c->param[0]);
	sqlite3_result_error(cx, text, -1);
	return false;
}

static void do_quantile(sqlite3_context *cx, struct collected *c)
{
	if (!share(cx, c, "quantile(x, q): q"))
		return;
	stat_sort(c->s[0].v, c->s[0].n);
	sqlite3_result_double(cx, stat_quantile_sorted(c->s[0].v, c->s[0].n, c->param[0]));
}

static void do_nearest_rank(sqlite3_context *cx, struct collected *c)
{
	if (!share(cx, c, "nearest_rank(x, q): q"))
		return;
	stat_sort(c->s[0].v, c->s[0].n);
	sqlite3_result_double(cx, stat_nearest_rank_sorted(c->s[0].v, c->s[0].n,
							   c->param[0]));
}

/* ---- intervals and tests --------------------------------------------------------------- */

static void do_ci95(sqlite3_context *cx, struct collected *c)
{
	sqlite3_result_double(cx, stat_t_half_width(c->s[0].v, c->s[0].n, 0.95));
}

static void do_ci(sqlite3_context *cx, struct collected *c)
{
	if (share(cx, c, "ci(x, level): level"))
		sqlite3_result_double(cx, stat_t_half_width(c->s[0].v, c->s[0].n,
							    c->param[0]));
}

static void do_t_p(sqlite3_context *cx, struct collected *c)
{
	double t = stat_t_statistic(c->s[0].v, c->s[0].n);

	sqlite3_result_double(cx, stat_t_p_value(t, (double)c->s[0].n - 1));
}

static void do_sign_p(sqlite3_context *cx, struct collected *c)
{
	sqlite3_result_double(cx, stat_sign_test(stat_count_signs(c->s[0].v, c->s[0].n)));
}

static json_t *real_or_null(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* Takes over `j`; NULL means that memory ran out on the way. */
static void result_json(sqlite3_context *cx, json_t *j)
{
	char *text = j == NULL ? NULL : json_dumps(j, JSON_COMPACT | JSON_PRESERVE_ORDER);

	if (text == NULL)
		sqlite3_result_error_nomem(cx);
	else
		sqlite3_result_text(cx, text, -1, SQLITE_TRANSIENT);
	free(text);
	json_decref(j);
}

static void do_paired_t(sqlite3_context *cx, struct collected *c)
{
	size_t n = c->s[0].n;
	double *d = c->s[0].v, t;

	for (size_t i = 0; i < n; i++)
		d[i] -= c->s[1].v[i];
	t = stat_t_statistic(d, n);
	result_json(cx, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "n", (json_int_t)n,
				  "mean", real_or_null(stat_mean(d, n)),
				  "sd", real_or_null(stat_sd(d, n)),
				  "t", real_or_null(t),
				  "p", real_or_null(stat_t_p_value(t, (double)n - 1)),
				  "half_width95",
				  real_or_null(stat_t_half_width(d, n, 0.95))));
}

typedef int bootstrap_fn(const double *x, size_t n, double level, size_t resamples,
			 gsl_rng *rng, struct stat_interval *out);

static void bootstrap(sqlite3_context *cx, struct collected *c, const char *level_name,
		      bootstrap_fn *resample)
{
	struct stat_interval i;
	double level = 0.95;
	gsl_rng *rng;
	int rc;

	if (c->params > 0) {
		if (!share(cx, c, level_name))
			return;
		level = c->param[0];
	}
	rng = sj_rng_create(1, "stats.boot_ci", 0); /* same rows, same interval */
	rc = rng == NULL ? SJ_ENOMEM : resample(c->s[0].v, c->s[0].n, level, 2000, rng, &i);
	gsl_rng_free(rng);
	if (rc != SJ_OK)
		sqlite3_result_error_nomem(cx);
	else if (!isnan(i.low))
		result_json(cx, json_pack("[f, f]", i.low, i.high));
}

static void do_boot_ci(sqlite3_context *cx, struct collected *c)
{
	bootstrap(cx, c, "boot_ci(x, level): level", stat_bootstrap_mean);
}

static void do_boot_median_ci(sqlite3_context *cx, struct collected *c)
{
	bootstrap(cx, c, "boot_median_ci(x, level): level", stat_bootstrap_median);
}

static double a12(struct collected *c)
{
	stat_sort(c->s[0].v, c->s[0].n);
	stat_sort(c->s[1].v, c->s[1].n);
	return stat_a12_sorted(c->s[0].v, c->s[0].n, c->s[1].v, c->s[1].n);
}

static void do_a12(sqlite3_context *cx, struct collected *c)
{
	sqlite3_result_double(cx, a12(c));
}

static void do_cliff_delta(sqlite3_context *cx, struct collected *c)
{
	sqlite3_result_double(cx, 2 * a12(c) - 1);
}

/* ---- distances, batches, fragments --------------------------------------------------------- */

static void do_ks_uniform(sqlite3_context *cx, struct collected *c)
{
	stat_sort(c->s[0].v, c->s[0].n);
	sqlite3_result_double(cx, stat_ks_uniform_sorted(c->s[0].v, c->s[0].n));
}

static void do_ks_two(sqlite3_context *cx, struct collected *c)
{
	stat_sort(c->s[0].v, c->s[0].n);
	stat_sort(c->s[1].v, c->s[1].n);
	sqlite3_result_double(cx, stat_ks_two_sorted(c->s[0].v, c->s[0].n,
						     c->s[1].v, c->s[1].n));
}

/* The batch means, for the caller to free; NULL after a result was set. */
static double *batches(sqlite3_context *cx, struct collected *c, size_t *count)
{
	double k = c->params > 0 ? c->param[0] : NAN, *means;

	if (c->s[0].n == 0 || isnan(k))
		return NULL; /* of nothing: NULL */
	if (k < 1 || k > (double)c->s[0].n || k != floor(k)) {
		char text[96];

		snprintf(text, sizeof(text), "k must be a whole number in 1..%zu (rows), not %g",
			 c->s[0].n, k);
		sqlite3_result_error(cx, text, -1);
		return NULL;
	}
	*count = (size_t)k;
	means = malloc(*count * sizeof(*means));
	if (means == NULL)
		sqlite3_result_error_nomem(cx);
	else
		stat_batch_means(c->s[0].v, c->s[0].n, *count, means);
	return means;
}

static void do_batch_means(sqlite3_context *cx, struct collected *c)
{
	size_t k = 0;
	double *means = batches(cx, c, &k);
	json_t *array;

	if (means == NULL)
		return;
	array = json_array();
	for (size_t i = 0; i < k; i++)
		json_array_append_new(array, json_real(means[i]));
	result_json(cx, array);
	free(means);
}

static void do_batch_se(sqlite3_context *cx, struct collected *c)
{
	size_t k = 0;
	double *means = batches(cx, c, &k);

	if (means != NULL)
		sqlite3_result_double(cx, stat_sem(means, k));
	free(means);
}

static void do_frag_rate(sqlite3_context *cx, struct collected *c)
{
	if (c->params > 0 && !isnan(c->param[0]))
		sqlite3_result_double(cx, stat_fragmentation_rate(c->s[0].v, c->s[0].n,
								  c->param[0]));
}

static void do_frag_expected(sqlite3_context *cx, struct collected *c)
{
	json_t *mix = c->text == NULL ? NULL : json_loads(c->text, 0, NULL), *value;
	const char *key;
	double sum = 0;

	if (!json_is_object(mix)) {
		if (c->text != NULL)
			sqlite3_result_error(cx, "frag_expected(free, mix): mix must be a "
					     "JSON object like {\"1\":0.5,\"4\":0.5}", -1);
		json_decref(mix);
		return;
	}
	json_object_foreach(mix, key, value) {
		char *end;
		double size = strtod(key, &end), part = json_number_value(value);

		if (end == key || *end != '\0' || !json_is_number(value) || !(part >= 0)) {
			sqlite3_result_error(cx, "frag_expected(free, mix): mix maps a number "
					     "of GPUs to its share, like {\"4\":0.5}", -1);
			json_decref(mix);
			return;
		}
		sum += stat_fragmented_expected(c->s[0].v, c->s[0].n, &size, &part, 1);
	}
	sqlite3_result_double(cx, sum);
	json_decref(mix);
}

/* ---- the table ------------------------------------------------------------------------------- */

const struct sql_aggregate sql_aggregates[] = {
	/* name, samples, params min..max, paired, text, finish */
	{ "median", 1, 0, 0, false, false, do_median },
	{ "quantile", 1, 1, 1, false, false, do_quantile },
	{ "nearest_rank", 1, 1, 1, false, false, do_nearest_rank },
	{ "stddev", 1, 0, 0, false, false, do_stddev },
	{ "variance", 1, 0, 0, false, false, do_variance },
	{ "sem", 1, 0, 0, false, false, do_sem },
	{ "cov", 1, 0, 0, false, false, do_cov },
	{ "geomean", 1, 0, 0, false, false, do_geomean },
	{ "max_min_ratio", 1, 0, 0, false, false, do_max_min_ratio },
	{ "jain", 1, 0, 0, false, false, do_jain },
	{ "gini", 1, 0, 0, false, false, do_gini },
	{ "ci95", 1, 0, 0, false, false, do_ci95 },
	{ "ci", 1, 1, 1, false, false, do_ci },
	{ "boot_ci", 1, 0, 1, false, false, do_boot_ci },
	{ "boot_median_ci", 1, 0, 1, false, false, do_boot_median_ci },
	{ "t_stat", 1, 0, 0, false, false, do_t_stat },
	{ "t_p", 1, 0, 0, false, false, do_t_p },
	{ "paired_t", 2, 0, 0, true, false, do_paired_t },
	{ "wilcoxon_p", 1, 0, 0, false, false, do_wilcoxon },
	{ "sign_p", 1, 0, 0, false, false, do_sign_p },
	{ "a12", 2, 0, 0, false, false, do_a12 },
	{ "cliff_delta", 2, 0, 0, false, false, do_cliff_delta },
	{ "ks_uniform", 1, 0, 0, false, false, do_ks_uniform },
	{ "ks_two", 2, 0, 0, false, false, do_ks_two },
	{ "batch_means", 1, 1, 1, false, false, do_batch_means },
	{ "batch_se", 1, 1, 1, false, false, do_batch_se },
	{ "frag_rate", 1, 1, 1, false, false, do_frag_rate },
	{ "frag_expected", 1, 1, 1, false, true, do_frag_expected },
	{ NULL, 0, 0, 0, false, false, NULL },
};
