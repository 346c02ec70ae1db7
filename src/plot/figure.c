/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c - see figure.h. */
#include "plot/figure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/embedded.h"
#include "plot/label.h"
#include "plot/text.h"

#define EM_PER_CHARACTER 0.56 /* of the narrowest common sans serif, generously */
#define LINE_EM          1.27

int figure_init(struct figure *f, const struct plot_look *look, const char *kind,
		const char *gp)
{
	*f = (struct figure){ .look = look, .kind = kind, .gp = gp, .legend = "lines" };
	f->data = open_memstream(&f->data_text, &f->data_size);
	f->vars = open_memstream(&f->vars_text, &f->vars_size);
	return f->data != NULL && f->vars != NULL ? SJ_OK : SJ_ENOMEM;
}

void figure_fini(struct figure *f)
{
	if (f->data != NULL)
		fclose(f->data);
	if (f->vars != NULL)
		fclose(f->vars);
	free(f->data_text);
	free(f->vars_text);
	*f = (struct figure){ 0 };
}

/* ---- variables ------------------------------------------------------------ */

/* Inside double quotes gnuplot reads backslash escapes. */
static void put_quoted(const char *s, FILE *to)
{
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', to);
		if (*s == '\n')
			fputs("\\n", to);
		else if ((unsigned char)*s >= ' ')
			fputc(*s, to);
	}
}

static void put_text(struct figure *f, const char *value)
{
	char *tex = NULL;
	size_t size;
	FILE *to;

	fputc('"', f->vars);
	if (f->look->terminal->latex && (to = open_memstream(&tex, &size)) != NULL) {
		text_latex(value, to);
		fclose(to);
		value = tex;
	}
	put_quoted(value, f->vars);
	fputs("\"\n", f->vars);
	free(tex);
}

void figure_num(struct figure *f, const char *name, double value)
{
	if (isnan(value))
		fprintf(f->vars, "%s = NaN\n", name);
	else
		fprintf(f->vars, "%s = %.12g\n", name, value);
}

void figure_text(struct figure *f, const char *name, const char *value)
{
	fprintf(f->vars, "%s = ", name);
	put_text(f, value);
}

void figure_array(struct figure *f, const char *name, size_t n)
{
	fprintf(f->vars, "array %s[%zu]\n", name, n);
}

void figure_array_text(struct figure *f, const char *name, size_t i, const char *value)
{
	fprintf(f->vars, "%s[%zu] = ", name, i);
	put_text(f, value);
}

void figure_array_num(struct figure *f, const char *name, size_t i, double value)
{
	char cell[64];

	snprintf(cell, sizeof(cell), "%s[%zu]", name, i);
	figure_num(f, cell, value);
}


/* Tick labels are digits, units and quotes of the other kind: nothing to escape. */
void figure_ticks_begin(struct figure *f, const char *name)
{
	fprintf(f->vars, "%s = \"", name);
}

void figure_ticks_end(struct figure *f)
{
	fputs("\"\n", f->vars);
}

/* Writes finished ticks and remembers the longest label among them. */
static void put_yticks(struct figure *f, const char *name, const char *ticks)
{
	for (const char *p = strchr(ticks, '\''); p != NULL; p = strchr(p, '\'')) {
		size_t n = strcspn(p + 1, "'");

		f->y_chars = n > f->y_chars ? n : f->y_chars;
		p += n + 2;
	}
	fprintf(f->vars, "%s = \"%s\"\n", name, ticks);
}

void figure_yticks(struct figure *f, const char *name, double lo, double hi,
		   unsigned most, double least)
{
	char *ticks = NULL;
	size_t size;
	FILE *to = open_memstream(&ticks, &size);

	if (to == NULL)
		return;
	text_ticks_linear(lo, hi, most, least, to);
	if (fclose(to) == 0)
		put_yticks(f, name, ticks);
	free(ticks);
}

void figure_yticks_log(struct figure *f, const char *name, double lo, double hi,
		       unsigned most)
{
	char *ticks = NULL;
	size_t size;
	FILE *to = open_memstream(&ticks, &size);

	if (to == NULL)
		return;
	text_ticks_log(lo, hi, most, to);
	if (fclose(to) == 0)
		put_yticks(f, name, ticks);
	free(ticks);
}

void figure_time_axis(struct figure *f, double lo, double hi, const char *unit)
{
	char label[64];
	double step;

	figure_num(f, "XLO", lo);
	figure_num(f, "XHI", hi);
	figure_ticks_begin(f, "XTICKS");
	step = text_ticks_linear(lo, hi, 8, 0, f->vars);
	figure_ticks_end(f);
	figure_num(f, "XSTEP", step);
	snprintf(label, sizeof(label), "time since first submit (%s)", unit);
	figure_text(f, "XLABEL", label);
}

