/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.h - runs a program and keeps what it said. */
#ifndef HARNESS_CHILD_H
#define HARNESS_CHILD_H

#include "harness/text.h"

struct child_result {
	struct text out, err;
	int         status; /* exit status, or 128 + signal; -1: did not start */
};

enum { CHILD_SECONDS = 900 }; /* then it is killed: status 128 + SIGALRM */

/* argv ends with NULL; argv[0] is a path. Standard input is empty. */
void child_run(const char *const *argv, struct child_result *r);

/* The last line of what it said on standard error: notices come before errors. */
const char *child_complaint(const struct child_result *r);

#endif
