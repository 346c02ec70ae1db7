/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runs.c - databases, and the runs in them that are asked for. */
#include "plot/runs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "plot/embedded.h"
#include "plot/label.h"
#include "plot/query.h"
#include "sojourn/param.h"

/* ---- choosing ------------------------------------------------------------- */

/* "easy" chooses easy and easy:order=sjf; a whole spec chooses itself. */
static bool policy_matches(const char *spec, const char *want)
{
	size_t n = strcspn(spec, ":");

	return strcmp(spec, want) == 0 ||
	       (strlen(want) == n && strncmp(spec, want, n) == 0);
}

static bool id_matches(int64_t id, const char *want)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, id);
	return strcmp(text, want) == 0;
}

static bool chosen(const struct plot_run *r, const struct plot_filter *f)
{
	bool by_id = f->runs == 0, by_policy = f->policies == 0;

	for (size_t i = 0; i < f->runs && !by_id; i++)
		by_id = id_matches(r->id, f->run[i]);
	for (size_t i = 0; i < f->policies && !by_policy; i++)
		by_policy = policy_matches(r->facet[FACET_POLICY], f->policy[i]);
	return by_id && by_policy;
}

static void run_free(struct plot_run *r)
{
	for (int i = 0; i < FACET_COUNT; i++)
		free(r->facet[i]);
	free(r->digest);
}

static char *column(struct plot_query *q, int at)
{
	const unsigned char *s = sqlite3_column_text(q->st, at);

	return strdup(s == NULL ? "" : (const char *)s);
}

static int read_run(struct plot_query *q, size_t db, struct plot_run *r)
{
	int at = 0;
	bool whole = true;

	*r = (struct plot_run){ .db = db };
	r->id = sqlite3_column_int64(q->st, at++);
	r->seed = sqlite3_column_int64(q->st, at++);
	r->procs = sqlite3_column_int64(q->st, at++);
	r->jobs = sqlite3_column_int64(q->st, at++);
	r->preemptions = sqlite3_column_int64(q->st, at++);
	r->clairvoyant = sqlite3_column_int(q->st, at++) != 0;
	r->digest = column(q, at++);
	for (int i = 0; i < FACET_COUNT; i++) {
		r->facet[i] = column(q, at++);
		whole = whole && r->facet[i] != NULL;
	}
	return whole && r->digest != NULL ? SJ_OK : SJ_ENOMEM;
}

/* Appends the complete runs of one database to out->run, chosen or not. */
static int read_runs(struct plot_runs *out, size_t db, size_t *incomplete,
		     sj_error *err)
{
	struct plot_run any = { .db = db };
	struct plot_query q;
	int rc = plot_query_open(out, &any, plot_runs_sql, &q, err);

	while (rc == SJ_OK && (rc = plot_query_next(&q, err)) == SJ_OK) {
		struct plot_run r, *p;

		if (strcmp((const char *)sqlite3_column_text(q.st, 7 + FACET_COUNT),
			   "complete") != 0) {
			++*incomplete;
			continue;
		}
		rc = read_run(&q, db, &r);
		p = rc == SJ_OK ? realloc(out->run, (out->runs + 1) * sizeof(*p)) : NULL;
		if (p == NULL) {
			run_free(&r);
			rc = SJ_ENOMEM;
			break;
		}
		out->run = p;
		out->run[out->runs++] = r;
	}
	plot_query_close(&q);
	return rc == SJ_END ? SJ_OK : rc;
}

