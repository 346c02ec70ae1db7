/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.c - see values.h. */
#include "plot/values.h"

#include <stdlib.h>

#include "plot/query.h"

static int append(struct values *out, double v)
{
	if (out->count == out->room) {
		size_t room = out->room * 2 + 1024;
		double *p = realloc(out->v, room * sizeof(*p));

		if (p == NULL)
			return SJ_ENOMEM;
		out->v = p;
		out->room = room;
	}
	out->v[out->count++] = v;
	return SJ_OK;
}

int values_read(const struct plot_runs *runs, const struct plot_run *run,
		const char *sql, const char *metric, struct values *out, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, sql, &q, err);

	if (rc == SJ_OK)
		plot_query_text(&q, ":metric", metric);
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		rc = append(out, sqlite3_column_double(q.st, 0));
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

int values_read_series(const struct plot_runs *runs, size_t series, const char *sql,
		       const char *metric, struct values *out, sj_error *err)
{
	const struct plot_series *s = &runs->series[series];
	int rc = SJ_OK;

	for (size_t i = 0; i < s->count && rc == SJ_OK; i++)
		rc = values_read(runs, &runs->run[s->first + i], sql, metric, out, err);
	return rc;
}

void values_free(struct values *v)
{
	free(v->v);
	*v = (struct values){ 0 };
}
