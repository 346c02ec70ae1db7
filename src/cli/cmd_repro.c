/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_repro.c - `sojourn repro`: does a stored run come out the same today? */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "config/version.h"
#include "plugin/plugin.h"
#include "run/session.h"
#include "store/recorded.h"

static const char usage[] = "repro DB [RUN] [-w FILE] [--json]";
static const char about[] =
	"Runs stored runs again from what the results file says about them, and compares the "
	"input's SHA-256, the digest of all decisions and every metric. Without RUN, all "
	"complete runs. Exit status 5 when anything differs.";

struct flags {
	const char *workload;
	bool        json;
};

struct outcome {
	int      code;      /* SJ_OK, SJ_EMISMATCH, or why it could not be run */
	char     text[SJ_ERROR_MAX];
	char     digest[33];
};

/* ---- the same run again ------------------------------------------------------------- */

static int rules_of(const struct recorded_run *r, struct runspec *spec, sj_error *err)
{
	int rc;

	runspec_init(spec);
	spec->seed = r->seed;
	spec->limit = r->job_limit;
	spec->bounds = r->bounds;
	spec->links = r->links_watched; /* the same events, too */
	rc = runspec_overrun(spec, r->overrun, err);
	if (rc == SJ_OK)
		rc = runspec_estimates(spec, r->estimates, err);
	if (rc == SJ_OK)
		rc = runspec_clock(spec, r->clock, err);
	if (rc == SJ_OK)
		rc = runspec_staging(spec, r->staging, err);
	if (rc == SJ_OK)
		rc = runspec_collectives(spec, r->collectives, err);
	if (rc == SJ_OK)
		rc = runspec_checkpoint(spec, r->checkpoint, err);
	if (rc == SJ_OK)
		rc = runspec_stragglers(spec, r->stragglers, err);
	return rc;
}

static int check_workload(const struct recorded_run *r, struct lab *lab, sj_error *err)
{
	uint64_t bytes;
	char hex[65] = "";
	int rc = workload_digest(lab->workload, &bytes, hex, err);

	if (rc == SJ_OK && strcmp(hex, r->input_sha256) != 0)
		rc = sj_fail(err, SJ_EMISMATCH, "the workload has changed: %s has SHA-256 "
			     "%.12s..., the run was made from %.12s...",
			     lab->workload->spec, hex, r->input_sha256);
	return rc;
}

static int check_failures(const struct recorded_run *r, struct lab *lab, sj_error *err)
{
	int rc = r->failures[0] != '\0' ? lab_failures(lab, r->failures, err) : SJ_OK;

	if (rc == SJ_OK && strcmp(lab->failures.trace.sha256, r->failures_sha256) != 0)
		rc = sj_fail(err, SJ_EMISMATCH, "the node events have changed: %s has SHA-256 "
			     "%.12s..., the run was made with %.12s...", lab->failures.path,
			     lab->failures.trace.sha256, r->failures_sha256);
	return rc;
}

static int check_learner(const struct recorded_run *r, struct lab *lab, sj_error *err)
{
	char hex[65] = "";
	int rc = r->learn_from[0] != '\0' ? lab_learn_from(lab, r->learn_from, err) : SJ_OK;

	if (rc == SJ_OK && lab->learners.count != 0)
		saved_learning_digest(&lab->learners.saved[0], hex);
	if (rc == SJ_OK && strcmp(hex, r->learner_sha256) != 0)
		rc = sj_fail(err, SJ_EMISMATCH, "the saved learner has changed: %s has SHA-256 "
			     "%.12s..., the run was made with %.12s...", r->learn_from, hex,
			     r->learner_sha256);
	return rc;
}

static int check_policy(const struct recorded_run *r, sj_error *err)
{
	struct policy_choice choice = { 0 };
	int rc;

	if (r->policy_sha256[0] == '\0')
		return SJ_OK;
	rc = policy_resolve(r->policy_as_typed, &choice, err);
	if (rc == SJ_OK && strcmp(choice.sha256, r->policy_sha256) != 0)
		rc = sj_fail(err, SJ_EMISMATCH, "the policy has changed: %s has SHA-256 "
			     "%.12s..., the run was made with %.12s...", choice.path,
			     choice.sha256, r->policy_sha256);
	policy_choice_fini(&choice);
	return rc;
}

