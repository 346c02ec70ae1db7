/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_bandit.c - learners by `sojourn bandit`: every arm they play on a table of rewards,
 * their mean regret on arms of known means, and what is proved of it.
 */
#include <math.h>
#include <string.h>

#include "harness/product.h"
#include "kinds.h"

#define RUNS "400"

/* ---- traces ------------------------------------------------------------------------ */

static const char *trace_spec(struct check *k)
{
	const char *name = input_string(k, "algorithm");

	if (strcmp(name, "ucb1") == 0)
		return "ucb1";
	if (strcmp(name, "ucb1_alpha") == 0)
		return format("ucb:alpha=%.17g", input_number(k, "alpha"));
	if (strcmp(name, "swucb") == 0)
		return format("swucb:tau=%lld,xi=%.17g", (long long)input_integer(k, "tau"),
			      input_number(k, "xi"));
	if (strcmp(name, "ducb") == 0)
		return format("ducb:gamma=%.17g,xi=%.17g", input_number(k, "gamma"),
			      input_number(k, "xi"));
	if (strcmp(name, "exp3") == 0)
		return format("exp3:gamma=%.17g", input_number(k, "gamma"));
	if (strcmp(name, "eps") == 0)
		return format("eps:eps=%.17g", input_number(k, "eps"));
	report_fail(k->r, "no learner \"%s\"", name);
	return "";
}

/* The table of the case as the program reads it. */
static const char *write_table(struct check *k)
{
	const char *path = format("%s/table.json", k->r->scratch);
	json_t *doc = json_object();

	json_object_set(doc, "rewards", (json_t *)input_array(k, "reward_table"));
	if (input_has(k, "u"))
		json_object_set(doc, "draws", (json_t *)input_array(k, "u"));
	if (input_has(k, "contexts"))
		json_object_set(doc, "contexts", (json_t *)input_array(k, "contexts"));
	if (json_dump_file(doc, path, JSON_REAL_PRECISION(17)) != 0)
		report_fail(k->r, "%s cannot be written", path);
	json_decref(doc);
	return path;
}

/* What one learner did; NULL after a report. */
static const json_t *play(struct check *k, const char *spec)
{
	struct args a = { 0 };
	const json_t *doc;

	args_add(&a, "bandit");
	args_add(&a, "%s", spec);
	args_add(&a, "--table");
	args_add(&a, "%s", write_table(k));
	doc = product_json(k->r, &a);
	return json_array_get(json_object_get(doc, "learners"), 0);
}

static void compare_list(struct check *k, const char *expected, const json_t *got)
{
	double v[4096];
	size_t n = json_array_size(got);

	for (size_t i = 0; i < n && i < 4096; i++)
		v[i] = json_number_value(json_array_get(got, i));
	expect_numbers(k, expected, v, n < 4096 ? n : 4096);
}

void show_bandit_trace(struct check *k)
{
	const json_t *got = play(k, trace_spec(k));

	if (got == NULL)
		return;
	compare_list(k, "arms", json_object_get(got, "arms"));
	compare_list(k, "counts", json_object_get(got, "counts"));
	expect_number(k, "total_reward",
		      json_number_value(json_object_get(got, "total_reward")));
	compare_list(k, "final_n", json_object_get(got, "n"));
	compare_list(k, "final_sum", json_object_get(got, "sum"));
	compare_list(k, "final_weights_normalised", json_object_get(got, "weights"));
}

void show_linucb_trace(struct check *k)
{
	const json_t *got = play(k, format("linucb:alpha=%.17g,ridge=%.17g",
					   input_number(k, "alpha"), input_number(k, "ridge")));
	const json_t *want = expected_take(k, "theta_hat_final"), *row, *v;
	size_t arm, i;

	if (got == NULL)
		return;
	compare_list(k, "arms", json_object_get(got, "arms"));
	/* How far the choices were from ties: of the inputs, not of an output. */
	expected_take(k, "min_score_gap");
	json_array_foreach(want, arm, row)
		json_array_foreach(row, i, v)
			report_number(k->r, format("theta_hat_final[%zu][%zu]", arm, i),
				      json_number_value(json_array_get(json_array_get(
					      json_object_get(got, "theta"), arm), i)),
				      json_number_value(v), k->rel, k->abs);
}

/* ---- regret ------------------------------------------------------------------------- */

