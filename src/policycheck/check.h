/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h - the conformance suite of policies: does a policy keep the contract of
 * sojourn/policy.h on ordinary and on odd workloads?
 *
 * Every case runs in a child process of its own, because a policy under test may
 * crash, loop, or eat memory; the parent survives and tells which.
 */
#ifndef POLICYCHECK_CHECK_H
#define POLICYCHECK_CHECK_H

#include "sojourn/policy.h"

struct check_limits {
	sj_time  time;   /* of each case; processor time, and four times it by the clock */
	uint64_t memory; /* resident bytes */
};

/* What a case is run on, in the child. */
struct subject {
	const sj_policy_ops *ops;
	const char          *args;
	uint64_t             seed;
};

/*
 * SJ_OK, or what went wrong in *err. A case of information answers SJ_OK and has
 * its sentence in *err.
 */
typedef int check_fn(const struct subject *s, sj_error *err);

struct check_case {
	const char *name;
	const char *about;
	check_fn   *run;
	bool        information; /* reported, neither passed nor failed */
};
extern const struct check_case check_cases[]; /* cases.c; ends with a NULL name */

enum check_verdict { CHECK_OK, CHECK_FAILED, CHECK_INFO };

/* `text` is why it failed or what is known; "" for nothing to say. */
typedef void check_report_fn(void *self, const struct check_case *c,
			     enum check_verdict verdict, const char *text);

struct check_request {
	const char         *spec;
	uint64_t            seed;
	struct check_limits limits;
	const char *const  *only;  /* names of cases; NULL or count 0: all */
	size_t              only_count;
	check_report_fn    *report;
	void               *report_self;
};

struct check_totals {
	unsigned passed, failed;
};

/*
 * SJ_OK: the suite ran; *totals counts. SJ_EINTR: interrupted. Otherwise the
 * policy could not be set up at all (unknown, not loadable, bad parameter) and
 * *err says why.
 */
int policy_check_run(const struct check_request *request,
		     struct check_totals *totals, sj_error *err);

#endif
