/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws_list.c - the tables of laws and generators, with their parameters. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/json_out.h"
#include "input/workload.h"
#include "sojourn/law.h"
#include "trace/laws.h"

/* "k=2,mean=1": the parameters with their defaults. */
static void print_defaults(const sj_param *p)
{
	for (size_t i = 0; p[i].name != NULL; i++)
		printf("%s%s=%s", i > 0 ? "," : "", p[i].name,
		       p[i].def != NULL ? p[i].def : "...");
}

static json_t *json_params(const sj_param *p)
{
	json_t *list = json_array();

	for (size_t i = 0; p[i].name != NULL; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_string(p[i].name));
		json_object_set_new(o, "default", p[i].def != NULL ?
				    json_string(p[i].def) : json_null());
		json_object_set_new(o, "help", json_string(p[i].help));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_entry(const char *name, const char *summary, const char *cite,
			  const sj_param *params)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "summary", json_string(summary));
	json_object_set_new(o, "cite", cite != NULL ? json_string(cite) : json_null());
	json_object_set_new(o, "params", json_params(params));
	return o;
}

static int print_document(const char *schema, const char *key, json_t *list)
{
	json_t *o = json_object();
	sj_error err = { 0 };
	int rc;

	json_object_set_new(o, "schema", json_string(schema));
	json_object_set_new(o, key, list);
	rc = json_out(o, JSON_INDENT(1), &err);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int laws_list(bool json)
{
	json_t *list = json_array();

	for (size_t i = 0; sj_laws[i] != NULL; i++) {
		const sj_law_ops *l = sj_laws[i];

		if (json) {
			json_array_append_new(list, json_entry(l->name, l->summary, l->cite,
							       l->params));
			continue;
		}
		printf("%s:", l->name);
		print_defaults(l->params);
		printf("\n    %s\n", l->summary);
		for (size_t a = 0; sj_law_aliases[a].alias != NULL; a++)
			if (strcmp(sj_law_aliases[a].name, l->name) == 0)
				printf("    also: %s\n", sj_law_aliases[a].alias);
	}
	if (json)
		return print_document("sojourn.laws/1", "laws", list);
	json_decref(list);
	return 0;
}

int generators_list(bool json)
{
	json_t *list = json_array();

	for (size_t i = 0; sj_generators[i] != NULL; i++) {
		const sj_generator_ops *g = sj_generators[i];

		if (json)
			json_array_append_new(list, json_entry(g->name, g->summary, g->cite,
							       g->params));
		else
			printf("%-20s %s\n", g->name, g->summary);
	}
	if (json)
		return print_document("sojourn.generators/1", "generators", list);
	json_decref(list);
	printf("\n`sojourn gen --params MODEL` shows the parameters, `sojourn gen --laws` "
	       "the laws.\n");
	return 0;
}

int generator_params(const char *name, bool json)
{
	const sj_generator_ops *g = workload_generator(name);

	if (g == NULL)
		return say_usage("gen: there is no generator \"%s\"; `sojourn gen --list` "
				 "shows all", name);
	if (json)
		return print_document("sojourn.generators/1", "generators", json_pack("[o]",
				      json_entry(g->name, g->summary, g->cite, g->params)));
	printf("%s: %s\n", g->name, g->summary);
	if (g->cite != NULL)
		printf("%s\n", g->cite);
	for (size_t i = 0; g->params[i].name != NULL; i++) {
		const sj_param *p = &g->params[i];

		printf("  %s=%s%s%s\n      %s\n", p->name, p->def != NULL ? p->def : "...",
		       p->unit != NULL ? " " : "", p->unit != NULL ? p->unit : "", p->help);
	}
	return 0;
}