static int compare_metrics(const sj_metrics *was, const sj_metrics *is, sj_error *err)
{
	for (int i = 0; i < SJ_METRIC_COUNT; i++) {
		double a = was->value[i], b = is->value[i];

		if (!(a == b || (isnan(a) && isnan(b))))
			return sj_fail(err, SJ_EMISMATCH, "%s was %.17g and is %.17g",
				       sj_metric_infos[i].name, a, b);
	}
	return SJ_OK;
}

static int compare(struct store *st, const struct recorded_run *r,
		   const struct session_result *now, sj_error *err)
{
	sj_metrics was;
	int rc;

	if (strcmp(now->stats.digest, r->digest) != 0)
		return sj_fail(err, SJ_EMISMATCH, "other decisions: digest %s, stored %s",
			       now->stats.digest, r->digest);
	if (now->stats.jobs_done != r->jobs || now->stats.events != r->events)
		return sj_fail(err, SJ_EMISMATCH, "%" PRIu64 " jobs in %" PRIu64 " events, "
			       "stored %" PRIu64 " in %" PRIu64, now->stats.jobs_done,
			       now->stats.events, r->jobs, r->events);
	rc = recorded_metrics(st, r->id, &was, err);
	return rc != SJ_OK ? rc : compare_metrics(&was, &now->metrics, err);
}

static int again(struct store *st, const struct recorded_run *r, const char *workload,
		 char digest[33], sj_error *err)
{
	struct session_result now = { 0 };
	struct runspec spec;
	struct lab lab = { .workload = NULL };
	int rc = rules_of(r, &spec, err);

	if (workload == NULL)
		workload = r->workload;
	if (rc == SJ_OK && strcmp(workload, "-") == 0)
		rc = sj_fail(err, SJ_EUSAGE, "the workload came from standard input; name the "
			     "file with -w");
	if (rc == SJ_OK)
		rc = check_policy(r, err);
	if (rc == SJ_OK)
		rc = lab_open(workload, r->cluster, r->seed, r->job_limit, &lab, err);
	if (rc == SJ_OK)
		rc = check_workload(r, &lab, err);
	if (rc == SJ_OK)
		rc = check_failures(r, &lab, err);
	if (rc == SJ_OK)
		rc = check_learner(r, &lab, err);
	if (rc == SJ_OK) {
		const struct session_config config = {
			.lab = &lab, .spec = &spec, .policy = r->policy_as_typed,
			.command = r->command,
		};
		rc = session_run(&config, &now, err);
		memcpy(digest, now.stats.digest, sizeof(now.stats.digest));
		if (rc == SJ_OK)
			rc = compare(st, r, &now, err);
		session_result_fini(&now);
	}
	lab_close(&lab);
	runspec_fini(&spec);
	return rc;
}

/* ---- report ---------------------------------------------------------------------------- */

static const char *verdict(int code)
{
	return code == SJ_OK ? "same" : code == SJ_EMISMATCH ? "DIFFERS" : "not run";
}

static void print_outcome(const struct recorded_run *r, const struct outcome *o)
{
	printf("run %u  %s, seed %" PRIu64 ": %s", r->id, r->policy, r->seed,
	       verdict(o->code));
	if (o->code == SJ_OK)
		printf(", digest %s\n", o->digest);
	else
		printf(": %s\n", o->text);
	if (o->code == SJ_EMISMATCH && (strcmp(r->version, version_number) != 0 ||
					strcmp(r->commit, version_commit) != 0))
		printf("       stored by sojourn %s (%s), this is %s (%s)\n", r->version,
		       r->commit, version_number, version_commit);
}

static json_t *json_outcome(const struct recorded_run *r, const struct outcome *o)
{
	json_t *j = json_object();

	json_object_set_new(j, "run", json_integer(r->id));
	json_object_set_new(j, "policy", json_string(r->policy));
	json_object_set_new(j, "same", json_boolean(o->code == SJ_OK));
	json_object_set_new(j, "error", o->code == SJ_OK ? json_null() : json_string(o->text));
	json_object_set_new(j, "digest_stored", json_string(r->digest));
	json_object_set_new(j, "digest", o->digest[0] != '\0' ? json_string(o->digest)
							      : json_null());
	json_object_set_new(j, "version_stored", json_string(r->version));
	json_object_set_new(j, "commit_stored", json_string(r->commit));
	return j;
}

