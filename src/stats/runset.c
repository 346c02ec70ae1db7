/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runset.c - reads runs and sorts them into groups and configurations. */
#include "stats/runset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "stats/runset_sort.h"
#include "stats/sql_functions.h"
#include "store/store.h"

/* ---- notes ------------------------------------------------------------------------- */

void runset_note(struct runset *set, const char *fmt, ...)
{
	char *text = NULL, **bigger;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return; /* out of memory for a remark: the result is still right */
	for (size_t i = 0; i < set->notes; i++) {
		if (strcmp(set->note[i], text) == 0) {
			free(text);
			return;
		}
	}
	bigger = realloc(set->note, (set->notes + 1) * sizeof(*bigger));
	if (bigger == NULL) {
		free(text);
		return;
	}
	set->note = bigger;
	set->note[set->notes++] = text;
}

/* ---- reading ------------------------------------------------------------------------ */

static const char select_runs[] =
	"SELECT r.id, r.status, r.seed, r.job_limit, r.jobs, r.procs, r.clairvoyant,"
	" r.workload, r.cluster, r.policy, r.clock, r.overrun, r.estimates, r.digest,"
	" r.version || ' ' || r.commit_id,"
	" coalesce((SELECT i.sha256 FROM input i WHERE i.run = r.id"
	"  AND i.role = 'workload' AND i.format NOT LIKE 'gen%'), ''),"
	" coalesce((SELECT p.value FROM param p WHERE p.run = r.id AND p.key = 'failures'), ''),"
	" coalesce((SELECT p.value FROM param p WHERE p.run = r.id AND p.key = 'checkpoint'), ''),"
	" coalesce((SELECT p.value FROM param p WHERE p.run = r.id AND p.key = 'stragglers'), ''),"
	" coalesce((SELECT p.value FROM param p WHERE p.run = r.id AND p.key = 'staging'), 'hold'),"
	" coalesce((SELECT p.value FROM param p WHERE p.run = r.id AND p.key = 'collectives'), 'none')"
	" FROM run r ORDER BY r.id";
enum { FIRST_TEXT = 7 };

/* The strings of run_info, in the order of the columns from FIRST_TEXT on. */
static char **run_text(struct run_info *r, int which)
{
	char **text[] = { &r->workload, &r->cluster, &r->policy, &r->clock, &r->overrun,
			  &r->estimates, &r->digest, &r->version, &r->sha256,
			  &r->failures, &r->checkpoint, &r->stragglers, &r->staging,
			  &r->collectives };

	return which < (int)(sizeof(text) / sizeof(text[0])) ? text[which] : NULL;
}

