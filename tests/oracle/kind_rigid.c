/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_rigid.c - rigid jobs under many policies: every start, every end, every
 * aggregate of every policy of the case, by one run into a database.
 */
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "kinds.h"
#include "policies.h"

/* Jobs as [id, submit, procs, runtime, request]. */
static struct instance read_instance(struct check *k)
{
	const json_t *jobs = input_array(k, "jobs"), *row;
	struct instance in = { .procs = input_integer(k, "m") };
	size_t i;

	in.job = calloc(json_array_size(jobs) + 1, sizeof(*in.job));
	json_array_foreach(jobs, i, row) {
		json_int_t v[5];

		for (size_t c = 0; c < 5; c++)
			v[c] = json_integer_value(json_array_get(row, c));
		in.job[in.count++] = (struct swf_job){
			.id = v[0], .submit = v[1], .procs = v[2], .run = v[3],
			.request = v[4], .wait = -1, .user = 1 };
	}
	return in;
}

/* The bank's word for how a job ended. */
static const char *status_of(const char *final_state)
{
	if (final_state == NULL || strcmp(final_state, "REJECTED") == 0)
		return "rejected";
	if (strcmp(final_state, "COMPLETED_WALLTIME_REACHED") == 0)
		return "killed";
	if (strcmp(final_state, "COMPLETED_SUCCESSFULLY") == 0)
		return "completed";
	return final_state;
}

static void compare_status(struct check *k, const char *path, const char **state)
{
	const json_t *list = expected_take(k, path), *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (!report_text(k->r, format("%s[%zu]", path, i), status_of(state[i]),
				 json_string_value(v)))
			return;
}

static void compare(struct check *k, const char *policy, const struct instance *in,
		    const struct outcome_list *o)
{
	static const char *const metric[][2] = {
		{ "makespan", "makespan_s" }, { "mean_wait", "wait_mean_s" },
		{ "max_wait", "wait_max_s" }, { "mean_response", "response_mean_s" },
		{ "mean_bounded_slowdown_10", "bsld_10s_mean" },
		{ "utilization", "utilization" },
	};

	expect_numbers(k, format("%s/start", policy), o->start_s, in->count);
	expect_numbers(k, format("%s/end", policy), o->end_s, in->count);
	compare_status(k, format("%s/status", policy), o->state);
	for (size_t i = 0; i < sizeof(metric) / sizeof(metric[0]); i++) {
		const char *path = format("%s/%s", policy, metric[i][0]);

		if (expects(k, path))
			expect_number(k, path, run_metric(k, o->metrics, metric[i][1]));
	}
}

void show_rigid_jobs(struct check *k)
{
	struct instance in = read_instance(k);
	struct outcome_list out[POLICIES_MAX];
	const char *bank[POLICIES_MAX], *name;
	struct policy_list policies = { 0 };
	json_t *v;

	json_object_foreach((json_t *)k->expected, name, v) {
		const char *spec = policy_spec(name);

		if (spec == NULL || policies.count == POLICIES_MAX)
			continue; /* told as not shown */
		bank[policies.count] = name;
		policies.spec[policies.count++] = spec;
	}
	if (k->r->failures > 0 || !instance_run(k, &in, &policies, NULL, out))
		return;
	for (size_t i = 0; i < policies.count; i++)
		compare(k, bank[i], &in, &out[i]);
}
