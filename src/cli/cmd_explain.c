/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_explain.c - `sojourn explain`: why did this job wait? */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/explain_out.h"
#include "cli/json_out.h"
#include "sojourn/param.h"

static const char usage[] = "explain DB JOB [--run N | --policy P] [--json]";
static const char about[] =
	"Tells the story of a job: what it found when it was submitted, each stored decision "
	"with the policy's reason (runs made with --explain), who was served first, and how "
	"it ended. JOB is the trace's own number. Without --run or --policy: in every "
	"complete run.";

struct flags {
	uint64_t    run;
	const char *policy;
	bool        all, json;
};

static bool is_wanted(const struct recorded_run *r, const struct flags *f)
{
	if (f->run != 0)
		return r->id == f->run;
	if (f->policy != NULL)
		return strcmp(r->policy, f->policy) == 0 ||
		       strcmp(r->policy_as_typed, f->policy) == 0;
	return strcmp(r->status, "incomplete") != 0;
}

static int explain_run(struct store *st, const struct recorded_run *r, int64_t job,
		       bool first, bool all, json_t *list, sj_error *err)
{
	struct story *s;
	json_t *item = NULL;
	int rc;

	if (strcmp(r->status, "incomplete") == 0)
		return sj_fail(err, SJ_EINVAL, "%s: run %u (%s) is incomplete and has no jobs",
			       store_path(st), r->id, r->policy);
	s = malloc(sizeof(*s));
	if (s == NULL)
		return SJ_ENOMEM;
	rc = story_read(st, r->id, job, s, err);
	if (rc == SJ_OK && list != NULL) {
		rc = explain_json(st, r, s, &item, err);
		json_array_append_new(list, item);
	} else if (rc == SJ_OK) {
		if (!first)
			putchar('\n');
		rc = explain_print(st, r, s, all, err);
	}
	free(s);
	return rc;
}

static int none_found(struct store *st, const struct recorded_run *runs, size_t n,
		      const struct flags *f, sj_error *err)
{
	if (n == 0)
		return sj_fail(err, SJ_EINVAL, "%s: holds no run", store_path(st));
	if (f->run != 0)
		return sj_fail(err, SJ_ENOENT, "%s: there is no run %" PRIu64 "; it holds runs "
			       "%u to %u", store_path(st), f->run, runs[0].id, runs[n - 1].id);
	if (f->policy != NULL)
		return sj_fail(err, SJ_ENOENT, "%s: no run of policy \"%s\"; the first run's is "
			       "\"%s\"", store_path(st), f->policy, runs[0].policy);
	return sj_fail(err, SJ_EINVAL, "%s: holds no complete run", store_path(st));
}

static int explain_runs(struct store *st, int64_t job, const struct flags *f, json_t *list,
			sj_error *err)
{
	struct recorded_run *runs = NULL;
	size_t n = 0, told = 0;
	int rc = recorded_runs(st, &runs, &n, err);

	for (size_t i = 0; rc == SJ_OK && i < n; i++)
		if (is_wanted(&runs[i], f))
			rc = explain_run(st, &runs[i], job, told++ == 0, f->all, list, err);
	if (rc == SJ_OK && told == 0)
		rc = none_found(st, runs, n, f, err);
	recorded_free(runs, n);
	return rc;
}

static int explain(const char *db, int64_t job, const struct flags *f)
{
	json_t *doc = NULL, *list = NULL;
	struct store *st = NULL;
	sj_error err = { 0 };
	int rc = store_open(db, &st, &err);

	if (f->json) {
		doc = json_object();
		list = json_array();
		json_object_set_new(doc, "schema", json_string("sojourn.explain/1"));
		json_object_set_new(doc, "db", json_string(db));
		json_object_set_new(doc, "runs", list);
	}
	if (rc == SJ_OK)
		rc = explain_runs(st, job, f, list, &err);
	if (rc == SJ_OK && doc != NULL)
		rc = json_out(json_incref(doc), JSON_INDENT(1) | JSON_REAL_PRECISION(15), &err);
	json_decref(doc);
	store_close(st);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int cmd_explain(int argc, char **argv)
{
	struct flags f = { 0 };
	const struct opt opts[] = {
		{ 0, "run", OPT_COUNT, &f.run, "N", "Only this run." },
		{ 'p', "policy", OPT_STRING, &f.policy, "P", "Only runs of this policy." },
		{ 0, "all", OPT_FLAG, &f.all, NULL, "Show every decision, however many." },
		{ 0, "json", OPT_FLAG, &f.json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int64_t job;
	int first, parsed = opts_parse(argc, argv, opts, usage, about, &first);

	if (parsed != 0)
		return parsed > 0 ? 0 : 2;
	if (argc - first != 2)
		return say_usage("explain: expected a results file and a job number");
	if (f.run != 0 && f.policy != NULL)
		return say_usage("explain: --run and --policy exclude each other");
	if (sj_parse_int("explain: JOB", argv[first + 1], &job, &err) != SJ_OK)
		return say_usage("%s", err.text);
	return explain(argv[first], job, &f);
}
