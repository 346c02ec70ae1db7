/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rounds.c - see rounds.h. */
#include "plot/rounds.h"

#include <stdlib.h>
#include <string.h>

#include "plot/embedded.h"
#include "plot/query.h"

int rounds_read_arms(const struct plot_runs *runs, const struct plot_run *run,
		     struct rounds *out, sj_error *err)
{
	struct plot_query q;
	int rc = plot_query_open(runs, run, plot_arm_names_sql, &q, err);

	*out = (struct rounds){ .count = 0 };
	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		char **grown = realloc(out->arm, (out->arms + 1) * sizeof(*grown));

		if (grown != NULL)
			out->arm = grown;
		if (grown != NULL)
			out->arm[out->arms] = strdup((const char *)sqlite3_column_text(q.st, 0));
		if (out->learner == NULL)
			out->learner = strdup((const char *)sqlite3_column_text(q.st, 1));
		if (grown == NULL || out->arm[out->arms++] == NULL || out->learner == NULL)
			rc = SJ_ENOMEM;
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

static int add(struct rounds *r, struct played p, size_t *room)
{
	if (r->count == *room) {
		size_t want = *room != 0 ? 2 * *room : 256;
		struct played *grown = realloc(r->round, want * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		r->round = grown;
		*room = want;
	}
	r->round[r->count++] = p;
	return SJ_OK;
}

int rounds_read_played(const struct plot_runs *runs, const struct plot_run *run,
		       struct rounds *out, sj_error *err)
{
	struct plot_query q;
	size_t room = 0;
	int rc = plot_query_open(runs, run, plot_arms_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		int64_t arm = sqlite3_column_int64(q.st, 0);

		if (arm >= 1 && (size_t)arm <= out->arms)
			rc = add(out, (struct played){ .arm = (uint32_t)arm - 1,
						       .from = sqlite3_column_int64(q.st, 1),
						       .to = sqlite3_column_int64(q.st, 2) },
				 &room);
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

int rounds_read_rewards(const struct plot_runs *runs, const struct plot_run *run,
			struct rounds *out, sj_error *err)
{
	struct plot_query q;
	size_t room = 0;
	int rc = plot_query_open(runs, run, plot_regret_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK)
		rc = add(out, (struct played){ .from = sqlite3_column_int64(q.st, 0),
					       .to = sqlite3_column_int64(q.st, 1),
					       .reward = sqlite3_column_double(q.st, 2) },
			 &room);
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

void rounds_free(struct rounds *r)
{
	for (size_t i = 0; i < r->arms; i++)
		free(r->arm[i]);
	free(r->arm);
	free(r->learner);
	free(r->round);
	*r = (struct rounds){ .count = 0 };
}
