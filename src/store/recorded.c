/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorded.c - see recorded.h. */
#include "store/recorded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char sql_runs[] =
	"SELECT id, procs, seed, job_limit, jobs, events, clairvoyant,"
	" status, workload, cluster, policy, clock, overrun, estimates, digest, version,"
	" commit_id, compiler, cflags, command, error,"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'policy_as_typed'), policy),"
	" coalesce((SELECT sha256 FROM input WHERE run = id AND role = 'workload'), ''),"
	" coalesce((SELECT sha256 FROM input WHERE run = id AND role = 'policy'), ''),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'failures'), ''),"
	" coalesce((SELECT sha256 FROM input WHERE run = id AND role = 'failures'), ''),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'checkpoint'), ''),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'stragglers'), ''),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'staging'), 'hold'),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'collectives'), 'none'),"
	" coalesce((SELECT value FROM param WHERE run = id AND key = 'learn_from'), ''),"
	" coalesce((SELECT sha256 FROM input WHERE run = id AND role = 'learner'), ''),"
	" EXISTS (SELECT 1 FROM decision WHERE run = r.id),"
	" EXISTS (SELECT 1 FROM param WHERE run = r.id AND key = 'links_watched' AND value = '1'),"
	" EXISTS (SELECT 1 FROM param WHERE run = r.id AND key = 'bound' AND value = '1')"
	" FROM run AS r ORDER BY id";
enum { TEXTS_FROM = 7, TEXTS = 25 };

/* The text members in the order of the query. */
static void texts_of(struct recorded_run *r, char **text[TEXTS])
{
	char **all[TEXTS] = {
		&r->status, &r->workload, &r->cluster, &r->policy, &r->clock, &r->overrun,
		&r->estimates, &r->digest, &r->version, &r->commit, &r->compiler,
		&r->cflags, &r->command, &r->error, &r->policy_as_typed,
		&r->input_sha256, &r->policy_sha256, &r->failures, &r->failures_sha256,
		&r->checkpoint, &r->stragglers, &r->staging, &r->collectives,
		&r->learn_from, &r->learner_sha256,
	};

	memcpy(text, all, sizeof(all));
}

static int read_run(sqlite3_stmt *s, struct recorded_run *r)
{
	char **text[TEXTS];

	*r = (struct recorded_run){
		.id = (uint32_t)sqlite3_column_int64(s, 0),
		.procs = (uint32_t)sqlite3_column_int64(s, 1),
		.seed = (uint64_t)sqlite3_column_int64(s, 2),
		.job_limit = (uint64_t)sqlite3_column_int64(s, 3),
		.jobs = (uint64_t)sqlite3_column_int64(s, 4),
		.events = (uint64_t)sqlite3_column_int64(s, 5),
		.clairvoyant = sqlite3_column_int(s, 6) != 0,
		.has_decisions = sqlite3_column_int(s, TEXTS_FROM + TEXTS) != 0,
		.links_watched = sqlite3_column_int(s, TEXTS_FROM + TEXTS + 1) != 0,
		.bounds = sqlite3_column_int(s, TEXTS_FROM + TEXTS + 2) != 0,
	};
	texts_of(r, text);
	for (int i = 0; i < TEXTS; i++) {
		const unsigned char *value = sqlite3_column_text(s, TEXTS_FROM + i);

		*text[i] = strdup(value != NULL ? (const char *)value : "");
		if (*text[i] == NULL)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

int recorded_runs(struct store *st, struct recorded_run **out, size_t *count, sj_error *err)
{
	struct recorded_run *runs = NULL;
	size_t n = 0;
	sqlite3_stmt *s = NULL;
	int rc = SJ_OK, step = SQLITE_DONE;

	if (sqlite3_prepare_v2(store_db(st), sql_runs, -1, &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	while (rc == SJ_OK && (step = sqlite3_step(s)) == SQLITE_ROW) {
		struct recorded_run *grown = realloc(runs, (n + 1) * sizeof(*runs));

		if (grown == NULL) {
			rc = SJ_ENOMEM;
			break;
		}
		runs = grown;
		rc = read_run(s, &runs[n++]);
	}
	if (rc == SJ_OK && step != SQLITE_DONE)
		rc = store_fail(st, err);
	sqlite3_finalize(s);
	if (rc != SJ_OK) {
		recorded_free(runs, n);
		return rc;
	}
	*out = runs;
	*count = n;
	return SJ_OK;
}

void recorded_free(struct recorded_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char **text[TEXTS];

		texts_of(&runs[i], text);
		for (int k = 0; k < TEXTS; k++)
			free(*text[k]);
	}
	free(runs);
}

int recorded_metrics(struct store *st, uint32_t run, sj_metrics *out, sj_error *err)
{
	sqlite3_stmt *s = NULL;
	int step;

	for (int i = 0; i < SJ_METRIC_COUNT; i++)
		out->value[i] = NAN;
	if (sqlite3_prepare_v2(store_db(st), "SELECT name, value FROM metric WHERE run = ?", -1,
			       &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	sqlite3_bind_int64(s, 1, run);
	while ((step = sqlite3_step(s)) == SQLITE_ROW) {
		const sj_metric_info *info =
			sj_metric_find((const char *)sqlite3_column_text(s, 0));

		if (info != NULL && sqlite3_column_type(s, 1) != SQLITE_NULL)
			out->value[info - sj_metric_infos] = sqlite3_column_double(s, 1);
	}
	sqlite3_finalize(s);
	return step == SQLITE_DONE ? SJ_OK : store_fail(st, err);
}
