/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verbs.h - commands that have verbs: `sojourn trace info`. */
#ifndef VERBS_H
#define VERBS_H

#include "cli/cli.h"

struct verb_set {
	const char           *command;  /* "trace" */
	const char           *operands; /* behind VERB in the usage line */
	const struct command *verbs;    /* ends with a NULL name; at most 16 */
	const char           *more;     /* lines below the verbs, or NULL */
};

/* Runs the verb argv[1] as a command of its own; --help lists them. Without one, or
 * with one that is not known: usage, status 2. */
int verbs_run(const struct verb_set *set, int argc, char **argv);

#endif