/* ---- data ----------------------------------------------------------------- */

void figure_block(struct figure *f, const char *what)
{
	fprintf(f->data, "%s# %s\n", ftell(f->data) > 0 ? "\n\n" : "", what);
}

void figure_point(struct figure *f, double x, double y)
{
	fprintf(f->data, "%.9g %.9g\n", x, y);
	f->points++;
}

void figure_series(struct figure *f, const struct plot_runs *runs, size_t count)
{
	figure_num(f, "SERIES", (double)count);
	figure_array(f, "LABEL", count);
	for (size_t s = 0; s < count; s++)
		figure_array_text(f, "LABEL", s + 1, runs->series[s].label);
}

/* ---- the script ----------------------------------------------------------- */

/* Columns of the legend, so that its rows are full and no text leaves the page. */
static size_t legend_columns(const struct plot_runs *runs, size_t count, double width,
			     double em)
{
	size_t longest = 1, fit, rows;
	double entry;

	for (size_t s = 0; s < count; s++) {
		size_t n = plot_label_length(runs->series[s].label);

		longest = n > longest ? n : longest;
	}
	entry = ((double)longest * EM_PER_CHARACTER + 4.5) * em;
	fit = (size_t)(width / entry);
	fit = fit < 1 ? 1 : fit > count ? count : fit;
	rows = (count + fit - 1) / fit;
	return (count + rows - 1) / rows;
}

static void put_origin(const struct figure *f, const struct plot_runs *runs,
		       size_t count, const char *stem, FILE *to)
{
	fprintf(to, "# %s, drawn by sojourn plot. Again, in this folder: gnuplot %s.gp\n",
		f->kind, stem);
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < runs->series[s].count; i++) {
			const struct plot_run *r = &runs->run[runs->series[s].first + i];
			const char *path = store_path(runs->db[r->db]);
			const char *slash = strrchr(path, '/');

			fprintf(to, "# series %zu: run %" PRId64 " of %s: %s on %s, "
				"seed %" PRId64 ", digest %s%s\n", s + 1, r->id,
				slash == NULL ? path : slash + 1,
				r->facet[FACET_POLICY], r->facet[FACET_WORKLOAD],
				r->seed, r->digest,
				r->clairvoyant ? ", clairvoyant" : "");
		}
}

/* In single quotes gnuplot knows one escape: the quote itself, doubled. */
static void put_name(const char *before, const char *stem, const char *suffix, FILE *to)
{
	fprintf(to, "%s '", before);
	for (; *stem != '\0'; stem++)
		fputs(*stem == '\'' ? "''" : (char[]){ *stem, '\0' }, to);
	fprintf(to, "%s'\n", suffix);
}

static void put_frame(struct figure *f, const struct plot_runs *runs, size_t count,
		      const char *stem, bool to_file, FILE *to)
{
	const struct plot_terminal *t = f->look->terminal;
	const double em = f->look->style->font_pt / 72, w = plot_look_width(f->look);
	size_t cols = legend_columns(runs, count, w, em);
	size_t rows = f->legend[0] != '\0' ? (count + cols - 1) / cols : 0;
	double top = (double)rows * LINE_EM * em + (f->look->title ? 1.5 * em : 0) + 0.5 * em;
	double h = f->body_in + top;

	plot_look_terminal(f->look, w, h, to);
	if (to_file)
		put_name("set output", stem, t->suffix, to);
	put_name("DATA =", stem, ".dat", to);
	fprintf(to, "TERM = '%s'; LATEX = %d; DUMB = %d\n", t->name, t->latex, t->dumb);
	fprintf(to, "W = %.4g; H = %.4g; EM = %.6g; TOP = %.4g\n", w, h, em, top);
	fprintf(to, "LEGEND = '%s'\n", f->legend);
	fprintf(to, "YCHARS = %zu; CHAR = %.4g\n", f->y_chars, EM_PER_CHARACTER);
	fprintf(to, "KEYROWS = %zu\n", rows > 0 ? rows : 1);
}

int figure_script(struct figure *f, const struct plot_runs *runs, size_t count,
		  const char *stem, bool to_file, FILE *to)
{
	figure_text(f, "TITLE", f->look->title == NULL ? "" : f->look->title);
	if (fflush(f->vars) != 0 || fflush(f->data) != 0)
		return SJ_ENOMEM;
	put_origin(f, runs, count, stem, to);
	put_frame(f, runs, count, stem, to_file, to);
	fwrite(f->vars_text, 1, f->vars_size, to);
	fprintf(to, "\n%s\n%s", plot_style_gp, f->gp);
	return SJ_OK;
}
