/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_bars.c - `plot bars`: results by policy, with 95 % confidence intervals.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "plot/estimate.h"
#include "plot/kinds.h"
#include "plot/label.h"
#include "plot/text.h"
#include "sojourn/param.h"

#define LINES_MAX   3    /* of a panel's label */
#define METRICS_MAX 6
#define PANELS_ROW  3    /* side by side */
#define LOG_RATIO   50   /* beyond which the short bars of a linear axis vanish */
#define SHORT_LABEL 18   /* characters that fit to the left of the bars */
#define CHAR_EM     0.56 /* width of a character, generously */
#define ROOM_EM     3.4  /* of a panel, for the numbers at the ends of the bars */
#define GAP_EM      1.4  /* between panels */

/* ---- which metrics ------------------------------------------------------------ */

static int choose_metrics(const struct plot_options *o,
			  const sj_metric_info *m[METRICS_MAX], size_t *n, sj_error *err)
{
	static const sj_metric usual[] = { SJ_M_WAIT_MEAN, SJ_M_BSLD, SJ_M_UTILIZATION };
	int rc = SJ_OK;

	*n = 0;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]) && o->metrics == 0; i++)
		m[(*n)++] = &sj_metric_infos[usual[i]];
	if (o->metrics > METRICS_MAX)
		return sj_fail(err, SJ_EUSAGE, "plot bars: at most %d metrics fit a figure",
			       METRICS_MAX);
	for (size_t i = 0; i < o->metrics && rc == SJ_OK; i++) {
		rc = plot_metric_find("bars", o->metric[i], &m[*n], err);
		for (size_t k = 0; k < *n && rc == SJ_OK; k++)
			if (m[k] == m[*n])
				rc = sj_fail(err, SJ_EUSAGE, "plot bars: --metric %s is "
					     "given twice", o->metric[i]);
		++*n;
	}
	return rc;
}

/* ---- words ---------------------------------------------------------------------- */

/* What papers call the usual results; others go by the name they are stored under. */
static const struct {
	sj_metric   metric;
	const char *name;
} usual_names[] = {
	{ SJ_M_WAIT_MEAN, "mean_wait" }, { SJ_M_RESPONSE_MEAN, "mean_response" },
	{ SJ_M_BSLD, "mean_bounded_slowdown" }, { SJ_M_SLOWDOWN, "mean_slowdown" },
	{ SJ_M_JAIN, "Jain_index" },
	{ SJ_M_WAIT_P95, "wait,_95th percentile" }, { SJ_M_WAIT_P99, "wait,_99th percentile" },
};

static const char *usual_name(const sj_metric_info *m)
{
	for (size_t i = 0; i < sizeof(usual_names) / sizeof(usual_names[0]); i++)
		if (m == &sj_metric_infos[usual_names[i].metric])
			return usual_names[i].name;
	return m->name;
}

/* "wait_max_s" in hours is "wait max" over "(hours)". */
static void name_panel(const sj_metric_info *m, const char *unit, bool logarithmic,
		       char *buf, size_t size)
{
	const char *name = usual_name(m);
	size_t n = strlen(name), width = 0;
	char *last_blank = NULL;

	if (n > 2 && strcmp(name + n - 2, "_s") == 0)
		n -= 2;
	snprintf(buf, size, "%.*s", (int)n, name);
	for (char *p = buf; *p != '\0'; p++, width++) {
		if (*p != '_')
			continue;
		*p = ' ';
		/* Fold where a panel would be too narrow for the line. */
		if (width > 13 && last_blank != NULL) {
			*last_blank = '\n';
			width = (size_t)(p - last_blank);
		}
		last_blank = p;
	}
	if (width > 16 && last_blank != NULL)
		*last_blank = '\n';
	if (unit[0] != '\0' || logarithmic)
		snprintf(buf + n, size - n, "\n(%s%s%s)", unit,
			 unit[0] != '\0' && logarithmic ? ", " : "",
			 logarithmic ? "log scale" : "");
}

static void name_value(double v, char *buf, size_t size)
{
	char whole[32];

	if (fabs(v) >= 1000 && fabs(v) < 1e15)
		snprintf(buf, size, "%s", text_thousands(llround(v), whole));
	else
		snprintf(buf, size, "%.3g", v);
}

/* ---- writing --------------------------------------------------------------------- */

struct scale {
	double      factor;
	const char *unit;
};

/* Times in the unit that suits `top`; shares in percent. */
static struct scale choose_scale(const sj_metric_info *m, double top)
{
	struct text_unit u;

