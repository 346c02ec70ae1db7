/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_statistics.c - definitions on a few numbers (fairness, intervals, paired
 * differences, batches, fragmentation, distances), by the functions of `query`.
 */
#include "kinds.h"
#include "values.h"

/* One row over the inputs' arrays, called a, b in the expressions. */
static void ask(struct check *k, const char *first, const char *second,
		const struct shown_as *table)
{
	const char *keys[] = { first, second };
	const char *values = values_of(k, keys, second != NULL ? 2 : 1);
	const char *db = k->r->failures == 0 ? values_db(k) : NULL;

	if (db != NULL)
		values_compare(k, db,
			       format("(SELECT column1 AS i, column2 AS a%s FROM %s "
				      "ORDER BY i)",
				      second != NULL ? ", column3 AS b" : "", values),
			       table);
}

void show_fairness_index(struct check *k)
{
	static const struct shown_as table[] = {
		{ "jain", "jain(a)" }, { "gini", "gini(a)" }, { "cov", "cov(a)" },
		{ "max_min_ratio", "max_min_ratio(a)" }, { NULL, NULL } };

	ask(k, "x", NULL, table);
}

void show_confidence_interval(struct check *k)
{
	static const struct shown_as table[] = {
		{ "mean", "avg(a)" }, { "sd", "stddev(a)" },
		{ "t", "t_quantile(0.975, count(a) - 1)" }, { "half_width", "ci95(a)" },
		{ "p90_type7", "quantile(a, 0.9)" }, { "median", "median(a)" },
		{ NULL, NULL } };

	ask(k, "x", NULL, table);
}

void show_paired_difference(struct check *k)
{
	static const struct shown_as table[] = {
		{ "mean_difference", "json_extract(paired_t(a, b), '$.mean')" },
		{ "sd", "json_extract(paired_t(a, b), '$.sd')" },
		{ "t_statistic", "json_extract(paired_t(a, b), '$.t')" },
		{ "half_width95", "json_extract(paired_t(a, b), '$.half_width95')" },
		{ NULL, NULL } };

	ask(k, "A", "B", table);
}

void show_batch_means(struct check *k)
{
	long long n = (long long)input_integer(k, "batches");
	const struct shown_as table[] = {
		{ "batch_means", format("batch_means(a, %lld)", n) },
		{ "mean", "avg(a)" }, { "se", format("batch_se(a, %lld)", n) },
		{ NULL, NULL } };

	ask(k, "x", NULL, table);
}

void show_finish_time_fairness(struct check *k)
{
	static const struct shown_as table[] = {
		{ "rho", "json_group_array(ftf_rho(a, b))" },
		{ "max_rho", "max(ftf_rho(a, b))" },
		{ "jain_of_rho", "jain(ftf_rho(a, b))" }, { NULL, NULL } };

	ask(k, "T_shared", "T_independent", table);
}

void show_gpu_fragmentation(struct check *k)
{
	const struct shown_as table[] = {
		{ "fragmentation_rate",
		  format("frag_rate(a, %.17g)", input_number(k, "request")) },
		{ NULL, NULL } };

	ask(k, "free_per_node", NULL, table);
}

void show_gpu_fragmentation_expected(struct check *k)
{
	const char *mix = json_dumps(json_object_get(k->inputs, "request_mix"),
				     JSON_COMPACT);
	const struct shown_as table[] = {
		{ "expected_fragmented_gpus", format("frag_expected(a, '%s')", mix) },
		{ NULL, NULL } };

	ask(k, "free_per_node", NULL, table);
}

void show_ks_statistic(struct check *k)
{
	static const struct shown_as table[] = {
		{ "D", "ks_uniform(a)" }, { "sqrt_n_D", "sqrt(count(a)) * ks_uniform(a)" },
		{ NULL, NULL } };

	ask(k, "x", NULL, table);
}

void show_ks_asymptotic(struct check *k)
{
	const struct shown_as table[] = {
		{ "Q", format("kolmogorov_q(%.17g)", input_number(k, "x")) },
		{ NULL, NULL } };
	const char *db = k->r->failures == 0 ? values_db(k) : NULL;

	if (db != NULL)
		values_compare(k, db, "(VALUES (1))", table);
}
