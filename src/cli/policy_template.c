/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_template.c - what `policy new` writes: a policy, its Makefile, its test.
 *
 * The files belong to whoever asked for them: they carry no licence of ours.
 */
#include "cli/policy_cmds.h"

static const char policy_c[] =
"/*\n"
" * @NAME@ - strict first come, first served.\n"
" *\n"
" * Say here what the policy demonstrates, which paper it follows, what it is not.\n"
" * <sojourn/policy.h> has every callback, query and action; all but schedule()\n"
" * are optional. Other tools for policies: queue.h, order.h, profile.h, rng.h.\n"
" */\n"
"#include <sojourn/policy.h>\n"
"\n"
"/* All news of this instant is in: start what should start now. */\n"
"static int @IDENT@_schedule(void *self, sj_ctx *cx)\n"
"{\n"
"\tconst sj_task *t;\n"
"\tint rc = SJ_OK;\n"
"\n"
"\t(void)self; /* no state: see .state_size, .params and init() */\n"
"\t/* Ready tasks come in order of arrival. sj_start() answers SJ_EFULL when\n"
"\t * the head does not fit; that ends the pass, so nobody overtakes it. */\n"
"\twhile (rc == SJ_OK && (t = sj_ready_first(cx)) != NULL)\n"
"\t\trc = sj_start(cx, t, NULL);\n"
"\treturn rc;\n"
"}\n"
"\n"
"static const sj_policy_ops @IDENT@_policy = {\n"
"\tSJ_POLICY_HEAD,\n"
"\t.name     = \"@NAME@\",\n"
"\t.summary  = \"first come, first served; no overtaking\",\n"
"\t.schedule = @IDENT@_schedule,\n"
"};\n"
"\n"
"/* What the program looks for in @NAME@.so. */\n"
"const sj_policy_ops *sojourn_policy(void);\n"
"const sj_policy_ops *sojourn_policy(void)\n"
"{\n"
"\treturn &@IDENT@_policy;\n"
"}\n";

static const char makefile[] =
"# Builds @NAME@.so. Needs a C compiler and the headers of Sojourn and of GSL.\n"
"SOJOURN ?= @SOJOURN@\n"
"CFLAGS  ?= -O2 -g -Wall -Wextra\n"
"export SOJOURN\n"
"\n"
"# No fused multiply-add: the same decisions on every machine.\n"
"FLAGS := -std=c11 -fPIC -ffp-contract=off \\\n"
"         -I'$(shell \"$(SOJOURN)\" policy --include-dir)' \\\n"
"         $(shell pkg-config --cflags gsl 2>/dev/null)\n"
"\n"
"@NAME@.so: @NAME@.c Makefile\n"
"\t$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) -shared -o $@ $<\n"
"\n"
"test: @NAME@.so\n"
"\t./test.sh\n"
"\n"
"clean:\n"
"\trm -f @NAME@.so\n"
"\n"
".PHONY: test clean\n";

static const char test_sh[] =
"#!/bin/sh\n"
"# Tests @NAME@.so: the conformance suite, then a small run beside easy.\n"
"# `make test` names the program to use in SOJOURN.\n"
"set -eu\n"
"cd \"$(dirname \"$0\")\"\n"
"SOJOURN=${SOJOURN:-sojourn}\n"
"\n"
"\"$SOJOURN\" policy check ./@NAME@.so\n"
"\"$SOJOURN\" run -w gen:lublin:n=1000 -p ./@NAME@.so -p easy --check --no-store\n";

const struct policy_file policy_template[] = {
	{ "@NAME@.c", policy_c, false },
	{ "Makefile", makefile, false },
	{ "test.sh", test_sh, true },
	{ NULL, NULL, false },
};
