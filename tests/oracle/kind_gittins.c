/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_gittins.c - the Gittins index as `explain` tells it. Job 1 is larger than all
 * sizes of the law; job 2 comes when job 1 has had the service in question, so that a
 * decision is taken then: job 1 is started, stopped or goes before job 2, and the reason
 * says with which index.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/product.h"
#include "harness/text.h"
#include "instance.h"
#include "kinds.h"

/* The bank's law in the notation of the policy; *largest gets its largest size. */
static const char *law_spec(struct check *k, double *largest)
{
	const json_t *law = input_array(k, "distribution_size_prob"), *row;
	struct text values = { 0 }, weights = { 0 };
	size_t i;

	*largest = 0;
	json_array_foreach(law, i, row) {
		double size = json_number_value(json_array_get(row, 0));

		text_add(&values, "%s%.12g", i > 0 ? "|" : "", size);
		text_add(&weights, "%s%.12g", i > 0 ? "|" : "",
			 json_number_value(json_array_get(row, 1)));
		*largest = fmax(*largest, size);
	}
	return format("gittins:sizes=(list:values=%s,weights=%s)", text_string(&values),
		      text_string(&weights));
}

/* "index 0.25/s after a service of 2s, at best spent on 8s more" of that service. */
static bool find_index(const char *reason, double service, double *index, double *best)
{
	const char *at = reason;
	double had;

	while ((at = strstr(at, "index ")) != NULL) {
		if (sscanf(at, "index %lf/s after a service of %lfs, at best spent on %lfs more",
			   index, &had, best) == 3 && had == service)
			return true;
		at++;
	}
	return false;
}

/* Looks through what `explain` says of one job at one time. */
static bool look(struct check *k, int job, double at_s, double *index, double *best)
{
	struct args a = { 0 };
	const json_t *doc, *d;
	size_t i;

	args_add(&a, "explain");
	args_add(&a, "%s", instance_db());
	args_add(&a, "%d", job);
	doc = product_json(k->r, &a);
	doc = json_object_get(json_array_get(json_object_get(doc, "runs"), 0), "decisions");
	json_array_foreach(doc, i, d) {
		const char *reason = json_string_value(json_object_get(d, "reason"));

		if (json_number_value(json_object_get(d, "at_s")) == at_s && reason != NULL &&
		    find_index(reason, at_s, index, best))
			return true;
	}
	return false;
}

static void show_row(struct check *k, const char *spec, double largest, const json_t *row)
{
	static const char *const flags[] = { "--explain", "--overrun", "extend", NULL };
	const char *path = "rows_attained_index_argmaxD";
	double attained = json_number_value(json_array_get(row, 0)), index, best;
	int64_t run = (int64_t)largest + 1;
	struct swf_job job[2] = {
		{ .id = 1, .procs = 1, .run = run, .request = run, .wait = -1, .user = 1 },
		{ .id = 2, .submit = (int64_t)attained, .procs = 1, .run = 1, .request = 1,
		  .wait = -1, .user = 1 },
	};
	struct instance in = { .procs = 1, .job = job, .count = 2 };
	struct policy_list policies = { .spec = { spec }, .count = 1 };
	struct outcome_list out;

	if (!instance_run(k, &in, &policies, flags, &out))
		return;
	if (!look(k, 1, attained, &index, &best) && !look(k, 2, attained, &index, &best)) {
		report_fail(k->r, "no reason tells the index after a service of %g s", attained);
		return;
	}
	report_number(k->r, format("%s: index after %g s", path, attained), index,
		      json_number_value(json_array_get(row, 1)), k->rel, k->abs);
	report_number(k->r, format("%s: argmax D after %g s", path, attained), best,
		      json_number_value(json_array_get(row, 2)), k->rel, k->abs);
}

void show_gittins_index(struct check *k)
{
	const json_t *rows = expected_take(k, "rows_attained_index_argmaxD"), *row;
	double largest;
	const char *spec = law_spec(k, &largest);
	size_t i;

	json_array_foreach(rows, i, row)
		show_row(k, spec, largest, row);
}
