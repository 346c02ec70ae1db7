/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank_json.c - policies ranked over workloads as JSON: exact values. */
#include <math.h>

#include "cli/rank_out.h"

static json_t *real_or_null(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *interval(struct stat_interval i)
{
	return isfinite(i.low) && isfinite(i.high) ? json_pack("[f, f]", i.low, i.high)
						   : json_null();
}

static json_t *row_json(const struct ranking *r, size_t i, int better)
{
	const struct ranking_row *row = &r->row[i];
	json_t *o = json_pack(
		"{s:s, s:b, s:f, s:o, s:f, s:o, s:f, s:f, s:f, s:I, s:I, s:I}", "label",
		row->label, "clairvoyant", row->clairvoyant, "rank", row->rank, "rank_ci",
		interval(row->rank_ci), "ratio_mean", row->mean, "ratio_mean_ci",
		interval(row->mean_ci), "ratio_median", row->median, "ratio_p95", row->p95,
		"ratio_max", row->max, "best", (json_int_t)row->best, "at_reference",
		(json_int_t)row->at, "below_reference", (json_int_t)row->below);

	if (i == r->baseline)
		return o;
	json_object_set_new(o, "win", json_integer((json_int_t)(
		better < 0 ? row->signs.negative : row->signs.positive)));
	json_object_set_new(o, "tie", json_integer((json_int_t)row->signs.zero));
	json_object_set_new(o, "loss", json_integer((json_int_t)(
		better < 0 ? row->signs.positive : row->signs.negative)));
	json_object_set_new(o, "wilcoxon_p", real_or_null(row->p));
	return o;
}

static json_t *matrix_json(const struct ranking *r)
{
	json_t *rows = json_array();

	for (size_t a = 0; a < r->policies; a++) {
		json_t *row = json_array();

		for (size_t b = 0; b < r->policies; b++)
			json_array_append_new(row, json_integer(
				(json_int_t)r->win[a * r->policies + b]));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *instances_json(const struct ranking *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->instances; i++) {
		json_t *ratios = json_array();

		for (size_t p = 0; p < r->policies; p++)
			json_array_append_new(ratios, json_real(r->ratio[i * r->policies + p]));
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "workload",
						      r->group[i]->workload, "cluster",
						      r->group[i]->cluster, "ratios", ratios));
	}
	return list;
}

json_t *rank_json(const struct ranking *r, const struct ranking_options *o)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < r->policies; i++)
		json_array_append_new(rows, row_json(r, i, o->better));
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "metric",
			 o->metric, "better", o->better < 0 ? "smaller" : "larger", "reference",
			 o->reference != NULL ? o->reference : "best", "baseline",
			 r->row[r->baseline].label, "policies", rows, "wins", matrix_json(r),
			 "friedman_chi2", real_or_null(r->test.chi2), "friedman_p",
			 real_or_null(r->test.p), "iman_davenport_f", real_or_null(r->test.f),
			 "iman_davenport_p", real_or_null(r->test.f_p), "critical_difference",
			 real_or_null(r->critical), "instances", instances_json(r));
}
