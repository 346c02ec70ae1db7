/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_ratios.c - `plot ratios`: a metric over many workloads, by policy: its ratio to the best
 * of any policy on the same workload, or to another metric of the run, as boxes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/metric_text.h"
#include "plot/embedded.h"
#include "plot/kinds.h"
#include "plot/label.h"
#include "plot/query.h"
#include "plot/text.h"
#include "stats/describe.h"

#define LOG_RATIO 4     /* beyond which the boxes of a linear axis are flat */
#define ROW_EM    1.45
#define LABEL_CUT 24    /* characters of a row's label */

struct value {
	const struct plot_run *run;
	double value, reference, ratio;
};

struct row {
	const char *label;
	double least, low, quarter, median, three, high, most, mean;
};

struct boxes {
	const sj_metric_info *m, *reference; /* NULL: the best */
	struct value *value;
	size_t        values, workloads, missing;
	struct row   *row;
	size_t        rows;
};

static int choose_metrics(const struct plot_options *o, struct boxes *b, sj_error *err)
{
	int rc = plot_metric_find("ratios", o->metrics > 0 ? o->metric[0] : "makespan_s", &b->m,
				  err);

	if (rc == SJ_OK && o->metrics > 2)
		rc = sj_fail(err, SJ_EUSAGE, "plot ratios draws one metric over another; give "
			     "--metric once or twice");
	if (rc == SJ_OK && o->metrics == 2)
		rc = plot_metric_find("ratios", o->metric[1], &b->reference, err);
	if (rc == SJ_OK && b->reference == NULL && b->m->better == 0)
		rc = sj_fail(err, SJ_EUSAGE, "plot ratios: neither smaller nor larger is better in "
			     "%s; give a second --metric that it is divided by", b->m->name);
	return rc;
}

static int read_metric(const struct plot_runs *runs, const struct plot_run *run, const char *name,
		       double *out, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_metric_sql, &q, err);

	*out = NAN;
	if (rc != SJ_OK)
		return rc;
	plot_query_text(&q, ":metric", name);
	rc = plot_query_next(&q, err);
	if (rc == SJ_OK)
		*out = sqlite3_column_double(q.st, 0);
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int read_values(const struct plot_runs *runs, size_t series, struct boxes *b,
		       sj_error *err)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < runs->runs && rc == SJ_OK; i++) {
		struct value v = { .run = &runs->run[i], .reference = NAN };

		if (v.run->series >= series)
			continue;
		rc = read_metric(runs, v.run, b->m->name, &v.value, err);
		if (rc == SJ_OK && b->reference != NULL)
			rc = read_metric(runs, v.run, b->reference->name, &v.reference, err);
		if (rc == SJ_OK && !isnan(v.value))
			b->value[b->values++] = v;
	}
	return rc;
}

/* ---- ratios ----------------------------------------------------------------------------- */

static int compare_workloads(const struct plot_run *a, const struct plot_run *b)
{
	int c = strcmp(a->facet[FACET_WORKLOAD], b->facet[FACET_WORKLOAD]);

	return c != 0 ? c : strcmp(a->facet[FACET_CLUSTER], b->facet[FACET_CLUSTER]);
}

static int by_workload(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	int c = compare_workloads(x->run, y->run);

	return c != 0 ? c : (x->run > y->run) - (x->run < y->run);
}

/* Sorts by workload; what has no reference above 0 gets no ratio. */
static void find_ratios(struct boxes *b)
{
	size_t end;

	qsort(b->value, b->values, sizeof(*b->value), by_workload);
	for (size_t i = 0; i < b->values; i = end) {
		double best = b->value[i].value;

		for (end = i; end < b->values &&
		     compare_workloads(b->value[end].run, b->value[i].run) == 0; end++)
			best = b->m->better < 0 ? fmin(best, b->value[end].value)
						: fmax(best, b->value[end].value);
		b->workloads++;
		for (size_t k = i; k < end; k++) {
			struct value *v = &b->value[k];
			double to = b->reference != NULL ? v->reference : best;

			v->ratio = to > 0 && v->value > 0 ? v->value / to : NAN;
			b->missing += isnan(v->ratio);
		}
	}
}

static bool fill_row(const struct boxes *b, size_t series, const char *label, double *room,
		     struct row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < b->values; i++)
		if (b->value[i].run->series == series && !isnan(b->value[i].ratio))
			room[n++] = b->value[i].ratio;
	if (n == 0)
		return false;
	stat_sort(room, n);
	*row = (struct row){
		label, room[0], stat_quantile_sorted(room, n, 0.05),
		stat_quantile_sorted(room, n, 0.25), stat_quantile_sorted(room, n, 0.5),
		stat_quantile_sorted(room, n, 0.75), stat_quantile_sorted(room, n, 0.95),
		room[n - 1], stat_mean(room, n) };
	return true;
}

/* Best on top: by median, then by mean; equal ones as they were run. */
static bool is_better(const struct row *a, const struct row *b, int better)
{
	double x = a->median != b->median ? a->median : a->mean;
	double y = a->median != b->median ? b->median : b->mean;

	return better > 0 ? x > y : x < y;
}

