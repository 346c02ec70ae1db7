/* SPDX-License-Identifier: GPL-3.0-or-later */
/* look.c - the tables of terminals and styles; see look.h. */
#include "plot/look.h"

#include <math.h>
#include <string.h>

#include "sojourn/param.h"

#define PNG_DPI 300 /* what journals ask of line art in pixels, at least */
#define CSS_DPI 96  /* of SVG, by definition */
#define DPI_GNUPLOT 72.0
#define DUMB_ZOOM 1.32 /* a column of 3.33 inches fills a terminal of 79 characters */

const struct plot_terminal plot_terminals[] = {
	{ "pdf", ".pdf", "PDF with embedded outline fonts", false, false, false },
	{ "cairolatex", ".tex", "text by LaTeX over a PDF (two files)", true, false, true },
	{ "tikz", ".tex", "TikZ commands for LaTeX", true, false, false },
	{ "svg", ".svg", "scalable, for the web", false, false, false },
	{ "png", ".png", "300 pixels an inch", false, false, false },
	{ "dumb", ".txt", "characters, to the terminal", false, true, false },
	{ NULL, NULL, NULL, false, false, false },
};

/* Widths from the class files: acmart sigconf, IEEEtran, the USENIX template. */
const struct plot_style plot_styles[] = {
	{ "acm", 3.33, 7.0, 8, "Helvetica" },
	{ "ieee", 3.5, 7.16, 8, "Helvetica" },
	{ "usenix", 3.25, 7.0, 9, "Helvetica" },
	{ NULL, 0, 0, 0, NULL },
};

int plot_terminal_find(const char *name, const struct plot_terminal **out, sj_error *err)
{
	const char *names[16], *near;
	size_t n = 0;

	for (const struct plot_terminal *t = plot_terminals; t->name != NULL; t++) {
		names[n++] = t->name;
		if (strcmp(t->name, name) == 0) {
			*out = t;
			return SJ_OK;
		}
	}
	near = sj_nearest(name, names, n);
	return sj_fail(err, SJ_EUSAGE, "-T: no format \"%s\"%s%s%s; there are pdf, "
		       "cairolatex, tikz, svg, png and dumb", name,
		       near ? " (did you mean \"" : "", near ? near : "",
		       near ? "\"?)" : "");
}

int plot_style_find(const char *name, const struct plot_style **out, sj_error *err)
{
	for (const struct plot_style *s = plot_styles; s->name != NULL; s++)
		if (strcmp(s->name, name) == 0) {
			*out = s;
			return SJ_OK;
		}
	return sj_fail(err, SJ_EUSAGE, "--style: no style \"%s\"; there are acm, ieee "
		       "and usenix", name);
}

const struct plot_terminal *plot_terminal_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (const struct plot_terminal *t = plot_terminals; dot && t->name; t++)
		if (strcmp(t->suffix, dot) == 0)
			return t;
	return NULL;
}

double plot_look_width(const struct plot_look *look)
{
	return look->wide ? look->style->text_in : look->style->column_in;
}

void plot_look_terminal(const struct plot_look *look, double w, double h, FILE *to)
{
	const char *name = look->terminal->name, *font = look->style->font;
	const double pt = look->style->font_pt;

	if (strcmp(name, "pdf") == 0)
		/* 0.75 makes gnuplot's cairo "point" the printer's. */
		fprintf(to, "set terminal pdfcairo size %.4gin,%.4gin font '%s,%g' "
			"fontscale 0.75 linewidth 1.3 rounded dashlength 1.5\n", w, h, font, pt);
	else if (strcmp(name, "cairolatex") == 0)
		fprintf(to, "set terminal cairolatex pdf colortext size %.4gin,%.4gin font "
			"',%g' linewidth 1.3 rounded dashlength 1.5\n", w, h, pt);
	else if (strcmp(name, "tikz") == 0)
		fprintf(to, "set terminal tikz size %.4gin,%.4gin font "
			"'\\fontsize{%gpt}{%gpt}\\selectfont'\n",
			w, h, pt, pt * 1.2);
	else if (strcmp(name, "svg") == 0)
		/* A smaller font, scaled up: its lines are 1.5 font sizes apart, before
		 * scaling, and ours are 1.2. */
		fprintf(to, "set terminal svg size %.0f,%.0f font '%s,%.4g' fontscale 1.25 "
			"rounded dashlength 1.2 linewidth 1.2 background 'white'\n",
			w * CSS_DPI, h * CSS_DPI, font, pt * CSS_DPI / DPI_GNUPLOT / 1.25);
	else if (strcmp(name, "png") == 0)
		fprintf(to, "set terminal pngcairo size %.0f,%.0f font '%s,%g' "
			"fontscale %.4g linewidth 3 pointscale 3 rounded "
			"dashlength 1.5\n", w * PNG_DPI, h * PNG_DPI, font, pt,
			PNG_DPI / DPI_GNUPLOT * 0.75);
	else
		fprintf(to, "set terminal dumb size %.0f,%.0f noenhanced\n",
			floor(w * DUMB_ZOOM * 144 / pt),
			floor(h * DUMB_ZOOM * 72 / (pt * 1.25)));
}
