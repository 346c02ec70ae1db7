/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group.c - see group.h. */
#include "plot/group.h"

#include <stdlib.h>
#include <string.h>

#include "input/folder.h"
#include "plot/embedded.h"
#include "plot/label.h"
#include "plot/query.h"

const char *const plot_by_names[] = { "policy", "workload", "folder", NULL };

/* Of the workload's file; a generator has none. */
static int read_folder(const struct plot_runs *runs, const struct plot_run *r, char **out,
		       sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, r, plot_workload_path_sql, &q, err);
	const char *name;
	size_t n;

	*out = NULL;
	if (rc == SJ_OK)
		rc = plot_query_next(&q, err);
	if (rc == SJ_OK) {
		name = path_folder((const char *)sqlite3_column_text(q.st, 0), &n);
		*out = strndup(name, n);
	} else if (rc == SJ_END) {
		*out = strdup("generated");
	}
	plot_query_close(&q);
	return rc != SJ_OK && rc != SJ_END ? rc : *out == NULL ? SJ_ENOMEM : SJ_OK;
}

/* What the runs of one series have in common, malloc'd. */
static int name_of(const struct plot_runs *runs, const struct plot_run *r, enum plot_by by,
		   char **out, sj_error *err)
{
	if (by == PLOT_BY_FOLDER)
		return read_folder(runs, r, out, err);
	if (by == PLOT_BY_WORKLOAD)
		*out = plot_label_file(r->facet[FACET_WORKLOAD]);
	else if (asprintf(out, "%s%s", r->facet[FACET_POLICY],
			  r->clairvoyant ? " (clairvoyant)" : "") < 0)
		*out = NULL;
	return *out == NULL ? SJ_ENOMEM : SJ_OK;
}

static int by_series(const void *a, const void *b)
{
	const struct plot_run *p = a, *q = b;

	if (p->series != q->series)
		return p->series < q->series ? -1 : 1;
	if (p->db != q->db)
		return p->db < q->db ? -1 : 1;
	return (p->id > q->id) - (p->id < q->id);
}

/* The series of this name, which becomes its label when it is new. */
static size_t series_of(struct plot_runs *out, char *name)
{
	for (size_t s = 0; s < out->count; s++)
		if (strcmp(out->series[s].label, name) == 0) {
			free(name);
			return s;
		}
	out->series[out->count].label = name;
	return out->count++;
}

int plot_group(const struct plot_runs *runs, enum plot_by by, struct plot_runs *out,
	       sj_error *err)
{
	int rc = SJ_OK;

	*out = (struct plot_runs){ .db = runs->db, .dbs = runs->dbs,
				   .run = calloc(runs->runs, sizeof(*out->run)),
				   .series = calloc(runs->runs, sizeof(*out->series)) };
	if (out->run == NULL || out->series == NULL)
		rc = SJ_ENOMEM;
	for (size_t i = 0; i < runs->runs && rc == SJ_OK; i++) {
		char *name;

		rc = name_of(runs, &runs->run[i], by, &name, err);
		if (rc != SJ_OK)
			break;
		out->run[i] = runs->run[i];
		out->run[i].series = series_of(out, name);
		out->series[out->run[i].series].count++;
		out->runs++;
	}
	if (rc != SJ_OK) {
		plot_group_free(out);
		return rc;
	}
	qsort(out->run, out->runs, sizeof(*out->run), by_series);
	for (size_t s = 1; s < out->count; s++)
		out->series[s].first = out->series[s - 1].first + out->series[s - 1].count;
	return SJ_OK;
}

void plot_group_free(struct plot_runs *group)
{
	for (size_t s = 0; s < group->count; s++)
		free(group->series[s].label);
	free(group->run);
	free(group->series);
	*group = (struct plot_runs){ 0 };
}
