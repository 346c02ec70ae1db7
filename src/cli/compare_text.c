/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_text.c - a comparison for the eye: a box per group, footnotes behind. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/compare_out.h"
#include "cli/metric_text.h"
#include "cli/number_text.h"
#include "cli/table_text.h"

/* ---- confidence ------------------------------------------------------------------------- */

int compare_level(const char *text, double *level, sj_error *err)
{
	char *end;
	double v = text == NULL ? 95 : strtod(text, &end);

	if (text != NULL && (end == text || (*end != '\0' && strcmp(end, "%") != 0)))
		return sj_fail(err, SJ_EUSAGE, "--ci: \"%s\" is not a number; expected a "
			       "percentage such as 95", text);
	*level = v < 1 ? v : v / 100;
	if (!(*level >= 0.5 && *level <= 0.9999))
		return sj_fail(err, SJ_EUSAGE, "--ci: %s is out of range; expected 50 to 99.99 "
			       "(percent)", text);
	return SJ_OK;
}

void compare_say_notes(const struct runset *set)
{
	for (size_t i = 0; i < set->notes; i++)
		say("note: %s", set->note[i]);
}

/* ---- cells --------------------------------------------------------------------------- */

static void put_mean(struct table_text *t, const struct compare_cell *c,
		     const struct metric_scale *s)
{
	char number[NUMBER_TEXT_MAX];

	number_fixed(c->mean * s->factor, s->decimals, number);
	table_text_cell(t, number);
}

/* "-12.3 [-14.0, -10.9]", or without the brackets when there is no interval. */
static void put_interval(struct table_text *t, double value, struct stat_interval ci,
			 double factor, int decimals, bool sign)
{
	char v[NUMBER_TEXT_MAX], low[NUMBER_TEXT_MAX], high[NUMBER_TEXT_MAX];
	const char *plus = sign && value > 0 ? "+" : "";

	number_fixed(value * factor, decimals, v);
	if (isnan(ci.low) || isnan(ci.high)) {
		table_text_cellf(t, "%s%s", plus, v);
		return;
	}
	number_fixed(ci.low * factor, decimals, low);
	number_fixed(ci.high * factor, decimals, high);
	table_text_cellf(t, "%s%s [%s, %s]", plus, v, low, high);
}

static void put_signs(struct table_text *t, const struct compare_cell *c, int better)
{
	uint64_t win = better < 0 ? c->signs.negative : c->signs.positive;
	uint64_t loss = better < 0 ? c->signs.positive : c->signs.negative;
	char w[NUMBER_TEXT_MAX], e[NUMBER_TEXT_MAX], l[NUMBER_TEXT_MAX];

	if (!c->has_signs || better == 0) {
		table_text_cell(t, "-");
		return;
	}
	number_fixed((double)win, 0, w);
	number_fixed((double)c->signs.zero, 0, e);
	number_fixed((double)loss, 0, l);
	table_text_cellf(t, "%s / %s / %s", w, e, l);
}

/* The stored A12 is of "larger"; people ask about "better". */
static double better_a12(const struct compare_cell *c, int better)
{
	return better < 0 ? 1 - c->a12 : c->a12;
}

static void put_row(struct table_text *t, const struct comparison *c, const char *name,
		    size_t metric, size_t config, const struct metric_scale *s)
{
	const struct compare_cell *cell = comparison_cell(c, metric, config);
	const struct configuration *it = &c->group->config[config];
	char number[NUMBER_TEXT_MAX];

	table_text_cellf(t, "%s%s", it->label, it->run[0]->clairvoyant ? " *" : "");
	put_mean(t, cell, s);
	if (c->configs == 1) {
		table_text_end_row(t); /* nothing to be compared with: no such columns */
		return;
	}
	if (config == c->baseline) {
		table_text_cell(t, "baseline");
		for (int i = 0; i < 3; i++)
			table_text_cell(t, "");
	} else {
		put_interval(t, cell->difference, cell->difference_ci, s->factor, s->decimals,
			     true);
		put_interval(t, cell->ratio, cell->ratio_ci, 1, 3, false);
		number_fixed(better_a12(cell, metric_better(name)), 3, number);
		table_text_cell(t, number);
		put_signs(t, cell, metric_better(name));
	}
	table_text_end_row(t);
}

/* ---- a group ----------------------------------------------------------------------------- */

static void put_header(struct table_text *t, const struct comparison *c, double level)
{
	if (c->configs == 1) {
		table_text_row(t, "metric", "policy", "mean", NULL);
		return;
	}
	table_text_cell(t, "metric");
	table_text_cell(t, "policy");
	table_text_cell(t, "mean");
	table_text_cellf(t, "difference [%g %% CI]", 100 * level);
	table_text_cellf(t, "ratio [%g %% CI]", 100 * level);
	table_text_cell(t, "A12");
	table_text_cell(t, "win / tie / loss");
	table_text_end_row(t);
}

