/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metric_text.c - metrics by the names people use. */
#include "cli/metric_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number_text.h"
#include "metrics.h"
#include "sojourn/param.h"

const char *const metric_defaults[] = {
	"wait_mean_s", "wait_p95_s", "response_mean_s", "bsld_10s_mean", "utilization",
	"makespan_s", NULL
};

static const struct {
	const char *name, *label, *alias;
} labels[] = {
	{ "makespan_s", "makespan", "makespan" },
	{ "utilization", "utilization", "util" },
	{ "wait_mean_s", "mean wait", "wait" },
	{ "wait_p50_s", "median wait", NULL },
	{ "wait_p95_s", "95th percentile of wait", NULL },
	{ "wait_p99_s", "99th percentile of wait", NULL },
	{ "wait_max_s", "longest wait", NULL },
	{ "wait_sum_s", "total wait", NULL },
	{ "wait_zero", "jobs that did not wait", NULL },
	{ "response_mean_s", "mean response", "response" },
	{ "response_mean_s", "mean response", "turnaround" },
	{ "response_p50_s", "median response", NULL },
	{ "response_p95_s", "95th percentile of response", NULL },
	{ "response_p99_s", "99th percentile of response", NULL },
	{ "response_max_s", "longest response", NULL },
	{ "bsld_10s_mean", "mean bounded slowdown", "bsld" },
	{ "pp_bsld_10s_mean", "mean per-processor bounded slowdown", "pp_bsld" },
	{ "bsld_10s_max", "largest bounded slowdown", NULL },
	{ "slowdown_mean", "mean slowdown", "slowdown" },
	{ "jain", "Jain's index of bounded slowdown", "fairness" },
	{ "throughput_per_s", "throughput", "throughput" },
	{ "queue_length_mean", "mean queue length", "queue" },
	{ "jobs_in_system_mean", "mean jobs in system", NULL },
	{ "area_weighted_response_s", "area-weighted response", NULL },
	{ "area_weighted_wait_s", "area-weighted wait", NULL },
	{ "loss_of_capacity", "loss of capacity", "loss" },
	{ "above_bound_makespan", "makespan above its bound", NULL },
	{ "above_bound_response", "mean response above its bound", NULL },
};
enum { LABELS = sizeof(labels) / sizeof(labels[0]), NAMES_MAX = 256 };

const char *metric_label(const char *name)
{
	for (size_t i = 0; i < LABELS; i++)
		if (strcmp(labels[i].name, name) == 0)
			return labels[i].label;
	return name;
}

const char *metric_unit(const char *name)
{
	const sj_metric_info *info = sj_metric_find(name);

	return info == NULL ? "" : info->unit;
}

int metric_better(const char *name)
{
	const sj_metric_info *info = sj_metric_find(name);

	return info == NULL ? 0 : info->better;
}

/* ---- from the command line ------------------------------------------------------------ */

static const char *find(const char *word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < LABELS; i++)
		if (labels[i].alias != NULL && strcmp(labels[i].alias, word) == 0)
			word = labels[i].name;
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], word) == 0)
			return names[i];
	return NULL;
}

static int unknown_metric(const char *word, const char **names, size_t n, sj_error *err)
{
	const char *near;

	for (size_t i = 0; i < LABELS && n < NAMES_MAX; i++)
		if (labels[i].alias != NULL)
			names[n++] = labels[i].alias;
	near = sj_nearest(word, names, n);
	if (near != NULL)
		return sj_fail(err, SJ_EUSAGE, "--metric: no metric \"%s\"; did you mean "
			       "\"%s\"?", word, near);
	return sj_fail(err, SJ_EUSAGE, "--metric: no metric \"%s\"; `sojourn query 'SELECT "
		       "DISTINCT name FROM metric' DB` lists those stored", word);
}

/* The names stored in the databases of `set`, for the caller to free. */
static int stored_names(const struct runset *set, char **names, size_t *count)
{
	size_t n = 0;
	int rc = SJ_OK;

	for (size_t i = 0; i < set->runs; i++) {
		sqlite3_stmt *s = NULL;

		if (i > 0 && set->run[i].db == set->run[i - 1].db)
			continue;
		if (sqlite3_prepare_v2(set->run[i].db, "SELECT DISTINCT name FROM metric "
				       "ORDER BY name", -1, &s, NULL) != SQLITE_OK)
			rc = SJ_EIO;
		while (rc == SJ_OK && n < NAMES_MAX && sqlite3_step(s) == SQLITE_ROW) {
			names[n] = strdup((const char *)sqlite3_column_text(s, 0));
			if (names[n++] == NULL)
				rc = SJ_ENOMEM;
		}
		sqlite3_finalize(s);
	}
	*count = n;
	return rc;
}

