/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper_text.c - a table for a paper in LaTeX with booktabs, in Markdown, in a box. */
#include <stdlib.h>
#include <string.h>

#include "cli/escape_text.h"
#include "cli/paper_table.h"
#include "cli/table_text.h"

static const char *policy(const struct paper_table *t, size_t g, size_t c)
{
	return t->group[g].group->config[c].label;
}

static bool clairvoyant(const struct paper_table *t, size_t g, size_t c)
{
	return t->group[g].group->config[c].run[0]->clairvoyant;
}

static const char footnote[] = "clairvoyant: knows true run times";

/* ---- LaTeX ------------------------------------------------------------------------------ */

/* A number with its minus sign; the rest of our cells needs no escape. */
static void latex_number(FILE *to, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '-' && s[1] != '\0')
			fputs("$-$", to);
		else if (*s == '-')
			fputs("--", to);
		else
			fputc(*s, to);
	}
}

static int latex_row(const struct paper_table *t, size_t g, size_t c, FILE *to)
{
	if (t->groups > 1)
		fputs(" & ", to);
	escape_latex(to, policy(t, g, c));
	if (clairvoyant(t, g, c))
		fputs("$^\\dagger$", to);
	for (size_t m = 0; m < t->options->metrics; m++) {
		bool best = paper_is_best(t, g, m, c);
		char *cell = paper_cell(t, g, m, c);

		if (cell == NULL)
			return SJ_ENOMEM;
		fputs(best ? " & \\textbf{" : " & ", to);
		latex_number(to, cell);
		fputs(best ? "}" : "", to);
		free(cell);
	}
	fputs(" \\\\\n", to);
	return SJ_OK;
}

static int latex_header(const struct paper_table *t, FILE *to)
{
	fprintf(to, "\\begin{tabular}{l%s", t->groups > 1 ? "l" : "");
	for (size_t m = 0; m < t->options->metrics; m++)
		fputc('r', to);
	fprintf(to, "}\n\\toprule\n%sPolicy", t->groups > 1 ? "Workload & " : "");
	for (size_t m = 0; m < t->options->metrics; m++) {
		char *heading = paper_heading(t, m);

		if (heading == NULL)
			return SJ_ENOMEM;
		fputs(" & ", to);
		escape_latex(to, heading);
		free(heading);
	}
	fputs(" \\\\\n", to);
	return SJ_OK;
}

static int latex_group(const struct paper_table *t, size_t g, FILE *to)
{
	char *name = paper_group_name(t, g);
	int rc = name == NULL ? SJ_ENOMEM : SJ_OK;

	fputs("\\midrule\n", to);
	if (t->groups > 1 && rc == SJ_OK)
		escape_latex(to, name);
	free(name);
	for (size_t c = 0; c < t->group[g].configs && rc == SJ_OK; c++)
		rc = latex_row(t, g, c, to);
	return rc;
}

/* A float only when it has a caption or a label: else the table can be \input into
 * an author's own. */
int paper_write_booktabs(const struct paper_table *t, FILE *to)
{
	bool is_float = t->caption != NULL || t->label != NULL;
	int rc;

	fputs("% needs \\usepackage{booktabs}\n", to);
	if (is_float)
		fputs("\\begin{table}\n\\centering\n", to);
	if (t->caption != NULL)
		fprintf(to, "\\caption{%s}\n", t->caption); /* LaTeX of the author's own */
	if (t->label != NULL)
		fprintf(to, "\\label{%s}\n", t->label);
	rc = latex_header(t, to);
	for (size_t g = 0; g < t->groups && rc == SJ_OK; g++)
		rc = latex_group(t, g, to);
	fputs("\\bottomrule\n", to);
	if (paper_any_clairvoyant(t))
		fprintf(to, "\\multicolumn{%zu}{l}{\\footnotesize $^\\dagger$%s} \\\\\n",
			1 + (t->groups > 1) + t->options->metrics, footnote);
	fputs("\\end{tabular}\n", to);
	if (is_float)
		fputs("\\end{table}\n", to);
	return rc;
}

