/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_policy.c - `sojourn policy`: finds the verb and runs it. */
#include <limits.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/policy_cmds.h"
#include "plugin/plugin.h"

static const struct command verbs[] = {
	{ "list", policy_list_cmd, "the policies, their other names and the queue orders" },
	{ "help", policy_help_cmd, "what defines a policy, its paper and its parameters" },
	{ "new", policy_new_cmd, "write a directory with a small policy, ready to build" },
	{ "check", policy_check_cmd, "run the conformance suite on a policy" },
	{ NULL, NULL, NULL },
};

static int help(FILE *to)
{
	fprintf(to, "usage: sojourn policy VERB [flags]\n\n");
	for (const struct command *v = verbs; v->name != NULL; v++)
		fprintf(to, "  %-14s %s\n", v->name, v->summary);
	fprintf(to, "  %-14s %s\n", "--include-dir",
		"print the directory of the headers, for -I");
	fprintf(to, "\n`sojourn policy VERB --help` tells the flags of a verb.\n");
	return to == stdout ? 0 : 2;
}

static int include_dir(void)
{
	char dir[PATH_MAX];
	sj_error err = { 0 };
	int rc = policy_include_dir(dir, sizeof(dir), &err);

	if (rc != SJ_OK)
		return say_error(rc, &err);
	puts(dir);
	return 0;
}

int cmd_policy(int argc, char **argv)
{
	const char *names[sizeof(verbs) / sizeof(verbs[0])];
	const char *near;
	size_t n = 0;

	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(stdout);
	if (strcmp(argv[1], "--include-dir") == 0 && argc == 2)
		return include_dir();
	for (const struct command *v = verbs; v->name != NULL; v++) {
		if (strcmp(argv[1], v->name) == 0)
			return v->run(argc - 1, argv + 1);
		names[n++] = v->name;
	}
	near = sj_nearest(argv[1], names, n);
	if (near != NULL)
		return say_usage("policy: no verb \"%s\"; did you mean \"%s\"?",
				 argv[1], near);
	return say_usage("policy: no verb \"%s\"; expected list, help, new, check "
			 "or --include-dir", argv[1]);
}
