/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_figure.c - see coflow_figure.h. */
#include "coflow/coflow_figure.h"

#include <stdlib.h>
#include <string.h>

#include "plot/cdf_curves.h"
#include "plot/embedded.h"
#include "plot/emit.h"

#define CURVES_MAX 8u /* with the lower bound */

struct curves {
	struct plot_series series[CURVES_MAX];
	const char        *label[CURVES_MAX];
	struct values      values[CURVES_MAX];
	size_t             count;
};

/* Times are copied: they are sorted. */
static int add_curve(struct curves *c, const char *label, const double *x, size_t n)
{
	struct values *v = &c->values[c->count];

	v->v = malloc(n * sizeof(*v->v));
	c->series[c->count].label = strdup(label);
	c->label[c->count] = label;
	v->count = v->room = n;
	if (v->v == NULL || c->series[c->count++].label == NULL)
		return SJ_ENOMEM;
	memcpy(v->v, x, n * sizeof(*x));
	return SJ_OK;
}

static int make(struct figure *f, struct curves *c, const struct coflow_study *s)
{
	size_t n = s->set->c.count;
	struct cdf_curves cdf = {
		.values = c->values, .label = c->label, .what = "coflows", .time = true,
		.xlabel = "completion time (log scale)",
	};
	int rc = SJ_OK;

	for (size_t i = 0; i < s->outcomes && rc == SJ_OK; i++)
		rc = add_curve(c, s->outcome[i].spec, s->outcome[i].cct_s, n);
	if (rc == SJ_OK)
		rc = add_curve(c, "each alone", s->alone_s, n);
	cdf.count = c->count;
	return rc == SJ_OK ? cdf_curves_write(f, &cdf) : rc;
}

int coflow_figure(const struct coflow_study *s, const struct plot_look *look, const char *path,
		  sj_error *err)
{
	struct curves c = { .count = 0 };
	struct plot_runs runs = { .series = c.series };
	struct figure f = { 0 };
	int rc;

	if (s->outcomes + 1 > CURVES_MAX)
		return sj_fail(err, SJ_EUSAGE, "coflow: %zu orders; a figure tells at most %u "
			       "apart", s->outcomes, CURVES_MAX - 1);
	rc = figure_init(&f, look, "coflow", plot_cdf_gp);
	if (rc == SJ_OK) {
		f.legend = "lines";
		rc = make(&f, &c, s);
	}
	if (rc == SJ_OK) {
		runs.count = c.count;
		figure_series(&f, &runs, c.count);
		rc = figure_emit(&f, &runs, c.count, path, err);
	} else {
		sj_fail(err, rc, "no memory for a picture");
	}
	figure_fini(&f);
	for (size_t i = 0; i < c.count; i++) {
		free(c.series[i].label);
		values_free(&c.values[i]);
	}
	return rc;
}