static int fill_rows(const struct plot_runs *runs, size_t count, struct boxes *b)
{
	double *room = malloc((b->values + 1) * sizeof(*room));
	struct row row;

	b->row = malloc(count * sizeof(*b->row));
	if (room == NULL || b->row == NULL) {
		free(room);
		return SJ_ENOMEM;
	}
	for (size_t s = 0; s < count; s++) {
		size_t at = b->rows;

		if (!fill_row(b, s, runs->series[s].label, room, &row))
			continue;
		for (; at > 0 && is_better(&row, &b->row[at - 1], b->m->better); at--)
			b->row[at] = b->row[at - 1];
		b->row[at] = row;
		b->rows++;
	}
	free(room);
	return SJ_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* As tables have it; else "comm_s" is "comm". */
static void put_name(const sj_metric_info *m, char *buf, size_t size)
{
	size_t n = strlen(m->name), unit = strlen(m->unit);
	const char *label = metric_label(m->name);

	if (strcmp(label, m->name) != 0) {
		snprintf(buf, size, "%s", label);
		return;
	}
	if (unit > 0 && n > unit + 1 && strcmp(m->name + n - unit, m->unit) == 0 &&
	    m->name[n - unit - 1] == '_')
		n -= unit + 1;
	snprintf(buf, size, "%.*s", (int)n, m->name);
	for (char *p = buf; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
}

/* Ratios span little: 1, 2, 5 of each decade are numbered while there are few. */
static void write_ticks_log(struct figure *f, double lo, double hi)
{
	static const int steps[] = { 1, 2, 5 };
	bool first = true;

	if (hi > 150 * lo) {
		text_ticks_log(lo, hi, 4, f->vars);
		return;
	}
	fputc('(', f->vars);
	for (int e = (int)floor(log10(lo)); e <= (int)ceil(log10(hi)); e++) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			double at = steps[i] * pow(10, e);

			if (at < lo || at > hi)
				continue;
			fprintf(f->vars, "%s'%g' %g", first ? "" : ", ", at, at);
			first = false;
		}
	}
	fputc(')', f->vars);
}

static void write_axis(struct figure *f, const struct boxes *b)
{
	double lo = 1, hi = 1, room;
	char name[80], to[80], text[200];
	bool wide;

	for (size_t i = 0; i < b->rows; i++) {
		lo = fmin(lo, b->row[i].low);
		hi = fmax(hi, b->row[i].most);
	}
	wide = hi > LOG_RATIO * lo;
	room = wide ? pow(hi / lo, 0.04) : 0.04 * (hi - lo) + 0.005;
	lo = wide ? lo / room : lo - room;
	hi = wide ? hi * room : hi + room;
	put_name(b->m, name, sizeof(name));
	if (b->reference != NULL)
		put_name(b->reference, to, sizeof(to));
	snprintf(text, sizeof(text), "%s / %s%s", name,
		 b->reference != NULL ? to : "best of any policy", wide ? " (log scale)" : "");
	figure_text(f, "XLABEL", text);
	figure_num(f, "LOG", wide);
	figure_num(f, "XLO", lo);
	figure_num(f, "XHI", hi);
	figure_ticks_begin(f, "XTICKS");
	if (wide)
		write_ticks_log(f, lo, hi);
	else
		text_ticks_linear(lo, hi, 5, 0, f->vars);
	figure_ticks_end(f);
}

/* Cut to what leaves room for the boxes. */
static void put_label(struct figure *f, size_t row, const char *label)
{
	size_t n = plot_label_length(label);
	char text[LABEL_CUT + 3];

	snprintf(text, sizeof(text), "%.*s%s", LABEL_CUT, label, n > LABEL_CUT ? ".." : "");
	figure_array_text(f, "ROW", row, text);
	n = n > LABEL_CUT ? LABEL_CUT + 2 : n;
	f->y_chars = n > f->y_chars ? n : f->y_chars;
}

static void write_rows(struct figure *f, const struct boxes *b)
{
	char text[160];

	figure_block(f, "row, 5 %, quarter, median, three quarters, 95 %, most, mean");
	figure_array(f, "ROW", b->rows);
	for (size_t i = 0; i < b->rows; i++) {
		const struct row *r = &b->row[i];

		fprintf(f->data, "%zu %.9g %.9g %.9g %.9g %.9g %.9g %.9g # %s\n", i + 1, r->low,
			r->quarter, r->median, r->three, r->high, r->most, r->mean, r->label);
		put_label(f, i + 1, r->label);
		f->points++;
	}
	figure_num(f, "ROWS", (double)b->rows);
	snprintf(text, sizeof(text), "%zu workloads: quartiles, 5\u201395 %%, diamond mean, cross most", b->workloads);
	figure_text(f, "NOTE", text);
	f->legend = "";
	f->body_in = ((double)b->rows * ROW_EM + 3.4 + 1.3) * f->look->style->font_pt / 72;
}

int plot_make_ratios(struct figure *f, const struct plot_runs *runs, size_t count,
		     const struct plot_options *o, sj_error *err)
{
	struct boxes b = { .value = calloc(runs->runs + 1, sizeof(*b.value)) };
	int rc = b.value == NULL ? SJ_ENOMEM : choose_metrics(o, &b, err);

	if (rc == SJ_OK)
		rc = read_values(runs, count, &b, err);
	if (rc == SJ_OK)
		find_ratios(&b);
	if (rc == SJ_OK && b.workloads < 2)
		rc = sj_fail(err, SJ_EINVAL, "plot ratios: %zu workload%s with %s; a distribution "
			     "over workloads needs several", b.workloads,
			     b.workloads == 1 ? "" : "s", b.m->name);
	if (rc == SJ_OK)
		rc = fill_rows(runs, count, &b);
	if (rc == SJ_OK && b.rows == 0)
		rc = sj_fail(err, SJ_EINVAL, "plot ratios: no chosen run has a %s above 0",
			     b.reference != NULL ? b.reference->name : b.m->name);
	if (rc == SJ_OK && b.missing > 0)
		say("plot ratios: %zu of %zu runs left out, without a ratio above 0", b.missing,
		    b.values);
	if (rc == SJ_OK) {
		write_axis(f, &b);
		write_rows(f, &b);
	}
	free(b.value);
	free(b.row);
	return rc;
}