/* The program's own names outlive the list of stored ones. */
static const char *lasting(const char *stored)
{
	const sj_metric_info *info = sj_metric_find(stored);

	return info == NULL ? NULL : info->name;
}

static int resolve(const struct runset *set, const struct opt_list *given, const char **out,
		   sj_error *err)
{
	char *names[NAMES_MAX];
	const char *pool[NAMES_MAX];
	size_t n = 0;
	int rc = stored_names(set, names, &n);

	for (size_t i = 0; i < n; i++)
		pool[i] = names[i];
	for (size_t i = 0; i < given->count && rc == SJ_OK; i++) {
		const char *stored = find(given->item[i], pool, n);

		/* a metric this program does not know was typed in full: argv lasts */
		if (stored == NULL)
			rc = unknown_metric(given->item[i], pool, n, err);
		else if ((out[i] = lasting(stored)) == NULL)
			out[i] = given->item[i];
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	return rc;
}

int metric_names_choose(const struct runset *set, const struct opt_list *given,
			const char ***out, size_t *count, sj_error *err)
{
	size_t n = given->count;
	int rc = SJ_OK;

	while (given->count == 0 && metric_defaults[n] != NULL)
		n++;
	*out = calloc(n, sizeof(**out));
	if (*out == NULL)
		return SJ_ENOMEM;
	if (given->count == 0)
		memcpy(*out, metric_defaults, n * sizeof(**out));
	else
		rc = resolve(set, given, *out, err);
	*count = n;
	return rc;
}

/* ---- units -------------------------------------------------------------------------------- */

static struct metric_scale time_scale(double largest)
{
	static const struct {
		double      seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" }, { 1e-3, "ms" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (largest >= 2 * units[i].seconds * (i == 0 ? 7 : 1))
			return (struct metric_scale){ 1 / units[i].seconds, units[i].unit, 0 };
	return (struct metric_scale){ largest > 0 ? 1e6 : 1, largest > 0 ? "us" : "s", 0 };
}

struct extent {
	double largest, smallest; /* of the magnitudes; smallest: above 0 */
	double low, high;
	bool   whole;
};

static struct extent extent_of(const double *value, size_t n)
{
	struct extent e = { 0, INFINITY, INFINITY, -INFINITY, true };

	for (size_t i = 0; i < n; i++) {
		double v = fabs(value[i]);

		if (!isfinite(v))
			continue;
		e.low = fmin(e.low, value[i]);
		e.high = fmax(e.high, value[i]);
		e.largest = fmax(e.largest, v);
		e.smallest = v > 0 ? fmin(e.smallest, v) : e.smallest;
		e.whole = e.whole && v == round(v);
	}
	return e;
}

/* Enough for `digits` of the smallest and two of how far they lie apart, but at most
 * six of the largest. */
static int decimals_for(const struct extent *e, double factor, int digits)
{
	int most = 5 - (int)floor(log10(e->largest * factor));
	int want = number_decimals(e->smallest * factor, digits);
	int spread = number_decimals((e->high - e->low) * factor, 2);

	want = spread > want ? spread : want;
	want = want > most ? most : want;
	return want < 0 ? 0 : want;
}

struct metric_scale metric_scale_for(const char *name, const double *value, size_t n)
{
	struct metric_scale s = { 1, metric_unit(name), 0 };
	struct extent e = extent_of(value, n);

	if (strcmp(s.unit, "s") == 0) {
		s = time_scale(e.largest);
		e.whole = false;
	}
	if (!e.whole && isfinite(e.smallest))
		s.decimals = decimals_for(&e, s.factor, s.unit[0] == '\0' ? 4 : 3);
	return s;
}

void metric_scale_refine(struct metric_scale *s, const double *value, size_t n)
{
	struct extent e = extent_of(value, n);
	int decimals = e.largest > 0 ? decimals_for(&e, s->factor, 1) : 0;

	/* whole numbers of jobs stay whole */
	if (decimals > s->decimals && !(e.whole && s->factor == 1))
		s->decimals = decimals;
}