static int print_json(json_t *runs, const char *db)
{
	json_t *doc = json_object();
	sj_error err = { 0 };
	int rc;

	json_object_set_new(doc, "schema", json_string("sojourn.repro/1"));
	json_object_set_new(doc, "db", json_string(db));
	json_object_set_new(doc, "version", json_string(version_number));
	json_object_set_new(doc, "commit", json_string(version_commit));
	json_object_set(doc, "runs", runs);
	rc = json_out(doc, JSON_INDENT(1), &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

/* A difference is worse news than a run that could not be tried. */
static int worse(int status, int code)
{
	int s = sj_err_exit_status(code);

	return s == 130 || status == 130 ? 130 : s == 5 || status == 5 ? 5 : s != 0 ? s : status;
}

static int repro_runs(struct store *st, const struct recorded_run *runs, size_t n, int64_t only,
		      const struct flags *f)
{
	json_t *list = json_array();
	int status = 0, printed = 0;

	for (size_t i = 0; i < n && status != 130; i++) {
		struct outcome o = { .code = SJ_OK };
		sj_error err = { 0 };

		if (only > 0 && runs[i].id != only)
			continue;
		if (strcmp(runs[i].status, "complete") != 0) {
			say("run %u (%s) is %s and has no result to compare with", runs[i].id,
			    runs[i].policy, runs[i].status);
			status = only > 0 ? 3 : status;
			continue;
		}
		o.code = again(st, &runs[i], f->workload, o.digest, &err);
		memcpy(o.text, err.text, sizeof(o.text));
		status = worse(status, o.code);
		if (f->json)
			json_array_append_new(list, json_outcome(&runs[i], &o));
		else
			print_outcome(&runs[i], &o);
	}
	if (f->json)
		printed = print_json(list, store_path(st));
	json_decref(list);
	return status != 0 ? status : printed;
}

static int repro(const char *db, int64_t only, const struct flags *f)
{
	struct recorded_run *runs = NULL;
	struct store *st = NULL;
	sj_error err = { 0 };
	size_t n = 0, hits = 0;
	int rc = store_open(db, &st, &err), status;

	if (rc == SJ_OK)
		rc = recorded_runs(st, &runs, &n, &err);
	for (size_t i = 0; i < n; i++)
		hits += only <= 0 || runs[i].id == only;
	if (rc == SJ_OK && hits == 0)
		rc = n == 0 ? sj_fail(&err, SJ_EINVAL, "%s: holds no run", db)
			    : sj_fail(&err, SJ_ENOENT, "%s: there is no run %" PRId64
				      "; it holds runs %u to %u", db, only, runs[0].id,
				      runs[n - 1].id);
	status = rc == SJ_OK ? repro_runs(st, runs, n, only, f) : say_error(rc, &err);
	recorded_free(runs, n);
	store_close(st);
	return status;
}

int cmd_repro(int argc, char **argv)
{
	struct flags f = { .json = false };
	const struct opt opts[] = {
		{ 'w', "workload", OPT_STRING, &f.workload, "FILE",
		  "Where the workload is now, when not where it was." },
		{ 0, "json", OPT_FLAG, &f.json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	int64_t only = 0;
	int first, parsed = opts_parse(argc, argv, opts, usage, about, &first);

	if (parsed != 0)
		return parsed > 0 ? 0 : 2;
	if (argc - first < 1 || argc - first > 2)
		return say_usage("repro: expected a results file and at most one run number");
	if (argc - first == 2) {
		if (sj_parse_int("repro: RUN", argv[first + 1], &only, &err) != SJ_OK)
			return say_usage("%s", err.text);
		if (only <= 0)
			return say_usage("repro: RUN: \"%s\" is not a run number (1, 2, ...)",
					 argv[first + 1]);
	}
	return repro(argv[first], only, &f);
}