/* Every filter must name something; a typing mistake would else draw less. */
static int check_filters(const struct plot_runs *all, const struct plot_filter *f,
			 sj_error *err)
{
	for (size_t i = 0; i < f->policies; i++) {
		const char **names = calloc(all->runs + 1, sizeof(*names)), *near;
		size_t hits = 0;

		if (names == NULL)
			return SJ_ENOMEM;
		for (size_t k = 0; k < all->runs; k++) {
			names[k] = all->run[k].facet[FACET_POLICY];
			hits += policy_matches(names[k], f->policy[i]);
		}
		near = sj_nearest(f->policy[i], names, all->runs);
		if (near == NULL)
			near = names[0];
		free(names);
		if (hits == 0)
			return sj_fail(err, SJ_EUSAGE, "--policy %s: no complete run "
				       "has this policy; there is, for one, \"%s\"",
				       f->policy[i], near);
	}
	for (size_t i = 0; i < f->runs; i++) {
		size_t hits = 0;

		for (size_t k = 0; k < all->runs; k++)
			hits += id_matches(all->run[k].id, f->run[i]);
		if (hits == 0)
			return sj_fail(err, SJ_EUSAGE, "--run %s: no complete run has "
				       "this number (they are %" PRId64 " to %" PRId64 ")",
				       f->run[i], all->run[0].id,
				       all->run[all->runs - 1].id);
	}
	return SJ_OK;
}

static int filter_runs(struct plot_runs *runs, const struct plot_filter *f,
		       sj_error *err)
{
	size_t kept = 0;
	int rc = check_filters(runs, f, err);

	if (rc != SJ_OK)
		return rc;
	for (size_t i = 0; i < runs->runs; i++) {
		if (chosen(&runs->run[i], f))
			runs->run[kept++] = runs->run[i];
		else
			run_free(&runs->run[i]);
	}
	runs->runs = kept;
	if (kept == 0)
		return sj_fail(err, SJ_EUSAGE, "no run passes --run and --policy together");
	return SJ_OK;
}

/* ---- series --------------------------------------------------------------- */

static int compare_facets(const struct plot_run *a, const struct plot_run *b)
{
	int c = 0;

	for (int i = 0; i < FACET_COUNT && c == 0; i++)
		c = strcmp(a->facet[i], b->facet[i]);
	return c;
}

/* Runs that differ in nothing but the seed, found by sorting: there may be thousands. */
struct alike {
	const struct plot_run *run;
	size_t                 at;
};

static int by_facets(const void *a, const void *b)
{
	const struct alike *p = a, *q = b;
	int c = compare_facets(p->run, q->run);

	return c != 0 ? c : (p->at > q->at) - (p->at < q->at);
}

/* While series are made: group[i] is what run i has its facets in common with, and the
 * runs of a group that were kept are a chain from last[group] over before[]. */
struct chains {
	size_t *group, *last, *before;
};

static int chains_make(const struct plot_runs *runs, struct chains *c)
{
	struct alike *sorted = malloc(runs->runs * sizeof(*sorted));
	size_t groups = 0;

	c->group = malloc(3 * runs->runs * sizeof(*c->group));
	if (sorted == NULL || c->group == NULL) {
		free(sorted);
		return SJ_ENOMEM;
	}
	c->last = c->group + runs->runs;
	c->before = c->last + runs->runs;
	for (size_t i = 0; i < runs->runs; i++) {
		sorted[i] = (struct alike){ &runs->run[i], i };
		c->last[i] = SIZE_MAX;
	}
	qsort(sorted, runs->runs, sizeof(*sorted), by_facets);
	for (size_t i = 0; i < runs->runs; i++) {
		if (i > 0 && compare_facets(sorted[i - 1].run, sorted[i].run) != 0)
			groups++;
		c->group[sorted[i].at] = groups;
	}
	free(sorted);
	return SJ_OK;
}

static bool has_seed(const struct plot_runs *runs, const struct chains *c, size_t first,
		     size_t series, int64_t seed)
{
	for (size_t i = first; i != SIZE_MAX; i = c->before[i])
		if (runs->run[i].series == series && runs->run[i].seed == seed)
			return true;
	return false;
}

/*
 * The series of run `at`, or SIZE_MAX: it repeats a run already there (same seed,
 * same digest) and would count twice. The same seed with another digest, as from
 * two versions of a policy, is another series.
 */
