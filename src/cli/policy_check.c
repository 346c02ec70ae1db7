/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_check.c - `sojourn policy check`: the conformance suite, one line a case. */
#include <stdlib.h>
#include <string.h>

#include "cli/json_out.h"
#include "cli/policy_cmds.h"
#include "policycheck/check.h"

struct report {
	const char *spec;
	json_t     *cases; /* NULL: lines on stdout */
	bool        hinted;
};

static const char *const verdict_words[] = {
	[CHECK_OK] = "ok", [CHECK_FAILED] = "FAILED", [CHECK_INFO] = "info",
};

static void report_case(void *self, const struct check_case *c,
			enum check_verdict verdict, const char *text)
{
	struct report *r = self;

	if (r->cases != NULL) {
		json_array_append_new(r->cases, json_pack("{s:s, s:s, s:s, s:s}",
			"name", c->name, "about", c->about, "verdict",
			verdict == CHECK_FAILED ? "failed" : verdict_words[verdict],
			"reason", text));
		return;
	}
	printf("%-6s %s: %s\n", verdict_words[verdict], c->name,
	       verdict == CHECK_OK ? c->about : text);
	fflush(stdout);
	if (verdict == CHECK_FAILED && !r->hinted && c->run != NULL) {
		say("repeat this case: sojourn policy check %s --only %s", r->spec,
		    c->name);
		r->hinted = true;
	}
}

static int list_cases(bool json)
{
	json_t *cases = json_array();
	sj_error err = { 0 };
	int rc = SJ_OK;

	for (const struct check_case *c = check_cases; c->name != NULL; c++) {
		json_array_append_new(cases, json_pack("{s:s, s:s}", "name", c->name, "about",
						       c->about));
		if (!json)
			printf("%-16s %s\n", c->name, c->about);
	}
	if (json)
		rc = json_out(json_pack("{s:s, s:O}", "schema", "sojourn.policy-check-list/1",
					"cases", cases), JSON_INDENT(2), &err);
	json_decref(cases);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

static int finish(struct report *r, const struct check_totals *totals)
{
	sj_error err = { 0 };
	int rc = SJ_OK;

	if (r->cases == NULL) {
		printf("%u passed, %u failed\n", totals->passed, totals->failed);
	} else {
		json_t *all = json_pack("{s:s, s:s, s:O, s:i, s:i}", "schema",
			"sojourn.policy-check/1", "policy", r->spec, "cases", r->cases,
			"passed", (int)totals->passed, "failed", (int)totals->failed);

		rc = json_out(all, JSON_INDENT(2), &err);
	}
	if (rc != SJ_OK)
		return say_error(rc, &err);
	return totals->failed == 0 ? 0 : sj_err_exit_status(SJ_EPOLICY);
}

static int check(struct check_request *request, bool json)
{
	struct report r = { .spec = request->spec };
	struct check_totals totals;
	sj_error err = { 0 };
	int rc;

	if (json)
		r.cases = json_array();
	request->report = report_case;
	request->report_self = &r;
	rc = policy_check_run(request, &totals, &err);
	rc = rc == SJ_OK ? finish(&r, &totals) : say_error(rc, &err);
	json_decref(r.cases);
	return rc;
}

int policy_check_cmd(int argc, char **argv)
{
	const char *time = "30s", *memory = "2GiB";
	struct check_request request = { .seed = 1 };
	struct opt_list only = { 0 };
	bool json = false, list = false;
	sj_error err = { 0 };
	int first, rc;
	const struct opt opts[] = {
		{ 0, "only", OPT_LIST, &only, "CASE",
		  "Run only this case; may be given again." },
		{ 0, "list", OPT_FLAG, &list, NULL, "Show the cases and stop." },
		{ 0, "seed", OPT_COUNT, &request.seed, "N",
		  "Seed of the random workloads and of the policy. Default: 1" },
		{ 0, "timeout", OPT_STRING, &time, "TIME",
		  "Processor time for each case. Default: 30s" },
		{ 0, "memory", OPT_STRING, &memory, "SIZE",
		  "Memory for each case. Default: 2GiB" },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ .name = NULL },
	};
	int done = opts_parse(argc, argv, opts, "policy check SPEC [flags]",
			      "Runs the conformance suite on a policy, each case in a "
			      "process of its own: capacity, determinism, accounting, and "
			      "odd workloads. Exit status 4 when a case fails.", &first);

	if (done != 0)
		return done > 0 ? 0 : 2;
	if (list || first + 1 != argc) {
		free(only.item);
		return list ? list_cases(json) :
			      say_usage("policy check: expected one policy SPEC");
	}
	request.spec = argv[first];
	request.only = only.item;
	request.only_count = only.count;
	rc = sj_parse_time("--timeout", time, &request.limits.time, &err);
	if (rc == SJ_OK)
		rc = sj_parse_bytes("--memory", memory, &request.limits.memory, &err);
	if (rc == SJ_OK && request.limits.time < SJ_NS_PER_S)
		rc = sj_fail(&err, SJ_EUSAGE, "--timeout: \"%s\" is less than 1s", time);
	rc = rc == SJ_OK ? check(&request, json) : say_error(rc, &err);
	free(only.item);
	return rc;
}