	if (m == &sj_metric_infos[SJ_M_UTILIZATION] || m == &sj_metric_infos[SJ_M_LOSS])
		return (struct scale){ 100, "%" };
	if (strcmp(m->unit, "s") != 0)
		return (struct scale){ 1, m->unit };
	u = text_time_unit(top);
	return (struct scale){ 1 / u.seconds, u.name };
}

/* The ends of the values of one metric, intervals included. */
struct range {
	double least, most;
};

static struct range find_range(const struct estimate *e, size_t count)
{
	struct range r = { INFINITY, 0 };

	for (size_t s = 0; s < count; s++) {
		r.least = fmin(r.least, fmin(e[s].value, e[s].low));
		r.most = fmax(r.most, fmax(e[s].value, e[s].high));
	}
	return r;
}

static bool is_wide(struct range r)
{
	return r.least > 0 && r.most > LOG_RATIO * r.least;
}

/* The lines of a panel's label, XLINE[3 (panel - 1) + 1 ..]; returns how many. */
static size_t write_lines(struct figure *f, size_t panel, char *text)
{
	size_t n = 0;
	char *rest = text;

	for (char *line; n < LINES_MAX && (line = strsep(&rest, "\n")) != NULL; n++)
		figure_array_text(f, "XLINE", LINES_MAX * (panel - 1) + n + 1, line);
	for (size_t k = n; k < LINES_MAX; k++)
		figure_array_text(f, "XLINE", LINES_MAX * (panel - 1) + k + 1, "");
	return n;
}

/* Characters of 10^e as a tick says it: "0.01", "1", "10,000". */
static int tick_length(int e)
{
	return e < 0 ? 2 - e : 1 + e + e / 3;
}

/* Do numbers at every `stride`-th decade of [from, upto] stand apart? */
static bool stand_apart(int from, int upto, int stride, double decade_em)
{
	int e = from;

	do {
		if (stride * decade_em < 0.5 + CHAR_EM / 2 *
		    (tick_length(e) + tick_length(e + stride)))
			return false;
		e += stride;
	} while (e + stride <= upto);
	return true;
}

/*
 * Powers of ten, numbered as densely as they can be read on an axis `em` wide. At
 * least two are: where the panel is narrow, the second stands beyond the longest
 * bar, as the axis goes on there.
 */
static void write_ticks_log(struct figure *f, double lo, double hi, double em)
{
	const int from = (int)ceil(log10(lo) - 1e-9), upto = (int)floor(log10(hi) + 1e-9);
	int stride = 1;

	while (!stand_apart(from, upto, stride, em / log10(hi / lo)))
		stride++;
	text_ticks_log_every(lo, fmax(hi, pow(10, from + stride)), stride, f->vars);
}

/* XLINE, XLOG, XLO, XHI, XTICKS of a panel whose axis, up to the end of the longest
 * bar, is `em` wide. Returns the lines of its label. */
static size_t write_axis(struct figure *f, const sj_metric_info *m, size_t panel,
			 const struct scale *sc, struct range r, double em)
{
	const bool logarithmic = is_wide(r);
	double lo = logarithmic ? pow(10, floor(log10(r.least * sc->factor) - 0.1)) : 0;
	double hi = r.most > 0 ? r.most * sc->factor : 1;
	size_t lines;
	char text[80];

	name_panel(m, sc->unit, logarithmic, text, sizeof(text));
	lines = write_lines(f, panel, text);
	figure_array_num(f, "XLOG", panel, logarithmic);
	figure_array_num(f, "XLO", panel, lo);
	figure_array_num(f, "XHI", panel, hi);
	snprintf(text, sizeof(text), "XTICKS[%zu]", panel);
	figure_ticks_begin(f, text);
	if (logarithmic)
		write_ticks_log(f, lo, hi, em);
	else
		text_ticks_linear(0, hi, hi < 1000 ? 3 : 2, 0, f->vars);
	figure_ticks_end(f);
	return lines;
}

static size_t write_panel(struct figure *f, const struct plot_runs *runs, size_t count,
			  const sj_metric_info *m, size_t at, const struct estimate *e,
			  double em)
{
	const struct range r = find_range(e, count);
	const struct scale sc = choose_scale(m, is_wide(r) ? sqrt(r.least * r.most) : r.most);
	const size_t lines = write_axis(f, m, at + 1, &sc, r, em);
	char text[80];

	figure_block(f, m->name);
	for (size_t s = 0; s < count; s++) {
		double v = e[s].value * sc.factor;

		if (isnan(v))
			snprintf(text, sizeof(text), "n/a");
		else
			name_value(v, text, sizeof(text));
		fprintf(f->data, "%zu %.9g %.9g %.9g %.9g \"%s\" # %s\n", s + 1,
			isnan(v) ? 0 : v, e[s].low * sc.factor, e[s].high * sc.factor,
			isnan(v) ? 0 : fmax(v, e[s].high * sc.factor), text,
			runs->series[s].label);
		f->points++;
	}
	return lines;
}