static size_t series_of(const struct plot_runs *runs, const struct chains *c, size_t group,
			size_t at)
{
	const struct plot_run *r = &runs->run[at];
	size_t found = runs->count, looked_at = SIZE_MAX;

	for (size_t i = c->last[group]; i != SIZE_MAX; i = c->before[i]) {
		const struct plot_run *o = &runs->run[i];

		if (o->seed == r->seed && strcmp(o->digest, r->digest) == 0)
			return SIZE_MAX;
		if (o->series == looked_at || o->series > found)
			continue;
		looked_at = o->series;
		if (!has_seed(runs, c, c->last[group], o->series, r->seed))
			found = o->series;
	}
	return found;
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

static void sort_into_series(struct plot_runs *runs, struct chains *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < runs->runs; i++) {
		size_t s, group = c->group[i];

		runs->run[kept] = runs->run[i];
		s = series_of(runs, c, group, kept);
		if (s == SIZE_MAX) {
			say("run %" PRId64 " of %s repeats another run exactly; "
			    "drawn once", runs->run[kept].id,
			    store_path(runs->db[runs->run[kept].db]));
			run_free(&runs->run[kept]);
			continue;
		}
		if (s == runs->count)
			runs->count++;
		runs->run[kept].series = s;
		runs->series[s].count++;
		c->before[kept] = c->last[group];
		c->last[group] = kept++;
	}
	runs->runs = kept;
}

static int make_series(struct plot_runs *runs)
{
	struct chains c = { NULL, NULL, NULL };
	int rc = chains_make(runs, &c);

	runs->series = calloc(runs->runs, sizeof(*runs->series));
	if (rc == SJ_OK && runs->series == NULL)
		rc = SJ_ENOMEM;
	if (rc == SJ_OK)
		sort_into_series(runs, &c);
	free(c.group);
	if (rc != SJ_OK)
		return rc;
	qsort(runs->run, runs->runs, sizeof(*runs->run), by_series);
	for (size_t s = 1; s < runs->count; s++)
		runs->series[s].first = runs->series[s - 1].first +
					runs->series[s - 1].count;
	return plot_labels_make(runs);
}

int plot_runs_open(const char *const *paths, size_t n, const struct plot_filter *filter,
		   struct plot_runs *out, sj_error *err)
{
	size_t incomplete = 0;
	int rc = SJ_OK;

	*out = (struct plot_runs){ 0 };
	out->db = calloc(n, sizeof(*out->db));
	if (out->db == NULL)
		return SJ_ENOMEM;
	for (; out->dbs < n && rc == SJ_OK; out->dbs++) {
		rc = store_open(paths[out->dbs], &out->db[out->dbs], err);
		if (rc == SJ_OK)
			rc = read_runs(out, out->dbs, &incomplete, err);
	}
	if (rc == SJ_OK && out->runs == 0)
		rc = sj_fail(err, SJ_EINVAL, incomplete == 0 ? "%s: no run in it" :
			     "%s: no complete run in it", paths[0]);
	if (rc == SJ_OK && incomplete > 0)
		say("%zu run%s left out: not complete", incomplete,
		    incomplete == 1 ? "" : "s");
	if (rc == SJ_OK)
		rc = filter_runs(out, filter, err);
	if (rc == SJ_OK)
		rc = make_series(out);
	if (rc != SJ_OK)
		plot_runs_close(out);
	return rc;
}

void plot_runs_close(struct plot_runs *runs)
{
	for (size_t i = 0; i < runs->runs; i++)
		run_free(&runs->run[i]);
	for (size_t s = 0; s < runs->count; s++)
		free(runs->series[s].label);
	for (size_t i = 0; i < runs->dbs; i++)
		store_close(runs->db[i]);
	free(runs->run);
	free(runs->series);
	free(runs->db);
	*runs = (struct plot_runs){ 0 };
}
