/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_markdown.c - docs/POLICIES.md out of the tables of the registry. */
#include <stdio.h>
#include <string.h>

#include "cli/policy_cmds.h"
#include "policy_common.h"

/* A '|' would end a cell of a table. */
static void put_cell(FILE *to, const char *text)
{
	fputs("| ", to);
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '|')
			fputc('\\', to);
		fputc(*text, to);
	}
	fputc(' ', to);
}

static void put_code(FILE *to, const char *text)
{
	char buf[512];

	snprintf(buf, sizeof(buf), "`%s`", text);
	put_cell(to, buf);
}

static void put_params(FILE *to, const sj_param *params)
{
	char type[256], range[64];

	if (params == NULL || params[0].name == NULL) {
		fputs("No parameters of its own.\n\n", to);
		return;
	}
	fputs("| parameter | default | type | range | unit | meaning |\n"
	      "| --- | --- | --- | --- | --- | --- |\n", to);
	for (const sj_param *p = params; p->name != NULL; p++) {
		policy_param_type(p, type, sizeof(type));
		policy_param_range(p, range, sizeof(range));
		put_code(to, p->name);
		if (p->def == NULL)
			put_cell(to, "must be given");
		else if (p->def[0] == '\0')
			put_cell(to, "empty");
		else
			put_code(to, p->def);
		put_cell(to, type);
		put_cell(to, range);
		put_cell(to, policy_param_is_order(p) ? NULL : p->unit);
		put_cell(to, p->help);
		fputs("|\n", to);
	}
	fputc('\n', to);
}

static void put_policy(FILE *to, const sj_policy_ops *ops)
{
	char flags[128];

	fprintf(to, "## %s\n\n%s\n\n", ops->name, ops->summary);
	fputs("| defined by | |\n| --- | --- |\n", to);
	for (const struct semantics_row *r = semantics_rows; r->label != NULL; r++) {
		put_cell(to, r->label);
		put_cell(to, semantics_text(ops->semantics, r));
		fputs("|\n", to);
	}
	policy_flags_text(ops->flags, flags, sizeof(flags));
	if (flags[0] != '\0') {
		put_cell(to, "flags");
		put_cell(to, flags);
		fputs("|\n", to);
	}
	if (ops->cite != NULL) {
		put_cell(to, "paper");
		put_cell(to, ops->cite);
		fputs("|\n", to);
	}
	fputc('\n', to);
	put_params(to, ops->params);
	if (sj_policy_common_params(ops)->name == NULL)
		fputs("It chooses nodes itself: the parameters of every policy are not "
		      "taken.\n\n", to);
}

/* Those of a policy that does not choose nodes itself. */
static void put_common(FILE *to)
{
	static const sj_policy_ops any = { .flags = 0 };

	fputs("## Parameters of every policy\n\nOn a machine of nodes. On a pool of "
	      "processors there is nothing to choose, and any value but\nthe default "
	      "is refused. How each choice is defined: [MODEL.md](MODEL.md), "
	      "\"Placement\". A policy that\nis a part of another places as that "
	      "does, unless its own spec says otherwise.\n\n", to);
	put_params(to, sj_policy_common_params(&any));
}

static void put_aliases(FILE *to)
{
	fputs("## Other names\n\n| name | stands for |\n| --- | --- |\n", to);
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++) {
		put_code(to, a->alias);
		put_code(to, a->spec);
		fputs("|\n", to);
	}
	fputc('\n', to);
}

static void put_orders(FILE *to)
{
	fputs("## Orders\n\n"
	      "What a parameter of type *order* takes. Ties go by arrival. A dynamic "
	      "order changes\nwhile a job waits; a static one gives it one key for "
	      "life.\n\n"
	      "| order | formula, larger first | | meaning | paper |\n| --- | --- | --- | --- | --- |\n",
	      to);
	for (const sj_order_info *o = sj_orders; o->name != NULL; o++) {
		put_code(to, o->name);
		put_cell(to, o->formula);
		put_cell(to, o->dynamic ? "dynamic" : "static");
		put_cell(to, o->summary);
		put_cell(to, o->cite);
		fputs("|\n", to);
	}
}

static void put_formulas(FILE *to)
{
	fprintf(to, "\n## Formulas\n\nWhat `expr:` takes, as a policy and as an order: "
		"`easy:order=(expr:(wait/estimate)^3*procs)`.\n%s\n\n"
		"| name | value | |\n| --- | --- | --- |\n", formula_grammar);
	for (const struct formula_variable *v = formula_variables; v->name != NULL; v++) {
		put_code(to, v->name);
		put_cell(to, v->text);
		put_cell(to, v->dynamic ? "changes" : "fixed");
		fputs("|\n", to);
	}
}

void policy_markdown(FILE *to)
{
	fputs("<!-- Written by `make policies-doc` from the tables in policies/; "
	      "edit those. -->\n\n# Policies\n\n"
	      "A policy is chosen by a spec, `NAME[:KEY=VALUE[,KEY=VALUE...]]`. A value "
	      "that contains\ncommas or colons stands in parentheses: "
	      "`easy:order=(expr:wait/estimate)`. A policy of your\nown is given by "
	      "the path of its shared object, `./mine.so:KEY=VALUE`; see\n"
	      "[TUTORIAL.md](TUTORIAL.md). Clairvoyant policies read true run times, "
	      "and every table and\nfigure marks them.\n\n", to);
	put_common(to);
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		put_policy(to, sj_policies[i]);
	put_aliases(to);
	put_orders(to);
	put_formulas(to);
}
