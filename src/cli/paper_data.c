/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper_data.c - a table for programs: CSV and JSON, exact and in stored units. */
#include <jansson.h>
#include <math.h>

#include "cli/escape_text.h"
#include "cli/paper_table.h"

static void csv_number(FILE *to, double v)
{
	fputc(',', to);
	if (isfinite(v))
		escape_json_number(to, v); /* the shortest exact decimal */
}

int paper_write_csv(const struct paper_table *t, FILE *to)
{
	fputs("workload,cluster,policy,clairvoyant,seeds", to);
	for (size_t m = 0; m < t->options->metrics; m++) {
		fprintf(to, ",%s", t->options->metric[m]);
		if (t->with_ci)
			fprintf(to, ",%s_low,%s_high", t->options->metric[m],
				t->options->metric[m]);
	}
	fputc('\n', to);
	for (size_t g = 0; g < t->groups; g++) {
		const struct run_group *group = t->group[g].group;

		for (size_t c = 0; c < group->configs; c++) {
			escape_csv(to, group->workload);
			fputc(',', to);
			escape_csv(to, group->cluster);
			fputc(',', to);
			escape_csv(to, group->config[c].label);
			fprintf(to, ",%d,%zu", group->config[c].run[0]->clairvoyant,
				group->config[c].runs);
			for (size_t m = 0; m < t->options->metrics; m++) {
				const struct compare_cell *cell =
					comparison_cell(&t->group[g], m, c);

				csv_number(to, cell->mean);
				if (!t->with_ci)
					continue;
				csv_number(to, cell->mean_ci.low);
				csv_number(to, cell->mean_ci.high);
			}
			fputc('\n', to);
		}
	}
	return SJ_OK;
}

static json_t *value_json(const struct paper_table *t, size_t g, size_t m, size_t c)
{
	const struct compare_cell *cell = comparison_cell(&t->group[g], m, c);
	json_t *value = json_pack("{s:o, s:b}", "mean", isfinite(cell->mean) ?
				  json_real(cell->mean) : json_null(),
				  "best", (int)paper_is_best(t, g, m, c));

	if (t->with_ci)
		json_object_set_new(value, "ci", isfinite(cell->mean_ci.low) ?
				    json_pack("[f, f]", cell->mean_ci.low,
					      cell->mean_ci.high) : json_null());
	return value;
}

static json_t *row_json(const struct paper_table *t, size_t g, size_t c)
{
	const struct configuration *config = &t->group[g].group->config[c];
	json_t *values = json_object();

	for (size_t m = 0; m < t->options->metrics; m++)
		json_object_set_new(values, t->options->metric[m], value_json(t, g, m, c));
	return json_pack("{s:s, s:s, s:s, s:b, s:I, s:o}",
			 "workload", t->group[g].group->workload,
			 "cluster", t->group[g].group->cluster, "policy", config->label,
			 "clairvoyant", (int)config->run[0]->clairvoyant,
			 "seeds", (json_int_t)config->runs, "values", values);
}

int paper_write_json(const struct paper_table *t, FILE *to)
{
	json_t *columns = json_array(), *rows = json_array(), *root;
	int rc = SJ_OK;

	for (size_t m = 0; m < t->options->metrics; m++) {
		const char *name = t->options->metric[m];

		json_array_append_new(columns, json_pack("{s:s, s:s, s:s}", "metric", name,
			"label", metric_label(name), "unit", metric_unit(name)));
	}
	for (size_t g = 0; g < t->groups; g++)
		for (size_t c = 0; c < t->group[g].configs; c++)
			json_array_append_new(rows, row_json(t, g, c));
	root = json_pack("{s:s, s:o, s:o}", "schema", "sojourn.table/1", "columns", columns,
			 "rows", rows);
	if (root == NULL)
		return SJ_ENOMEM;
	if (json_dumpf(root, to, JSON_INDENT(1)) != 0 || fputc('\n', to) == EOF)
		rc = SJ_EIO;
	json_decref(root);
	return rc;
}
