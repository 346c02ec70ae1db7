/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.c - see timeline.h. */
#include "plot/timeline.h"

#include "plot/query.h"
#include "plot/text.h"

static int read_one(const struct plot_runs *runs, const struct plot_run *run,
		    const char *sql, struct timeline *out, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		sj_time origin = sqlite3_column_int64(q.st, 0);
		sj_time from = sqlite3_column_int64(q.st, 1) - origin;
		sj_time to = sqlite3_column_int64(q.st, 2) - origin;
		sj_time finish = sqlite3_column_int64(q.st, 4) - origin;

		rc = steps_add(&out->steps, from, to, 1, sqlite3_column_int64(q.st, 3));
		out->end = finish > out->end ? finish : out->end;
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

int timeline_read(const struct plot_runs *runs, size_t series, const char *sql,
		  struct timeline *out, sj_error *err)
{
	const struct plot_series *s = &runs->series[series];
	int rc = SJ_OK;

	*out = (struct timeline){ .runs = s->count };
	for (size_t i = 0; i < s->count && rc == SJ_OK; i++)
		rc = read_one(runs, &runs->run[s->first + i], sql, out, err);
	steps_finish(&out->steps);
	return rc;
}

void timeline_free(struct timeline *t)
{
	steps_free(&t->steps);
}

int timespan_choose(const struct timeline *t, size_t count, const char *kind,
		    const struct plot_options *o, struct timespan *out, sj_error *err)
{
	sj_time end = 0;

	for (size_t s = 0; s < count; s++)
		end = t[s].end > end ? t[s].end : end;
	if (end == 0)
		return sj_fail(err, SJ_EINVAL, "plot %s: no job of the chosen runs took "
			       "any time, so there is nothing to draw over time", kind);
	*out = (struct timespan){ .from = 0, .to = end };
	if (o->to > 0) {
		if (o->from >= end)
			return sj_fail(err, SJ_EINVAL, "plot %s: --window begins after the "
				       "last job has ended (%.6g s after the first submit)",
				       kind, (double)end / 1e9);
		out->from = o->from;
		out->to = o->to < end ? o->to : end;
	}
	timespan_set_unit(out);
	return SJ_OK;
}
