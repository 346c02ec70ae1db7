/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_json.c - a comparison as JSON: exact values, nothing scaled. */
#include <math.h>

#include "cli/compare_out.h"
#include "cli/metric_text.h"

static json_t *real_or_null(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *interval(struct stat_interval i)
{
	if (!isfinite(i.low) || !isfinite(i.high))
		return json_null();
	return json_pack("[f, f]", i.low, i.high);
}

static const char *method_text(enum compare_method m)
{
	switch (m) {
	case COMPARE_JOBS:  return "paired jobs, circular block bootstrap, percentiles";
	case COMPARE_SEEDS: return "paired seeds, Student's t";
	default:            return "none";
	}
}

/* What is said against the baseline; added to `row`. */
static void add_difference(json_t *row, const struct compare_cell *c, int better)
{
	uint64_t win = better > 0 ? c->signs.positive : c->signs.negative;
	uint64_t loss = better > 0 ? c->signs.negative : c->signs.positive;

	json_object_set_new(row, "difference", real_or_null(c->difference));
	json_object_set_new(row, "difference_ci", interval(c->difference_ci));
	json_object_set_new(row, "ratio", real_or_null(c->ratio));
	json_object_set_new(row, "ratio_ci", interval(c->ratio_ci));
	json_object_set_new(row, "method", json_string(method_text(c->method)));
	json_object_set_new(row, "pairs", json_integer((json_int_t)c->pairs));
	if (c->block > 0)
		json_object_set_new(row, "block", json_integer((json_int_t)c->block));
	json_object_set_new(row, "a12_better",
			    real_or_null(better > 0 ? c->a12 : 1 - c->a12));
	if (!c->has_signs)
		return;
	json_object_set_new(row, "win", json_integer((json_int_t)win));
	json_object_set_new(row, "tie", json_integer((json_int_t)c->signs.zero));
	json_object_set_new(row, "loss", json_integer((json_int_t)loss));
}

static json_t *metric_json(const struct comparison *c, const char *name, size_t metric)
{
	int better = metric_better(name);
	json_t *rows = json_array();

	for (size_t i = 0; i < c->configs; i++) {
		const struct compare_cell *cell = comparison_cell(c, metric, i);
		json_t *row = json_pack("{s:s, s:o, s:o}", "label", c->group->config[i].label,
					"mean", real_or_null(cell->mean),
					"ci", interval(cell->mean_ci));

		if (i != c->baseline)
			add_difference(row, cell, better);
		json_array_append_new(rows, row);
	}
	return json_pack("{s:s, s:s, s:s, s:o}", "metric", name, "unit", metric_unit(name),
			 "better", better < 0 ? "smaller" : better > 0 ? "larger" : "neither",
			 "rows", rows);
}

static json_t *configuration_json(const struct configuration *c)
{
	json_t *runs = json_array();

	for (size_t i = 0; i < c->runs; i++)
		json_array_append_new(runs, json_pack("{s:s, s:I, s:I, s:s}",
			"db", c->run[i]->path, "run", (json_int_t)c->run[i]->id,
			"seed", (json_int_t)c->run[i]->seed, "digest", c->run[i]->digest));
	return json_pack("{s:s, s:s, s:b, s:o}", "label", c->label, "policy", c->run[0]->policy,
			 "clairvoyant", (int)c->run[0]->clairvoyant, "runs", runs);
}

json_t *compare_json(const struct comparison *c, const struct compare_options *o)
{
	json_t *configs = json_array(), *metrics = json_array();

	for (size_t i = 0; i < c->configs; i++)
		json_array_append_new(configs, configuration_json(&c->group->config[i]));
	for (size_t m = 0; m < c->metrics; m++)
		json_array_append_new(metrics, metric_json(c, o->metric[m], m));
	return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o}", "workload", c->group->workload,
			 "cluster", c->group->cluster, "jobs",
			 (json_int_t)c->group->config[c->baseline].run[0]->jobs,
			 "baseline", c->group->config[c->baseline].label,
			 "policies", configs, "metrics", metrics);
}
