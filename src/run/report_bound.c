/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_bound.c - see report_bound.h. */
#include "run/report_bound.h"

#include <math.h>

#include "run/report_text.h"

static const char *const labels[SJ_BOUND_GOALS] = {
	[SJ_BOUND_MAKESPAN] = "makespan", [SJ_BOUND_RESPONSE] = "mean response",
	[SJ_BOUND_WEIGHTED] = "weighted response",
};

const char *report_bound_by(const sj_bounds *b, sj_bound_goal goal)
{
	return b->goal[goal].count != 0 ? b->goal[goal].bound[0].name : "";
}

/* ---- a table ------------------------------------------------------------------------- */

struct table_text *report_bound_begin(void)
{
	struct table_text *t = table_text_create();

	table_text_row(t, "policy", "of", "achieved [s]", "bound [s]", "above", "by", NULL);
	table_text_rule(t);
	return t;
}

static struct report_number seconds(double s)
{
	return report_real(s, s < 1000 ? 3 : 1);
}

/* Weights that are all 1 tell nothing more. */
static bool is_repeated(const sj_bounds *b, int goal)
{
	const sj_bound_list *mean = &b->goal[SJ_BOUND_RESPONSE];
	const sj_bound_list *weighted = &b->goal[SJ_BOUND_WEIGHTED];

	return goal == SJ_BOUND_WEIGHTED && (weighted->count == 0 || (mean->count != 0 &&
	       fabs(weighted->achieved_s - mean->achieved_s) <= 1e-9 * mean->achieved_s &&
	       fabs(weighted->bound[0].s - mean->bound[0].s) <= 1e-9 * mean->bound[0].s));
}

static void put_goal(struct table_text *t, const struct session_result *r, int goal)
{
	const sj_bound_list *l = &r->bounds.goal[goal];

	table_text_cell(t, r->canonical);
	table_text_cell(t, labels[goal]);
	table_text_cell(t, seconds(l->achieved_s).text);
	table_text_cell(t, l->count != 0 ? seconds(l->bound[0].s).text : "-");
	if (isfinite(l->above))
		table_text_cellf(t, "%.2f %%", 100 * l->above);
	else
		table_text_cell(t, "-");
	table_text_cell(t, l->count != 0 ? l->bound[0].name : r->bounds.none != NULL ?
			r->bounds.none : "no bound");
	table_text_end_row(t);
}

void report_bound_run(struct table_text *t, const struct session_result *r)
{
	for (int g = 0; g < SJ_BOUND_GOALS; g++)
		if (!is_repeated(&r->bounds, g))
			put_goal(t, r, g);
}

/* ---- JSON ------------------------------------------------------------------------------ */

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *goal_json(const sj_bound_list *l)
{
	json_t *o = json_object(), *list = json_array();

	json_object_set_new(o, "achieved_s", number(l->achieved_s));
	json_object_set_new(o, "bound_s", l->count != 0 ? number(l->bound[0].s) : json_null());
	json_object_set_new(o, "by", l->count != 0 ? json_string(l->bound[0].name) :
			    json_null());
	json_object_set_new(o, "above", number(l->above));
	for (uint32_t i = 0; i < l->count; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "name", json_string(l->bound[i].name));
		json_object_set_new(one, "s", number(l->bound[i].s));
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "bounds", list);
	return o;
}

json_t *report_bound_json(const struct session_result *r, bool asked)
{
	const sj_bounds *b = &r->bounds;
	json_t *o;

	if (!asked)
		return json_null();
	o = json_object();
	json_object_set_new(o, "none", b->none != NULL ? json_string(b->none) : json_null());
	json_object_set_new(o, "jobs", json_integer((json_int_t)b->jobs));
	json_object_set_new(o, "tasks", json_integer((json_int_t)b->tasks));
	for (int g = 0; g < SJ_BOUND_GOALS; g++)
		json_object_set_new(o, sj_bound_goal_names[g], goal_json(&b->goal[g]));
	return o;
}
