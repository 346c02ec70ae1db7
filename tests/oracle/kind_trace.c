/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_trace.c - whole logs: averages and the digest of all start times, one run
 * a policy, read from --jobs-csv and --json.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/csv.h"
#include "harness/product.h"
#include "harness/schedule.h"
#include "harness/swf.h"
#include "instance.h"
#include "kinds.h"
#include "logfile.h"
#include "policies.h"

struct log {
	const char *path;
	int64_t     procs;
	struct swf  jobs;
};

static bool read_log(struct check *k, struct log *log)
{
	log->path = logfile_find(k);
	log->procs = input_integer(k, "processors");
	if (log->path == NULL || k->r->failures > 0)
		return false;
	if (swf_read(log->path, &log->jobs))
		return true;
	report_fail(k->r, "%s cannot be read", log->path);
	return false;
}

/* Metrics and start digest of one run. */
struct shown {
	const json_t *metrics;
	const char   *digest;
};

static bool simulate(struct check *k, const struct log *log, const char *spec,
		     bool exact, struct shown *out)
{
	char *csv = format("%s/jobs.csv", k->r->scratch);
	int64_t *ids = calloc(log->jobs.count + 1, sizeof(*ids));
	struct args a = { 0 };
	struct schedule jobs;
	const json_t *doc;

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "swf:%s", log->path);
	args_add(&a, "-c");
	args_add(&a, "procs=%lld", (long long)log->procs);
	args_add(&a, "-p");
	args_add(&a, "%s", spec);
	args_add(&a, "--estimates=%s", exact ? "exact" : "request");
	args_add(&a, "--no-store");
	args_add(&a, "--jobs-csv=%s", csv);
	doc = product_json(k->r, &a);
	if (doc == NULL || !schedule_read(k->r, file_read(csv, NULL), &jobs))
		return false;
	for (size_t i = 0; i < log->jobs.count; i++)
		ids[i] = log->jobs.job[i].id;
	out->digest = schedule_digest_starts(&jobs, ids, log->jobs.count);
	out->metrics = json_object_get(
		json_array_get(json_object_get(doc, "runs"), 0), "metrics");
	free(ids);
	return true;
}

/*
 * Some notes say that keys of a policy are floating-point numbers, whose last
 * bit another libm may round differently: "compare averages with rel 1e-3, not
 * the digest". They name the policies.
 */
static bool floating_keys(const struct check *k, const char *policy)
{
	const char *notes = json_string_value(json_object_get(k->doc, "notes"));

	return notes != NULL && strstr(notes, "rel 1e-3, not the digest") != NULL &&
	       strstr(notes, policy) != NULL;
}

/* Everything expected under `path` ("easy", "per_instant/easy"). */
static void compare(struct check *k, const char *path, const char *policy,
		    const struct shown *got)
{
	static const char *const metric[][2] = {
		{ "mean_wait", "wait_mean_s" }, { "max_wait", "wait_max_s" },
		{ "avg_bsld", "bsld_10s_mean" }, { "makespan", "makespan_s" },
		{ "utilization", "utilization" } };
	const json_t *digest = expected_take(k, format("%s/start_digest", path));
	bool same = digest == NULL || strcmp(got->digest, json_string_value(digest)) == 0;
	struct check loose = *k;
	struct check *by = k;

	if (!same && floating_keys(k, policy)) {
		loose.rel = 1e-3;
		by = &loose;
		report_not_shown(k->r, format("%s/start_digest (see the notes)", path));
		if (expected_take(k, format("%s/max_wait", path)) != NULL)
			report_not_shown(k->r, format("%s/max_wait", path));
	} else if (digest != NULL) {
		report_text(k->r, format("%s/start_digest", path), got->digest,
			    json_string_value(digest));
	}
	for (size_t i = 0; i < sizeof(metric) / sizeof(metric[0]); i++)
		if (expects(k, format("%s/%s", path, metric[i][0])))
			expect_number(by, format("%s/%s", path, metric[i][0]),
				      run_metric(k, got->metrics, metric[i][1]));
}

/* All policies of the object at `prefix` ("" or "per_instant/"). */
static void show_policies(struct check *k, const struct log *log,
			  const json_t *policies, const char *prefix, bool exact)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)policies, name, v) {
		const char *spec = policy_spec(name);
		struct shown got;

		if (spec != NULL && simulate(k, log, spec, exact, &got))
			compare(k, format("%s%s", prefix, name), name, &got);
	}
}

void show_full_trace(struct check *k)
{
	struct log log;

	if (read_log(k, &log))
		show_policies(k, &log, k->expected, "", false);
}

/* One pass per event: averages as computed and as published, for both kinds of
 * estimates; the published schedule of plain EASY job by job. */
static void show_per_event(struct check *k, const struct log *log)
{
	static const struct {
		const char *name, *spec;
		bool exact;
	} runs[] = {
		{ "easy", "easy:pass=event", false },
		{ "easy_sjbf", "easy:pass=event,candidates=sjf", false },
		{ "easy_exact_estimates", "easy:pass=event", true },
		{ "easy_sjbf_exact_estimates", "easy:pass=event,candidates=sjf", true },
	};

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct shown got;
		double bsld;

		if (!simulate(k, log, runs[i].spec, runs[i].exact, &got))
			continue;
		bsld = run_metric(k, got.metrics, "bsld_10s_mean");
		expect_number(k, format("per_event_avg_bsld/%s", runs[i].name), bsld);
		expect_number(k, format("published_avg_bsld/%s", runs[i].name), bsld);
		if (i > 0)
			continue;
		expect_text(k, "published_easy_start_digest", got.digest);
		expect_number(k, "published_easy_mean_wait",
			      run_metric(k, got.metrics, "wait_mean_s"));
	}
}

void show_published_full_trace(struct check *k)
{
	struct log log;

	if (!read_log(k, &log))
		return;
	show_per_event(k, &log);
	show_policies(k, &log, json_object_get(k->expected, "per_instant"),
		      "per_instant/", false);
	show_policies(k, &log, json_object_get(k->expected, "per_instant_exact_estimates"),
		      "per_instant_exact_estimates/", true);
}

/* EASY whose queue changes its order by the clock. */
void show_arm_rotation(struct check *k)
{
	const json_t *arms = input_array(k, "arms"), *arm;
	struct text list = { 0 };
	struct shown got;
	struct log log;
	size_t i;

	json_array_foreach(arms, i, arm)
		text_add(&list, "%seasy:order=%s", i > 0 ? "|" : "", json_string_value(arm));
	if (!read_log(k, &log) ||
	    !simulate(k, &log, format("rotate:arms=(%s),period=%llds", text_string(&list),
				      (long long)input_integer(k, "epoch")), false, &got))
		return;
	expect_text(k, "start_digest", got.digest);
	expect_number(k, "mean_wait", run_metric(k, got.metrics, "wait_mean_s"));
	expect_number(k, "max_wait", run_metric(k, got.metrics, "wait_max_s"));
	expect_number(k, "avg_bsld", run_metric(k, got.metrics, "bsld_10s_mean"));
	expect_number(k, "makespan", run_metric(k, got.metrics, "makespan_s"));
	expect_number(k, "utilization", run_metric(k, got.metrics, "utilization"));
}
