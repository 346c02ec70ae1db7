/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rank_text.c - policies ranked over workloads, for the eye. */
#include <math.h>

#include "cli/cli.h"
#include "cli/metric_text.h"
#include "cli/number_text.h"
#include "cli/rank_out.h"
#include "cli/table_text.h"

static void put_interval(struct table_text *t, double value, struct stat_interval ci,
			 int decimals)
{
	char v[NUMBER_TEXT_MAX], low[NUMBER_TEXT_MAX], high[NUMBER_TEXT_MAX];

	number_fixed(value, decimals, v);
	number_fixed(ci.low, decimals, low);
	number_fixed(ci.high, decimals, high);
	if (isnan(ci.low))
		table_text_cell(t, v);
	else
		table_text_cellf(t, "%s [%s, %s]", v, low, high);
}

static void put_number(struct table_text *t, double value)
{
	char v[NUMBER_TEXT_MAX];

	number_fixed(value, 3, v);
	table_text_cell(t, v);
}

static void put_against(struct table_text *t, const struct ranking *r, size_t i, int better)
{
	const struct ranking_row *row = &r->row[i];

	if (i == r->baseline) {
		table_text_cell(t, "baseline");
		table_text_cell(t, "");
		return;
	}
	table_text_cellf(t, "%zu / %zu / %zu",
			 (size_t)(better < 0 ? row->signs.negative : row->signs.positive),
			 (size_t)row->signs.zero,
			 (size_t)(better < 0 ? row->signs.positive : row->signs.negative));
	if (isnan(row->p))
		table_text_cell(t, "-");
	else if (row->p < 0.0001)
		table_text_cell(t, "<0.0001");
	else
		table_text_cellf(t, "%.4f", row->p);
}

static void put_rows(struct table_text *t, const struct ranking *r,
		     const struct ranking_options *o)
{
	table_text_cell(t, "");
	table_text_cell(t, "policy");
	table_text_cellf(t, "mean rank [%g %% CI]", 100 * o->level);
	table_text_cellf(t, "mean ratio [%g %% CI]", 100 * o->level);
	table_text_cell(t, "median");
	table_text_cell(t, "95 %");
	table_text_cell(t, "max");
	table_text_cell(t, "best");
	if (o->reference != NULL)
		table_text_cell(t, "at 1");
	table_text_cell(t, "win / tie / loss");
	table_text_cell(t, "p");
	table_text_end_row(t);
	table_text_rule(t);
	for (size_t i = 0; i < r->policies; i++) {
		const struct ranking_row *row = &r->row[i];

		table_text_cellf(t, "%zu", i + 1);
		table_text_cellf(t, "%s%s", row->label, row->clairvoyant ? " *" : "");
		put_interval(t, row->rank, row->rank_ci, 2);
		put_interval(t, row->mean, row->mean_ci, 3);
		put_number(t, row->median);
		put_number(t, row->p95);
		put_number(t, row->max);
		table_text_cellf(t, "%zu", row->best);
		if (o->reference != NULL)
			table_text_cellf(t, "%zu", row->at);
		put_against(t, r, i, o->better);
		table_text_end_row(t);
	}
	for (unsigned column = 2; column < (o->reference != NULL ? 11u : 10u); column++)
		table_text_align(t, column, 'r');
}

static void put_matrix(struct table_text *t, const struct ranking *r)
{
	const size_t k = r->policies;

	table_text_cell(t, "");
	table_text_cell(t, "policy");
	for (size_t b = 0; b < k; b++)
		table_text_cellf(t, "%zu", b + 1);
	table_text_end_row(t);
	table_text_rule(t);
	for (size_t a = 0; a < k; a++) {
		table_text_cellf(t, "%zu", a + 1);
		table_text_cell(t, r->row[a].label);
		for (size_t b = 0; b < k; b++) {
			size_t win = r->win[a * k + b], loss = r->win[b * k + a];

			if (a == b)
				table_text_cell(t, "");
			else
				table_text_cellf(t, "%zu/%zu/%zu", win,
						 r->instances - win - loss, loss);
			table_text_align(t, (unsigned)b + 2, 'r');
		}
		table_text_end_row(t);
	}
}

/* ---- in words -------------------------------------------------------------------------- */

static void print_reference(const struct ranking *r, const struct ranking_options *o, FILE *to)
{
	size_t below = 0;

	if (o->reference == NULL) {
		fputs("ratio: to the best value on the same workload.", to);
	} else {
		for (size_t i = 0; i < r->policies; i++)
			below += r->row[i].below;
		fprintf(to, "ratio: to %s of the same workload, which %zu of %zu values are below.",
			metric_label(o->reference), below, r->policies * r->instances);
	}
	fprintf(to, " best: workloads on which no policy is better;\n  values that differ by less "
		"than 1e-9 of them are equal. win / tie / loss: workloads, against the baseline;\n"
		"  p: Wilcoxon's signed ranks of these ratios.\n");
}

static void print_test(const struct ranking *r, const struct ranking_options *o, FILE *to)
{
	if (isnan(r->test.chi2))
		return;
	fprintf(to, "Friedman's test that all are alike: chi2 = %.2f with %zu degrees of freedom, "
		"p %s%.2g; F = %.2f\n  (Iman and Davenport). Mean ranks are different at %g %% when "
		"they differ by more than %.2f\n  (Nemenyi, all pairs).\n", r->test.chi2,
		r->policies - 1, r->test.p < 1e-300 ? "< " : "= ", fmax(r->test.p, 1e-300),
		r->test.f, 100 * o->level, r->critical);
}

static void print_intervals(const struct ranking *r, const struct ranking_options *o, FILE *to)
{
	bool clairvoyant = false;

	fprintf(to, "CI: workloads are resampled %zu times (BCa, Efron 1987).\n", o->resamples);
	for (size_t i = 0; i < r->policies; i++)
		clairvoyant = clairvoyant || r->row[i].clairvoyant;
	if (clairvoyant)
		fputs("* clairvoyant: the policy knows true run times.\n", to);
}

int rank_print(const struct ranking *r, const struct ranking_options *o, bool matrix, FILE *to)
{
	struct table_text *t = table_text_create(), *m = matrix ? table_text_create() : NULL;
	int rc = t == NULL || (matrix && m == NULL) ? SJ_ENOMEM : SJ_OK;

	fprintf(to, "%s of %zu policies on %zu workloads, baseline %s\n", metric_label(o->metric),
		r->policies, r->instances, r->row[r->baseline].label);
	put_rows(t, r, o);
	if (rc == SJ_OK)
		rc = table_text_print(t, to, table_text_unicode(to));
	if (rc == SJ_OK && matrix) {
		fputs("win / tie / loss of the row against the column\n", to);
		put_matrix(m, r);
		rc = table_text_print(m, to, table_text_unicode(to));
	}
	if (rc == SJ_OK) {
		print_reference(r, o, to);
		print_test(r, o, to);
		print_intervals(r, o, to);
	}
	table_text_free(t);
	table_text_free(m);
	return rc;
}