static int read_row(sqlite3_stmt *s, struct run_info *r)
{
	char **to;

	r->id = (uint32_t)sqlite3_column_int64(s, 0);
	r->seed = (uint64_t)sqlite3_column_int64(s, 2);
	r->job_limit = (uint64_t)sqlite3_column_int64(s, 3);
	r->jobs = (uint64_t)sqlite3_column_int64(s, 4);
	r->procs = (uint32_t)sqlite3_column_int64(s, 5);
	r->clairvoyant = sqlite3_column_int(s, 6) != 0;
	for (int i = 0; (to = run_text(r, i)) != NULL; i++) {
		const char *text = (const char *)sqlite3_column_text(s, FIRST_TEXT + i);

		*to = strdup(text == NULL ? "" : text);
		if (*to == NULL)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

static int add_run(struct runset *set, sqlite3_stmt *s, struct store *st)
{
	const char *status = (const char *)sqlite3_column_text(s, 1);
	struct run_info *bigger;

	if (strcmp(status, "complete") != 0) {
		runset_note(set, "%s: run %lld (%s) is %s and left out", store_path(st),
			    (long long)sqlite3_column_int64(s, 0),
			    (const char *)sqlite3_column_text(s, FIRST_TEXT + 2), status);
		return SJ_OK;
	}
	bigger = realloc(set->run, (set->runs + 1) * sizeof(*bigger));
	if (bigger == NULL)
		return SJ_ENOMEM;
	set->run = bigger;
	set->run[set->runs] = (struct run_info){ .db = store_db(st), .path = store_path(st) };
	return read_row(s, &set->run[set->runs++]);
}

static int read_database(struct runset *set, const char *path, sj_error *err)
{
	struct store **bigger = realloc(set->db, (set->dbs + 1) * sizeof(struct store *));
	struct store *st;
	sqlite3_stmt *s = NULL;
	int rc;

	if (bigger == NULL)
		return SJ_ENOMEM;
	set->db = bigger;
	rc = store_open(path, &st, err);
	if (rc != SJ_OK)
		return rc;
	set->db[set->dbs++] = st;
	rc = sql_functions_register(store_db(st), err);
	if (rc != SJ_OK)
		return rc;
	if (sqlite3_prepare_v2(store_db(st), select_runs, -1, &s, NULL) != SQLITE_OK)
		return store_fail(st, err);
	while (rc == SJ_OK && sqlite3_step(s) == SQLITE_ROW)
		rc = add_run(set, s, st);
	if (sqlite3_finalize(s) != SQLITE_OK && rc == SJ_OK)
		rc = store_fail(st, err);
	return rc;
}

int runset_open(struct runset *set, const char *const *paths, size_t count, sj_error *err)
{
	int rc = SJ_OK;

	*set = (struct runset){ .runs = 0 };
	for (size_t i = 0; i < count && rc == SJ_OK; i++)
		rc = read_database(set, paths[i], err);
	if (rc == SJ_OK && set->runs == 0)
		return sj_fail(err, SJ_ENOENT, "%s%s: no complete run in it", paths[0],
			       count > 1 ? " and the others" : "");
	return rc == SJ_OK ? runset_sort(set) : rc;
}

void runset_free(struct runset *set)
{
	char **text;

	for (size_t g = 0; g < set->groups; g++) {
		for (size_t c = 0; c < set->group[g].configs; c++) {
			free(set->group[g].config[c].label);
			free(set->group[g].config[c].run);
		}
		free(set->group[g].config);
	}
	for (size_t r = 0; r < set->runs; r++)
		for (int i = 0; (text = run_text(&set->run[r], i)) != NULL; i++)
			free(*text);
	for (size_t i = 0; i < set->dbs; i++)
		store_close(set->db[i]);
	for (size_t i = 0; i < set->notes; i++)
		free(set->note[i]);
	free(set->group);
	free(set->run);
	free(set->db);
	free(set->note);
	*set = (struct runset){ .runs = 0 };
}

/* ---- looking up --------------------------------------------------------------------- */

size_t run_group_find(const struct run_group *g, const char *name)
{
	size_t n = strlen(name), found = g->configs, count = 0;

	for (size_t c = 0; c < g->configs; c++)
		if (strcmp(g->config[c].label, name) == 0)
			return c;
	for (size_t c = 0; c < g->configs; c++)
		if (strcmp(g->config[c].run[0]->policy, name) == 0)
			return c;
	for (size_t c = 0; c < g->configs; c++) {
		const char *policy = g->config[c].run[0]->policy;

		if (strcspn(policy, ":") == n && strncmp(policy, name, n) == 0) {
			found = c;
			count++;
		}
	}
	return count == 1 ? found : g->configs;
}

const struct run_info *configuration_seed(const struct configuration *c, uint64_t seed)
{
	for (size_t i = 0; i < c->runs; i++)
		if (c->run[i]->seed == seed)
			return c->run[i];
	return NULL;
}

double run_metric(const struct run_info *run, const char *name)
{
	sqlite3_stmt *s = NULL;
	double value = NAN;

	if (sqlite3_prepare_v2(run->db, "SELECT value FROM metric WHERE run = ? AND name = ?",
			       -1, &s, NULL) != SQLITE_OK)
		return NAN;
	sqlite3_bind_int64(s, 1, run->id);
	sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL)
		value = sqlite3_column_double(s, 0);
	sqlite3_finalize(s);
	return value;
}
