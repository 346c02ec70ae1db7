/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - see show.h. */
#include "scenario/show.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/json_out.h"
#include "cli/number_text.h"
#include "cli/table_text.h"
#include "scenario/play.h"

/* ---- the list ----------------------------------------------------------------------- */

static int print_run(const sj_scenario *s, const sj_scenario_run *run)
{
	char *command = scenario_command(s, run);

	if (command == NULL)
		return SJ_ENOMEM;
	printf("  %s\n      # %s:", command, run->shows);
	for (uint32_t i = 0; i < scenario_values(run); i++)
		printf("%s %s %.15g", i > 0 ? "," : "", run->expect[i].metric,
		       run->expect[i].value);
	printf("\n");
	free(command);
	return SJ_OK;
}

static const char *figure_of(const sj_scenario *s)
{
	return s->figure != NULL ? s->figure : "dag-gantt";
}

static int list_text(void)
{
	int rc = SJ_OK;

	for (size_t i = 0; sj_scenarios[i] != NULL && rc == SJ_OK; i++) {
		const sj_scenario *s = sj_scenarios[i];

		printf("%s%s: %s\n", i > 0 ? "\n" : "", s->name, s->summary);
		if (s->cite != NULL)
			printf("  %s\n", s->cite);
		for (const sj_scenario_run *r = s->runs; r->policy != NULL && rc == SJ_OK; r++)
			rc = print_run(s, r);
		printf("  sojourn plot %s FILE.db -o FILE.png\n      # of these runs with "
		       "--allocs -o FILE.db\n", figure_of(s));
	}
	printf("\n`sojourn doctor --scenarios [NAME]...` runs them and compares.\n");
	return rc;
}

static json_t *json_run(const sj_scenario *s, const sj_scenario_run *run, const double *seen)
{
	char *command = scenario_command(s, run);
	json_t *values = json_array();
	json_t *o = json_pack("{s:s*, s:s, s:s, s:s, s:s, s:o}", "command", command, "cluster",
			      run->cluster, "policy", run->policy, "flags", run->flags, "shows",
			      run->shows, "values", values);

	for (uint32_t i = 0; i < scenario_values(run); i++) {
		json_t *v = json_pack("{s:s, s:f}", "metric", run->expect[i].metric, "expected",
				      run->expect[i].value);

		if (seen != NULL)
			json_object_set_new(v, "seen", json_real(seen[i]));
		json_array_append_new(values, v);
	}
	free(command);
	return o;
}

static json_t *json_scenario(const sj_scenario *s, json_t *runs)
{
	return json_pack("{s:s, s:s, s:s?, s:s, s:o}", "name", s->name, "summary", s->summary,
			 "cite", s->cite, "figure", figure_of(s), "runs", runs);
}

static int finish(const char *schema, json_t *list)
{
	sj_error err = { 0 };
	int rc = json_out(json_pack("{s:s, s:o}", "schema", schema, "scenarios", list),
			  JSON_INDENT(1) | JSON_REAL_PRECISION(15), &err);

	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int scenarios_list(bool json)
{
	json_t *list;

	if (!json)
		return list_text() == SJ_OK ? 0 : say_error(SJ_ENOMEM, NULL);
	list = json_array();
	for (size_t i = 0; sj_scenarios[i] != NULL; i++) {
		json_t *runs = json_array();

		for (const sj_scenario_run *r = sj_scenarios[i]->runs; r->policy != NULL; r++)
			json_array_append_new(runs, json_run(sj_scenarios[i], r, NULL));
		json_array_append_new(list, json_scenario(sj_scenarios[i], runs));
	}
	return finish("sojourn.scenarios/1", list);
}

/* ---- their runs -------------------------------------------------------------------- */

struct check {
	struct table_text *table;
	json_t            *list;  /* NULL: no JSON is wanted */
	unsigned           wrong, runs;
};

static void put_run(struct check *c, const sj_scenario *s, const sj_scenario_run *run,
		    const double *seen)
{
	for (uint32_t i = 0; i < scenario_values(run); i++) {
		bool same = seen[i] == run->expect[i].value;

		table_text_cell(c->table, i == 0 && run == s->runs ? s->name : "");
		table_text_cell(c->table, i == 0 ? run->shows : "");
		table_text_cell(c->table, i == 0 ? run->policy : "");
		table_text_cell(c->table, run->expect[i].metric);
		table_text_cellf(c->table, "%.15g", run->expect[i].value);
		table_text_cellf(c->table, "%.15g", seen[i]);
		table_text_cell(c->table, same ? "as expected" : "OTHER");
		table_text_end_row(c->table);
	}
}

static bool as_expected(const sj_scenario_run *run, const double *seen)
{
	for (uint32_t i = 0; i < scenario_values(run); i++)
		if (seen[i] != run->expect[i].value)
			return false;
	return true;
}

static int check_one(struct check *c, const sj_scenario *s)
{
	json_t *runs = json_array();

	table_text_rule(c->table);
	for (const sj_scenario_run *r = s->runs; r->policy != NULL; r++) {
		double seen[SJ_SCENARIO_VALUES] = { 0 };
		sj_error err = { 0 };
		int rc = scenario_play(s, r, seen, &err);

		if (rc != SJ_OK) {
			json_decref(runs);
			say("scenario %s, %s:", s->name, r->shows);
			return say_error(rc, &err);
		}
		c->runs++;
		c->wrong += !as_expected(r, seen);
		put_run(c, s, r, seen);
		json_array_append_new(runs, json_run(s, r, seen));
	}
	if (c->list != NULL)
		json_array_append_new(c->list, json_scenario(s, runs));
	else
		json_decref(runs);
	return 0;
}

static int check_all(struct check *c, const char *const *name, int count)
{
	const sj_scenario *s;
	sj_error err = { 0 };
	int status = 0;

	for (int i = 0; i < count; i++)
		if (sj_scenario_find(name[i], &s, &err) != SJ_OK)
			return say_error(SJ_EUSAGE, &err);
	for (int i = 0; i < count && status == 0; i++)
		if (sj_scenario_find(name[i], &s, &err) == SJ_OK)
			status = check_one(c, s);
	for (size_t i = 0; count == 0 && sj_scenarios[i] != NULL && status == 0; i++)
		status = check_one(c, sj_scenarios[i]);
	return status;
}

int scenarios_check(const char *const *name, int count, bool json)
{
	struct check c = { .table = table_text_create(), .list = json ? json_array() : NULL };
	int status = 0;

	table_text_row(c.table, "scenario", "run", "policy", "metric", "expected", "seen", "",
		       NULL);
	table_text_align(c.table, 4, 'r');
	table_text_align(c.table, 5, 'r');
	status = check_all(&c, name, count);
	if (status == 0 && json) {
		status = finish("sojourn.scenarios/1", c.list);
		c.list = NULL;
	} else if (status == 0) {
		int rc = table_text_print(c.table, stdout, table_text_unicode(stdout));

		printf("%u of %u runs as expected\n", c.runs - c.wrong, c.runs);
		status = rc == SJ_OK ? 0 : say_error(rc, NULL);
	}
	json_decref(c.list);
	table_text_free(c.table);
	return status == 0 && c.wrong > 0 ? 1 : status;
}
