/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of subcommands: one line each, in the order of `help`. */
#include "cli/commands.h"

const struct command commands[] = {
	{ NULL, NULL, NULL },
};
