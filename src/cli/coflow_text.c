/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_text.c - a study of coflows as tables, and as lines of CSV. */
#include <inttypes.h>
#include <math.h>

#include "cli/coflow_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "run/outfile.h"

static void cell(struct table_text *t, double v)
{
	char text[NUMBER_TEXT_MAX];

	number_human(v, 4, text);
	table_text_cell(t, text);
}

static void factor_cell(struct table_text *t, const struct coflow_times *x)
{
	if (isnan(x->factor))
		table_text_cell(t, "-");
	else if (isnan(x->factor_ci.low))
		table_text_cellf(t, "%.2f", x->factor);
	else
		table_text_cellf(t, "%.2f [%.2f, %.2f]", x->factor, x->factor_ci.low,
				 x->factor_ci.high);
}

static void times_cells(struct table_text *t, const struct coflow_times *x)
{
	cell(t, x->mean);
	cell(t, x->p50);
	cell(t, x->p95);
	cell(t, x->max);
}

static int print(struct table_text *t, sj_error *err)
{
	int rc = table_text_print(t, stdout, table_text_unicode(stdout));

	table_text_free(t);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "the table cannot be printed");
}

static int print_orders(const struct coflow_study *s, sj_error *err)
{
	struct table_text *t = table_text_create();

	table_text_row(t, "order", "mean CCT [s]", "p50", "p95", "max", "makespan [s]",
		       "mean CCT / alone", "factor [95 %]", "factor p95", NULL);
	table_text_rule(t);
	for (size_t i = 0; i < s->outcomes; i++) {
		const struct coflow_outcome *o = &s->outcome[i];

		table_text_cell(t, o->spec);
		times_cells(t, &o->all);
		cell(t, o->makespan_s);
		cell(t, o->slowdown_mean);
		factor_cell(t, &o->all);
		if (i == 0)
			table_text_cell(t, "-");
		else
			table_text_cellf(t, "%.2f", o->all.factor_p95);
		table_text_end_row(t);
	}
	table_text_rule(t);
	table_text_cell(t, "each alone");
	times_cells(t, &s->alone);
	table_text_end_row(t);
	return print(t, err);
}

static int print_bins(const struct coflow_study *s, sj_error *err)
{
	struct table_text *t = table_text_create();

	table_text_cell(t, "mean CCT [s]");
	for (int b = 0; b < COFLOW_BINS; b++)
		table_text_cell(t, coflow_bin_names[b]);
	table_text_end_row(t);
	table_text_rule(t);
	for (size_t i = 0; i < s->outcomes; i++) {
		table_text_cell(t, s->outcome[i].spec);
		for (int b = 0; b < COFLOW_BINS; b++)
			cell(t, s->outcome[i].bin[b].mean);
		table_text_end_row(t);
	}
	for (size_t i = 1; i < s->outcomes; i++) {
		if (i == 1)
			table_text_rule(t);
		table_text_cellf(t, "factor %s", s->outcome[i].spec);
		for (int b = 0; b < COFLOW_BINS; b++)
			factor_cell(t, &s->outcome[i].bin[b]);
		table_text_end_row(t);
	}
	table_text_rule(t);
	table_text_cell(t, "coflows");
	for (int b = 0; b < COFLOW_BINS; b++)
		table_text_cellf(t, "%zu (%.0f %%)", s->bin_count[b],
				 100.0 * (double)s->bin_count[b] / s->set->c.count);
	table_text_end_row(t);
	table_text_cell(t, "bytes");
	for (int b = 0; b < COFLOW_BINS; b++)
		table_text_cellf(t, "%.2f %%", 100 * s->bin_bytes[b] / s->set->bytes);
	table_text_end_row(t);
	return print(t, err);
}

int coflow_out_text(const struct coflow_study *s, sj_error *err)
{
	const sj_coflow_case *c = &s->set->c;
	char bytes[NUMBER_TEXT_MAX], flows[NUMBER_TEXT_MAX], local[NUMBER_TEXT_MAX];
	int rc;

	number_human(s->set->bytes / 1e6, 9, bytes);
	number_human(c->flows, 10, flows);
	number_human((double)s->set->local, 10, local);
	printf("%" PRIu32 " coflows of %s flows, %s MB, between %" PRIu32 " ports of %.4g "
	       "Gbit/s; %s flows from a port to itself\n", c->count, flows, bytes, c->ports,
	       c->send[0] * 8 / 1e9, local);
	rc = print_orders(s, err);
	if (rc == SJ_OK && s->outcomes > 1)
		printf("factor: mean CCT of %s over that of the row\n", s->outcome[0].spec);
	return rc == SJ_OK ? print_bins(s, err) : rc;
}

int coflow_out_csv(const struct coflow_study *s, const char *path, sj_error *err)
{
	const sj_coflow_case *c = &s->set->c;
	struct outfile *f;
	int rc = outfile_open(path, &f, err);

	if (rc != SJ_OK)
		return rc;
	outfile_puts(f, "order,coflow,arrival_s,flows,bytes,longest_bytes,bin,alone_s,finish_s,"
			"cct_s\n");
	for (size_t i = 0; i < s->outcomes; i++)
		for (uint32_t k = 0; k < c->count && !outfile_failed(f); k++) {
			const sj_coflow *x = &c->coflow[k];

			outfile_printf(f, "\"%s\",%" PRId64 ",%.9f,%" PRIu32 ",%.0f,%.0f,%s,"
				       "%.9f,%.9f,%.9f\n", s->outcome[i].spec, x->id,
				       (double)x->arrival_ns / 1e9, x->flows, s->bytes[k],
				       s->length[k], coflow_bin_names[s->bin[k]], s->alone_s[k],
				       (double)s->outcome[i].finish_ns[k] / 1e9,
				       s->outcome[i].cct_s[k]);
		}
	rc = outfile_error(f, err);
	return rc == SJ_OK ? outfile_close(f, true, err) : (outfile_close(f, false, NULL), rc);
}