static const char *stat_spec(struct check *k)
{
	const char *name = input_string(k, "algorithm");
	const json_t *list = input_array(k, "params");
	double p = json_number_value(json_array_get(list, 0)),
	       q = json_number_value(json_array_get(list, 1));

	if (strcmp(name, "ts") == 0)
		return "thompson";
	if (strcmp(name, "eps") == 0)
		return format("eps:eps=%.17g", p);
	if (strcmp(name, "exp3") == 0)
		return format("exp3:gamma=%.17g", p);
	if (strcmp(name, "swucb") == 0)
		return format("swucb:tau=%.0f,xi=%.17g", p, q);
	if (strcmp(name, "ducb") == 0)
		return format("ducb:gamma=%.17g,xi=%.17g", p, q);
	return name; /* ucb1, klucb */
}

/* `sojourn bandit SPEC --means ...`; NULL after a report. */
static const json_t *try_out(struct check *k, const char *spec, const char *const *more)
{
	const json_t *mu = input_array(k, "mu"), *v;
	struct text means = { 0 };
	struct args a = { 0 };
	size_t i;

	json_array_foreach(mu, i, v)
		text_add(&means, "%s%.17g", i > 0 ? "," : "", json_number_value(v));
	args_add(&a, "bandit");
	args_add(&a, "%s", spec);
	args_add(&a, "--means");
	args_add(&a, "%s", text_string(&means));
	args_add(&a, "--rounds");
	args_add(&a, "%lld", (long long)input_integer(k, "T"));
	args_add(&a, "--seed");
	args_add(&a, "%llu", (unsigned long long)k->seed);
	args_add(&a, "--runs");
	args_add(&a, RUNS);
	for (; more != NULL && *more != NULL; more++)
		args_add(&a, "%s", *more);
	return product_json(k->r, &a);
}

static const json_t *regret_of(const json_t *doc)
{
	return json_object_get(json_array_get(json_object_get(doc, "learners"), 0), "regret");
}

void show_bandit_stat(struct check *k)
{
	const char *more[4] = { NULL };
	double want = json_number_value(expected_take(k, "mean_regret")),
	       their_se = json_number_value(expected_take(k, "ci95")) / 1.96, got, own_se;
	const json_t *regret;

	if (input_has(k, "delay")) {
		more[0] = "--delay";
		more[1] = format("%lld", (long long)input_integer(k, "delay"));
	}
	if (strstr(json_string_value(json_object_get(k->doc, "id")), "-NS-") != NULL) {
		/* By the notes: arm 3 has 0.9 for 3000 <= t < 5000. */
		more[0] = "--shift";
		more[1] = "3000-5000:3=0.9";
	}
	regret = regret_of(try_out(k, stat_spec(k), more));
	got = json_number_value(json_object_get(regret, "mean"));
	own_se = json_number_value(json_object_get(regret, "ci95")) / 1.96;
	/* What sets the tolerance, not what is measured. */
	expected_take(k, "sd");
	expected_take(k, "runs");
	if (regret != NULL)
		report_number(k->r, "mean_regret", got, want, 0,
			      4 * sqrt(their_se * their_se + own_se * own_se));
}

/* A learner stays below what is proved of it. */
static void hold(struct check *k, const char *spec, double bound)
{
	double got = json_number_value(json_object_get(regret_of(try_out(k, spec, NULL)),
						       "mean"));

	k->r->checked++;
	if (!(got > 0 && got <= bound))
		report_fail(k->r, "%s loses %.10g, expected at most %.10g", spec, got, bound);
}

void show_bandit_bounds(struct check *k)
{
	static const char *const key[][2] = {
		{ "lai_robbins_asymptotic", "lai_robbins" }, { "ucb1_upper_bound", "ucb1" },
		{ "exp3_upper_bound", "exp3" }, { "exp3_gamma", "exp3_gamma" },
		{ "uniform_policy_regret", "uniform" },
	};
	const json_t *bounds = json_object_get(try_out(k, "eps:eps=1", NULL), "bounds");
	double v[5];

	for (int i = 0; i < 5; i++) {
		const json_t *want = expected_take(k, key[i][0]);

		v[i] = json_number_value(json_object_get(bounds, key[i][1]));
		report_number(k->r, key[i][0], v[i], json_number_value(want), 1e-9, 1e-9);
	}
	hold(k, "ucb1", v[1]);
	hold(k, format("exp3:gamma=%.17g", v[3]), v[2]);
}
