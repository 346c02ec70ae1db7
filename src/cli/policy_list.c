/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_list.c - `sojourn policy list`: what can be given to -p and to order=. */
#include <stdio.h>
#include <string.h>

#include "cli/policy_cmds.h"

static int text_width(void)
{
	int width = 0, n;

	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if ((n = (int)strlen(sj_policies[i]->name)) > width)
			width = n;
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++)
		if ((n = (int)strlen(a->alias)) > width)
			width = n;
	for (const sj_order_info *o = sj_orders; o->name != NULL; o++)
		if ((n = (int)strlen(o->name)) > width)
			width = n;
	return width;
}

static void list_text(void)
{
	int width = text_width();
	char flags[128];

	printf("policies (sojourn run -p NAME[:KEY=VALUE,...])\n");
	for (size_t i = 0; sj_policies[i] != NULL; i++) {
		const sj_policy_ops *ops = sj_policies[i];

		policy_flags_text(ops->flags, flags, sizeof(flags));
		printf("  %-*s  %s%s%s%s\n", width, ops->name, ops->summary,
		       flags[0] != '\0' ? " [" : "", flags,
		       flags[0] != '\0' ? "]" : "");
	}
	printf("\nother names\n");
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++)
		printf("  %-*s  = %s\n", width, a->alias, a->spec);
	printf("\norders (order=NAME in every policy that has the parameter)\n");
	for (const sj_order_info *o = sj_orders; o->name != NULL; o++)
		printf("  %-*s  %s\n", width, o->name, o->summary);
}

int policy_list_cmd(int argc, char **argv)
{
	bool json = false;
	int first;
	const struct opt opts[] = {
		{ 0, "json", OPT_FLAG, &json, NULL,
		  "Print one JSON document with everything `policy help` tells." },
		{ .name = NULL },
	};
	int done = opts_parse(argc, argv, opts, "policy list [--json]",
			      "Lists the policies of this program, their other names "
			      "and the queue orders.", &first);

	if (done != 0)
		return done > 0 ? 0 : 2;
	if (first < argc)
		return say_usage("policy list: unexpected argument \"%s\"", argv[first]);
	if (json)
		return policy_list_json();
	list_text();
	return 0;
}
