/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper_table.c - what the writers of tables share: scales, cells, the best value. */
#include "cli/paper_table.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number_text.h"

const char *const paper_formats[] = { "booktabs", "md", "csv", "json", "box", NULL };

static const struct compare_cell *cell_of(const struct paper_table *t, size_t group,
					  size_t metric, size_t config)
{
	return comparison_cell(&t->group[group], metric, config);
}

/* The means of a column in value[], group by group; how many. */
static size_t column(const struct paper_table *t, size_t first, size_t end, size_t metric,
		     double *value)
{
	size_t n = 0;

	for (size_t g = first; g < end; g++)
		for (size_t c = 0; c < t->group[g].configs; c++)
			value[n++] = cell_of(t, g, metric, c)->mean;
	return n;
}

int paper_table_init(struct paper_table *t)
{
	size_t most = 0, n;
	double *value;

	for (size_t g = 0; g < t->groups; g++)
		most += t->group[g].configs;
	value = malloc((most + 1) * sizeof(*value));
	t->scale = calloc(t->options->metrics + 1, sizeof(*t->scale));
	for (size_t m = 0; value != NULL && t->scale != NULL && m < t->options->metrics; m++) {
		n = column(t, 0, t->groups, m, value);
		t->scale[m] = metric_scale_for(t->options->metric[m], value, n);
		for (size_t g = 0; g < t->groups; g++) {
			n = column(t, g, g + 1, m, value);
			metric_scale_refine(&t->scale[m], value, n);
		}
	}
	free(value);
	return value == NULL || t->scale == NULL ? SJ_ENOMEM : SJ_OK;
}

void paper_table_fini(struct paper_table *t)
{
	free(t->scale);
	t->scale = NULL;
}

/* Compared as printed: two policies that show the same number are both best. */
static double rounded(const struct paper_table *t, size_t metric, double v)
{
	double grid = pow(10, t->scale[metric].decimals);

	return round(v * t->scale[metric].factor * grid);
}

bool paper_is_best(const struct paper_table *t, size_t group, size_t metric, size_t config)
{
	int better = metric_better(t->options->metric[metric]);
	double own = rounded(t, metric, cell_of(t, group, metric, config)->mean);

	if (better == 0 || isnan(own) || t->group[group].configs < 2)
		return false;
	for (size_t c = 0; c < t->group[group].configs; c++)
		if (better * rounded(t, metric, cell_of(t, group, metric, c)->mean) > better * own)
			return false;
	return true;
}

char *paper_cell(const struct paper_table *t, size_t group, size_t metric, size_t config)
{
	const struct compare_cell *cell = cell_of(t, group, metric, config);
	const struct metric_scale *s = &t->scale[metric];
	char v[NUMBER_TEXT_MAX], low[NUMBER_TEXT_MAX], high[NUMBER_TEXT_MAX], *text;

	number_fixed(cell->mean * s->factor, s->decimals, v);
	if (!t->with_ci || isnan(cell->mean_ci.low))
		return strdup(v);
	number_fixed(cell->mean_ci.low * s->factor, s->decimals, low);
	number_fixed(cell->mean_ci.high * s->factor, s->decimals, high);
	return asprintf(&text, "%s [%s, %s]", v, low, high) < 0 ? NULL : text;
}

char *paper_heading(const struct paper_table *t, size_t metric)
{
	const char *label = metric_label(t->options->metric[metric]);
	const char *unit = t->scale[metric].unit;
	char *text;
	int n = unit[0] == '\0' ? asprintf(&text, "%s", label) :
				  asprintf(&text, "%s [%s]", label, unit);

	if (n < 0)
		return NULL;
	if (strchr(text, '_') == NULL) /* a stored name stays as it is */
		text[0] = (char)toupper((unsigned char)text[0]);
	return text;
}

/* "swf:/data/kth.swf.gz" is kth.swf.gz to a reader; a generator's spec stays. */
static const char *short_name(const char *workload)
{
	const char *slash = strrchr(workload, '/');

	return slash == NULL || strncmp(workload, "gen:", 4) == 0 ? workload : slash + 1;
}

char *paper_group_name(const struct paper_table *t, size_t group)
{
	const struct run_group *g = t->group[group].group;
	char *text;
	int n;

	for (size_t i = 0; i < t->groups; i++) {
		const struct run_group *other = t->group[i].group;

		if (i == group || strcmp(short_name(other->workload),
					 short_name(g->workload)) != 0)
			continue;
		n = asprintf(&text, "%s, %s", short_name(g->workload), g->cluster);
		return n < 0 ? NULL : text;
	}
	return strdup(short_name(g->workload));
}

bool paper_any_clairvoyant(const struct paper_table *t)
{
	for (size_t g = 0; g < t->groups; g++)
		for (size_t c = 0; c < t->group[g].configs; c++)
			if (t->group[g].group->config[c].run[0]->clairvoyant)
				return true;
	return false;
}

int paper_table_write(const struct paper_table *t, int format, FILE *to)
{
	static int (*const writers[])(const struct paper_table *, FILE *) = {
		paper_write_booktabs, paper_write_markdown, paper_write_csv,
		paper_write_json, paper_write_box
	};
	int rc = writers[format](t, to);

	return rc == SJ_OK && ferror(to) ? SJ_EIO : rc;
}