/* ---- Markdown ----------------------------------------------------------------------------- */

static int markdown_row(const struct paper_table *t, size_t g, size_t c, FILE *to)
{
	char *name = paper_group_name(t, g);

	if (name == NULL)
		return SJ_ENOMEM;
	fputs("|", to);
	if (t->groups > 1) { /* in every row: Markdown tables have no rules */
		fputc(' ', to);
		escape_markdown(to, name);
		fputs(" |", to);
	}
	free(name);
	fputc(' ', to);
	escape_markdown(to, policy(t, g, c));
	fputs(clairvoyant(t, g, c) ? " \xe2\x80\xa0 |" : " |", to);
	for (size_t m = 0; m < t->options->metrics; m++) {
		const char *bold = paper_is_best(t, g, m, c) ? "**" : "";
		char *cell = paper_cell(t, g, m, c);

		if (cell == NULL)
			return SJ_ENOMEM;
		fprintf(to, " %s%s%s |", bold, cell, bold);
		free(cell);
	}
	fputc('\n', to);
	return SJ_OK;
}

static int markdown_header(const struct paper_table *t, FILE *to)
{
	if (t->caption != NULL)
		fprintf(to, "%s\n\n", t->caption);
	fputs(t->groups > 1 ? "| Workload | Policy |" : "| Policy |", to);
	for (size_t m = 0; m < t->options->metrics; m++) {
		char *heading = paper_heading(t, m);

		if (heading == NULL)
			return SJ_ENOMEM;
		fputc(' ', to);
		escape_markdown(to, heading);
		fputs(" |", to);
		free(heading);
	}
	fputs(t->groups > 1 ? "\n| :-- | :-- |" : "\n| :-- |", to);
	for (size_t m = 0; m < t->options->metrics; m++)
		fputs(" --: |", to);
	fputc('\n', to);
	return SJ_OK;
}

int paper_write_markdown(const struct paper_table *t, FILE *to)
{
	int rc = markdown_header(t, to);

	for (size_t g = 0; g < t->groups; g++)
		for (size_t c = 0; c < t->group[g].configs && rc == SJ_OK; c++)
			rc = markdown_row(t, g, c, to);
	if (paper_any_clairvoyant(t))
		fprintf(to, "\n\xe2\x80\xa0 %s\n", footnote);
	return rc;
}

/* ---- box ------------------------------------------------------------------------------------- */

static void box_rows(const struct paper_table *t, size_t g, struct table_text *box)
{
	char *text = paper_group_name(t, g);

	table_text_rule(box);
	for (size_t c = 0; c < t->group[g].configs; c++) {
		if (t->groups > 1)
			table_text_cell(box, c == 0 ? text : "");
		table_text_cellf(box, "%s%s", policy(t, g, c),
				 clairvoyant(t, g, c) ? " *" : "");
		for (size_t m = 0; m < t->options->metrics; m++) {
			char *cell = paper_cell(t, g, m, c);

			table_text_cell(box, cell);
			free(cell);
		}
		table_text_end_row(box);
	}
	free(text);
}

int paper_write_box(const struct paper_table *t, FILE *to)
{
	struct table_text *box = table_text_create();
	unsigned first = t->groups > 1 ? 2 : 1;
	int rc;

	if (t->groups > 1)
		table_text_cell(box, "Workload");
	table_text_cell(box, "Policy");
	for (size_t m = 0; m < t->options->metrics; m++) {
		char *heading = paper_heading(t, m);

		table_text_cell(box, heading);
		table_text_align(box, first + (unsigned)m, 'r');
		free(heading);
	}
	table_text_end_row(box);
	for (size_t g = 0; g < t->groups; g++)
		box_rows(t, g, box);
	if (t->caption != NULL)
		fprintf(to, "%s\n", t->caption);
	rc = table_text_print(box, to, table_text_unicode(to));
	if (paper_any_clairvoyant(t))
		fprintf(to, "* %s\n", footnote);
	table_text_free(box);
	return rc;
}
