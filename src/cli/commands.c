/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of subcommands: one line each, in the order of `help`. */
#include "cli/commands.h"

const struct command commands[] = {
	{ "run", cmd_run, "replay a workload against policies" },
	{ "query", cmd_query, "run a SELECT on a results database, with statistics" },
	{ "policy", cmd_policy, "list, explain, start and check scheduling policies" },
	{ NULL, NULL, NULL },
};