static int put_metric(struct table_text *t, const struct comparison *c, const char *name,
		      size_t metric)
{
	double *value = malloc(c->configs * sizeof(*value));
	struct metric_scale s;

	if (value == NULL)
		return SJ_ENOMEM;
	for (size_t i = 0; i < c->configs; i++)
		value[i] = comparison_cell(c, metric, i)->mean;
	s = metric_scale_for(name, value, c->configs);
	free(value);
	table_text_rule(t);
	for (size_t i = 0; i < c->configs; i++) {
		if (i > 0)
			table_text_cell(t, "");
		else if (s.unit[0] == '\0')
			table_text_cell(t, metric_label(name));
		else
			table_text_cellf(t, "%s [%s]", metric_label(name), s.unit);
		put_row(t, c, name, metric, i, &s);
	}
	return SJ_OK;
}

static void print_title(const struct comparison *c, FILE *to)
{
	const struct configuration *base = &c->group->config[c->baseline];
	char jobs[NUMBER_TEXT_MAX];

	number_fixed((double)base->run[0]->jobs, 0, jobs);
	fprintf(to, "%s on %s: %s jobs", c->group->workload, c->group->cluster, jobs);
	if (base->runs > 1)
		fprintf(to, ", %zu seeds", base->runs);
	else
		fprintf(to, ", seed %" PRIu64, base->run[0]->seed);
	fputc('\n', to);
}

int compare_print(const struct comparison *c, const struct compare_options *o, FILE *to)
{
	struct table_text *t = table_text_create();
	int rc = t == NULL ? SJ_ENOMEM : SJ_OK;

	print_title(c, to);
	put_header(t, c, o->level);
	for (size_t m = 0; m < c->metrics && rc == SJ_OK; m++)
		rc = put_metric(t, c, o->metric[m], m);
	for (unsigned column = 2; column < 7; column++)
		table_text_align(t, column, 'r');
	if (rc == SJ_OK)
		rc = table_text_print(t, to, table_text_unicode(to));
	table_text_free(t);
	return rc;
}

/* ---- footnotes ------------------------------------------------------------------------------ */

struct used {
	bool   jobs, seeds, effect, clairvoyant, longest;
	size_t block_min, block_max;
};

static void look(const struct comparison *c, struct used *u)
{
	for (size_t i = 0; i < c->configs; i++)
		u->clairvoyant = u->clairvoyant || c->group->config[i].run[0]->clairvoyant;
	for (size_t i = 0; i < c->configs * c->metrics; i++) {
		const struct compare_cell *cell = &c->cell[i];

		u->effect = u->effect || cell->has_signs;
		u->seeds = u->seeds || cell->method == COMPARE_SEEDS;
		if (cell->method != COMPARE_JOBS)
			continue;
		u->jobs = true;
		u->longest = u->longest ||
			     10 * cell->block >= 9 * stat_block_limit(cell->pairs);
		if (u->block_min == 0 || cell->block < u->block_min)
			u->block_min = cell->block;
		if (cell->block > u->block_max)
			u->block_max = cell->block;
	}
}

static void print_jobs_note(const struct used *u, const struct compare_options *o, FILE *to)
{
	fprintf(to, "CI over jobs: the same job under both policies; jobs of a trace are "
		"correlated, so blocks of\n  %zu", u->block_min);
	if (u->block_max > u->block_min)
		fprintf(to, " to %zu", u->block_max);
	fprintf(to, " jobs in submit order are resampled %zu times (moving blocks, Kunsch 1989, "
		"on a circle,\n  Politis and Romano 1992; block length by Politis and White 2004; "
		"percentiles).\n", o->resamples);
	if (u->longest)
		fputs("  These are the longest blocks that the rule allows: the correlation "
		      "reaches further, and the true\n  intervals are wider.\n", to);
}

void compare_print_footnotes(const struct comparison *c, size_t count,
			     const struct compare_options *o, FILE *to)
{
	struct used u = { .jobs = false };

	for (size_t i = 0; i < count; i++)
		look(&c[i], &u);
	if (u.jobs)
		print_jobs_note(&u, o, to);
	if (u.seeds)
		fputs("CI over seeds: Student's t on paired differences, and on the logarithms of "
		      "ratios (ratio: their\n  geometric mean).\n", to);
	if (u.effect)
		fputs("A12: chance that a job is better off under the policy than another is under "
		      "the baseline\n  (Vargha and Delaney 2000; 0.5: no difference). win / tie / "
		      "loss: jobs (or seeds) better, equal, worse.\n", to);
	if (u.clairvoyant)
		fputs("* clairvoyant: the policy knows true run times.\n", to);
}
