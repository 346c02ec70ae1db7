/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_help.c - `sojourn policy help`: what defines a policy. */
#include <string.h>

#include "cli/policy_cmds.h"
#include "plugin/plugin.h"
#include "policy_common.h"

enum { LABEL = 14, WIDTH = 78 };

/* Prints text in lines of at most WIDTH columns, the second and later ones
 * indented; the cursor is at column `indent`. */
static void print_folded(const char *text, int indent)
{
	int at = indent;

	while (*text != '\0') {
		int n = (int)strcspn(text, " ");

		if (at > indent && at + 1 + n > WIDTH) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		printf("%.*s", n, text);
		at += n;
		text += n;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_field(const char *label, const char *text)
{
	printf("  %-*s", LABEL - 2, label);
	print_folded(text, LABEL);
}

static void print_param(const sj_param *p, bool first)
{
	char type[256], range[64], line[512];

	policy_param_type(p, type, sizeof(type));
	policy_param_range(p, range, sizeof(range));
	printf("  %s=%s\n", p->name, p->def != NULL ? p->def : "");
	snprintf(line, sizeof(line), "%s%s%s%s%s%s%s%s", type,
		 range[0] != '\0' ? ", " : "", range,
		 p->unit != NULL && !policy_param_is_order(p) ? " " : "",
		 p->unit != NULL && !policy_param_is_order(p) ? p->unit : "",
		 p->def == NULL ? "; must be given" : "",
		 first ? "; alone, its name may be left out" : "",
		 p->live ? "; may change during a run" : "");
	printf("%*s", LABEL, "");
	print_folded(line, LABEL);
	printf("%*s", LABEL, "");
	print_folded(p->help, LABEL);
}

static void print_orders(void)
{
	printf("\norders\n");
	for (const sj_order_info *o = sj_orders; o->name != NULL; o++) {
		print_field(o->name, o->summary);
		if (o->formula != NULL) {
			printf("%*s", LABEL, "");
			print_folded(o->formula, LABEL);
		}
		if (o->cite != NULL) {
			printf("%*s", LABEL, "");
			print_folded(o->cite, LABEL);
		}
	}
}

static void print_formulas(void)
{
	printf("\nformulas, as in expr:(wait/estimate)^3*procs\n");
	for (const struct formula_variable *v = formula_variables; v->name != NULL; v++)
		print_field(v->name, v->text);
	printf("  ");
	print_folded(formula_grammar, 2);
}

/* Is the alias a name of this policy, with or without arguments? */
static bool alias_of(const sj_policy_alias *a, const sj_policy_ops *ops)
{
	size_t n = strlen(ops->name);

	return strncmp(a->spec, ops->name, n) == 0 &&
	       (a->spec[n] == '\0' || a->spec[n] == ':');
}

/* What it takes because every policy does. */
static void print_common(const sj_policy_ops *ops)
{
	const sj_param *common = sj_policy_common_params(ops);

	if (common->name != NULL)
		printf("\nparameters of every policy, on nodes\n");
	for (const sj_param *p = common; p->name != NULL; p++)
		print_param(p, false);
}

static void print_policy(const sj_policy_ops *ops, const char *path, bool with_parts)
{
	bool orders = false;
	char flags[128];

	printf("%s - %s\n\n", ops->name, ops->summary);
	for (const struct semantics_row *r = semantics_rows;
	     ops->semantics != NULL && r->label != NULL; r++)
		print_field(r->label, semantics_text(ops->semantics, r));
	if (ops->semantics == NULL)
		print_field("defined by", "not stated (.semantics in its table)");
	policy_flags_text(ops->flags, flags, sizeof(flags));
	if (flags[0] != '\0')
		print_field("flags", flags);
	if (ops->cite != NULL)
		print_field("paper", ops->cite);
	if (path != NULL)
		print_field("file", path);
	for (const sj_policy_alias *a = sj_policy_aliases;
	     path == NULL && a->alias != NULL; a++)
		if (alias_of(a, ops)) {
			char text[512];

			snprintf(text, sizeof(text), "%s = %s", a->alias, a->spec);
			print_field("also", text);
		}
	if (ops->params == NULL || ops->params[0].name == NULL)
		printf("\nno parameters of its own\n");
	else
		printf("\nparameters\n");
	for (const sj_param *p = ops->params; p != NULL && p->name != NULL; p++) {
		print_param(p, p == ops->params);
		orders = orders || policy_param_is_order(p);
	}
	print_common(ops);
	if (orders && with_parts)
		print_orders();
	if (with_parts && (orders || strcmp(ops->name, "expr") == 0))
		print_formulas();
}

static void print_all(void)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++) {
		print_policy(sj_policies[i], NULL, false);
		printf("\n");
	}
	print_orders();
	print_formulas();
}

static int help_one(const char *spec, bool json)
{
	struct policy_choice choice;
	sj_error err = { 0 };
	int status = 0, rc = policy_resolve(spec, &choice, &err);

	if (rc != SJ_OK)
		return say_error(rc, &err);
	if (json) {
		status = policy_help_json(choice.ops, choice.path);
	} else {
		if (choice.args[0] != '\0')
			printf("%s = %s:%s\n\n", spec, choice.ops->name, choice.args);
		print_policy(choice.ops, choice.path, true);
	}
	policy_choice_fini(&choice);
	return status;
}

int policy_help_cmd(int argc, char **argv)
{
	bool all = false, markdown = false, json = false;
	int first;
	const struct opt opts[] = {
		{ 'a', "all", OPT_FLAG, &all, NULL, "Describe every policy." },
		{ 0, "markdown", OPT_FLAG, &markdown, NULL,
		  "With --all: as docs/POLICIES.md." },
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document; with --all that of `policy list`." },
		{ .name = NULL },
	};
	int done = opts_parse(argc, argv, opts, "policy help NAME | --all [--markdown] [--json]",
			      "Tells what defines a policy (order, blocking, reservation, "
			      "preemption, placement, tie-break, decision instants), the "
			      "paper it follows and its parameters. NAME may be a shared "
			      "object: ./mine.so", &first);

	if (done != 0)
		return done > 0 ? 0 : 2;
	if (all ? first != argc : first + 1 != argc)
		return say_usage("policy help: expected one policy NAME, or --all");
	if (markdown && (!all || json))
		return say_usage("policy help: --markdown goes with --all and not "
				 "with --json");
	if (!all)
		return help_one(argv[first], json);
	if (json)
		return policy_list_json();
	if (markdown)
		policy_markdown(stdout);
	else
		print_all();
	return 0;
}
