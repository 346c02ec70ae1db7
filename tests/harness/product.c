/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product.c - the program under test, through its own command line. */
#include "harness/product.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program = "./sojourn"; /* set before the first case */

void product_use(const char *path)
{
	char *absolute = realpath(path, NULL); /* kept: commands may run elsewhere */

	program = absolute != NULL ? absolute : path;
}

const char *product_path(void)
{
	return program;
}

void args_add(struct args *a, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0 || a->count >= ARGS_MAX - 2) {
		fprintf(stderr, "%s: too long a command\n", program);
		exit(1);
	}
	va_end(ap);
	a->item[a->count++] = s;
}

static char *command_text(const struct args *a)
{
	struct text t = { 0 };

	text_add(&t, "sojourn");
	for (int i = 0; i < a->count; i++)
		text_add(&t, strpbrk(a->item[i], " ()|*;") ? " '%s'" : " %s", a->item[i]);
	return t.s;
}

bool product_run(struct report *r, const struct args *a, struct child_result *result)
{
	const char *argv[ARGS_MAX + 3] = { program };
	int n = 1 + a->count;

	memcpy(argv + 1, a->item, (size_t)a->count * sizeof(argv[0]));
	/* Whatever a run is for, it must not beat its lower bounds: then it fails. */
	if (a->count > 0 && strcmp(a->item[0], "run") == 0)
		argv[n++] = "--bound";
	argv[n] = NULL;
	child_run(argv, result);
	if (result->status == 0)
		return true;
	report_fail(r, "exit %d, \"%s\", of `%s`", result->status,
		    child_complaint(result), command_text(a));
	return false;
}

bool product_has(const char *command)
{
	const char *argv[] = { program, "help", NULL };
	struct child_result help;

	child_run(argv, &help);
	return strstr(text_string(&help.out), format("\n  %s ", command)) != NULL;
}

json_t *product_json(struct report *r, struct args *a)
{
	struct child_result result;
	json_error_t err;
	json_t *doc;

	args_add(a, "--json");
	if (!product_run(r, a, &result))
		return NULL;
	doc = json_loads(text_string(&result.out), 0, &err);
	if (doc == NULL)
		report_fail(r, "`%s` is not one JSON document: %s", command_text(a),
			    err.text);
	return doc;
}

/* Rows come as objects; columns of the same name are the same expression. */
static json_t *rows_in_order(const json_t *rows, const json_t *columns)
{
	json_t *all = json_array(), *row;
	size_t i, c;

	json_array_foreach(rows, i, row) {
		json_t *values = json_array(), *name;

		json_array_foreach(columns, c, name)
			json_array_append(values, json_object_get(
						  row, json_string_value(name)));
		json_array_append_new(all, values);
	}
	return all;
}

json_t *product_query(struct report *r, const char *db, const char *sql)
{
	const json_t *doc, *rows, *columns;
	struct args a = { 0 };

	args_add(&a, "query");
	args_add(&a, "%s", sql);
	args_add(&a, "%s", db);
	doc = product_json(r, &a);
	if (doc == NULL)
		return NULL;
	rows = json_object_get(doc, "rows");
	columns = json_object_get(doc, "columns");
	if (json_is_array(rows) && json_is_array(columns))
		return rows_in_order(rows, columns);
	report_fail(r, "`sojourn query --json` has no \"rows\" and \"columns\"");
	return NULL;
}
