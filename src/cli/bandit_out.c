/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bandit_out.c - see bandit_out.h. */
#include "cli/bandit_out.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "cli/json_out.h"
#include "cli/table_text.h"

#define NAME_MAX_BYTES 256

static json_t *number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static int print(struct table_text *t, sj_error *err)
{
	int rc = table_text_print(t, stdout, table_text_unicode(stdout));

	table_text_free(t);
	return rc == SJ_OK ? rc : sj_fail(err, rc, "the table cannot be printed");
}

/* ---- a table of rewards -------------------------------------------------------------- */

static json_t *thetas(const struct game *g, const sj_learner *l)
{
	json_t *all = json_array();

	for (uint32_t k = 0; k < g->arms; k++) {
		double theta[SJ_LEARNER_FEATURES];
		json_t *one = json_array();

		sj_learner_theta(l, k, theta);
		for (uint32_t i = 0; i < g->features; i++)
			json_array_append_new(one, number(theta[i]));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *game_json(const struct game *g, const struct game_result *r)
{
	json_t *arms = json_array(), *counts = json_array(), *n = json_array(),
	       *sums = json_array(), *weights = json_array(), *doc;
	char name[NAME_MAX_BYTES];

	for (uint32_t t = 0; t < g->rounds; t++)
		json_array_append_new(arms, json_integer(r->arm[t] + 1));
	for (uint32_t k = 0; k < g->arms; k++) {
		json_array_append_new(counts, json_integer(r->count[k]));
		json_array_append_new(n, number(sj_learner_count(r->learner, k)));
		json_array_append_new(sums, number(sj_learner_sum(r->learner, k)));
		json_array_append_new(weights, number(sj_learner_weight(r->learner, k)));
	}
	sj_learner_canonical(r->learner, name, sizeof(name));
	doc = json_pack("{s:s, s:o, s:f, s:f, s:o, s:o, s:o, s:o}", "learner", name, "arms", arms,
			"total_reward", r->total, "best_arm_reward", r->best, "counts", counts,
			"n", n, "sum", sums, "weights", weights);
	if (sj_learner_contextual(r->learner))
		json_object_set_new(doc, "theta", thetas(g, r->learner));
	return doc;
}

static int game_text(const struct game *g, const struct game_result *r, size_t count,
		     sj_error *err)
{
	struct table_text *t = table_text_create();
	char name[NAME_MAX_BYTES];

	table_text_cell(t, "learner");
	table_text_cell(t, "reward");
	table_text_cell(t, "of the best arm");
	for (uint32_t k = 0; k < g->arms; k++)
		table_text_cellf(t, "arm %u", k + 1);
	table_text_end_row(t);
	table_text_rule(t);
	for (size_t i = 0; i < count; i++) {
		sj_learner_canonical(r[i].learner, name, sizeof(name));
		table_text_cell(t, name);
		table_text_cellf(t, "%.6g", r[i].total);
		table_text_cellf(t, "%.6g", r[i].best);
		for (uint32_t k = 0; k < g->arms; k++)
			table_text_cellf(t, "%u", r[i].count[k]);
		table_text_end_row(t);
	}
	return print(t, err);
}

int bandit_out_game(const struct game *g, const struct game_result *r, size_t count, bool json,
		    sj_error *err)
{
	json_t *learners;

	if (!json)
		return game_text(g, r, count, err);
	learners = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(learners, game_json(g, &r[i]));
	return json_out(json_pack("{s:s, s:i, s:i, s:o}", "schema", "sojourn.bandit/1", "rounds",
				  (int)g->rounds, "arms", (int)g->arms, "learners", learners),
			JSON_INDENT(1), err);
}

/* ---- arms of known means ---------------------------------------------------------------- */

static json_t *odds_json(const struct odds *t, const struct odds_result *r)
{
	json_t *shares = json_array();

	for (uint32_t k = 0; k < t->arms; k++)
		json_array_append_new(shares, json_pack("{s:f, s:f, s:f}", "mean",
			r->share[k].mean, "min", r->share[k].least, "max", r->share[k].most));
	return json_pack("{s:s, s:{s:f, s:o, s:o}, s:o}", "learner", r->learner, "regret", "mean",
			 r->mean, "sd", number(r->sd), "ci95", number(r->ci95), "shares", shares);
}

static json_t *bounds_json(const struct odds *t)
{
	sj_regret_bounds b = sj_regret_bounds_of(t->mean, t->arms, (double)t->rounds);

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "lai_robbins", number(b.lai_robbins), "ucb1",
			 number(b.ucb1), "exp3", number(b.exp3), "exp3_gamma",
			 number(b.exp3_gamma), "uniform", number(b.uniform));
}

static int odds_text(const struct odds *t, const struct odds_result *r, size_t count,
		      sj_error *err)
{
	sj_regret_bounds b = sj_regret_bounds_of(t->mean, t->arms, (double)t->rounds);
	struct table_text *table = table_text_create();

	table_text_cell(table, "learner");
	table_text_cell(table, "regret");
	table_text_cell(table, "of one run");
	for (uint32_t k = 0; k < t->arms; k++)
		table_text_cellf(table, "arm %u [%%]", k + 1);
	table_text_end_row(table);
	table_text_rule(table);
	for (size_t i = 0; i < count; i++) {
		table_text_cell(table, r[i].learner);
		table_text_cellf(table, "%.2f [%.2f, %.2f]", r[i].mean, r[i].mean - r[i].ci95,
				 r[i].mean + r[i].ci95);
		table_text_cellf(table, "sd %.2f", r[i].sd);
		for (uint32_t k = 0; k < t->arms; k++)
			table_text_cellf(table, "%.1f", 100 * r[i].share[k].mean);
		table_text_end_row(table);
	}
	if (t->shifts == 0)
		printf("even draws lose %.6g; lower bound (Lai, Robbins) %.6g; proved for ucb1 "
		       "%.6g, for exp3 %.6g with gamma=%.6g\n", b.uniform, b.lai_robbins, b.ucb1,
		       b.exp3, b.exp3_gamma);
	return print(table, err);
}

int bandit_out_odds(const struct odds *t, const struct odds_result *r, size_t count,
		     bool json, sj_error *err)
{
	json_t *learners, *doc;

	if (!json)
		return odds_text(t, r, count, err);
	learners = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(learners, odds_json(t, &r[i]));
	doc = json_pack("{s:s, s:I, s:I, s:I, s:o}", "schema", "sojourn.bandit/1", "rounds",
			(json_int_t)t->rounds, "runs", (json_int_t)t->runs, "delay",
			(json_int_t)t->delay, "learners", learners);
	if (t->shifts == 0) /* the bounds are for means that stay */
		json_object_set_new(doc, "bounds", bounds_json(t));
	return json_out(doc, JSON_INDENT(1), err);
}

/* ---- which there are ----------------------------------------------------------------------- */

int bandit_out_list(void)
{
	const sj_learner_kind *k;

	for (uint32_t i = 0; (k = sj_learner_kind_get(i)) != NULL; i++) {
		printf("%-10s%s (%s)\n", k->name, k->summary, k->cite);
		for (const sj_param *p = k->params; p->name != NULL; p++)
			printf("          %s=%s  %s\n", p->name, p->def, p->help);
	}
	return 0;
}
