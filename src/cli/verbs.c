/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verbs.c - see verbs.h. */
#include "cli/verbs.h"

#include <string.h>

#include "sojourn/param.h"

#define VERBS_MAX 16

static int help(const struct verb_set *set, FILE *to)
{
	fprintf(to, "usage: sojourn %s VERB %s\n\n", set->command, set->operands);
	for (const struct command *v = set->verbs; v->name != NULL; v++)
		fprintf(to, "  %-14s %s\n", v->name, v->summary);
	fprintf(to, "%s\n`sojourn %s VERB --help` tells the flags of a verb.\n",
		set->more != NULL ? set->more : "", set->command);
	return to == stdout ? 0 : 2;
}

static int unknown(const struct verb_set *set, const char *name)
{
	const char *names[VERBS_MAX], *near;
	char list[200] = "";
	size_t n = 0;

	for (const struct command *v = set->verbs; v->name != NULL && n < VERBS_MAX; v++) {
		size_t used = strlen(list);

		snprintf(list + used, sizeof(list) - used, "%s%s",
			 n == 0 ? "" : v[1].name == NULL ? " or " : ", ", v->name);
		names[n++] = v->name;
	}
	near = sj_nearest(name, names, n);
	if (near != NULL)
		return say_usage("%s: no verb \"%s\"; did you mean \"%s\"?", set->command, name,
				 near);
	return say_usage("%s: no verb \"%s\"; expected %s", set->command, name, list);
}

int verbs_run(const struct verb_set *set, int argc, char **argv)
{
	if (argc < 2)
		return help(set, stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(set, stdout);
	for (const struct command *v = set->verbs; v->name != NULL; v++)
		if (strcmp(v->name, argv[1]) == 0)
			return v->run(argc - 1, argv + 1);
	return unknown(set, argv[1]);
}