/* What the intervals are, in a line below the bars. */
static void write_note(struct figure *f, const struct plot_runs *runs, size_t count,
		       bool any)
{
	size_t least = SIZE_MAX, most = 0;
	char text[120];

	for (size_t s = 0; s < count; s++) {
		least = runs->series[s].count < least ? runs->series[s].count : least;
		most = runs->series[s].count > most ? runs->series[s].count : most;
	}
	if (!any)
		text[0] = '\0';
	else if (most == 1)
		snprintf(text, sizeof(text), "95 %% intervals: block bootstrap over jobs");
	else if (least == most)
		snprintf(text, sizeof(text), "95 %% intervals over %zu replications", most);
	else
		snprintf(text, sizeof(text), "95 %% intervals over %zu\u2013%zu "
			 "replications; of one run, over jobs", least, most);
	figure_text(f, "NOTE", text);
}

/* Where things are, in em. */
struct layout {
	bool   beside; /* labels to the left of the bars, not above them */
	double left, panel;
	size_t rows, columns;
};

static struct layout plan_layout(const struct figure *f, const struct plot_runs *runs,
				 size_t count, size_t metrics)
{
	const double width = plot_look_width(f->look) / (f->look->style->font_pt / 72);
	struct layout l = { .rows = (metrics + PANELS_ROW - 1) / PANELS_ROW,
			    .columns = metrics < PANELS_ROW ? metrics : PANELS_ROW };
	size_t longest = 0;

	for (size_t s = 0; s < count; s++) {
		size_t n = plot_label_length(runs->series[s].label);

		longest = n > longest ? n : longest;
	}
	l.beside = longest <= (f->look->wide ? 2 : 1) * SHORT_LABEL;
	l.left = l.beside ? (double)longest * CHAR_EM + 1.0 : 1.4;
	l.panel = (width - l.left - 0.6 - (double)(l.columns - 1) * GAP_EM) /
		  (double)l.columns;
	return l;
}

static void write_layout(struct figure *f, const struct layout *l, size_t count,
			 size_t metrics, size_t lines)
{
	const double em = f->look->style->font_pt / 72;

	figure_num(f, "BESIDE", l->beside);
	figure_num(f, "LEFT_EM", l->left);
	figure_num(f, "PANEL_EM", l->panel);
	figure_num(f, "GAP_EM", GAP_EM);
	figure_num(f, "ROOM_EM", ROOM_EM);
	figure_num(f, "ROWS", (double)l->rows);
	figure_num(f, "COLUMNS", (double)l->columns);
	figure_num(f, "METRICS", (double)metrics);
	figure_num(f, "LINES", (double)lines);
	f->legend = "";
	f->body_in = (double)l->rows *
		     ((double)count * (l->beside ? 1.35 : 2.6) * em +
		      (2.6 + 1.25 * (double)lines) * em) + 1.3 * em;
}

int plot_make_bars(struct figure *f, const struct plot_runs *runs, size_t count,
		   const struct plot_options *o, sj_error *err)
{
	const sj_metric_info *m[METRICS_MAX];
	struct estimate *e = calloc(count * METRICS_MAX, sizeof(*e));
	struct layout l = { 0 };
	bool any = false;
	size_t n = 0, lines = 0;
	int rc = e == NULL ? SJ_ENOMEM : choose_metrics(o, m, &n, err);

	for (size_t k = 0; k < n && rc == SJ_OK; k++)
		for (size_t s = 0; s < count && rc == SJ_OK; s++) {
			rc = estimate_read(runs, s, m[k], o->seed, &e[k * count + s], err);
			any = any || !isnan(e[k * count + s].low);
		}
	if (rc == SJ_OK) {
		l = plan_layout(f, runs, count, n);
		write_note(f, runs, count, any);
		figure_array(f, "XLINE", LINES_MAX * n);
		figure_array(f, "XLOG", n);
		figure_array(f, "XLO", n);
		figure_array(f, "XHI", n);
		figure_array(f, "XTICKS", n);
	}
	for (size_t k = 0; k < n && rc == SJ_OK; k++) {
		size_t here = write_panel(f, runs, count, m[k], k, e + k * count,
					  l.panel - ROOM_EM);

		lines = here > lines ? here : lines;
	}
	if (rc == SJ_OK)
		write_layout(f, &l, count, n, lines);
	free(e);
	return rc;
}
