/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_policy.c - `sojourn policy`: finds the verb and runs it. */
#include <limits.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/policy_cmds.h"
#include "cli/verbs.h"
#include "plugin/plugin.h"

static const struct command verbs[] = {
	{ "list", policy_list_cmd, "the policies, their other names and the queue orders" },
	{ "help", policy_help_cmd, "what defines a policy, its paper and its parameters" },
	{ "new", policy_new_cmd, "write a directory with a small policy, ready to build" },
	{ "check", policy_check_cmd, "run the conformance suite on a policy" },
	{ NULL, NULL, NULL },
};

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
	static const struct verb_set set = {
		"policy", "[flags]", verbs,
		"  --include-dir  print the directory of the headers, for -I\n"
	};

	if (argc == 2 && strcmp(argv[1], "--include-dir") == 0)
		return include_dir();
	return verbs_run(&set, argc, argv);
}
