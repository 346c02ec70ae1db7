/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_cases.c - sets the policy up, then runs each case in a child process. */
#include <string.h>

#include "plugin/plugin.h"
#include "policycheck/joblist.h"
#include "policycheck/trial.h"
#include "policycheck/watch.h"

#define LATE_MAX 2u /* a policy that loops would use up the time of every case */

/* What the child is asked to do. */
struct order {
	const struct check_request *request;
	const struct check_case    *the_case; /* NULL: only set the policy up */
};

static int set_up(const struct subject *s, sj_error *err)
{
	const struct joblist none = { 0 };
	struct trial t = { .subject = s, .jobs = &none, .procs = 1 };
	struct live_trial live;
	struct outcome out;
	int rc = trial_begin(&t, &live, &out, err);

	if (rc == SJ_OK)
		trial_end(&live);
	outcome_fini(&out);
	return rc;
}

static int in_child(void *arg, sj_error *err)
{
	const struct order *order = arg;
	struct policy_choice choice;
	struct subject subject = { .seed = order->request->seed };
	int rc = policy_resolve(order->request->spec, &choice, err);

	if (rc != SJ_OK)
		return rc;
	subject.ops = choice.ops;
	subject.args = choice.args;
	if (order->the_case == NULL)
		rc = set_up(&subject, err);
	else
		rc = order->the_case->run(&subject, err);
	policy_choice_fini(&choice);
	return rc;
}

static bool wanted(const struct check_request *r, const char *name)
{
	for (size_t i = 0; i < r->only_count; i++)
		if (strcmp(r->only[i], name) == 0)
			return true;
	return r->only_count == 0;
}

static int check_only(const struct check_request *r, sj_error *err)
{
	const char *names[64], *near;
	size_t n = 0;

	while (check_cases[n].name != NULL && n < 64) {
		names[n] = check_cases[n].name;
		n++;
	}
	for (size_t i = 0; i < r->only_count; i++) {
		size_t k = 0;

		while (k < n && strcmp(names[k], r->only[i]) != 0)
			k++;
		if (k < n)
			continue;
		near = sj_nearest(r->only[i], names, n);
		return sj_fail(err, SJ_EUSAGE, "--only: no case \"%s\"; %s%s%s",
			       r->only[i], near != NULL ? "did you mean \"" :
			       "`sojourn policy check --list` shows them",
			       near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	return SJ_OK;
}

static void tell(const struct check_request *r, const struct check_case *c,
		 enum check_verdict verdict, const char *text,
		 struct check_totals *totals)
{
	totals->passed += verdict == CHECK_OK;
	totals->failed += verdict == CHECK_FAILED;
	r->report(r->report_self, c, verdict, text);
}

/* The policy found and made, before anything is asked of it. False: *rc is the
 * result of the whole suite. */
static bool sets_up(const struct check_request *r, struct check_totals *totals,
		    int *rc, sj_error *err)
{
	static const struct check_case loads = { .name = "set-up",
		.about = "found, loaded, parameters bound, init() called" };
	struct order order = { .request = r };
	enum watch_end end = watch_call(in_child, &order, &r->limits, rc, err);

	if (end == WATCH_BROKEN || end == WATCH_STOPPED) {
		*rc = err->code;
		return false;
	}
	if (end == WATCH_ANSWERED && *rc != SJ_OK && *rc != SJ_EPOLICY)
		return false;
	tell(r, &loads, end == WATCH_ANSWERED && *rc == SJ_OK ? CHECK_OK : CHECK_FAILED,
	     err->text, totals);
	if (totals->failed == 0)
		return true;
	*rc = SJ_OK; /* the suite ran, as far as it can */
	return false;
}

/* One case. SJ_OK, or why the suite cannot go on. */
static int one_case(const struct check_request *r, const struct check_case *c,
		    struct check_totals *totals, unsigned *late, sj_error *err)
{
	struct order order = { .request = r, .the_case = c };
	enum watch_end end;
	int rc;

	if (*late >= LATE_MAX) {
		tell(r, c, CHECK_FAILED, "not run: two cases before it came to no end",
		     totals);
		return SJ_OK;
	}
	end = watch_call(in_child, &order, &r->limits, &rc, err);
	if (end == WATCH_BROKEN || end == WATCH_STOPPED)
		return err->code;
	*late += end == WATCH_LATE;
	if (end != WATCH_ANSWERED || rc != SJ_OK)
		tell(r, c, CHECK_FAILED, err->text, totals);
	else
		tell(r, c, c->information ? CHECK_INFO : CHECK_OK, err->text, totals);
	return SJ_OK;
}

int policy_check_run(const struct check_request *r, struct check_totals *totals,
		     sj_error *err)
{
	int rc = check_only(r, err);
	unsigned late = 0;

	*totals = (struct check_totals){ 0 };
	if (rc != SJ_OK || !sets_up(r, totals, &rc, err))
		return rc;
	for (const struct check_case *c = check_cases; c->name != NULL && rc == SJ_OK; c++)
		if (wanted(r, c->name))
			rc = one_case(r, c, totals, &late, err);
	return rc;
}
